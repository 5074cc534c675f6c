"""AWS CloudFormation, with SAM."""

import json
import textwrap

import pytest
from errors import aws_error
from stacks import outputs, reasons, settle

TEMPLATE = """
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Stage: {Type: String, Default: test, AllowedValues: [test, prod]}
  Seconds: {Type: Number, Default: 5, MinValue: 1}
  Names: {Type: CommaDelimitedList, Default: "a,b,c"}
  Secret: {Type: String, NoEcho: true, Default: hidden}
Mappings:
  Limits: {test: {Delay: 1}, prod: {Delay: 9}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsTest: !Not [!Condition IsProd]
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: !Ref Seconds
      DelaySeconds: !FindInMap [Limits, !Ref Stage, Delay]
      RedrivePolicy: !If
        - IsProd
        - {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}
        - !Ref AWS::NoValue
  Dead:
    Type: AWS::SQS::Queue
    Condition: IsProd
  Bus:
    Type: AWS::Events::EventBus
    DependsOn: Queue
    Properties:
      Name: !Join ["-", [bus, !Select [1, !Ref Names], !Ref "AWS::StackName"]]
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventBusName: !Ref Bus
      EventPattern: {source: [shop]}
      Targets: [{Id: q, Arn: !GetAtt Queue.Arn}]
Outputs:
  Url: {Value: !Ref Queue}
  Arn: {Value: !GetAtt Queue.Arn, Export: {Name: !Sub "${AWS::StackName}-arn"}}
  Text: {Value: !Sub ["${a}/${AWS::Region}/${Stage}", {a: !Base64 hello}]}
  Parts: {Value: !Join ["|", !Split [",", "x,y"]]}
  Prod: {Condition: IsProd, Value: "yes"}
"""


@pytest.fixture
def stack(client):
    """stack(template) creates a stack and waits for its end: its description."""

    def make(template=TEMPLATE, name="s", **options):
        cloudformation = client("cloudformation")
        cloudformation.create_stack(StackName=name, TemplateBody=template, **options)
        return settle(cloudformation, name)

    return make


def test_a_stack_with_every_function_is_made_and_deleted(client, stack, account):
    described = stack()
    assert described["StackStatus"] == "CREATE_COMPLETE"
    got = outputs(described)
    assert got["Text"] == "aGVsbG8=/us-east-1/test"
    assert got["Parts"] == "x|y"
    assert "Prod" not in got
    parameters = {p["ParameterKey"]: p["ParameterValue"] for p in described["Parameters"]}
    assert parameters["Secret"] == "****"
    attributes = client("sqs").get_queue_attributes(QueueUrl=got["Url"], AttributeNames=["All"])
    assert attributes["Attributes"]["VisibilityTimeout"] == "5"
    assert attributes["Attributes"]["DelaySeconds"] == "1"
    assert client("events").describe_event_bus(Name="bus-b-s")
    cloudformation = client("cloudformation")
    cloudformation.delete_stack(StackName="s")
    assert settle(cloudformation, described["StackId"])["StackStatus"] == "DELETE_COMPLETE"
    assert "QueueUrls" not in client("sqs").list_queues()
    with aws_error("ValidationError", "Stack with id s does not exist"):
        cloudformation.describe_stacks(StackName="s")


def test_parameters_change_what_is_made(client, stack):
    described = stack(
        Parameters=[
            {"ParameterKey": "Stage", "ParameterValue": "prod"},
            {"ParameterKey": "Seconds", "ParameterValue": "60"},
        ]
    )
    assert outputs(described)["Prod"] == "yes"
    attributes = client("sqs").get_queue_attributes(
        QueueUrl=outputs(described)["Url"], AttributeNames=["All"]
    )["Attributes"]
    assert json.loads(attributes["RedrivePolicy"])["maxReceiveCount"] == 3
    assert attributes["VisibilityTimeout"] == "60"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"Stage": "nope"},
            "Parameter 'Stage' must be one of AllowedValues",
        ),
        ({"Seconds": "x"}, "Parameter 'Seconds' must be a number"),
        ({"Nope": "1"}, "Parameters: [Nope] do not exist in the template"),
    ],
)
def test_parameters_that_do_not_fit_are_refused(client, parameters, message):
    with aws_error("ValidationError", message):
        client("cloudformation").create_stack(
            StackName="s",
            TemplateBody=TEMPLATE,
            Parameters=[
                {"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()
            ],
        )


def test_resources_and_events_are_told(client, stack):
    stack()
    cloudformation = client("cloudformation")
    resources = cloudformation.describe_stack_resources(StackName="s")["StackResources"]
    assert {r["LogicalResourceId"] for r in resources} == {"Queue", "Bus", "Rule"}
    one = cloudformation.describe_stack_resource(StackName="s", LogicalResourceId="Bus")
    assert one["StackResourceDetail"]["PhysicalResourceId"] == "bus-b-s"
    listed = cloudformation.list_stack_resources(StackName="s")["StackResourceSummaries"]
    assert len(listed) == 3
    events = cloudformation.describe_stack_events(StackName="s")["StackEvents"]
    assert events[0]["ResourceStatus"] == "CREATE_COMPLETE"
    assert events[0]["ResourceType"] == "AWS::CloudFormation::Stack"
    order = [e["LogicalResourceId"] for e in reversed(events) if e["ResourceStatus"] == "CREATE_COMPLETE"]
    assert order.index("Queue") < order.index("Bus")
    with aws_error("ValidationError", "Resource Nope does not exist for stack s"):
        cloudformation.describe_stack_resource(StackName="s", LogicalResourceId="Nope")


def test_the_template_can_be_read_back_and_summed_up(client, stack):
    stack()
    cloudformation = client("cloudformation")
    assert cloudformation.get_template(StackName="s")["TemplateBody"] == TEMPLATE
    summary = cloudformation.get_template_summary(TemplateBody=TEMPLATE)
    assert {p["ParameterKey"] for p in summary["Parameters"]} == {
        "Stage",
        "Seconds",
        "Names",
        "Secret",
    }
    assert set(summary["ResourceTypes"]) == {
        "AWS::SQS::Queue",
        "AWS::Events::EventBus",
        "AWS::Events::Rule",
    }
    assert cloudformation.validate_template(TemplateBody=TEMPLATE)["Parameters"]


def test_an_export_is_imported_and_kept_from_deletion(client, stack):
    stack(name="first")
    importer = "Resources: {Q: {Type: 'AWS::SQS::Queue', Properties: {Tags: [{Key: a, Value: !ImportValue first-arn}]}}}"
    assert stack(importer, "second")["StackStatus"] == "CREATE_COMPLETE"
    cloudformation = client("cloudformation")
    assert [e["Name"] for e in cloudformation.list_exports()["Exports"]] == ["first-arn"]
    assert cloudformation.list_imports(ExportName="first-arn")["Imports"] == ["second"]
    cloudformation.delete_stack(StackName="first")
    assert settle(cloudformation, "first")["StackStatus"] == "CREATE_COMPLETE"
    assert any("in use by second" in reason for reason in reasons(cloudformation, "first"))


def test_a_change_set_is_made_looked_at_and_executed(client):
    cloudformation = client("cloudformation")
    made = cloudformation.create_change_set(
        StackName="s", ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=TEMPLATE
    )
    for _ in range(100_000):
        described = cloudformation.describe_change_set(ChangeSetName=made["Id"])
        if not described["Status"].endswith(("_PENDING", "_IN_PROGRESS")):
            break
    assert described["Status"] == "CREATE_COMPLETE"
    changes = {c["ResourceChange"]["LogicalResourceId"]: c["ResourceChange"]["Action"] for c in described["Changes"]}
    assert changes == {"Queue": "Add", "Bus": "Add", "Rule": "Add"}
    assert cloudformation.describe_stacks(StackName="s")["Stacks"][0]["StackStatus"] == "REVIEW_IN_PROGRESS"
    cloudformation.execute_change_set(ChangeSetName=made["Id"])
    assert settle(cloudformation, "s")["StackStatus"] == "CREATE_COMPLETE"


def test_an_update_changes_only_what_differs(client, stack):
    stack()
    cloudformation = client("cloudformation")
    url = outputs(cloudformation.describe_stacks(StackName="s")["Stacks"][0])["Url"]
    cloudformation.update_stack(
        StackName="s",
        UsePreviousTemplate=True,
        Parameters=[{"ParameterKey": "Seconds", "ParameterValue": "77"}],
    )
    described = settle(cloudformation, "s")
    assert described["StackStatus"] == "UPDATE_COMPLETE"
    assert outputs(described)["Url"] == url
    attributes = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    assert attributes["Attributes"]["VisibilityTimeout"] == "77"
    with aws_error("ValidationError", "No updates are to be performed."):
        cloudformation.update_stack(
            StackName="s",
            UsePreviousTemplate=True,
            Parameters=[{"ParameterKey": "Seconds", "UsePreviousValue": True}],
        )


def test_a_resource_that_fails_rolls_the_stack_back(client, stack):
    template = textwrap.dedent(
        """
        Resources:
          Good: {Type: AWS::SQS::Queue}
          Bad:
            Type: AWS::SQS::Queue
            DependsOn: Good
            Properties: {VisibilityTimeout: 99999}
        """
    )
    assert stack(template)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "QueueUrls" not in client("sqs").list_queues()


def test_a_resource_type_that_is_not_served_fails_by_name(client, stack):
    template = "Resources: {T: {Type: 'AWS::Foo::Bar'}}"
    cloudformation = client("cloudformation")
    try:
        described = stack(template)
    except cloudformation.exceptions.ClientError as error:
        assert "AWS::Foo::Bar" in error.response["Error"]["Message"]
        return
    assert described["StackStatus"] in ("ROLLBACK_COMPLETE", "CREATE_FAILED")
    assert any("AWS::Foo::Bar" in reason for reason in reasons(cloudformation, "s"))


@pytest.mark.parametrize(
    ("template", "message"),
    [
        (
            "Resources: {Q: {Type: 'AWS::SQS::Queue', Properties: {QueueName: !Ref Nope}}}",
            "Template format error: Unresolved resource dependencies [Nope] in the Resources block of the template",
        ),
        (
            "Resources: {A: {Type: 'AWS::SQS::Queue', DependsOn: B}, B: {Type: 'AWS::SQS::Queue', DependsOn: A}}",
            "Circular dependency between resources: [A, B]",
        ),
        ("Resources: {}", "Template format error: At least one Resources member must be defined."),
        ("not: [a, template", None),
    ],
)
def test_a_template_that_is_wrong_is_refused(client, template, message):
    with aws_error("ValidationError", message):
        client("cloudformation").create_stack(StackName="s", TemplateBody=template)


def test_a_sam_template_is_transformed(client, stack, tmp_path):
    (tmp_path / "index.py").write_text("def handler(event, context): return event\n")
    template = textwrap.dedent(
        f"""
        Transform: AWS::Serverless-2016-10-31
        Globals: {{Function: {{Runtime: python3.11, Timeout: 5}}}}
        Resources:
          Function:
            Type: AWS::Serverless::Function
            Properties:
              Handler: index.handler
              CodeUri: {{Bucket: iatk-local-folder, Key: {tmp_path}}}
              Events:
                OnOrder: {{Type: EventBridgeRule, Properties: {{Pattern: {{source: [shop]}}}}}}
        Outputs: {{Name: {{Value: !Ref Function}}}}
        """
    )
    described = stack(template, Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"])
    assert described["StackStatus"] == "CREATE_COMPLETE"
    reply = client("lambda").invoke(FunctionName=outputs(described)["Name"], Payload=b'{"a":1}')
    assert json.loads(reply["Payload"].read()) == {"a": 1}
    types = {
        r["ResourceType"]
        for r in client("cloudformation").describe_stack_resources(StackName="s")["StackResources"]
    }
    assert types == {
        "AWS::Lambda::Function",
        "AWS::IAM::Role",
        "AWS::Events::Rule",
        "AWS::Lambda::Permission",
    }


def test_a_sam_template_needs_its_capability(client):
    template = "Transform: AWS::Serverless-2016-10-31\nResources: {Q: {Type: 'AWS::SQS::Queue'}}"
    with aws_error("InsufficientCapabilitiesException"):
        client("cloudformation").create_stack(StackName="s", TemplateBody=template)
