"""The fixtures for pytest, and what they add to the report of a test that failed."""

import subprocess
import sys

import pytest
from conftest import environment

SUITE = """
import boto3, json, pytest

@pytest.fixture
def rule():
    boto3.client("events").put_rule(Name="orders", EventPattern='{"source":["shop"]}')
    return "orders"

def test_that_passes(iatk, iatk_listener, rule):
    listener = iatk_listener(rule_name=rule)
    iatk.publish({"Source": "shop", "DetailType": "order", "Detail": {"n": 1}})
    assert listener.expect({"detail": {"n": [1]}}).body["detail"]["n"] == 1

def test_that_fails(iatk, iatk_listener, rule):
    listener = iatk_listener(rule_name=rule)
    iatk.publish({"Source": "shop", "DetailType": "order", "Detail": {"n": 1}})
    listener.expect({"detail": {"n": [2]}}, within=0.3)

def test_that_looks_at_a_trace(iatk):
    root = "1-5759e988-" + "0" * 24
    segment = {"trace_id": root, "id": "0" * 16, "name": "api", "start_time": 1, "in_progress": True}
    boto3.client("xray").put_trace_segments(TraceSegmentDocuments=[json.dumps(segment)])
    iatk.trace(root)
    assert iatk.trace(f"Root={root}").complete

def test_of_a_stack(iatk_stack):
    boto3.client("cloudformation").create_stack(
        StackName="s",
        TemplateBody="Resources: {Q: {Type: 'AWS::SQS::Queue'}}\\nOutputs: {Url: {Value: !Ref Q}}",
    )
    boto3.client("cloudformation").get_waiter("stack_create_complete").wait(StackName="s")
    stack = iatk_stack("s")
    assert stack.outputs == {"Url": stack.physical_id("Q")}
"""


@pytest.fixture
def run(cloud, account, tmp_path):
    (tmp_path / "test_suite.py").write_text(SUITE)

    # As an installed package's entry point would load it.
    plugin = ["-p", "aws_iatk.pytest_plugin"]

    def go(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *plugin, *arguments],
            env=environment(cloud.url, account),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
        )

    return go


def test_the_fixtures_make_and_remove(run, client):
    done = run("-k", "passes or stack")
    assert "2 passed" in done.stdout, done.stdout
    assert client("events").list_rules(NamePrefix="iatk")["Rules"] == []


def test_a_failed_tests_report_has_the_events_and_near_misses(run, client):
    out = run("-k", "fails").stdout
    assert "1 failed" in out
    assert "iatk listener iatk_eb_" in out
    assert "1 event(s) came" in out
    assert '"detail":{"n":1' in out
    assert "detail.n: expected 2, found 1" in out
    assert "trace Root=" in out
    assert client("events").list_rules(NamePrefix="iatk")["Rules"] == []


PARALLEL = """
import boto3, pytest

@pytest.fixture(scope="session")
def rule():
    boto3.client("events").put_rule(Name="orders", EventPattern='{"source":["shop"]}')
    return "orders"

@pytest.mark.parametrize("n", range(8))
def test_each_finds_its_own(iatk, iatk_listener, rule, n):
    listener = iatk_listener(rule_name=rule)
    iatk.publish({"Source": "shop", "DetailType": "order", "Detail": {"n": n}})
    listener.expect({"detail": {"n": [n]}}, within=20)
    print("LISTENER", listener.id)
    assert n != 5
"""


def test_parallel_workers_do_not_disturb_one_another(run, client, tmp_path):
    (tmp_path / "test_suite.py").write_text(PARALLEL)
    out = run("-n", "4", "-rP").stdout
    assert "4 workers" in out
    assert "1 failed, 7 passed" in out, out
    # What the failed test's report has of iatk comes from its worker.
    assert out.count("- iatk listener iatk_eb_") == 1
    assert len({line for line in out.splitlines() if line.startswith("LISTENER ")}) == 8
    assert client("events").list_rules(NamePrefix="iatk")["Rules"] == []
    assert client("sqs").list_queues().get("QueueUrls", []) == []


def test_a_failed_tests_report_has_the_traces_it_looked_at(run):
    out = run("-k", "looks or stack").stdout
    assert "1 failed, 1 passed" in out
    assert out.count("iatk trace 1-5759e988-") == 1
    assert "in progress: api" in out
