"""Traces as far as they have come, and what a test can assert of them.

    trace = iatk.trace(published.trace_header)
    trace.wait_until_complete(hops=["orders > Events > worker"], within=30)
    trace.assert_no_errors()
    trace.assert_duration(at_most=2.0, name="worker")
    (call,) = trace.select(path="worker > DynamoDB")

Segments and subsegments are selected by what is given of:

``name``
    Its name
``origin``
    What kind of resource it is of, e.g. ``AWS::Lambda::Function``; subsegments have none
``annotation``
    The key of an annotation that it has, or a pair of key and value
``path``
    ``"A > B > C"``: a C behind a B behind an A. A step is a name or an origin, ``*`` is any;
    subsegments on the way may be left out

Every AssertionError shows the tree.
"""

from collections import deque
from dataclasses import dataclass
from typing import Any, Callable, Deque, Dict, List, Optional, Sequence, Tuple, Union

#: Calls a method of the native core: its name and params; returns its output.
Core = Callable[[str, Dict[str, Any]], Any]
Annotation = Union[str, Tuple[str, Any]]

_MOST_RECORDED = 20
_recorded: Optional[Deque["TraceView"]] = None


def record_views() -> None:
    """From now on, the views that are made are kept for ``recorded_views``; those before are not."""
    global _recorded
    _recorded = deque(maxlen=_MOST_RECORDED)


def recorded_views() -> List["TraceView"]:
    """The last view of each trace since ``record_views``."""
    return list({view.id: view for view in _recorded or ()}.values())


@dataclass(frozen=True)
class TracePart:
    """A segment or a subsegment.

    Attributes
    ----------
    id, name : str
        Its own
    origin : str
        What kind of resource it is of; "" for subsegments and where it is not known
    start_time : float
        In seconds since the epoch
    duration : float
        In seconds; 0 while it is in progress
    in_progress : bool
        Whether its end has not come
    is_segment : bool
        Whether it is a segment and no subsegment
    segment_id : str
        The segment that it is, or is in
    document : dict
        All of it: AWS X-Ray Developer Guide, "AWS X-Ray segment documents"
    """

    id: str
    name: str
    origin: str
    start_time: float
    duration: float
    in_progress: bool
    is_segment: bool
    segment_id: str
    document: Dict[str, Any]

    @property
    def annotations(self) -> Dict[str, Any]:
        return dict(self.document.get("annotations") or {})

    @property
    def error(self) -> bool:
        return bool(self.document.get("error"))

    @property
    def fault(self) -> bool:
        return bool(self.document.get("fault"))

    @property
    def throttle(self) -> bool:
        return bool(self.document.get("throttle"))


def _selector(
    name: Optional[str],
    origin: Optional[str],
    annotation: Optional[Annotation],
    path: Optional[str],
) -> Dict[str, Any]:
    given: Dict[str, Any] = {"Name": name, "Origin": origin, "Path": path}
    if isinstance(annotation, str):
        given["Annotation"] = annotation
    elif annotation is not None:
        given["Annotation"], given["AnnotationValue"] = annotation
    return {key: value for key, value in given.items() if value is not None}


def _milliseconds(seconds: float) -> int:
    if seconds < 0:
        raise ValueError("within must not be negative")
    return round(seconds * 1000)


class TraceView:
    """A trace as it was at the last look, as ``AwsIatk.trace`` gives it.

    Attributes
    ----------
    id : str
        The trace's id
    raw : dict
        All that was seen of it: Segments, Roots, Orphans, Pending, Links, Unreadable, Reasons …
    """

    def __init__(self, core: Core, header_or_id: str, linked: bool = False) -> None:
        self._core = core
        self._header = header_or_id
        self._linked = linked
        self._hops: List[str] = []
        self.raw: Dict[str, Any] = {}
        self.look()
        self.id: str = self.raw["TraceId"]
        if _recorded is not None:
            _recorded.append(self)

    @property
    def found(self) -> bool:
        """Whether anything of it was there."""
        return bool(self.raw["Found"])

    @property
    def complete(self) -> bool:
        """Whether nothing is missing or in progress, and all hops that were waited for are there."""
        return bool(self.raw["Complete"])

    @property
    def missing(self) -> List[str]:
        """The hops that were waited for and are not there."""
        return list(self.raw["Missing"])

    @property
    def reasons(self) -> List[str]:
        """Why it is not complete, one line each."""
        return list(self.raw["Reasons"])

    @property
    def segments(self) -> List[Dict[str, Any]]:
        """The documents of all segments, by start time."""
        return [segment["Document"] for segment in self.raw["Segments"]]

    @property
    def roots(self) -> List[str]:
        """The ids of the segments that no other called."""
        return list(self.raw["Roots"])

    @property
    def orphans(self) -> List[Dict[str, Any]]:
        """Segments whose parent has not come: ``Id``, ``Name``, ``ParentId``, ``Reason``."""
        return list(self.raw["Orphans"])

    @property
    def pending(self) -> List[Dict[str, Any]]:
        """What is in progress: ``Id``, ``Name``, ``SegmentId``, ``IsSegment``."""
        return list(self.raw["Pending"])

    def look(self) -> "TraceView":
        """Looks again, without waiting."""
        self.raw = self._core("trace.get", {**self._place(), "Hops": self._hops})
        return self

    def wait_until_complete(
        self, hops: Sequence[str] = (), within: float = 30.0
    ) -> "TraceView":
        """Waits until the trace is complete, and does not change any more.

        Parameters
        ----------
        hops : Sequence[str]
            What has to be there: names, origins or paths. Without them, a trace is complete if
            nothing more comes within a second; what X-Ray does not know of yet is not missed
        within : float
            How long to wait, in seconds; the last look is taken at that moment

        Raises
        ------
        AssertionError
            If it is not complete in time: what is missing or in progress, the tree, and the last
            error of a service
        IatkException
            If X-Ray can't be asked
        """
        self._hops = list(hops)
        out = self._core(
            "trace.expect",
            {**self._place(), "Hops": self._hops, "WithinMilliseconds": _milliseconds(within)},
        )
        self.raw = out["Trace"]
        if not out["Met"]:
            raise AssertionError(out["Explanation"])
        return self

    def select(
        self,
        name: Optional[str] = None,
        origin: Optional[str] = None,
        annotation: Optional[Annotation] = None,
        path: Optional[str] = None,
    ) -> List[TracePart]:
        """The segments and subsegments that are as given, callers before what they called."""
        select = _selector(name, origin, annotation, path)
        return self._parts(self._check({"Kind": "present", "Select": select}))

    def assert_present(
        self,
        name: Optional[str] = None,
        origin: Optional[str] = None,
        annotation: Optional[Annotation] = None,
        path: Optional[str] = None,
    ) -> List[TracePart]:
        """That something is as given; a path that is not there is shown beside the nearest."""
        select = _selector(name, origin, annotation, path)
        return self._met({"Kind": "present", "Select": select})

    def assert_absent(
        self,
        name: Optional[str] = None,
        origin: Optional[str] = None,
        annotation: Optional[Annotation] = None,
        path: Optional[str] = None,
    ) -> None:
        """That nothing is as given."""
        self._met({"Kind": "absent", "Select": _selector(name, origin, annotation, path)})

    def assert_order(self, *names: str) -> List[TracePart]:
        """That these (names or origins) began in this order; others may come between."""
        return self._met({"Kind": "order", "Order": list(names)})

    def assert_no_errors(
        self,
        name: Optional[str] = None,
        origin: Optional[str] = None,
        annotation: Optional[Annotation] = None,
        path: Optional[str] = None,
        flags: Sequence[str] = ("error", "fault", "throttle"),
    ) -> None:
        """That nothing, of what is selected, has one of the flags; and that something is selected."""
        select = _selector(name, origin, annotation, path)
        self._met({"Kind": "flags", "Select": select, "Flags": list(flags)})

    def assert_errors(
        self,
        name: Optional[str] = None,
        origin: Optional[str] = None,
        annotation: Optional[Annotation] = None,
        path: Optional[str] = None,
        flags: Sequence[str] = ("error", "fault", "throttle"),
    ) -> List[TracePart]:
        """That something, of what is selected, has one of the flags; returns all that has."""
        select = _selector(name, origin, annotation, path)
        return self._met({"Kind": "flags", "Select": select, "Flags": list(flags), "Set": True})

    def assert_duration(
        self,
        at_most: Optional[float] = None,
        at_least: Optional[float] = None,
        name: Optional[str] = None,
        origin: Optional[str] = None,
        annotation: Optional[Annotation] = None,
        path: Optional[str] = None,
    ) -> None:
        """That all that is selected took so long, in seconds; with no selection, the whole trace."""
        check: Dict[str, Any] = {"Kind": "duration"}
        select = _selector(name, origin, annotation, path)
        if select:
            check["Select"] = select
        if at_most is not None:
            check["AtMostMilliseconds"] = at_most * 1000
        if at_least is not None:
            check["AtLeastMilliseconds"] = at_least * 1000
        self._met(check)

    def diff(self, expected: Union[str, Sequence[str]], subsegments: bool = False) -> str:
        """How the tree differs from an expected one, whatever the order of siblings.

        Parameters
        ----------
        expected : str or Sequence[str]
            Names, indented by two spaces a level, as lines or as one text; or paths
            (``"A > B > C"``), put together where they begin alike
        subsegments : bool
            Whether the tree is one of subsegments too

        Returns
        -------
        str
            "" if it does not; else lines of both, with ``-`` before what is only expected and
            ``+`` before what is only there
        """
        result = self._check(self._tree(expected, subsegments))["Checks"][0]
        # The first line of an explanation says what follows.
        return "" if result["Met"] else str(result["Explanation"]).split("\n", 1)[1]

    def assert_tree(
        self, expected: Union[str, Sequence[str]], subsegments: bool = False
    ) -> None:
        """That the tree is as expected, see ``diff``."""
        self._met(self._tree(expected, subsegments))

    def text(self) -> str:
        """What is missing, and the trees on a time line, in ASCII."""
        return str(self._core("trace.render", {"Trace": self.raw, "Hops": self._hops}))

    def html(self) -> str:
        """The same as a web page that needs nothing beside itself."""
        params = {"Trace": self.raw, "Hops": self._hops, "Format": "html"}
        return str(self._core("trace.render", params))

    @staticmethod
    def _tree(expected: Union[str, Sequence[str]], subsegments: bool) -> Dict[str, Any]:
        lines = expected.splitlines() if isinstance(expected, str) else list(expected)
        return {"Kind": "tree", "Tree": lines, "Subsegments": subsegments}

    def _place(self) -> Dict[str, Any]:
        return {"TracingHeader": self._header, "Linked": self._linked}

    def _check(self, check: Dict[str, Any]) -> Dict[str, Any]:
        out: Dict[str, Any] = self._core(
            "trace.expect", {"Trace": self.raw, "Hops": self._hops, "Checks": [check]}
        )
        return out

    def _met(self, check: Dict[str, Any]) -> List[TracePart]:
        out = self._check(check)
        if not out["Met"]:
            raise AssertionError(out["Explanation"])
        return self._parts(out)

    @staticmethod
    def _parts(out: Dict[str, Any]) -> List[TracePart]:
        return [
            TracePart(
                id=part["Id"],
                name=part["Name"],
                origin=part["Origin"],
                start_time=part["StartTime"],
                duration=part["Duration"],
                in_progress=part["InProgress"],
                is_segment=part["IsSegment"],
                segment_id=part["SegmentId"],
                document=part["Document"],
            )
            for part in out["Checks"][0]["Parts"]
        ]
