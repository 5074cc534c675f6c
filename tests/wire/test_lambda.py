"""AWS Lambda: functions as local processes."""

import base64
import io
import json
import textwrap
import zipfile

import pytest
from botocore.config import Config
from errors import aws_error


def package(**files):
    """A zip of files: package(**{"index.py": text})."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o755 << 16
            archive.writestr(info, textwrap.dedent(text))
    return buffer.getvalue()


@pytest.fixture
def function(client, account):
    """function(code) makes the function "f" of a file's text; its name."""

    def make(code, name="f", runtime="python3.11", handler="index.handler", file=None, **options):
        file = file or ("index.py" if runtime.startswith("python") else "index.js")
        client("lambda").create_function(
            FunctionName=name,
            Runtime=runtime,
            Handler=handler,
            Role=f"arn:aws:iam::{account}:role/r",
            Code={"ZipFile": package(**{file: code})},
            **options,
        )
        return name

    return make


@pytest.fixture
def invoke(client):
    """invoke(name, payload): the reply's payload, decoded, and the reply itself."""
    aws = client("lambda", config=Config(read_timeout=120, retries={"max_attempts": 0}))

    def call(name, payload=None, **options):
        reply = aws.invoke(FunctionName=name, Payload=json.dumps(payload), **options)
        text = reply["Payload"].read()
        return (json.loads(text) if text else None), reply

    return call


ECHO = """
    def handler(event, context):
        return {"event": event, "name": context.function_name}
"""


def test_a_python_function_answers(function, invoke):
    out, reply = invoke(function(ECHO), {"a": 1})
    assert out == {"event": {"a": 1}, "name": "f"}
    assert reply["StatusCode"] == 200
    assert reply["ExecutedVersion"] == "$LATEST"
    assert "FunctionError" not in reply


def test_a_node_function_answers(function, invoke):
    code = 'exports.handler = async (event) => ({sum: event.a + event.b, node: "é"});'
    out, _ = invoke(function(code, runtime="nodejs18.x"), {"a": 1, "b": 2})
    assert out == {"sum": 3, "node": "é"}


def test_a_provided_runtime_speaks_the_runtime_api_itself(function, invoke):
    code = """\
    #!/bin/sh
    while true; do
      headers=$(mktemp)
      event=$(curl -sS -D "$headers" "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next")
      id=$(grep -i lambda-runtime-aws-request-id "$headers" | tr -d '\\r' | cut -d' ' -f2)
      rm "$headers"
      curl -sS -X POST "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$id/response" -d "{\\"got\\": $event}"
    done
    """
    out, _ = invoke(
        function(code, runtime="provided.al2023", handler="none", file="bootstrap"), {"x": 1}
    )
    assert out == {"got": {"x": 1}}


def test_the_environment_is_as_on_aws(function, invoke, account):
    code = """
    import os
    def handler(event, context):
        return {k: v for k, v in os.environ.items() if k.startswith(("AWS_", "_", "LAMBDA", "MY_"))}
    """
    name = function(
        code, Environment={"Variables": {"MY_SETTING": "1"}}, MemorySize=256, Timeout=10
    )
    env, _ = invoke(name)
    assert env["MY_SETTING"] == "1"
    assert env["AWS_LAMBDA_FUNCTION_NAME"] == "f"
    assert env["AWS_LAMBDA_FUNCTION_VERSION"] == "$LATEST"
    assert env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert env["AWS_LAMBDA_LOG_GROUP_NAME"] == "/aws/lambda/f"
    assert env["AWS_REGION"] == env["AWS_DEFAULT_REGION"] == "us-east-1"
    assert env["_HANDLER"] == "index.handler"
    assert env["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.11"
    assert env["LAMBDA_TASK_ROOT"]
    assert env["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
    assert env["AWS_ACCESS_KEY_ID"]


def test_boto3_and_the_sdk_for_javascript_are_there_without_packaging(function, invoke, account):
    python = """
    import boto3
    def handler(event, context):
        return boto3.client("sts").get_caller_identity()["Account"]
    """
    assert invoke(function(python))[0] == account
    node = """
    const {STSClient, GetCallerIdentityCommand} = require("@aws-sdk/client-sts");
    exports.handler = async () => (await new STSClient({}).send(new GetCallerIdentityCommand({}))).Account;
    """
    assert invoke(function(node, name="n", runtime="nodejs18.x"))[0] == account


def test_a_warm_function_keeps_what_it_had(function, invoke):
    code = """
    count = 0
    def handler(event, context):
        global count
        count += 1
        return count
    """
    name = function(code)
    assert [invoke(name)[0] for _ in range(3)] == [1, 2, 3]


def test_the_log_tail_and_the_log_group_hold_what_was_printed(function, invoke, client):
    code = """
    def handler(event, context):
        print("hello from inside")
        return None
    """
    out, reply = invoke(function(code), LogType="Tail")
    assert out is None
    tail = base64.b64decode(reply["LogResult"]).decode()
    assert "START RequestId: " in tail
    assert "hello from inside" in tail
    assert "REPORT RequestId: " in tail
    events = client("logs").filter_log_events(
        logGroupName="/aws/lambda/f", filterPattern='"hello from inside"'
    )["events"]
    assert len(events) == 1


def test_a_handler_that_throws(function, invoke):
    code = """
    def handler(event, context):
        raise ValueError("no good")
    """
    out, reply = invoke(function(code))
    assert reply["FunctionError"] == "Unhandled"
    assert (out["errorType"], out["errorMessage"]) == ("ValueError", "no good")
    assert "raise ValueError" in "".join(out["stackTrace"])


def test_a_node_handler_that_throws(function, invoke):
    code = 'exports.handler = async () => { throw new TypeError("bad"); };'
    out, reply = invoke(function(code, runtime="nodejs18.x"))
    assert reply["FunctionError"] == "Unhandled"
    assert (out["errorType"], out["errorMessage"]) == ("TypeError", "bad")


@pytest.mark.parametrize(
    ("handler", "code", "error_type", "message"),
    [
        ("nope.handler", "", "Runtime.ImportModuleError", "Unable to import module 'nope'"),
        ("index.nope", "x = 1", "Runtime.HandlerNotFound", "Handler 'nope' missing on module 'index'"),
        ("index.handler", "def (", "Runtime.UserCodeSyntaxError", "Syntax error in module 'index'"),
    ],
)
def test_a_handler_that_can_not_be_loaded(function, invoke, handler, code, error_type, message):
    out, reply = invoke(function(code, handler=handler))
    assert reply["FunctionError"] == "Unhandled"
    assert out["errorType"] == error_type
    assert message in out["errorMessage"]


def test_a_handler_that_hangs_is_timed_out_and_the_next_call_works(function, invoke):
    code = """
    import time
    def handler(event, context):
        if event == "hang":
            time.sleep(1000)
        return "fine"
    """
    name = function(code, Timeout=1)
    out, reply = invoke(name, "hang")
    assert reply["FunctionError"] == "Unhandled"
    assert "Task timed out after 1.00 seconds" in out["errorMessage"]
    assert invoke(name, "go")[0] == "fine"


def test_a_process_that_dies_is_told_and_the_next_call_works(function, invoke):
    code = """
    import os
    def handler(event, context):
        if event == "die":
            os._exit(3)
        return "fine"
    """
    name = function(code)
    out, reply = invoke(name, "die")
    assert reply["FunctionError"] == "Unhandled"
    assert out["errorType"] == "Runtime.ExitError"
    assert "exit status 3" in out["errorMessage"]
    assert invoke(name, "go")[0] == "fine"


def test_a_reply_over_six_megabytes(function, invoke):
    code = """
    def handler(event, context):
        return "x" * (7 << 20)
    """
    out, reply = invoke(function(code))
    assert reply["FunctionError"] == "Unhandled"
    assert out["errorType"] == "Function.ResponseSizeTooLarge"


def test_a_function_that_prints_megabytes(function, invoke):
    code = """
    def handler(event, context):
        for _ in range(64):
            print("x" * 65536)
        return "done"
    """
    out, reply = invoke(function(code), LogType="Tail")
    assert out == "done"
    assert len(base64.b64decode(reply["LogResult"])) <= 4096


def test_an_event_invocation_is_taken_at_once_and_a_dry_run_runs_nothing(
    function, invoke, client, queue, receive
):
    url, _ = queue("out")
    code = """
    import boto3, json
    def handler(event, context):
        boto3.client("sqs").send_message(QueueUrl=event["url"], MessageBody="ran")
    """
    name = function(code)
    out, reply = invoke(name, {"url": url}, InvocationType="DryRun")
    assert (out, reply["StatusCode"]) == (None, 204)
    out, reply = invoke(name, {"url": url}, InvocationType="Event")
    assert (out, reply["StatusCode"]) == (None, 202)
    assert receive(url)[0]["Body"] == "ran"
    assert "Messages" not in client("sqs").receive_message(QueueUrl=url)


def test_code_from_s3(client, account, invoke):
    s3 = client("s3")
    bucket = f"code-{account}"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="f.zip", Body=package(**{"index.py": ECHO}))
    client("lambda").create_function(
        FunctionName="f",
        Runtime="python3.11",
        Handler="index.handler",
        Role=f"arn:aws:iam::{account}:role/r",
        Code={"S3Bucket": bucket, "S3Key": "f.zip"},
    )
    assert invoke("f", 1)[0]["event"] == 1
    with aws_error("InvalidParameterValueException", status=400):
        client("lambda").create_function(
            FunctionName="g",
            Runtime="python3.11",
            Handler="index.handler",
            Role=f"arn:aws:iam::{account}:role/r",
            Code={"S3Bucket": bucket, "S3Key": "nope.zip"},
        )


def test_new_code_and_configuration_take_effect(function, invoke, client):
    aws = client("lambda")
    name = function("def handler(event, context): return 1")
    assert invoke(name)[0] == 1
    aws.update_function_code(
        FunctionName=name,
        ZipFile=package(**{"index.py": "import os\ndef handler(e, c): return os.environ.get('VAL')"}),
    )
    assert invoke(name)[0] is None
    aws.update_function_configuration(FunctionName=name, Environment={"Variables": {"VAL": "2"}})
    assert invoke(name)[0] == "2"
    assert aws.get_function_configuration(FunctionName=name)["Environment"] == {
        "Variables": {"VAL": "2"}
    }


def test_versions_and_aliases(function, invoke, client):
    aws = client("lambda")
    name = function("def handler(event, context): return 1")
    version = aws.publish_version(FunctionName=name)["Version"]
    assert version == "1"
    aws.update_function_code(
        FunctionName=name, ZipFile=package(**{"index.py": "def handler(e, c): return 2"})
    )
    aws.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    assert invoke(name)[0] == 2
    out, reply = invoke(name, Qualifier="live")
    assert (out, reply["ExecutedVersion"]) == (1, "1")
    listed = aws.list_versions_by_function(FunctionName=name)["Versions"]
    assert [v["Version"] for v in listed] == ["$LATEST", "1"]


def test_permissions_are_kept_in_the_policy(function, client):
    aws = client("lambda")
    name = function(ECHO)
    aws.add_permission(
        FunctionName=name,
        StatementId="s",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
    )
    statement = json.loads(aws.get_policy(FunctionName=name)["Policy"])["Statement"][0]
    assert statement["Sid"] == "s"
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    with aws_error("ResourceConflictException", status=409):
        aws.add_permission(
            FunctionName=name, StatementId="s", Action="lambda:InvokeFunction", Principal="*"
        )
    aws.remove_permission(FunctionName=name, StatementId="s")
    with aws_error("ResourceNotFoundException", status=404):
        aws.get_policy(FunctionName=name)


def test_tags(function, client):
    aws = client("lambda")
    name = function(ECHO, Tags={"a": "1"})
    arn = aws.get_function(FunctionName=name)["Configuration"]["FunctionArn"]
    aws.tag_resource(Resource=arn, Tags={"b": "2"})
    aws.untag_resource(Resource=arn, TagKeys=["a"])
    assert aws.list_tags(Resource=arn)["Tags"] == {"b": "2"}


def test_functions_are_listed_and_deleted(function, client, account):
    aws = client("lambda")
    function(ECHO, name="a")
    function(ECHO, name="b")
    assert [f["FunctionName"] for f in aws.list_functions()["Functions"]] == ["a", "b"]
    aws.delete_function(FunctionName="a")
    with aws_error(
        "ResourceNotFoundException",
        f"Function not found: arn:aws:lambda:us-east-1:{account}:function:a",
        status=404,
    ):
        aws.get_function(FunctionName="a")
    with aws_error("ResourceConflictException", "Function already exist: b", status=409):
        function(ECHO, name="b")


def test_a_runtime_that_is_not_served_is_refused_by_name(function):
    with aws_error(
        "InvalidParameterValueException", "Runtime ruby3.3 is not supported by the local cloud."
    ):
        function(ECHO, runtime="ruby3.3", file="index.rb")


def test_an_event_reaches_a_function_that_permits_it(function, client, queue, receive):
    url, _ = queue("out")
    code = f"""
    import boto3, json
    def handler(event, context):
        boto3.client("sqs").send_message(QueueUrl="{url}", MessageBody=json.dumps(event))
    """
    name = function(code)
    events, aws = client("events"), client("lambda")
    rule = events.put_rule(Name="r", EventPattern='{"source":["shop"]}')["RuleArn"]
    aws.add_permission(
        FunctionName=name,
        StatementId="s",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule,
    )
    arn = aws.get_function(FunctionName=name)["Configuration"]["FunctionArn"]
    events.put_targets(Rule="r", Targets=[{"Id": "f", "Arn": arn}])
    events.put_events(Entries=[{"Source": "shop", "DetailType": "d", "Detail": '{"n":1}'}])
    assert json.loads(receive(url)[0]["Body"])["detail"] == {"n": 1}
