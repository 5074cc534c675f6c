"""Listeners whose events are kept, and what a test can expect of them.

    with iatk.listen(rule_name="orders") as listener:
        with listener.act() as act:
            boto3.client("events").put_events(Entries=[...])
        event = listener.expect({"detail": {"status": ["PAID"]}}, within=20, since=act)
        assert event.latency < 5

An expectation is an event pattern, EventBridge's own language, as a dict or as JSON text; or a
function that gets an event and raises AssertionError, or returns False, if it is not the one. All
waits read the same kept log: what one has seen, another can still be met by.
"""

import json
import time
from dataclasses import dataclass
from typing import (
    Any,
    Callable,
    ContextManager,
    Dict,
    Iterator,
    List,
    Mapping,
    Optional,
    Sequence,
    Tuple,
    Union,
)
from contextlib import contextmanager

from .publishing import Published

Pattern = Union[str, Mapping[str, Any]]
Predicate = Callable[["ListenedEvent"], Any]
Expected = Union[Pattern, Predicate]
#: Calls a method of the native core: its name and params; returns its output.
Core = Callable[[str, Dict[str, Any]], Any]

# How many rejected events an explanation shows.
_SHOWN = 5
# A pattern that no event matches.
_NOTHING = {"source": ["iatk.nothing"]}


@dataclass(frozen=True)
class ListenedEvent:
    """An event that came to a listener.

    Attributes
    ----------
    body : Any
        The event, parsed; the text itself if it is not JSON
    text : str
        The event's text, to the byte
    id : str
        The id that the bus gave it; "" if it has none
    message_id : str
        SQS's id of the message it came in
    trace_header : str
        The X-Ray header it came with; "" if it had none
    number : int
        Its place in the listener's log
    received_at : float
        When the kit had it, in seconds since the epoch
    sent_at : float, optional
        When the queue took it, by the service's clock, in seconds since the epoch
    duplicate : bool
        Whether the bus delivered an event of this id before
    latency : float, optional
        Seconds from the beginning of the act to ``received_at``; None without an act
    """

    body: Any
    text: str
    id: str
    message_id: str
    trace_header: str
    number: int
    received_at: float
    sent_at: Optional[float]
    duplicate: bool
    latency: Optional[float]


@dataclass
class Act:
    """What a test did to start its flow: events count from here on.

    Attributes
    ----------
    began : float
        When it began, in seconds since the epoch
    first : int
        The number of the first event that came after that
    """

    began: float
    first: int


@dataclass(frozen=True)
class NoEvents:
    """That nothing matched.

    Attributes
    ----------
    controlled : bool, optional
        True if a control event came through the same rule at the end, so that "nothing came" is
        not "nothing was listening"; None where none can be told from other events: the listener is
        of a topic or a queue, or its target makes something else of the events
    explanation : str
        The same in words
    """

    controlled: Optional[bool]
    explanation: str


def _pattern_text(pattern: Pattern) -> str:
    return pattern if isinstance(pattern, str) else json.dumps(pattern, ensure_ascii=False)


def _milliseconds(seconds: float) -> int:
    if seconds < 0:
        raise ValueError("within must not be negative")
    return round(seconds * 1000)


class Listener:
    """A listener, as ``AwsIatk.listen`` makes it. Removed at the end of its ``with`` block.

    Attributes
    ----------
    id : str
        What the kit's other methods know it by, in other processes too; of a queue, its URL
    target_under_test : dict
        What it listens to: ``Type``, ``PhysicalID``, ``ARN``
    components : list
        What was made for it, in the same form
    warnings : list
        What there is to know about it, in words
    """

    def __init__(self, core: Core, made: Mapping[str, Any], remove: Callable[[str], Any]) -> None:
        self._core = core
        self._remove = remove
        self.id: str = made["Id"]
        self.target_under_test: Dict[str, str] = dict(made.get("TargetUnderTest", {}))
        self.components: List[Dict[str, str]] = list(made.get("Components", []))
        self.warnings: List[str] = list(made.get("Warnings", []))
        self.failures: List[str] = []

    def __enter__(self) -> "Listener":
        return self

    def __exit__(self, *_: Any) -> None:
        self.remove()

    def remove(self) -> None:
        """Removes what was made for the listener. What is gone already counts as removed."""
        self._remove(self.id)

    def act(self) -> ContextManager[Act]:
        """A context in which the test starts its flow; latencies count from its beginning."""

        @contextmanager
        def acting() -> Iterator[Act]:
            yield self._mark()

        return acting()

    def _mark(self) -> Act:
        mark = self._core("listener.mark", {"ListenerId": self.id})
        return Act(began=mark["Now"] / 1000, first=mark["Next"])

    def events(self, since: Optional[Act] = None) -> List[ListenedEvent]:
        """The events that have come so far, without waiting.

        Of very many, the last 100,000 are kept (fewer if they take more than 256 MiB), and all that
        no wait has read yet.
        """
        events: List[ListenedEvent] = []
        start = since.first if since else 0
        while True:
            more, out = self._read(start, 0.0, since)
            events += more
            start = out["Next"]
            if start >= out["End"]:
                return events

    def expect(
        self,
        expected: Expected,
        within: float = 20.0,
        since: Optional[Act] = None,
        published: Optional[Published] = None,
    ) -> ListenedEvent:
        """Waits for an event.

        Parameters
        ----------
        expected : dict, str or Callable[[ListenedEvent], Any]
            A pattern, or a function; see above
        within : float
            How long to wait, in seconds; the last look is taken at that moment
        since : Act, optional
            Only events from this act on
        published : Published, optional
            What ``AwsIatk.publish`` returned: if nothing comes, the explanation goes on to say
            where the first of these events was last seen

        Returns
        -------
        ListenedEvent
            The first that is as expected

        Raises
        ------
        AssertionError
            If none came in time: how many came, the nearest one and what of it was not met, the
            polls, the last error of a service, and where the event was last seen
        IatkException
            If the events can't be read
        """
        if callable(expected):
            event, _, explanation = self._wait_for(expected, within, since)
        else:
            out = self._expect("event", [expected], within, since)
            event = self._event(out["Events"][0], since) if out["Met"] else None
            explanation = out["Explanation"]
        if event is not None:
            return event
        if published is not None:
            explanation += published.last_seen(self.id)
        raise self._failed(explanation)

    def never(
        self, expected: Expected, within: float, since: Optional[Act] = None
    ) -> NoEvents:
        """Sees that no such event comes for the whole of ``within`` seconds.

        Raises
        ------
        AssertionError
            If one came, or if no control event came through the listener's rule afterwards
        IatkException
            If the events can't be read or the listener can't be asked whether it still hears, or if
            some of the events are no longer kept
        """
        if callable(expected):
            self._none_passes(expected, within, since)
            # The control goes through the same rule, whatever is looked for.
            out = self._expect("never", [_NOTHING], 0, since)
        else:
            out = self._expect("never", [expected], within, since)
        if not out["Met"]:
            raise self._failed(out["Explanation"])
        if callable(expected):
            # What was on its way when the time ran out has come with the control event.
            self._none_passes(expected, 0, since)
        return NoEvents(controlled=out["Controlled"], explanation=out["Explanation"])

    def count(
        self,
        expected: Expected,
        exactly: Optional[int] = None,
        at_least: Optional[int] = None,
        at_most: Optional[int] = None,
        within: float = 20.0,
        since: Optional[Act] = None,
    ) -> List[ListenedEvent]:
        """Waits for so many events; duplicates count once.

        With an upper bound, the whole of ``within`` passes, since one more could come.

        Returns
        -------
        List[ListenedEvent]
            Those that were as expected; of very many, those that ``events`` would return

        Raises
        ------
        AssertionError
            If there were fewer or more
        IatkException
            If the events can't be read, or an upper bound is to hold for events that are no longer
            kept
        """
        if exactly is not None:
            at_least, at_most = exactly, exactly
        if at_least is None and at_most is None:
            raise ValueError("count needs exactly, at_least or at_most")
        least = at_least or 0
        if callable(expected):
            return self._count(expected, least, at_most, within, since)
        bounds: Dict[str, Any] = {"AtLeast": least}
        if at_most is not None:
            bounds["AtMost"] = at_most
        return self._met("count", [expected], within, since, bounds)

    def sequence(
        self, *patterns: Pattern, within: float = 20.0, since: Optional[Act] = None
    ) -> List[ListenedEvent]:
        """Waits for an event for each pattern, sent in this order; others may come between."""
        return self._met("sequence", patterns, within, since)

    def all_of(
        self, *patterns: Pattern, within: float = 20.0, since: Optional[Act] = None
    ) -> List[ListenedEvent]:
        """Waits for an event for each pattern, a different one each, in any order."""
        return self._met("all_of", patterns, within, since)

    def _met(
        self,
        kind: str,
        patterns: Sequence[Pattern],
        within: float,
        since: Optional[Act],
        more: Optional[Dict[str, Any]] = None,
    ) -> List[ListenedEvent]:
        out = self._expect(kind, patterns, within, since, more)
        if not out["Met"]:
            raise self._failed(out["Explanation"])
        return [self._event(event, since) for event in out["Events"]]

    def _expect(
        self,
        kind: str,
        patterns: Sequence[Pattern],
        within: float,
        since: Optional[Act],
        more: Optional[Dict[str, Any]] = None,
    ) -> Any:
        params = {
            "ListenerId": self.id,
            "Kind": kind,
            "Patterns": [_pattern_text(pattern) for pattern in patterns],
            "WithinMilliseconds": _milliseconds(within),
            "From": since.first if since else 0,
        }
        params.update(more or {})
        return self._core("listener.expect", params)

    def _read(
        self, start: int, wait: float, since: Optional[Act]
    ) -> Tuple[List[ListenedEvent], Any]:
        out = self._core(
            "listener.read",
            {"ListenerId": self.id, "From": start, "WaitMilliseconds": _milliseconds(wait)},
        )
        return [self._event(event, since) for event in out["Events"]], out

    def _look(
        self,
        predicate: Predicate,
        within: float,
        since: Optional[Act],
        enough: Callable[[List[ListenedEvent]], bool],
    ) -> Tuple[List[ListenedEvent], int, str]:
        """Reads until ``enough`` of the events that pass; those, the number of events that are no
        longer kept, and what became of all."""
        deadline = time.monotonic() + within
        start = since.first if since else 0
        passed: List[ListenedEvent] = []
        rejected: List[str] = []
        seen = 0
        forgotten = 0
        polls_before: Optional[int] = None
        while True:
            left = max(0.0, deadline - time.monotonic())
            events, out = self._read(start, left, since)
            polls_before = out["Polls"] if polls_before is None else polls_before
            forgotten += events[0].number - start if events else 0
            start = out["Next"]
            for event in events:
                if event.duplicate:
                    continue
                seen += 1
                try:
                    verdict = predicate(event)
                except AssertionError as failure:
                    rejected.append(f"  event {event.number} (id {event.id}): {failure}\n")
                    continue
                if verdict is False:
                    rejected.append(f"  event {event.number} (id {event.id}): the function said no\n")
                    continue
                passed.append(event)
            if enough(passed) or (left == 0.0 and start >= out["End"]):
                break
        text = f"{len(passed)} of {seen} event(s) passed within {within:g} s\n"
        text += "".join(rejected[-_SHOWN:])
        if len(rejected) > _SHOWN:
            text += f"  and {len(rejected) - _SHOWN} more\n"
        if forgotten:
            text += f"{forgotten} event(s) that were read before are no longer kept\n"
        text += f"{out['Polls'] - polls_before + 1} polls, {out['Duplicates']} duplicates left out\n"
        if out["LastError"]:
            text += f"last error of a service: {out['LastError']}\n"
        return passed, forgotten, text

    def _wait_for(
        self, predicate: Predicate, within: float, since: Optional[Act]
    ) -> Tuple[Optional[ListenedEvent], int, str]:
        passed, forgotten, text = self._look(predicate, within, since, lambda events: bool(events))
        return (passed[0] if passed else None), forgotten, text

    def _none_passes(self, predicate: Predicate, within: float, since: Optional[Act]) -> None:
        event, forgotten, explanation = self._wait_for(predicate, within, since)
        if event is not None:
            raise self._failed(f"{event.text} came, and should not have\n")
        if forgotten:
            raise self._failed(explanation)

    def _count(
        self,
        predicate: Predicate,
        least: int,
        most: Optional[int],
        within: float,
        since: Optional[Act],
    ) -> List[ListenedEvent]:
        def enough(events: List[ListenedEvent]) -> bool:
            return len(events) > most if most is not None else len(events) >= least

        passed, forgotten, text = self._look(predicate, within, since, enough)
        if len(passed) < least or (most is not None and (len(passed) > most or forgotten)):
            wanted = f"at least {least}" if most is None else f"{least} to {most}"
            wanted = f"exactly {least}" if least == most else wanted
            raise self._failed(f"expected {wanted}: {text}")
        return passed

    def _failed(self, explanation: str) -> AssertionError:
        # A report of the test run can show them again.
        self.failures.append(explanation)
        return AssertionError(explanation)

    @staticmethod
    def _event(raw: Mapping[str, Any], since: Optional[Act]) -> ListenedEvent:
        text: str = raw["Body"]
        try:
            body: Any = json.loads(text)
        except ValueError:
            body = text
        received = raw["ReceivedAt"] / 1000
        sent = raw["SentAt"]
        return ListenedEvent(
            body=body,
            text=text,
            id=raw["Id"],
            message_id=raw["MessageId"],
            trace_header=raw["TraceHeader"],
            number=raw["Number"],
            received_at=received,
            sent_at=None if sent is None else sent / 1000,
            duplicate=raw["Duplicate"],
            latency=None if since is None else received - since.began,
        )
