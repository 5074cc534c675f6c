"""Every operation that is served, with input that its model allows and sense does not.

Whatever comes is answered, or refused with an error of the caller's; none is the cloud's own fault.
"""

import itertools
import random
import tomllib

import botocore.exceptions
import pytest
from botocore.config import Config
from botocore.parsers import ResponseParserError
from conftest import ROOT

with open(ROOT / "codegen" / "services.toml", "rb") as file:
    SERVED = tomllib.load(file)

# Whatever else botocore raises is about what it won't send.
NO_ANSWER = (
    ResponseParserError,
    botocore.exceptions.ConnectionClosedError,
    botocore.exceptions.EndpointConnectionError,
    botocore.exceptions.ReadTimeoutError,
)
TEXTS = [
    "",
    "a",
    "default",
    "/",
    "arn:aws:sqs:us-east-1:123456789012:q",
    "arn:aws:iam::123456789012:role/r",
    "arn:aws:lambda:us-east-1:123456789012:function:f",
    "arn:aws:states:us-east-1:123456789012:stateMachine:m",
    "arn:aws:events:us-east-1:123456789012:event-bus/default",
    "arn::::::",
    "http://localhost/123456789012/q",
    "{}",
    "[]",
    '{"a":[{"numeric":[">",1e999]}]}',
    '{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"A"}}}',
    "{" * 200,
    "%s%n\r\n\x00\x7f",
    "ü\u2028😀",
    "true",
    "-1",
    "99999999999999999999",
    "1-00000000-" + "0" * 24,
    "AAAA",
    "=" * 64,
    "x" * 5000,
]
NUMBERS = [0, 1, -1, 10, 1000, 2**31 - 1, -(2**31)]
LONGS = [*NUMBERS, 2**63 - 1, -(2**63)]


def value_of(shape, chance, depth=0):
    kind = shape.type_name
    if kind == "structure":
        required = set(shape.required_members)
        names = [
            name
            for name in shape.members
            if (name in required and chance.random() < 0.97) or (depth < 5 and chance.random() < 0.3)
        ]
        if getattr(shape, "is_tagged_union", False):
            names = names[:1]
        return {name: value_of(shape.members[name], chance, depth + 1) for name in names}
    if kind == "list":
        count = chance.choice([0, 1, 1, 2, 11]) if depth < 4 else 1
        return [value_of(shape.member, chance, depth + 1) for _ in range(count)]
    if kind == "map":
        count = chance.choice([0, 1, 2])
        return {
            value_of(shape.key, chance, depth + 1): value_of(shape.value, chance, depth + 1)
            for _ in range(count)
        }
    if kind == "string":
        if shape.enum and chance.random() < 0.8:
            return chance.choice(shape.enum)
        return chance.choice(TEXTS)
    if kind == "boolean":
        return chance.random() < 0.5
    if kind == "integer":
        return chance.choice(NUMBERS)
    if kind == "long":
        return chance.choice(LONGS)
    if kind in ("double", "float"):
        return chance.choice([0.0, -1.5, 1e300])
    if kind == "timestamp":
        return chance.choice([0, 1, 1_767_225_600, 4_102_444_800])
    assert kind == "blob", kind
    return chance.choice([b"", b"{}", b"PK\x03\x04", bytes(range(256))])


@pytest.mark.parametrize("service", sorted(SERVED.keys() - {"sns"}))
def test_no_input_is_the_clouds_own_fault(client, cloud, service):
    api = client(
        service,
        config=Config(
            parameter_validation=False,
            retries={"total_max_attempts": 1},
            read_timeout=60,
            s3={"addressing_style": "path"},
            inject_host_prefix=False,
        ),
    )
    known = {name.lower().replace("_", ""): name for name in dir(api)}
    faults = []
    for operation, seed in itertools.product(SERVED[service]["operations"], range(40)):
        shape = api.meta.service_model.operation_model(operation).input_shape
        chance = random.Random(f"{operation} {seed}")
        given = value_of(shape, chance) if shape else {}
        given.pop("ContentLength", None)  # the cloud would wait for a body of that length
        given.pop("WaitTimeSeconds", None)
        try:
            getattr(api, known[operation.lower()])(**given)
        except botocore.exceptions.ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status >= 500 and status != 501:
                faults.append((operation, given, error.response["Error"]))
        except NO_ANSWER as error:
            faults.append((operation, given, repr(error)))
        except Exception:
            pass
        assert cloud.process.poll() is None, (operation, given)
    assert faults == []
