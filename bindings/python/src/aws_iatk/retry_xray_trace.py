"""Parameters of ``AwsIatk.retry_get_trace_tree_until``."""

from dataclasses import dataclass
from typing import Any, Callable, Optional, Union

from .get_trace_tree import GetTraceTreeOutput


@dataclass
class RetryGetTraceTreeUntilParams:
    """The tracing header, the assertion a tree must pass, and how long to try.

    ``fetch_child_traces`` came after version 0.1.0 was published: a number in its place is the
    timeout, as it was there.
    """

    assertion_fn: Callable[[GetTraceTreeOutput], Any]
    timeout_seconds: Union[int, float]
    tracing_header: str
    fetch_child_traces: Optional[bool]

    def __init__(
        self,
        tracing_header: str,
        assertion_fn: Callable[[GetTraceTreeOutput], Any],
        fetch_child_traces: Union[bool, int, float, None] = False,
        timeout_seconds: Union[int, float] = 30,
    ) -> None:
        if fetch_child_traces is not None and not isinstance(fetch_child_traces, bool):
            timeout_seconds = fetch_child_traces
            fetch_child_traces = False
        self.assertion_fn = assertion_fn
        self.timeout_seconds = timeout_seconds
        self.tracing_header = tracing_header
        self.fetch_child_traces = fetch_child_traces


class InvalidParamException(Exception):
    """A parameter is out of its range."""
