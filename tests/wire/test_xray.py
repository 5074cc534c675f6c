"""AWS X-Ray: segments in, traces out."""

import json
import secrets
import time

import pytest
from errors import aws_error


@pytest.fixture
def trace_id():
    return f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"


def segment(trace_id, name="api", **more):
    now = time.time()
    return {
        "trace_id": trace_id,
        "id": secrets.token_hex(8),
        "name": name,
        "start_time": now - 0.5,
        "end_time": now,
        **more,
    }


def test_segments_that_were_put_are_a_trace(client, trace_id):
    xray = client("xray")
    root = segment(trace_id, annotations={"order": "a-1"})
    child = segment(trace_id, "worker", parent_id=root["id"])
    out = xray.put_trace_segments(
        TraceSegmentDocuments=[json.dumps(root), json.dumps(child), "not json"]
    )
    assert len(out["UnprocessedTraceSegments"]) == 1
    missing = "1-00000001-" + "0" * 24
    got = xray.batch_get_traces(TraceIds=[trace_id, missing])
    (trace,) = got["Traces"]
    documents = {item["Id"]: json.loads(item["Document"]) for item in trace["Segments"]}
    assert documents[root["id"]]["annotations"] == {"order": "a-1"}
    assert documents[child["id"]]["parent_id"] == root["id"]
    assert trace["Duration"] == pytest.approx(0.5, abs=0.1)
    assert got["UnprocessedTraceIds"] == []


def test_summaries_tell_of_faults_and_filter(client, trace_id):
    xray = client("xray")
    xray.put_trace_segments(TraceSegmentDocuments=[json.dumps(segment(trace_id, fault=True))])
    now = time.time()
    summaries = xray.get_trace_summaries(StartTime=now - 60, EndTime=now + 60)["TraceSummaries"]
    (summary,) = [s for s in summaries if s["Id"] == trace_id]
    assert summary["HasFault"] is True
    assert summary["HasError"] is False


def test_the_services_traces_carry_on_what_the_caller_began(client, trace_id, queue):
    """A state machine's execution continues the trace header it is started with."""
    role = f"arn:aws:iam::{client('sts').get_caller_identity()['Account']}:role/r"
    sfn = client("stepfunctions")
    arn = sfn.create_state_machine(
        name="m",
        definition='{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}',
        roleArn=role,
        tracingConfiguration={"enabled": True},
    )["stateMachineArn"]
    started = sfn.start_execution(stateMachineArn=arn, traceHeader=f"Root={trace_id};Sampled=1")
    while sfn.describe_execution(executionArn=started["executionArn"])["status"] == "RUNNING":
        pass
    traces = client("xray").batch_get_traces(TraceIds=[trace_id])["Traces"]
    names = [json.loads(s["Document"])["name"] for trace in traces for s in trace["Segments"]]
    assert "m" in names


def test_a_trace_that_is_asked_for_wrongly(client, trace_id):
    xray = client("xray")
    with aws_error("InvalidRequestException", "Invalid trace ID: nonsense", status=400):
        xray.batch_get_traces(TraceIds=["nonsense"])
    with aws_error("InvalidRequestException", "Time range cannot be longer than 6 hours."):
        xray.get_trace_summaries(StartTime=0, EndTime=6 * 3600 + 1)
    with aws_error("NotImplemented", status=501):
        xray.get_trace_summaries(StartTime=0, EndTime=1, FilterExpression="fault")


def test_traces_of_other_accounts_are_not_seen(client, trace_id):
    client("xray").put_trace_segments(TraceSegmentDocuments=[json.dumps(segment(trace_id))])
    stranger = client("xray", key="999988887777")
    assert stranger.batch_get_traces(TraceIds=[trace_id])["Traces"] == []
