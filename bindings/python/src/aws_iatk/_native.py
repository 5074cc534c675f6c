"""The native library, called in process through its C ABI.

The library is looked for at the path in ``IATK_LIBRARY``, then in this package's ``_native`` folder.
"""

import ctypes
import os
import pathlib
from typing import Optional

#: Where the package's own library is.
PATH = pathlib.Path(__file__).parent.joinpath("_native", "libiatk.so").absolute()
_library: Optional[ctypes.CDLL] = None


def _load() -> ctypes.CDLL:
    library = ctypes.CDLL(os.environ.get("IATK_LIBRARY") or str(PATH))
    library.iatk_call.argtypes = [
        ctypes.c_char_p,
        ctypes.c_size_t,
        ctypes.POINTER(ctypes.c_size_t),
    ]
    library.iatk_call.restype = ctypes.c_void_p
    library.iatk_free.argtypes = [ctypes.c_void_p]
    library.iatk_free.restype = None
    return library


def call(request: bytes) -> bytes:
    """Serves one JSON-RPC request and returns its reply. Other threads run meanwhile."""
    global _library
    if _library is None:
        _library = _load()
    size = ctypes.c_size_t()
    reply = _library.iatk_call(request, len(request), ctypes.byref(size))
    if not reply:
        raise MemoryError("iatk: no memory for the reply")
    try:
        return ctypes.string_at(reply, size.value)
    finally:
        _library.iatk_free(reply)
