"""Mock events that their schema takes, or by one keyword does not.

    iatk = AwsIatk()
    order = iatk.mock_event(registry_name="shop", schema_name="com.shop@Order", seed=7)
    for mock in iatk.mock_events(schema=pathlib.Path("order.json"), variant="invalid"):
        with pytest.raises(Rejected, match=mock.note):
            handler(mock.event)
"""

import os
import pathlib
from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Sequence, Union

#: A JSON Schema or an OpenAPI document: itself, its text, or the path of its file.
SchemaDocument = Union[str, Mapping[str, Any], bool, "os.PathLike[str]"]


@dataclass(frozen=True)
class MockEvent:
    """An event made from a schema.

    Attributes
    ----------
    event : Any
        The event
    path : str
        For the variants ``boundary`` and ``invalid``, the place that is at a limit or broken, as a
        JSON pointer into what the schema describes; "" for all of it
    schema_path : str
        Which keyword of the schema, ``#/properties/total/minimum``
    keyword : str
        Its name; "" for the variants ``minimal`` and ``full``
    note : str
        What is special, in words
    """

    event: Any
    path: str = ""
    schema_path: str = ""
    keyword: str = ""
    note: str = ""


class Mocking:
    """What ``AwsIatk`` makes of schemas."""

    def mock_events(
        self,
        registry_name: str = "",
        schema_name: str = "",
        schema_version: str = "",
        schema: Union[SchemaDocument, None] = None,
        event_ref: str = "",
        variant: str = "full",
        seed: Optional[int] = None,
        skip_optional: bool = False,
        envelope: bool = False,
        source: str = "",
        detail_type: str = "",
        account: str = "",
        resources: Sequence[str] = (),
        time: str = "",
    ) -> List[MockEvent]:
        """Makes events that a schema describes; each was validated.

        Parameters
        ----------
        registry_name, schema_name, schema_version : str
            Where the schema is, in the EventBridge schema registry; by default its latest version
        schema : dict, str or path
            The schema itself instead, its text, or its file
        event_ref : str
            The component that describes the event, or a reference (``#/definitions/Order``); by
            default ``AWSEvent``, the only component, or the whole JSON Schema
        variant : str
            ``minimal``: one event of the barest values; ``full``: one with examples and values by
            chance; ``boundary``: one for each limit of the schema, all valid; ``invalid``: one for
            each keyword, which it breaks and no other
        seed : int
            The same seed gives the same events, byte by byte; by default only the times in them differ
        skip_optional : bool
            Whether to leave out what the schema does not require
        envelope : bool
            Whether to put EventBridge's envelope around the event, or to fill it in where the
            schema describes it
        source, detail_type, account, resources
            What the envelope says; by default what the schema or its name tells
        time : str
            When the event happened, RFC 3339; by default now, or with a seed a time that stands still

        IAM permissions needed: schemas:DescribeSchema

        Raises
        ------
        IatkException
            If the schema is not there or can't be used, or no event was found that meets it; then
            with the place and the keyword
        """
        params: Dict[str, Any] = {
            "RegistryName": registry_name,
            "SchemaName": schema_name,
            "SchemaVersion": schema_version,
            "EventRef": event_ref,
            "Variant": variant,
            "Time": time,
            "SkipOptional": skip_optional,
            "Envelope": envelope,
            "Source": source,
            "DetailType": detail_type,
            "Account": account,
            "Resources": list(resources),
        }
        if seed is not None:
            params["Seed"] = seed
        if isinstance(schema, os.PathLike):
            params["Schema"] = pathlib.Path(schema).read_text(encoding="utf-8")
        elif schema is not None:
            params["Schema"] = schema
        return [
            MockEvent(
                event=one["Event"],
                path=one["Path"],
                schema_path=one["SchemaPath"],
                keyword=one["Keyword"],
                note=one["Note"],
            )
            for one in self._method("mock.generate", params)
        ]

    def mock_event(self, **options: Any) -> Any:
        """One event of the variants ``minimal`` or ``full``; for the options see ``mock_events``."""
        if options.get("variant", "full") not in ("minimal", "full"):
            raise ValueError("one event is of the variant minimal or full")
        return self.mock_events(**options)[0].event

    def _method(self, method: str, params: Dict[str, Any]) -> Any:
        """The output of a method of the native core."""
        raise NotImplementedError
