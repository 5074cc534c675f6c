"""HTTP messages over a socket, as bytes: what a relay and a bare client need of HTTP, and no more."""

import re

_PIECE = 1 << 16


class Messages:
    """Those that come over one connection. A body has a Content-Length, or there is none."""

    def __init__(self, connection, most_bytes):
        self._connection = connection
        self._most_bytes = most_bytes
        self._read = b""  # and not taken yet

    def head(self):
        """The next message's head with its empty line; b"" at the end."""
        while True:
            end = self._read.find(b"\r\n\r\n")
            if end >= 0:
                break
            piece = self._connection.recv(_PIECE)
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
        whole = bytearray(size)
        there = len(self._read)
        whole[:there] = self._read
        self._read = b""
        rest = memoryview(whole)
        while there < size:
            count = self._connection.recv_into(rest[there:])
            if count == 0:
                raise OSError("a body that ends too early")
            there += count
        return bytes(whole)

    def send(self, head, body):
        self._connection.sendall(head + body)
