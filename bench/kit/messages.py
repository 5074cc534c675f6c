"""HTTP messages over a socket, as bytes: what a relay and a bare client need of HTTP, and no more.

Where a socket does not block, who drives a coroutine of these waits for what it yields: a socket and
the event (of ``selectors``) that lets it go on. Where it blocks, ``run`` does.
"""

import re
import selectors
import ssl

_PIECE = 1 << 16


def run(coroutine):
    """What a coroutine over blocking sockets returns."""
    try:
        next(coroutine)
    except StopIteration as end:
        return end.value
    raise OSError("a blocking socket would not block")


def ready(connection, action):
    """What the action returns once the connection lets it."""
    while True:
        try:
            return action()
        except ssl.SSLWantWriteError:
            yield connection, selectors.EVENT_WRITE
        except ssl.SSLWantReadError:
            yield connection, selectors.EVENT_READ


def _receive(connection, action):
    while True:
        try:
            return (yield from ready(connection, action))
        except BlockingIOError:
            yield connection, selectors.EVENT_READ


class Messages:
    """Those that come over one connection. A body has a Content-Length, or there is none."""

    def __init__(self, connection, most_bytes):
        self._connection = connection
        self._most_bytes = most_bytes
        self._read = b""  # and not taken yet

    def head(self):
        """The next message's head with its empty line; b"" at the end."""
        connection = self._connection
        while True:
            end = self._read.find(b"\r\n\r\n")
            if end >= 0:
                break
            piece = yield from _receive(connection, lambda: connection.recv(_PIECE))
            if not piece:
                return b""
            self._read += piece
            if len(self._read) > self._most_bytes:
                raise OSError("a head without an end")
        head, self._read = self._read[: end + 4], self._read[end + 4 :]
        return head

    def body(self, head):
        """The body that follows the head."""
        length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
        if length is None:
            if re.search(rb"\r\ntransfer-encoding:", head, re.IGNORECASE):
                raise OSError("a body without a length")
            return b""
        size = int(length.group(1))
        if size > self._most_bytes:
            raise OSError("a body that is too long")
        if size <= len(self._read):
            body, self._read = self._read[:size], self._read[size:]
            return body
        connection = self._connection
        whole = bytearray(size)
        there = len(self._read)
        whole[:there] = self._read
        self._read = b""
        rest = memoryview(whole)[there:]
        while rest:
            count = yield from _receive(connection, lambda: connection.recv_into(rest))
            if count == 0:
                raise OSError("a body that ends too early")
            rest = rest[count:]
        return bytes(whole)

    def send(self, head, body):
        connection = self._connection
        rest = memoryview(head + body)
        while rest:
            try:
                count = yield from ready(connection, lambda: connection.send(rest))
            except BlockingIOError:
                yield connection, selectors.EVENT_WRITE
                continue
            rest = rest[count:]
