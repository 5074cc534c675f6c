"""How stacks change: updates, replacements, rollbacks, retention, change sets."""

import json

import pytest
from errors import aws_error
from stacks import as_parameters, outputs, reasons, settle, statuses

QUEUES = """
Parameters: {Name: {Type: String, Default: one}, Seconds: {Type: String, Default: "30"}}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: {QueueName: !Ref Name, VisibilityTimeout: !Ref Seconds}
Outputs: {Url: {Value: !Ref Queue}}
"""


@pytest.fixture
def cloudformation(client):
    return client("cloudformation")


@pytest.fixture
def queue_names(client):
    def names():
        urls = client("sqs").list_queues().get("QueueUrls", [])
        return sorted(url.rsplit("/", 1)[1] for url in urls)

    return names


@pytest.fixture
def create(cloudformation):
    def make(template=QUEUES, name="s", **options):
        made = cloudformation.create_stack(StackName=name, TemplateBody=template, **options)
        return settle(cloudformation, made["StackId"])

    return make


@pytest.fixture
def update(cloudformation):
    def change(template=None, name="s", **options):
        if template is None:
            options["UsePreviousTemplate"] = True
        else:
            options["TemplateBody"] = template
        cloudformation.update_stack(StackName=name, **options)
        return settle(cloudformation, name)

    return change


def test_a_name_that_changes_replaces_the_resource(create, update, queue_names, cloudformation):
    create()
    described = update(Parameters=as_parameters(Name="two"))
    assert described["StackStatus"] == "UPDATE_COMPLETE"
    assert outputs(described)["Url"].endswith("/two")
    assert queue_names() == ["two"]
    assert ("s", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS") in statuses(cloudformation, "s")


def test_an_update_adds_and_removes_resources(create, update, queue_names):
    create("Resources: {A: {Type: 'AWS::SQS::Queue', Properties: {QueueName: a}}}")
    update("Resources: {B: {Type: 'AWS::SQS::Queue', Properties: {QueueName: b}}}")
    assert queue_names() == ["b"]


def test_an_update_that_fails_is_taken_back(create, update, queue_names, client, cloudformation):
    create()
    template = QUEUES.replace(
        "Outputs:",
        """
  Bad:
    Type: AWS::SQS::Queue
    DependsOn: Queue
    Properties: {QueueName: "not a name"}
Outputs:""",
    )
    described = update(template, Parameters=as_parameters(Seconds="77"))
    assert described["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert queue_names() == ["one"]
    attributes = client("sqs").get_queue_attributes(
        QueueUrl=outputs(described)["Url"], AttributeNames=["VisibilityTimeout"]
    )["Attributes"]
    assert attributes == {"VisibilityTimeout": "30"}
    assert [s for _, s in statuses(cloudformation, "s") if s == "UPDATE_FAILED"] == []
    assert ("Bad", "CREATE_FAILED") in statuses(cloudformation, "s")


def test_a_failed_creation_says_which_resource_and_why(create, cloudformation, queue_names):
    described = create(
        """
        Resources:
          Good: {Type: AWS::SQS::Queue}
          Bad: {Type: AWS::SQS::Queue, DependsOn: Good, Properties: {QueueName: "not a name"}}
        """
    )
    assert described["StackStatus"] == "ROLLBACK_COMPLETE"
    assert queue_names() == []
    events = statuses(cloudformation, "s")
    assert ("Bad", "CREATE_FAILED") in events
    assert ("s", "ROLLBACK_IN_PROGRESS") in events
    assert ("Good", "DELETE_COMPLETE") in events
    text = "\n".join(reasons(cloudformation, "s"))
    assert "The following resource(s) failed to create: [Bad]. Rollback requested by user." in text
    with aws_error("ValidationError"):
        cloudformation.update_stack(StackName="s", TemplateBody=QUEUES)


@pytest.mark.parametrize(
    ("on_failure", "status"),
    [("DO_NOTHING", "CREATE_FAILED"), ("DELETE", "DELETE_COMPLETE")],
)
def test_what_a_failure_does_can_be_chosen(create, on_failure, status):
    described = create(
        "Resources: {Bad: {Type: 'AWS::SQS::Queue', Properties: {QueueName: 'not a name'}}}",
        OnFailure=on_failure,
    )
    assert described["StackStatus"] == status


def test_an_unsupported_property_fails_the_resource(create, cloudformation):
    create("Resources: {Q: {Type: 'AWS::SQS::Queue', Properties: {Nope: 1}}}")
    assert any("Encountered unsupported property Nope" in r for r in reasons(cloudformation, "s"))


def test_a_resource_that_is_retained_survives_its_stack(create, cloudformation, queue_names):
    described = create(
        """
        Resources:
          Kept: {Type: AWS::SQS::Queue, DeletionPolicy: Retain, Properties: {QueueName: kept}}
          Gone: {Type: AWS::SQS::Queue, Properties: {QueueName: gone}}
        """
    )
    cloudformation.delete_stack(StackName="s")
    assert settle(cloudformation, described["StackId"])["StackStatus"] == "DELETE_COMPLETE"
    assert queue_names() == ["kept"]
    assert ("Kept", "DELETE_SKIPPED") in statuses(cloudformation, described["StackId"])


def test_rules_take_numbers_given_as_text(create, client, queue):
    _, arn = queue("target")
    create(
        """
        Parameters: {Attempts: {Type: String, Default: "5"}, Arn: {Type: String}}
        Resources:
          Rule:
            Type: AWS::Events::Rule
            Properties:
              Name: r
              EventPattern: {source: [a]}
              Targets: [{Id: q, Arn: !Ref Arn, RetryPolicy: {MaximumRetryAttempts: !Ref Attempts}}]
        """,
        Parameters=as_parameters(Arn=arn),
    )
    (target,) = client("events").list_targets_by_rule(Rule="r")["Targets"]
    assert target["RetryPolicy"] == {"MaximumRetryAttempts": 5}


def test_a_rule_whose_targets_are_refused_is_not_left_behind(create, client):
    described = create(
        """
        Resources:
          Rule:
            Type: AWS::Events::Rule
            Properties: {EventPattern: {source: [a]}, Targets: [{Id: q, Arn: nope}]}
        """
    )
    assert described["StackStatus"] == "ROLLBACK_COMPLETE"
    assert client("events").list_rules()["Rules"] == []


def test_stacks_are_listed_by_status_and_by_page(create, cloudformation):
    for number in range(3):
        create("Resources: {H: {Type: 'AWS::CloudFormation::WaitConditionHandle'}}", f"s{number}")
    cloudformation.delete_stack(StackName="s1")
    summaries = cloudformation.list_stacks(StackStatusFilter=["CREATE_COMPLETE"])["StackSummaries"]
    assert {s["StackName"] for s in summaries} == {"s0", "s2"}
    names = [
        stack["StackName"]
        for page in cloudformation.get_paginator("describe_stacks").paginate()
        for stack in page["Stacks"]
    ]
    assert sorted(names) == ["s0", "s2"]


def test_a_stack_of_that_name_exists(create, cloudformation):
    create()
    with aws_error("AlreadyExistsException", "Stack [s] already exists"):
        cloudformation.create_stack(StackName="s", TemplateBody=QUEUES)


@pytest.mark.parametrize("name", ["1x", "a_b", "-a", "x" * 129])
def test_a_name_that_is_none_of_a_stack(cloudformation, name):
    with aws_error("ValidationError", status=400):
        cloudformation.create_stack(StackName=name, TemplateBody=QUEUES)


def test_deleting_what_is_not_there_succeeds(cloudformation):
    cloudformation.delete_stack(StackName="nope")


def test_tags_of_the_stack_reach_its_resources(create, client, account):
    described = create(Tags=[{"Key": "team", "Value": "video"}])
    assert described["Tags"] == [{"Key": "team", "Value": "video"}]
    tags = client("sqs").list_queue_tags(QueueUrl=outputs(described)["Url"])["Tags"]
    assert tags["team"] == "video"
    assert tags["aws:cloudformation:stack-name"] == "s"
    assert tags["aws:cloudformation:logical-id"] == "Queue"


def change_set(cloudformation, name, **options):
    made = cloudformation.create_change_set(StackName="s", ChangeSetName=name, **options)
    while True:
        described = cloudformation.describe_change_set(ChangeSetName=made["Id"])
        if not described["Status"].endswith(("_PENDING", "_IN_PROGRESS")):
            return described


def test_a_change_set_tells_what_an_update_would_do(create, cloudformation):
    create()
    described = change_set(
        cloudformation, "c", UsePreviousTemplate=True, Parameters=as_parameters(Name="two")
    )
    assert described["ExecutionStatus"] == "AVAILABLE"
    (change,) = described["Changes"]
    assert change["ResourceChange"]["Action"] == "Modify"
    assert change["ResourceChange"]["LogicalResourceId"] == "Queue"
    listed = cloudformation.list_change_sets(StackName="s")["Summaries"]
    assert [summary["ChangeSetName"] for summary in listed] == ["c"]
    cloudformation.execute_change_set(ChangeSetName="c", StackName="s")
    assert settle(cloudformation, "s")["StackStatus"] == "UPDATE_COMPLETE"


def test_a_change_set_without_changes_fails_as_deploy_expects(create, cloudformation):
    create()
    described = change_set(cloudformation, "c", TemplateBody=QUEUES)
    assert described["Status"] == "FAILED"
    assert described["StatusReason"] == (
        "The submitted information didn't contain changes. "
        "Submit different information to create a change set."
    )
    with aws_error("InvalidChangeSetStatus"):
        cloudformation.execute_change_set(ChangeSetName="c", StackName="s")


def test_a_change_set_that_is_deleted_is_gone(create, cloudformation):
    create()
    change_set(
        cloudformation, "c", UsePreviousTemplate=True, Parameters=as_parameters(Name="two")
    )
    cloudformation.delete_change_set(ChangeSetName="c", StackName="s")
    with aws_error("ChangeSetNotFound", "ChangeSet [c] does not exist"):
        cloudformation.describe_change_set(ChangeSetName="c", StackName="s")


def test_a_template_may_come_from_s3(cloudformation, client, account, cloud):
    bucket = f"templates-{account}"
    client("s3").create_bucket(Bucket=bucket)
    client("s3").put_object(Bucket=bucket, Key="t/a.yaml", Body=QUEUES.encode())
    for url in (
        f"https://{bucket}.s3.amazonaws.com/t/a.yaml",
        f"https://s3.amazonaws.com/{bucket}/t/a.yaml",
        f"{cloud.url}/{bucket}/t/a.yaml",
    ):
        assert cloudformation.validate_template(TemplateURL=url)["Parameters"]


def test_the_roles_of_a_template_need_a_capability(cloudformation):
    template = json.dumps(
        {
            "Resources": {
                "Role": {
                    "Type": "AWS::IAM::Role",
                    "Properties": {
                        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}
                    },
                }
            }
        }
    )
    with aws_error(
        "InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_IAM]"
    ):
        cloudformation.create_stack(StackName="s", TemplateBody=template)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("[1]", "Template format error: unsupported structure."),
        (
            "Resources: {Q: {Properties: {}}}",
            "Template format error: [/Resources/Q] Every Resources object must contain a Type member.",
        ),
        (
            "Resources: {Q: {Type: 'AWS::SQS::Queue', DependsOn: Nope}}",
            "Template format error: Unresolved resource dependencies [Nope] in the Resources block of the template",
        ),
        (
            "Resources: {Q: {Type: 'AWS::SQS::Queue'}}\nOutputs: {A: {Value: !Ref Nope}}",
            "Template format error: Unresolved resource dependencies [Nope] in the Outputs block of the template",
        ),
        (
            "Resources: {Q: {Type: 'AWS::SQS::Queue', Condition: Nope}}",
            "Template format error: Unresolved condition dependency Nope in the Resources block of the template",
        ),
        (
            "Nope: 1\nResources: {Q: {Type: 'AWS::SQS::Queue'}}",
            "Invalid template property or properties [Nope]",
        ),
    ],
)
def test_a_template_that_is_wrong_is_told_by_validation(cloudformation, template, message):
    with aws_error("ValidationError", message):
        cloudformation.validate_template(TemplateBody=template)
