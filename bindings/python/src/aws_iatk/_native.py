"""The native library, called in process through its C ABI.

The library is looked for at the path in ``IATK_LIBRARY``, then in this package's ``_native`` folder.
"""

import ctypes
import os
import pathlib
import weakref
from typing import Optional, Tuple, Union

#: Where the package's own library is.
PATH = pathlib.Path(__file__).parent.joinpath("_native", "libiatk.so").absolute()
_library: Optional[ctypes.CDLL] = None


def _load() -> ctypes.CDLL:
    library = ctypes.CDLL(os.environ.get("IATK_LIBRARY") or str(PATH))
    for function in (library.iatk_call, library.iatk_call_packed):
        function.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.POINTER(ctypes.c_size_t)]
        function.restype = ctypes.c_void_p
    library.iatk_free.argtypes = [ctypes.c_void_p]
    library.iatk_free.restype = None
    return library


def call(request: bytes) -> bytes:
    """Serves one JSON-RPC request and returns its reply. Other threads run meanwhile."""
    return _copy(*_serve("iatk_call", request))


def call_packed(request: bytes) -> Union[bytes, memoryview]:
    """The same with a reply that ``aws_iatk._packed`` reads: one that is packed is not freed as long as
    there is a view of it."""
    reply, size = _serve("iatk_call_packed", request)
    if ctypes.c_char.from_address(reply).value != b"\0":
        return _copy(reply, size)
    memory = (ctypes.c_char * size).from_address(reply)
    finalizer = weakref.finalize(memory, _the_library().iatk_free, reply)
    # At exit, something may still look at it.
    finalizer.atexit = False  # type: ignore[misc]
    return memoryview(memory).cast("B")


def _the_library() -> ctypes.CDLL:
    global _library
    if _library is None:
        _library = _load()
    return _library


def _serve(function: str, request: bytes) -> Tuple[int, int]:
    """Where the reply is, and its size."""
    size = ctypes.c_size_t()
    reply = getattr(_the_library(), function)(request, len(request), ctypes.byref(size))
    if not reply:
        raise MemoryError("iatk: no memory for the reply")
    return reply, size.value


def _copy(reply: int, size: int) -> bytes:
    try:
        return ctypes.string_at(reply, size)
    finally:
        _the_library().iatk_free(reply)
