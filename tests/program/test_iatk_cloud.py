"""iatk cloud: how it starts, and how it ends."""

import json
import os
import signal
import socket
import subprocess
import time

import boto3
import pytest
import requests
from conftest import PROGRAM, processes_of_session, start_cloud, stop_cloud
from test_lambda import ECHO, package


@pytest.fixture
def own_cloud(tmp_path):
    clouds = []

    def start(*arguments):
        clouds.append(start_cloud(tmp_path, *arguments))
        return clouds[-1]

    yield start
    for cloud in clouds:
        if cloud.process.poll() is None:
            cloud.process.kill()
            cloud.process.wait()


def lambda_of(cloud):
    session = boto3.Session(
        aws_access_key_id="123456789012", aws_secret_access_key="x", region_name="us-east-1"
    )
    return session.client("lambda", endpoint_url=cloud.url)


def create_function(cloud, code=ECHO):
    lambda_of(cloud).create_function(
        FunctionName="f",
        Runtime="python3.11",
        Handler="index.handler",
        Role="arn:aws:iam::123456789012:role/r",
        Code={"ZipFile": package(**{"index.py": code})},
    )


def test_it_says_where_it_is_and_ends_cleanly(own_cloud):
    cloud = own_cloud()
    assert requests.get(cloud.url, timeout=60).status_code == 403
    stop_cloud(cloud)


def test_it_ends_with_its_children_and_their_folders(own_cloud):
    cloud = own_cloud()
    create_function(cloud)
    lambda_of(cloud).invoke(FunctionName="f")
    assert len(processes_of_session(cloud.process.pid)) > 1
    stop_cloud(cloud)


def test_it_ends_while_a_function_runs_and_a_poll_waits(own_cloud, tmp_path):
    cloud = own_cloud()
    marker = tmp_path.parent / "started"
    create_function(
        cloud,
        f"""
        import pathlib, time
        def handler(event, context):
            pathlib.Path({str(marker)!r}).touch()
            time.sleep(1000)
        """,
    )
    lambda_of(cloud).invoke(FunctionName="f", InvocationType="Event")
    while not marker.exists():
        pass
    marker.unlink()
    stop_cloud(cloud)


def test_a_port_in_use_is_told_in_one_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [PROGRAM, "cloud", "--port", str(port)], capture_output=True, text=True, timeout=60
        )
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert str(port) in done.stderr


def test_a_missing_interpreter_is_told_by_the_invocation(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setenv("IATK_PYTHON", "/nonexistent/python3")
    cloud = start_cloud(tmp_path)
    create_function(cloud)
    reply = lambda_of(cloud).invoke(FunctionName="f")
    assert reply["FunctionError"] == "Unhandled"
    assert "python3" in json.loads(reply["Payload"].read())["errorMessage"]
    stop_cloud(cloud)


def test_a_hangup_of_the_terminal_ends_it_too(own_cloud):
    cloud = own_cloud()
    cloud.process.send_signal(signal.SIGINT)
    assert cloud.process.wait(timeout=60) == 0


@pytest.mark.parametrize("arguments", [[], ["nope"], ["cloud", "--port", "x"], ["cloud", "--nope"]])
def test_wrong_usage_has_status_two(arguments):
    done = subprocess.run(
        [PROGRAM, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr


@pytest.mark.parametrize(
    "command",
    [[], *[[c] for c in ("cloud", "test", "rpc", "outputs", "physical-id", "listen", "explain", "gc")]],
)
def test_help(command):
    done = subprocess.run(
        [PROGRAM, *command, "--help"], capture_output=True, text=True, timeout=60, env=dict(os.environ)
    )
    assert done.returncode == 0
    assert "Usage: " in done.stdout


def test_the_x_ray_daemons_port_takes_segments(own_cloud):
    with socket.socket(type=socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    cloud = own_cloud("--xray-port", str(port))
    trace_id = "1-69573525-000000000000000000000001"
    segment = {
        "trace_id": trace_id,
        "id": "0000000000000001",
        "name": "api",
        "start_time": 1_767_323_045.0,
        "end_time": 1_767_323_046.5,
    }
    with socket.socket(type=socket.SOCK_DGRAM) as sender:
        sender.connect(("127.0.0.1", port))
        sender.send(b"nonsense")
        sender.send(b'{"format":"json","version":1}\n' + json.dumps(segment).encode())
    xray = boto3.Session(
        aws_access_key_id="test", aws_secret_access_key="x", region_name="us-east-1"
    ).client("xray", endpoint_url=cloud.url)
    # Datagrams are not answered: the trace is there soon.
    deadline = time.monotonic() + 60
    traces = []
    while not traces and time.monotonic() < deadline:
        traces = xray.batch_get_traces(TraceIds=[trace_id])["Traces"]
    (trace,) = traces
    assert trace["Duration"] == 1.5
    stop_cloud(cloud)
