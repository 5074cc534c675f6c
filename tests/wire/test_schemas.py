"""The EventBridge schema registry."""

import json

from errors import aws_error

DRAFT4 = json.dumps(
    {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "title": "Order",
        "type": "object",
        "properties": {"total": {"type": "number"}},
    }
)


def test_registries_are_made_described_listed_and_deleted(client, account):
    schemas = client("schemas")
    out = schemas.create_registry(RegistryName="shop", Description="d", Tags={"a": "1"})
    assert out["RegistryArn"] == f"arn:aws:schemas:us-east-1:{account}:registry/shop"
    assert out["Tags"] == {"a": "1"}
    schemas.update_registry(RegistryName="shop", Description="e")
    assert schemas.describe_registry(RegistryName="shop")["Description"] == "e"
    listed = schemas.list_registries(RegistryNamePrefix="sh")["Registries"]
    assert [registry["RegistryName"] for registry in listed] == ["shop"]
    with aws_error("ConflictException", status=409):
        schemas.create_registry(RegistryName="shop")
    schemas.delete_registry(RegistryName="shop")
    with aws_error("NotFoundException", status=404):
        schemas.describe_registry(RegistryName="shop")


def test_a_schema_has_versions(client):
    schemas = client("schemas")
    schemas.create_registry(RegistryName="shop")
    made = schemas.create_schema(
        RegistryName="shop", SchemaName="order", Type="JSONSchemaDraft4", Content=DRAFT4
    )
    assert made["SchemaVersion"] == "1"
    changed = DRAFT4.replace("number", "integer")
    assert (
        schemas.update_schema(
            RegistryName="shop", SchemaName="order", Type="JSONSchemaDraft4", Content=changed
        )["SchemaVersion"]
        == "2"
    )
    assert schemas.describe_schema(RegistryName="shop", SchemaName="order")["Content"] == changed
    first = schemas.describe_schema(RegistryName="shop", SchemaName="order", SchemaVersion="1")
    assert first["Content"] == DRAFT4
    versions = schemas.list_schema_versions(RegistryName="shop", SchemaName="order")
    assert sorted(v["SchemaVersion"] for v in versions["SchemaVersions"]) == ["1", "2"]
    schemas.delete_schema_version(RegistryName="shop", SchemaName="order", SchemaVersion="1")
    with aws_error("NotFoundException"):
        schemas.describe_schema(RegistryName="shop", SchemaName="order", SchemaVersion="1")
    exported = schemas.export_schema(
        RegistryName="shop", SchemaName="order", Type="JSONSchemaDraft4"
    )
    assert json.loads(exported["Content"])["title"] == "Order"


def test_schemas_are_listed_searched_and_deleted(client):
    schemas = client("schemas")
    schemas.create_registry(RegistryName="shop")
    for name in ("order", "orderLine", "invoice"):
        schemas.create_schema(
            RegistryName="shop", SchemaName=name, Type="JSONSchemaDraft4", Content=DRAFT4
        )
    listed = schemas.list_schemas(RegistryName="shop", SchemaNamePrefix="order")["Schemas"]
    assert [schema["SchemaName"] for schema in listed] == ["order", "orderLine"]
    found = schemas.search_schemas(RegistryName="shop", Keywords="invoice")["Schemas"]
    assert [schema["SchemaName"] for schema in found] == ["invoice"]
    schemas.delete_schema(RegistryName="shop", SchemaName="invoice")
    with aws_error("NotFoundException"):
        schemas.describe_schema(RegistryName="shop", SchemaName="invoice")


def test_a_schema_that_is_none_is_refused(client):
    schemas = client("schemas")
    schemas.create_registry(RegistryName="shop")
    with aws_error("BadRequestException", status=400):
        schemas.create_schema(
            RegistryName="shop", SchemaName="s", Type="JSONSchemaDraft4", Content="not json"
        )
    with aws_error("NotFoundException"):
        schemas.create_schema(
            RegistryName="nope", SchemaName="s", Type="JSONSchemaDraft4", Content=DRAFT4
        )


def test_tags_of_a_schema(client):
    schemas = client("schemas")
    schemas.create_registry(RegistryName="shop")
    arn = schemas.create_schema(
        RegistryName="shop",
        SchemaName="order",
        Type="JSONSchemaDraft4",
        Content=DRAFT4,
        Tags={"a": "1"},
    )["SchemaArn"]
    schemas.tag_resource(ResourceArn=arn, Tags={"b": "2"})
    schemas.untag_resource(ResourceArn=arn, TagKeys=["a"])
    assert schemas.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"b": "2"}
