"""What a case of these tests has: a region of its own, the kit behind the gate, calls past it."""

import contextlib
import http.client
import itertools
import json
import os
import resource
import threading
import time
import urllib.parse

import pytest
from conftest import environment
from gate import Gate

import aws_iatk

PATTERN = '{"source":["shop"]}'
_numbers = itertools.count(1)
_TARGETS = {"events": ("AWSEvents", "1.1"), "sqs": ("AmazonSQS", "1.0")}


class Direct:
    """Calls straight at the local cloud, past the gate: what a case starts from and what it left."""

    def __init__(self, url, account):
        self._host = url.removeprefix("http://")
        self._account = account
        self._connections = threading.local()

    def _send(self, region, service, path, body, headers):
        scope = f"{self._account}/20260101/{region}/{service}/aws4_request"
        headers = {
            "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, "
            f"SignedHeaders=host;x-amz-date, Signature={'0' * 64}",
            "X-Amz-Date": "20260101T000000Z",
            **headers,
        }
        connection = getattr(self._connections, "connection", None)
        if connection is None:
            connection = self._connections.connection = http.client.HTTPConnection(self._host)
        connection.request("POST", path, body.encode(), headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        assert answer.status < 300, f"{service} {path}: {text}"
        return text

    def json(self, region, service, operation, **body):
        prefix, version = _TARGETS[service]
        headers = {
            "Content-Type": f"application/x-amz-json-{version}",
            "X-Amz-Target": f"{prefix}.{operation}",
        }
        return json.loads(self._send(region, service, "/", json.dumps(body), headers) or "{}")

    def query(self, region, service, operation, version, **fields):
        body = urllib.parse.urlencode({"Action": operation, "Version": version, **fields})
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._send(region, service, "/", body, headers)

    def rest(self, region, service, path, **body):
        headers = {"Content-Type": "application/json"}
        return json.loads(self._send(region, service, path, json.dumps(body), headers) or "{}")


class World:
    """One case's: ``kit`` goes through the gate, all else past it."""

    def __init__(self, gate, direct, region):
        self.gate, self.direct, self.region = gate, direct, region
        self.kit = aws_iatk.AwsIatk(region=region)
        #: How long a wait of the case may take.
        self.within = 8

    def events(self, operation, **body):
        return self.direct.json(self.region, "events", operation, **body)

    def sqs(self, operation, **body):
        return self.direct.json(self.region, "sqs", operation, **body)

    def rule(self):
        """The application's rule, which listeners copy."""
        self.events("PutRule", Name="orders", EventPattern=PATTERN)

    def application(self):
        """The rule and its target, a queue; returns the queue's URL."""
        self.rule()
        url = self.sqs("CreateQueue", QueueName="work")["QueueUrl"]
        name = {"QueueUrl": url, "AttributeNames": ["QueueArn"]}
        arn = self.sqs("GetQueueAttributes", **name)["Attributes"]["QueueArn"]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.sqs("SetQueueAttributes", QueueUrl=url, Attributes={"Policy": policy})
        self.events("PutTargets", Rule="orders", Targets=[{"Id": "work", "Arn": arn}])
        return url

    def put(self, *totals):
        """Puts an event for each total; returns their ids."""
        entries = [
            {"Source": "shop", "DetailType": "order", "Detail": json.dumps({"total": total})}
            for total in totals
        ]
        put = self.events("PutEvents", Entries=entries)
        return [entry["EventId"] for entry in put["Entries"]]

    def leavings(self):
        """What the kit made and is there."""
        rules = self.events("ListRules", NamePrefix="iatk_eb_")["Rules"]
        queues = self.sqs("ListQueues", QueueNamePrefix="iatk_eb_").get("QueueUrls", [])
        return [rule["Name"] for rule in rules] + queues

    def poll(self, listener, ids):
        """Sees that these events come, once each, and no others."""
        deadline = time.monotonic() + 30
        got = []
        while len(got) < len(ids) and time.monotonic() < deadline:
            polled = self.kit.poll_events(listener, 1, 10).events
            got += [json.loads(body)["id"] for body in polled]
        assert sorted(got) == sorted(ids)
        assert self.kit.poll_events(listener, 0, 10).events == []


@pytest.fixture(scope="module")
def worlds(cloud, tmp_path_factory):
    """worlds() is a new world, in an account of these tests."""
    account = str(200_000_000_000 + os.getpid())
    direct = Direct(cloud.url, account)
    # Each world keeps connections to the gate.
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 20_000), hard))
    # Its session is another one, as a process of its own would have.
    profiles = tmp_path_factory.mktemp("faults") / "config"
    keys = f"aws_access_key_id={account}\naws_secret_access_key=test\n"
    profiles.write_text(f"[profile other]\n{keys}")
    more = {"AWS_CONFIG_FILE": str(profiles), "IATK_CALL_TIMEOUT": "2"}
    with contextlib.closing(Gate(cloud.url)) as gate, pytest.MonkeyPatch.context() as patch:
        for name, value in environment(gate.url, account, **more).items():
            if name.startswith(("AWS_", "IATK_CALL")):
                patch.setenv(name, value)
        yield lambda: World(gate, direct, f"xx-faults-{next(_numbers)}")
