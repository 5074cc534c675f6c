"""Contexts for ``AwsIatk.generate_mock_event``: functions from an event to a fuller one."""

from datetime import datetime
from typing import Any, Dict
from uuid import uuid4


def eventbridge_event_context(event: Dict[str, Any]) -> Dict[str, Any]:
    """Fills the fields of EventBridge's envelope that are empty; never adds ``detail``."""
    defaults: Dict[str, Any] = {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": "detail-type",
        "source": "source",
        "account": "123456789101",
        "time": datetime.now().strftime("%Y-%m-%dT%H:%M:%S"),
        "region": "us-east-1",
        "resources": [],
    }
    for key, value in defaults.items():
        if not event.get(key):
            event[key] = value
    return event
