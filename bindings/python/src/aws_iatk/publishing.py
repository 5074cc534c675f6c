"""Putting events on a bus, and knowing that it took them."""

from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List


@dataclass(frozen=True)
class Published:
    """Events that a bus took.

    Attributes
    ----------
    event_ids : List[str]
        The ids that the bus gave them, in order
    correlation_id : str
        What stands in each detail, under ``correlationId`` unless another key was named
    trace_header : str
        The X-Ray header that they went with
    event_pattern : str
        Matches the events that carry the correlation id: these, and those that an application
        makes of them if it hands the id on
    """

    event_ids: List[str]
    correlation_id: str
    trace_header: str
    event_pattern: str
    _first: Dict[str, Any] = field(repr=False)
    _find_lost: Callable[[Dict[str, Any]], str] = field(repr=False)

    def last_seen(self, listener_id: str = "") -> str:
        """Where the first of the events was last seen on its way, in words."""
        return self._find_lost(
            {
                "EventBusName": self._first["EventBusName"],
                "Event": {
                    "source": self._first["Source"],
                    "detail-type": self._first["DetailType"],
                    "detail": self._first["Detail"],
                },
                "EventId": self.event_ids[0],
                "ListenerId": listener_id,
                "TraceHeader": self.trace_header,
            }
        )


@dataclass(frozen=True)
class Distribution:
    """How long something took over many runs, in seconds.

    Percentiles are values that were measured (nearest rank).
    """

    runs: int
    min: float
    p50: float
    p95: float
    p99: float
    max: float
    text: str = field(repr=False)
