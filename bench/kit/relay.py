"""A relay to an endpoint, that counts the calls by operation.

A program that knows of endpoints is given ``url``. One that knows AWS's own hosts alone gets there by
``environment``: HTTPS_PROXY, and a certificate for them that it trusts by SSL_CERT_FILE (Go) or
AWS_CA_BUNDLE; the relay ends the TLS.

    with Relay("http://127.0.0.1:4566", folder) as relay:
        subprocess.run(…, env={**os.environ, **relay.environment})
        print(relay.take_calls())
"""

import collections
import re
import selectors
import socket
import ssl
import subprocess
import threading
import traceback
import urllib.parse

from messages import Messages, ready

_MOST_BYTES = 64 << 20


def _make_certificate(folder):
    names = "DNS:*.us-east-1.amazonaws.com,DNS:*.amazonaws.com"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "2", "-subj", "/CN=relay", "-addext", f"subjectAltName={names}"]
    command += ["-keyout", folder / "key.pem", "-out", folder / "ca.pem"]
    subprocess.run(command, check=True, capture_output=True)


def _operation(head, body):
    target = re.search(rb"\r\nx-amz-target: *[^\r]*?(\w+)\r", head, re.IGNORECASE)
    action = target or re.search(rb"(?:^|&)Action=(\w+)", body)
    return (action.group(1) if action else head.split(b" ")[1].split(b"?")[0]).decode()


class _Connection:
    """A client's, and the one to the endpoint that its requests go on over."""

    def __init__(self, relay, accepted):
        self.waits_for = None
        self._relay = relay
        self._sockets = [accepted]
        self.serving = self._serve()

    def close(self):
        for each in self._sockets:
            self._relay.forget(each)
            each.close()

    def _serve(self):
        relay, accepted = self._relay, self._sockets[0]
        client = Messages(accepted, _MOST_BYTES)
        head = yield from client.head()
        host = ""
        if head.startswith(b"CONNECT "):
            host = head.split(b" ")[1].split(b":")[0].decode()
            yield from client.send(b"HTTP/1.1 200 Connection established\r\n\r\n", b"")
            secure = relay.tls.wrap_socket(accepted, server_side=True, do_handshake_on_connect=False)
            self._sockets[0] = secure
            yield from ready(secure, secure.do_handshake)
            client = Messages(secure, _MOST_BYTES)
            head = yield from client.head()
        endpoint = _without_delay(socket.create_connection((relay.host, relay.port)))
        self._sockets.append(endpoint)
        upstream = Messages(endpoint, _MOST_BYTES)
        while head:
            body = yield from client.body(head)
            operation = _operation(head, body)
            yield from relay.note(operation)
            yield from upstream.send(head, body)
            reply_head = yield from upstream.head()
            if not reply_head:
                raise OSError("the endpoint has gone")
            reply = yield from upstream.body(reply_head)
            changed = relay.rewrite(operation, reply)
            if changed is not reply:
                reply = changed
                reply_head = re.sub(
                    rb"(?i)(\r\ncontent-length: *)\d+", rb"\g<1>%d" % len(reply), reply_head
                )
            if relay.recorded is not None:
                relay.recorded.append(Exchange(host, operation, head + body, reply))
            yield from client.send(reply_head, reply)
            head = yield from client.head()


def _without_delay(connection):
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setblocking(False)
    return connection


Exchange = collections.namedtuple("Exchange", "host operation request reply")


class Relay:
    """On a free port of the loopback interface, in a thread of its own: several would fight over the
    interpreter, and calls that a client makes side by side take longer than one after the other.

    ``rewrite(operation, body)`` may be replaced: it returns what the client gets as the body.
    ``recorded`` may be set to a list, which then gets an ``Exchange`` of each call.
    """

    def __init__(self, endpoint, folder=None):
        parts = urllib.parse.urlsplit(endpoint)
        self.host, self.port = parts.hostname, parts.port
        self.rewrite = lambda operation, body: body
        self.recorded = None
        self._calls = collections.Counter()
        self._together = {}
        self._lock = threading.Lock()
        self._selector = selectors.DefaultSelector()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._listener.setblocking(False)
        self._ended, self._end = socket.socketpair()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.url = "http://127.0.0.1:%d" % self._listener.getsockname()[1]
        self.environment = {}
        if folder is not None:
            _make_certificate(folder)
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(folder / "ca.pem", folder / "key.pem")
            authority = str(folder / "ca.pem")
            self.environment = {
                "HTTPS_PROXY": self.url,
                "SSL_CERT_FILE": authority,
                "AWS_CA_BUNDLE": authority,
            }

    def expect_together(self, count, *operations):
        """Each call of these waits until so many of them wait; without them, it gets no answer."""
        self._together.update(dict.fromkeys(operations, _Together(count)))

    def note(self, operation):
        with self._lock:
            self._calls[operation] += 1
        together = self._together.get(operation)
        if together:
            yield together

    def take_calls(self):
        """How often each operation was called since the last time."""
        with self._lock:
            calls, self._calls = self._calls, collections.Counter()
        return calls

    def forget(self, connection):
        if connection.fileno() in self._selector.get_map():
            self._selector.unregister(connection)

    def _run(self):
        connections = set()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._ended, selectors.EVENT_READ)
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._ended:
                    for connection in connections:
                        connection.close()
                    return
                if key.fileobj is self._listener:
                    connection = _Connection(self, _without_delay(self._listener.accept()[0]))
                    connections.add(connection)
                    self._go_on(connection, connections)
                elif key.fd == key.data.waits_for:
                    self._go_on(key.data, connections)
                else:
                    self._selector.unregister(key.fileobj)  # until it is waited for

    def _go_on(self, connection, connections):
        """Until it has to wait, or has ended."""
        connection.waits_for = None
        try:
            waits_for = next(connection.serving)
        except Exception as end:
            if not isinstance(end, (OSError, StopIteration)):  # the client has gone
                traceback.print_exc()
            connections.discard(connection)
            connection.close()
            return
        if isinstance(waits_for, _Together):
            for each in waits_for.arrive(connection):
                self._go_on(each, connections)
            return
        waiting_on, events = waits_for
        connection.waits_for = waiting_on.fileno()
        registered = self._selector.get_map().get(connection.waits_for)
        if registered is None:
            self._selector.register(waiting_on, events, connection)
        elif registered.events != events:
            self._selector.modify(waiting_on, events, connection)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.send(b"x")
        self._thread.join()
        for each in (self._listener, self._ended, self._end, self._selector):
            each.close()


class _Together:
    """Those who wait until there are enough of them."""

    def __init__(self, count):
        self._count = count
        self._waiting = []

    def arrive(self, one):
        """All, if there are enough now."""
        self._waiting.append(one)
        if len(self._waiting) < self._count:
            return []
        together, self._waiting = self._waiting, []
        return together
