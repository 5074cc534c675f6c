"""Generated events against another validator: PyPI's jsonschema."""

import random

import jsonschema
import pytest

import aws_iatk

DRAFTS = {
    "http://json-schema.org/draft-04/schema#": jsonschema.Draft4Validator,
    "http://json-schema.org/draft-06/schema#": jsonschema.Draft6Validator,
    "http://json-schema.org/draft-07/schema#": jsonschema.Draft7Validator,
    "https://json-schema.org/draft/2019-09/schema": jsonschema.Draft201909Validator,
    "https://json-schema.org/draft/2020-12/schema": jsonschema.Draft202012Validator,
}
# Formats that the other validator checks as strictly, in every draft.
FORMATS = ["ipv4", "ipv6"]
PATTERNS = ["^[a-z]{2,8}$", "^\\d{3}-\\d{4}$", "[A-Z]", "^(on|off)$", "^arn:aws:[a-z0-9]+:::.+$"]


class Schemas:
    """Schemas by chance, of all keywords; most can be met."""

    def __init__(self, seed, draft):
        self.chance = random.Random(seed)
        self.draft = draft
        self.modern = "draft-0" not in draft

    def maybe(self, one_in=3):
        return self.chance.randrange(one_in) == 0

    def document(self):
        schema = self.object(3)
        schema["$schema"] = self.draft
        schema["definitions"] = {"leaf": self.scalar(), "tree": self.tree()}
        return schema

    def tree(self):
        return {
            "type": "object",
            "properties": {
                "value": self.scalar(),
                "kids": {"type": "array", "items": {"$ref": "#/definitions/tree"}},
            },
            "required": ["value"],
        }

    def any(self, depth):
        if depth == 0:
            return self.scalar()
        make = self.chance.choice(
            [self.scalar, self.scalar, self.composed, self.object, self.array, self.reference]
        )
        return make() if make in (self.scalar, self.reference) else make(depth - 1)

    def reference(self):
        return {"$ref": f"#/definitions/{self.chance.choice(['leaf', 'tree'])}"}

    def scalar(self):
        kind = self.chance.randrange(7)
        if kind == 0:
            low = self.chance.randrange(5)
            schema = {"type": "string", "minLength": low}
            if self.maybe(2):
                schema["maxLength"] = low + self.chance.randrange(10)
            return schema
        if kind == 1:
            return {"type": "string", "pattern": self.chance.choice(PATTERNS)}
        if kind == 2:
            return {"type": "string", "format": self.chance.choice(FORMATS)}
        if kind == 3:
            low = self.chance.randrange(-50, 50)
            schema = {"type": "integer", "minimum": low, "maximum": low + 20}
            if self.maybe():
                schema["multipleOf"] = self.chance.randrange(1, 8)
            return schema
        if kind == 4:
            low = self.chance.randrange(10)
            if "draft-04" in self.draft:
                return {"type": "number", "minimum": low, "exclusiveMinimum": True}
            return {"type": "number", "exclusiveMinimum": low, "exclusiveMaximum": low + 1}
        if kind == 5:
            return {"enum": self.chance.sample(["a", "b", 1, 2.5, None, True, [1], {"x": 1}], 3)}
        return {"type": self.chance.sample(["boolean", "null", "string", "integer"], 2)}

    def composed(self, depth):
        kind = self.chance.randrange(5)
        if kind == 0:
            return {"anyOf": [self.any(depth), self.any(depth)]}
        if kind == 1:
            return {"oneOf": [self.any(depth), self.any(depth), self.any(depth)]}
        if kind == 2:
            return {"allOf": [self.object(depth), self.object(depth)]}
        if kind == 3:
            return {"not": self.scalar()}
        if "draft-04" in self.draft or "draft-06" in self.draft:
            return self.any(depth)
        return {
            "type": "object",
            "properties": {"kind": {"enum": ["a", "b"]}},
            "required": ["kind"],
            "if": {"properties": {"kind": {"const": "a"}}},
            "then": {"properties": {"a": self.any(depth)}, "required": ["a"]},
            "else": {"properties": {"b": self.any(depth)}, "required": ["b"]},
        }

    def object(self, depth):
        names = self.chance.sample("abcdef", self.chance.randrange(1, 5))
        schema = {
            "type": "object",
            "properties": {name: self.any(depth) for name in names},
            "required": [name for name in names if self.maybe(2)],
        }
        if not schema["required"] and "draft-04" in self.draft:
            del schema["required"]
        if self.maybe():
            schema["patternProperties"] = {"^x-": self.any(0)}
        if self.maybe(4):
            schema["minProperties"] = self.chance.randrange(1, 6)
        if self.maybe(4) and "required" not in schema:
            schema["maxProperties"] = self.chance.randrange(2, 5)
        if self.maybe():
            keyword = "dependentRequired" if self.modern else "dependencies"
            schema[keyword] = {names[0]: [names[-1]]}
        if self.maybe(5) and "draft-04" not in self.draft:
            schema["propertyNames"] = {"maxLength": 5}
        return schema

    def array(self, depth):
        low = self.chance.randrange(3)
        schema = {"type": "array", "items": self.any(depth), "minItems": low, "maxItems": low + 3}
        if self.maybe(4):
            schema["uniqueItems"] = True
        if self.maybe(4) and "draft-04" not in self.draft:
            schema["contains"] = schema["items"]
        if self.maybe(4) and "2020" in self.draft:
            schema["prefixItems"] = [self.scalar()]
        return schema


@pytest.mark.parametrize("draft", DRAFTS)
def test_another_validator_agrees_on_every_event(draft):
    iatk = aws_iatk.AwsIatk()
    validator = DRAFTS[draft]
    made = 0
    for seed in range(120):
        schema = Schemas(seed, draft).document()
        validator.check_schema(schema)
        checker = validator(schema, format_checker=validator.FORMAT_CHECKER)
        for variant in ("minimal", "full", "boundary", "invalid"):
            try:
                mocks = iatk.mock_events(schema=schema, variant=variant, seed=seed)
            except aws_iatk.IatkException as failure:
                assert "no value was found that meets the schema" in str(failure), schema
                continue
            made += 1
            for mock in mocks:
                valid = checker.is_valid(mock.event)
                assert valid == (variant != "invalid"), (schema, variant, mock)
    # Of some schemas by chance nothing can be made.
    assert made > 0.9 * 4 * 120
