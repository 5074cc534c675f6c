"""AWS's hosts over TLS, answered by another endpoint: for programs that know no other way to one.

A client gets there by HTTPS_PROXY, and trusts the certificate by SSL_CERT_FILE (Go) or
AWS_CA_BUNDLE. Each request is counted by its operation.

    with TlsProxy("http://127.0.0.1:4566", folder) as proxy:
        subprocess.run(…, env={**os.environ, **proxy.environment})
        print(proxy.take_calls())
"""

import collections
import http.client
import re
import socketserver
import ssl
import subprocess
import threading
import urllib.parse

_MOST_BODY = 64 << 20


def _make_certificate(folder, hosts):
    names = ",".join(f"DNS:{host}" for host in hosts)
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "2", "-subj", "/CN=local endpoint", "-addext"]
    command += [f"subjectAltName={names}", "-keyout", folder / "key.pem", "-out", folder / "ca.pem"]
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
        first = (_head(self.rfile) or [""])[0]
        if not first.startswith("CONNECT "):
            return
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        proxy = self.server.proxy
        try:
            with proxy.tls.wrap_socket(self.connection, server_side=True) as secure:
                self._serve(proxy, secure.makefile("rb"), secure)
        except OSError:
            return  # The client has gone.

    def _serve(self, proxy, stream, secure):
        upstream = http.client.HTTPConnection(proxy.host, proxy.port)
        try:
            while True:
                lines = _head(stream)
                if lines is None:
                    return
                method, path, _ = lines[0].split(" ", 2)
                given = [line.split(":", 1) for line in lines[1:]]
                headers = {name.strip().lower(): value.strip() for name, value in given}
                length = int(headers.get("content-length", "0"))
                body = stream.read(min(length, _MOST_BODY))
                proxy.count(_operation(path, headers, body))
                upstream.request(method, path, body, headers)
                answer = upstream.getresponse()
                content = answer.read()
                reply = [f"HTTP/1.1 {answer.status} {answer.reason}"]
                reply += [
                    f"{name}: {value}"
                    for name, value in answer.getheaders()
                    if name.lower() not in ("content-length", "transfer-encoding", "connection")
                ]
                reply += [f"Content-Length: {len(content)}", "", ""]
                secure.sendall("\r\n".join(reply).encode("latin-1") + content)
        finally:
            upstream.close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64


class TlsProxy:
    """A proxy on a free port of the loopback interface, in a thread of its own."""

    def __init__(self, url, folder, region="us-east-1"):
        parts = urllib.parse.urlsplit(url)
        self.host, self.port = parts.hostname, parts.port
        _make_certificate(folder, [f"*.{region}.amazonaws.com", "*.amazonaws.com"])
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(folder / "ca.pem", folder / "key.pem")
        self._calls = collections.Counter()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Connection)
        self._server.proxy = self
        authority = str(folder / "ca.pem")
        self.environment = {
            "HTTPS_PROXY": f"http://127.0.0.1:{self._server.server_address[1]}",
            "SSL_CERT_FILE": authority,
            "AWS_CA_BUNDLE": authority,
        }

    def count(self, operation):
        with self._lock:
            self._calls[operation] += 1

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
