#!/usr/bin/env python3
"""Writes the endpoint rule sets of services, and AWS's partitions, as C++ text constants.

usage: endpoints_to_cpp.py --out FILE SERVICE…

They come from the botocore that this Python has. FILE defines EndpointRulesOf and Partitions of
iatk/client/endpoint_rules.h.
"""

import argparse
import gzip
import json
import pathlib

from model_to_cpp import botocore_models, write_if_changed

# Well below what compilers take in one literal.
PIECE = 8000


def load(folder, name):
    for path, opener in ((folder / f"{name}.gz", gzip.open), (folder / name, open)):
        if path.exists():
            with opener(path, "rt", encoding="utf-8") as file:
                return json.load(file)
    raise SystemExit(f"no {name} in {folder}")


def literal(value):
    text = json.dumps(value, separators=(",", ":"))
    pieces = [text[i : i + PIECE] for i in range(0, len(text), PIECE)]
    return "\n    ".join(f'R"__({piece})__"' for piece in pieces)


def without_documentation(value):
    if isinstance(value, dict):
        return {k: without_documentation(v) for k, v in value.items() if k != "documentation"}
    if isinstance(value, list):
        return [without_documentation(v) for v in value]
    return value


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("services", nargs="+")
    arguments = parser.parse_args()
    data = botocore_models()
    lines = [
        '#include "iatk/client/endpoint_rules.h"',
        "",
        "namespace iatk::client {",
        "",
        "std::string_view EndpointRulesOf(std::string_view service) {",
    ]
    for service in arguments.services:
        newest = sorted(path for path in (data / service).iterdir() if path.is_dir())[-1]
        rules = without_documentation(load(newest, "endpoint-rule-set-1.json"))
        lines += [f'  if (service == "{service}") {{', f"    return {literal(rules)};", "  }"]
    lines += [
        "  return {};",
        "}",
        "",
        "std::string_view Partitions() {",
        f"  return {literal(load(data, 'partitions.json'))};",
        "}",
        "",
        "}  // namespace iatk::client",
        "",
    ]
    write_if_changed(arguments.out, "\n".join(lines))
    arguments.out.touch()


if __name__ == "__main__":
    main()
