"""X-Ray traces as objects.

Every class is made from the dict of its JSON document (AWS X-Ray Developer Guide, "AWS X-Ray segment
documents"). What a document does not have is ``None``.
"""

from dataclasses import dataclass, fields
from enum import Enum
from threading import RLock
from typing import Any, Callable, Dict, List, Optional, TypeVar, Union

from ._lazy_list import LazyList
from ._packed import Documents, PackedTree

Document = Dict[str, Any]
T = TypeVar("T")


def _one(make: Callable[[Document], T], document: Document, key: str) -> Optional[T]:
    return make(document[key]) if document.get(key) is not None else None


def _each(make: Callable[[Document], T], document: Document, key: str) -> Optional[List[T]]:
    return [make(item) for item in document[key]] if document.get(key) is not None else None


def _flag(document: Document, *names: str) -> bool:
    """Whether any of these is true: the core has two spellings of some."""
    return any(bool(document.get(name)) for name in names)


class _Base:
    """An object that has, beside its attributes, what they are to be read from."""

    __slots__ = ("__dict__", "__weakref__", "_documents", "_number")

    _documents: Documents
    _number: int


_attributes_of: Callable[[Any], Dict[str, Any]] = _Base.__dict__["__dict__"].__get__
_documents_of: Callable[[Any], Documents] = _Base.__dict__["_documents"].__get__
_set_documents: Callable[[Any, Any], None] = _Base.__dict__["_documents"].__set__
_forget_documents: Callable[[Any], None] = _Base.__dict__["_documents"].__delete__
_set_number: Callable[[Any, Any], None] = _Base.__dict__["_number"].__set__
_reading = RLock()


class _Lazy(_Base):
    """An object that gets its attributes when it is first asked for one it lacks.

    A large trace has more segments than a test looks at.
    """

    __slots__ = ()

    def _read(self, documents: Documents) -> None:
        """Sets all attributes."""
        raise NotImplementedError

    def _complete(self) -> None:
        with _reading:
            try:
                documents = _documents_of(self)
            except AttributeError:
                return  # Was made with all its attributes, or has got them.
            own = _attributes_of(self)
            set_before = own.copy() if own else None
            self._read(documents)
            if set_before:
                own.update(set_before)
            _forget_documents(self)

    def __getattr__(self, name: str) -> Any:
        # Called for attributes that are not there (yet).
        self._complete()
        return object.__getattribute__(self, name)

    def __delattr__(self, name: str) -> None:
        self._complete()
        object.__delattr__(self, name)

    @property
    def __dict__(self) -> Dict[str, Any]:  # type: ignore[override]
        self._complete()
        return _attributes_of(self)

    def __getstate__(self) -> Dict[str, Any]:
        return self.__dict__


class ReferenceType(Enum):
    """What a linked trace is to the trace that links to it."""

    parent = "parent"
    child = "child"


@dataclass(unsafe_hash=True)
class LinkAttributes:
    """``reference_type`` says what the linked trace is to this one."""

    reference_type: ReferenceType

    def __init__(self, input_dict: Document) -> None:
        self.reference_type = ReferenceType(input_dict["aws.xray.reserved.reference_type"])


@dataclass(unsafe_hash=True)
class Link:
    """A link to a segment of another trace."""

    trace_id: str
    id: str
    attributes: LinkAttributes

    def __init__(self, input_dict: Document) -> None:
        self.trace_id = input_dict["trace_id"]
        self.id = input_dict["id"]
        self.attributes = LinkAttributes(input_dict["attributes"])


@dataclass(unsafe_hash=True)
class Sql:
    """A query to an SQL database."""

    connection_string: Optional[str]
    url: Optional[str]
    sanitized_query: Optional[str]
    database_type: Optional[str]
    database_version: Optional[str]
    driver_version: Optional[str]
    user: Optional[str]
    preparation: Optional[str]

    def __init__(self, input_dict: Document) -> None:
        self.connection_string = input_dict.get("connection_string")
        self.url = input_dict.get("url")
        self.sanitized_query = input_dict.get("sanitized_query")
        self.database_type = input_dict.get("database_type")
        self.database_version = input_dict.get("database_version")
        self.driver_version = input_dict.get("driver_version")
        self.user = input_dict.get("user")
        self.preparation = input_dict.get("preparation")


@dataclass(unsafe_hash=True)
class Request:
    """An HTTP request."""

    method: Optional[str]
    client_ip: Optional[str]
    url: Optional[str]
    user_agent: Optional[str]
    x_forwarded_for: Optional[bool]
    traced: Optional[bool]

    def __init__(self, input_dict: Document) -> None:
        self.method = input_dict.get("method")
        self.client_ip = input_dict.get("client_ip")
        self.url = input_dict.get("url")
        self.user_agent = input_dict.get("user_agent")
        self.x_forwarded_for = input_dict.get("x_forwarded_for")
        self.traced = input_dict.get("traced")


@dataclass(unsafe_hash=True)
class Response:
    """An HTTP response; ``content_length`` is in bytes."""

    status: Optional[int]
    content_length: Optional[int]

    def __init__(self, input_dict: Document) -> None:
        self.status = input_dict.get("status")
        self.content_length = input_dict.get("content_length")


@dataclass(unsafe_hash=True)
class Http:
    """An HTTP exchange."""

    request: Optional[Request]
    response: Optional[Response]

    def __init__(self, input_dict: Document) -> None:
        self.request = _one(Request, input_dict, "request")
        self.response = _one(Response, input_dict, "response")


@dataclass(unsafe_hash=True)
class StackFrame:
    """A frame of an exception's stack: file, line, and function."""

    path: Optional[str]
    line: Optional[int]
    label: Optional[str]

    def __init__(self, input_dict: Document) -> None:
        self.path = input_dict.get("path")
        self.line = input_dict.get("line")
        self.label = input_dict.get("label")


@dataclass
class Exception:  # noqa: A001 - the name is part of the package's contract
    """An exception that caused an error or a fault."""

    id: Optional[str]
    message: Optional[str]
    type: Optional[str]
    remote: Optional[bool]
    truncated: Optional[int]
    skipped: Optional[int]
    cause: Optional[str]
    stack: Optional[List[StackFrame]]

    def __init__(self, input_dict: Document) -> None:
        self.id = input_dict.get("id")
        self.message = input_dict.get("message")
        self.type = input_dict.get("type")
        self.remote = input_dict.get("remote")
        self.truncated = input_dict.get("truncated")
        self.skipped = input_dict.get("skipped")
        self.cause = input_dict.get("cause")
        self.stack = _each(StackFrame, input_dict, "stack")

    def __hash__(self) -> int:
        return hash((self.id, self.message, self.type))


#: The same by a name that hides no builtin.
SegmentException = Exception


@dataclass
class Cause:
    """Why a segment has an error or a fault.

    ``workding_directory`` is the misspelt name that users know; ``working_directory`` is the same.
    """

    workding_directory: str
    paths: List[str]
    exceptions: List[Exception]

    def __init__(self, input_dict: Document) -> None:
        self.workding_directory = input_dict.get("working_directory", "")
        self.paths = list(input_dict.get("paths") or [])
        self.exceptions = _each(Exception, input_dict, "exceptions") or []

    def __hash__(self) -> int:
        return hash((self.workding_directory, *self.paths))

    @property
    def working_directory(self) -> str:
        """Where the process ran."""
        return self.workding_directory

    @working_directory.setter
    def working_directory(self, folder: str) -> None:
        self.workding_directory = folder


def _cause(cause: Any) -> Optional[Union[str, Cause]]:
    if not cause:
        return None
    return cause if isinstance(cause, str) else Cause(cause)


@dataclass(eq=False, init=False)
class Service(Dict[str, Any]):
    """The application's own data about itself: ``type`` is what it runs on.

    A dict as well, of all that the document has: ``service["version"]``.
    """

    type: Optional[str]

    def __init__(self, input_dict: Document) -> None:
        super().__init__(input_dict)
        self.type = input_dict.get("type")


@dataclass(eq=False, init=False)
class Segment(_Lazy):
    """What one service did for a request. Times are in seconds since the epoch.

    ``origin`` is the kind of resource, e.g. ``AWS::Lambda``. Segments are equal if they have the same
    id in the same trace.
    """

    id: str
    name: str
    trace_id: str
    start_time: float
    end_time: Optional[float]
    in_progress: Optional[bool]
    service: Optional[Service]
    user: Optional[str]
    origin: Optional[str]
    parent_id: Optional[str]
    http: Optional[Http]
    error: Optional[bool]
    throttle: Optional[bool]
    fault: Optional[bool]
    cause: Optional[Union[str, Cause]]
    aws: Optional[Document]
    annotations: Optional[Document]
    metadata: Optional[Document]
    subsegments: Optional[List["Subsegment"]]
    links: Optional[List[Link]]

    def __init__(self, input_dict: Document) -> None:
        _attributes_of(self).update(_values(input_dict, _ABSENT_OF_SEGMENT))

    def _read(self, documents: Documents) -> None:
        Segment.__init__(self, documents[self._number])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Segment):
            return NotImplemented
        return self.id == other.id and self.trace_id == other.trace_id

    def __hash__(self) -> int:
        return hash((self.id, self.trace_id))


@dataclass(eq=False, init=False)
class Subsegment(Segment):
    """A part of a segment's work, often a call to another service.

    Also a ``Segment``, as the kit has always handed them out; ``service``, ``user`` and ``origin``
    are None.
    """

    type: Optional[str]
    sql: Optional[Sql]
    namespace: Optional[str]
    traced: Optional[bool]
    precursor_ids: Optional[List[str]]

    def __init__(self, input_dict: Document) -> None:
        _attributes_of(self).update(_values(input_dict, _ABSENT_OF_SUBSEGMENT))


def _values(document: Document, absent: Document) -> Document:
    """The attributes of a segment: those of its document in the place of what stands for none.

    Most are as the document has them, and most documents have few.
    """
    values = {**absent, **document}
    if len(values) > len(absent):
        for name in document.keys() - absent.keys():
            del values[name]
    for name in _MADE.intersection(document):
        if values.get(name) is not None:
            values[name] = _MAKERS[name](values[name])
    return values


_MAKERS: Dict[str, Callable[[Any], Any]] = {
    "service": Service,
    "http": Http,
    "cause": _cause,
    "subsegments": lambda documents: [Subsegment(document) for document in documents],
    "links": lambda documents: [Link(document) for document in documents],
    "sql": Sql,
}
_MADE = frozenset(_MAKERS)
_ABSENT_OF_SEGMENT: Document = {
    **{field.name: None for field in fields(Segment)},
    **{"id": "", "name": "", "trace_id": "", "start_time": 0},
}
_ABSENT_OF_SUBSEGMENT: Document = {
    **_ABSENT_OF_SEGMENT,
    **{field.name: None for field in fields(Subsegment) if field.name not in _ABSENT_OF_SEGMENT},
}


def _late(documents: Documents, number: int) -> Segment:
    """A segment that reads its document when it is looked at."""
    segment = Segment.__new__(Segment)
    _set_documents(segment, documents)
    _set_number(segment, number)
    return segment


class _Paths:
    """The paths of a packed tree, each of which is made when it is asked for. A segment is on many,
    and is one object on all."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._segments: Dict[int, Segment] = {}

    def path(self, index: int) -> List[Segment]:
        documents = self._documents
        return [self._segment(number) for number in documents.way_to(documents.path_ends[index])]

    def _segment(self, number: int) -> Segment:
        segment = self._segments.get(number)
        if segment is None:
            segment = self._segments[number] = _late(self._documents, number)
        return segment


@dataclass(eq=False)
class Trace:
    """All segments of a trace; ``duration`` is in seconds."""

    id: str
    duration: float
    limit_exceeded: bool
    segments: List[Segment]

    def __init__(self, input_dict: Document) -> None:
        self.id = input_dict.get("id", "")
        self.duration = input_dict.get("duration") or 0
        self.limit_exceeded = _flag(input_dict, "limit_exceeded", "limitExceeded")
        self.segments = _each(Segment, input_dict, "segments") or []

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Trace):
            return NotImplemented
        return self.id == other.id

    def __hash__(self) -> int:
        return hash(self.id)


@dataclass
class Tree:
    """A trace as a tree.

    Attributes
    ----------
    root : Segment
        Where the trace begins
    paths : List[List[Segment]]
        The way from the root to each leaf
    source_trace : Trace
        The trace that the tree was made of
    linked_trace_limit_exceeded : bool
        Whether there are more linked traces than were fetched
    """

    root: Segment
    paths: List[List[Segment]]
    source_trace: Trace
    linked_trace_limit_exceeded: bool

    def __init__(self, input_dict: Document) -> None:
        if isinstance(input_dict, PackedTree):
            self._take_packed(input_dict)
            return
        self.root = Segment(input_dict.get("root") or {})
        # A segment is on many paths, and the document has it on each: one object for all of them.
        known: Dict[Any, Segment] = {}

        def segment(document: Document) -> Segment:
            key = (document.get("trace_id"), document.get("id"))
            if key not in known:
                known[key] = Segment(document)
            return known[key]

        self.paths = [
            [segment(document) for document in path] for path in input_dict.get("paths") or []
        ]
        self.source_trace = Trace(input_dict.get("source_trace") or {})
        self.linked_trace_limit_exceeded = _flag(
            input_dict, "linked_trace_limit_exceeded", "linkedTraceLimitExceeded"
        )

    def _take_packed(self, packed: PackedTree) -> None:
        documents, source = packed.documents, packed.documents.source
        self.root = _late(documents, documents.root)
        self.paths = LazyList.of(len(documents.path_ends), _Paths(documents).path)
        self.source_trace = Trace(packed.head["source_trace"])
        self.source_trace.segments = LazyList.of(
            len(source), lambda index: _late(documents, source[index])
        )
        self.linked_trace_limit_exceeded = packed.head["linked_trace_limit_exceeded"]

    def __hash__(self) -> int:
        return hash((self.root, self.source_trace))
