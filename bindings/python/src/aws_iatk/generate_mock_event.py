"""Parameters and output of ``AwsIatk.generate_mock_event``."""

import json
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Optional

from .jsonrpc import Payload


@dataclass
class GenerateBareboneEventOutput:
    """``event`` is the event as the core made it, before any context."""

    event: Any

    def __init__(self, data_dict: Dict[str, Any]) -> None:
        event = data_dict.get("result", {}).get("output")
        self.event = json.loads(event) if event else None


@dataclass
class GenerateBareboneEventParams:
    """The schema and what to take from it."""

    registry_name: Optional[str] = None
    schema_name: Optional[str] = None
    schema_version: Optional[str] = None
    event_ref: Optional[str] = None
    skip_optional: Optional[bool] = None

    _rpc_method: str = "mock.generate_barebone_event"

    def to_dict(self) -> Dict[str, Any]:
        params = {
            "RegistryName": self.registry_name,
            "SchemaName": self.schema_name,
            "SchemaVersion": self.schema_version,
            "EventRef": self.event_ref,
            "SkipOptional": self.skip_optional,
        }
        return {key: value for key, value in params.items() if value}

    def to_payload(self, region: Optional[str], profile: Optional[str]) -> Payload:
        return Payload(self._rpc_method, self.to_dict(), region, profile)


@dataclass
class GenerateMockEventOutput:
    """``event`` is the mock event, a dict."""

    event: Any


@dataclass
class GenerateMockEventParams:
    """The schema, what to take from it, and the contexts to apply."""

    registry_name: Optional[str] = None
    schema_name: Optional[str] = None
    schema_version: Optional[str] = None
    event_ref: Optional[str] = None
    skip_optional: Optional[bool] = None
    contexts: Optional[List[Callable[[Any], Any]]] = None
