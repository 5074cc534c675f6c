"""Parameters and output of ``AwsIatk.poll_events`` and ``AwsIatk.wait_until_event_matched``."""

from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Optional

from .jsonrpc import Payload


@dataclass
class PollEventsOutput:
    """``events`` holds the events that came, each as its JSON text."""

    events: List[str]

    def __init__(self, data_dict: Dict[str, Any]) -> None:
        self.events = data_dict.get("result", {}).get("output", [])


@dataclass
class PollEventsParams:
    """A listener's id, how long to wait (0 to 20 seconds), and how many events to take (1 to 10)."""

    listener_id: str
    wait_time_seconds: Optional[int]
    max_number_of_messages: Optional[int]

    _rpc_method: str = "test_harness.eventbridge.poll_events"

    def to_dict(self) -> Dict[str, Any]:
        params: Dict[str, Any] = {"ListenerId": self.listener_id}
        if self.wait_time_seconds is not None:
            params["WaitTimeSeconds"] = self.wait_time_seconds
        if self.max_number_of_messages is not None:
            params["MaxNumberOfMessages"] = self.max_number_of_messages
        return params

    def to_payload(self, region: Optional[str], profile: Optional[str]) -> Payload:
        return Payload(self._rpc_method, self.to_dict(), region, profile)


@dataclass
class WaitUntilEventMatchedParams:
    """A listener's id, the assertion an event must pass, and how long to wait for it.

    Raises
    ------
    InvalidParamException
        If ``timeout_seconds`` is not above 0 and at most 999
    """

    assertion_fn: Callable[[str], Any]
    timeout_seconds: int

    _poll_event_params: PollEventsParams

    def __init__(
        self,
        listener_id: str,
        assertion_fn: Callable[[str], Any],
        timeout_seconds: int = 30,
    ) -> None:
        if timeout_seconds <= 0 or timeout_seconds > 999:
            raise InvalidParamException("timeout_seconds must be between 1 and 999")
        self.assertion_fn = assertion_fn
        self.timeout_seconds = timeout_seconds
        self._poll_event_params = PollEventsParams(
            listener_id=listener_id, wait_time_seconds=3, max_number_of_messages=10
        )


class InvalidParamException(Exception):
    """A parameter is out of its range."""
