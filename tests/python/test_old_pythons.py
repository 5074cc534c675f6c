"""The package runs on Python 3.8, and on all that came after it and are at hand."""

import os
import pathlib
import subprocess
import sys

import pytest
from conftest import ROOT, environment

PACKAGE = ROOT / "bindings" / "python" / "src"
OLDEST = 8
INTERPRETERS = sorted(
    path
    for folder in [*os.get_exec_path(), *pathlib.Path.home().glob(".pyenv/versions/3.*/bin")]
    for path in pathlib.Path(folder).glob("python3.[0-9]*")
    if path.name[8:].isdigit() and int(path.name[8:]) >= OLDEST and "shims" not in path.parts
)
CALL = """
import importlib, pkgutil
import aws_iatk
for module in pkgutil.iter_modules(aws_iatk.__path__):
    if module.name != "pytest_plugin":  # It needs pytest.
        importlib.import_module("aws_iatk." + module.name)
try:
    aws_iatk.AwsIatk().get_stack_outputs("nope", ["a"])
except aws_iatk.IatkException as failure:
    print(failure.error_name)
"""


def test_syntax_and_library_are_those_of_the_oldest():
    vermin = pathlib.Path(sys.executable).parent / "vermin"
    options = [f"--target=3.{OLDEST}-", "--eval-annotations", "--no-tips"]
    done = subprocess.run(
        [vermin, *options, PACKAGE], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout
    assert "Minimum required versions: 3." in done.stdout


@pytest.mark.parametrize("interpreter", INTERPRETERS, ids=lambda path: path.name)
def test_a_call_is_made_with(interpreter, cloud, account):
    done = subprocess.run(
        [interpreter, "-I", "-c", f"import sys; sys.path.insert(0, {str(PACKAGE)!r})\n{CALL}"],
        env=environment(cloud.url, account),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout) == (0, "ValidationError\n"), done.stderr
