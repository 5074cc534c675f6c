"""Parameters and output of ``AwsIatk.get_stack_outputs``."""

from dataclasses import dataclass
from typing import Any, Dict, List, Optional

from .jsonrpc import Payload


@dataclass
class GetStackOutputsOutput:
    """``outputs`` holds the value of each output by its key."""

    outputs: Dict[str, str]

    def __init__(self, data_dict: Dict[str, Any]) -> None:
        self.outputs = data_dict.get("result", {}).get("output", {})


@dataclass
class GetStackOutputsParams:
    """The stack's name, and the keys of the outputs that are wanted."""

    stack_name: str
    output_names: List[str]

    _rpc_method: str = "get_stack_outputs"

    def to_dict(self) -> Dict[str, Any]:
        return {"StackName": self.stack_name, "OutputNames": self.output_names}

    def to_payload(self, region: Optional[str], profile: Optional[str]) -> Payload:
        return Payload(self._rpc_method, self.to_dict(), region, profile)
