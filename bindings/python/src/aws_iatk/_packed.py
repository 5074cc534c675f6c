"""Trace trees as the native core hands them over: ``include/iatk/iatk.h``, iatk_call_packed.

Each document is there once, as text, and is parsed when it is asked for.
"""

import json
from ctypes import string_at
from typing import Any, Dict, ItemsView, Iterator, KeysView, List, Tuple, Union, ValuesView

_MARK = b"\0iatk\0\0\3"
_QUOTED = 1 << 63
_NUMBER_SIZE = 8
_SIZES = 6

# json.loads without what it does for text that may be anything.
_read_json = json.JSONDecoder().raw_decode


def read(reply: Union[bytes, memoryview]) -> Any:
    """A reply of the core, JSON text or packed, as it is in JSON."""
    if reply[: len(_MARK)] != _MARK:
        text = str(reply, "utf-8")
        value, end = _read_json(text)
        if end < len(text) and not text[end:].isspace():
            raise ValueError("there is something behind the reply")
        return value
    documents = Documents(memoryview(reply))
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
    above : memoryview
        Of the documents on paths, which are the first, the document of the segment above
    path_ends : memoryview
        The documents that paths end with
    source : memoryview
        The documents of the source trace's segments
    """

    def __init__(self, reply: memoryview) -> None:
        begin = len(_MARK) + _SIZES * _NUMBER_SIZE
        sizes = reply[len(_MARK) : begin].cast("Q")
        head, count, above, path_ends, source, self.root = sizes
        end = begin + (2 * count + above + path_ends + source) * _NUMBER_SIZE
        numbers = reply[begin:end].cast("Q")
        self._places, numbers = numbers[: 2 * count], numbers[2 * count :]
        self.above, numbers = numbers[:above], numbers[above:]
        self.path_ends, self.source = numbers[:path_ends], numbers[path_ends:]
        self.head = str(reply[end : end + head], "utf-8")

    def __getitem__(self, number: int) -> Dict[str, Any]:
        # The views of the reply keep the memory.
        place, size = self._places[2 * number], self._places[2 * number + 1]
        if size & _QUOTED:
            text = string_at(place, size ^ _QUOTED).replace(b"\\", b"").decode("utf-8")
        else:
            text = string_at(place, size).decode("utf-8")
        document: Dict[str, Any] = _read_json(text if text[0] == "{" else text.lstrip())[0]
        return document

    def way_to(self, number: int) -> List[int]:
        """The documents of the segments from the root to this one."""
        above = self.above
        way = [number]
        while above[number] != number:
            number = above[number]
            way.append(number)
        way.reverse()
        return way


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
        on_paths = [documents[number] for number in range(len(documents.above))]
        self.clear()
        self["root"] = documents[documents.root]
        self["paths"] = [
            [on_paths[number] for number in documents.way_to(end)] for end in documents.path_ends
        ]
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
