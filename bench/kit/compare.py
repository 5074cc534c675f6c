#!/usr/bin/env python3
"""The kit beside the original, aws-iatk 0.1.0 of PyPI: times and calls to AWS per operation.

usage: compare.py PROGRAM LIBRARY [--runs N] [--segments N]

Both are Python packages, each in a process of its own, against one local cloud (PROGRAM cloud). The
original knows AWS's own hosts alone, so both go the same way: HTTPS through a relay that ends the
TLS and counts the calls. "direct" is the kit without the relay, by AWS_ENDPOINT_URL. Times are of
one call, as a test sees them, and lower quartiles: what else the machine does only adds to them. The
kits take turns; in each, a kit makes some calls one after the other. The first of them is a process's
that has waited while the others had the machine: its times are a table of their own.

A part of each time is not the kit's: the endpoint's, the relay's, the wire's. It is measured in turns
with the kits: "floor" is the time in which bare.py sends the requests of an operation, as a kit has
sent them, through the same relay over TLS connections that are kept, and takes the answers, without a
look at them; one after the other, also what a kit has sent side by side. The requests are those of
the kit that makes fewer calls, and "over" is what each kit takes beyond their floor: a call that the
other kit does without counts as overhead. Where iatk makes more calls, for more, a line below says
what it takes beyond the floor of its own.
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
import urllib.parse

import boto3
import original
from relay import Relay

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
REGION = "us-east-1"

# Runs the calls it is told, one a line, and says how long each took and what it gave.
WORKER = """
import json, sys, time
import aws_iatk

SEGMENT = (
    "id name trace_id start_time end_time in_progress service user origin parent_id http error "
    "throttle fault cause aws annotations metadata subsegments links"
).split()

def read_all(tree):
    for path in tree.paths:
        for segment in path:
            for name in SEGMENT:
                getattr(segment, name)
    return len(tree.paths)

iatk = aws_iatk.AwsIatk(region="us-east-1")
calls = {
    "get_stack_outputs": lambda: iatk.get_stack_outputs("bench", ["Rule"]).outputs["Rule"],
    "add_listener": lambda rule: iatk.add_listener("default", rule).id,
    "poll_events": lambda listener: len(iatk.poll_events(listener, 5, 1).events),
    "remove_listeners": lambda *ids: iatk.remove_listeners(ids=list(ids)).message,
    "get_trace_tree": lambda header: len(iatk.get_trace_tree(header).trace_tree.paths),
    "read_trace_tree": lambda header: read_all(iatk.get_trace_tree(header).trace_tree),
}
for line in sys.stdin:
    name, arguments = json.loads(line)
    began = time.perf_counter()
    try:
        value, failure = calls[name](*arguments), None
    except aws_iatk.IatkException as error:
        value, failure = None, str(error)
    print(json.dumps([time.perf_counter() - began, value, failure]), flush=True)
"""

TEMPLATE = """
Resources:
  Rule: {Type: AWS::Events::Rule, Properties: {EventPattern: {source: [shop]}}}
Outputs:
  Rule: {Value: !Ref Rule}
"""


WARM_UP = "warm-up"
OWN = "own: "
FIRST = "first: "
# Calls that a kit makes one after the other.
ROW = 5
POLL = "poll_events, an event waits"
LISTENER_ID = "iatk_eb_[0-9a-v]{20}"


def ask(process, question, what):
    print(json.dumps(question), file=process.stdin, flush=True)
    line = process.stdout.readline()
    if not line:
        raise SystemExit(f"{what} failed")
    return json.loads(line)


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
        seconds, value, failure = ask(self._process, [name, arguments], f"{self.name}: {name}")
        if failure:
            # The original sometimes closes a connection that it still reads a large answer from.
            if "use of closed network connection" not in failure:
                raise SystemExit(f"{self.name}: {name}: {failure}")
            print(f"{self.name}: {name} is called again after: {failure}", file=sys.stderr)
            return self.call(name, *arguments, label=label)
        label = label or name
        self.seconds.setdefault(label, []).append(seconds)
        if self.relay:
            self.calls.setdefault(label, []).append(sum(self.relay.take_calls().values()))
        return value

    def record(self, name, *arguments):
        """What a call gives, and its exchanges; it is not measured."""
        exchanges = []
        if self.relay:
            self.relay.recorded = exchanges
        value = self.call(name, *arguments, label=WARM_UP)
        if self.relay:
            self.relay.recorded = None
        return value, exchanges

    def stop(self):
        self._process.stdin.close()
        self._process.wait(timeout=60)


class Bare:
    """Sends what kits have sent; ``seconds`` are the floors by label."""

    def __init__(self, relay, folder):
        self.seconds = {}
        self._least, self._own = {}, {}
        proxy = urllib.parse.urlsplit(relay.url)
        command = [sys.executable, pathlib.Path(__file__).with_name("bare.py")]
        self._process = subprocess.Popen(
            [*command, proxy.hostname, str(proxy.port), folder / "ca.pem"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def learn(self, name, theirs, ours):
        """The exchanges of one call of each kit."""
        self._least[name] = min(theirs, ours, key=len)
        if len(ours) > len(theirs):
            self._own[name] = ours

    def run(self, name, label=None, listeners=("",)):
        """With these listeners in the place of the one that the exchanges were about."""
        self._replay(label or name, self._least[name], listeners)
        if name in self._own:
            others = [listener[:-1] + "v" for listener in listeners]
            self._replay(OWN + (label or name), self._own[name], others)

    def _replay(self, label, exchanges, listeners):
        requests = []
        for listener in listeners:
            receipt = ""
            for exchange in exchanges:
                request = re.sub(LISTENER_ID, listener, exchange.request.decode("latin-1"))
                if receipt:
                    request = request.replace(receipt, "{receipt}")
                requests.append([exchange.host, request])
                found = re.search(rb'"ReceiptHandle":"([^"]+)"', exchange.reply[:2000])
                receipt = found.group(1).decode() if found else receipt
        seconds, statuses = ask(self._process, requests, f"bare: {label}")
        if set(statuses) != {200}:
            raise SystemExit(f"bare: {label}: {statuses}")
        self.seconds.setdefault(label, []).append(seconds)

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


def measure(kits, bare, cloud, runs, segments):
    """Everything in turns, so that what disturbs the machine disturbs all alike."""
    cloudformation = cloud.client("cloudformation")
    cloudformation.create_stack(StackName="bench", TemplateBody=TEMPLATE)
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName="bench", WaiterConfig={"Delay": 1}
    )
    events = cloud.client("events")
    event = {"Source": "shop", "DetailType": "order", "Detail": "{}"}
    through_relay = [kit for kit in kits if kit.relay]
    relay = through_relay[0].relay

    # What is done but once in a process is not measured.
    def warm_up(name, *arguments_of_each):
        values, exchanges = [], []
        for kit, arguments in zip(kits, arguments_of_each):
            value, made = kit.record(name, *arguments)
            values.append(value)
            exchanges.append(made)
        bare.learn(name, *exchanges[:2])
        return values

    rule = warm_up("get_stack_outputs", *[()] * len(kits))[0]
    first = warm_up("add_listener", *[(rule,)] * len(kits))
    events.put_events(Entries=[event])
    warm_up("poll_events", *[(listener,) for listener in first])
    warm_up("remove_listeners", *[(listener,) for listener in first])

    listeners = {kit: [] for kit in kits}
    listeners[bare] = [f"iatk_eb_{number:020}" for number in range(runs)]

    def in_turns(name, label, turns, call, replay, before=lambda: None, kits=kits):
        """Has the kits ``call(kit, name, label, place)``, and ``replay(name, label, place)``."""
        for turn in range(turns):
            before()
            labels = [(FIRST + label, turn * ROW)]
            labels += [(label, place) for place in range(turn * ROW + 1, (turn + 1) * ROW)]
            for kit in kits:
                for each, place in labels:
                    call(kit, name, each, place)
            for each, place in labels:
                replay(name, each, place)

    def outputs(kit, name, label, _):
        kit.call(name, label=label)

    def add(kit, name, label, _):
        listeners[kit].append(kit.call(name, rule, label=label))

    def poll(kit, name, label, _):
        if kit.call(name, listeners[kit][0], label=label) != 1:
            raise SystemExit(f"{kit.name}: the event did not come")

    def remove(kit, name, label, place):
        kit.call(name, listeners[kit][place], label=label)

    def replay(name, label, place):
        bare.run(name, label, listeners[bare][place : place + 1])

    def replay_poll(name, label, _):
        bare.run(name, label, listeners[bare][:1])

    def put_row():
        for _ in range(ROW):
            events.put_events(Entries=[event])

    few = runs // ROW
    in_turns("get_stack_outputs", "get_stack_outputs", few, outputs, replay)
    in_turns("add_listener", "add_listener", few, add, replay)
    in_turns("poll_events", POLL, few, poll, replay_poll, put_row)
    for count in (10, segments):
        answer, header = trace_answer(count)
        relay.rewrite = lambda operation, body: answer if operation == "/Traces" else body
        made = [kit.record("get_trace_tree", header)[1] for kit in through_relay]
        bare.learn("get_trace_tree", *made)
        label = f"get_trace_tree, {count:,} segments"
        for name, label in (("get_trace_tree", label), ("read_trace_tree", label + ", all read")):
            paths = set()

            def trees(kit, name, label, _, header=header, paths=paths):
                paths.add(kit.call(name, header, label=label))

            def replay_tree(_name, label, _place):
                bare.run("get_trace_tree", label)

            in_turns(name, label, 3, trees, replay_tree, kits=through_relay)
            if len(paths) != 1:
                raise SystemExit(f"{label}: not the same paths: {paths}")
    relay.rewrite = lambda operation, body: body
    single = few // 2
    in_turns("remove_listeners", "remove_listeners, one", single, remove, replay)
    left = slice(single * ROW, None)
    label = f"remove_listeners, {runs - single * ROW}"
    for kit in kits:
        kit.call("remove_listeners", *listeners[kit][left], label=FIRST + label)
    bare.run("remove_listeners", FIRST + label, listeners[bare][left])


def milliseconds(seconds):
    return f"{seconds * 1000:.2f} ms"


def report(title, first, theirs, ours, direct, bare):
    """The rows of a table: of first calls, or of those that follow."""
    yield (title, "original", "iatk", "ratio", "floor", "over: original", "iatk", "ratio", "direct")
    for label in theirs.seconds:
        if label == WARM_UP or label.startswith(FIRST) != first:
            continue
        original, iatk = typical(theirs.seconds[label]), typical(ours.seconds[label])
        floor = typical(bare.seconds[label])
        alone = direct.seconds.get(label)
        yield (
            label.removeprefix(FIRST),
            *(milliseconds(original), milliseconds(iatk), f"{original / iatk:.1f}×"),
            milliseconds(floor),
            *over(original - floor, iatk - floor),
            milliseconds(typical(alone)) if alone else "–",
        )
        if OWN + label in bare.seconds:
            own = typical(bare.seconds[OWN + label])
            beyond = over(original - floor, iatk - own)
            yield ("  of its own calls", "", "", "", milliseconds(own), *beyond, "")


def typical(seconds):
    return sorted(seconds)[len(seconds) // 4]


def over(original, iatk):
    # What is sent side by side may take less than its requests one after the other.
    ratio = f"{original / iatk:.1f}×" if iatk > 0 else "–"
    return milliseconds(original), milliseconds(iatk), ratio


def calls(theirs, ours):
    yield ("", "calls: original", "iatk")
    for label, counts in theirs.calls.items():
        if label.startswith(FIRST):
            means = (f"{statistics.mean(each):.1f}" for each in (counts, ours.calls[label]))
            yield (label.removeprefix(FIRST), *means)


def table(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = [f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:])]
        print(f"{row[0]:<{widths[0]}}  " + "  ".join(cells))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("library", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=50)
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
        bare = Bare(relay, pathlib.Path(folder))
        try:
            measure(kits, bare, cloud, arguments.runs, arguments.segments)
        finally:
            for process in (*kits, bare):
                process.stop()
            cloud.stop()
    table(list(report("one after the other", False, *kits, bare)))
    print()
    table(list(report("after a pause", True, *kits, bare)))
    print()
    table(list(calls(*kits[:2])))


if __name__ == "__main__":
    main()
