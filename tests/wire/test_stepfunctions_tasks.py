"""AWS Step Functions: tasks, their integrations, retries and callbacks, and the history they leave."""

import json

import pytest
from errors import aws_error
from test_lambda import function, package  # noqa: F401 (fixture)
from test_stepfunctions import finish, machine, output, run  # noqa: F401 (fixtures)

WAIT = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"


def events_of(client, execution):
    pages = client("stepfunctions").get_paginator("get_execution_history").paginate(
        executionArn=execution["executionArn"]
    )
    return [event for page in pages for event in page["events"]]


def invoke_state(name, **more):
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": name, "Payload.$": "$"},
        "End": True,
        **more,
    }


def test_a_function_is_invoked(run, function, client):
    name = function("def handler(event, context): return {'twice': event['n'] * 2}")
    execution = run({"A": invoke_state(name)}, {"n": 4})
    out = output(execution)
    assert out["Payload"] == {"twice": 8}
    assert (out["StatusCode"], out["ExecutedVersion"]) == (200, "$LATEST")
    assert out["SdkHttpMetadata"]["HttpStatusCode"] == 200
    events = events_of(client, execution)
    assert [e["type"] for e in events] == [
        "ExecutionStarted",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSucceeded",
        "TaskStateExited",
        "ExecutionSucceeded",
    ]
    assert [e["previousEventId"] for e in events] == [0, 0, 2, 3, 4, 5, 6]
    scheduled = events[2]["taskScheduledEventDetails"]
    assert (scheduled["resourceType"], scheduled["resource"], scheduled["region"]) == (
        "lambda",
        "invoke",
        "us-east-1",
    )
    assert json.loads(scheduled["parameters"])["Payload"] == {"n": 4}


def test_a_function_by_its_arn_gives_its_payload_alone(run, function, client, account):
    name = function("def handler(event, context): return event['n'] + 1")
    arn = f"arn:aws:lambda:us-east-1:{account}:function:{name}"
    execution = run({"A": {"Type": "Task", "Resource": arn, "End": True}}, {"n": 1})
    assert output(execution) == 2
    types = [e["type"] for e in events_of(client, execution)]
    assert types[2:5] == ["LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionSucceeded"]


def test_the_error_of_a_function_is_the_tasks(run, function):
    name = function(
        """
        class Mine(Exception): pass
        def handler(event, context): raise Mine("why")
        """
    )
    execution = run({"A": invoke_state(name)})
    assert (execution["status"], execution["error"]) == ("FAILED", "Mine")
    assert json.loads(execution["cause"])["errorMessage"] == "why"


def test_a_function_that_is_not_there(run, account):
    execution = run({"A": invoke_state("nope")})
    assert execution["error"] == "Lambda.ResourceNotFoundException"
    assert f"Function not found: arn:aws:lambda:us-east-1:{account}:function:nope" in execution["cause"]
    assert "Error Code: ResourceNotFoundException; Request ID: " in execution["cause"]


def test_a_task_is_retried_until_it_succeeds(run, function, client):
    name = function(
        """
        count = 0
        def handler(event, context):
            global count
            count += 1
            if count < 3:
                raise ValueError(count)
            return count
        """
    )
    retry = [{"ErrorEquals": ["ValueError"], "IntervalSeconds": 1, "MaxAttempts": 2, "BackoffRate": 1.0, "MaxDelaySeconds": 2}]
    execution = run({"A": invoke_state(name, Retry=retry, OutputPath="$.Payload")})
    assert output(execution) == 3
    assert [e["type"] for e in events_of(client, execution)].count("TaskFailed") == 2


def test_a_task_that_is_out_of_retries_is_caught(run, function):
    name = function("def handler(event, context): raise KeyError('k')")
    states = {
        "A": invoke_state(
            name,
            Retry=[{"ErrorEquals": ["States.ALL"], "MaxAttempts": 0}],
            Catch=[{"ErrorEquals": ["States.TaskFailed"], "Next": "C", "ResultPath": "$.e"}],
        ),
        "C": {"Type": "Pass", "OutputPath": "$.e.Error", "End": True},
    }
    assert output(run(states)) == "KeyError"


def test_a_task_that_takes_too_long_times_out(run, function):
    name = function("import time\ndef handler(event, context): time.sleep(100)", Timeout=100)
    execution = run({"A": invoke_state(name, TimeoutSeconds=1)})
    assert (execution["status"], execution["error"]) == ("FAILED", "States.Timeout")


@pytest.mark.parametrize("caught", ["States.HeartbeatTimeout", "States.Timeout"])
def test_a_heartbeat_that_does_not_come(run, queue, caught):
    url, _ = queue()
    states = {
        "A": {
            "Type": "Task",
            "Resource": WAIT,
            "Parameters": {"QueueUrl": url, "MessageBody.$": "$$.Task.Token"},
            "HeartbeatSeconds": 1,
            "TimeoutSeconds": 60,
            "Catch": [{"ErrorEquals": [caught], "Next": "Caught"}],
            "End": True,
        },
        "Caught": {"Type": "Pass", "Result": "caught", "End": True},
    }
    assert output(run(states)) == "caught"


def test_a_function_may_hold_the_token(run, function):
    name = function(
        """
        import boto3, json
        def handler(event, context):
            boto3.client("stepfunctions").send_task_success(
                taskToken=event["token"], output=json.dumps({"done": True}))
        """
    )
    states = {
        "A": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "Parameters": {"FunctionName": name, "Payload": {"token.$": "$$.Task.Token"}},
            "End": True,
        }
    }
    assert output(run(states)) == {"done": True}


def test_a_message_to_a_queue_that_is_not_there(run, cloud, account):
    execution = run(
        {
            "A": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage",
                "Parameters": {"QueueUrl": f"{cloud.url}/{account}/nope", "MessageBody": "x"},
                "End": True,
            }
        }
    )
    assert execution["status"] == "FAILED"
    assert execution["error"].startswith(("SQS.QueueDoesNotExist", "SQS.AWS.SimpleQueueService"))


def test_events_that_are_refused_fail_the_task(run):
    execution = run(
        {
            "A": {
                "Type": "Task",
                "Resource": "arn:aws:states:::events:putEvents",
                "Parameters": {"Entries": [{"Source": "aws.mine", "DetailType": "d", "Detail": {}}]},
                "End": True,
            }
        }
    )
    assert (execution["status"], execution["error"]) == ("FAILED", "EventBridge.FailedEntry")


def test_a_machine_waits_for_another_by_token(client, machine, run, queue, receive):
    sfn = client("stepfunctions")
    url, _ = queue()
    inner = machine(
        {
            "A": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage",
                "Parameters": {"QueueUrl": url, "MessageBody.$": "$.token"},
                "End": True,
            }
        },
        name="inner",
    )
    outer = machine(
        {
            "A": {
                "Type": "Task",
                "Resource": "arn:aws:states:::states:startExecution.waitForTaskToken",
                "Parameters": {
                    "StateMachineArn": inner,
                    "Input": {
                        "token.$": "$$.Task.Token",
                        "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.$": "$$.Execution.Id",
                    },
                },
                "End": True,
            }
        },
        name="outer",
    )
    started = sfn.start_execution(stateMachineArn=outer)["executionArn"]
    sfn.send_task_success(taskToken=receive(url)[0]["Body"], output='"answered"')
    assert output(finish(sfn, started)) == "answered"


@pytest.mark.parametrize("call", ["send_task_success", "send_task_failure", "send_task_heartbeat"])
def test_a_token_that_is_none(client, call):
    more = {"output": "{}"} if call == "send_task_success" else {}
    with aws_error("InvalidToken", "Invalid Token: 'Invalid token'", status=400):
        getattr(client("stepfunctions"), call)(taskToken="nope", **more)


def test_an_integration_that_is_not_served_is_refused_by_name(machine):
    with aws_error("NotImplemented", status=501) as caught:
        machine({"A": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "End": True}})
    assert "'arn:aws:states:::dynamodb:putItem' at /States/A" in str(caught.value)


def test_an_execution_that_is_stopped_tells_it_in_its_history(client, machine):
    sfn = client("stepfunctions")
    arn = machine({"A": {"Type": "Wait", "Seconds": 3600, "End": True}})
    execution = sfn.start_execution(stateMachineArn=arn)
    sfn.stop_execution(executionArn=execution["executionArn"], error="E", cause="c")
    last = events_of(client, execution)[-1]
    assert last["type"] == "ExecutionAborted"
    assert last["executionAbortedEventDetails"] == {"error": "E", "cause": "c"}
    newest = sfn.get_execution_history(
        executionArn=execution["executionArn"], reverseOrder=True, maxResults=1
    )
    assert newest["events"][0]["id"] == last["id"]
    assert newest["nextToken"]


@pytest.mark.parametrize(
    ("call", "arguments", "code"),
    [
        ("start_execution", {"stateMachineArn": "arn:aws:states:us-east-1:{}:stateMachine:nope"}, "StateMachineDoesNotExist"),
        ("describe_execution", {"executionArn": "arn:aws:states:us-east-1:{}:execution:m:nope"}, "ExecutionDoesNotExist"),
        ("describe_state_machine", {"stateMachineArn": "nope"}, "InvalidArn"),
    ],
)
def test_what_is_not_there(client, account, call, arguments, code):
    filled = {name: value.format(account) for name, value in arguments.items()}
    with aws_error(code, status=400):
        getattr(client("stepfunctions"), call)(**filled)


def test_a_name_that_is_taken_or_none(client, machine, account):
    machine({"A": {"Type": "Succeed"}})
    with aws_error("StateMachineAlreadyExists", f"State Machine Already Exists: 'arn:aws:states:us-east-1:{account}:stateMachine:m'"):
        machine({"A": {"Type": "Pass", "End": True}})
    with aws_error("InvalidName", "Invalid Name: 'a b'"):
        machine({"A": {"Type": "Succeed"}}, name="a b")
