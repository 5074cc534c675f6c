"""The wheel: what pip makes of the package runs a test of old, with nothing but the standard library."""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import venv
import zipfile

import pytest
from conftest import LIBRARY, ROOT, environment

OLD_TEST = """
import json, unittest
import aws_iatk

class TestOfOld(unittest.TestCase):
    iatk = aws_iatk.AwsIatk(region="us-east-1")

    def setUp(self):
        self.outputs = self.iatk.get_stack_outputs("s", ["Rule"]).outputs
        self.listener = self.iatk.add_listener("default", self.outputs["Rule"]).id
        self.addCleanup(self.iatk.remove_listeners, ids=[self.listener])

    def test_nothing_comes(self):
        self.assertEqual(self.iatk.poll_events(self.listener, 0, 10).events, [])
        self.assertFalse(self.iatk.wait_until_event_matched(self.listener, print, 1))

if __name__ == "__main__":
    unittest.main()
"""
TEMPLATE = """
Resources:
  Rule: {Type: AWS::Events::Rule, Properties: {EventPattern: {source: [shop]}}}
Outputs:
  Rule: {Value: !Ref Rule}
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    # A copy: a build leaves folders of its own beside the sources.
    source = folder / "source"
    shutil.copytree(ROOT / "bindings" / "python", source / "bindings" / "python")
    for name in ("pyproject.toml", "setup.py", "LICENSE"):
        shutil.copy(ROOT / name, source)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, source],
        env=environment("http://127.0.0.1:1", IATK_LIBRARY=str(LIBRARY)),
        check=True,
        timeout=300,
    )
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """An interpreter that has the wheel and nothing else."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    subprocess.run(
        [python, "-m", "pip", "install", "-q", "--no-index", wheel], check=True, timeout=300
    )
    return python


@pytest.fixture
def run(python, cloud, account):
    env = environment(cloud.url, account)
    del env["IATK_LIBRARY"], env["PYTHONPATH"]
    return lambda *arguments: subprocess.run(
        [python, *arguments], env=env, capture_output=True, text=True, timeout=120
    )


def test_one_wheel_serves_every_python_of_the_platform(wheel):
    assert re.fullmatch(r"iatk-[\d.]+-py3-none-manylinux_2_\d+_\w+\.whl", wheel.name)
    names = zipfile.ZipFile(wheel).namelist()
    assert "aws_iatk/py.typed" in names
    assert "aws_iatk/_native/libiatk.so" in names
    (about,) = (name for name in names if name.endswith("/METADATA"))
    metadata = zipfile.ZipFile(wheel).read(about).decode()
    assert "Requires-Python: >=3.8\n" in metadata
    assert "Requires-Dist" not in metadata


def test_a_test_of_old_runs_with_the_installed_package(run, client, tmp_path):
    cloudformation = client("cloudformation")
    cloudformation.create_stack(StackName="s", TemplateBody=TEMPLATE)
    cloudformation.get_waiter("stack_create_complete").wait(StackName="s")
    (tmp_path / "old.py").write_text(OLD_TEST)
    done = run(tmp_path / "old.py")
    assert done.returncode == 0, done.stderr


TYPED = """
from typing import Any, Dict, List

import aws_iatk
from aws_iatk import AwsIatk, GetTraceTreeOutput, RemoveListeners_TagFilter, RetryableException
from aws_iatk.context_generation import eventbridge_event_context
from aws_iatk.xray import Segment


def test_of_old(kit: AwsIatk) -> None:
    listener = kit.add_listener("bus", kit.get_stack_outputs("s", ["Rule"]).outputs["Rule"])
    arn: str = listener.components[0].arn + listener.target_under_test.physical_id
    events: List[str] = kit.poll_events(listener.id, 1, 10).events
    kit.remove_listeners(tag_filters=[RemoveListeners_TagFilter("a", values=["b"])])

    def traced(out: GetTraceTreeOutput) -> None:
        path: List[Segment] = out.trace_tree.paths[0]
        assert path[0].error is None

    assert kit.retry_get_trace_tree_until("Root=1", traced, timeout_seconds=3)

    @kit.retry_until(assertion_fn=lambda n: None, timeout=1, retryable_exceptions=(RetryableException,))
    def call() -> int:
        return 1

    done: bool = call()
    mock: Dict[str, Any] = kit.generate_mock_event("r", "s", contexts=[eventbridge_event_context]).event
    print(arn, events, done, mock)


def test_of_today(kit: AwsIatk) -> None:
    with kit.listen(rule_name="r") as listener, listener.act() as act:
        published = kit.publish({"Source": "s", "DetailType": "d", "Detail": {}})
    latency = listener.expect({"a": ["b"]}, within=3, since=act, published=published).latency
    assert latency is not None
    late: float = latency + kit.repeat(3, lambda: 0.5, limits={"p95": 3}).p99
    kit.trace(kit.trace_clients()).wait_until_complete(hops=["a > b"], within=30).assert_no_errors()
    print(late)
"""


def test_a_users_file_is_checked_strictly(wheel, python, tmp_path):
    (tmp_path / "typed.py").write_text(TYPED)
    mypy = [sys.executable, "-m", "mypy", "--strict", "--python-executable", python]

    def check(name):
        return subprocess.run(
            [*mypy, name], cwd=tmp_path, capture_output=True, text=True, timeout=300
        )

    done = check("typed.py")
    assert done.returncode == 0, done.stdout
    (tmp_path / "wrong.py").write_text(TYPED.replace("done: bool", "done: str"))
    assert '"bool", variable has type "str"' in check("wrong.py").stdout


# What every Linux that a manylinux wheel is for has: the C and C++ libraries, and zlib.
EVERYWHERE = {"ld-linux-x86-64", "libc", "libm", "libgcc_s", "libstdc++", "libz", "libresolv"}
LOADED = """
import json, re, aws_iatk
def loaded():
    with open("/proc/self/maps") as maps:
        return {line.split()[-1] for line in maps if ".so" in line}
before = loaded()
try:
    aws_iatk.AwsIatk().get_stack_outputs("nope", ["a"])
except aws_iatk.IatkException as failure:
    assert "nope" in str(failure), failure
print(json.dumps(sorted(loaded() - before)))
"""


def test_the_wheel_brings_all_libraries_but_those_that_every_linux_has(run, python):
    done = run("-c", LOADED)
    assert done.returncode == 0, done.stderr
    loaded = [pathlib.Path(name) for name in json.loads(done.stdout)]
    own = [path for path in loaded if python.parent.parent in path.parents]
    assert {"libiatk", "libcurl", "libssl"} <= {re.split(r"[-.]", path.name)[0] for path in own}
    others = {path.name.split(".so")[0] for path in loaded if path not in own}
    assert others <= EVERYWHERE
