"""AWS Step Functions."""

import json

import pytest
from errors import aws_error


@pytest.fixture
def machine(client, account):
    """machine(states, start) makes the state machine "m": its ARN."""

    def make(states, start="A", name="m", **options):
        return client("stepfunctions").create_state_machine(
            name=name,
            definition=json.dumps({"StartAt": start, "States": states}),
            roleArn=f"arn:aws:iam::{account}:role/r",
            **options,
        )["stateMachineArn"]

    return make


@pytest.fixture
def run(client, machine):
    """run(states, input): the description of the execution at its end."""

    def go(states, given=None, start="A"):
        sfn = client("stepfunctions")
        arn = machine(states, start)
        started = sfn.start_execution(stateMachineArn=arn, input=json.dumps(given or {}))
        return finish(sfn, started["executionArn"])

    return go


def finish(sfn, arn):
    # Executions that wait for nothing end within the next requests.
    for _ in range(100_000):
        execution = sfn.describe_execution(executionArn=arn)
        if execution["status"] != "RUNNING":
            return execution
    raise AssertionError(f"{arn} still runs")


def output(execution):
    assert execution["status"] == "SUCCEEDED", execution
    return json.loads(execution["output"])


def test_data_flows_through_paths_parameters_and_intrinsic_functions(run):
    states = {
        "A": {
            "Type": "Pass",
            "Parameters": {
                "sum.$": "States.MathAdd($.a, 1)",
                "text.$": "States.Format('{}-{}', $.b, $$.Execution.Input.a)",
                "merged.$": "States.JsonMerge($.c, $.d, false)",
                "machine.$": "$$.StateMachine.Name",
            },
            "ResultPath": "$.made",
            "OutputPath": "$.made",
            "End": True,
        }
    }
    assert output(run(states, {"a": 1, "b": "x", "c": {"p": 1}, "d": {"q": 2}})) == {
        "sum": 2,
        "text": "x-1",
        "merged": {"p": 1, "q": 2},
        "machine": "m",
    }


@pytest.mark.parametrize(
    ("given", "end"),
    [
        ({"n": 5, "s": "yes", "b": True}, "Yes"),
        ({"n": 4, "s": "yes", "b": True}, "No"),
        ({"n": 5, "s": "y*", "b": True}, "No"),
        ({"n": 5, "s": "yes"}, "No"),
    ],
)
def test_a_choice_takes_the_first_rule_that_holds(run, given, end):
    states = {
        "A": {
            "Type": "Choice",
            "Choices": [
                {
                    "And": [
                        {"Variable": "$.n", "NumericGreaterThanEquals": 5},
                        {"Variable": "$.s", "StringMatches": "y*s"},
                        {"Variable": "$.b", "IsPresent": True},
                        {"Variable": "$.b", "BooleanEquals": True},
                    ],
                    "Next": "Yes",
                }
            ],
            "Default": "No",
        },
        "Yes": {"Type": "Pass", "Result": "Yes", "End": True},
        "No": {"Type": "Pass", "Result": "No", "End": True},
    }
    assert output(run(states, given)) == end


def test_an_execution_fails_as_its_fail_state_says(run):
    execution = run({"A": {"Type": "Fail", "Error": "Bad", "Cause": "no good"}})
    assert (execution["status"], execution["error"], execution["cause"]) == (
        "FAILED",
        "Bad",
        "no good",
    )


def test_the_history_has_an_event_for_each_step(run, client):
    execution = run({"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed"}}, {"x": 1})
    events = client("stepfunctions").get_execution_history(
        executionArn=execution["executionArn"]
    )["events"]
    assert [event["type"] for event in events] == [
        "ExecutionStarted",
        "PassStateEntered",
        "PassStateExited",
        "SucceedStateEntered",
        "SucceedStateExited",
        "ExecutionSucceeded",
    ]
    assert [event["id"] for event in events] == [1, 2, 3, 4, 5, 6]
    assert json.loads(events[0]["executionStartedEventDetails"]["input"]) == {"x": 1}
    assert events[1]["stateEnteredEventDetails"]["name"] == "A"


def test_a_task_sends_to_a_queue_and_waits_for_its_token(client, machine, queue, receive):
    sfn = client("stepfunctions")
    url, _ = queue()
    arn = machine(
        {
            "A": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                "Parameters": {
                    "QueueUrl": url,
                    "MessageBody": {"token.$": "$$.Task.Token", "n.$": "$.n"},
                },
                "HeartbeatSeconds": 600,
                "End": True,
            }
        }
    )
    execution = sfn.start_execution(stateMachineArn=arn, input='{"n": 7}')["executionArn"]
    message = json.loads(receive(url)[0]["Body"])
    assert message["n"] == 7
    assert sfn.describe_execution(executionArn=execution)["status"] == "RUNNING"
    sfn.send_task_heartbeat(taskToken=message["token"])
    sfn.send_task_success(taskToken=message["token"], output='{"ok": true}')
    assert output(finish(sfn, execution)) == {"ok": True}
    with aws_error("TaskTimedOut"):
        sfn.send_task_success(taskToken=message["token"], output="{}")


def test_a_failed_task_is_caught(client, machine, queue, receive):
    sfn = client("stepfunctions")
    url, _ = queue()
    arn = machine(
        {
            "A": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                "Parameters": {"QueueUrl": url, "MessageBody.$": "$$.Task.Token"},
                "Catch": [
                    {"ErrorEquals": ["Mine"], "ResultPath": "$.error", "Next": "Caught"},
                ],
                "End": True,
            },
            "Caught": {"Type": "Pass", "End": True},
        }
    )
    execution = sfn.start_execution(stateMachineArn=arn, input='{"kept": 1}')["executionArn"]
    token = receive(url)[0]["Body"]
    sfn.send_task_failure(taskToken=token, error="Mine", cause="why")
    assert output(finish(sfn, execution)) == {"kept": 1, "error": {"Error": "Mine", "Cause": "why"}}


def test_events_are_put_and_another_machine_is_started(client, machine, queue, receive):
    sfn, events = client("stepfunctions"), client("events")
    url, queue_arn = queue()
    client("sqs").set_queue_attributes(
        QueueUrl=url,
        Attributes={
            "Policy": json.dumps(
                {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "events.amazonaws.com"},
                            "Action": "sqs:SendMessage",
                            "Resource": queue_arn,
                        }
                    ]
                }
            )
        },
    )
    events.put_rule(Name="r", EventPattern='{"source":["machine"]}')
    events.put_targets(Rule="r", Targets=[{"Id": "q", "Arn": queue_arn}])
    inner = machine(
        {
            "A": {
                "Type": "Task",
                "Resource": "arn:aws:states:::events:putEvents",
                "Parameters": {
                    "Entries": [
                        {"Source": "machine", "DetailType": "d", "Detail": {"n.$": "$.n"}}
                    ]
                },
                "End": True,
            }
        },
        name="inner",
    )
    outer = machine(
        {
            "A": {
                "Type": "Task",
                "Resource": "arn:aws:states:::states:startExecution",
                "Parameters": {"StateMachineArn": inner, "Input": {"n": 3}},
                "End": True,
            }
        },
        name="outer",
    )
    started = sfn.start_execution(stateMachineArn=outer)["executionArn"]
    assert output(finish(sfn, started))["ExecutionArn"].startswith(
        inner.replace(":stateMachine:", ":execution:")
    )
    assert json.loads(receive(url)[0]["Body"])["detail"] == {"n": 3}


def test_executions_are_listed_and_stopped(client, machine):
    sfn = client("stepfunctions")
    arn = machine({"A": {"Type": "Wait", "Seconds": 3600, "End": True}})
    one = sfn.start_execution(stateMachineArn=arn, name="one")["executionArn"]
    assert sfn.start_execution(stateMachineArn=arn, name="one")["executionArn"] == one
    with aws_error("ExecutionAlreadyExists", f"Execution Already Exists: '{one}'"):
        sfn.start_execution(stateMachineArn=arn, name="one", input='{"other": 1}')
    running = sfn.list_executions(stateMachineArn=arn, statusFilter="RUNNING")["executions"]
    assert [execution["name"] for execution in running] == ["one"]
    sfn.stop_execution(executionArn=one, error="E", cause="c")
    stopped = sfn.describe_execution(executionArn=one)
    assert (stopped["status"], stopped["error"]) == ("ABORTED", "E")


def test_machines_are_described_updated_listed_and_deleted(client, machine, account):
    sfn = client("stepfunctions")
    arn = machine({"A": {"Type": "Pass", "End": True}}, tags=[{"key": "a", "value": "1"}])
    assert arn == f"arn:aws:states:us-east-1:{account}:stateMachine:m"
    sfn.update_state_machine(
        stateMachineArn=arn,
        definition='{"StartAt":"B","States":{"B":{"Type":"Succeed"}}}',
    )
    assert '"B"' in sfn.describe_state_machine(stateMachineArn=arn)["definition"]
    assert [m["name"] for m in sfn.list_state_machines()["stateMachines"]] == ["m"]
    assert sfn.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "a", "value": "1"}]
    sfn.delete_state_machine(stateMachineArn=arn)
    with aws_error("StateMachineDoesNotExist"):
        sfn.describe_state_machine(stateMachineArn=arn)


@pytest.mark.parametrize(
    ("definition", "code"),
    [
        ("{", "InvalidDefinition"),
        ('{"StartAt":"A","States":{}}', "InvalidDefinition"),
        ('{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"}}}', "InvalidDefinition"),
        ('{"StartAt":"A","States":{"A":{"Type":"Nope","End":true}}}', "InvalidDefinition"),
    ],
)
def test_a_definition_that_is_none_is_refused(client, account, definition, code):
    with aws_error(code):
        client("stepfunctions").create_state_machine(
            name="m", definition=definition, roleArn=f"arn:aws:iam::{account}:role/r"
        )


def test_an_input_that_is_no_json_is_refused(client, machine):
    arn = machine({"A": {"Type": "Pass", "End": True}})
    with aws_error("InvalidExecutionInput"):
        client("stepfunctions").start_execution(stateMachineArn=arn, input="{")
