"""Parameters and output of ``AwsIatk.remove_listeners``."""

from dataclasses import dataclass
from typing import Any, Dict, List, Optional

from .jsonrpc import Payload


@dataclass
class RemoveListenersOutput:
    """``message`` is ``"success"``."""

    message: str

    def __init__(self, data_dict: Dict[str, Any]) -> None:
        self.message = data_dict.get("result", {}).get("output", "")


@dataclass
class RemoveListeners_TagFilter:
    """Takes listeners with the tag ``key``, and one of ``values`` where these are given."""

    key: str
    values: Optional[List[str]] = None

    def to_dict(self) -> Dict[str, Any]:
        params: Dict[str, Any] = {"Key": self.key}
        if self.values:
            params["Values"] = self.values
        return params


@dataclass
class RemoveListenersParams:
    """The listeners' ids, or filters of their tags."""

    ids: Optional[List[str]] = None
    tag_filters: Optional[List[RemoveListeners_TagFilter]] = None

    _rpc_method: str = "test_harness.eventbridge.remove_listeners"

    def to_dict(self) -> Dict[str, Any]:
        params: Dict[str, Any] = {}
        if self.ids:
            params["Ids"] = self.ids
        if self.tag_filters:
            params["TagFilters"] = [tag_filter.to_dict() for tag_filter in self.tag_filters]
        return params

    def to_payload(self, region: Optional[str], profile: Optional[str]) -> Payload:
        return Payload(self._rpc_method, self.to_dict(), region, profile)
