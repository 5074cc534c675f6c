"""The original kit's defects on the side of Python, by their numbers.

Others are in tests/kit: of listeners in test_listener.py, of traces in test_traces.py, of mock
events in test_mock_events.py.
"""

import json
import threading
import time

import pytest
from conftest import environment
from relay import Relay

import aws_iatk
from aws_iatk import AwsIatk, IatkException, RetryableException, trace_header, xray


@pytest.fixture
def clock(monkeypatch):
    """A clock that only sleeping moves; ``clock.sleeps`` are the sleeps so far."""

    class Clock:
        now = 1000.0
        sleeps = []

        def sleep(self, seconds):
            assert seconds > 0
            self.sleeps.append(seconds)
            self.now += seconds

    clock = Clock()
    clock.sleeps = []
    monkeypatch.setattr(aws_iatk.time, "monotonic", lambda: clock.now)
    monkeypatch.setattr(aws_iatk.time, "sleep", clock.sleep)
    return clock


@pytest.fixture
def kit(client, cloud, account, monkeypatch):
    for name, value in environment(cloud.url, account).items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    return AwsIatk(region="us-east-1")


@pytest.fixture
def relay(kit, cloud, monkeypatch):
    """Between the kit and the cloud."""
    with Relay(cloud.url) as between:
        monkeypatch.setenv("AWS_ENDPOINT_URL", between.url)
        yield between


@pytest.fixture
def rule(client):
    client("events").put_rule(Name="orders", EventPattern='{"source":["shop"]}')
    return "orders"


def never(value):
    raise AssertionError("not yet")


def test_d02_an_error_names_what_failed(kit):
    with pytest.raises(IatkException) as failed:
        kit.get_stack_outputs("nope", ["a"])
    error = failed.value
    assert error.error_code == 10
    assert error.message == str(error)
    assert (error.error_name, error.operation) == ("ValidationError", "DescribeStacks")
    assert error.service == "CloudFormation"
    assert error.request_id in str(error)
    assert len(error.request_id) == 36
    assert (error.http_status, error.retryable) == (400, False)


def test_d02_a_wrapped_error_names_what_failed_too(kit):
    with pytest.raises(IatkException, match="failed to locate test target") as failed:
        kit.add_listener("nope", "r")
    assert failed.value.error_name == "ResourceNotFoundException"
    assert (failed.value.service, failed.value.operation) == ("EventBridge", "DescribeEventBus")
    with pytest.raises(IatkException) as failed:
        kit.poll_events("l", 21, 1)
    assert (failed.value.error_name, failed.value.operation) == ("InvalidParams", "")


@pytest.mark.parametrize(("timeout", "calls"), [(10, 9), (20, 12), (30, 15), (60, 24)])
def test_d05_the_wait_is_watched_to_its_end(clock, timeout, calls):
    began, times = clock.now, []
    wait = AwsIatk().retry_until(never, timeout=timeout)
    assert wait(lambda: times.append(clock.now - began))() is False
    assert clock.now - began == timeout
    assert times[-1] == timeout
    assert max(clock.sleeps) <= 3.2
    assert clock.sleeps[:6] == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2]
    assert len(times) == calls


def test_d05_zero_is_for_ever(clock):
    calls = iter(range(200))
    assert AwsIatk().retry_until(lambda n: never(n) if n < 199 else None, timeout=0)(
        lambda: next(calls)
    )()
    assert max(clock.sleeps) == 3.2


def test_d05_what_fails_as_the_time_is_up_is_asked_no_more(clock):
    assert AwsIatk().retry_until(never, timeout=0.05)(lambda: None)() is False
    assert clock.sleeps == pytest.approx([0.05])


def test_d05_the_last_poll_of_a_wait_ends_with_it(clock, monkeypatch):
    waits = []

    def poll(self, params, caller=None):
        waits.append(params.wait_time_seconds)
        clock.now += params.wait_time_seconds or 0.001
        return aws_iatk.PollEventsOutput({})

    monkeypatch.setattr(AwsIatk, "_poll_events", poll)
    began = clock.now
    assert AwsIatk().wait_until_event_matched("l", print, 10) is False
    assert waits == [3, 3, 3, 1]
    assert clock.now - began == 10


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_d06_a_retryable_failure_waits_as_long_as_any_other(clock, monkeypatch, chance):
    monkeypatch.setattr(aws_iatk.random, "uniform", lambda a, b: a + (b - a) * chance)
    calls = []

    def fails():
        calls.append(clock.now)
        raise RetryableException("not there")

    assert AwsIatk().retry_until(print)(fails)() is False
    assert len(calls) == 9
    assert calls[-1] - calls[0] == pytest.approx(10)
    assert clock.sleeps[:2] == pytest.approx([0.085, 0.17] if chance == 0 else [0.1, 0.2])


def test_d06_a_trace_that_is_not_there_yet_and_a_throttled_call_are_tried_again(clock, monkeypatch):
    replies = iter(
        [
            IatkException("error building trace tree: … trace not found", 10),
            IatkException("found a segment 1 with no parent", 10),
            IatkException("slow down", 10, {"name": "ThrottledException", "retryable": True}),
        ]
    )

    def fetch(self, params, caller=None):
        for failure in replies:
            raise failure
        return "tree"

    monkeypatch.setattr(AwsIatk, "_get_trace_tree", fetch)
    assert AwsIatk().retry_get_trace_tree_until("Root=1", lambda tree: None) is True
    assert len(clock.sleeps) == 3


def test_d06_any_other_failure_has_code_500_and_keeps_what_it_names(clock, monkeypatch):
    def fetch(self, params, caller=None):
        raise IatkException("no", 10, {"name": "AccessDeniedException"})

    monkeypatch.setattr(AwsIatk, "_get_trace_tree", fetch)
    with pytest.raises(IatkException) as failed:
        AwsIatk().retry_get_trace_tree_until("Root=1", print)
    assert failed.value.error_code == 500
    assert failed.value.error_name == "AccessDeniedException"


def test_d07_no_process_is_started_for_a_call(kit, monkeypatch):
    def popen(*_, **__):
        raise AssertionError("a process was started")

    monkeypatch.setattr(aws_iatk, "Popen", popen)
    monkeypatch.setattr("subprocess.Popen", popen)
    assert kit.remove_listeners().message == "success"


@pytest.mark.parametrize("reply", [b"", b"\n", b"panic: runtime error", b"[]", b"\xff"])
def test_d07_a_reply_that_is_none_is_an_iatk_exception(monkeypatch, reply):
    monkeypatch.setattr(AwsIatk, "_popen_iatk", lambda self, input, env_vars=None: reply)
    with pytest.raises(IatkException, match="reply is not JSON-RPC") as failed:
        AwsIatk().remove_listeners()
    assert failed.value.error_code == -32603


def test_d07_a_program_that_breaks_off_is_told_with_its_last_words(monkeypatch, tmp_path):
    core = tmp_path / "core"
    core.write_text("#!/bin/sh\ncat >/dev/null\necho 'panic: index out of range' >&2\nexit 2\n")
    core.chmod(0o755)
    monkeypatch.setattr(AwsIatk, "_iatk_binary_path", core)
    with pytest.raises(IatkException, match="ended with status 2: panic: index out of range"):
        AwsIatk().remove_listeners()


def new_trace(client, **more):
    """Puts a trace of one segment; its header."""
    header = trace_header.new_header()
    document = {
        "trace_id": header[5:40],
        "id": "1111111111111111",
        "name": "api",
        "start_time": time.time(),
        "end_time": time.time() + 1,
        **more,
    }
    left = client("xray").put_trace_segments(TraceSegmentDocuments=[json.dumps(document)])
    assert left["UnprocessedTraceSegments"] == []
    return header


def test_d13_subsegments_are_subsegments_with_all_they_have(kit, client):
    part = {
        "id": "2222222222222222",
        "name": "db",
        "start_time": time.time() + 0.5,
        "in_progress": True,
        "namespace": "remote",
        "type": "subsegment",
        "traced": True,
        "precursor_ids": ["3333333333333333"],
        "sql": {"sanitized_query": "select"},
        "subsegments": [{"id": "4444444444444444", "name": "inner", "start_time": time.time()}],
    }
    header = new_trace(client, service={"version": "7", "type": "x"}, subsegments=[part])
    root = kit.get_trace_tree(header).trace_tree.root
    (sub,) = root.subsegments
    assert type(sub) is xray.Subsegment
    assert isinstance(sub, xray.Segment)  # As before.
    assert (sub.namespace, sub.type, sub.traced) == ("remote", "subsegment", True)
    assert sub.precursor_ids == ["3333333333333333"]
    assert sub.sql.sanitized_query == "select"
    assert sub.origin is None
    assert type(sub.subsegments[0]) is xray.Subsegment
    assert (root.service.type, root.service["version"]) == ("x", "7")


def test_d14_limits_are_read_in_both_spellings(kit, client):
    assert xray.Trace({"limitExceeded": True}).limit_exceeded is True
    assert xray.Trace({"limit_exceeded": True}).limit_exceeded is True
    assert xray.Trace({}).limit_exceeded is False
    assert xray.Tree({"linked_trace_limit_exceeded": True}).linked_trace_limit_exceeded is True
    assert kit.get_trace_tree(new_trace(client)).trace_tree.linked_trace_limit_exceeded is False


@pytest.fixture
def sent():
    """sent(client): the list of the headers of each request that the client sends from now on."""

    def watch(made):
        requests = []

        def note(request, **_):
            requests.append([(n.lower(), v) for n, v in request.headers.items()])

        made.meta.events.register("before-send", note)
        return requests

    return watch


def values(headers, name):
    return [v.decode() if isinstance(v, bytes) else v for n, v in headers if n == name]


def test_d15_by_default_the_header_is_the_originals_and_comes_once(kit, client, sent):
    sqs = client("sqs")
    requests = sent(sqs)
    signed = []
    sqs.meta.events.register_last(
        "before-sign.sqs.*",
        lambda request, **_: signed.append(request.headers.get_all("X-Amzn-Trace-Id")),
    )
    kit.patch_aws_client(sqs)
    kit.patch_aws_client(sqs, sampled=0)
    sqs.list_queues()
    # What is signed twice and sent once is no valid signature.
    assert signed == [["Root=;Sampled=0"]]
    assert values(requests[-1], "x-amzn-trace-id") == ["Root=;Sampled=0"]
    assert values(requests[-1], "traceparent") == []


def test_d15_clients_of_one_trace_send_its_header_whole(kit, client, sent):
    sqs, functions = client("sqs"), client("lambda")
    requests = sent(sqs), sent(functions)
    kit.patch_aws_client(sqs)
    header = kit.trace_clients(sqs, functions)
    sqs.list_queues()
    functions.list_functions()
    for (headers,) in requests:
        assert values(headers, "x-amzn-trace-id") == [header]
        (w3c,) = values(headers, "traceparent")
        assert w3c.split("-")[1] == header[7:15] + header[16:40]
        assert w3c.endswith("-01")
    assert header[5:7] == "1-"
    assert int(header[7:15], 16) == pytest.approx(time.time(), abs=60)
    assert kit.trace_clients(sqs, header=header) == header
    assert kit.trace_clients() != kit.trace_clients()


def test_d15_a_header_that_a_service_would_drop_is_refused(kit, client):
    with pytest.raises(ValueError, match="no trace id"):
        kit.patch_aws_client(client("sqs"), header="Root=;Sampled=1")


def test_d15_events_and_messages_carry_the_trace(kit, client, rule, queue, receive):
    events, sqs = client("events"), client("sqs")
    header = kit.trace_clients(events, sqs)
    root = header.split(";")[0]
    entries = [{"Source": "shop", "DetailType": "order", "Detail": "{}"}]
    with kit.listen(rule_name=rule) as listener:
        events.put_events(Entries=entries)
        assert listener.expect({"source": ["shop"]}).trace_header.startswith(root)
    assert entries == [{"Source": "shop", "DetailType": "order", "Detail": "{}"}]
    url, _ = queue()
    sqs.send_message(QueueUrl=url, MessageBody="1")
    sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": "a", "MessageBody": "2"}])
    for message in receive(url, 2, AttributeNames=["AWSTraceHeader"]):
        assert message["Attributes"]["AWSTraceHeader"].startswith(root)


def test_d15_an_execution_is_part_of_the_trace(kit, client):
    role = f"arn:aws:iam::{client('sts').get_caller_identity()['Account']}:role/r"
    sfn = client("stepfunctions")
    arn = sfn.create_state_machine(
        name="m",
        definition='{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}',
        roleArn=role,
        tracingConfiguration={"enabled": True},
    )["stateMachineArn"]
    header = kit.trace_clients(sfn)
    execution = sfn.start_execution(stateMachineArn=arn)["executionArn"]
    assert sfn.describe_execution(executionArn=execution)["traceHeader"] == header

    def has_the_machine(out):
        assert "m" in [segment.name for path in out.trace_tree.paths for segment in path]

    assert kit.retry_get_trace_tree_until(header, has_the_machine)


def test_d15_w3c_names_the_same_trace():
    header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0"
    assert trace_header.http_headers(header) == {
        "X-Amzn-Trace-Id": header,
        "traceparent": "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-00",
    }


REFUSED = b'{"FailedEntryCount":1,"FailedEntries":[{"ErrorCode":"Busy","ErrorMessage":"not now"}]}'


def left(client):
    """The queues and the kit's rules that are there."""
    queues = client("sqs").list_queues().get("QueueUrls", [])
    rules = client("events").list_rules(NamePrefix="iatk")["Rules"]
    return queues, [made["Name"] for made in rules]


def test_d20_what_can_be_removed_is_and_the_rest_is_named(kit, rule, client):
    listener = kit.add_listener("default", rule).id
    events = client("events")
    another = {"Id": "another", "Arn": "arn:aws:sqs:us-east-1:123456789012:q"}
    events.put_targets(Rule=listener, Targets=[another])
    with pytest.raises(IatkException, match=f"rule {listener} on event bus .* is left"):
        kit.remove_listeners(ids=[listener])
    assert left(client) == ([], [listener])
    events.remove_targets(Rule=listener, Ids=["another"])
    assert kit.remove_listeners(ids=[listener]).message == "success"
    assert left(client) == ([], [])


@pytest.mark.parametrize("operation", ["CreateQueue", "GetQueueAttributes", "PutTargets", "PutRule"])
def test_d21_a_call_that_fails_once_something_was_made_leaves_nothing(
    kit, relay, rule, client, operation
):
    relay.rewrite = lambda called, body: b"{" if called == operation else body
    with pytest.raises(IatkException, match="failed to create eb listener"):
        kit.add_listener("default", rule)
    relay.rewrite = lambda called, body: body
    assert left(client) == ([], [])


def test_d22_a_target_that_the_bus_did_not_take_is_an_error(kit, relay, rule, client):
    relay.rewrite = lambda called, body: REFUSED if called == "PutTargets" else body
    with pytest.raises(IatkException, match="Busy: not now"):
        kit.add_listener("default", rule)
    assert left(client) == ([], [])


def test_d22_a_target_that_the_bus_kept_is_an_error(kit, relay, rule, client):
    listener = kit.add_listener("default", rule).id
    relay.rewrite = lambda called, body: REFUSED if called == "RemoveTargets" else body
    with pytest.raises(IatkException, match=f"rule {listener} .* is left: Busy: not now"):
        kit.remove_listeners(ids=[listener])
    relay.rewrite = lambda called, body: body
    kit.remove_listeners(ids=[listener])
    assert left(client) == ([], [])


def test_d22_an_event_that_the_queue_kept_is_deleted_later_and_not_told_twice(kit, relay, rule):
    listener = kit.add_listener("default", rule).id
    kept = b'{"Successful":[],"Failed":[{"Id":"0","SenderFault":false,"Code":"InternalError"}]}'
    relay.rewrite = lambda called, body: kept if called == "DeleteMessageBatch" else body
    kit.publish({"Source": "shop", "DetailType": "order", "Detail": {}})
    assert len(kit.poll_events(listener, 20, 10).events) == 1
    relay.rewrite = lambda called, body: body
    relay.take_calls()
    assert kit.poll_events(listener, 0, 10).events == []
    assert relay.take_calls() == {"ReceiveMessage": 1, "DeleteMessageBatch": 1}
    kit.remove_listeners(ids=[listener])


def test_d23_a_rule_that_is_not_in_force_yet_is_waited_for(kit, relay, rule, client, cloud):
    events = client("events", endpoint_url=cloud.url)
    held = {}

    def slow(called, body):
        # The bus has the target in force when it has taken the first control event.
        if called == "PutTargets" and not held:
            (made,) = events.list_rules(NamePrefix="iatk")["Rules"]
            held["Rule"] = made["Name"]
            held["Targets"] = events.list_targets_by_rule(Rule=made["Name"])["Targets"]
            events.remove_targets(Rule=made["Name"], Ids=[made["Name"]])
        elif called == "PutEvents" and relay.take_calls()["PutEvents"] and held.get("Targets"):
            events.put_targets(**held)
            held["Targets"] = []
        return body

    relay.rewrite = slow
    listener = kit.add_listener("default", rule).id
    relay.rewrite = lambda called, body: body
    assert held == {"Rule": listener, "Targets": []}
    (event_id,) = kit.publish({"Source": "shop", "DetailType": "order", "Detail": {}}).event_ids
    (event,) = kit.poll_events(listener, 20, 10).events
    assert json.loads(event)["id"] == event_id
    kit.remove_listeners(ids=[listener])


def test_d24_the_queue_is_of_its_own_account_whatever_the_buss(kit, relay, rule, client, account):
    def another_accounts_bus(operation, body):
        if operation == "DescribeEventBus":
            return body.replace(account.encode(), b"999988887777")
        return body

    relay.rewrite = another_accounts_bus
    made = kit.add_listener("default", rule)
    assert made.target_under_test.arn.split(":")[4] == "999988887777"
    queue = made.components[0]
    assert queue.arn == f"arn:aws:sqs:us-east-1:{account}:{made.id}"
    policy = client("sqs").get_queue_attributes(QueueUrl=queue.physical_id, AttributeNames=["Policy"])
    (statement,) = json.loads(policy["Attributes"]["Policy"])["Statement"]
    assert statement["Resource"] == queue.arn
    relay.rewrite = lambda operation, body: body
    kit.remove_listeners(ids=[made.id])


def test_d25_a_scheduled_rule_is_refused_clearly(kit, relay, rule, client):
    scheduled = {"Name": rule, "ScheduleExpression": "rate(1 day)", "State": "ENABLED"}
    relay.rewrite = lambda called, body: (
        json.dumps(scheduled).encode() if called == "DescribeRule" else body
    )
    with pytest.raises(IatkException, match="rule orders has no event pattern: .* only a schedule"):
        kit.add_listener("default", rule)
    assert left(client) == ([], [])


@pytest.mark.parametrize("form", ["{bus}|r", "{arn}"])
def test_d25_a_rule_goes_by_cdks_name_and_by_its_arn_too(kit, client, form):
    events = client("events")
    events.create_event_bus(Name="b")
    arn = events.put_rule(Name="r", EventBusName="b", EventPattern='{"source":["a"]}')["RuleArn"]
    made = kit.add_listener("b", form.format(bus="b", arn=arn))
    assert made.target_under_test.physical_id == "b"
    with pytest.raises(IatkException, match="is on event bus b, not on default"):
        kit.add_listener("default", form.format(bus="b", arn=arn))
    kit.remove_listeners(ids=[made.id])


def test_d26_a_poll_is_two_calls_and_an_empty_one_is_one(kit, relay, rule):
    listener = kit.add_listener("default", rule).id
    relay.take_calls()
    assert kit.poll_events(listener, 0, 10).events == []
    assert relay.take_calls() == {"ReceiveMessage": 1}
    kit.publish({"Source": "shop", "DetailType": "order", "Detail": {}})
    relay.take_calls()
    assert len(kit.poll_events(listener, 5, 10).events) == 1
    kit.poll_events(listener, 0, 10)
    calls = relay.take_calls()
    assert calls["ReceiveMessage"] == 2
    assert sum(calls.values()) <= 4
    kit.remove_listeners(ids=[listener])


def test_d26_what_a_listener_is_made_of_is_made_side_by_side(kit, relay, rule):
    relay.expect_together(2, "DescribeEventBus", "DescribeRule")
    relay.expect_together(2, "GetQueueAttributes", "PutTargets")
    relay.take_calls()
    listener = kit.add_listener("default", rule).id
    calls = relay.take_calls()
    assert calls["PutRule"] == 2
    assert sum(calls.values()) == 10
    kit.remove_listeners(ids=[listener])


def test_d26_listeners_are_removed_side_by_side(kit, relay, rule, client):
    listeners = [kit.add_listener("default", rule).id for _ in range(3)]
    relay.take_calls()
    relay.expect_together(len(listeners), "RemoveTargets")
    assert kit.remove_listeners(ids=listeners).message == "success"
    # What made them knows where they are.
    assert relay.take_calls() == {"RemoveTargets": 3, "DeleteRule": 3, "DeleteQueue": 3}
    assert client("sqs").list_queues().get("QueueUrls", []) == []


def test_d26_what_another_process_made_is_looked_up(kit, relay, rule, monkeypatch, client):
    listener = kit.add_listener("default", rule).id
    # With another environment the kit begins anew.
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    assert kit.remove_listeners(ids=[listener]).message == "success"
    assert relay.take_calls()["ListQueueTags"] == 1
    assert client("events").list_rules(NamePrefix="iatk")["Rules"] == []
    # What is gone counts as removed.
    assert kit.remove_listeners(ids=[listener]).message == "success"


@pytest.mark.parametrize("header", ["root", "Root", "root=", ";;", "=", "Sampled=1", "Root==;root"])
def test_d28_a_header_without_a_trace_id_is_refused_by_name(kit, header):
    with pytest.raises(IatkException, match="invalid tracing header provided") as failed:
        kit.get_trace_tree(header)
    assert failed.value.error_code == 10


def test_d30_the_misspelt_name_and_the_right_one_are_the_same():
    cause = xray.Cause({"working_directory": "/app"})
    assert cause.workding_directory == cause.working_directory == "/app"
    cause.working_directory = "/other"
    assert cause.workding_directory == "/other"
    assert xray.SegmentException is xray.Exception


def test_d30_foreign_values_are_unequal_and_objects_can_be_in_sets():
    segment = xray.Segment({"id": "1", "trace_id": "t"})
    trace = xray.Trace({"id": "t"})
    for value in (segment, trace):
        assert value != None  # noqa: E711
        assert value != "1"
        assert not value == 1
    assert trace != segment
    assert len({segment, xray.Segment({"id": "1", "trace_id": "t"}), trace}) == 2
    tree = xray.Tree({"root": {"id": "1"}, "paths": [], "source_trace": {"id": "t"}})
    document = {
        "http": {"request": {}, "response": {}},
        "cause": {"exceptions": [{"stack": [{}]}]},
        "links": [{"trace_id": "t", "id": "i", "attributes": {"aws.xray.reserved.reference_type": "child"}}],
    }
    full = xray.Segment(document)
    parts = [tree, full.http, full.http.request, full.http.response, full.cause, *full.links]
    parts += [*full.cause.exceptions, *full.cause.exceptions[0].stack, xray.Sql({})]
    assert len({*parts}) == len(parts)


def test_calls_of_several_threads_run_side_by_side(kit, relay):
    relay.expect_together(3, "DescribeStacks")
    codes = []

    def ask():
        try:
            kit.get_stack_outputs("nope", ["a"])
        except IatkException as failure:
            codes.append(failure.error_name)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == ["ValidationError"] * 3
