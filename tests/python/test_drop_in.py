"""The package beside the original: a test of old finds all that it found there.

The original is aws-iatk 0.1.0 of PyPI, which the tests fetch; each package runs in a process of its
own. Other tests hold the contract where the original can't be had.
"""

import ast
import json
import logging
import pickle
import stat
import subprocess
import sys
import textwrap

import boto3
import pytest
from conftest import PROGRAM, ROOT, environment

import aws_iatk
import aws_iatk.poll_events
import aws_iatk.retry_xray_trace
from aws_iatk import AwsIatk, IatkException, RetryableException
from aws_iatk.context_generation import eventbridge_event_context
from aws_iatk.jsonrpc import Payload

OURS = ROOT / "bindings" / "python" / "src"

# Prints a package's surface: modules, names, bases, fields, signatures, plain attributes.
SURFACE = """
import dataclasses, enum, importlib, inspect, json, logging, pkgutil
import aws_iatk

def parameters(function):
    return [
        [p.name, p.kind.name, p.default is not p.empty and repr(p.default)]
        for p in inspect.signature(function).parameters.values()
    ]

def describe(value):
    if inspect.isclass(value):
        told = {"kind": "class", "bases": [b.__name__ for b in value.__mro__[1:-1]], "members": {}}
        if dataclasses.is_dataclass(value):
            told["fields"] = [
                [f.name, repr(f.default) if f.default is not dataclasses.MISSING else None]
                for f in dataclasses.fields(value)
            ]
        if issubclass(value, enum.Enum):
            told["values"] = {m.name: m.value for m in value}
        for name, member in vars(value).items():
            if inspect.isfunction(member) and (not name.startswith("__") or name == "__init__"):
                told["members"][name] = parameters(member)
            elif isinstance(member, (str, int)) and not name.startswith("__"):
                told["members"][name] = repr(member)
            elif not name.startswith("__"):
                told["members"][name] = type(member).__name__
        return told
    if inspect.isfunction(value):
        return {"kind": "function", "parameters": parameters(value)}
    return {"kind": type(value).__name__}

modules = {}
for info in [None, *pkgutil.iter_modules(aws_iatk.__path__)]:
    if info and info.name == "pytest_plugin":
        continue
    name = "aws_iatk" if info is None else f"aws_iatk.{info.name}"
    module = importlib.import_module(name)
    modules[name] = {
        key: describe(value)
        for key, value in vars(module).items()
        if not key.startswith("__") and not inspect.ismodule(value)
    }
modules["aws_iatk"]["__all__"] = aws_iatk.__all__
modules["loggers"] = sorted(logging.root.manager.loggerDict)
print(json.dumps(modules))
"""

# Names that were of use to nobody: loggers that nothing was written to, names of typing.
LEFT_OUT = {"LOG", "MODULE_NAME", "TYPE_CHECKING", "Dict", "List", "Optional", "Union", "Callable"}
# Signatures that stand as they do in the repository, which went on after 0.1.0 was published: one
# parameter more, before the last. A number in its place is the timeout, as it was.
ONE_MORE = {
    "AwsIatk.retry_get_trace_tree_until",
    "RetryGetTraceTreeUntilParams.__init__",
    "GetTraceTreeParams.__init__",
}


def run(folder, script, env):
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**env, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def both(original):
    """both(script) runs it with the original and with ours: what each printed, parsed."""
    env = environment("http://127.0.0.1:1")
    return lambda script: (run(original.folder, script, env), run(OURS, script, env))


def compare_parameters(name, theirs, ours):
    """Ours takes every call that theirs takes."""
    if name in ONE_MORE:
        assert {p[0] for p in theirs} <= {p[0] for p in ours}, name
        return
    assert [p[:2] for p in ours[: len(theirs)]] == [p[:2] for p in theirs], name
    for (_, _, their_default), (parameter, _, our_default) in zip(theirs, ours):
        if their_default is not False:
            assert our_default == their_default, (name, parameter)
    assert all(p[2] is not False for p in ours[len(theirs) :]), name


def compare_classes(name, theirs, ours):
    assert [b for b in ours["bases"] if b in theirs["bases"]] == theirs["bases"], name
    assert ours.get("values") == theirs.get("values"), name
    if "fields" in theirs:
        names = {f[0] for f in theirs["fields"]}
        kept = [f for f in ours["fields"] if f[0] in names]
        if name == "Subsegment":  # A Segment now: that one's fields come first.
            kept, theirs["fields"] = sorted(kept), sorted(theirs["fields"])
        assert [f[0] for f in kept] == [f[0] for f in theirs["fields"]], name
        for (field, their_default), (_, our_default) in zip(theirs["fields"], kept):
            assert their_default in (None, our_default), (name, field)
    for member, told in theirs["members"].items():
        assert member in ours["members"], (name, member)
        if isinstance(told, list):
            compare_parameters(f"{name}.{member}", told, ours["members"][member])
        else:
            assert ours["members"][member] == told, (name, member)


def test_the_surface_has_all_that_the_originals_has(both):
    theirs, ours = both(SURFACE)
    assert ours["aws_iatk"].pop("__all__")[: len(theirs["aws_iatk"]["__all__"])] == theirs[
        "aws_iatk"
    ].pop("__all__")
    for loggers in (theirs.pop("loggers"), ours["loggers"]):
        assert {"aws_iatk", "iatk.service"} <= set(loggers)
    for module, names in theirs.items():
        for name, told in names.items():
            if name in LEFT_OUT:
                continue
            assert name in ours[module], f"{module}.{name}"
            assert ours[module][name]["kind"] == told["kind"] or name == "NullHandler"
            if told["kind"] == "class" and name != "NullHandler":
                compare_classes(name, told, ours[module][name])
            elif told["kind"] == "function":
                compare_parameters(name, told["parameters"], ours[module][name]["parameters"])


SEGMENT = {
    "id": "1",
    "name": "n",
    "trace_id": "t",
    "start_time": 1.5,
    "service": {"type": "x"},
    "http": {"request": {"url": "u"}, "response": {"status": 200}},
    "cause": {"exceptions": [{"id": "e", "stack": [{"line": 1}]}]},
    "links": [{"trace_id": "l", "id": "i", "attributes": {"aws.xray.reserved.reference_type": "child"}}],
}
TREE = {"root": SEGMENT, "paths": [[SEGMENT]], "source_trace": {"id": "t", "segments": [SEGMENT]}}

# Expressions that have one value in both packages, or fail in both alike.
SAME = [
    "AwsIatk()",
    "AwsIatk('us-east-1', profile='p')",
    "AwsIatk() == AwsIatk(None, None)",
    "AwsIatk(region='a') == AwsIatk(region='b')",
    "[f.name for f in dataclasses.fields(AwsIatk)]",
    "type(AwsIatk._iatk_binary_path).__name__",
    "str(IatkException('text', 400))",
    "IatkException(message='text', error_code=400).error_code",
    "IatkException('text', 400).args",
    "repr(IatkException('text', 400))",
    "IatkException.__mro__[1] is Exception",
    "RetryableException(IatkException('x', 1)).args[0].error_code",
    "aws_iatk.PhysicalIdFromStackOutput({'result': {'output': 'x'}})",
    "aws_iatk.PhysicalIdFromStackOutput({})",
    "aws_iatk.GetStackOutputsOutput({'result': {'output': {'a': 'b'}}})",
    "aws_iatk.GetStackOutputsOutput({})",
    "aws_iatk.AddEbListenerOutput({'result': {'output': {'Id': 'i', 'TargetUnderTest': {'Type': 't'},"
    " 'Components': [{'PhysicalID': 'p', 'ARN': 'a'}]}}})",
    "aws_iatk.AddEbListenerOutput({})",
    "aws_iatk.RemoveListenersOutput({'result': {'output': 'success'}})",
    "aws_iatk.RemoveListenersOutput({})",
    "aws_iatk.PollEventsOutput({'result': {'output': ['{}']}})",
    "aws_iatk.PollEventsOutput({})",
    "aws_iatk.GenerateBareboneEventOutput({'result': {'output': '{\"a\": 1}'}})",
    "aws_iatk.GenerateBareboneEventOutput({})",
    "aws_iatk.GenerateMockEventOutput({'a': 1})",
    "aws_iatk.RemoveListeners_TagFilter('k')",
    "aws_iatk.RemoveListeners_TagFilter('k', ['v']).to_dict()",
    "aws_iatk.RemoveListeners_TagFilter('k', []).to_dict()",
    "AddEbListenerParams('b', 'r')",
    "AddEbListenerParams('b', 'r', 't', {'a': 'b'}).to_dict()",
    "AddEbListenerParams('b', 'r', '', {}).to_dict()",
    "RemoveListenersParams(['a'], [aws_iatk.RemoveListeners_TagFilter('k')]).to_dict()",
    "RemoveListenersParams().to_dict()",
    "PollEventsParams('l', 0, None)",
    "PollEventsParams('l', 0, None).to_dict()",
    "PollEventsParams('l', 0, 1).to_payload('us-east-1', 'p').params",
    "WaitUntilEventMatchedParams('l', print)",
    "WaitUntilEventMatchedParams('l', print, 0)",
    "WaitUntilEventMatchedParams('l', print, 0.1).timeout_seconds",
    "WaitUntilEventMatchedParams('l', print, 999).timeout_seconds",
    "WaitUntilEventMatchedParams('l', print, 1000)",
    "RetryGetTraceTreeUntilParams('h', print, 5).timeout_seconds",
    "GenerateBareboneEventParams('r', 's', skip_optional=False).to_dict()",
    "GenerateMockEventParams('r')",
    "GetStackOutputsParams('s', ['a']).to_dict()",
    "PhysicalIdFromStackParams('l', 's').to_dict()",
    "PhysicalIdFromStackParams('l', 's')",
    "Payload('m', {'a': 1}, region='', profile=None).params",
    "sorted(Payload('m', {}).to_dict())",
    "Payload('m', {}).to_dict('c')['metadata']['caller']",
    "Payload('m', {}).to_dict()['metadata']['caller']",
    "type(Payload('m', {}).dump_bytes())",
    "aws_iatk.version._version",
    "xray.Tree(TREE).root.http",
    "xray.Tree(TREE).root.cause",
    "xray.Tree(TREE).root.links",
    "[xray.Tree(TREE).root.error, xray.Tree(TREE).root.subsegments, xray.Tree(TREE).root.user]",
    "xray.Tree(TREE).root.service['type']",
    "isinstance(xray.Tree(TREE).root.service, dict)",
    "xray.Tree(TREE).root == xray.Segment({'id': '1', 'trace_id': 't'})",
    "xray.Tree(TREE).root == xray.Segment({'id': '1', 'trace_id': 'u'})",
    "xray.Trace({'id': 't'}) == xray.Trace({'id': 't', 'duration': 1})",
    "xray.Tree(TREE) == xray.Tree(TREE)",
    "xray.Trace({}).duration",
    "xray.Segment({'id': '1', 'subsegments': [{'id': '2'}]}).subsegments[0].origin",
    "isinstance(xray.Segment({'id': '1', 'subsegments': [{'id': '2'}]}).subsegments[0], xray.Segment)",
    "xray.Segment({'id': '1', 'cause': '0123456789abcdef'}).cause",
    "xray.Cause({'working_directory': '/'})",
    "xray.Service({'type': 't'})",
    "xray.ReferenceType('child')",
    "xray.LinkAttributes({'aws.xray.reserved.reference_type': 'x'})",
    "eventbridge_event_context({'id': 'i', 'time': 't', 'detail': {}})",
    "eventbridge_event_context(event_dict={'id': 'i', 'time': 't', 'account': '', 'resources': None})",
    "len(eventbridge_event_context({})['time'])",
    "AwsIatk().retry_until(print, timeout='1')",
    "AwsIatk().retry_until(print, timeout=-1)",
    "AwsIatk().retry_until(3)",
    "AwsIatk().retry_until(3, 'x')",
    "AwsIatk().retry_until(lambda v: None)(lambda: 1)()",
    "AwsIatk().retry_until(lambda v: 1 / 0)(lambda: 1)()",
    "AwsIatk().retry_until(lambda v: None)(lambda: 1 / 0)()",
    "AwsIatk().retry_until(print)(len).__name__",
    "AwsIatk()._apply_contexts(generated_event={'a': 1}, callable_contexts=[])",
    "AwsIatk()._apply_contexts({}, [lambda e: None, lambda e: {'after': e}])",
    "AwsIatk()._apply_contexts({}, [lambda e: {}, lambda e: None])",
    "AwsIatk()._apply_contexts({}, [set])",
    "AwsIatk()._apply_contexts({}, [lambda e: 1 / 0])",
    "faked(b'{\"result\": {\"output\": \"x\"}}').get_physical_id_from_stack('l', 's').physical_id",
    "faked(b'{\"result\": {}}').get_stack_outputs('s', ['a'])",
    "str(failure(lambda: faked(b'{\"error\": {\"message\": \"m\"}}').poll_events('l', 1, 1)))",
    "failure(lambda: tree(IatkException('x', 0)).retry_get_trace_tree_until('h', print)).error_code",
    "str(failure(lambda: tree(IatkException('x', 0)).retry_get_trace_tree_until('h', print)))",
]
EVALUATE = """
import dataclasses, json, sys
import aws_iatk
from aws_iatk import AwsIatk, IatkException, RetryableException, xray
from aws_iatk.add_eb_listener import AddEbListenerParams
from aws_iatk.context_generation import eventbridge_event_context
from aws_iatk.generate_mock_event import GenerateBareboneEventParams, GenerateMockEventParams
from aws_iatk.get_physical_id_from_stack import PhysicalIdFromStackParams
from aws_iatk.get_stack_outputs import GetStackOutputsParams
from aws_iatk.jsonrpc import Payload
from aws_iatk.poll_events import PollEventsParams, WaitUntilEventMatchedParams
from aws_iatk.remove_listeners import RemoveListenersParams
from aws_iatk.retry_xray_trace import RetryGetTraceTreeUntilParams

def faked(reply):
    kit = AwsIatk()
    kit._popen_iatk = lambda input, env_vars=None: reply
    return kit

def tree(error):
    def fail(params, caller=None):
        raise error
    kit = AwsIatk()
    kit._get_trace_tree = fail
    return kit

def failure(call):
    try:
        call()
    except IatkException as e:
        return e

def value_of(expression):
    try:
        return repr(eval(expression))
    except Exception as e:
        return f"{type(e).__module__}.{type(e).__name__}: {e} {getattr(e, 'error_code', '')}"

TREE = %r
print(json.dumps([value_of(e) for e in %r]))
"""


def test_what_an_expression_gives_is_what_the_original_gives(both):
    theirs, ours = both(EVALUATE % (TREE, SAME))
    differing = [
        f"{expression}\n    {their}\n    {our}"
        for expression, their, our in zip(SAME, theirs, ours)
        if their != our
    ]
    assert not differing, "\n".join(differing)


def test_the_package_is_python_3_8():
    for path in sorted((OURS / "aws_iatk").glob("*.py")):
        ast.parse(path.read_text(), str(path), feature_version=(3, 8))


def test_the_package_needs_nothing_but_the_standard_library():
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(OURS)!r}); import aws_iatk"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


# Mock points: what a user's own tests put something in the place of.


def test_patching_invoke_iatk_intercepts_every_call(monkeypatch):
    calls = []

    def fake(self, payload, caller=None):
        calls.append((payload.method, payload.params, caller))
        return {"result": {"output": ["{}", "{}"]}}

    monkeypatch.setattr(AwsIatk, "_invoke_iatk", fake)
    iatk = AwsIatk(region="r", profile="p")
    where = {"Region": "r", "Profile": "p"}
    assert iatk.poll_events("l", None, 10).events == ["{}", "{}"]
    assert calls.pop() == (
        "test_harness.eventbridge.poll_events",
        {"ListenerId": "l", "MaxNumberOfMessages": 10, **where},
        None,
    )
    # A match with more events behind it makes no call but the poll.
    assert iatk.wait_until_event_matched("l", lambda event: None, 5) is True
    assert [(method, caller) for method, _, caller in calls] == [
        ("test_harness.eventbridge.poll_events", "wait_until_event_matched")
    ]


def test_get_trace_tree_and_poll_events_are_patched_by_their_private_names(monkeypatch):
    iatk = AwsIatk()
    seen = []
    monkeypatch.setattr(
        AwsIatk, "_get_trace_tree", lambda self, params, caller=None: seen.append(caller) or "tree"
    )
    assert iatk.get_trace_tree("Root=x") == "tree"
    assert iatk.retry_get_trace_tree_until("Root=x", lambda tree: None) is True
    assert seen == [None, "retry_get_trace_tree_until"]
    monkeypatch.setattr(
        AwsIatk,
        "_poll_events",
        lambda self, params, caller=None: aws_iatk.PollEventsOutput({"result": {"output": [1, 2]}}),
    )
    assert iatk.wait_until_event_matched("l", lambda event: None, 1) is True


def test_popen_iatk_gets_the_request_and_gives_the_reply(monkeypatch):
    requests = []

    def fake(self, input, env_vars=None):
        requests.append(json.loads(input))
        return b'{"jsonrpc":"2.0","id":"x","result":{"output":"id-1"}}\n'

    monkeypatch.setattr(AwsIatk, "_popen_iatk", fake)
    assert AwsIatk().get_physical_id_from_stack("L", "s").physical_id == "id-1"
    (request,) = requests
    assert request["method"] == "get_physical_id"
    assert request["params"] == {"LogicalResourceId": "L", "StackName": "s"}
    assert request["metadata"]["client"] == "python"


@pytest.fixture
def program(tmp_path):
    """program(lines of a shell script): its path."""

    def make(script):
        path = tmp_path / "core"
        path.write_text("#!/bin/sh\n" + textwrap.dedent(script))
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    return make


def test_another_program_in_iatk_binary_path_is_called(program, monkeypatch, caplog):
    core = program(
        """
        request=$(cat)
        echo "first line" >&2
        echo "second line" >&2
        echo '{"result":{"output":"'${#request}'"}}'
        """
    )
    monkeypatch.setattr(AwsIatk, "_iatk_binary_path", core)
    with caplog.at_level(logging.DEBUG):
        assert int(AwsIatk().get_physical_id_from_stack("L", "s").physical_id) > 100
    lines = [r.getMessage() for r in caplog.records if r.name == "iatk.service"]
    assert lines == ["first line", "second line"]


def test_the_program_serves_as_the_core_as_the_originals_did(monkeypatch, cloud, account):
    for name, value in environment(cloud.url, account).items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    monkeypatch.setattr(AwsIatk, "_iatk_binary_path", PROGRAM)
    assert AwsIatk().remove_listeners(ids=[]).message == "success"
    with pytest.raises(IatkException, match="Stack with id nope does not exist") as failed:
        AwsIatk().get_stack_outputs("nope", ["a"])
    assert failed.value.error_code == 10


# The contract's other lines.


def test_apply_contexts_takes_its_names_and_checks_each_result():
    apply = AwsIatk()._apply_contexts
    assert apply(generated_event={"a": 1}, callable_contexts=[lambda e: {**e, "b": 2}]) == {
        "a": 1,
        "b": 2,
    }

    def a_set(event):
        return {1, 2}

    with pytest.raises(IatkException, match="context applier a_set returns a non-JSON") as failed:
        apply({}, [a_set])
    assert failed.value.error_code == 400
    with pytest.raises(IatkException, match="event is empty") as failed:
        apply({}, [lambda e: None])
    assert failed.value.error_code == 404


def test_contexts_that_are_no_list_are_left_out(monkeypatch):
    monkeypatch.setattr(
        AwsIatk, "_invoke_iatk", lambda self, payload: {"result": {"output": '{"a": 1}'}}
    )
    boom = lambda event: 1 / 0
    assert AwsIatk().generate_mock_event("r", "s", contexts=(boom,)).event == {"a": 1}


def test_eventbridge_context_fills_what_is_empty():
    event = eventbridge_event_context({"source": "mine", "region": ""})
    assert event["source"] == "mine"
    assert event["region"] == "us-east-1"
    assert event["account"] == "123456789101"
    assert event["resources"] == []
    assert "detail" not in event


@pytest.mark.parametrize("timeout", [0, -1, 1000])
def test_wait_until_event_matched_has_bounds(timeout):
    with pytest.raises(aws_iatk.poll_events.InvalidParamException):
        AwsIatk().wait_until_event_matched("l", print, timeout)
    bad = aws_iatk.poll_events.InvalidParamException
    assert bad is not aws_iatk.retry_xray_trace.InvalidParamException
    assert not issubclass(bad, IatkException)


def test_each_poll_has_a_dedup_key_of_its_own(monkeypatch):
    keys = []

    def fake(self, input, env_vars=None):
        keys.append(json.loads(input)["metadata"])
        events = ["{}"] if len(keys) == 3 else []
        return json.dumps({"result": {"output": events}}).encode()

    monkeypatch.setattr(AwsIatk, "_popen_iatk", fake)
    assert AwsIatk().wait_until_event_matched("l", lambda event: None, 30)
    assert len({metadata["dedup_key"] for metadata in keys}) == 3
    assert {metadata["caller"] for metadata in keys} == {"wait_until_event_matched"}


def test_a_number_in_the_place_of_fetch_child_traces_is_the_timeout():
    params = aws_iatk.retry_xray_trace.RetryGetTraceTreeUntilParams
    assert params("h", print, 60).timeout_seconds == 60
    assert params("h", print, 60).fetch_child_traces is False
    assert params("h", print, True, 60).fetch_child_traces is True
    assert params("h", print, True, 60).timeout_seconds == 60


def test_an_exception_goes_through_pickle():
    failure = IatkException("m", 10, {"name": "ValidationError", "retryable": True})
    copy = pickle.loads(pickle.dumps(failure))
    assert (str(copy), copy.error_code, copy.error_name, copy.retryable) == (
        "m",
        10,
        "ValidationError",
        True,
    )
    assert IatkException(failure, 500).error_name == "ValidationError"


@pytest.mark.parametrize("service", ["lambda", "stepfunctions", "apigateway", "events"])
def test_patch_aws_client_registers_on_before_sign_whatever_self_is(service):
    client = boto3.client(service, region_name="us-east-1")
    assert AwsIatk.patch_aws_client(object(), client) is client
    assert f"before-sign.{service}.*" in client.meta.events._alias_name_cache


def test_every_failed_match_of_another_kind_goes_through(monkeypatch):
    monkeypatch.setattr(
        AwsIatk, "_invoke_iatk", lambda self, payload, caller: {"result": {"output": ["{}"]}}
    )
    with pytest.raises(KeyError):
        AwsIatk().wait_until_event_matched("l", lambda event: json.loads(event)["x"], 1)


def test_retry_until_hands_on_what_is_not_retryable():
    def fails():
        raise OSError

    with pytest.raises(OSError):
        AwsIatk().retry_until(print)(fails)()
    assert issubclass(RetryableException, Exception)
