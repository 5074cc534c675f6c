#!/usr/bin/env python3
"""The local cloud beside moto's server, in one run on one machine.

usage: compare.py PROGRAM LOAD_GENERATOR [--seconds N] [--runs N]

Start: from exec to the first answer of sts:GetCallerIdentity, the median of several starts. Idle
memory: the proportional set size after that answer. Size: of the program's stripped file, and of
moto's and its requirements' folders. Cycles: PutEvents -> rule -> queue -> ReceiveMessage ->
DeleteMessageBatch, by the native load generator, the two in turns.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=123456789012/20260101/us-east-1/sts/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=" + "0" * 64
)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/",
        data=b"Action=GetCallerIdentity&Version=2011-06-15",
        headers={
            "Authorization": AUTHORIZATION,
            "X-Amz-Date": "20260101T000000Z",
            "Content-Type": "application/x-www-form-urlencoded",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status == 200
    except urllib.error.HTTPError as error:
        raise SystemExit(f"port {port} answers {error.code}: {error.read()[:300]!r}") from error
    except OSError:
        return False


class Server:
    def __init__(self, name, command):
        self.name, self.command = name, command

    def start(self):
        """Starts it on a free port; seconds to its first answer."""
        self.port = free_port()
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [*self.command, str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        while not answers(self.port):
            if self.process.poll() is not None:
                raise SystemExit(f"{self.name} ended with status {self.process.returncode}")
            time.sleep(0.0005)
        return time.perf_counter() - began

    def memory(self):
        """The proportional set size of its processes, in bytes."""
        total = 0
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                session = int(stat.read_text().rsplit(")", 1)[1].split()[3])
                if session != self.process.pid:
                    continue
                rollup = (stat.parent / "smaps_rollup").read_text()
            except OSError:
                continue
            total += int(re.search(r"^Pss:\s+(\d+) kB", rollup, re.M).group(1)) * 1024
        return total

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(timeout=60)


def stripped_size(program):
    with tempfile.NamedTemporaryFile() as file:
        subprocess.run(["strip", "-o", file.name, program], check=True)
        return os.path.getsize(file.name)


def folder_size(*folders):
    return sum(
        path.stat().st_size for folder in folders for path in folder.rglob("*") if path.is_file()
    )


def moto_size():
    import moto

    site = pathlib.Path(moto.__file__).parent.parent
    names = ["moto", "botocore", "boto3", "flask", "werkzeug", "cryptography", "jinja2"]
    return folder_size(*(site / name for name in names if (site / name).is_dir()))


def cycles(generator, server, connections, seconds):
    out = subprocess.run(
        [generator, f"http://127.0.0.1:{server.port}", "--connections", str(connections),
         "--seconds", str(seconds)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return json.loads(out.stdout)


def milliseconds(seconds):
    return f"{seconds * 1000:.1f} ms"


def mebibytes(count):
    return f"{count / (1 << 20):.1f} MiB"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("generator", type=pathlib.Path)
    parser.add_argument("--seconds", type=int, default=5, help="of each measurement")
    parser.add_argument("--runs", type=int, default=3, help="rounds of the two in turns")
    arguments = parser.parse_args()

    moto_server = shutil.which("moto_server", path=str(pathlib.Path(sys.executable).parent))
    ours = Server("iatk", [arguments.program, "cloud", "--port"])
    theirs = Server("moto", [moto_server, "-H", "127.0.0.1", "-p"])

    rows = []

    def row(what, our_value, their_value, show, smaller_is_better=True):
        ratio = their_value / our_value if smaller_is_better else our_value / their_value
        rows.append((what, show(our_value), show(their_value), f"{ratio:.1f}×"))
        print(".", end="", file=sys.stderr, flush=True)

    starts, idle = {}, {}
    for server in (ours, theirs):
        seconds = []
        for _ in range(7 if server is ours else 3):
            seconds.append(server.start())
            idle[server] = server.memory()
            server.stop()
        starts[server] = statistics.median(seconds)
    row("start to first answer", starts[ours], starts[theirs], milliseconds)
    row("idle memory (PSS)", idle[ours], idle[theirs], mebibytes)
    row("size on disk", stripped_size(arguments.program), moto_size(), mebibytes)

    for connections in (1, 32):
        results = {ours: [], theirs: []}
        for _ in range(arguments.runs):
            for server in (ours, theirs):
                server.start()
                results[server].append(cycles(arguments.generator, server, connections, arguments.seconds))
                server.stop()
        middle = {
            server: sorted(runs, key=lambda run: run["cycles_per_second"])[len(runs) // 2]
            for server, runs in results.items()
        }
        for key, name, show, smaller in (
            ("cycles_per_second", "cycles per second", lambda v: f"{v:,.0f}", False),
            ("p50_us", "p50 of a cycle", lambda v: f"{v / 1000:.3f} ms", True),
            ("p99_us", "p99 of a cycle", lambda v: f"{v / 1000:.3f} ms", True),
        ):
            suffix = "" if connections == 1 else "s"
            row(f"{name}, {connections} connection{suffix}", middle[ours][key],
                middle[theirs][key], show, smaller)  # fmt: skip
    print(file=sys.stderr)
    widths = [max(len(r[i]) for r in [*rows, ("", "iatk", "moto", "ratio")]) for i in range(4)]
    for r in [("", "iatk", "moto", "ratio"), *rows]:
        print(f"{r[0]:<{widths[0]}}  " + "  ".join(f"{r[i]:>{widths[i]}}" for i in (1, 2, 3)))


if __name__ == "__main__":
    main()
