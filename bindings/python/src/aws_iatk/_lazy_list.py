"""A list whose items are made when they are looked at."""

from functools import wraps
from threading import RLock
from typing import Any, Callable, Iterable, Iterator, List, Optional, Tuple, TypeVar

T = TypeVar("T")

_making = RLock()


class LazyList(List[T]):
    """A list like any other. One of ``LazyList.of`` makes each item when it is first asked for it by
    its index or by an iteration, and all of them for anything else but its length.
    """

    __slots__ = ("_make",)

    _make: Optional[Callable[[int], T]]

    def __init__(self, items: Iterable[T] = ()) -> None:
        super().__init__(items)
        self._make = None

    @classmethod
    def of(cls, count: int, make: Callable[[int], T]) -> "LazyList[T]":
        """``make`` gives the item of an index. Items are not None."""
        made = cls([None])  # type: ignore[list-item]
        list.__imul__(made, count)
        made._make = make
        return made

    def _item(self, index: int) -> T:
        item = super().__getitem__(index)
        if item is None and self._make is not None:
            with _making:
                item = super().__getitem__(index)
                if item is None and self._make is not None:
                    item = self._make(index)
                    super().__setitem__(index, item)
        return item

    def _complete(self) -> None:
        if self._make is not None:
            for index in range(len(self)):
                self._item(index)
            self._make = None

    def __iter__(self) -> Iterator[T]:
        if self._make is None:
            yield from super().__iter__()
            return
        index = 0
        while index < len(self):
            yield self._item(index)
            index += 1

    def __getitem__(self, index: Any) -> Any:
        if self._make is not None and isinstance(index, int) and -len(self) <= index < len(self):
            return self._item(index % len(self))
        self._complete()
        return super().__getitem__(index)

    def __radd__(self, other: List[T]) -> List[T]:
        return other + list(self)

    def __reduce_ex__(self, protocol: Any) -> Tuple[Any, ...]:
        return list, (list(self),)


def _complete_first(name: str) -> Any:
    method = getattr(list, name)

    @wraps(method)
    def call(self: Any, *args: Any, **named: Any) -> Any:
        self._complete()
        return method(self, *args, **named)

    return call


for _name in (
    *("append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove", "reverse"),
    *("sort", "__add__", "__contains__", "__delitem__", "__eq__", "__ge__", "__gt__", "__iadd__"),
    *("__imul__", "__le__", "__lt__", "__mul__", "__ne__", "__repr__", "__reversed__", "__rmul__"),
    "__setitem__",
):
    setattr(LazyList, _name, _complete_first(_name))
