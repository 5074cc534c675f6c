"""The kit against moto's server: a second opinion, and an SNS, which the local cloud has not."""

import pathlib
import socket
import subprocess
import sys
import time

import boto3
import pytest
from conftest import environment

import aws_iatk

ORDER = {"Source": "shop", "DetailType": "order", "Detail": {"total": 42}}
TEMPLATE = "Resources: {Q: {Type: 'AWS::SQS::Queue'}}\nOutputs: {Url: {Value: !Ref Q}}"


@pytest.fixture(scope="module")
def moto():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = pathlib.Path(sys.executable).parent / "moto_server"
    server = subprocess.Popen(
        [program, "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            assert server.poll() is None, "moto's server ended"
            assert time.monotonic() < deadline, "moto's server did not start"
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait(timeout=60)


@pytest.fixture
def kit(moto, account, monkeypatch):
    for name, value in environment(moto, account).items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    return aws_iatk.AwsIatk(region="us-east-1")


@pytest.fixture
def rule(kit):
    events = boto3.client("events")
    events.put_rule(Name="orders", EventPattern='{"source":["shop"]}')
    yield "orders"
    events.delete_rule(Name="orders")


@pytest.fixture(autouse=True)
def nothing_is_left(kit):
    yield
    assert boto3.client("sqs").list_queues(QueueNamePrefix="iatk").get("QueueUrls", []) == []
    assert boto3.client("events").list_rules(NamePrefix="iatk")["Rules"] == []
    assert boto3.client("sns").list_subscriptions()["Subscriptions"] == []


def test_d29_a_topic_is_listened_to(kit):
    sns = boto3.client("sns")
    topic = sns.create_topic(Name="orders")["TopicArn"]
    with kit.listen(topic_arn=topic, tags={"mine": "1"}) as listener:
        assert listener.target_under_test["ARN"] == topic
        with listener.act() as act:
            sns.publish(TopicArn=topic, Message='{"kind": "order"}')
        event = listener.expect({"kind": ["order"]}, within=20, since=act)
        assert event.body == {"kind": "order"}
        assert event.latency is not None
        # None of its own can be told from the application's messages.
        assert listener.never({"kind": ["x"]}, within=0).controlled is None


def test_d15_what_is_published_to_a_topic_carries_the_trace(kit):
    sns = boto3.client("sns")
    topic = sns.create_topic(Name="orders")["TopicArn"]
    sent = []
    sns.meta.events.register("before-send.sns.Publish", lambda request, **_: sent.append(request))
    header = kit.trace_clients(sns)
    sns.publish(TopicArn=topic, Message="{}")
    (request,) = sent
    assert request.headers["X-Amzn-Trace-Id"] in (header, header.encode())


def test_a_listener_of_a_topic_is_found_by_its_id_alone(kit, monkeypatch):
    topic = boto3.client("sns").create_topic(Name="orders")["TopicArn"]
    made = kit.listen(topic_arn=topic)
    # With another environment the kit begins anew.
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    assert kit.remove_listeners(ids=[made.id]).message == "success"


def test_what_a_listener_of_a_topic_left_is_found(kit):
    topic = boto3.client("sns").create_topic(Name="orders")["TopicArn"]
    made = kit.listen(topic_arn=topic)
    (found,) = kit.gc(older_than=0)
    assert (found["Id"], found["Error"]) == (made.id, "")


def test_a_topic_that_is_not_there_is_an_error_and_leaves_nothing(kit, account):
    with pytest.raises(aws_iatk.IatkException, match="failed to create eb listener") as failed:
        kit.listen(topic_arn=f"arn:aws:sns:us-east-1:{account}:nope")
    assert failed.value.operation == "Subscribe"


def test_a_rule_is_listened_to_as_of_old(kit, rule):
    made = kit.add_listener("default", rule)
    published = kit.publish(ORDER)
    (text,) = kit.poll_events(made.id, 20, 10).events
    assert published.event_ids[0] in text
    assert kit.wait_until_event_matched(made.id, print, 1) is False
    assert kit.remove_listeners(ids=[made.id]).message == "success"


def test_a_bus_is_listened_to_and_controlled(kit):
    with kit.listen(event_bus_name="default") as listener:
        published = kit.publish(ORDER)
        assert listener.expect(published.event_pattern, within=20).id == published.event_ids[0]
        assert listener.never({"source": ["x"]}, within=0).controlled is True


def test_listeners_are_removed_by_tags_and_as_garbage(kit, rule):
    first = kit.add_listener("default", rule, tags={"run": "7"})
    second = kit.add_listener("default", rule)
    kit.remove_listeners(tag_filters=[aws_iatk.RemoveListeners_TagFilter("run", ["7"])])
    (found,) = kit.gc(dry_run=True, older_than=0)
    assert found["Id"] == second.id != first.id
    (removed,) = kit.gc(older_than=0)
    assert removed["Error"] == ""


def test_a_stack_is_looked_up(kit):
    boto3.client("cloudformation").create_stack(StackName="s", TemplateBody=TEMPLATE)
    url = kit.get_stack_outputs("s", ["Url"]).outputs["Url"]
    assert kit.get_physical_id_from_stack("Q", "s").physical_id == url
    with pytest.raises(aws_iatk.IatkException, match="Not all output keys found"):
        kit.get_stack_outputs("s", ["No"])


def test_d08_an_id_that_stays_unprocessed_ends_as_not_found(kit):
    with pytest.raises(aws_iatk.IatkException, match="trace not found"):
        kit.get_trace_tree("Root=1-5759e988-bd862e3fe1be46a994272793")
