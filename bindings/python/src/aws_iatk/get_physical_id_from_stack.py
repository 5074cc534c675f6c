"""Parameters and output of ``AwsIatk.get_physical_id_from_stack``."""

from dataclasses import dataclass
from typing import Any, Dict, Optional

from .jsonrpc import Payload


@dataclass
class PhysicalIdFromStackOutput:
    """``physical_id`` is the physical id of the resource."""

    physical_id: str

    def __init__(self, data_dict: Dict[str, Any]) -> None:
        self.physical_id = data_dict.get("result", {}).get("output", "")


@dataclass
class PhysicalIdFromStackParams:
    """The resource's logical id, and its stack's name."""

    logical_resource_id: str
    stack_name: str

    _rpc_method: str = "get_physical_id"

    def to_dict(self) -> Dict[str, Any]:
        return {"LogicalResourceId": self.logical_resource_id, "StackName": self.stack_name}

    def to_payload(self, region: Optional[str], profile: Optional[str]) -> Payload:
        return Payload(self._rpc_method, self.to_dict(), region, profile)
