"""Parameters and output of ``AwsIatk.get_trace_tree``."""

from dataclasses import dataclass
from typing import Any, Dict, Optional

from .jsonrpc import Payload
from .xray import Tree


@dataclass
class GetTraceTreeOutput:
    """``trace_tree`` is the trace as a tree."""

    trace_tree: Tree

    def __init__(self, data_dict: Dict[str, Any]) -> None:
        self.trace_tree = Tree(data_dict.get("result", {}).get("output", {}))


@dataclass
class GetTraceTreeParams:
    """The tracing header, and whether linked traces belong to the tree."""

    tracing_header: str
    fetch_child_traces: Optional[bool] = False

    _rpc_method: str = "get_trace_tree"

    def to_dict(self) -> Dict[str, Any]:
        return {
            "TracingHeader": self.tracing_header,
            "FetchChildTraces": self.fetch_child_traces,
        }

    def to_payload(self, region: Optional[str], profile: Optional[str]) -> Payload:
        return Payload(self._rpc_method, self.to_dict(), region, profile)
