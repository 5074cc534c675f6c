"""iatk mock: events from schemas, on the command line."""

import json

import pytest

SCHEMA = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "pattern": "^o-[0-9]{2}$"},
        "total": {"type": "integer", "minimum": 1, "maximum": 9},
    },
}


@pytest.fixture
def mock(program, tmp_path):
    (tmp_path / "s.json").write_text(json.dumps(SCHEMA))
    return lambda *arguments, **options: program("mock", *arguments, cwd=tmp_path, **options)


def test_an_event_of_a_schema_in_a_file(mock):
    done = mock("--file", "s.json")
    assert done.returncode == 0, done.stderr
    event = json.loads(done.stdout)
    assert 1 <= event["total"] <= 9
    assert "\n" in done.stdout.strip()
    line = mock("--file", "s.json", "--json")
    assert json.loads(line.stdout) == event
    assert line.stdout.count("\n") == 1
    assert mock("--file", "-", "--json", stdin=json.dumps(SCHEMA)).stdout == line.stdout


def test_the_seed_decides(mock):
    events = {mock("--file", "s.json", "--json", "--seed", str(s)).stdout for s in range(5)}
    assert len(events) == 5


def test_an_event_of_a_schema_in_a_registry(mock, client):
    schemas = client("schemas")
    schemas.create_registry(RegistryName="shop")
    schemas.create_schema(
        RegistryName="shop",
        SchemaName="com.shop@Order",
        Type="JSONSchemaDraft4",
        Content=json.dumps(SCHEMA),
    )
    place = ["--registry", "shop", "--schema", "com.shop@Order"]
    done = mock(*place, "--envelope", "--variant", "minimal", "--json")
    assert done.returncode == 0, done.stderr
    event = json.loads(done.stdout)
    assert (event["source"], event["detail-type"]) == ("com.shop", "Order")
    assert event["detail"]["total"] == 1
    assert mock(*place, "--version", "1").returncode == 0
    missing = mock("--registry", "shop", "--schema", "nope")
    assert missing.returncode == 1
    assert "failed to get schema" in missing.stderr


def test_cases_are_told_with_what_is_special(mock):
    done = mock("--file", "s.json", "--variant", "invalid", "--json")
    cases = [json.loads(line) for line in done.stdout.splitlines()]
    assert {"/total", "/id", ""} <= {case["path"] for case in cases}
    assert all(case["schemaPath"].endswith("/" + case["keyword"]) for case in cases)
    text = mock("--file", "s.json", "--variant", "boundary").stdout
    assert "# /total #/properties/total/minimum: the least\n" in text


def test_what_cant_be_made_has_status_one(mock, tmp_path):
    (tmp_path / "bad.json").write_text('{"type": "integer", "minimum": 3, "maximum": 2}')
    done = mock("--file", "bad.json")
    assert done.returncode == 1
    assert "iatk mock: no value was found that meets the schema: #/minimum" in done.stderr
    assert mock("--file", "nope.json").returncode == 1
    assert mock("--file", "s.json", "--event-ref", "#/nowhere").returncode == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--registry", "r"],
        ["--file", "s.json", "--registry", "r", "--schema", "s"],
        ["--file", "s.json", "--variant", "odd"],
        ["--file", "s.json", "--seed", "x"],
    ],
)
def test_wrong_usage_has_status_two(mock, arguments):
    assert mock(*arguments).returncode == 2
