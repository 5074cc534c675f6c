"""Tests over the wire: real clients against the program.

IATK_PROGRAM names the program under test and IATK_LIBRARY its library; without them, those of
build/dev. One local cloud serves a whole run; each test has an account of its own in it.
"""

import itertools
import os
import pathlib
import re
import signal
import socket
import subprocess
from dataclasses import dataclass

import boto3
import original as original_kit
import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "dev"
PROGRAM = pathlib.Path(os.environ.get("IATK_PROGRAM", BUILD / "bin" / "iatk"))
LIBRARY = pathlib.Path(os.environ.get("IATK_LIBRARY", BUILD / "lib" / "libiatk.so"))
REGION = "us-east-1"

# For the package in this process too.
os.environ.setdefault("IATK_LIBRARY", str(LIBRARY))

_accounts = itertools.count(100_000_000_000 + os.getpid() % 100_000 * 1_000_000)


@dataclass
class Cloud:
    """A running local cloud."""

    url: str
    process: subprocess.Popen
    folder: pathlib.Path

    @property
    def port(self):
        return int(self.url.rsplit(":", 1)[1])


def environment(url, account="123456789012", **more):
    """What a client finds in its environment: the cloud, and nothing of the user's own accounts."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "IATK_"))}
    env.update(
        AWS_ENDPOINT_URL=url,
        AWS_ACCESS_KEY_ID=account,
        AWS_SECRET_ACCESS_KEY="test",
        AWS_REGION=REGION,
        AWS_DEFAULT_REGION=REGION,
        AWS_CONFIG_FILE="/dev/null",
        AWS_SHARED_CREDENTIALS_FILE="/dev/null",
        AWS_EC2_METADATA_DISABLED="true",
        IATK_LIBRARY=str(LIBRARY),
        PYTHONPATH=str(ROOT / "bindings" / "python" / "src"),
    )
    env.update(more)
    return env


def start_cloud(folder, *arguments):
    """Starts the program in a session of its own; temporary files go to `folder`."""
    env = dict(os.environ, TMPDIR=str(folder))
    process = subprocess.Popen(
        [PROGRAM, "cloud", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if not os.environ.get("IATK_SHOW_ERRORS") else None,
        text=True,
        env=env,
        start_new_session=True,
    )
    line = process.stdout.readline()
    found = re.search(r"http://\S+", line)
    assert found, f"the program did not say where it is: {line!r}"
    return Cloud(found.group(0), process, folder)


def processes_of_session(session_id):
    """The processes that `session_id` started and that still run."""
    left = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[3]) == session_id and fields[0] != "Z":
            left.append(stat.parent.name)
    return left


def stop_cloud(cloud):
    """Ends the cloud, and sees that nothing is left behind: no process, no folder, no port."""
    cloud.process.send_signal(signal.SIGTERM)
    assert cloud.process.wait(timeout=60) == 0
    assert processes_of_session(cloud.process.pid) == []
    assert list(cloud.folder.iterdir()) == []
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", cloud.port))


@pytest.fixture(scope="session")
def cloud(tmp_path_factory):
    running = start_cloud(tmp_path_factory.mktemp("cloud"))
    yield running
    stop_cloud(running)


@pytest.fixture(scope="session")
def original():
    """The original kit; tests that ask for it are skipped, and say so, where it can't be had."""
    try:
        return original_kit.fetch(ROOT / "build")
    except original_kit.NotToBeHad as reason:
        pytest.skip(f"NOT COMPARED WITH THE ORIGINAL: {reason}")


@pytest.fixture
def account():
    return str(next(_accounts))


@pytest.fixture
def client(cloud, account, monkeypatch):
    """client("sqs") is a boto3 client that knows of the cloud by AWS_ENDPOINT_URL alone."""
    for name, value in environment(cloud.url, account).items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)

    def make(service, region=REGION, key=account, **options):
        session = boto3.Session(
            aws_access_key_id=key, aws_secret_access_key="test", region_name=region
        )
        return session.client(service, **options)

    return make


@pytest.fixture
def program(cloud, account):
    """program("gc", "--json") is what the program did, with the cloud in its environment."""

    def run(*arguments, stdin="", **options):
        return subprocess.run(
            [PROGRAM, *arguments],
            capture_output=True,
            text=True,
            input=stdin,
            env=environment(cloud.url, account),
            timeout=60,
            **options,
        )

    return run


@pytest.fixture
def queue(client):
    """queue("name", Attribute="value") makes a queue: its URL and ARN."""
    sqs = client("sqs")

    def make(name="events", **attributes):
        url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return url, arn["Attributes"]["QueueArn"]

    return make


@pytest.fixture
def receive(client):
    """receive(url, n) is the next n messages of a queue, waiting for each of them."""
    sqs = client("sqs")

    def take(url, count=1, **options):
        messages = []
        while len(messages) < count:
            got = sqs.receive_message(
                QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=10, **options
            ).get("Messages")
            assert got, f"{len(messages)} of {count} messages came"
            for message in got:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            messages += got
        return messages

    return take
