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
import socket
import socketserver
import ssl
import subprocess
import threading
import urllib.parse

from messages import Messages

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


class _Connection(socketserver.BaseRequestHandler):
    def handle(self):
        relay = self.server.relay
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            client = Messages(self.request, _MOST_BYTES)
            head = client.head()
            if head.startswith(b"CONNECT "):
                host = head.split(b" ")[1].split(b":")[0].decode()
                self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                with relay.tls.wrap_socket(self.request, server_side=True) as secure:
                    client = Messages(secure, _MOST_BYTES)
                    self.serve(relay, client, client.head(), host)
            else:
                self.serve(relay, client, head, "")
        except OSError:
            return  # The client has gone.

    def serve(self, relay, client, head, host):
        with socket.create_connection((relay.host, relay.port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            upstream = Messages(connection, _MOST_BYTES)
            while head:
                body = client.body(head)
                operation = _operation(head, body)
                relay.note(operation)
                upstream.send(head, body)
                reply_head = upstream.head()
                if not reply_head:
                    raise OSError("the endpoint has gone")
                reply = upstream.body(reply_head)
                changed = relay.rewrite(operation, reply)
                if changed is not reply:
                    reply = changed
                    reply_head = re.sub(
                        rb"(?i)(\r\ncontent-length: *)\d+", rb"\g<1>%d" % len(reply), reply_head
                    )
                if relay.recorded is not None:
                    relay.recorded.append(Exchange(host, operation, head + body, reply))
                client.send(reply_head, reply)
                head = client.head()


Exchange = collections.namedtuple("Exchange", "host operation request reply")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64


class Relay:
    """On a free port of the loopback interface, in threads of its own.

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
        self._server = _Server(("127.0.0.1", 0), _Connection)
        self._server.relay = self
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
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
        barrier = threading.Barrier(count, timeout=30)
        self._together.update(dict.fromkeys(operations, barrier))

    def note(self, operation):
        with self._lock:
            self._calls[operation] += 1
            together = self._together.get(operation)
        if together:
            try:
                together.wait()
            except threading.BrokenBarrierError as error:
                raise OSError(f"{operation} did not come together") from error

    def take_calls(self):
        """How often each operation was called since the last time."""
        with self._lock:
            calls, self._calls = self._calls, collections.Counter()
        return calls

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
