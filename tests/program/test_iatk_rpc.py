"""iatk rpc: JSON-RPC on standard input and output."""

import json
import subprocess

import pytest
from conftest import PROGRAM, environment


@pytest.fixture
def rpc(cloud, account):
    """rpc(request, …) sends each (text, or what becomes JSON) as a line: the replies, the status."""

    def call(*requests):
        lines = [r if isinstance(r, str) else json.dumps(r) for r in requests]
        done = subprocess.run(
            [PROGRAM, "rpc"],
            input="".join(line + "\n" for line in lines),
            capture_output=True,
            text=True,
            env=environment(cloud.url, account),
            timeout=60,
        )
        assert done.stderr == ""
        return [json.loads(line) for line in done.stdout.splitlines()], done.returncode

    return call


def request(method, id="1", **params):
    return {"jsonrpc": "2.0", "id": id, "method": method, "params": params}


def test_a_method_answers(rpc, client):
    cloudformation = client("cloudformation")
    cloudformation.create_stack(
        StackName="s",
        TemplateBody="Resources: {Q: {Type: 'AWS::SQS::Queue'}}\nOutputs: {Url: {Value: !Ref Q}}",
    )
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName="s", WaiterConfig={"Delay": 0}
    )
    url = client("sqs").list_queues()["QueueUrls"][0]
    (outputs, physical), status = rpc(
        request("get_stack_outputs", "a", StackName="s", OutputNames=["Url"]),
        request("get_physical_id", "b", StackName="s", LogicalResourceId="Q"),
    )
    assert status == 0
    assert outputs == {"jsonrpc": "2.0", "id": "a", "result": {"output": {"Url": url}}}
    assert physical == {"jsonrpc": "2.0", "id": "b", "result": {"output": url}}


def test_an_error_of_aws_is_an_error_of_the_call(rpc):
    (reply,), status = rpc(request("get_stack_outputs", StackName="nope", OutputNames=["A"]))
    assert status == 0
    assert reply["id"] == "1"
    assert reply["error"]["code"] == 10
    assert "Stack with id nope does not exist" in reply["error"]["message"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", -32700),
        ("[]", -32700),
        ('"x"', -32700),
        (request("nope"), -32601),
        (request("get_stack_outputs", StackName=7), -32602),
    ],
)
def test_a_bad_request_is_answered_and_the_next_is_served(rpc, text, code):
    (bad, good), status = rpc(text, request("nope", "2"))
    assert bad["error"]["code"] == code
    assert good["id"] == "2"
    assert status == 0


def test_a_single_bad_request_has_status_one(rpc):
    (reply,), status = rpc("{")
    assert reply["error"] == {"code": -32700, "message": "Parse error"}
    assert status == 1


def test_empty_lines_are_passed_over_and_no_input_is_no_error(rpc):
    assert rpc() == ([], 0)
    assert rpc("", "  ") == ([], 0)
