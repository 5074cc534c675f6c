"""iatk listen: a live tail that leaves nothing behind, however it ends."""

import json
import os
import pty
import signal
import subprocess

import pytest
from conftest import PROGRAM, environment

ENTRY = {"Source": "shop", "DetailType": "order", "Detail": '{"total": 1.50}'}


@pytest.fixture
def bus(client):
    client("events").put_rule(Name="orders", EventPattern='{"source":["shop"]}')

    def put(count=1, **more):
        for _ in range(count):
            client("events").put_events(Entries=[{**ENTRY, **more}])

    return put


@pytest.fixture
def listen(cloud, account, client):
    """listen(…) is the running program; it listens already. All is gone at its end."""
    running = []

    def start(*arguments, stdout=subprocess.PIPE, ready=b"listening to ", **more):
        process = subprocess.Popen(
            [PROGRAM, "listen", *arguments],
            stdout=stdout,
            stderr=subprocess.PIPE,
            env=environment(cloud.url, account, **more),
        )
        running.append(process)
        line = process.stderr.readline()
        assert line.startswith(ready), line
        return process

    yield start
    for process in running:
        assert process.wait(timeout=60) is not None
        process.stderr.close()
    assert client("events").list_rules(NamePrefix="iatk")["Rules"] == []
    assert client("sqs").list_queues(QueueNamePrefix="iatk").get("QueueUrls", []) == []


@pytest.mark.parametrize("ends_by", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_events_are_json_lines_until_ctrl_c_which_cleans_up(listen, bus, client, ends_by):
    process = listen("--bus", "default", "--rule", "orders", "--json")
    assert len(client("events").list_rules(NamePrefix="iatk")["Rules"]) == 1
    bus(2)
    for _ in range(2):
        event = process.stdout.readline()
        assert json.loads(event)["source"] == "shop"
        assert b'"total":1.50' in event  # As it came.
    process.send_signal(ends_by)
    assert process.wait(timeout=60) == 0
    assert process.stdout.read() == b""


def test_nothing_that_came_is_status_1(listen):
    process = listen("--pattern", '{"source": ["shop"]}')
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 1
    assert process.stdout.read() == b""


def test_a_count_ends_it(listen, bus):
    process = listen("--bus", "default", "--count", "2", "--json")
    bus(3)
    out, _ = process.communicate(timeout=60)
    assert len(out.splitlines()) == 2
    assert process.returncode == 0
    few = listen("--count", "1", "--for", "0.1")
    assert few.communicate(timeout=60) == (b"", b"")
    assert few.returncode == 1


def test_a_reader_that_goes_away_ends_it(listen, bus):
    process = listen("--rule", "orders", "--json")
    bus()
    assert process.stdout.readline()
    process.stdout.close()
    # Larger than what standard output would hold back.
    bus(2, Detail=json.dumps({"text": "x" * 100_000}))
    assert process.wait(timeout=60) == 0


@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colours_are_for_terminals(listen, bus, variables, coloured):
    ours, theirs = pty.openpty()
    process = listen("--rule", "orders", "--count", "1", stdout=theirs, **variables)
    os.close(theirs)
    bus()
    text = b""
    try:
        while chunk := os.read(ours, 65536):
            text += chunk
    except OSError:
        pass  # What a terminal says when its other end is closed.
    os.close(ours)
    assert process.wait(timeout=60) == 0
    assert b"shop" in text
    assert (b"\x1b[" in text) is coloured


def test_elsewhere_it_is_plain_text(listen, bus):
    process = listen("--rule", "orders", "--count", "1")
    bus()
    out, _ = process.communicate(timeout=60)
    assert b"\x1b" not in out
    head, *body = out.decode().splitlines()
    assert head.endswith(" shop order")
    assert json.loads("\n".join(body))["detail"] == {"total": 1.5}


def test_a_queue_keeps_its_messages(listen, client, queue):
    url, _ = queue("dead")
    client("sqs").send_message(QueueUrl=url, MessageBody="no json")
    process = listen("--queue", "dead", "--count", "1", "--json")
    out, _ = process.communicate(timeout=60)
    assert out == b'"no json"\n'
    got = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert got["ApproximateNumberOfMessagesNotVisible"] == "1"


def test_what_is_not_there_is_told(listen):
    process = listen("--rule", "nope", ready=b"iatk listen: failed to locate test target: ")
    assert process.wait(timeout=60) == 1
