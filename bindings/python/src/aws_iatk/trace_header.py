"""Tracing headers: made, and put on what a boto3 client sends.

Which trace an event, a message or an execution belongs to travels in its own field, not in the
request's header: EventBridge User Guide, "Using AWS X-Ray to track events"; SQS Developer Guide,
"Amazon SQS and AWS X-Ray"; Step Functions API Reference, "StartExecution".
"""

import re
import secrets
import time
import weakref
from typing import Any, Callable, Dict, List, Optional, Tuple

XRAY_HEADER = "X-Amzn-Trace-Id"
W3C_HEADER = "traceparent"

_ROOT = re.compile(r"(?:^|;)\s*root=1-([0-9a-f]{8})-([0-9a-f]{24})\s*(?:;|$)", re.IGNORECASE)
_PARENT = re.compile(r"(?:^|;)\s*parent=([0-9a-f]{16})\s*(?:;|$)", re.IGNORECASE)
_SAMPLED = re.compile(r"(?:^|;)\s*sampled=1\s*(?:;|$)", re.IGNORECASE)

_Handler = Callable[..., None]
# What was registered on each client's events, so that a client that is patched again is not patched
# twice.
_registered: "weakref.WeakKeyDictionary[Any, List[Tuple[str, _Handler]]]" = (
    weakref.WeakKeyDictionary()
)


def new_header(sampled: int = 1) -> str:
    """The header of a new trace: ``Root=1-6b04ef67-0123456789abcdef01234567;Sampled=1``.

    It names no parent: the first service that gets it begins the trace.
    """
    return f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)};Sampled={sampled}"


def traceparent(header: str) -> str:
    """W3C's form of a header (Trace Context, "traceparent Header"), which OpenTelemetry reads.

    Raises
    ------
    ValueError
        If the header has no valid Root
    """
    root = _ROOT.search(header)
    if not root:
        raise ValueError(f"no trace id in the tracing header {header!r}")
    parent = _PARENT.search(header)
    span = parent.group(1) if parent else secrets.token_hex(8)
    trace_id = (root.group(1) + root.group(2)).lower()
    return f"00-{trace_id}-{span.lower()}-{'01' if _SAMPLED.search(header) else '00'}"


def http_headers(header: str) -> Dict[str, str]:
    """The headers that make an HTTP request part of the trace, X-Ray's and W3C's."""
    return {XRAY_HEADER: header, W3C_HEADER: traceparent(header)}


def _entries_with(name: str, put: Callable[[Dict[str, Any]], None]) -> _Handler:
    def handler(params: Dict[str, Any], **_: Any) -> None:
        # The caller's own list and dicts stay as they are.
        entries = [dict(entry) for entry in params.get(name) or []]
        for entry in entries:
            put(entry)
        params[name] = entries

    return handler


def _parameters_with(header: str) -> Dict[str, Dict[str, _Handler]]:
    """What to put into the parameters, by service and operation; what is there already stays."""

    def message(entry: Dict[str, Any]) -> None:
        attributes = dict(entry.get("MessageSystemAttributes") or {})
        attributes.setdefault("AWSTraceHeader", {"DataType": "String", "StringValue": header})
        entry["MessageSystemAttributes"] = attributes

    def event(entry: Dict[str, Any]) -> None:
        entry.setdefault("TraceHeader", header)

    def one_message(params: Dict[str, Any], **_: Any) -> None:
        message(params)

    def execution(params: Dict[str, Any], **_: Any) -> None:
        params.setdefault("traceHeader", header)

    return {
        "events": {"PutEvents": _entries_with("Entries", event)},
        "sqs": {
            "SendMessage": one_message,
            "SendMessageBatch": _entries_with("Entries", message),
        },
        "stepfunctions": {"StartExecution": execution, "StartSyncExecution": execution},
    }


def _register(client: Any, handlers: List[Tuple[str, _Handler]]) -> None:
    events = client.meta.events
    for name, handler in _registered.pop(events, []):
        events.unregister(name, handler)
    for name, handler in handlers:
        events.register(name, handler)
    _registered[events] = handlers


def patch(client: Any, sampled: int = 1, header: Optional[str] = None) -> None:
    """Has a boto3 client send a header with each request, instead of the one it sent before.

    Parameters
    ----------
    client : boto3.client
        The client
    sampled : int
        Without ``header``: what stands in the header ``Root=;Sampled=<sampled>``
    header : str, optional
        A whole header; goes into the parameters too where the service wants it there

    Raises
    ------
    ValueError
        If ``header`` has no valid Root: a service would drop it without a word
    """
    service = client.meta.service_model.service_name
    headers = http_headers(header) if header else {XRAY_HEADER: f"Root=;Sampled={sampled}"}

    def add_headers(request: Any, **_: Any) -> None:
        for name, value in headers.items():
            if header:
                # botocore may have put its own there, in a Lambda function.
                del request.headers[name]
            request.headers.add_header(name, value)

    handlers: List[Tuple[str, _Handler]] = [(f"before-sign.{service}.*", add_headers)]
    if header:
        for operation, handler in _parameters_with(header).get(service, {}).items():
            handlers.append((f"before-parameter-build.{service}.{operation}", handler))
    _register(client, handlers)
