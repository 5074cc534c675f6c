"""Amazon EventBridge: buses, rules, targets, and the way of an event."""

import json

import pytest
from errors import aws_error

ORDER = {"Source": "shop", "DetailType": "order", "Detail": '{"total": 42, "note": "a"}'}


def allow(client, queue_url, queue_arn):
    client("sqs").set_queue_attributes(
        QueueUrl=queue_url,
        Attributes={
            "Policy": json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "events.amazonaws.com"},
                            "Action": "sqs:SendMessage",
                            "Resource": queue_arn,
                        }
                    ],
                }
            )
        },
    )


@pytest.fixture
def rule_to_queue(client, queue):
    """Makes a rule whose target is a queue: the queue's URL."""

    def make(name="orders", pattern='{"source":["shop"]}', bus="default", **target):
        events = client("events")
        url, arn = queue(f"queue-of-{name}")
        allow(client, url, arn)
        events.put_rule(Name=name, EventPattern=pattern, EventBusName=bus)
        events.put_targets(
            Rule=name, EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn, **target}]
        )
        return url

    return make


def test_an_event_reaches_the_queue_of_a_rule_in_its_envelope(client, rule_to_queue, receive, account):
    events = client("events")
    url = rule_to_queue()
    out = events.put_events(Entries=[{**ORDER, "Resources": ["arn:aws:s3:::b"]}])
    assert out["FailedEntryCount"] == 0
    event = json.loads(receive(url)[0]["Body"])
    assert event == {
        "version": "0",
        "id": out["Entries"][0]["EventId"],
        "detail-type": "order",
        "source": "shop",
        "account": account,
        "time": event["time"],
        "region": "us-east-1",
        "resources": ["arn:aws:s3:::b"],
        "detail": {"total": 42, "note": "a"},
    }


def test_a_details_text_arrives_as_it_was_sent(client, rule_to_queue, receive):
    url = rule_to_queue()
    detail = '{"z":1.10,"a":1e3,"big":12345678901234567890,"z":2}'
    client("events").put_events(Entries=[{**ORDER, "Detail": detail}])
    assert f'"detail":{detail}' in receive(url)[0]["Body"]


@pytest.mark.parametrize(
    "detail",
    [
        '{"order": {"total": 42}, "note": "a"}',
        '{"order": {"total": 1}, "order": {"total": 42}}',
        '{"order": {"total": 1, "total": 42}}',
        '{"order": {"total": 1}, "order.total": 42}',
        '{"order": {"total": 1}, "\\u006frder": [{"total": 42}]}',
    ],
)
def test_all_values_of_a_path_count_wherever_they_are(client, rule_to_queue, receive, detail):
    url = rule_to_queue(pattern='{"detail":{"order":{"total":[42]}}}')
    client("events").put_events(Entries=[{**ORDER, "Detail": detail}])
    assert len(receive(url)) == 1


def test_an_event_that_matches_no_rule_goes_nowhere(client, rule_to_queue):
    url = rule_to_queue(pattern='{"source":["other"]}')
    assert client("events").put_events(Entries=[ORDER])["FailedEntryCount"] == 0
    assert "Messages" not in client("sqs").receive_message(QueueUrl=url)


def test_a_disabled_rule_matches_nothing_until_it_is_enabled(client, rule_to_queue, receive):
    events = client("events")
    url = rule_to_queue()
    events.disable_rule(Name="orders")
    assert events.describe_rule(Name="orders")["State"] == "DISABLED"
    events.put_events(Entries=[ORDER])
    assert "Messages" not in client("sqs").receive_message(QueueUrl=url)
    events.enable_rule(Name="orders")
    events.put_events(Entries=[ORDER])
    assert receive(url)


@pytest.mark.parametrize(
    ("target", "body"),
    [
        ({"Input": '{"fixed":true}'}, '{"fixed":true}'),
        ({"InputPath": "$.detail"}, '{"total": 42, "note": "a"}'),
        (
            {
                "InputTransformer": {
                    "InputPathsMap": {"total": "$.detail.total", "note": "$.detail.note"},
                    "InputTemplate": '{"sum": <total>, "text": "<note>!"}',
                }
            },
            '{"sum": 42, "text": "a!"}',
        ),
        (
            {
                "InputTransformer": {
                    "InputPathsMap": {"note": "$.detail.note"},
                    "InputTemplate": '"note is <note>"',
                }
            },
            '"note is a"',
        ),
    ],
)
def test_a_target_gets_the_input_it_asks_for(client, rule_to_queue, receive, target, body):
    url = rule_to_queue(**target)
    client("events").put_events(Entries=[ORDER])
    got = receive(url)[0]["Body"]
    assert got == body or json.loads(got) == json.loads(body)


def test_put_events_tells_of_each_entry(client):
    out = client("events").put_events(
        Entries=[
            ORDER,
            {"Source": "shop", "DetailType": "order", "Detail": "not json"},
            {"DetailType": "order", "Detail": "{}"},
            {"Source": "shop", "DetailType": "order", "Detail": "[]"},
        ]
    )
    assert out["FailedEntryCount"] == 3
    assert "EventId" in out["Entries"][0]
    assert [entry.get("ErrorCode") for entry in out["Entries"]] == [
        None,
        "MalformedDetail",
        "InvalidArgument",
        "MalformedDetail",
    ]
    assert out["Entries"][1]["ErrorMessage"] == "Detail is malformed."


def test_put_events_takes_up_to_ten_entries(client):
    events = client("events")
    with aws_error("ValidationException"):
        events.put_events(Entries=[ORDER] * 11)


def test_an_event_to_a_bus_that_is_not_there_is_taken_and_lost(client):
    out = client("events").put_events(Entries=[{**ORDER, "EventBusName": "nowhere"}])
    assert out["FailedEntryCount"] == 0


def test_a_bus_forwards_to_another_bus(client, rule_to_queue, receive, account):
    events = client("events")
    arn = events.create_event_bus(Name="second")["EventBusArn"]
    url = rule_to_queue("onward", bus="second")
    events.put_rule(Name="forward", EventPattern='{"source":["shop"]}')
    events.put_targets(Rule="forward", Targets=[{"Id": "bus", "Arn": arn}])
    events.put_events(Entries=[ORDER])
    event = json.loads(receive(url)[0]["Body"])
    assert event["source"] == "shop"
    assert event["account"] == account


def test_a_forwarded_event_keeps_what_it_was(client, rule_to_queue, receive, account):
    near, far = client("events"), client("events", region="eu-west-1")
    arn = near.create_event_bus(Name="second")["EventBusArn"]
    url = rule_to_queue("onward", bus="second")
    far.put_rule(Name="forward", EventPattern='{"source":["shop"]}')
    far.put_targets(Rule="forward", Targets=[{"Id": "bus", "Arn": arn}])
    out = far.put_events(Entries=[{**ORDER, "Time": "2026-01-02T03:04:05Z"}])
    event = json.loads(receive(url)[0]["Body"])
    assert event["id"] == out["Entries"][0]["EventId"]
    assert event["time"] == "2026-01-02T03:04:05Z"
    assert (event["account"], event["region"]) == (account, "eu-west-1")


def test_an_event_goes_from_bus_to_bus_only_once(client, rule_to_queue, queue, receive):
    """Rules that forward in a circle end with the event in the dead-letter queue."""
    events = client("events")
    arns = {name: events.create_event_bus(Name=name)["EventBusArn"] for name in ("a", "b")}
    dead_url, dead_arn = queue("dead")
    allow(client, dead_url, dead_arn)
    for bus, other in (("a", "b"), ("b", "a")):
        events.put_rule(Name="forward", EventBusName=bus, EventPattern='{"source":["shop"]}')
        events.put_targets(
            Rule="forward",
            EventBusName=bus,
            Targets=[{"Id": "bus", "Arn": arns[other], "DeadLetterConfig": {"Arn": dead_arn}}],
        )
    url = rule_to_queue("seen", bus="b")
    out = events.put_events(Entries=[{**ORDER, "EventBusName": "a"}])
    event_id = out["Entries"][0]["EventId"]
    assert json.loads(receive(url)[0]["Body"])["id"] == event_id
    told = receive(dead_url, MessageAttributeNames=["All"])[0]["MessageAttributes"]
    assert told["ERROR_CODE"]["StringValue"] == "THIRD_ACCOUNT_HOP_DETECTED"
    assert told["ERROR_MESSAGE"]["StringValue"] == (
        f"Event ingestion rejected for event {event_id} because an event can be sent to an event "
        "bus target only once. This event was previously delivered to an event bus target."
    )
    assert told["TARGET_ARN"]["StringValue"] == arns["a"]


def test_a_rule_starts_a_state_machine(client, receive, queue):
    events, sfn = client("events"), client("stepfunctions")
    url, _ = queue("seen")
    definition = {
        "StartAt": "Tell",
        "States": {
            "Tell": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage",
                "Parameters": {"QueueUrl": url, "MessageBody.$": "$.detail"},
                "End": True,
            }
        },
    }
    machine = sfn.create_state_machine(
        name="m",
        definition=json.dumps(definition),
        roleArn="arn:aws:iam::123456789012:role/r",
    )["stateMachineArn"]
    events.put_rule(Name="r", EventPattern='{"source":["shop"]}')
    events.put_targets(
        Rule="r",
        Targets=[{"Id": "m", "Arn": machine, "RoleArn": "arn:aws:iam::123456789012:role/r"}],
    )
    events.put_events(Entries=[ORDER])
    assert json.loads(receive(url)[0]["Body"]) == {"total": 42, "note": "a"}


def test_a_fifo_queue_is_a_target_with_its_group(client, queue, receive):
    events = client("events")
    url, arn = queue("q.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    allow(client, url, arn)
    events.put_rule(Name="r", EventPattern='{"source":["shop"]}')
    with aws_error(
        "ValidationException", "Parameter(s) SqsParameters must be specified for target: t."
    ):
        events.put_targets(Rule="r", Targets=[{"Id": "t", "Arn": arn}])
    events.put_targets(
        Rule="r", Targets=[{"Id": "t", "Arn": arn, "SqsParameters": {"MessageGroupId": "g"}}]
    )
    events.put_events(Entries=[ORDER])
    message = receive(url, MessageSystemAttributeNames=["All"])[0]
    assert message["Attributes"]["MessageGroupId"] == "g"


def test_a_target_that_may_not_be_reached_dead_letters_the_event(client, queue, receive):
    events = client("events")
    _, shut_arn = queue("shut")
    dead_url, dead_arn = queue("dead")
    allow(client, dead_url, dead_arn)
    rule_arn = events.put_rule(Name="r", EventPattern='{"source":["shop"]}')["RuleArn"]
    events.put_targets(
        Rule="r",
        Targets=[{"Id": "t", "Arn": shut_arn, "DeadLetterConfig": {"Arn": dead_arn}}],
    )
    events.put_events(Entries=[ORDER])
    message = receive(dead_url, MessageAttributeNames=["All"])[0]
    assert json.loads(message["Body"])["source"] == "shop"
    told = {k: v["StringValue"] for k, v in message["MessageAttributes"].items()}
    assert told["RULE_ARN"] == rule_arn
    assert told["TARGET_ARN"] == shut_arn
    assert told["ERROR_CODE"] == "NO_PERMISSIONS"


def test_buses_are_made_described_listed_and_deleted(client, account):
    events = client("events")
    arn = events.create_event_bus(Name="orders", Tags=[{"Key": "a", "Value": "1"}])["EventBusArn"]
    assert arn == f"arn:aws:events:us-east-1:{account}:event-bus/orders"
    assert events.describe_event_bus(Name="orders")["Arn"] == arn
    assert events.describe_event_bus()["Name"] == "default"
    assert [bus["Name"] for bus in events.list_event_buses()["EventBuses"]] == ["default", "orders"]
    assert events.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "a", "Value": "1"}]
    with aws_error(
        "ResourceAlreadyExistsException", "Event bus orders already exists.", status=400
    ):
        events.create_event_bus(Name="orders")
    events.delete_event_bus(Name="orders")
    with aws_error("ResourceNotFoundException", "Event bus orders does not exist."):
        events.describe_event_bus(Name="orders")
    with aws_error("ValidationException", "Cannot delete event bus default."):
        events.delete_event_bus(Name="default")


def test_rules_are_made_described_listed_and_deleted(client, account):
    events = client("events")
    arn = events.put_rule(Name="r1", EventPattern='{"source":["a"]}', Description="one")["RuleArn"]
    assert arn == f"arn:aws:events:us-east-1:{account}:rule/r1"
    rule = events.describe_rule(Name="r1")
    assert (rule["EventPattern"], rule["State"], rule["Description"]) == (
        '{"source":["a"]}',
        "ENABLED",
        "one",
    )
    for i in range(2, 6):
        events.put_rule(Name=f"r{i}", EventPattern='{"source":["a"]}')
    pages = events.get_paginator("list_rules").paginate(
        NamePrefix="r", PaginationConfig={"PageSize": 2}
    )
    assert [rule["Name"] for page in pages for rule in page["Rules"]] == [f"r{i}" for i in range(1, 6)]
    events.delete_rule(Name="r1")
    with aws_error(
        "ResourceNotFoundException", "Rule r1 does not exist on EventBus default."
    ):
        events.describe_rule(Name="r1")


def test_a_rule_with_targets_can_not_be_deleted(client, rule_to_queue):
    events = client("events")
    rule_to_queue()
    with aws_error("ValidationException", "Rule can't be deleted since it has targets."):
        events.delete_rule(Name="orders")
    targets = events.list_targets_by_rule(Rule="orders")["Targets"]
    assert [target["Id"] for target in targets] == ["queue"]
    assert events.list_rule_names_by_target(TargetArn=targets[0]["Arn"])["RuleNames"] == ["orders"]
    events.remove_targets(Rule="orders", Ids=["queue"])
    events.delete_rule(Name="orders")


def test_a_rule_takes_five_targets(client, queue):
    events = client("events")
    events.put_rule(Name="r", EventPattern='{"source":["a"]}')
    _, arn = queue()
    targets = [{"Id": str(i), "Arn": arn} for i in range(6)]
    with aws_error("LimitExceededException"):
        events.put_targets(Rule="r", Targets=targets)
    assert events.put_targets(Rule="r", Targets=targets[:5])["FailedEntryCount"] == 0


def test_a_rule_needs_a_pattern_that_is_one(client):
    events = client("events")
    with aws_error("InvalidEventPatternException"):
        events.put_rule(Name="r", EventPattern='{"source":"a"}')
    with aws_error(
        "ValidationException",
        "Parameter(s) EventPattern or ScheduleExpression must be specified.",
    ):
        events.put_rule(Name="r")


def test_a_pattern_can_be_tried_on_an_event(client):
    events = client("events")
    event = json.dumps(
        {
            "id": "1",
            "account": "123456789012",
            "source": "shop",
            "time": "2026-01-01T00:00:00Z",
            "region": "us-east-1",
            "resources": [],
            "detail-type": "order",
            "detail": {"n": 5},
        }
    )
    for pattern, result in (
        ('{"detail":{"n":[{"numeric":[">",4]}]}}', True),
        ('{"detail":{"n":[{"numeric":[">",5]}]}}', False),
        ('{"source":[{"wildcard":"s*p"}]}', True),
    ):
        assert events.test_event_pattern(EventPattern=pattern, Event=event)["Result"] is result
    with aws_error("InvalidEventPatternException"):
        events.test_event_pattern(EventPattern="[]", Event=event)


def test_tags_of_a_rule(client):
    events = client("events")
    arn = events.put_rule(
        Name="r", EventPattern='{"source":["a"]}', Tags=[{"Key": "a", "Value": "1"}]
    )["RuleArn"]
    events.tag_resource(ResourceARN=arn, Tags=[{"Key": "b", "Value": "2"}])
    events.untag_resource(ResourceARN=arn, TagKeys=["a"])
    assert events.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "b", "Value": "2"}]


def test_another_account_may_put_events_once_it_is_permitted(
    client, account, rule_to_queue, receive
):
    events = client("events")
    bus = events.describe_event_bus()["Arn"]
    url = rule_to_queue()
    stranger = client("events", key="111122223333")
    entry = {**ORDER, "EventBusName": bus}
    with aws_error(
        "AccessDeniedException",
        "User: arn:aws:iam::111122223333:root is not authorized to perform: events:PutEvents on "
        f"resource: {bus} because no resource-based policy allows the events:PutEvents action",
    ):
        stranger.put_events(Entries=[entry])
    events.put_permission(
        EventBusName="default", Action="events:PutEvents", Principal="111122223333", StatementId="s"
    )
    policy = json.loads(events.describe_event_bus()["Policy"])
    assert policy["Statement"][0]["Sid"] == "s"
    # A rule forwards it as one of its own account.
    second = events.create_event_bus(Name="second")["EventBusArn"]
    onward_url = rule_to_queue("onward", bus="second")
    events.put_rule(Name="forward", EventPattern='{"source":["shop"]}')
    events.put_targets(Rule="forward", Targets=[{"Id": "bus", "Arn": second}])
    assert stranger.put_events(Entries=[entry])["FailedEntryCount"] == 0
    for reached in (url, onward_url):
        assert json.loads(receive(reached)[0]["Body"])["account"] == "111122223333"
    events.remove_permission(EventBusName="default", StatementId="s")
    assert "Policy" not in events.describe_event_bus()
    with aws_error("AccessDeniedException"):
        stranger.put_events(Entries=[entry])


def test_what_is_not_served_is_refused_by_name(client):
    events = client("events")
    with aws_error("NotImplemented", "events:CreateEndpoint", status=501):
        events.create_endpoint(
            Name="e",
            RoutingConfig={
                "FailoverConfig": {
                    "Primary": {"HealthCheck": "arn:aws:route53:::healthcheck/x"},
                    "Secondary": {"Route": "us-west-2"},
                }
            },
            EventBuses=[
                {"EventBusArn": "arn:aws:events:us-east-1:123456789012:event-bus/a"},
                {"EventBusArn": "arn:aws:events:us-west-2:123456789012:event-bus/a"},
            ],
        )
