#!/usr/bin/env python3
"""Writes C++ structs and tables for an AWS service from botocore's model of it.

usage: model_to_cpp.py --services services.toml (--models DIR | --botocore) --out DIR [--stamp FILE]

Reads DIR/<service>/<newest version>/service-2.json[.gz], where --botocore names the folder of the
botocore that this Python has; for each service of services.toml writes
<out>/<service>/{types.h,operations.h,tables.cc}, and <out>/all.cc with the list of all services. The
operations that services.toml names get typed structs, the others are known by name. What the tables
mean is said in src/iatk/model/shape.h.
"""

import argparse
import gzip
import importlib.util
import json
import pathlib
import re
import sys
import tomllib

CPP_KEYWORDS = {
    "and", "auto", "bool", "break", "case", "catch", "char", "class", "const", "continue", "default",
    "delete", "do", "double", "else", "enum", "explicit", "export", "extern", "false", "float",
    "for", "friend", "goto", "if", "inline", "int", "long", "mutable", "namespace", "new", "not",
    "operator", "or", "private", "protected", "public", "register", "requires", "return", "short",
    "signed", "sizeof", "static", "struct", "switch", "template", "this", "throw", "true", "try",
    "typedef", "typename", "union", "unsigned", "using", "virtual", "void", "volatile", "while",
}  # fmt: skip

SCALARS = {
    "boolean": ("kBoolean", "bool"),
    "integer": ("kInteger", "std::int32_t"),
    "long": ("kLong", "std::int64_t"),
    "float": ("kFloat", "double"),
    "double": ("kDouble", "double"),
    "string": ("kString", "std::string"),
    "character": ("kString", "std::string"),
    "blob": ("kBlob", "std::string"),
    "timestamp": ("kTimestamp", "Time"),
}

TIMESTAMP_FORMATS = {
    "iso8601": "kIso8601",
    "unixTimestamp": "kUnixSeconds",
    "rfc822": "kHttpDate",
}

LOCATIONS = {
    "header": "kHeader",
    "headers": "kHeaders",
    "uri": "kUri",
    "querystring": "kQueryString",
    "statusCode": "kStatusCode",
}

PROTOCOLS = {
    "json": "kJson",
    "rest-json": "kRestJson",
    "query": "kQuery",
    "rest-xml": "kRestXml",
    "smithy-rpc-v2-cbor": "kCbor",
}

BANNER = "// Generated from AWS's service model by codegen/model_to_cpp.py.\n"


def snake_case(name):
    """QueueUrl -> queue_url, MD5OfBody -> md5_of_body, ResourceARNs -> resource_arns."""
    name = re.sub(r"([A-Z]{2,})s(?=[A-Z]|$)", lambda m: m[1].capitalize() + "s", name)
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    name = re.sub(r"[^A-Za-z0-9]+", "_", name).lower()
    return name + "_" if name in CPP_KEYWORDS else name


def cpp_string(text):
    """A C++ literal of `text`."""
    if '"' in text or "\\" in text or not text.isprintable():
        return f'R"~~({text})~~"'
    return f'"{text}"'


class ServiceModel:
    """The part of a service's model that is generated, in an order that C++ can compile."""

    def __init__(self, name, document, operations):
        self.name = name
        self.document = document
        self.shapes = document["shapes"]
        self.typed_operations = operations
        unknown = [o for o in operations if o not in document["operations"]]
        if unknown:
            raise SystemExit(f"{name}: the model has no operation {', '.join(unknown)}")
        self.used = []  # names of shapes, what a shape needs before itself where that is possible
        self._visiting = set()
        for operation in sorted(operations):
            entry = document["operations"][operation]
            for part in [entry.get("input"), entry.get("output"), *entry.get("errors", [])]:
                if part:
                    self._use(part["shape"])
        self.recursive = self._find_recursive_members()

    def _parts(self, name):
        shape = self.shapes[name]
        if shape["type"] == "structure":
            return [member["shape"] for member in shape["members"].values()]
        if shape["type"] == "list":
            return [shape["member"]["shape"]]
        if shape["type"] == "map":
            return [shape["key"]["shape"], shape["value"]["shape"]]
        return []

    def _use(self, name):
        if name in self._visiting:
            return
        self._visiting.add(name)
        for part in self._parts(name):
            self._use(part)
        self.used.append(name)

    def _find_recursive_members(self):
        """Members that hold their own struct by value: (struct, member) pairs."""

        def reaches(start, goal, seen):
            if start == goal:
                return True
            if start in seen or self.shapes[start]["type"] != "structure":
                return False
            seen.add(start)
            return any(reaches(part, goal, seen) for part in self._parts(start))

        return {
            (name, member)
            for name in self.used
            if self.is_struct(name)
            for member, reference in self.shapes[name]["members"].items()
            if self.is_struct(reference["shape"]) and reaches(reference["shape"], name, set())
        }

    def is_struct(self, name):
        shape = self.shapes[name]
        return shape["type"] == "structure" and not shape.get("document")

    def cpp_type(self, name):
        shape = self.shapes[name]
        kind = shape["type"]
        if shape.get("document"):
            return "json::Value"
        if kind in SCALARS:
            return SCALARS[kind][1]
        if kind == "list":
            if self.shapes[shape["member"]["shape"]]["type"] == "boolean":
                raise SystemExit(f"{self.name}: lists of booleans ({name}) have no C++ form")
            return f"std::vector<{self.cpp_type(shape['member']['shape'])}>"
        if kind == "map":
            return f"std::map<std::string, {self.cpp_type(shape['value']['shape'])}>"
        return name

    def struct_names(self):
        return [name for name in self.used if self.is_struct(name)]


def write_types(model):
    lines = [
        BANNER,
        "#pragma once\n",
        "#include <cstdint>",
        "#include <map>",
        "#include <optional>",
        "#include <string>",
        "#include <vector>\n",
        '#include "iatk/base/clock.h"',
        '#include "iatk/json/value.h"',
        '#include "iatk/model/boxed.h"',
        '#include "iatk/model/shape.h"\n',
        f"namespace iatk::model::{model.name} {{\n",
    ]
    names = model.struct_names()
    lines += [f"struct {name};" for name in names]
    for name in names:
        lines.append(f"\nstruct {name} {{")
        seen = set()
        for member, reference in model.shapes[name]["members"].items():
            field = snake_case(member)
            if field in seen:
                raise SystemExit(f"{model.name}: two members of {name} are called {field}")
            seen.add(field)
            wrapper = "Boxed" if (name, member) in model.recursive else "std::optional"
            lines.append(f"  {wrapper}<{model.cpp_type(reference['shape'])}> {field};")
        lines.append("};")
    lines.append(f"\n}}  // namespace iatk::model::{model.name}\n")
    return "\n".join(lines)


def write_operations(model):
    lines = [
        BANNER,
        "#pragma once\n",
        f'#include "iatk/model/{model.name}/types.h"\n',
        f"namespace iatk::model::{model.name} {{\n",
        "extern const Service kService;\n",
        "namespace op {\n",
    ]
    for operation in sorted(model.typed_operations):
        entry = model.document["operations"][operation]
        put_in = entry["input"]["shape"] if entry.get("input") else "Empty"
        put_out = entry["output"]["shape"] if entry.get("output") else "Empty"
        lines += [
            f"struct {operation} {{",
            f"  using Input = {model.name}::{put_in};" if put_in != "Empty" else "  using Input = Empty;",
            f"  using Output = {model.name}::{put_out};" if put_out != "Empty" else "  using Output = Empty;",
            "  static const Operation& Table();",
            "};",
        ]
    lines += ["\n}  // namespace op", f"}}  // namespace iatk::model::{model.name}\n"]
    return "\n".join(lines)


class TableWriter:
    """Writes tables.cc of one service."""

    def __init__(self, model):
        self.model = model
        self.lines = []

    def write(self):
        model = self.model
        self.lines = [
            BANNER,
            "#include <array>\n",
            '#include "iatk/model/access.h"',
            f'#include "iatk/model/{model.name}/operations.h"\n',
            f"namespace iatk::model::{model.name} {{",
            "namespace tables {\n",
        ]
        self.lines += [f"extern const Shape k{name};" for name in model.used]
        self.lines.append("")
        for name in model.used:
            self._shape(name)
        self.lines.append("}  // namespace tables\n")
        self._service()
        self.lines.append(f"\n}}  // namespace iatk::model::{model.name}\n")
        return "\n".join(self.lines)

    @staticmethod
    def _namespace(reference):
        namespace = reference.get("xmlNamespace")
        if isinstance(namespace, str):
            namespace = {"uri": namespace}
        if not namespace:
            return None
        return f"{{{cpp_string(namespace.get('prefix', ''))}, {cpp_string(namespace['uri'])}}}"

    def _timestamp(self, reference):
        written = reference.get("timestampFormat")
        return f"TimestampFormat::{TIMESTAMP_FORMATS[written]}" if written else None

    @staticmethod
    def _fields(fields):
        return ", ".join(f".{key} = {value}" for key, value in fields if value is not None)

    def _member(self, struct, index, member, reference, required):
        field = f"&{struct}::{snake_case(member)}"
        target = self.model.shapes[reference["shape"]]
        location = reference.get("location")
        return self._fields(
            [
                ("name", cpp_string(member)),
                ("wire_name", cpp_string(reference.get("locationName", member))),
                ("shape", f"&k{reference['shape']}"),
                ("get", f"Get<{field}>"),
                ("make", f"Make<{field}>"),
                ("location", f"Location::{LOCATIONS[location]}" if location else None),
                ("timestamp_format", self._timestamp(reference)),
                ("required", "true" if member in required else None),
                ("flattened", "true" if reference.get("flattened") else None),
                ("xml_attribute", "true" if reference.get("xmlAttribute") else None),
                ("idempotency_token", "true" if reference.get("idempotencyToken") else None),
                ("json_value", "true" if reference.get("jsonvalue") else None),
                ("host_label", "true" if reference.get("hostLabel") else None),
                (
                    "streaming",
                    "true" if reference.get("streaming") or target.get("streaming") else None,
                ),
                (
                    "query_name",
                    cpp_string(reference["queryName"]) if reference.get("queryName") else None,
                ),
                ("xml_namespace", self._namespace(reference)),
                ("index", str(index)),
            ]
        )

    def _element(self, reference):
        name = reference.get("locationName")
        return "{" + self._fields(
            [
                ("shape", f"&k{reference['shape']}"),
                ("wire_name", cpp_string(name) if name else None),
                ("timestamp_format", self._timestamp(reference)),
                ("xml_namespace", self._namespace(reference)),
            ]
        ) + "}"

    def _constraints(self, name, shape):
        values = shape.get("enum", [])
        has = [key for key in ("min", "max", "pattern") if key in shape]
        if not has and not values:
            return None
        if values:
            items = ", ".join(cpp_string(value) for value in values)
            self.lines.append(f"constexpr std::string_view k{name}Values[] = {{{items}}};")
        fields = self._fields(
            [
                ("has_min", "true" if "min" in shape else None),
                ("has_max", "true" if "max" in shape else None),
                ("min", str(shape["min"]) if "min" in shape else None),
                ("max", str(shape["max"]) if "max" in shape else None),
                ("pattern", cpp_string(shape["pattern"]) if "pattern" in shape else None),
                ("enum_values", f"k{name}Values" if values else None),
            ]
        )
        self.lines.append(f"constexpr Constraints k{name}Constraints = {{{fields}}};")
        return f"&k{name}Constraints"

    def _error(self, name, shape):
        if not shape.get("exception"):
            return None
        error = shape.get("error", {})
        fault = shape.get("fault") or error.get("fault")
        sender = error.get("senderFault", not fault)
        status = error.get("httpStatusCode", 400 if sender else 500)
        code = cpp_string(error.get("code", name))
        self.lines.append(
            f"constexpr ErrorTraits k{name}Error = {{.code = {code}, .http_status = {status}, "
            f".sender_fault = {'true' if sender else 'false'}}};"
        )
        return f"&k{name}Error"

    def _shape(self, name):
        shape = self.model.shapes[name]
        kind = shape["type"]
        members = payload = None
        if self.model.is_struct(name) and shape["members"]:
            required = shape.get("required", [])
            self.lines.append(f"constexpr Member k{name}Members[] = {{")
            for index, (member, reference) in enumerate(shape["members"].items()):
                self.lines.append(f"    {{{self._member(name, index, member, reference, required)}}},")
            self.lines.append("};")
            members = f"k{name}Members"
            if "payload" in shape:
                index = list(shape["members"]).index(shape["payload"])
                payload = f"&k{name}Members[{index}]"
        constraints = self._constraints(name, shape)
        error = self._error(name, shape)
        if shape.get("document"):
            type_name = "kDocument"
        elif kind in SCALARS:
            type_name = SCALARS[kind][0]
        else:
            type_name = {"structure": "kStructure", "list": "kList", "map": "kMap"}[kind]
        element = access = key = None
        if kind == "list":
            element = self._element(shape["member"])
            access = f"&kListAccess<{self.model.cpp_type(shape['member']['shape'])}>"
        elif kind == "map":
            element = self._element(shape["value"])
            key = self._element(shape["key"])
            access = f"&kMapAccess<{self.model.cpp_type(shape['value']['shape'])}>"
        fields = self._fields(
            [
                ("type", f"Type::{type_name}"),
                ("name", cpp_string(name)),
                ("members", members),
                ("payload", payload),
                ("is_union", "true" if shape.get("union") else None),
                ("error", error),
                ("element", element),
                ("key", key),
                ("list", access if kind == "list" else None),
                ("map", access if kind == "map" else None),
                ("flattened", "true" if shape.get("flattened") else None),
                ("timestamp_format", self._timestamp(shape)),
                ("constraints", constraints),
                ("sensitive", "true" if shape.get("sensitive") else None),
                (
                    "xml_name",
                    cpp_string(shape["locationName"]) if shape.get("locationName") else None,
                ),
                ("xml_namespace", self._namespace(shape)),
            ]
        )
        self.lines.append(f"constinit const Shape k{name} = {{{fields}}};\n")

    def _operation(self, name, entry, typed):
        http = entry.get("http", {})
        fields = [
            ("name", cpp_string(name)),
            ("service", "&kService"),
            ("http_method", cpp_string(http.get("method", "POST"))),
            ("request_uri", cpp_string(http.get("requestUri", "/"))),
            ("response_code", str(http["responseCode"]) if "responseCode" in http else None),
        ]
        if typed:
            put_in = entry.get("input")
            put_out = entry.get("output")
            checksum = entry.get("httpChecksumRequired") or entry.get("httpChecksum", {}).get(
                "requestChecksumRequired"
            )
            unsigned = entry.get("authtype") == "none" or "smithy.api#noAuth" in entry.get("auth", [])
            wrapper = put_out.get("resultWrapper") if put_out else None
            root = put_in.get("locationName") if put_in else None
            prefix = entry.get("endpoint", {}).get("hostPrefix")
            fields += [
                ("result_wrapper", cpp_string(wrapper) if wrapper else None),
                ("modelled", "true"),
                ("input", f"&tables::k{put_in['shape']}" if put_in else "&kEmptyShape"),
                ("output", f"&tables::k{put_out['shape']}" if put_out else "&kEmptyShape"),
                ("input_root", cpp_string(root) if root else None),
                ("input_namespace", self._namespace(put_in) if put_in else None),
                ("errors", f"k{name}Errors" if entry.get("errors") else None),
                ("unsigned_allowed", "true" if unsigned else None),
                ("checksum_required", "true" if checksum else None),
                ("host_prefix", cpp_string(prefix) if prefix else None),
            ]
        return self._fields(fields)

    def _service(self):
        model = self.model
        operations = sorted(model.document["operations"].items())
        typed = set(model.typed_operations)
        self.lines.append("namespace {\n")
        for name, entry in operations:
            if name in typed and entry.get("errors"):
                errors = ", ".join(f"&tables::k{error['shape']}" for error in entry["errors"])
                self.lines.append(f"constexpr const Shape* k{name}Errors[] = {{{errors}}};")
        self.lines.append("constexpr Operation kOperations[] = {")
        for name, entry in operations:
            self.lines.append(f"    {{{self._operation(name, entry, name in typed)}}},")
        self.lines.append("};\n\n}  // namespace\n")
        metadata = model.document["metadata"]
        protocol = metadata["protocol"]
        if protocol == "smithy-rpc-v2-cbor" and "json" in metadata.get("protocols", []):
            protocol = "json"
        prefix = metadata["endpointPrefix"]
        fields = self._fields(
            [
                ("name", cpp_string(model.name)),
                ("endpoint_prefix", cpp_string(prefix)),
                ("signing_name", cpp_string(metadata.get("signingName", prefix))),
                ("service_id", cpp_string(metadata["serviceId"])),
                ("full_name", cpp_string(metadata["serviceFullName"])),
                ("api_version", cpp_string(metadata["apiVersion"])),
                ("target_prefix", cpp_string(metadata.get("targetPrefix", ""))),
                ("json_version", cpp_string(metadata.get("jsonVersion", ""))),
                ("protocol", f"Protocol::{PROTOCOLS[protocol]}"),
                ("xml_namespace", cpp_string(metadata.get("xmlNamespace", ""))),
                ("query_compatible", "true" if "awsQueryCompatible" in metadata else None),
                ("operations", "kOperations"),
            ]
        )
        self.lines.append(f"constinit const Service kService = {{{fields}}};\n")
        self.lines.append("namespace op {\n")
        for index, (name, _) in enumerate(operations):
            if name in typed:
                self.lines.append(f"const Operation& {name}::Table() {{ return kOperations[{index}]; }}")
        self.lines.append("\n}  // namespace op")


def write_all(names):
    lines = [BANNER, '#include "iatk/model/all.h"\n', "#include <array>\n"]
    lines += [f'#include "iatk/model/{name}/operations.h"' for name in names]
    services = ", ".join(f"&{name}::kService" for name in names)
    lines += [
        "\nnamespace iatk::model {\n",
        "std::span<const Service* const> AllServices() {",
        f"  static constexpr const Service* kServices[] = {{{services}}};",
        "  return kServices;",
        "}\n",
        "}  // namespace iatk::model\n",
    ]
    return "\n".join(lines)


def botocore_models():
    spec = importlib.util.find_spec("botocore")
    if spec is None or spec.origin is None:
        raise SystemExit(f"{sys.executable} has no botocore: run tools/setup")
    return pathlib.Path(spec.origin).parent / "data"


def load_model(folder, name):
    versions = sorted(path for path in (folder / name).iterdir() if path.is_dir())
    if not versions:
        raise SystemExit(f"no model of {name} in {folder}")
    for file_name, opener in (("service-2.json.gz", gzip.open), ("service-2.json", open)):
        path = versions[-1] / file_name
        if path.exists():
            with opener(path, "rt", encoding="utf-8") as file:
                return json.load(file)
    raise SystemExit(f"no service-2.json in {versions[-1]}")


def write_if_changed(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--services", type=pathlib.Path, required=True)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--models", type=pathlib.Path)
    source.add_argument("--botocore", action="store_true")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--stamp", type=pathlib.Path)
    arguments = parser.parse_args()

    models = arguments.models or botocore_models()
    services = tomllib.loads(arguments.services.read_text(encoding="utf-8"))
    for name, entry in services.items():
        model = ServiceModel(name, load_model(models, name), entry["operations"])
        folder = arguments.out / name
        write_if_changed(folder / "types.h", write_types(model))
        write_if_changed(folder / "operations.h", write_operations(model))
        write_if_changed(folder / "tables.cc", TableWriter(model).write())
    write_if_changed(arguments.out / "all.cc", write_all(sorted(services)))
    if arguments.stamp:
        arguments.stamp.touch()


if __name__ == "__main__":
    main()
