"""A relay to an endpoint, that counts the calls by operation.

A program that knows of endpoints is given ``url``. One that knows AWS's own hosts alone gets there by
``environment``: HTTPS_PROXY, and a certificate for them that it trusts by SSL_CERT_FILE (Go) or
AWS_CA_BUNDLE; the relay ends the TLS.

    with Relay("http://127.0.0.1:4566", folder) as relay:
        subprocess.run(…, env={**os.environ, **relay.environment})
        print(relay.take_calls())
"""

import collections
import http.client
import re
import socketserver
import ssl
import subprocess
import threading
import urllib.parse

_MOST_BYTES = 64 << 20
_OWN_TO_A_CONNECTION = ("content-length", "transfer-encoding", "connection")


def _make_certificate(folder):
    names = "DNS:*.us-east-1.amazonaws.com,DNS:*.amazonaws.com"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "2", "-subj", "/CN=relay", "-addext", f"subjectAltName={names}"]
    command += ["-keyout", folder / "key.pem", "-out", folder / "ca.pem"]
    subprocess.run(command, check=True, capture_output=True)


def _head(stream):
    """A message's first line and headers as lines, or None at the end."""
    lines = []
    while True:
        line = stream.readline(65536).decode("latin-1")
        if line in ("", "\r\n", "\n"):
            return lines or None
        lines.append(line.rstrip("\r\n"))


def _operation(path, headers, body):
    target = headers.get("x-amz-target", "")
    if target:
        return target.rsplit(".", 1)[1]
    action = re.search(rb"(?:^|&)Action=(\w+)", body)
    return action.group(1).decode() if action else path.split("?")[0]


class _Connection(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self):
        relay = self.server.relay
        lines = _head(self.rfile)
        try:
            if lines and lines[0].startswith("CONNECT "):
                self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                with relay.tls.wrap_socket(self.connection, server_side=True) as secure:
                    stream = secure.makefile("rb")
                    self.serve(relay, stream, secure.sendall, _head(stream))
            else:
                self.serve(relay, self.rfile, self.wfile.write, lines)
        except OSError:
            return  # The client has gone.

    def serve(self, relay, stream, send, lines):
        upstream = http.client.HTTPConnection(relay.host, relay.port)
        try:
            while lines is not None:
                method, path, _ = lines[0].split(" ", 2)
                given = [line.split(":", 1) for line in lines[1:]]
                headers = {name.strip().lower(): value.strip() for name, value in given}
                length = int(headers.get("content-length", "0"))
                body = stream.read(min(length, _MOST_BYTES))
                operation = _operation(path, headers, body)
                relay.note(operation)
                upstream.request(method, path, body, headers)
                answer = upstream.getresponse()
                content = relay.rewrite(operation, answer.read())
                reply = [f"HTTP/1.1 {answer.status} {answer.reason}"]
                for name, value in answer.getheaders():
                    if name.lower() not in _OWN_TO_A_CONNECTION:
                        reply.append(f"{name}: {value}")
                reply += [f"Content-Length: {len(content)}", "", ""]
                send("\r\n".join(reply).encode("latin-1") + content)
                lines = _head(stream)
        finally:
            upstream.close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64


class Relay:
    """On a free port of the loopback interface, in threads of its own.

    ``rewrite(operation, body)`` may be replaced: it returns what the client gets as the body.
    """

    def __init__(self, endpoint, folder=None):
        parts = urllib.parse.urlsplit(endpoint)
        self.host, self.port = parts.hostname, parts.port
        self.rewrite = lambda operation, body: body
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

    def expect_together(self, operation, count):
        """Each call of `operation` waits until so many wait; without them, it gets no answer."""
        self._together[operation] = threading.Barrier(count, timeout=30)

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
