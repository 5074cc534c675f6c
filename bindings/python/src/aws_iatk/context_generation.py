"""Contexts for ``AwsIatk.generate_mock_event``: functions from an event to a fuller one."""

import uuid
from datetime import datetime
from typing import Any, Dict


def eventbridge_event_context(event_dict: Dict[str, Any]) -> Dict[str, Any]:
    """Fills the fields of EventBridge's envelope that are empty; never adds ``detail``."""
    defaults: Dict[str, Any] = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "detail-type",
        "source": "source",
        "account": "123456789101",
        "time": datetime.now().strftime("%Y-%m-%dT%H:%M:%S"),
        "region": "us-east-1",
        "resources": [],
    }
    for key, value in defaults.items():
        if not event_dict.get(key):
            event_dict[key] = value
    return event_dict
