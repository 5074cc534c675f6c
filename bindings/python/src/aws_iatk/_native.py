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
    for function in (library.iatk_call, library.iatk_call_packed):
        function.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.POINTER(ctypes.c_size_t)]
        function.restype = ctypes.c_void_p
    library.iatk_free.argtypes = [ctypes.c_void_p]
    library.iatk_free.restype = None
    return library


def call(request: bytes, packed: bool = False) -> bytes:
    """Serves one JSON-RPC request and returns its reply. Other threads run meanwhile.

    With ``packed``, the reply is one that ``aws_iatk._packed`` reads.
    """
    global _library
    if _library is None:
        _library = _load()
    size = ctypes.c_size_t()
    function = _library.iatk_call_packed if packed else _library.iatk_call
    reply = function(request, len(request), ctypes.byref(size))
    if not reply:
        raise MemoryError("iatk: no memory for the reply")
    try:
        return ctypes.string_at(reply, size.value)
    finally:
        _library.iatk_free(reply)
