"""Trace trees as the native core hands them over: ``include/iatk/iatk.h``, iatk_call_packed.

Each document is there once, as text, and is parsed when it is asked for.
"""

import json
from typing import Any, Dict, ItemsView, Iterator, KeysView, List, Tuple, TypeVar, ValuesView

T = TypeVar("T")

_MARK = b"\0iatk\0\0\1"
_NUMBER_SIZE = 8
_SIZES = 5

# json.loads without what it does for text that may be anything.
_read_json = json.JSONDecoder().raw_decode


def read(reply: bytes) -> Any:
    """A reply of the core, JSON text or packed, as it is in JSON."""
    if not reply.startswith(_MARK):
        text = reply.decode("utf-8")
        value, end = _read_json(text)
        if end < len(text) and not text[end:].isspace():
            raise ValueError("there is something behind the reply")
        return value
    documents = Documents(reply)
    head = json.loads(documents.head)
    head["result"]["output"] = PackedTree(head["result"]["output"], documents)
    return head


class Documents:
    """The segment documents of a packed tree.

    Attributes
    ----------
    head : str
        The reply without them
    root : int
        The number of the root's document
    """

    def __init__(self, reply: bytes) -> None:
        numbers = memoryview(reply)
        begin = len(_MARK) + _SIZES * _NUMBER_SIZE
        head, count, depths, source, self.root = numbers[len(_MARK) : begin].cast("Q")
        end = begin + (count + depths + source) * _NUMBER_SIZE
        numbers = numbers[begin:end].cast("Q")
        self._reply = reply
        self._ends = numbers[:count]
        self._depths = numbers[count : count + depths]
        self._source = numbers[count + depths :]
        self._begin = end + head
        self.head = reply[end : self._begin].decode("utf-8")

    def __getitem__(self, number: int) -> Dict[str, Any]:
        begin = self._begin + (self._ends[number - 1] if number > 0 else 0)
        text = self._reply[begin : self._begin + self._ends[number]].decode("utf-8")
        document: Dict[str, Any] = _read_json(text.lstrip())[0]
        return document

    @property
    def walk_size(self) -> int:
        """So many documents, the first, are of segments on paths."""
        return len(self._depths)

    @property
    def source(self) -> List[int]:
        """The numbers of the documents of the source trace's segments."""
        return self._source.tolist()

    def paths(self, segments: List[T]) -> List[List[T]]:
        """The way from the root to each leaf; ``segments`` stand for the first documents."""
        depths = self._depths.tolist()
        paths: List[List[T]] = []
        way: List[T] = []
        for segment, depth, next_depth in zip(segments, depths, [*depths[1:], 0]):
            if next_depth <= depth:
                paths.append([*way[:depth], segment])
            else:
                way[depth:] = [segment]
        return paths


class PackedTree(Dict[str, Any]):
    """The output of ``get_trace_tree``: a dict that gets its large members when it is looked at.

    Until then it has those of ``head``. Who knows of ``documents`` and ``head`` need not look.
    """

    def __init__(self, head: Dict[str, Any], documents: Documents) -> None:
        super().__init__(head)
        self.head = head
        self.documents = documents
        self._unpacked = False

    def _unpack(self) -> None:
        if self._unpacked:
            return
        self._unpacked = True
        documents = self.documents
        on_paths = [documents[number] for number in range(documents.walk_size)]
        self.clear()
        self["root"] = documents[documents.root]
        self["paths"] = documents.paths(on_paths)
        self.update(self.head)
        segments = [documents[number] for number in documents.source]
        self["source_trace"] = {**self.head["source_trace"], "segments": segments}

    def __getitem__(self, key: str) -> Any:
        self._unpack()
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._unpack()
        return super().__contains__(key)

    def __iter__(self) -> Iterator[str]:
        self._unpack()
        return super().__iter__()

    def __len__(self) -> int:
        self._unpack()
        return super().__len__()

    def __eq__(self, other: object) -> bool:
        self._unpack()
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __repr__(self) -> str:
        self._unpack()
        return super().__repr__()

    def __reduce__(self) -> Tuple[Any, ...]:
        return dict, (dict(self.items()),)

    def get(self, key: str, default: Any = None) -> Any:
        self._unpack()
        return super().get(key, default)

    def keys(self) -> KeysView[str]:  # type: ignore[override]
        self._unpack()
        return super().keys()

    def items(self) -> ItemsView[str, Any]:  # type: ignore[override]
        self._unpack()
        return super().items()

    def values(self) -> ValuesView[Any]:  # type: ignore[override]
        self._unpack()
        return super().values()
