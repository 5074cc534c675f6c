"""Parameters and output of ``AwsIatk.add_listener``."""

from dataclasses import dataclass
from typing import Any, Dict, List, Optional

from .jsonrpc import Payload


@dataclass
class AddEbListener_Resource:
    """A resource that the listener made or listens to.

    Attributes
    ----------
    type : str
        CloudFormation's type of it, e.g. ``AWS::SQS::Queue``
    physical_id : str
        Its physical id; a queue's is its URL
    arn : str
        Its ARN
    """

    type: str
    physical_id: str
    arn: str

    def __init__(self, jsonrpc_data_dict: Dict[str, Any]) -> None:
        self.type = jsonrpc_data_dict.get("Type", "")
        self.physical_id = jsonrpc_data_dict.get("PhysicalID", "")
        self.arn = jsonrpc_data_dict.get("ARN", "")


@dataclass
class AddEbListenerOutput:
    """A listener.

    Attributes
    ----------
    id : str
        What the other methods know it by
    target_under_test : AddEbListener_Resource
        The event bus it listens to
    components : List[AddEbListener_Resource]
        What was made for it: a queue and a rule
    """

    id: str
    target_under_test: AddEbListener_Resource
    components: List[AddEbListener_Resource]

    def __init__(self, data_dict: Dict[str, Any]) -> None:
        output = data_dict.get("result", {}).get("output", {})
        self.id = output.get("Id", "")
        self.target_under_test = AddEbListener_Resource(output.get("TargetUnderTest", {}))
        self.components = [AddEbListener_Resource(c) for c in output.get("Components", [])]


@dataclass
class AddEbListenerParams:
    """The bus, the rule whose events are listened to, and optionally one of the rule's targets."""

    event_bus_name: str
    rule_name: str
    target_id: Optional[str] = None
    tags: Optional[Dict[str, str]] = None

    _rpc_method: str = "test_harness.eventbridge.add_listener"

    def to_dict(self) -> Dict[str, Any]:
        params: Dict[str, Any] = {
            "EventBusName": self.event_bus_name,
            "RuleName": self.rule_name,
        }
        if self.target_id:
            params["TargetId"] = self.target_id
        if self.tags:
            params["Tags"] = self.tags
        return params

    def to_payload(self, region: Optional[str], profile: Optional[str]) -> Payload:
        return Payload(self._rpc_method, self.to_dict(), region, profile)
