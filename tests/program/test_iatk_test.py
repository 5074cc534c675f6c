"""iatk test: deploy, run, report, remove."""

import subprocess
import sys
import textwrap

import pytest
from conftest import LIBRARY, PROGRAM, ROOT

TEMPLATE = """
Resources:
  Queue: {Type: AWS::SQS::Queue}
Outputs:
  Url: {Value: !Ref Queue}
"""


@pytest.fixture
def run(tmp_path):
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "template.yaml").write_text(TEMPLATE)

    def go(*arguments, code="", command=None):
        return subprocess.run(
            [PROGRAM, "test", *arguments, "--", *(command or [sys.executable, "-c", textwrap.dedent(code)])],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=120,
            env={
                "PATH": "/usr/bin:/bin",
                "TMPDIR": str(tmp_path / "tmp"),
                "IATK_LIBRARY": str(LIBRARY),
                "PYTHONPATH": str(ROOT / "bindings" / "python" / "src"),
            },
        )

    (tmp_path / "tmp").mkdir()
    yield go
    assert list((tmp_path / "tmp").iterdir()) == []


def test_the_command_finds_what_was_deployed_and_the_report_tells_of_it(run):
    done = run(
        "--deploy",
        "app=stack",
        "--region",
        "eu-west-1",
        code="""
        import aws_iatk, boto3, os
        assert os.environ["AWS_REGION"] == "eu-west-1"
        url = aws_iatk.AwsIatk().get_stack_outputs("stack", ["Url"]).outputs["Url"]
        boto3.client("sqs").send_message(QueueUrl=url, MessageBody="x")
        """,
    )
    assert done.returncode == 0, done.stderr
    assert "stack" in done.stdout
    assert "Url" in done.stdout
    assert "removing stack … DELETE_COMPLETE" in done.stderr


def test_the_report_counts_the_events_of_the_application_alone(run):
    done = run(
        code="""
        import aws_iatk
        iatk = aws_iatk.AwsIatk()
        with iatk.listen(pattern={"source": ["shop"]}) as listener:
            iatk.publish({"Source": "shop", "DetailType": "order", "Detail": {}})
            listener.expect({"source": ["shop"]})
        """
    )
    assert done.returncode == 0, done.stderr
    assert "  1 event\n" in done.stdout
    assert "shop  order" in done.stdout
    assert "iatk.control" not in done.stdout


@pytest.mark.parametrize("status", [0, 1, 7])
def test_the_status_is_the_commands(run, status):
    assert run(code=f"raise SystemExit({status})").returncode == status


def test_a_template_that_is_not_there(run):
    done = run("--deploy", "nope")
    assert done.returncode == 2
    assert "nope" in done.stderr


def test_a_stack_that_fails_is_told_and_removed(run, tmp_path):
    (tmp_path / "bad.yaml").write_text("Resources: {T: {Type: 'AWS::Foo::Bar'}}")
    done = run("--deploy", "bad.yaml=bad", code="print('ran')")
    assert done.returncode == 2
    assert "AWS::Foo::Bar" in done.stderr
    assert "ran" not in done.stdout


def test_a_command_that_is_not_there(run):
    done = run(command=["/nonexistent/command"])
    assert done.returncode == 2
    assert "/nonexistent/command" in done.stderr


def test_the_aws_cli_finds_the_cloud(run):
    done = run(
        code="""
        import pathlib, subprocess, sys
        aws = pathlib.Path(sys.executable).with_name("aws")
        subprocess.run([aws, "events", "create-event-bus", "--name", "b"], check=True)
        """
    )
    assert done.returncode == 0, done.stderr
