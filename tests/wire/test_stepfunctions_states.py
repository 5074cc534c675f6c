"""AWS Step Functions: states, choice rules, intrinsic functions and the context object."""

import json
import re

import pytest
from errors import aws_error
from test_stepfunctions import finish, machine, output, run  # noqa: F401 (fixtures)


def evaluate(run, parameters, given=None):
    return output(run({"A": {"Type": "Pass", "Parameters": parameters, "End": True}}, given))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("States.Array(1, 'a', true, null, $.n)", [1, "a", True, None, 5]),
        ("States.ArrayPartition($.list, 2)", [[1, 2], [3, 4], [5]]),
        ("States.ArrayContains($.list, 3)", True),
        ("States.ArrayRange(1, 9, 4)", [1, 5, 9]),
        ("States.ArrayGetItem($.list, 1)", 2),
        ("States.ArrayLength($.list)", 5),
        ("States.ArrayUnique(States.Array(1, 1, 2))", [1, 2]),
        ("States.Base64Encode('hi')", "aGk="),
        ("States.Base64Decode('aGk=')", "hi"),
        ("States.Hash('a', 'SHA-1')", "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"),
        ("States.JsonMerge($.a, $.b, false)", {"x": 2, "y": 3}),
        ("States.JsonToString($.a)", '{"x":1}'),
        ("States.StringToJson('[1]')", [1]),
        ("States.MathAdd($.n, -1)", 4),
        ("States.StringSplit('a,b;c', ',;')", ["a", "b", "c"]),
        ("States.Format('{} \\{{}\\}', $.n, 'b')", "5 {b}"),
    ],
)
def test_an_intrinsic_function_gives(run, expression, value):
    given = {"n": 5, "list": [1, 2, 3, 4, 5], "a": {"x": 1}, "b": {"x": 2, "y": 3}}
    assert evaluate(run, {"v.$": expression}, given) == {"v": value}


def test_a_uuid_and_a_random_number(run):
    made = evaluate(run, {"id.$": "States.UUID()", "n.$": "States.MathRandom(1, 10)"})
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", made["id"])
    assert 1 <= made["n"] < 10


def test_the_context_object(run, account):
    context = evaluate(run, {"c.$": "$$"}, {"i": 1})["c"]
    assert context["StateMachine"] == {
        "Id": f"arn:aws:states:us-east-1:{account}:stateMachine:m",
        "Name": "m",
    }
    assert context["State"]["Name"] == "A"
    execution = context["Execution"]
    assert execution["Input"] == {"i": 1}
    assert execution["RoleArn"] == f"arn:aws:iam::{account}:role/r"
    assert execution["Id"].endswith(":m:" + execution["Name"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", execution["StartTime"])


@pytest.mark.parametrize(
    ("rule", "given", "holds"),
    [
        ({"Variable": "$.v", "StringEquals": "a"}, "a", True),
        ({"Variable": "$.v", "StringEquals": "a"}, 1, False),
        ({"Variable": "$.v", "StringLessThan": "b"}, "a", True),
        ({"Variable": "$.v", "StringGreaterThanEquals": "b"}, "a", False),
        ({"Variable": "$.v", "StringEqualsPath": "$.w"}, "w", True),
        ({"Variable": "$.v", "StringMatches": "log-*.txt"}, "log-1.txt", True),
        ({"Variable": "$.v", "StringMatches": "a\\*"}, "a*", True),
        ({"Variable": "$.v", "NumericEquals": 1}, 1.0, True),
        ({"Variable": "$.v", "NumericLessThan": 2}, 1, True),
        ({"Variable": "$.v", "NumericGreaterThanEquals": 2}, 1, False),
        ({"Variable": "$.v", "BooleanEquals": True}, True, True),
        ({"Variable": "$.v", "TimestampLessThan": "2024-01-02T00:00:00Z"}, "2024-01-01T00:00:00Z", True),
        ({"Variable": "$.v", "TimestampEquals": "2024-01-01T00:00:00Z"}, "2024-01-01T01:00:00+01:00", True),
        ({"Variable": "$.v", "IsNull": True}, None, True),
        ({"Variable": "$.v", "IsString": True}, "x", True),
        ({"Variable": "$.v", "IsNumeric": True}, "1", False),
        ({"Variable": "$.v", "IsBoolean": False}, 1, True),
        ({"Variable": "$.v", "IsTimestamp": True}, "2024-01-01T00:00:00Z", True),
        ({"Variable": "$.nope", "IsPresent": False}, 1, True),
        ({"Not": {"Variable": "$.v", "NumericEquals": 1}}, 2, True),
        ({"Or": [{"Variable": "$.v", "NumericEquals": 1}, {"Variable": "$.v", "NumericEquals": 2}]}, 2, True),
        ({"And": [{"Variable": "$.v", "IsNumeric": True}, {"Variable": "$.v", "NumericEquals": 2}]}, 1, False),
    ],
)
def test_a_choice_rule(run, rule, given, holds):
    states = {
        "A": {"Type": "Choice", "Choices": [{**rule, "Next": "Yes"}], "Default": "No"},
        "Yes": {"Type": "Pass", "Result": True, "End": True},
        "No": {"Type": "Pass", "Result": False, "End": True},
    }
    assert output(run(states, {"v": given, "w": "w"})) is holds


def test_a_choice_that_nothing_matches_fails(run):
    states = {
        "A": {"Type": "Choice", "Choices": [{"Variable": "$.v", "NumericEquals": 1, "Next": "B"}]},
        "B": {"Type": "Succeed"},
    }
    execution = run(states, {"v": 2})
    assert (execution["status"], execution["error"]) == ("FAILED", "States.NoChoiceMatched")


def test_a_variable_that_is_not_there_fails_the_choice(run):
    states = {
        "A": {"Type": "Choice", "Choices": [{"Variable": "$.v", "NumericEquals": 1, "Next": "B"}], "Default": "B"},
        "B": {"Type": "Succeed"},
    }
    execution = run(states)
    assert (execution["status"], execution["error"]) == ("FAILED", "States.Runtime")
    assert "Invalid path '$.v'" in execution["cause"]


def test_a_path_that_is_not_there_fails_the_state(run):
    execution = run({"A": {"Type": "Pass", "InputPath": "$.nope", "End": True}})
    assert (execution["status"], execution["error"]) == ("FAILED", "States.Runtime")


def test_branches_run_side_by_side_and_their_results_are_in_order(run):
    branches = [
        {"StartAt": f"P{n}", "States": {f"P{n}": {"Type": "Pass", "Result": n, "End": True}}}
        for n in (1, 2)
    ]
    states = {"A": {"Type": "Parallel", "Branches": branches, "ResultPath": "$.r", "End": True}}
    assert output(run(states, {"k": 0})) == {"k": 0, "r": [1, 2]}


def test_a_map_runs_its_states_for_each_item(run):
    states = {
        "A": {
            "Type": "Map",
            "ItemsPath": "$.items",
            "MaxConcurrency": 2,
            "ItemSelector": {"n.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index"},
            "ItemProcessor": {
                "StartAt": "P",
                "States": {"P": {"Type": "Pass", "Parameters": {"s.$": "States.MathAdd($.n, $.i)"}, "End": True}},
            },
            "ResultSelector": {"all.$": "$[*].s"},
            "End": True,
        }
    }
    assert output(run(states, {"items": [10, 20, 30]})) == {"all": [10, 21, 32]}


def test_a_branch_that_fails_is_caught(run):
    states = {
        "A": {
            "Type": "Parallel",
            "Branches": [{"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Bad", "Cause": "why"}}}],
            "Catch": [{"ErrorEquals": ["Bad"], "Next": "C", "ResultPath": "$.e"}],
            "End": True,
        },
        "C": {"Type": "Pass", "End": True},
    }
    assert output(run(states, {"k": 1})) == {"k": 1, "e": {"Error": "Bad", "Cause": "why"}}


def test_a_wait_ends_at_its_time(run):
    states = {
        "A": {"Type": "Wait", "Seconds": 0, "Next": "B"},
        "B": {"Type": "Wait", "TimestampPath": "$.past", "Next": "C"},
        "C": {"Type": "Wait", "SecondsPath": "$.none", "End": True},
    }
    given = {"past": "2020-01-01T00:00:00Z", "none": 0}
    assert output(run(states, given)) == given


def test_a_fail_state_takes_its_error_from_paths(run):
    states = {"A": {"Type": "Fail", "ErrorPath": "$.e", "CausePath": "States.Format('on {}', $.c)"}}
    execution = run(states, {"e": "Mine", "c": "fire"})
    assert (execution["error"], execution["cause"]) == ("Mine", "on fire")


@pytest.mark.parametrize(
    ("states", "what"),
    [
        ({"A": {"Type": "Pass", "Next": "B"}}, "MISSING_TRANSITION_TARGET"),
        ({"A": {"Type": "Pass"}}, "SCHEMA_VALIDATION_FAILED"),
        ({"A": {"Type": "Nope", "End": True}}, "SCHEMA_VALIDATION_FAILED"),
        ({"A": {"Type": "Task", "End": True}}, "SCHEMA_VALIDATION_FAILED"),
        ({"A": {"Type": "Pass", "End": True}, "B": {"Type": "Pass", "End": True}}, "MISSING_TRANSITION_TARGET"),
        ({"A": {"Type": "Pass", "InputPath": "nope", "End": True}}, "SCHEMA_VALIDATION_FAILED"),
    ],
)
def test_a_definition_that_is_wrong_is_told_with_its_place(machine, states, what):
    with aws_error("InvalidDefinition", status=400) as caught:
        machine(states)
    assert f"Invalid State Machine Definition: '{what}: " in str(caught.value)


def test_a_definition_can_be_validated_without_a_machine(client):
    good = {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
    validate = client("stepfunctions").validate_state_machine_definition
    assert validate(definition=json.dumps(good))["result"] == "OK"
    bad = validate(definition='{"StartAt":"A","States":{"A":{"Type":"Pass"}}}')
    assert bad["result"] == "FAIL"
    assert bad["diagnostics"][0]["code"] == "SCHEMA_VALIDATION_FAILED"
