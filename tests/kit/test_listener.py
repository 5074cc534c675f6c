"""Listeners and what a test expects of them, through the Python package."""

import concurrent.futures
import json
import logging
import threading

import pytest
from conftest import environment
from test_events import allow

import aws_iatk

ORDER = {"Source": "shop", "DetailType": "order", "Detail": {"total": 42}}


@pytest.fixture
def iatk(client, cloud, account, monkeypatch):
    for name, value in environment(cloud.url, account).items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    return aws_iatk.AwsIatk(region="us-east-1")


@pytest.fixture
def rule(client):
    client("events").put_rule(Name="orders", EventPattern='{"source":["shop"]}')
    return "orders"


@pytest.fixture
def listener(iatk, rule):
    with iatk.listen(rule_name=rule) as made:
        yield made


def queues(client):
    return client("sqs").list_queues().get("QueueUrls", [])


def test_an_event_is_expected_by_a_pattern(iatk, listener):
    with listener.act() as act:
        published = iatk.publish(ORDER)
    event = listener.expect({"detail": {"total": [{"numeric": [">", 40]}]}}, within=20, since=act)
    assert event.id == published.event_ids[0]
    assert event.body["detail"] == {"total": 42, "correlationId": published.correlation_id}
    assert event.latency is not None
    assert 0 <= event.latency < 20
    assert event.trace_header.startswith(published.trace_header.split(";")[0])
    assert listener.expect(published.event_pattern, within=0).id == event.id


def test_an_event_is_expected_by_a_function(iatk, listener):
    iatk.publish(ORDER)

    def is_mine(event):
        assert event.body["detail"]["total"] == 42

    assert listener.expect(is_mine, within=20).body["source"] == "shop"
    assert listener.expect(lambda event: event.id != "", within=20)


def test_a_failed_expectation_says_what_came_and_which_field_was_not_met(iatk, listener):
    iatk.publish(ORDER)
    with pytest.raises(AssertionError) as failed:
        listener.expect({"detail": {"total": [43]}}, within=0.5)
    text = str(failed.value)
    assert "0 matched of the 1 that came" in text
    assert "detail.total: expected 43, found 42" in text
    assert "polls" in text
    assert listener.failures == [text]
    with pytest.raises(AssertionError, match="the total is wrong"):
        listener.expect(total_is_wrong, within=0.2)


def total_is_wrong(event):
    raise AssertionError("the total is wrong")


def test_a_lost_event_is_followed_to_where_it_was_last_seen(iatk, listener):
    published = iatk.publish({**ORDER, "Source": "shopp"})
    with pytest.raises(AssertionError) as failed:
        listener.expect({"source": ["shop"]}, within=0.2, published=published)
    text = str(failed.value)
    assert f"last seen: event bus default: it took the event, as {published.event_ids[0]}" in text
    assert 'source: expected "shop", found "shopp"' in text


def test_never_is_controlled_by_an_event_through_the_same_rule(iatk, listener, client):
    outcome = listener.never({"detail": {"total": [43]}}, within=0.2)
    assert outcome.controlled is True
    iatk.publish(ORDER)
    with pytest.raises(AssertionError, match="none should have"):
        listener.never({"detail": {"total": [42]}}, within=20)
    assert listener.never(lambda event: event.body["detail"]["total"] == 1, within=0.2).controlled
    # The listener's rule is as it was.
    assert client("events").describe_rule(Name=listener.id)["EventPattern"] == '{"source":["shop"]}'


def test_nevers_at_once_do_not_take_each_others_control_events(iatk, listener, client):
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        waits = [pool.submit(listener.never, {"source": ["x"]}, within=0) for _ in range(5)]
        assert all(wait.result().controlled for wait in waits)
    assert client("events").describe_rule(Name=listener.id)["EventPattern"] == '{"source":["shop"]}'


def test_never_fails_if_nothing_was_listening(iatk, listener, client):
    client("events").remove_targets(Rule=listener.id, Ids=[listener.id])
    client("events").delete_rule(Name=listener.id)
    with pytest.raises(AssertionError, match="nothing was listening"):
        listener.never({"source": ["x"]}, within=0)


def test_count_sequence_and_all_of_read_the_same_log(iatk, listener):
    for total in (1, 2, 3):
        iatk.publish({**ORDER, "Detail": {"total": total}})
    one, two, three = ({"detail": {"total": [total]}} for total in (1, 2, 3))
    assert len(listener.count({"source": ["shop"]}, exactly=3, within=1)) == 3
    assert len(listener.count({"source": ["shop"]}, at_least=2, within=20)) >= 2
    assert [e.body["detail"]["total"] for e in listener.sequence(one, three)] == [1, 3]
    assert len(listener.all_of(three, one, two)) == 3
    with pytest.raises(AssertionError, match="event 0 matches it, but out of order"):
        listener.sequence(three, one, within=0)
    with pytest.raises(AssertionError, match="event 0 matches it, but stands for another pattern"):
        listener.all_of(one, one, within=0)
    with pytest.raises(AssertionError, match="expected exactly 2: 3 of 3 event"):
        listener.count(lambda event: True, exactly=2, within=0)
    with pytest.raises(AssertionError):
        listener.count({"source": ["shop"]}, exactly=2, within=0.2)
    assert [event.body["detail"]["total"] for event in listener.events()] == [1, 2, 3]
    # The old way to poll reads it as well.
    assert len(iatk.poll_events(listener.id, 0, 10).events) == 3


def test_an_act_leaves_out_what_came_before(iatk, listener):
    iatk.publish(ORDER)
    listener.expect({"source": ["shop"]})
    with listener.act() as act:
        pass
    with pytest.raises(AssertionError):
        listener.expect({"source": ["shop"]}, within=0.2, since=act)


def test_a_lost_event_is_found_in_a_dead_letter_queue(iatk, listener, client, queue):
    _, shut_arn = queue("shut")  # without a policy that lets EventBridge in
    dead_url, dead_arn = queue("dead")
    allow(client, dead_url, dead_arn)
    target = {"Id": "t", "Arn": shut_arn, "DeadLetterConfig": {"Arn": dead_arn}}
    client("events").put_targets(Rule="orders", Targets=[target])
    with listener.act() as act:
        published = iatk.publish(ORDER)
    with pytest.raises(AssertionError) as lost:
        listener.expect(
            {"detail": {"total": [1]}}, within=0.1, since=act, published=published
        )
    text = str(lost.value)
    assert "seen      dead-letter queue of target t of rule orders: the event is in it" in text
    assert "ERROR_CODE: NO_PERMISSIONS" in text
    # Another rule's target did not get it; the listener did.
    assert f"last seen: listener {listener.id}: it came, as event 0" in text
    # It is still there for others.
    assert client("sqs").receive_message(QueueUrl=dead_url, WaitTimeSeconds=5)["Messages"]


@pytest.mark.parametrize("how", ["pattern", "bus", "arn", "bus|rule"])
def test_d29_more_places_to_listen(iatk, client, account, how):
    events = client("events")
    events.create_event_bus(Name="b")
    arn = events.put_rule(Name="r", EventBusName="b", EventPattern='{"source":["shop"]}')["RuleArn"]
    place = {
        "pattern": {"event_bus_name": "b", "pattern": {"source": ["shop"]}},
        "bus": {"event_bus_name": "b"},
        "arn": {"rule_name": arn},
        "bus|rule": {"rule_name": "b|r"},
    }[how]
    with iatk.listen(**place) as listener:
        iatk.publish(ORDER, event_bus_name="b")
        assert listener.expect({"source": ["shop"]}).body["detail"]["total"] == 42
    assert queues(client) == []


def test_a_queue_is_listened_to_and_keeps_its_messages(iatk, client, queue):
    sqs = client("sqs")
    url, arn = queue("dead")
    sqs.send_message(QueueUrl=url, MessageBody='{"kind": "order"}')
    with iatk.listen(queue=arn) as listener:
        assert listener.expect({"kind": ["order"]}).body == {"kind": "order"}
        assert listener.never({"kind": ["x"]}, within=0).controlled is None
        assert listener.never(lambda event: event.body["kind"] == "x", within=0).controlled is None
    got = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert (
        int(got["ApproximateNumberOfMessages"]) + int(got["ApproximateNumberOfMessagesNotVisible"])
        == 1
    )


def test_a_listener_gets_what_the_rules_target_gets(iatk, client, rule, queue):
    events = client("events")
    url, arn = queue()
    allow(client, url, arn)
    transformer = {"InputPathsMap": {"t": "$.detail.total"}, "InputTemplate": '{"sum": <t>}'}
    events.put_targets(Rule=rule, Targets=[{"Id": "t", "Arn": arn, "InputTransformer": transformer}])
    with iatk.listen(rule_name=rule, target_id="t") as listener:
        iatk.publish(ORDER)
        assert listener.expect({"sum": [42]}).body == {"sum": 42}


def test_a_function_is_not_said_to_reject_what_is_no_longer_kept():
    event = {"Number": 7, "Body": "{}", "Id": "", "MessageId": "m", "TraceHeader": ""}
    event.update(ReceivedAt=0, SentAt=None, Duplicate=False)
    read = {"Events": [event], "Next": 8, "End": 8, "Polls": 1, "Duplicates": 0, "LastError": ""}
    listener = aws_iatk.Listener(lambda method, params: read, {"Id": "x"}, lambda listener_id: None)
    with pytest.raises(AssertionError, match="7 event.s. that were read before"):
        listener.never(lambda event: False, within=0)
    with pytest.raises(AssertionError, match="7 event.s. that were read before"):
        listener.count(lambda event: True, exactly=1, within=0)
    assert len(listener.count(lambda event: True, at_least=1, within=0)) == 1


def test_d29_publish_names_what_the_bus_did_not_take(iatk):
    with pytest.raises(aws_iatk.IatkException, match="event 1: .*Source"):
        iatk.publish(ORDER, {"DetailType": "order", "Detail": {}})


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ({"Source": "shop", "Detail": "no json"}, "event 1: Detail: Invalid JSON"),
        ({"Source": "shop", "Detail": []}, "event 1: Detail must be a JSON object"),
        ({"source": "shop"}, "event 1: it has no source, only Source, DetailType, Detail,"),
        ({"Source": "shop", "Time": "noon"}, "event 1: noon is no RFC 3339 time"),
    ],
)
def test_publish_refuses_what_is_no_event(iatk, event, told):
    with pytest.raises(aws_iatk.IatkException, match=told):
        iatk.publish(ORDER, event)


def test_repeat_gives_the_distribution_and_fails_against_a_limit(iatk, listener):
    def run():
        with listener.act() as act:
            published = iatk.publish(ORDER)
        return listener.expect(published.event_pattern, since=act)

    distribution = iatk.repeat(5, run, limits={"p95": 20})
    assert distribution.runs == 5
    assert 0 <= distribution.min <= distribution.p50 <= distribution.p99 <= distribution.max
    with pytest.raises(AssertionError, match="p50 is .* over 0.000\n5 runs: "):
        iatk.repeat(5, run, limits={"p50": 0})


def test_gc_finds_what_was_left_behind(iatk, client, rule):
    left = iatk.listen(rule_name=rule)
    assert iatk.gc(dry_run=True) == []
    (found,) = iatk.gc(dry_run=True, older_than=0)
    assert found["Id"] == left.id
    assert len(found["Resources"]) == 2
    assert queues(client) != []
    (removed,) = iatk.gc(older_than=0)
    assert removed["Error"] == ""
    assert queues(client) == []
    assert client("events").list_rules(NamePrefix="iatk")["Rules"] == []


def test_d29_resources_are_tagged_as_the_originals_plus_an_expiry(iatk, client, rule, account):
    with iatk.listen(rule_name=rule, tags={"mine": "1"}) as listener:
        arn = listener.components[1]["ARN"]
        tags = {t["Key"]: t["Value"] for t in client("events").list_tags_for_resource(ResourceARN=arn)["Tags"]}
        assert tags.pop("iatk:TestHarness:Created")
        assert tags.pop("iatk:TestHarness:Expires")
        assert tags == {
            "iatk:TestHarness:ID": listener.id,
            "iatk:TestHarness:Type": "EventBridge.Listener",
            "iatk:TestHarness:Target": f"arn:aws:events:us-east-1:{account}:event-bus/default",
            "mine": "1",
        }


def test_explain(iatk):
    why = iatk.explain({"source": ["a"]}, {"source": "b"})
    assert why["matches"] is False
    assert 'source: expected "a", found "b"' in why["text"]


def test_waits_of_several_threads_share_the_polls(iatk, listener):
    events = []
    waits = [
        threading.Thread(target=lambda: events.append(listener.expect({"source": ["shop"]})))
        for _ in range(5)
    ]
    for wait in waits:
        wait.start()
    iatk.publish(ORDER)
    for wait in waits:
        wait.join()
    assert len({event.id for event in events}) == 1
    assert len(events) == 5


# The original kit's defects, by their numbers.


@pytest.fixture
def old_listener(iatk, rule):
    made = iatk.add_listener(event_bus_name="default", rule_name=rule)
    yield made.id
    iatk.remove_listeners(ids=[made.id])


def test_d01_an_assertion_function_that_returns_false_does_not_match(iatk, old_listener, caplog):
    iatk.publish(ORDER)
    with caplog.at_level(logging.WARNING, "aws_iatk"):
        assert iatk.wait_until_event_matched(old_listener, lambda event: False, 1) is False
    assert "returned False" in caplog.text


def test_d02_an_error_has_its_code(iatk):
    with pytest.raises(aws_iatk.IatkException) as failed:
        iatk.get_stack_outputs("nope", ["a"])
    assert failed.value.error_code == 10


def test_d03_the_rest_of_a_batch_is_there_for_the_next_wait(iatk, old_listener):
    for total in (1, 2, 3):
        iatk.publish({**ORDER, "Detail": {"total": total}})

    def wait_for(total):
        def is_it(event):
            assert json.loads(event)["detail"]["total"] == total

        return iatk.wait_until_event_matched(old_listener, is_it, 5)

    assert wait_for(1)
    assert wait_for(2)
    assert wait_for(3)


def test_d04_a_failed_wait_logs_why(iatk, old_listener, caplog):
    iatk.publish(ORDER)

    def is_it(event):
        assert json.loads(event)["detail"]["total"] == 43, "not 43"

    with caplog.at_level(logging.WARNING, "aws_iatk"):
        assert iatk.wait_until_event_matched(old_listener, is_it, 1) is False
    assert "1 event(s) came" in caplog.text
    assert "not 43" in caplog.text


def test_d20_a_listener_without_its_queue_is_removed_with_its_rule(iatk, rule, client):
    made = iatk.add_listener(event_bus_name="default", rule_name=rule)
    client("sqs").delete_queue(QueueUrl=made.components[0].physical_id)
    iatk.remove_listeners(ids=[made.id])
    assert client("events").list_rules(NamePrefix="iatk")["Rules"] == []


def test_a_target_that_the_rule_does_not_have_is_an_error_and_leaves_nothing(iatk, client, rule):
    events = client("events")
    with pytest.raises(aws_iatk.IatkException, match="TagetId: no was not found on orders Rule"):
        iatk.add_listener(event_bus_name="default", rule_name=rule, target_id="no")
    assert queues(client) == []
    assert [r["Name"] for r in events.list_rules()["Rules"]] == ["orders"]


def test_a_listener_is_ready_when_the_call_returns(iatk, rule):
    made = iatk.add_listener(event_bus_name="default", rule_name=rule)
    published = iatk.publish(ORDER)
    (event,) = iatk.poll_events(made.id, 20, 10).events
    assert json.loads(event)["id"] == published.event_ids[0]
    iatk.remove_listeners(ids=[made.id])


def test_a_rule_that_is_not_there_is_refused_clearly(iatk, client):
    with pytest.raises(aws_iatk.IatkException, match="RuleName .nope. was provided but not found"):
        iatk.add_listener(event_bus_name="default", rule_name="nope")


def test_d27_missing_outputs_are_named_and_a_stack_goes_by_its_arn_too(iatk, client):
    cloudformation = client("cloudformation")
    arn = cloudformation.create_stack(
        StackName="s",
        TemplateBody="Resources: {Q: {Type: 'AWS::SQS::Queue'}}\nOutputs: {Url: {Value: !Ref Q}}",
    )["StackId"]
    while cloudformation.describe_stacks(StackName="s")["Stacks"][0]["StackStatus"].endswith("PROGRESS"):
        pass
    assert iatk.get_stack_outputs(arn, ["Url"]).outputs["Url"]
    with pytest.raises(aws_iatk.IatkException, match="Not all output keys found: stack s has no A, B"):
        iatk.get_stack_outputs("s", ["Url", "A", "B"])
