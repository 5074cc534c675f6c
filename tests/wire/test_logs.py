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


def test_events_come_in_pages_both_ways(client):
    logs = client("logs")
    logs.create_log_group(logGroupName="/a")
    logs.create_log_stream(logGroupName="/a", logStreamName="s")
    where = {"logGroupName": "/a", "logStreamName": "s"}
    now = int(time.time() * 1000)
    logs.put_log_events(
        **where, logEvents=[{"timestamp": now + i, "message": str(i)} for i in range(5)]
    )

    def page(**more):
        out = logs.get_log_events(**where, limit=2, **more)
        return [event["message"] for event in out["events"]], out

    first, out = page(startFromHead=True)
    second, out = page(nextToken=out["nextForwardToken"])
    third, out = page(nextToken=out["nextForwardToken"])
    assert (first, second, third) == (["0", "1"], ["2", "3"], ["4"])
    # The end is where the token stays the same.
    nothing, end = page(nextToken=out["nextForwardToken"])
    assert nothing == []
    assert end["nextForwardToken"] == out["nextForwardToken"]
    back, _ = page(nextToken=out["nextBackwardToken"])
    assert back == ["2", "3"]
    found = logs.get_paginator("filter_log_events").paginate(
        logGroupName="/a", PaginationConfig={"PageSize": 2}
    )
    assert [e["message"] for p in found for e in p["events"]] == list("01234")


def test_events_are_taken_in_order_and_not_from_afar(client):
    logs = client("logs")
    logs.create_log_group(logGroupName="/a")
    logs.create_log_stream(logGroupName="/a", logStreamName="s")
    now = int(time.time() * 1000)

    def put(*timestamps):
        return logs.put_log_events(
            logGroupName="/a",
            logStreamName="s",
            logEvents=[{"timestamp": t, "message": "x"} for t in timestamps],
        )

    with aws_error(
        "InvalidParameterException",
        "Log events in a single PutLogEvents request must be in chronological order.",
    ):
        put(now, now - 1)
    day = 86_400_000
    assert put(now - 15 * day)["rejectedLogEventsInfo"] == {"tooOldLogEventEndIndex": 1}
    assert put(now, now + day // 2)["rejectedLogEventsInfo"] == {"tooNewLogEventStartIndex": 1}
    events = logs.get_log_events(logGroupName="/a", logStreamName="s", startFromHead=True)
    assert [event["timestamp"] for event in events["events"]] == [now]
