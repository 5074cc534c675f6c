"""Mock events from the schema registry, through the Python package."""

import json

import jsonschema
import pytest

import aws_iatk

# AWS's schemas of its own events have this shape: an envelope whose source and detail-type stand in
# extensions, and details whose properties are composed and often say no type.
FINDING = {
    "openapi": "3.0.0",
    "info": {"version": "1.0.0", "title": "ShopFinding"},
    "paths": {},
    "components": {
        "schemas": {
            "AWSEvent": {
                "type": "object",
                "required": [
                    "detail-type",
                    "resources",
                    "detail",
                    "id",
                    "source",
                    "time",
                    "region",
                    "version",
                    "account",
                ],
                "x-amazon-events-detail-type": "Shop Finding",
                "x-amazon-events-source": "aws.shop",
                "properties": {
                    "detail": {"$ref": "#/components/schemas/Finding"},
                    "account": {"type": "string"},
                    "detail-type": {"type": "string"},
                    "id": {"type": "string"},
                    "region": {"type": "string"},
                    "resources": {"type": "array", "items": {"type": "string"}},
                    "source": {"type": "string"},
                    "time": {"type": "string", "format": "date-time"},
                    "version": {"type": "string"},
                },
            },
            "Finding": {
                "type": "object",
                "required": ["service", "severity", "archived"],
                "properties": {
                    "severity": {"type": "number", "minimum": 0.1, "maximum": 10},
                    "archived": {"type": "boolean"},
                    "service": {"allOf": [{"$ref": "#/components/schemas/Service"}]},
                    "resource": {
                        "oneOf": [
                            {"$ref": "#/components/schemas/Instance"},
                            {"$ref": "#/components/schemas/Key"},
                        ]
                    },
                    "anything": {},
                    "title": {"minLength": 1},
                },
            },
            "Service": {
                "required": ["action", "count"],
                "properties": {
                    "action": {
                        "anyOf": [
                            {"$ref": "#/components/schemas/Probe"},
                            {"type": "string", "enum": ["NONE"]},
                        ]
                    },
                    "count": {"type": "integer", "minimum": 1},
                    "additionalInfo": {"type": "object", "additionalProperties": {"type": "string"}},
                },
            },
            "Probe": {
                "type": "object",
                "required": ["blocked", "remote"],
                "properties": {
                    "blocked": {"type": "boolean"},
                    "remote": {"type": "string", "format": "ipv4"},
                },
            },
            "Instance": {
                "type": "object",
                "required": ["instanceId"],
                "properties": {"instanceId": {"type": "string", "pattern": "^i-[0-9a-f]{8,17}$"}},
            },
            "Key": {
                "type": "object",
                "required": ["accessKeyId"],
                "properties": {"accessKeyId": {"type": "string", "minLength": 16, "maxLength": 20}},
            },
        }
    },
}

ORDER = {
    "$schema": "http://json-schema.org/draft-04/schema#",
    "type": "object",
    "required": ["id", "paid"],
    "properties": {
        "id": {"type": "string", "pattern": "^ord-[0-9]{4}$"},
        "paid": {"type": "boolean"},
        "total": {"type": "number", "minimum": 1, "multipleOf": 0.01},
        "at": {"type": "string", "format": "date-time"},
        "tags": {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"enum": ["a", "b"]}},
    },
}


@pytest.fixture
def iatk(client):
    return aws_iatk.AwsIatk(region="us-east-1")


@pytest.fixture
def register(client):
    """register(document) puts it into the registry "shop": what finds it there."""
    schemas = client("schemas")
    schemas.create_registry(RegistryName="shop")

    def put(document, name="order"):
        kind = "OpenApi3" if "openapi" in document else "JSONSchemaDraft4"
        schemas.create_schema(
            RegistryName="shop", SchemaName=name, Type=kind, Content=json.dumps(document)
        )
        return {"registry_name": "shop", "schema_name": name}

    return put


def violations(document, event, ref=None):
    schema = {**document, "$ref": f"#/components/schemas/{ref}"} if ref else document
    checker = jsonschema.Draft4Validator(
        schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER
    )
    return [error.message for error in checker.iter_errors(event)]


def test_d16_a_schema_with_a_boolean_has_an_event(iatk, register):
    place = register({"type": "object", "properties": {"paid": {"type": "boolean"}}})
    assert iatk.generate_mock_event(**place).event == {"paid": False}


def test_d17_properties_without_a_type_have_a_value(iatk, register):
    event = iatk.generate_mock_event(**register(FINDING), event_ref="Finding").event
    assert violations(FINDING, event, "Finding") == []
    assert event["service"]["count"] == 1
    assert event["anything"] is None


def test_d17_a_schema_of_aws_composed_of_parts_has_an_event(iatk, register):
    event = iatk.generate_mock_event(**register(FINDING), event_ref="AWSEvent").event
    assert violations(FINDING, event, "AWSEvent") == []


@pytest.mark.parametrize(
    ("schema", "event"),
    [
        ({"const": 3}, 3),
        ({"type": "string", "minLength": 1, "default": "x"}, "x"),
        ({"type": "integer", "minimum": 5, "multipleOf": 4}, 8),
        ({"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": 0.5}, 0.1),
        ({"type": "array", "minItems": 2, "items": {"type": "integer"}}, [0, 0]),
        ({"type": ["null", "boolean"]}, False),
        ({"type": "object", "minProperties": 1, "additionalProperties": {"enum": [7]}}, {"key1": 7}),
        ({"allOf": [{"properties": {"a": {"enum": [1]}}}, {"required": ["a"]}]}, {"a": 1}),
        ({"$ref": "#/definitions/o", "definitions": {"o": {"properties": {"a": {"enum": [2]}}}}}, {"a": 2}),
        ({"properties": {"a": {"$ref": "#/definitions/s"}}, "definitions": {"s": {"type": "string"}}}, {"a": ""}),
        ({"type": "object", "properties": {"next": {"$ref": "#"}, "other": {"$ref": "#"}}}, {}),
    ],
)
def test_d18_an_event_is_valid_against_its_schema(iatk, register, schema, event):
    assert iatk.generate_mock_event(**register(schema)).event == event
    assert violations(schema, event) == []


def test_d18_a_pattern_and_a_format_are_met(iatk, register):
    event = iatk.generate_mock_event(**register(ORDER)).event
    assert violations(ORDER, event) == []
    assert event["id"].startswith("ord-")


def test_d18_what_nothing_meets_is_told_by_place_and_keyword(iatk, register):
    place = register(
        {
            "type": "object",
            "required": ["a"],
            "properties": {"a": {"type": "integer", "minimum": 2, "maximum": 1}},
        }
    )
    with pytest.raises(aws_iatk.IatkException, match="at /a, #/properties/a/minimum") as failed:
        iatk.generate_mock_event(**place)
    assert failed.value.error_code == 10


def test_d18_a_barebone_event_that_is_valid_stays_as_it_was(iatk, register):
    schema = {
        "type": "object",
        "properties": {
            "s": {"type": "string", "default": "not this"},
            "n": {"type": "number"},
            "o": {"type": "object", "properties": {"deep": {"type": "integer"}}},
            "e": {"type": "string", "enum": ["x", "y"]},
        },
    }
    event = iatk.generate_mock_event(**register(schema)).event
    assert event == {"s": "", "n": 0, "o": {"deep": 0}, "e": "x"}


def test_the_old_call_keeps_its_errors(iatk, register):
    with pytest.raises(aws_iatk.IatkException, match="no eventRef specified to generate a mock"):
        iatk.generate_mock_event(**register(FINDING))
    with pytest.raises(aws_iatk.IatkException, match="event ref not supported for json schemas"):
        iatk.generate_mock_event(**register(ORDER, "json"), event_ref="X")
    with pytest.raises(aws_iatk.IatkException, match='both "RegistryName" and "SchemaName"'):
        iatk.generate_mock_event(registry_name="shop")


def test_d19_the_same_seed_and_time_give_the_same_event(iatk, register):
    place = register(ORDER)
    fixed = {"seed": 7, "time": "2026-11-24T00:00:00Z", "envelope": True}
    event = iatk.mock_event(**place, **fixed)
    assert event == iatk.mock_event(**place, **fixed)
    assert event != iatk.mock_event(**place, **{**fixed, "seed": 8})
    assert event["time"] == "2026-11-24T00:00:00Z"
    assert event["detail"]["at"] == "2026-11-24T00:00:00.000Z"


def test_d19_the_same_seed_gives_the_same_bytes_on_any_day(iatk, register):
    place = register(ORDER)
    texts = set()
    for variant in ("minimal", "full", "boundary", "invalid"):
        for _ in range(2):
            made = iatk.mock_events(**place, variant=variant, seed=7, envelope=variant == "full")
            texts.add(json.dumps([mock.event for mock in made]))
    assert len(texts) == 4
    assert iatk.mock_event(**place, seed=7)["at"] == "2026-01-01T00:00:00.000Z"
    # Without a seed they are of today.
    assert iatk.mock_event(**place)["at"] > "2026-01-01T00:00:00.000Z"


def test_an_event_of_aws_has_its_envelope(iatk, register):
    event = iatk.mock_event(**register(FINDING), envelope=True, resources=["arn:aws:s3:::b"])
    assert violations(FINDING, event, "AWSEvent") == []
    assert (event["source"], event["detail-type"]) == ("aws.shop", "Shop Finding")
    assert (event["version"], event["region"]) == ("0", "us-east-1")
    assert event["resources"] == ["arn:aws:s3:::b"]


def test_a_detail_gets_the_envelope_of_its_schemas_name(iatk, register, client):
    place = register(ORDER, "com.shop@Order")
    event = iatk.mock_event(**place, envelope=True, seed=1)
    assert (event["source"], event["detail-type"]) == ("com.shop", "Order")
    assert violations(ORDER, event["detail"]) == []
    pattern = {"source": ["com.shop"], "detail-type": ["Order"], "detail": {"paid": [True, False]}}
    assert iatk.explain(pattern, event)["matches"] is True


def test_boundary_events_are_valid_and_say_which_limit(iatk, register):
    mocks = iatk.mock_events(**register(ORDER), variant="boundary")
    assert {(mock.path, mock.keyword) for mock in mocks} >= {
        ("/total", "minimum"),
        ("/tags", "minItems"),
        ("", "required"),
    }
    for mock in mocks:
        assert violations(ORDER, mock.event) == []
    (least,) = [mock for mock in mocks if mock.schema_path == "#/properties/total/minimum"]
    assert least.event["total"] == 1


def test_invalid_events_break_one_keyword_each(iatk, register):
    mocks = iatk.mock_events(**register(ORDER), variant="invalid")
    assert {(mock.path, mock.keyword) for mock in mocks} >= {
        ("", "required"),
        ("/id", "pattern"),
        ("/paid", "type"),
        ("/total", "minimum"),
        ("/total", "multipleOf"),
        ("/tags", "uniqueItems"),
        ("/tags", "minItems"),
        ("/tags/0", "enum"),
    }
    for mock in mocks:
        if mock.keyword != "format":
            assert len(violations(ORDER, mock.event)) == 1, mock


def test_a_schema_may_come_from_a_file_a_text_or_a_dict(iatk, tmp_path):
    (tmp_path / "s.json").write_text('{"const": 5}')
    assert iatk.mock_event(schema=tmp_path / "s.json") == 5
    assert iatk.mock_event(schema='{"const": 5}') == 5
    assert iatk.mock_event(schema={"const": 5}) == 5


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({}, 'requires both "RegistryName" and "SchemaName", or "Schema"'),
        ({"schema": {}, "variant": "odd"}, "there is no variant odd"),
        ({"schema": {"$ref": "http://example.com/s"}}, "leaves the schema"),
        ({"schema": {"pattern": "(?=x)"}}, "is not supported"),
        ({"schema": {}, "time": "noon"}, "no RFC 3339 time"),
        ({"registry_name": "no", "schema_name": "no"}, "failed to get schema"),
    ],
)
def test_what_cant_be_made_is_refused_by_name(iatk, options, text):
    with pytest.raises(aws_iatk.IatkException) as failed:
        iatk.mock_events(**options)
    assert text in str(failed.value)
    with pytest.raises(ValueError, match="minimal or full"):
        iatk.mock_event(schema={}, variant="invalid")
