"""Very many events through one listener under faults: none is lost, and duplicates are told apart.

IATK_SOAK_EVENTS is their number; `make soak` takes a million of them.
"""

import collections
import itertools
import json
import os
import random
import resource
import threading
import time

import pytest
from gate import FAULTS, befalls
from worlds import PATTERN, worlds  # noqa: F401 (a fixture)

import aws_iatk

EVENTS = int(os.environ.get("IATK_SOAK_EVENTS", "10000"))
# One call of an operation in so many has a fault. After half of the faults the kit waits before it
# tries again, for half a second on average.
BLOCK = 50 if EVENTS <= 100_000 else 400
# A held answer takes the whole of the call's time-out.
MIXED = [fault for fault in FAULTS if fault != "late"]
# Ten entries that the bus has taken, and gets again.
PUT_AGAIN = ("lost", "cut", "garbled", "twice")
# The event log's own limit (event_log.h), less the room for the next event.
MOST_KEPT = 100_000 - 1


class Schedule:
    """Faults by the number of the call among those of its operation: the same in each run."""

    def __init__(self):
        self.befell = collections.Counter()
        self._faults = {}
        self._next = {}

    def __call__(self, call):
        name = call.operation
        if call.nth == 0:
            self._faults[name] = self._faults_of(name)
        if call.nth % BLOCK == 0:
            self._next[name] = next(self._faults[name])
        at, fault = self._next[name]
        if call.nth != at:
            return ""
        self.befell[name, fault] += 1
        return fault

    @staticmethod
    def _faults_of(name):
        """For each block of the operation's calls, the number of one and its fault."""
        chance = random.Random(name)
        kinds = [fault for fault in MIXED if befalls(fault, name)]
        chance.shuffle(kinds)
        for block, fault in enumerate(itertools.cycle(kinds)):
            # Never two calls in a row, so that three attempts are enough.
            yield block * BLOCK + chance.randrange(BLOCK - 1), fault


def put(schedule):
    """How many events the bus has taken, once all were published."""
    befell = schedule.befell.items()
    again = sum(n for (name, fault), n in befell if name == "PutEvents" and fault in PUT_AGAIN)
    return EVENTS + 10 * again


def memory():
    """What this process has taken at most, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def publish(kit, failures):
    try:
        for start in range(0, EVENTS, 10_000):
            numbers = range(start, min(start + 10_000, EVENTS))
            events = [{"Source": "shop", "DetailType": "n", "Detail": {"n": n}} for n in numbers]
            kit.publish(*events)
    except Exception as failure:
        failures.append(failure)


def test_none_of_very_many_events_is_lost_and_duplicates_are_told_apart(worlds, capsys):
    world = worlds()
    world.rule()
    listener = world.kit.listen(rule_name="orders")
    memory_before, began = memory(), time.monotonic()
    schedule = Schedule()
    world.gate.plan(world.region, schedule)
    failures = []
    publisher = threading.Thread(target=publish, args=(world.kit, failures))
    publisher.start()

    came = bytearray(EVENTS)  # how often each number came
    ids = set()  # of 128 bits, as numbers
    polled = again = 0
    last_came = time.monotonic()
    while publisher.is_alive() or len(ids) < put(schedule):
        # An event whose answer was lost is hidden for five seconds.
        assert time.monotonic() - last_came < 60, f"only {len(ids)} of {put(schedule)} events came"
        bodies = world.kit.poll_events(listener.id, 1, 10).events
        for body in bodies:
            event = json.loads(body)
            event_id = int(event["id"].replace("-", ""), 16)
            polled += 1
            if event_id in ids:
                again += 1
                continue
            ids.add(event_id)
            came[event["detail"]["n"]] += 1
        if bodies:
            last_came = time.monotonic()
    publisher.join()
    took, memory_after = time.monotonic() - began, memory()
    calls = collections.Counter(world.gate.calls(world.region))
    world.gate.plan(world.region)
    assert failures == []

    assert came.count(0) == 0, "events were lost"
    assert len(ids) == put(schedule)
    # In messages of their own; a message that only came again is not told at all.
    assert again == world.gate.doubled[world.region] > 0
    assert {fault for _, fault in schedule.befell} == set(MIXED)
    kept = listener.events()
    assert len(kept) == min(polled, MOST_KEPT)
    if polled <= MOST_KEPT:
        assert sum(event.duplicate for event in kept) == again
        assert len(listener.count(PATTERN, exactly=len(ids), within=0)) == len(ids)
    else:
        # What is no longer kept is no reason to say that there were so many, or fewer.
        with pytest.raises(aws_iatk.IatkException, match="no longer kept"):
            listener.never({"source": ["another"]}, within=0)
    listener.remove()
    assert world.leavings() == []
    with capsys.disabled():
        print(
            f"\n{EVENTS} events, {polled} polled in {took:.0f} s, {sum(calls.values())} calls with "
            f"{schedule.befell.total()} faults; {len(ids) - EVENTS} put again, {again} duplicates; "
            f"memory {memory_before:.0f} MiB before, {memory_after:.0f} MiB at most"
        )
