"""The AWS CLI."""

import json
import pathlib
import subprocess
import sys

import pytest
from conftest import environment
from test_lambda import package

AWS = pathlib.Path(sys.executable).with_name("aws")


@pytest.fixture
def aws(cloud, account, tmp_path):
    """aws("sqs", "list-queues") runs the CLI: its output, decoded."""
    env = environment(cloud.url, account)

    def run(*arguments, status=0):
        if arguments[0] == "sqs":
            # Version 1 has endpoints of its own for SQS, whatever AWS_ENDPOINT_URL says.
            arguments = ("--endpoint-url", cloud.url, *arguments)
        done = subprocess.run(
            [AWS, *arguments], env=env, capture_output=True, text=True, cwd=tmp_path, timeout=120
        )
        assert done.returncode == status, done.stderr
        text = done.stdout if status == 0 else done.stderr
        try:
            return json.loads(text)
        except ValueError:
            return text

    return run


def test_sqs(aws):
    url = aws("sqs", "create-queue", "--queue-name", "cli")["QueueUrl"]
    aws("sqs", "send-message", "--queue-url", url, "--message-body", "hello")
    got = aws("sqs", "receive-message", "--queue-url", url)
    assert got["Messages"][0]["Body"] == "hello"


def test_an_error_reads_as_awss(aws):
    text = aws("sqs", "get-queue-url", "--queue-name", "nope", status=255)
    assert "(AWS.SimpleQueueService.NonExistentQueue)" in text
    assert "The specified queue does not exist." in text


def test_events(aws):
    aws("events", "put-rule", "--name", "r", "--event-pattern", '{"source":["a"]}')
    entry = '[{"Source":"a","DetailType":"d","Detail":"{}"}]'
    assert aws("events", "put-events", "--entries", entry)["FailedEntryCount"] == 0
    assert aws("events", "list-rules")["Rules"][0]["Name"] == "r"


def test_s3_copies_files_and_folders(aws, account, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / name).write_text(name)
    bucket = f"s3://cli-{account}"
    aws("s3", "mb", bucket)
    aws("s3", "sync", "folder", f"{bucket}/in")
    assert aws("s3", "ls", f"{bucket}/in/").split()[3::4] == ["a", "b"]
    aws("s3", "cp", f"{bucket}/in/a", "back")
    assert (tmp_path / "back").read_text() == "a"
    aws("s3", "rb", bucket, "--force")


def test_s3_copies_what_is_large_in_parts(aws, account, tmp_path):
    (tmp_path / "large").write_bytes(bytes(range(256)) * (9 << 12))
    one, two = f"s3://one-{account}", f"s3://two-{account}"
    for bucket in (one, two):
        aws("s3", "mb", bucket)
    aws("s3", "cp", "large", f"{one}/large")
    aws("s3", "cp", f"{one}/large", f"{two}/large")
    aws("s3", "cp", f"{two}/large", "back")
    assert (tmp_path / "back").read_bytes() == (tmp_path / "large").read_bytes()


def test_lambda(aws, account, tmp_path):
    (tmp_path / "f.zip").write_bytes(
        package(**{"index.py": "def handler(e, c): return e['n'] + 1"})
    )
    aws("lambda", "create-function", "--function-name", "f", "--runtime", "python3.11", "--handler",
        "index.handler", "--role", f"arn:aws:iam::{account}:role/r", "--zip-file", "fileb://f.zip")  # fmt: skip
    aws("lambda", "wait", "function-active-v2", "--function-name", "f")
    aws("lambda", "invoke", "--function-name", "f", "--payload", '{"n": 1}', "out.json")
    assert (tmp_path / "out.json").read_text() == "2"


def test_stepfunctions(aws, account):
    arn = aws("stepfunctions", "create-state-machine", "--name", "m", "--role-arn",
              f"arn:aws:iam::{account}:role/r", "--definition",
              '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}')["stateMachineArn"]  # fmt: skip
    aws("stepfunctions", "start-execution", "--state-machine-arn", arn)
    assert len(aws("stepfunctions", "list-executions", "--state-machine-arn", arn)["executions"]) == 1


def test_cloudformation_packages_and_deploys_a_sam_template(aws, account, tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "index.py").write_text("def handler(e, c): return 'packaged'\n")
    (tmp_path / "template.yaml").write_text(
        """
Transform: AWS::Serverless-2016-10-31
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: src, Handler: index.handler, Runtime: python3.11}
Outputs:
  Name: {Value: !Ref Function}
"""
    )
    bucket = f"deploy-{account}"
    aws("s3", "mb", f"s3://{bucket}")
    aws("cloudformation", "package", "--template-file", "template.yaml", "--s3-bucket", bucket,
        "--output-template-file", "packaged.yaml")  # fmt: skip
    aws("cloudformation", "deploy", "--template-file", "packaged.yaml", "--stack-name", "s",
        "--capabilities", "CAPABILITY_IAM")  # fmt: skip
    (stack,) = aws("cloudformation", "describe-stacks", "--stack-name", "s")["Stacks"]
    name = stack["Outputs"][0]["OutputValue"]
    aws("lambda", "invoke", "--function-name", name, "out.json")
    assert (tmp_path / "out.json").read_text() == '"packaged"'
    aws("cloudformation", "delete-stack", "--stack-name", "s")
    aws("cloudformation", "wait", "stack-delete-complete", "--stack-name", "s")
