#!/usr/bin/env python3
"""Compares what model_to_cpp.py writes for the model in golden/ with what it is meant to write.

usage: test_codegen.py [--update]

--update writes golden/expected anew; look at the difference before you commit it.
"""

import difflib
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
GOLDEN = HERE / "golden"


def generate(out):
    subprocess.run(
        [sys.executable, HERE / "model_to_cpp.py", "--services", GOLDEN / "services.toml",
         "--models", GOLDEN / "models", "--out", out],
        check=True,
    )  # fmt: skip


def texts(folder):
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def main():
    expected_folder = GOLDEN / "expected"
    if sys.argv[1:] == ["--update"]:
        generate(expected_folder)
        return 0
    if sys.argv[1:]:
        print(__doc__, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        generate(folder)
        written = texts(pathlib.Path(folder))
    expected = texts(expected_folder)
    for name in sorted(written.keys() | expected.keys()):
        sys.stdout.writelines(
            difflib.unified_diff(
                expected.get(name, "").splitlines(keepends=True),
                written.get(name, "").splitlines(keepends=True),
                f"expected/{name}",
                f"written/{name}",
            )
        )
    return 0 if written == expected else 1


if __name__ == "__main__":
    sys.exit(main())
