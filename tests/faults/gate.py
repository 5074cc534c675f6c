"""A gate between the kit and its endpoint; does to calls what a bad network and a busy service do.

Calls are told apart by the region in their signature: each case of a test takes a region of its own,
so that hundreds of them run at once, each with its own faults and its own state in the local cloud.
"""

import asyncio
import collections
import json
import re
import socket
import struct
import threading
import uuid
from dataclasses import dataclass

#: What can happen to a call; see the methods of _Fault, which are named so.
FAULTS = (
    "throttled",  # refused by the service
    "internal",  # failed in the service
    "unavailable",  # failed before it, with a page that is no answer of the service
    "reset",  # the connection breaks before the service has the request
    "lost",  # the service has served it, and the connection breaks before the answer
    "cut",  # the connection breaks in the middle of the answer
    "garbled",  # the answer is not whole, and does not say so
    "slow",  # the answer comes in pieces
    "late",  # the answer is held until the client hangs up
    "twice",  # the service gets the request twice
    "shuffled",  # messages come out of order, again, and in two messages of one event
    "refused",  # the service takes none of a batch's entries, and says so in its answer
)
_ONLY_OF = {"shuffled": ("ReceiveMessage",), "refused": ("PutEvents", "DeleteMessageBatch")}

_SCOPE = re.compile(rb"Credential=[^/]*/\d+/([^/]+)/([^/]+)/")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_TARGET = re.compile(rb"\r\nx-amz-target: *[\w.]*\.(\w+)", re.IGNORECASE)
_ACTION = re.compile(rb"(?:^|&)Action=(\w+)")

# How services say that they are throttling: the status and the error's code.
_THROTTLING = {
    "cloudformation": (400, "Throttling"),
    "schemas": (429, "TooManyRequestsException"),
    "sqs": (400, "RequestThrottled"),
    "tagging": (400, "ThrottledException"),
    "xray": (429, "ThrottledException"),
}


@dataclass(frozen=True)
class Call:
    region: str
    number: int  #: among the calls of its region, from 0
    operation: str
    nth: int  #: among the calls of its operation there, from 0
    service: str


def befalls(fault, operation):
    """Whether the fault can befall a call of the operation."""
    return operation in _ONLY_OF.get(fault, (operation,))


def none(_call):
    return ""


def once(fault, number, times=1):
    """The fault befalls the call of this number, and those that follow it until ``times``."""
    return lambda call: fault if number <= call.number < number + times else ""


def from_call(fault, number):
    """The endpoint stays away from this call on."""
    return lambda call: fault if call.number >= number else ""


def operation(fault, name):
    """One operation never succeeds."""
    return lambda call: fault if call.operation == name else ""


class Gate:
    """Listens at ``url`` and hands on to the cloud at ``target``, in a thread of its own."""

    def __init__(self, target):
        host, port = target.removeprefix("http://").split(":")
        self._target = host, int(port)
        self._plans = {}
        self._calls = collections.defaultdict(list)
        self._counts = collections.Counter()
        self._idle = []  # connections to the cloud
        self._on_its_way = 0  # calls that the cloud has not answered
        #: By region: events that the gate has put into one message more.
        self.doubled = collections.Counter()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._run(asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=500))
        self.url = "http://127.0.0.1:%d" % self._server.sockets[0].getsockname()[1]

    def _run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(60)

    def close(self):
        async def end():
            self._server.close()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        self._run(end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def plan(self, region, fault_of=none, kill=None):
        """From now on ``fault_of`` tells each call's fault, and calls are counted from 0 again.

        ``kill`` ends the client, where the fault is "killed before" or "killed after" the service
        has served the call.
        """

        async def change():
            self._plans[region] = fault_of, kill
            self._calls[region] = []
            for key in [key for key in self._counts if key[0] == region]:
                del self._counts[key]

        self._run(change())

    def calls(self, region):
        """The names of the region's calls since its plan was made."""
        return list(self._calls[region])

    def settle(self):
        """Returns when all that clients have sent is served."""

        async def settled():
            # What has come is read within a few turns of the loop.
            quiet_turns = 0
            while quiet_turns < 20:
                await asyncio.sleep(0)
                quiet_turns = 0 if self._on_its_way else quiet_turns + 1

        self._run(settled())

    def _note(self, region, service, name):
        """The call, its fault and how the client is killed."""
        calls = self._calls[region]
        call = Call(region, len(calls), name, self._counts[region, name], service)
        calls.append(name)
        self._counts[region, name] += 1
        fault_of, kill = self._plans.get(region, (none, None))
        return call, fault_of(call), kill

    async def _serve(self, reader, writer):
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while True:
                head, body = await _read(reader)
                scope = _SCOPE.search(head)
                region, service = (part.decode() for part in scope.groups()) if scope else ("", "")
                call, fault, kill = self._note(region, service, _operation_of(head, body))
                if not fault:
                    writer.write(b"".join(await self.forward(head, body)))
                    continue
                exchange = _Exchange(self, reader, writer, call, head, body, kill)
                await getattr(exchange, fault.replace(" ", "_"))()
        except (OSError, EOFError, asyncio.CancelledError):
            pass  # the client is gone, or the fault or the end of the gate ends the connection
        finally:
            writer.close()

    async def forward(self, head, body):
        """The cloud's answer, as head and body."""
        self._on_its_way += 1
        try:
            return await self._forward(head, body)
        finally:
            self._on_its_way -= 1

    async def _forward(self, head, body):
        while self._idle:
            upstream = self._idle.pop()
            if not upstream[0].at_eof():
                break
            upstream[1].close()
        else:
            upstream = await asyncio.open_connection(*self._target)
        reader, writer = upstream
        writer.write(head + body)
        answer = await _read(reader)
        self._idle.append(upstream)
        return answer


async def _read(reader):
    """A request or an answer, as head and body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    return head, await reader.readexactly(int(length.group(1))) if length else b""


def _operation_of(head, body):
    found = _TARGET.search(head) or _ACTION.search(body)
    if found:
        return found.group(1).decode()
    # Of the REST services, the method and the path without what is particular in it.
    method, path = head.split(b" ", 2)[:2]
    return f"{method.decode()} {path.decode().partition('?')[0]}"


def _answer(status, content_type, body, **headers):
    lines = [f"HTTP/1.1 {status} Status", f"Content-Type: {content_type}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


@dataclass
class _Exchange:
    """A request and its answer, with the faults that can befall them."""

    gate: Gate
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    call: Call
    head: bytes
    body: bytes
    kill: object

    async def _forward(self):
        return await self.gate.forward(self.head, self.body)

    def _break(self):
        """Ends the connection as a network does that loses it."""
        linger = struct.pack("ii", 1, 0)
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.writer.transport.abort()
        raise ConnectionAbortedError

    async def throttled(self):
        status, code = _THROTTLING.get(self.call.service, (400, "ThrottlingException"))
        if self.call.service == "cloudformation":
            text = "<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code>" % code
            text += "<Message>Rate exceeded</Message></Error></ErrorResponse>"
            self.writer.write(_answer(status, "text/xml", text.encode()))
            return
        text = json.dumps({"__type": code, "message": "Rate exceeded"})
        self.writer.write(_answer(status, "application/json", text.encode(), x_amzn_ErrorType=code))

    async def internal(self):
        text = b'{"__type": "InternalFailure"}'
        self.writer.write(_answer(500, "application/json", text))

    async def unavailable(self):
        self.writer.write(_answer(503, "text/html", b"<html>busy</html>"))

    async def reset(self):
        self._break()

    async def lost(self):
        await self._forward()
        self._break()

    async def cut(self):
        head, body = await self._forward()
        self.writer.write((head + body)[: len(head) - 1 + len(body) // 2])
        raise EOFError

    async def garbled(self):
        head, body = await self._forward()
        half = body[: len(body) // 2]
        self.writer.write(_LENGTH.sub(b"\r\nContent-Length: %d" % len(half), head) + half)

    async def slow(self):
        answer = b"".join(await self._forward())
        third = len(answer) // 3 + 1
        for start in range(0, len(answer), third):
            self.writer.write(answer[start : start + third])
            await asyncio.sleep(0.02)

    async def late(self):
        await self._forward()
        await self.reader.read()
        raise EOFError

    async def twice(self):
        await self._forward()
        self.writer.write(b"".join(await self._forward()))

    async def shuffled(self):
        head, body = await self._forward()
        reply = json.loads(body)
        messages = reply.get("Messages")
        if messages:
            other = {**messages[-1], "MessageId": str(uuid.uuid4())}
            reply["Messages"] = [*reversed(messages), messages[0], other]
            self.gate.doubled[self.call.region] += 1
        body = json.dumps(reply).encode()
        self.writer.write(_LENGTH.sub(b"\r\nContent-Length: %d" % len(body), head) + body)

    async def refused(self):
        why = {"ErrorCode": "ThrottlingException", "Code": "InternalError", "SenderFault": False}
        failed = [{**why, "Id": one.get("Id", "")} for one in json.loads(self.body)["Entries"]]
        reply = {"FailedEntryCount": len(failed), "Entries": failed, "Failed": failed}
        self.writer.write(_answer(200, "application/json", json.dumps(reply).encode()))

    async def killed_before(self):
        self.kill()
        self._break()

    async def killed_after(self):
        await self._forward()
        self.kill()
        self._break()
