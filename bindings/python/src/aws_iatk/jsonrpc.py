"""JSON-RPC requests to the native core."""

import json
from platform import python_version
from typing import Any, Dict, Mapping, Optional, Union
from uuid import uuid4

from .version import _version

# json.dumps without its choices.
_write_json = json.JSONEncoder().encode

Caller = Union[None, str, Mapping[str, Optional[str]]]


class Payload:
    """One JSON-RPC 2.0 request.

    Parameters
    ----------
    method : str
        Name of the method
    params : dict
        Its parameters; ``region`` and ``profile`` are added to them where they are given
    """

    jsonrpc: str = "2.0"
    id: str
    method: str
    params: Dict[str, Any]
    _client: str = "python"
    _version: str = _version
    _client_version: str = python_version()

    def __init__(
        self,
        method: str,
        params: Dict[str, Any],
        region: Optional[str] = None,
        profile: Optional[str] = None,
    ) -> None:
        self.id = str(uuid4())
        self.method = method
        self.params = params
        if region:
            self.params["Region"] = region
        if profile:
            self.params["Profile"] = profile

    def to_dict(self, caller: Caller = None) -> Dict[str, Any]:
        """The request as a dict. ``caller`` names the public method that makes it."""
        named: Mapping[str, Optional[str]] = {}
        if isinstance(caller, str):
            named = {"caller": caller}
        elif caller:
            named = caller
        return {
            "jsonrpc": self.jsonrpc,
            "id": self.id,
            "method": self.method,
            "params": self.params,
            "metadata": {
                "client": self._client,
                "version": self._version,
                "caller": named.get("caller") or self.method,
                "client_version": self._client_version,
                "dedup_key": named.get("dedup_key") or str(uuid4()),
            },
        }

    def dump_bytes(self, caller: Caller = None) -> bytes:
        """The request as JSON text in UTF-8."""
        return _write_json(self.to_dict(caller)).encode("utf-8")
