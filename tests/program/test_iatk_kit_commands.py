"""The program's short commands over the kit: outputs, physical-id, explain, gc; their --json and
their exit statuses: 0 found, 1 not found or not matched, 2 wrong usage."""

import json

import pytest
from conftest import environment

import aws_iatk

TEMPLATE = """
Resources: {Q: {Type: AWS::SQS::Queue}}
Outputs:
  Url: {Value: !Ref Q}
  Name: {Value: !GetAtt Q.QueueName}
"""


@pytest.fixture
def stack(client):
    """The ids of a deployed stack's queue: its URL and name."""
    cloudformation = client("cloudformation")
    cloudformation.create_stack(StackName="s", TemplateBody=TEMPLATE)
    cloudformation.get_waiter("stack_create_complete").wait(StackName="s")
    outputs = cloudformation.describe_stacks(StackName="s")["Stacks"][0]["Outputs"]
    return {output["OutputKey"]: output["OutputValue"] for output in outputs}


def test_outputs_of_a_stack(program, stack):
    done = program("outputs", "s", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, stack)
    assert program("outputs", "s").stdout == f"Name  {stack['Name']}\nUrl   {stack['Url']}\n"
    # One alone is for a shell's $(…).
    assert program("outputs", "s", "Url").stdout == stack["Url"] + "\n"
    assert json.loads(program("outputs", "s", "Url", "--json").stdout) == {"Url": stack["Url"]}


def test_the_physical_id_of_a_resource(program, stack):
    assert program("physical-id", "s", "Q").stdout == stack["Url"] + "\n"
    done = program("physical-id", "s", "Q", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, {"PhysicalId": stack["Url"]})


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["outputs", "nope"], "does not exist"),
        (["outputs", "s", "Url", "No"], "stack s has no No"),
        (["physical-id", "s", "No"], "Resource No does not exist for stack s"),
        (["physical-id", "nope", "Q"], "Stack 'nope' does not exist"),
    ],
)
def test_what_is_not_there_is_status_1(program, stack, arguments, told):
    done = program(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert told in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["nope"],
        ["outputs"],
        ["physical-id", "s"],
        ["explain", "--pattern", "{}"],
        ["explain", "--pattern", "{", "--event", "{}"],
        ["explain", "--pattern", '{"source": ["a"]}', "--event", "[]"],
        ["explain", "--pattern", "@/nowhere", "--event", "{}"],
        ["listen", "--rule", "r", "--pattern", '{"source": ["a"]}'],
        ["mock"],
        ["trace"],
        ["trace", "no-id"],
        ["gc", "--older-than", "soon"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_status_2(program, arguments):
    done = program(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr


def test_explain_tells_each_field(program):
    pattern = '{"source": ["shop"], "detail": {"total": [{"numeric": [">", 40]}]}}'
    done = program("explain", "--pattern", pattern, "--event", "-", stdin='{"source": "shop"}')
    assert done.returncode == 1
    assert "source" in done.stdout
    assert "detail.total" in done.stdout
    met = program(
        "explain", "--json", "--pattern", pattern,
        "--event", '{"source": "shop", "detail": {"total": 41}}',
    )  # fmt: skip
    assert met.returncode == 0
    assert json.loads(met.stdout)["matches"] is True


def test_gc_finds_and_removes_what_was_left(program, client, cloud, account, monkeypatch):
    for name, value in environment(cloud.url, account).items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    client("events").put_rule(Name="orders", EventPattern='{"source":["shop"]}')
    left = aws_iatk.AwsIatk(region="us-east-1").listen(rule_name="orders").id
    assert program("gc").stdout == "nothing was left behind\n"
    assert program("gc", "--json").stdout == ""
    dry = program("gc", "--dry-run", "--older-than", "0", "--json")
    assert dry.returncode == 0
    assert json.loads(dry.stdout)["Id"] == left
    assert len(json.loads(dry.stdout)["Resources"]) == 2
    assert program("gc", "--dry-run", "--older-than", "0").stdout.startswith(f"would remove {left} (")
    assert program("gc", "--older-than", "0").stdout.startswith(f"removed {left} (")
    assert client("events").list_rules(NamePrefix="iatk")["Rules"] == []
    assert client("sqs").list_queues().get("QueueUrls", []) == []
