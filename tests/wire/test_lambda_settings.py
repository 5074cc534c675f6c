"""AWS Lambda: what functions are set to, how they are invoked, and what it refuses."""

import base64
import hashlib
import json

import pytest
from botocore.config import Config
from errors import aws_error
from test_lambda import ECHO, function, invoke, package  # noqa: F401 (fixtures)


def test_what_was_created_is_described(function, client, account):
    aws = client("lambda")
    name = function(
        ECHO,
        Description="says it again",
        MemorySize=256,
        Timeout=7,
        Tags={"team": "video"},
        TracingConfig={"Mode": "Active"},
        Environment={"Variables": {"STAGE": "1"}},
    )
    got = aws.get_function(FunctionName=name)
    configuration = got["Configuration"]
    code = package(**{"index.py": ECHO})
    assert configuration["FunctionArn"] == f"arn:aws:lambda:us-east-1:{account}:function:f"
    assert configuration["CodeSha256"] == base64.b64encode(hashlib.sha256(code).digest()).decode()
    assert configuration["CodeSize"] == len(code)
    assert (configuration["MemorySize"], configuration["Timeout"]) == (256, 7)
    assert configuration["State"] == "Active"
    assert configuration["LastUpdateStatus"] == "Successful"
    assert configuration["PackageType"] == "Zip"
    assert configuration["Architectures"] == ["x86_64"]
    assert configuration["EphemeralStorage"] == {"Size": 512}
    assert configuration["TracingConfig"] == {"Mode": "Active"}
    assert configuration["Environment"] == {"Variables": {"STAGE": "1"}}
    assert configuration["LoggingConfig"]["LogGroup"] == "/aws/lambda/f"
    assert got["Tags"] == {"team": "video"}
    assert got["Code"]["RepositoryType"] == "S3"


@pytest.mark.parametrize("form", ["f", "{account}:function:f", "arn:aws:lambda:us-east-1:{account}:function:f", "f:$LATEST"])
def test_a_function_goes_by_many_names(function, invoke, account, form):
    function(ECHO)
    assert invoke(form.format(account=account), 1)[0]["event"] == 1


def test_waiters_end(function, client):
    aws = client("lambda")
    name = function(ECHO)
    aws.get_waiter("function_active_v2").wait(FunctionName=name)
    aws.update_function_configuration(FunctionName=name, Timeout=9)
    aws.get_waiter("function_updated_v2").wait(FunctionName=name)


def test_a_payload_that_is_no_json_is_refused(function, client):
    name = function(ECHO)
    with aws_error("InvalidRequestContentException", status=400) as caught:
        client("lambda").invoke(FunctionName=name, Payload=b"{nope")
    assert "Could not parse request body into json" in str(caught.value)


def test_a_payload_over_six_megabytes_is_refused(function, client):
    name = function(ECHO)
    with aws_error("RequestTooLargeException", status=413):
        client("lambda").invoke(FunctionName=name, Payload=json.dumps("x" * (6 << 20)).encode())


@pytest.mark.parametrize(
    ("name", "message"),
    [("nope", "Function not found: arn:aws:lambda:us-east-1:{}:function:nope")],
)
def test_a_function_that_is_not_there(client, account, name, message):
    with aws_error("ResourceNotFoundException", message.format(account), status=404):
        client("lambda").invoke(FunctionName=name)


def test_an_invocation_without_payload_gets_an_empty_object(function, client):
    reply = client("lambda").invoke(FunctionName=function(ECHO))
    assert json.loads(reply["Payload"].read())["event"] == {}


def test_the_context_tells_of_the_invocation(function, invoke, account):
    code = """
    def handler(event, context):
        return {
            "arn": context.invoked_function_arn,
            "id": context.aws_request_id,
            "memory": context.memory_limit_in_mb,
            "group": context.log_group_name,
            "left": context.get_remaining_time_in_millis(),
            "client": context.client_context.custom if context.client_context else None,
        }
    """
    name = function(code, Timeout=30)
    given = base64.b64encode(json.dumps({"custom": {"k": "v"}}).encode()).decode()
    out, reply = invoke(name, ClientContext=given)
    assert out["arn"] == f"arn:aws:lambda:us-east-1:{account}:function:f"
    assert out["id"] == reply["ResponseMetadata"]["RequestId"]
    assert out["memory"] in (128, "128")
    assert out["group"] == "/aws/lambda/f"
    assert 0 < out["left"] <= 30_000
    assert out["client"] == {"k": "v"}


def test_node_handlers_of_every_form(function, invoke):
    forms = {
        "callback": "exports.handler = (event, context, callback) => callback(null, event.n + 1);",
        "promise": "exports.handler = (event) => Promise.resolve(event.n + 1);",
        "sync_wait": "exports.handler = (e, c, done) => { setTimeout(() => done(null, e.n + 1), 1); };",
    }
    for name, code in forms.items():
        function(code, name=name, runtime="nodejs18.x")
        assert invoke(name, {"n": 1})[0] == 2, name
    function("export const handler = async (e) => e.n + 1;", name="esm", runtime="nodejs18.x", file="index.mjs")
    assert invoke("esm", {"n": 1})[0] == 2


def test_a_handler_in_a_folder(function, invoke):
    function("def run(event, context): return 'deep'", file="a/b.py", handler="a.b.run")
    assert invoke("f")[0] == "deep"


def test_a_node_function_whose_module_is_missing(function, invoke):
    out, reply = invoke(function('require("nope"); exports.handler = 1;', runtime="nodejs18.x"))
    assert reply["FunctionError"] == "Unhandled"
    assert out["errorType"] == "Runtime.ImportModuleError"
    assert "Cannot find module 'nope'" in out["errorMessage"]


def test_a_reply_that_is_no_json(function, invoke):
    out, reply = invoke(function("def handler(event, context): return {1, 2}"))
    assert reply["FunctionError"] == "Unhandled"
    assert out["errorType"] == "Runtime.MarshalError"
    assert "set is not JSON serializable" in out["errorMessage"]


def test_reserved_concurrency_of_none_throttles(function, client):
    aws = client("lambda", config=Config(retries={"max_attempts": 0}))
    name = function(ECHO)
    aws.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    with aws_error("TooManyRequestsException", "Rate Exceeded.", status=429):
        aws.invoke(FunctionName=name)
    aws.delete_function_concurrency(FunctionName=name)
    assert aws.invoke(FunctionName=name)["StatusCode"] == 200


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"Timeout": 901}, "Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900"),
        ({"MemorySize": 40000}, "Value '40000' at 'memorySize' failed to satisfy constraint: Member must have value less than or equal to "),
    ],
)
def test_settings_out_of_range_are_refused(function, options, message):
    with aws_error("ValidationException", status=400) as caught:
        function(ECHO, **options)
    assert message in str(caught.value)


def test_code_that_is_no_zip_is_refused(client, account):
    with aws_error(
        "InvalidParameterValueException",
        "Could not unzip uploaded file. Please check your file, then try to upload again.",
    ):
        client("lambda").create_function(
            FunctionName="f",
            Runtime="python3.11",
            Handler="a.b",
            Role=f"arn:aws:iam::{account}:role/r",
            Code={"ZipFile": b"not a zip"},
        )


@pytest.mark.parametrize("name", ["AWS_REGION", "AWS_LAMBDA_FUNCTION_NAME"])
def test_reserved_variables_are_refused(function, name):
    with aws_error("InvalidParameterValueException", status=400) as caught:
        function(ECHO, Environment={"Variables": {name: "x"}})
    assert "reserved keys" in str(caught.value)


def test_a_local_folder_is_hot(client, account, invoke, tmp_path):
    (tmp_path / "index.py").write_text("def handler(event, context): return 1\n")
    client("lambda").create_function(
        FunctionName="f",
        Runtime="python3.11",
        Handler="index.handler",
        Role=f"arn:aws:iam::{account}:role/r",
        Code={"S3Bucket": "iatk-local-folder", "S3Key": str(tmp_path)},
    )
    assert invoke("f")[0] == 1
    (tmp_path / "index.py").write_text("def handler(event, context): return 2222\n")
    assert invoke("f")[0] == 2222


def test_updates_can_be_guarded_by_a_revision(function, client):
    aws = client("lambda")
    name = function(ECHO)
    revision = aws.get_function_configuration(FunctionName=name)["RevisionId"]
    aws.update_function_configuration(FunctionName=name, Timeout=5, RevisionId=revision)
    with aws_error("PreconditionFailedException", status=412):
        aws.update_function_configuration(FunctionName=name, Timeout=6, RevisionId=revision)
