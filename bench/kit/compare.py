#!/usr/bin/env python3
"""The kit beside the original, aws-iatk 0.1.0 of PyPI: times and calls to AWS per operation.

usage: compare.py PROGRAM LIBRARY [--runs N] [--segments N]

Both are Python packages, each in a process of its own, against one local cloud (PROGRAM cloud). The
original knows AWS's own hosts alone, so both go the same way: HTTPS through a relay that ends the
TLS and counts the calls. "direct" is the kit without the relay, by AWS_ENDPOINT_URL. Times are
medians of one call, as a test sees them.
"""

import argparse
import json
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import boto3
import original
from relay import Relay

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
REGION = "us-east-1"

# Runs the calls it is told, one a line, and says how long each took and what it gave.
WORKER = """
import json, sys, time
import aws_iatk

iatk = aws_iatk.AwsIatk(region="us-east-1")
calls = {
    "get_stack_outputs": lambda: iatk.get_stack_outputs("bench", ["Rule"]).outputs["Rule"],
    "add_listener": lambda rule: iatk.add_listener("default", rule).id,
    "poll_events": lambda listener: len(iatk.poll_events(listener, 5, 10).events),
    "remove_listeners": lambda *ids: iatk.remove_listeners(ids=list(ids)).message,
    "get_trace_tree": lambda header: len(iatk.get_trace_tree(header).trace_tree.paths),
}
for line in sys.stdin:
    name, arguments = json.loads(line)
    began = time.perf_counter()
    value = calls[name](*arguments)
    print(json.dumps([time.perf_counter() - began, value]), flush=True)
"""

TEMPLATE = """
Resources:
  Rule: {Type: AWS::Events::Rule, Properties: {EventPattern: {source: [shop]}}}
Outputs:
  Rule: {Value: !Ref Rule}
"""


class Kit:
    """A worker process, and what was measured of it."""

    def __init__(self, name, package, env, relay=None):
        self.name, self.relay = name, relay
        self.seconds, self.calls = {}, {}
        self._process = subprocess.Popen(
            [sys.executable, "-c", WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**env, "PYTHONPATH": str(package)},
        )

    def call(self, name, *arguments, label=None):
        if self.relay:
            self.relay.take_calls()
        print(json.dumps([name, arguments]), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name}: {name} failed")
        seconds, value = json.loads(line)
        label = label or name
        self.seconds.setdefault(label, []).append(seconds)
        if self.relay:
            self.calls.setdefault(label, []).append(sum(self.relay.take_calls().values()))
        return value

    def stop(self):
        self._process.stdin.close()
        self._process.wait(timeout=60)


class Cloud:
    def __init__(self, program):
        self.process = subprocess.Popen(
            [program, "cloud", "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        self.url = re.search(r"http://\S+", self.process.stdout.readline()).group(0)

    def client(self, service):
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id="123456789012",
            aws_secret_access_key="bench",
        )

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)


def environment(**more):
    env = {k: v for k, v in os.environ.items() if not k.upper().startswith(("AWS_", "HTTP"))}
    return {
        **env,
        "AWS_ACCESS_KEY_ID": "123456789012",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "",
        **more,
    }


def trace_answer(segments):
    """BatchGetTraces' answer: a root, what it calls, and what these call; and the trace's header.

    Larger than what X-Ray keeps of a trace (500 KB), so that the kits are measured and not the cloud.
    """
    now = int(time.time())
    trace_id = f"1-{now:08x}-{segments:024x}"
    fan_out = max(1, round(segments**0.5))
    documents = []
    for number in range(segments):
        segment = {"trace_id": trace_id, "id": f"{number + 1:016x}", "name": f"service-{number}"}
        segment.update(start_time=now + number / 1e5, end_time=now + 1, origin="AWS::Lambda")
        if number > 0:
            segment["parent_id"] = f"{(number - 1) // fan_out + 1:016x}"
        documents.append({"Id": segment["id"], "Document": json.dumps(segment)})
    trace = {"Id": trace_id, "Duration": 1.0, "LimitExceeded": False, "Segments": documents}
    answer = {"Traces": [trace], "UnprocessedTraceIds": []}
    return json.dumps(answer).encode(), f"Root={trace_id};Sampled=1"


def measure(kits, cloud, runs, segments):
    """Everything in turns, so that what disturbs the machine disturbs all alike."""
    cloudformation = cloud.client("cloudformation")
    cloudformation.create_stack(StackName="bench", TemplateBody=TEMPLATE)
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName="bench", WaiterConfig={"Delay": 1}
    )
    event = {"Source": "shop", "DetailType": "order", "Detail": "{}"}
    for kit in kits:  # What is done but once in a process is not measured.
        rule = kit.call("get_stack_outputs", label="warm-up")
    listeners = {kit: [] for kit in kits}
    for _ in range(runs):
        for kit in kits:
            kit.call("get_stack_outputs")
            listeners[kit].append(kit.call("add_listener", rule))
    for _ in range(runs):
        cloud.client("events").put_events(Entries=[event])
        for kit in kits:
            listener = listeners[kit][0]
            if kit.call("poll_events", listener, label="poll_events, an event waits") != 1:
                raise SystemExit(f"{kit.name}: the event did not come")
    for count in (10, segments):
        label = f"get_trace_tree, {count:,} segments"
        answer, header = trace_answer(count)
        through_relay = [kit for kit in kits if kit.relay]
        relay = through_relay[0].relay
        relay.rewrite = lambda operation, body: answer if operation == "/Traces" else body
        for _ in range(min(runs, 5)):
            paths = {kit.call("get_trace_tree", header, label=label) for kit in through_relay}
            if len(paths) != 1:
                raise SystemExit(f"{label}: not the same paths: {paths}")
    for kit in kits:
        one, *others = listeners[kit]
        kit.call("remove_listeners", one, label="remove_listeners, one")
        kit.call("remove_listeners", *others, label=f"remove_listeners, {len(others)}")


def table(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = [f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:])]
        print(f"{row[0]:<{widths[0]}}  " + "  ".join(cells))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("library", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--segments", type=int, default=10_000, help="of the large trace")
    arguments = parser.parse_args()
    try:
        theirs = original.fetch(ROOT / "build")
    except original.NotToBeHad as reason:
        raise SystemExit(f"the original is not there to be compared with: {reason}") from reason

    ours = ROOT / "bindings" / "python" / "src"
    library = str(arguments.library.resolve())
    cloud = Cloud(arguments.program)
    with tempfile.TemporaryDirectory() as folder, Relay(cloud.url, pathlib.Path(folder)) as relay:
        through = environment(**relay.environment)
        direct = environment(AWS_ENDPOINT_URL=cloud.url)
        kits = [
            Kit("original", theirs.folder, through, relay),
            Kit("iatk", ours, {**through, "IATK_LIBRARY": library}, relay),
            Kit("iatk, direct", ours, {**direct, "IATK_LIBRARY": library}),
        ]
        try:
            measure(kits, cloud, arguments.runs, arguments.segments)
        finally:
            for kit in kits:
                kit.stop()
            cloud.stop()

    rows = [("", "original", "iatk", "ratio", "direct", "calls, original", "calls, iatk")]
    first, second, third = kits
    for label in first.seconds:
        if label == "warm-up":
            continue
        medians = [statistics.median(kit.seconds.get(label, [0])) for kit in kits]
        times = [f"{seconds * 1000:.2f} ms" if seconds else "–" for seconds in medians]
        calls = [f"{statistics.mean(kit.calls[label]):.1f}" for kit in (first, second)]
        rows.append((label, *times[:2], f"{medians[0] / medians[1]:.1f}×", times[2], *calls))
    table(rows)


if __name__ == "__main__":
    main()
