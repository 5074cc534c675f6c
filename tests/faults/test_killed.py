"""Whenever the process is killed, gc finds and removes what it was making or removing; the flow of
the application goes on."""

import json
import os
import pathlib
import queue
import signal
import subprocess
import sys

import gate as faults
import pytest
from conftest import PROGRAM
from worlds import PATTERN, worlds  # noqa: F401 (a fixture)

ONE_CALL = pathlib.Path(__file__).with_name("one_call.py")


class Copies:
    """Copies of a process that has the kit."""

    def __init__(self):
        package = str(pathlib.Path(__file__).parents[2] / "bindings" / "python" / "src")
        self._process = subprocess.Popen(
            [sys.executable, ONE_CALL],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": package},
        )

    def run(self, world, fault_of, *arguments):
        """Does one thing in a copy, which the fault may kill; how the copy ended."""
        pids = queue.Queue()

        def kill():
            os.kill(pids.get(timeout=60), signal.SIGKILL)

        world.gate.plan(world.region, fault_of, kill)
        print(world.region, *arguments, file=self._process.stdin, flush=True)
        pids.put(int(self._process.stdout.readline()))
        ended = int(self._process.stdout.readline())
        world.gate.settle()
        calls = world.gate.calls(world.region)
        world.gate.plan(world.region)
        return ended, calls

    def close(self):
        self._process.stdin.close()
        self._process.wait(60)


@pytest.fixture(scope="module")
def copies(worlds):
    running = Copies()
    yield running
    running.close()


def collect(world):
    """What `iatk gc` of another process finds and removes."""
    command = [PROGRAM, "gc", "--older-than", "0", "--json", "--region", world.region]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def sees_that_the_application_is_untouched(world, work):
    rule = world.events("DescribeRule", Name="orders")
    assert (rule["EventPattern"], rule["State"]) == (PATTERN, "ENABLED")
    assert [r["Name"] for r in world.events("ListRules")["Rules"]] == ["orders"]
    assert world.sqs("ListQueues")["QueueUrls"] == [work]
    (event,) = world.put(1)
    received = world.sqs("ReceiveMessage", QueueUrl=work, WaitTimeSeconds=20)["Messages"]
    assert [json.loads(message["Body"])["id"] for message in received] == [event]


def begin(world, how):
    """The application, and what the copy of the process is told."""
    work = world.application()
    if how != "remove":
        return work, (how,)
    return work, (how, world.kit.add_listener("default", "orders").id)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("how", ["add", "listen", "remove"])
def test_gc_finds_all_whenever_the_process_is_killed(worlds, copies, how, moment):
    world = worlds()
    _, arguments = begin(world, how)
    ended, calls = copies.run(world, faults.none, *arguments)
    assert ended == 0
    assert len(calls) >= 5
    for number, name in enumerate(calls):
        world = worlds()
        work, arguments = begin(world, how)
        fault_of = faults.once(f"killed {moment}", number)
        ended, made = copies.run(world, fault_of, *arguments)
        assert ended == -signal.SIGKILL, name
        # Of two that are made side by side, either may come first, and the other too.
        assert len(made) - number in (1, 2) and not set(made) - set(calls), name
        left = world.leavings()
        found = collect(world)
        assert len(found) == (1 if left else 0), (name, left)
        assert [one["Error"] for one in found] == [""] * len(found)
        assert world.leavings() == []
        assert collect(world) == []
        sees_that_the_application_is_untouched(world, work)
