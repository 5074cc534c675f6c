"""iatk rpc: JSON-RPC on standard input and output."""

import json
import subprocess
import time

import pytest
from conftest import PROGRAM, environment
from relay import Relay

# What the original's program writes for requests that need no service, as it was seen to: input,
# output, exit status. Go's decoder reads the request (package encoding/json): the first JSON value,
# names without case, null for anything, the last of members that come twice.
PARSE_ERROR = '{"jsonrpc":"2.0","id":%s,"error":{"code":-32700,"message":"Parse error"}}\n'
NOT_FOUND = '{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"Method not found"}}\n'
INVALID = '{"jsonrpc":"2.0","id":"a","error":{"code":-32602,"message":"Invalid params"}}\n'
FAILED = '{"jsonrpc":"2.0","id":"a","error":{"code":10,"message":%s}}\n'
SUCCESS = '{"jsonrpc":"2.0","id":"a","result":{"output":"success"}}\n'

SAID = [
    (b"", PARSE_ERROR % "null", 1),
    (b" \n", PARSE_ERROR % "null", 1),
    (b"{", PARSE_ERROR % "null", 1),
    (b"[]", PARSE_ERROR % "null", 1),
    (b"3 4", PARSE_ERROR % "null", 1),
    (b'"x"', PARSE_ERROR % "null", 1),
    (b"nul", PARSE_ERROR % "null", 1),
    (b"null", NOT_FOUND % "null", 0),
    (b"{}", NOT_FOUND % "null", 0),
    (b"{} and more", NOT_FOUND % "null", 0),
    (b'{"id":"a"}}}', NOT_FOUND % '"a"', 0),
    (b'{\n"id":\n"a",\n"method":"nope"\n}\n', NOT_FOUND % '"a"', 0),
    (b'{"id":"a","method":"nope"}\n{"id":"b","method":"nope"}\n', NOT_FOUND % '"a"', 0),
    (b'{"ID":"a","MetHod":"nope"}', NOT_FOUND % '"a"', 0),
    (b'{"id":"a","id":null}', NOT_FOUND % "null", 0),
    (b'{"id":"a","id":"b"}', NOT_FOUND % '"b"', 0),
    (b'{"id":1}', PARSE_ERROR % '""', 1),
    (b'{"id":[],"method":"nope"}', PARSE_ERROR % '""', 1),
    (b'{"surplus":1,"id":"a"}', PARSE_ERROR % '"a"', 1),
    (b'{"id":"a","surplus":1}', PARSE_ERROR % '"a"', 1),
    (b'{"id":"a","method":3}', PARSE_ERROR % '"a"', 1),
    (b'{"id":"a","metadata":3}', PARSE_ERROR % '"a"', 1),
    (b'{"id":"a","metadata":{"x":1}}', PARSE_ERROR % '"a"', 1),
    (b'{"id":"a","metadata":{"client":"ruby"}}', NOT_FOUND % '"a"', 0),
    (b'{"id":"a","jsonrpc":"1.0","metadata":null}', NOT_FOUND % '"a"', 0),
    (b'{"id":"a",}', PARSE_ERROR % "null", 1),
    (b'{"id":"a\nb"}', PARSE_ERROR % "null", 1),
    (b'// c\n{"id":"a"}', PARSE_ERROR % "null", 1),
    (b'\xef\xbb\xbf{"id":"a"}', PARSE_ERROR % "null", 1),
    (
        rb'{"id":"<>&\u2028\u2029\b\f\n\r\t\u0001\u007f\"\\\/"}',
        NOT_FOUND % '"\\u003c\\u003e\\u0026\\u2028\\u2029\\u0008\\u000c\\n\\r\\t\\u0001\x7f\\"\\\\/"',
        0,
    ),
    ('{"id":"\u2028\u2029é😀"}'.encode(), NOT_FOUND % '"\\u2028\\u2029é😀"', 0),
    (rb'{"id":"\ud800x"}', NOT_FOUND % '"\ufffdx"', 0),
    (b'{"id":"\xff"}', NOT_FOUND % '"\ufffd"', 0),
    (b'{"id":"\xed\xa0\x80"}', NOT_FOUND % '"\ufffd\ufffd\ufffd"', 0),
    (b'{"id":"a","method":"nope","params":' + b"[" * 100 + b"]" * 100 + b"}", NOT_FOUND % '"a"', 0),
]


def params_of(method, *cases):
    for params, output in cases:
        text = '{"jsonrpc":"2.0","id":"a","method":"%s"%s}' % (method, params and f',"params":{params}')
        SAID.append((text.encode(), output, 0))


ONE_OF_BOTH = FAILED % '"only one of Ids and TagFilters is needed, not both"'
params_of(
    "test_harness.eventbridge.remove_listeners",
    ("", INVALID),
    ("null", SUCCESS),
    ("{}", SUCCESS),
    ("[]", INVALID),
    ("3", INVALID),
    ('{"Surplus":1}', INVALID),
    ('{"Ids":null,"TagFilters":null}', SUCCESS),
    ('{"Ids":"x"}', INVALID),
    ('{"Ids":[1]}', INVALID),
    ('{"Region":3}', INVALID),
    ('{"IDS":["x"],"tagfilters":[{"key":"k"}]}', ONE_OF_BOTH),
    ('{"Ids":["x"],"TagFilters":[null]}', ONE_OF_BOTH),
    ('{"Ids":["x"],"TagFilters":[{}]}', ONE_OF_BOTH),
    ('{"TagFilters":[{"Keyy":"x"}]}', INVALID),
)
NO_LISTENER = FAILED % r'"missing required param \"ListenerId\""'
NO_SUCH_ID = FAILED % '"error retreiving listener info: invalid ID"'
BAD_WAIT = FAILED % r'"\"WaitTimeSeconds\" must be an integer between 0 and 20"'
BAD_COUNT = FAILED % r'"\"MaxNumberOfMessages\" must be an integer between 1 and 10"'
params_of(
    "test_harness.eventbridge.poll_events",
    ("{}", NO_LISTENER),
    ('{"ListenerId":null}', NO_LISTENER),
    ('{"liſtenerid":""}', NO_LISTENER),
    ('{"ListenerId":3}', INVALID),
    ('{"WaitTimeSeconds":2147483648}', INVALID),
    ('{"WaitTimeSeconds":-2147483649}', INVALID),
    ('{"WaitTimeSeconds":2147483647}', NO_LISTENER),
    ('{"WaitTimeSeconds":1.0}', INVALID),
    ('{"WaitTimeSeconds":1e0}', INVALID),
    ('{"WaitTimeSeconds":"1"}', INVALID),
    ('{"ListenerId":"x"}', NO_SUCH_ID),
    ('{"ListenerId":"x","ListenerId":null}', NO_SUCH_ID),
    ('{"ListenerId":"iatk_eb_c9bkgl5vgkc0tt5hdpjw"}', NO_SUCH_ID),
    ('{"ListenerId":"iatk_xx_c9bkgl5vgkc0tt5hdpjg"}', NO_SUCH_ID),
    ('{"ListenerId":"x","WaitTimeSeconds":21}', BAD_WAIT),
    ('{"ListenerId":"x","WaitTimeSeconds":-1}', BAD_WAIT),
    ('{"ListenerId":"x","MaxNumberOfMessages":0}', BAD_COUNT),
    ('{"ListenerId":"x","MaxNumberOfMessages":11,"WaitTimeSeconds":21}', BAD_COUNT),
)
params_of(
    "test_harness.eventbridge.add_listener",
    ("{}", FAILED % r'"missing required param \"EventBusName\""'),
    ('{"EventBusName":"b"}', FAILED % r'"missing required param \"RuleName\""'),
    ('{"Tags":[]}', INVALID),
    ('{"Tags":{"a":1}}', INVALID),
    ('{"Tags":{"a":null}}', FAILED % r'"missing required param \"EventBusName\""'),
    (
        '{"EventBusName":"b","RuleName":"r","Tags":{"iatk:TestHarness:ID":"x"}}',
        FAILED
        % r'"invalid tags: reserved tag key \"iatk:TestHarness:ID\" found in provided tags"',
    ),
)
NO_TRACE_ID = (
    FAILED
    % '"error while getting trace_id from the tracing header: invalid tracing header provided"'
)
params_of(
    "get_trace_tree",
    ("{}", FAILED % r'"missing required param \"TracingHeader\""'),
    ('{"TracingHeader":"x"}', NO_TRACE_ID),
    ('{"TracingHeader":"root="}', NO_TRACE_ID),
    ('{"TracingHeader":"Sampled=1"}', NO_TRACE_ID),
)
NO_SCHEMA = FAILED % r'"requires both \"RegistryName\" and \"SchemaName\""'
params_of(
    "mock.generate_barebone_event",
    ("null", NO_SCHEMA),
    ('{"RegistryName":"r"}', NO_SCHEMA),
    ('{"SkipOptional":null,"SchemaName":"s"}', NO_SCHEMA),
    ('{"SkipOptional":"x"}', INVALID),
)


def answer(command, text, env):
    done = subprocess.run(command, input=text, capture_output=True, env=env, timeout=60)
    return done.stdout.decode(), done.returncode


@pytest.fixture(scope="module")
def nowhere():
    env = environment("http://127.0.0.1:1")
    return {k: v for k, v in env.items() if not k.startswith("AWS_") or "METADATA" in k}


@pytest.mark.parametrize(("text", "output", "status"), SAID)
def test_a_request_is_answered_to_the_byte_as_the_original_does(text, output, status, nowhere):
    assert answer([PROGRAM, "rpc"], text, nowhere) == (output, status)


def test_the_original_says_so(original, nowhere):
    said = [(text, *answer([original.program], text, nowhere)) for text, _, _ in SAID]
    assert said == SAID


def test_without_a_word_the_program_is_called_as_the_originals_front_ends_do(nowhere):
    for text, output, status in SAID[::9]:
        assert answer([PROGRAM], text, nowhere) == (output, status)


def test_the_answer_does_not_wait_for_the_end_of_the_input(nowhere):
    with subprocess.Popen(
        [PROGRAM, "rpc"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=nowhere
    ) as process:
        process.stdin.write(b'{"id":"a",\n"method":"nope"}')
        process.stdin.flush()
        assert process.stdout.readline().decode() == NOT_FOUND % '"a"'
        assert process.wait(timeout=60) == 0


# What needs a service: the original knows AWS's own hosts alone, so both go there through a relay.

SEGMENT = {
    "metadata": {"b": {"z": 1.0, "a": 1e3}, "n": [1e21, 1e-7, 12345678901234567890]},
    "annotations": {"z": True, "b": "<x>", "a": 1.50},
    "id": "1111111111111111",
    "name": "a<b>&c",
    "aws": {"z": 1, "account_id": "1"},
    "resource_arn": "arn:x",
    "service": {"version": "1", "type": "t"},
    "http": {"response": {"content_length": 12, "status": 200}, "request": {"url": "u"}},
    "fault": True,
    "error": False,
    "cause": {"working_directory": "/w", "exceptions": [{"id": "e", "extra": 1}]},
    "links": [
        {
            "trace_id": "1-6b04ef67-000000000000000000000002",
            "id": "3333333333333333",
            "attributes": {"aws.xray.reserved.reference_type": "child", "more": "x"},
        }
    ],
}
SUBSEGMENT = {
    "type": "subsegment",
    "id": "2222222222222222",
    "name": "s",
    "traced": True,
    "precursor_ids": [],
    "sql": {"user": "u", "url": "l"},
    "cause": "cccccccccccccccc",
    "subsegments": [],
}


@pytest.fixture
def over_tls(cloud, account, tmp_path):
    with Relay(cloud.url, tmp_path) as relay:
        env = environment(cloud.url, account, **relay.environment)
        del env["AWS_ENDPOINT_URL"]
        yield env


@pytest.fixture
def said_by_both(original, over_tls):
    """said_by_both(method, **params): what the original's program writes and what ours does."""

    def ask(method, **params):
        text = json.dumps(request(method, **params)).encode()
        return answer([original.program], text, over_tls), answer([PROGRAM, "rpc"], text, over_tls)

    return ask


def test_a_trace_tree_is_to_the_byte_what_the_original_says(said_by_both, client):
    now = int(time.time())
    trace_id = f"1-{now:08x}-000000000000000000000001"
    sub = {**SUBSEGMENT, "start_time": now + 0.25, "in_progress": True}
    root = {**SEGMENT, "trace_id": trace_id, "start_time": now, "end_time": now + 1.5}
    child = {"trace_id": trace_id, "id": "5555555555555555", "parent_id": sub["id"], "name": "c"}
    child.update(start_time=now + 0.5, in_progress=True, annotations={}, http={}, user="me")
    documents = [json.dumps(d) for d in ({**root, "subsegments": [sub]}, child)]
    client("xray").put_trace_segments(TraceSegmentDocuments=documents)
    theirs, ours = said_by_both("get_trace_tree", TracingHeader=f"Root={trace_id};Sampled=1")
    assert b'"limitExceeded"' in theirs[0].encode()
    assert ours == theirs
    theirs, ours = said_by_both("get_trace_tree", TracingHeader=f"Root={trace_id[:-1]}2")
    assert "trace not found" in theirs[0]
    assert ours == theirs


def test_what_is_found_is_to_the_byte_what_the_original_says(said_by_both, client):
    client("cloudformation").create_stack(
        StackName="s",
        TemplateBody="Resources: {Q: {Type: 'AWS::SQS::Queue'}}\n"
        "Outputs: {B: {Value: !Ref Q}, A: {Value: '<&>'}}",
    )
    client("cloudformation").get_waiter("stack_create_complete").wait(
        StackName="s", WaiterConfig={"Delay": 0}
    )
    client("events").put_rule(Name="orders", EventPattern='{"source":["shop"]}')
    for method, params in (
        ("get_stack_outputs", {"StackName": "s", "OutputNames": ["B", "A", "B"]}),
        ("get_stack_outputs", {"StackName": "s", "OutputNames": []}),
        ("get_physical_id", {"StackName": "s", "LogicalResourceId": "Q"}),
        ("test_harness.eventbridge.remove_listeners", {"TagFilters": [{"Key": "nope"}]}),
        ("test_harness.eventbridge.remove_listeners", {"Ids": ["x", "y<z>", "x"]}),
    ):
        theirs, ours = said_by_both(method, **params)
        assert ours == theirs, method


def test_a_listener_of_the_original_is_polled_and_removed(original, over_tls, client):
    client("events").put_rule(Name="orders", EventPattern='{"source":["shop"]}')

    def ask(program, method, **params):
        text = json.dumps(request(f"test_harness.eventbridge.{method}", **params)).encode()
        return json.loads(answer(program, text, over_tls)[0])["result"]["output"]

    ours, theirs = [PROGRAM, "rpc"], [original.program]
    for makes, uses in ((ours, theirs), (theirs, ours)):
        made = ask(makes, "add_listener", EventBusName="default", RuleName="orders")
        assert list(made) == ["Id", "TargetUnderTest", "Components"]
        entry = {"Source": "shop", "DetailType": "d", "Detail": '{"a":1.0,"b":"<>"}'}
        client("events").put_events(Entries=[entry])
        (event,) = ask(uses, "poll_events", ListenerId=made["Id"], WaitTimeSeconds=10)
        assert '"detail":{"a":1.0,"b":"<>"}' in event
        assert ask(uses, "remove_listeners", Ids=[made["Id"]]) == "success"
        assert client("sqs").list_queues().get("QueueUrls", []) == []
    assert [rule["Name"] for rule in client("events").list_rules()["Rules"]] == ["orders"]


def test_a_certificate_is_trusted_by_aws_ca_bundle_alone(over_tls):
    text = json.dumps(request("get_stack_outputs", StackName="nope", OutputNames=["A"])).encode()
    assert "Stack with id nope does not exist" in answer([PROGRAM, "rpc"], text, over_tls)[0]
    del over_tls["AWS_CA_BUNDLE"]
    assert "certificate" in answer([PROGRAM, "rpc"], text, over_tls)[0]


# The longer-lived form.


@pytest.fixture
def rpc(cloud, account):
    """rpc(request, …) sends each (text, or what becomes JSON) as a line: the replies, the status."""

    def call(*requests, form=("--lines",)):
        lines = [r if isinstance(r, str) else json.dumps(r) for r in requests]
        done = subprocess.run(
            [PROGRAM, "rpc", *form],
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
    missing = request("get_stack_outputs", StackName="nope", OutputNames=["A"])
    (reply,), status = rpc(missing)
    assert status == 0
    assert reply["id"] == "1"
    assert reply["error"]["code"] == 10
    assert reply["error"]["message"].startswith(
        "failed to call service: CloudFormation, operation: DescribeStacks, "
        "error: https response error StatusCode: 400, RequestID: "
    )
    assert "Stack with id nope does not exist" in reply["error"]["message"]
    assert reply["error"]["data"]["name"] == "ValidationError"
    # In the original's form, there is nothing but what it says.
    (reply,), status = rpc(missing, form=())
    assert status == 0
    assert list(reply["error"]) == ["code", "message"]


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
def test_a_bad_line_is_answered_and_the_next_is_served(rpc, text, code):
    (bad, good), status = rpc(text, request("nope", "2"))
    assert bad["error"]["code"] == code
    assert good["id"] == "2"
    assert status == 0


def test_a_last_bad_line_has_status_one(rpc):
    (reply,), status = rpc("{")
    assert reply["error"] == {"code": -32700, "message": "Parse error"}
    assert status == 1


def test_empty_lines_are_passed_over_and_no_input_is_no_error(rpc):
    assert rpc() == ([], 0)
    assert rpc("", "  ") == ([], 0)
