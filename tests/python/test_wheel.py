"""The wheel: what pip makes of the package runs a test of old, with nothing but the standard library."""

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
    source = shutil.copytree(ROOT / "bindings" / "python", folder / "source")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, source],
        env=environment("http://127.0.0.1:1", IATK_LIBRARY=str(LIBRARY)),
        check=True,
        timeout=300,
    )
    (made,) = folder.glob("*.whl")
    return made


def test_one_wheel_serves_every_python_of_the_platform(wheel):
    assert "-py3-none-linux_" in wheel.name
    names = zipfile.ZipFile(wheel).namelist()
    assert "aws_iatk/py.typed" in names
    assert "aws_iatk/_native/libiatk.so" in names


def test_a_test_of_old_runs_with_the_installed_package(wheel, cloud, account, client, tmp_path):
    cloudformation = client("cloudformation")
    cloudformation.create_stack(StackName="s", TemplateBody=TEMPLATE)
    cloudformation.get_waiter("stack_create_complete").wait(StackName="s")
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run(
        [python, "-m", "pip", "install", "-q", "--no-index", wheel], check=True, timeout=300
    )
    (tmp_path / "old.py").write_text(OLD_TEST)
    env = environment(cloud.url, account)
    del env["IATK_LIBRARY"], env["PYTHONPATH"]
    done = subprocess.run(
        [python, tmp_path / "old.py"], env=env, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
