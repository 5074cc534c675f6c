"""Parameters of ``AwsIatk.retry_get_trace_tree_until``."""

from dataclasses import dataclass
from typing import Any, Callable, Optional, Union

from .get_trace_tree import GetTraceTreeOutput


@dataclass
class RetryGetTraceTreeUntilParams:
    """The tracing header, the assertion a tree must pass, and how long to try."""

    tracing_header: str
    assertion_fn: Callable[[GetTraceTreeOutput], Any]
    fetch_child_traces: Optional[bool] = False
    timeout_seconds: Union[int, float] = 30


class InvalidParamException(Exception):
    """A parameter is out of its range."""
