"""The SAM CLI on the example application: validate, build, deploy, look, invoke, delete."""

import json
import shutil
import subprocess

import pytest
from conftest import ROOT, environment

SAM = ROOT / ".venv-sam" / "bin" / "sam"
EXAMPLE = ROOT / "examples" / "video-plugins"

pytestmark = pytest.mark.skipif(not SAM.exists(), reason="tools/setup --sam installs the SAM CLI")


@pytest.fixture
def sam(cloud, account, tmp_path):
    """sam("validate", folder="plugin_tester") runs the CLI on a copy of the example: its output."""
    shutil.copytree(EXAMPLE, tmp_path / "example")
    env = environment(
        cloud.url,
        account,
        HOME=str(tmp_path),
        SAM_CLI_TELEMETRY="0",
        SAM_CLI_POLL_DELAY="0.1",
    )

    def run(*arguments, folder="plugin_tester", status=0):
        done = subprocess.run(
            [SAM, *arguments],
            env=env,
            capture_output=True,
            text=True,
            cwd=tmp_path / "example" / folder,
            timeout=300,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


def test_the_example_is_built_deployed_invoked_and_deleted(sam, client):
    stack = "video-plugin-tester"
    assert "is a valid SAM Template" in sam("validate")
    assert "Build Succeeded" in sam("build")
    deploy = ("deploy", "--resolve-s3", "--stack-name", stack, "--capabilities", "CAPABILITY_IAM",
              "--no-confirm-changeset", "--no-fail-on-empty-changeset")  # fmt: skip
    assert f"Successfully created/updated stack - {stack}" in sam(*deploy)
    assert "No changes to deploy" in sam(*deploy)

    listed = json.loads(sam("list", "stack-outputs", "--stack-name", stack, "--output", "json"))
    outputs = {output["OutputKey"]: output["OutputValue"] for output in listed}
    machine = client("stepfunctions").describe_state_machine(
        stateMachineArn=outputs["PluginLifecycleWorkflow"]
    )
    assert machine["status"] == "ACTIVE"
    invoked = sam("remote", "invoke", "--stack-name", stack, "PluginLifecycleWorkflow",
                  "--event", '{"eventHook": "nope"}')  # fmt: skip
    assert "UnknownHook" in invoked

    assert "Deleted successfully" in sam("delete", "--stack-name", stack, "--no-prompts")
    summaries = client("cloudformation").list_stacks(StackStatusFilter=["DELETE_COMPLETE"])
    assert [s["StackName"] for s in summaries["StackSummaries"]] == [stack]


def test_a_python_function_is_packaged_deployed_and_invoked(sam, client, account):
    bucket = f"sam-{account}"
    client("s3").create_bucket(Bucket=bucket)
    stack = "python-minimal-plugin"
    folder = "python_minimal_plugin"
    packaged = sam("package", "--s3-bucket", bucket, "--output-template-file", "packaged.yaml", folder=folder)
    assert "Successfully packaged artifacts" in packaged
    sam("deploy", "--template-file", "packaged.yaml", "--s3-bucket", bucket, "--stack-name", stack,
        "--capabilities", "CAPABILITY_IAM", folder=folder)  # fmt: skip
    event = {"detail": {"TaskToken": "t", "video": {"title": "A film"}}}
    functions = client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
    (name,) = [r["LogicalResourceId"] for r in functions if r["ResourceType"] == "AWS::Lambda::Function"]
    invoked = sam("remote", "invoke", "--stack-name", stack, name, "--event", json.dumps(event), folder=folder)
    assert "A film has nothing to object to" in invoked
    assert "START RequestId" in invoked


def test_a_template_that_is_wrong_is_told(sam, tmp_path):
    (tmp_path / "example" / "plugin_tester" / "bad.yaml").write_text(
        "Transform: AWS::Serverless-2016-10-31\n"
        "Resources: {F: {Type: 'AWS::Serverless::Function', Properties: {Nope: 1}}}\n"
    )
    assert "Error" in sam("validate", "--template", "bad.yaml", status=1)
