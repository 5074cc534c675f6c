"""iatk trace: a trace as far as it has come."""

import json
import secrets
import subprocess
import time

import pytest
from conftest import PROGRAM, environment


@pytest.fixture
def trace_id():
    return f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"


@pytest.fixture
def run(cloud, account):
    def go(*arguments, **more):
        return subprocess.run(
            [PROGRAM, "trace", *arguments],
            env=environment(cloud.url, account, **more),
            capture_output=True,
            text=True,
            timeout=60,
        )

    return go


@pytest.fixture
def put(client, trace_id):
    def send(name, number, **more):
        document = {"trace_id": trace_id, "id": f"{number:016x}", "name": name}
        document.update({"start_time": 1000 + number, "end_time": 1010, **more})
        if document["end_time"] is None:
            del document["end_time"]
            document["in_progress"] = True
        client("xray").put_trace_segments(TraceSegmentDocuments=[json.dumps(document)])
        return document["id"]

    return send


def test_a_trace_is_drawn(run, put, trace_id):
    put("worker", 2, parent_id=put("api", 1), fault=True)
    done = run(f"Root={trace_id};Sampled=1")
    assert done.returncode == 0
    api, worker = done.stdout.splitlines()
    assert api.startswith("api ")
    assert worker.startswith("└─ worker ")
    assert "+1000 ms" in worker
    assert worker.endswith("fault")
    assert "\x1b" not in done.stdout
    assert done.stderr == ""


def test_what_is_missing_is_told(run, put, trace_id):
    put("api", 1)
    put("late", 2, end_time=None)
    put("worker", 3, parent_id="00000000deadbeef")
    done = run(trace_id)
    assert done.returncode == 0
    assert "behind 00000000deadbeef, which has not come:\nworker " in done.stdout
    assert "in progress: late (0000000000000002)" in done.stderr
    assert run(trace_id, "--wait", "0").returncode == 1
    missing = run(trace_id, "--hop", "api", "--hop", "queue")
    assert missing.returncode == 1
    assert "missing: queue" in missing.stderr


def test_a_wait_for_a_complete_trace(run, put, trace_id):
    put("worker", 2, parent_id=put("api", 1))
    assert run(trace_id, "--wait", "20", "--hop", "api > worker").returncode == 0


def test_json_and_a_page(run, put, trace_id, tmp_path):
    put("<api>", 1)
    page = tmp_path / "trace.html"
    done = run(trace_id, "--json", "--html", page)
    assert done.returncode == 0
    out = json.loads(done.stdout)
    assert out["TraceId"] == trace_id
    assert out["Complete"] is True
    assert out["Roots"] == ["0000000000000001"]
    assert "&lt;api&gt;" in page.read_text()
    assert run(trace_id, "--html", tmp_path / "no" / "such").returncode == 2


def test_linked_traces(run, put, trace_id, client):
    linked = trace_id[:-4] + "beef"
    child = {"attributes": {"aws.xray.reserved.reference_type": "child"}}
    put("api", 1, links=[{"trace_id": linked, "id": "0000000000000002", **child}])
    put("linked", 2, trace_id=linked)
    assert "└─ linked " in run(trace_id, "--linked").stdout
    assert "linked" not in run(trace_id).stdout


def test_a_trace_that_is_not_there(run, trace_id):
    done = run(trace_id)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "the trace has not come" in done.stderr


@pytest.mark.parametrize(
    "arguments", [[], ["Root=x"], ["1-5759e988-bd862e3fe1be46a994272793", "--hop", "a > "]]
)
def test_wrong_usage(run, arguments):
    assert run(*arguments).returncode == 2
