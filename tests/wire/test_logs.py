"""CloudWatch Logs."""

import time

from errors import aws_error


def test_events_are_put_got_and_filtered(client):
    logs = client("logs")
    logs.create_log_group(logGroupName="/app", tags={"a": "1"})
    logs.create_log_stream(logGroupName="/app", logStreamName="one")
    now = int(time.time() * 1000)
    logs.put_log_events(
        logGroupName="/app",
        logStreamName="one",
        logEvents=[
            {"timestamp": now - 2, "message": "INFO start"},
            {"timestamp": now - 1, "message": 'ERROR {"code": 5}'},
            {"timestamp": now, "message": "INFO end"},
        ],
    )
    got = logs.get_log_events(logGroupName="/app", logStreamName="one", startFromHead=True)
    assert [event["message"] for event in got["events"]] == [
        "INFO start",
        'ERROR {"code": 5}',
        "INFO end",
    ]
    newest = logs.get_log_events(logGroupName="/app", logStreamName="one", limit=1)
    assert newest["events"][0]["message"] == "INFO end"
    found = logs.filter_log_events(logGroupName="/app", filterPattern="ERROR")["events"]
    assert [event["message"] for event in found] == ['ERROR {"code": 5}']
    assert found[0]["logStreamName"] == "one"


def test_groups_and_streams_are_described_and_deleted(client, account):
    logs = client("logs")
    for name in ("/a/1", "/a/2", "/b"):
        logs.create_log_group(logGroupName=name)
    groups = logs.describe_log_groups(logGroupNamePrefix="/a")["logGroups"]
    assert [group["logGroupName"] for group in groups] == ["/a/1", "/a/2"]
    assert groups[0]["arn"] == f"arn:aws:logs:us-east-1:{account}:log-group:/a/1:*"
    logs.put_retention_policy(logGroupName="/b", retentionInDays=7)
    assert logs.describe_log_groups(logGroupNamePrefix="/b")["logGroups"][0]["retentionInDays"] == 7
    logs.create_log_stream(logGroupName="/b", logStreamName="s")
    streams = logs.describe_log_streams(logGroupName="/b")["logStreams"]
    assert [stream["logStreamName"] for stream in streams] == ["s"]
    logs.delete_log_stream(logGroupName="/b", logStreamName="s")
    logs.delete_log_group(logGroupName="/b")
    with aws_error(
        "ResourceNotFoundException", "The specified log group does not exist.", status=400
    ):
        logs.describe_log_streams(logGroupName="/b")


def test_what_is_there_already_or_not_there(client):
    logs = client("logs")
    logs.create_log_group(logGroupName="/a")
    with aws_error("ResourceAlreadyExistsException", "The specified log group already exists"):
        logs.create_log_group(logGroupName="/a")
    with aws_error("ResourceNotFoundException", "The specified log stream does not exist."):
        logs.put_log_events(
            logGroupName="/a", logStreamName="no", logEvents=[{"timestamp": 1, "message": "x"}]
        )


def test_tags_of_a_group(client):
    logs = client("logs")
    logs.create_log_group(logGroupName="/a", tags={"a": "1"})
    arn = logs.describe_log_groups()["logGroups"][0]["arn"].removesuffix(":*")
    logs.tag_resource(resourceArn=arn, tags={"b": "2"})
    logs.untag_resource(resourceArn=arn, tagKeys=["a"])
    assert logs.list_tags_for_resource(resourceArn=arn)["tags"] == {"b": "2"}
