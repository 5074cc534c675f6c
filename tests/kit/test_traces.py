"""Traces as far as they have come, through the Python package: of the local cloud, and of an X-Ray
that does what the local cloud never does."""

import itertools
import json
import secrets
import time

import pytest
from conftest import environment
from fake_xray import FakeXRay, Refusal, running

import aws_iatk

CHILD = {"attributes": {"aws.xray.reserved.reference_type": "child"}}


def new_trace_id():
    return f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"


@pytest.fixture
def trace_id():
    return new_trace_id()


_numbers = itertools.count(1)


def segment(trace_id, name, parent=None, start=0.0, end=1.0, **more):
    """A segment from ``start`` to ``end``, in seconds; without an end it is in progress."""
    document = {
        "trace_id": trace_id,
        "id": f"{next(_numbers):016x}",
        "name": name,
        "start_time": 1_700_000_000 + start,
        **more,
    }
    if parent is not None:
        document["parent_id"] = parent if isinstance(parent, str) else parent["id"]
    document.update({"in_progress": True} if end is None else {"end_time": 1_700_000_000 + end})
    return document


def subsegment(name, start=0.0, end=1.0, **more):
    document = segment("", name, None, start, end, **more)
    del document["trace_id"]
    return document


def link(trace_id, **more):
    return {"trace_id": trace_id, "id": "000000000000beef", **CHILD, **more}


@pytest.fixture
def iatk(client):
    return aws_iatk.AwsIatk(region="us-east-1")


@pytest.fixture
def put(client):
    """put(segment, …) sends segments to the local cloud."""
    xray = client("xray")

    def send(*segments):
        out = xray.put_trace_segments(TraceSegmentDocuments=[json.dumps(s) for s in segments])
        assert out["UnprocessedTraceSegments"] == []

    return send


@pytest.fixture
def orders(put, trace_id):
    """A workflow that calls a function through a bus, and a table."""
    api = segment(
        trace_id,
        "api",
        annotations={"order": "o-1", "items": 3},
        subsegments=[subsegment("lookup", 0.1, 0.2)],
        origin="AWS::ApiGateway::Stage",
    )
    worker = segment(trace_id, "worker", api, 0.3, 0.9, origin="AWS::Lambda::Function", fault=True)
    table = segment(trace_id, "table", worker, 0.4, 0.5)
    put(api, worker, table)
    return trace_id


@pytest.fixture
def xray(monkeypatch):
    """An X-Ray that does as it is told, in place of the local cloud."""
    with running(FakeXRay()) as fake:
        for name, value in environment(fake.url).items():
            if name.startswith("AWS_"):
                monkeypatch.setenv(name, value)
        yield fake


@pytest.fixture
def kit(xray):
    return aws_iatk.AwsIatk(region="us-east-1")


def names(paths):
    return [[segment.name for segment in path] for path in paths]


# Looking, waiting, asserting.


def test_a_trace_is_a_view_of_what_has_come(iatk, orders):
    trace = iatk.trace(f"Root={orders};Sampled=1")
    assert trace.id == orders
    assert trace.found
    assert trace.complete
    assert [s["name"] for s in trace.segments] == ["api", "worker", "table"]
    assert trace.roots == [trace.segments[0]["id"]]
    assert (trace.orphans, trace.pending, trace.missing, trace.reasons) == ([], [], [], [])
    assert iatk.trace(orders).segments == trace.segments


def test_a_trace_that_is_not_there_is_not_found(iatk, trace_id):
    trace = iatk.trace(trace_id)
    assert not trace.found
    assert not trace.complete
    assert trace.reasons == ["the trace has not come"]


def test_a_partial_trace_has_its_orphans_and_what_is_pending(iatk, put, trace_id):
    root = segment(trace_id, "api", subsegments=[subsegment("call", 0.1, None)])
    put(root, segment(trace_id, "worker", "00000000deadbeef", 0.3), segment(trace_id, "late", root, 0.5, None))
    trace = iatk.trace(trace_id)
    assert [(o["Name"], o["ParentId"], o["Reason"]) for o in trace.orphans] == [
        ("worker", "00000000deadbeef", "parent_missing")
    ]
    assert [(p["Name"], p["IsSegment"]) for p in trace.pending] == [("call", False), ("late", True)]
    assert len(trace.roots) == 1
    with pytest.raises(AssertionError) as failed:
        trace.wait_until_complete(hops=["api > queue"], within=0)
    text = str(failed.value)
    assert "is not complete" in text
    assert "missing: api > queue, there is only api" in text
    assert "in progress: late" in text
    assert "behind 00000000deadbeef, which has not come" in text
    assert "\n|- call" in text
    assert text.isascii()


def test_what_the_headers_parent_called_is_a_root(iatk, put, trace_id):
    put(segment(trace_id, "api", "00000000deadbeef"))
    assert iatk.trace(f"Root={trace_id};Parent=00000000deadbeef").complete
    assert not iatk.trace(trace_id).complete


def test_the_trace_of_a_flow_through_services_becomes_complete(iatk, client, account, trace_id):
    """A state machine that puts an event, and one that the event starts."""
    role = f"arn:aws:iam::{account}:role/r"
    states, events = client("stepfunctions"), client("events")

    def machine(name, state):
        return states.create_state_machine(
            name=name,
            definition=json.dumps({"StartAt": "A", "States": {"A": {**state, "End": True}}}),
            roleArn=role,
            tracingConfiguration={"enabled": True},
        )["stateMachineArn"]

    behind = machine("behind", {"Type": "Pass"})
    entry = {"Source": "shop", "DetailType": "order", "Detail": {}}
    put_events = {
        "Type": "Task",
        "Resource": "arn:aws:states:::events:putEvents",
        "Parameters": {"Entries": [entry]},
    }
    before = machine("before", put_events)
    events.put_rule(Name="r", EventPattern='{"source":["shop"]}')
    events.put_targets(Rule="r", Targets=[{"Id": "t", "Arn": behind, "RoleArn": role}])
    states.start_execution(stateMachineArn=before, traceHeader=f"Root={trace_id};Sampled=1")
    trace = iatk.trace(trace_id).wait_until_complete(hops=["before > * > behind"], within=30)
    trace.assert_no_errors()
    trace.assert_order("before", "behind")


def test_a_wait_ends_when_the_trace_is_complete_and_stable(kit, xray, trace_id):
    api = segment(trace_id, "api")
    worker = segment(trace_id, "worker", api, 0.3)
    stages = [
        [],
        [{**api, "end_time": None, "in_progress": True}],
        [worker],
        [api, worker],
    ]

    def next_stage(path, body):
        if path == "/Traces":
            stage = stages.pop(0) if len(stages) > 1 else stages[0]
            xray.traces = {trace_id: stage} if stage else {}

    xray.before = next_stage
    trace = kit.trace(trace_id)
    assert not trace.found
    assert trace.wait_until_complete(hops=["api > worker"], within=20) is trace
    assert trace.complete
    assert len(xray.calls("/Traces")) == 5
    assert [s["name"] for s in trace.segments] == ["api", "worker"]


def test_a_wait_that_fails_tells_the_last_error_of_the_service(kit, xray, trace_id):
    trace = kit.trace(trace_id)

    def throttle(path, body):
        raise Refusal("ThrottledException", 429)

    xray.before = throttle
    with pytest.raises(AssertionError, match="last error of a service: .*ThrottledException"):
        trace.wait_until_complete(within=0)


def test_select(iatk, orders):
    trace = iatk.trace(orders)
    (worker,) = trace.select(name="worker")
    assert (worker.origin, worker.fault, worker.error, worker.is_segment) == (
        "AWS::Lambda::Function",
        True,
        False,
        True,
    )
    assert worker.duration == pytest.approx(0.6)
    (lookup,) = trace.select(path="api > lookup")
    assert not lookup.is_segment
    assert lookup.segment_id == trace.roots[0]
    assert [p.name for p in trace.select(origin="AWS::ApiGateway::Stage")] == ["api"]
    assert [p.annotations["items"] for p in trace.select(annotation=("order", "o-1"))] == [3]
    assert trace.select(annotation=("order", "o-2")) == []
    assert len(trace.select(annotation="order")) == 1
    assert [p.name for p in trace.select(path="worker > *")] == ["table"]
    assert len(trace.select()) == 4
    with pytest.raises(aws_iatk.IatkException, match="A > B > C"):
        trace.select(path="a > ")


def test_assertions_hold_or_show_the_tree(iatk, orders):
    trace = iatk.trace(orders)
    trace.assert_order("api", "lookup", "worker", "table")
    trace.assert_duration(at_most=1.5)
    trace.assert_duration(at_most=0.61, at_least=0.59, name="worker")
    trace.assert_no_errors(name="table")
    trace.assert_no_errors(flags=["error", "throttle"])
    trace.assert_absent(name="queue")
    assert [p.name for p in trace.assert_errors(flags=["fault"])] == ["worker"]
    assert [p.name for p in trace.assert_present(path="api > worker")] == ["worker"]
    tree = "\n`- worker "
    for fails, why in [
        (lambda: trace.assert_order("table", "worker"), "no worker after table"),
        (lambda: trace.assert_duration(at_most=0.5, name="worker"), "took 600.000 ms"),
        (lambda: trace.assert_duration(at_least=2), "should take at least 2000 ms"),
        (lambda: trace.assert_no_errors(), "worker .*: fault"),
        (lambda: trace.assert_errors(name="table"), "none of the 1"),
        (lambda: trace.assert_absent(name="worker"), "there should be none"),
        (lambda: trace.assert_present(name="queue"), 'nothing with name "queue"'),
        (lambda: trace.assert_no_errors(name="queue"), 'nothing with name "queue"'),
    ]:
        with pytest.raises(AssertionError, match=why) as failed:
            fails()
        assert tree in str(failed.value)


def test_a_tree_or_path_that_differs_is_shown_as_a_diff(iatk, orders):
    trace = iatk.trace(orders)
    assert trace.diff("api\n  worker\n    table") == ""
    assert trace.diff(["api > worker > table"]) == ""
    assert trace.diff(["api > worker > table", "api > lookup"], subsegments=True) == ""
    assert trace.diff("api\n  worker\n    queue") == "  api\n    worker\n-     queue\n+     table\n"
    with pytest.raises(AssertionError, match="(?s)- expected, . found.*\n-   queue\n"):
        trace.assert_tree(["api > worker > table", "api > queue"])
    with pytest.raises(AssertionError, match="\n-     queue\n[+]     table\n"):
        trace.assert_present(path="api > worker > queue")


def test_a_trace_is_drawn_in_ascii_and_as_a_page(iatk, put, trace_id):
    put(segment(trace_id, "<b>api</b>"))
    trace = iatk.trace(trace_id)
    assert trace.text().isascii()
    assert "<b>api</b>" in trace.text()
    page = trace.html()
    assert page.startswith("<!DOCTYPE html>")
    assert "&lt;b&gt;api&lt;/b&gt;" in page
    assert "<b>" not in page
    assert "<script" not in page


def test_a_document_that_can_not_be_read_is_told(kit, xray, trace_id):
    xray.traces = {trace_id: [segment(trace_id, "api"), "not json"]}
    trace = kit.trace(trace_id)
    assert [s["name"] for s in trace.segments] == ["api"]
    assert trace.reasons[0].startswith("a segment document is no JSON")
    with pytest.raises(aws_iatk.IatkException, match="a segment document is no JSON"):
        kit.get_trace_tree(f"Root={trace_id}")


def test_a_wide_and_a_deep_trace(kit, xray, trace_id):
    root = segment(trace_id, "root")
    wide = [segment(trace_id, "leaf", root) for _ in range(3000)]
    deep = [segment(trace_id, "link", root)]
    for _ in range(3000):
        deep.append(segment(trace_id, "link", deep[-1]))
    xray.traces = {trace_id: [root, *wide, *deep]}
    trace = kit.trace(trace_id)
    assert trace.complete
    assert len(trace.segments) == 6002
    assert "more\n" in trace.text()
    tree = kit.get_trace_tree(f"Root={trace_id}").trace_tree
    assert len(tree.paths) == 3001


# The original kit's defects, by their numbers.


def test_d08_an_id_that_stays_unprocessed_ends_and_only_the_rest_is_asked_for_again(kit, xray, trace_id):
    linked, stuck = new_trace_id(), new_trace_id()
    xray.traces = {
        trace_id: [segment(trace_id, "api", links=[link(linked), link(stuck)])],
        linked: [segment(linked, "linked")],
        stuck: [segment(stuck, "stuck")],
    }
    xray.unprocessed = {stuck}
    tree = kit.get_trace_tree(f"Root={trace_id}", fetch_child_traces=True).trace_tree
    assert names(tree.paths) == [["api", "linked"]]
    asked = [call["TraceIds"] for call in xray.calls("/Traces")]
    assert asked[:2] == [[trace_id], [linked, stuck]]
    assert 1 < len(asked[2:]) < 10
    assert all(ids == [stuck] for ids in asked[2:])

    xray.unprocessed = {trace_id}
    with pytest.raises(aws_iatk.IatkException, match="trace not found"):
        kit.get_trace_tree(f"Root={trace_id}")


def test_d08_an_id_that_is_processed_later_is_there(kit, xray, trace_id):
    xray.traces = {trace_id: [segment(trace_id, "api")]}
    xray.unprocessed = {trace_id}

    def process_at_the_third(path, body):
        if len(xray.calls("/Traces")) == 3:
            xray.unprocessed = set()

    xray.before = process_at_the_third
    assert kit.get_trace_tree(f"Root={trace_id}").trace_tree.root.name == "api"


def test_d09_more_than_five_linked_traces_come_in_calls_of_five(kit, xray, trace_id):
    linked = [new_trace_id() for _ in range(13)]
    xray.traces = {i: [segment(i, f"linked-{n:02}", start=n)] for n, i in enumerate(linked)}
    xray.traces[trace_id] = [segment(trace_id, "api", links=[link(i) for i in linked])]
    tree = kit.get_trace_tree(f"Root={trace_id}", fetch_child_traces=True).trace_tree
    assert names(tree.paths) == [["api", f"linked-{n:02}"] for n in range(13)]
    assert sorted(len(call["TraceIds"]) for call in xray.calls("/Traces")) == [1, 3, 5, 5]


def test_d10_a_trace_that_only_transaction_search_has_is_retrieved(kit, xray, trace_id):
    api = segment(trace_id, "api")
    xray.searched = {trace_id: [api, segment(trace_id, "worker", api)]}
    xray.statuses = ["SCHEDULED", "RUNNING"]
    tree = kit.get_trace_tree(f"Root={trace_id}").trace_tree
    assert names(tree.paths) == [["api", "worker"]]
    assert tree.source_trace.duration == 2.5
    (start,) = xray.calls("/StartTraceRetrieval")
    assert start["TraceIds"] == [trace_id]
    assert start["StartTime"] < time.time() <= start["EndTime"] + 5
    assert len(xray.calls("/ListRetrievedTraces")) == 3
    assert kit.trace(trace_id).complete


def test_d10_linked_traces_are_retrieved_in_pages(kit, xray, trace_id):
    linked = [new_trace_id() for _ in range(3)]
    xray.traces[trace_id] = [segment(trace_id, "api", links=[link(i) for i in linked])]
    xray.searched = {i: [segment(i, f"l{n}", start=n)] for n, i in enumerate(linked)}
    trace = kit.trace(trace_id, linked=True)
    assert trace.complete
    assert trace.diff(["api > l0", "api > l1", "api > l2"]) == ""


def test_d10_an_endpoint_without_transaction_search_says_trace_not_found(kit, xray, iatk, trace_id):
    with pytest.raises(aws_iatk.IatkException, match="error: trace not found$"):
        iatk.get_trace_tree(f"Root={trace_id}")


@pytest.mark.parametrize(
    "code, status", [("UnknownOperationException", 404), ("NotImplemented", 501)]
)
def test_d10_a_refusal_of_transaction_search_is_trace_not_found(kit, xray, trace_id, code, status):
    def refuse(path, body):
        if path != "/Traces":
            raise Refusal(code, status)

    xray.before = refuse
    with pytest.raises(aws_iatk.IatkException, match="error: trace not found$"):
        kit.get_trace_tree(f"Root={trace_id}")


@pytest.mark.parametrize("status", ["FAILED", "CANCELLED", "TIMEOUT"])
def test_d10_a_retrieval_that_fails_is_trace_not_found_and_told_by_a_wait(kit, xray, trace_id, status):
    xray.searched = {}
    xray.statuses = [status] * 10
    with pytest.raises(aws_iatk.IatkException, match="error: trace not found$"):
        kit.get_trace_tree(f"Root={trace_id}")
    with pytest.raises(AssertionError, match=f"the retrieval of traces ended as {status}"):
        kit.trace(trace_id).wait_until_complete(within=0)


def test_d10_a_missing_permission_for_transaction_search_is_told(kit, xray, trace_id):
    def deny(path, body):
        if path != "/Traces":
            raise Refusal("AccessDeniedException", 403)

    xray.before = deny
    with pytest.raises(AssertionError, match="last error of a service: .*StartTraceRetrieval.*AccessDenied"):
        kit.trace(trace_id).wait_until_complete(within=0)


def test_d11_a_parent_that_has_not_come_leaves_the_rest_of_the_trace(kit, xray, trace_id):
    root = segment(trace_id, "api")
    orphan = segment(trace_id, "orphan", "00000000deadbeef", 0.5)
    xray.traces[trace_id] = [root, segment(trace_id, "other", start=0.2), orphan]
    trace = kit.trace(trace_id)
    assert trace.diff(["api", "other", "orphan (orphan)"]) == ""
    assert len(trace.roots) == 2
    # The old method keeps its word.
    with pytest.raises(
        aws_iatk.IatkException, match=f"found a segment {orphan['id']} with no parent"
    ):
        kit.get_trace_tree(f"Root={trace_id}")


def test_d11_links_of_the_root_and_of_nested_subsegments_are_followed(kit, xray, trace_id):
    of_root, of_nested = new_trace_id(), new_trace_id()
    nested = subsegment("outer", subsegments=[subsegment("inner", links=[link(of_nested)])])
    xray.traces = {
        trace_id: [segment(trace_id, "api", links=[link(of_root)], subsegments=[nested])],
        of_root: [segment(of_root, "behind-root", start=1)],
        of_nested: [segment(of_nested, "behind-nested", start=2)],
    }
    tree = kit.get_trace_tree(f"Root={trace_id}", fetch_child_traces=True).trace_tree
    assert names(tree.paths) == [["api", "behind-root"], ["api", "behind-nested"]]
    trace = kit.trace(trace_id, linked=True)
    assert len(trace.select(path="api > outer > inner > behind-nested")) == 1
    assert [link["State"] for link in trace.raw["Links"]] == ["followed", "followed"]
    # Without links, these traces are no part of it.
    assert kit.trace(trace_id).complete


def test_d11_a_trace_that_is_linked_twice_stands_behind_the_first_link(kit, xray, trace_id):
    linked = new_trace_id()
    api = segment(trace_id, "api", links=[link(linked)])
    xray.traces = {
        trace_id: [api, segment(trace_id, "worker", api, 0.5, links=[link(linked)])],
        linked: [segment(linked, "linked", start=1, links=[link(trace_id)])],
    }
    tree = kit.get_trace_tree(f"Root={trace_id}", fetch_child_traces=True).trace_tree
    assert names(tree.paths) == [["api", "worker"], ["api", "linked"]]
    trace = kit.trace(trace_id, linked=True)
    assert [link["State"] for link in trace.raw["Links"]] == ["followed", "again", "again"]
    assert trace.complete


def test_d11_a_linked_trace_that_has_not_come_is_missing(kit, xray, trace_id):
    linked = new_trace_id()
    xray.traces[trace_id] = [segment(trace_id, "api", links=[link(linked)])]
    assert kit.trace(trace_id, linked=True).reasons == [f"the linked trace {linked} has not come"]


def test_d12_depth_counts_links_after_one_another_and_not_branches(kit, xray, trace_id):
    """Six branches of two links each: a shared counter ends in the fifth."""
    branches = [(new_trace_id(), new_trace_id()) for _ in range(6)]
    xray.traces[trace_id] = [segment(trace_id, "api", links=[link(a) for a, _ in branches])]
    for n, (a, b) in enumerate(branches):
        xray.traces[a] = [segment(a, f"a{n}", start=n, links=[link(b)])]
        xray.traces[b] = [segment(b, f"b{n}", start=10 + n)]
    expected = [["api", f"a{n}", f"b{n}"] for n in range(6)]
    for _ in range(3):
        tree = kit.get_trace_tree(f"Root={trace_id}", fetch_child_traces=True).trace_tree
        assert names(tree.paths) == expected


def test_d12_links_end_at_a_depth_of_five(kit, xray, trace_id):
    chain = [trace_id] + [new_trace_id() for _ in range(7)]
    for n, (one, following) in enumerate(zip(chain, chain[1:] + [None])):
        links = [link(following)] if following else []
        xray.traces[one] = [segment(one, f"t{n}", start=n, links=links)]
    tree = kit.get_trace_tree(f"Root={trace_id}", fetch_child_traces=True).trace_tree
    assert names(tree.paths) == [["t0", "t1", "t2", "t3", "t4", "t5"]]
    trace = kit.trace(trace_id, linked=True)
    assert trace.reasons == [f"the linked trace {chain[6]} is too many links away"]
    out = kit._method("get_trace_tree", {"TracingHeader": f"Root={trace_id}", "FetchChildTraces": True})
    assert out["linked_trace_limit_exceeded"] is True


def test_d12_segments_that_begin_together_are_ordered_by_id(kit, xray, trace_id):
    api = segment(trace_id, "api")
    children = [segment(trace_id, f"c{n}", api, 0.5) for n in range(5)]
    xray.traces[trace_id] = [*reversed(children), api]
    tree = kit.get_trace_tree(f"Root={trace_id}").trace_tree
    assert names(tree.paths) == [["api", f"c{n}"] for n in range(5)]


@pytest.mark.parametrize(
    "header", ["root", "Root", ";", "=", "Root=", "root;Sampled", "Root=1-2-3", "x" * 2000]
)
def test_d28_a_header_without_a_trace_id_is_an_error(kit, header):
    with pytest.raises(aws_iatk.IatkException, match="invalid tracing header provided"):
        kit.get_trace_tree(header)
    with pytest.raises(aws_iatk.IatkException, match="no trace id in the tracing header"):
        kit.trace(header)


def test_d28_links_of_any_shape(kit, xray, trace_id):
    links = [None, {}, [], {"trace_id": None}, {"trace_id": "x", "attributes": None}]
    links += [{"attributes": {}}, {"trace_id": "nonsense", **CHILD}]
    xray.traces[trace_id] = [segment(trace_id, "api", links=links)]
    trace = kit.trace(trace_id, linked=True)
    assert [link["State"] for link in trace.raw["Links"]] == ["invalid"]
    assert trace.complete
    out = kit._method("get_trace_tree", {"TracingHeader": f"Root={trace_id}", "FetchChildTraces": True})
    assert out["root"]["name"] == "api"
