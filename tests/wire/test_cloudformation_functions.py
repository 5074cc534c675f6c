"""CloudFormation's intrinsic functions, pseudo parameters and parameters, seen in outputs."""

import json

import pytest
from errors import aws_error
from stacks import as_parameters, outputs, reasons, settle

HEAD = """
Parameters:
  Names: {Type: CommaDelimitedList, Default: "a, b,c"}
  Number: {Type: Number, Default: 3}
  Stage: {Type: String, Default: test}
Mappings:
  ByRegion: {us-east-1: {Zone: one, List: [x, y]}, eu-west-1: {Zone: two, List: [z]}}
Conditions:
  IsOn: !Equals [!Ref Stage, test]
  IsOff: !Not [!Condition IsOn]
  Both: !And [!Condition IsOn, !Not [!Condition IsOff]]
  Either: !Or [!Condition IsOff, !Equals [a, a]]
  Neither: !And [!Condition IsOn, !Condition IsOff]
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: q}}
Outputs:
  Out: {Value: %s}
"""


@pytest.fixture
def evaluate(client):
    """evaluate("!Ref Stage") is what an output of this value gives."""

    def value_of(expression, head=HEAD, **options):
        cloudformation = client("cloudformation")
        cloudformation.create_stack(StackName="s", TemplateBody=head % expression, **options)
        described = settle(cloudformation, "s")
        assert described["StackStatus"] == "CREATE_COMPLETE", reasons(cloudformation, "s")
        return outputs(described)["Out"]

    return value_of


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("!Base64 hello", "aGVsbG8="),
        ("!Base64 {'Fn::Sub': 'x${Stage}'}", "eHRlc3Q="),
        ("!Join ['-', [a, !Ref Number, true]]", "a-3-true"),
        ("!Join ['', !Ref Names]", "abc"),
        ("!Select [1, [x, y]]", "y"),
        ("!Select ['2', !Ref Names]", "c"),
        ("!Join ['|', !Split ['.', 'a.b.c']]", "a|b|c"),
        ("!FindInMap [ByRegion, !Ref 'AWS::Region', Zone]", "one"),
        ("!Join [',', !FindInMap [ByRegion, us-east-1, List]]", "x,y"),
        ("!If [IsOn, y, n]", "y"),
        ("!If [IsOff, y, n]", "n"),
        ("!If [Both, y, n]", "y"),
        ("!If [Either, y, n]", "y"),
        ("!If [Neither, y, n]", "n"),
        ("!Join ['', [a, !If [IsOff, b, !Ref 'AWS::NoValue']]]", "a"),
        ("!GetAtt Queue.QueueName", "q"),
        ("!GetAtt [Queue, QueueName]", "q"),
        ("!Sub '${Queue.QueueName}/${Stage}/${!Literal}'", "q/test/${Literal}"),
        ("!Sub ['${a}${Number}', {a: !Select [0, !Ref Names]}]", "a3"),
        ("!Select [0, !GetAZs '']", "us-east-1a"),
        ("!Select [0, !GetAZs eu-west-1]", "eu-west-1a"),
        ("!Join [',', !Cidr ['10.0.0.0/16', 2, 8]]", "10.0.0.0/24,10.0.1.0/24"),
        ("!Ref AWS::Region", "us-east-1"),
        ("!Ref AWS::StackName", "s"),
        ("!Ref AWS::Partition", "aws"),
        ("!Ref AWS::URLSuffix", "amazonaws.com"),
        ("{'Fn::Join': ['+', [{Ref: Stage}, {'Fn::Select': [0, {Ref: Names}]}]]}", "test+a"),
    ],
)
def test_a_function_gives(evaluate, expression, value):
    assert evaluate(expression) == value


def test_pseudo_parameters_of_the_account_and_the_stack(evaluate, account, client):
    text = evaluate("!Sub '${AWS::AccountId} ${AWS::StackId}'")
    stack = client("cloudformation").describe_stacks(StackName="s")["Stacks"][0]
    assert text == f"{account} {stack['StackId']}"


def test_language_extensions_give_lengths_and_json(evaluate):
    head = "Transform: AWS::LanguageExtensions\n" + HEAD
    expression = "!Sub ['${n} ${j}', {n: {'Fn::Length': !Ref Names}, j: {'Fn::ToJsonString': {a: !Ref Stage}}}]"
    assert evaluate(expression, head, Capabilities=["CAPABILITY_AUTO_EXPAND"]) == '3 {"a":"test"}'


def test_a_template_in_json(client):
    cloudformation = client("cloudformation")
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "as JSON",
        "Resources": {
            "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": {"Ref": "Delay"}}}
        },
        "Parameters": {"Delay": {"Type": "String", "Default": "5"}},
        "Outputs": {"Name": {"Value": {"Fn::GetAtt": ["Queue", "QueueName"]}}},
    }
    cloudformation.create_stack(StackName="s", TemplateBody=json.dumps(template))
    described = settle(cloudformation, "s")
    assert described["Description"] == "as JSON"
    name = outputs(described)["Name"]
    url = client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
    attributes = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["DelaySeconds"])
    assert attributes["Attributes"] == {"DelaySeconds": "5"}
    # A template that was JSON comes back as the object it is.
    assert cloudformation.get_template(StackName="s")["TemplateBody"] == template


PARAMETER = """
Parameters:
  P: %s
Resources:
  Handle: {Type: AWS::CloudFormation::WaitConditionHandle}
Outputs:
  Out: {Value: %s}
"""


@pytest.mark.parametrize(
    ("declaration", "given", "expression", "value"),
    [
        ("{Type: Number}", "1.50", "!Ref P", "1.50"),
        ("{Type: 'List<Number>'}", "1,2", "!Select [1, !Ref P]", "2"),
        ("{Type: CommaDelimitedList}", "a,b", "!Join ['', !Ref P]", "ab"),
        ("{Type: String, AllowedPattern: '[a-z]+'}", "abc", "!Ref P", "abc"),
        ("{Type: String, MinLength: 2, MaxLength: '3'}", "abc", "!Ref P", "abc"),
        ("{Type: Number, MinValue: 1, MaxValue: '10'}", "10", "!Ref P", "10"),
        ("{Type: String, Default: ''}", None, "!Sub 'x${P}'", "x"),
    ],
)
def test_a_parameter_is_taken(client, declaration, given, expression, value):
    cloudformation = client("cloudformation")
    cloudformation.create_stack(
        StackName="s",
        TemplateBody=PARAMETER % (declaration, expression),
        Parameters=as_parameters(P=given) if given is not None else [],
    )
    assert outputs(settle(cloudformation, "s"))["Out"] == value


@pytest.mark.parametrize(
    ("declaration", "given", "message"),
    [
        ("{Type: String}", None, "Parameters: [P] must have values"),
        (
            "{Type: String, AllowedPattern: '[a-z]+'}",
            "A",
            "Parameter 'P' must match pattern [a-z]+",
        ),
        (
            "{Type: String, AllowedPattern: '[a-z]+', ConstraintDescription: must be lower}",
            "A",
            "Parameter P failed to satisfy constraint: must be lower",
        ),
        (
            "{Type: String, MinLength: 2}",
            "a",
            "Parameter 'P' must contain at least 2 characters",
        ),
        (
            "{Type: String, MaxLength: 2}",
            "abc",
            "Parameter 'P' must contain at most 2 characters",
        ),
        (
            "{Type: Number, MinValue: 2}",
            "1",
            "Parameter 'P' must be a number not less than 2",
        ),
        (
            "{Type: Number, MaxValue: 2}",
            "3",
            "Parameter 'P' must be a number not greater than 2",
        ),
    ],
)
def test_a_parameter_is_refused(client, declaration, given, message):
    with aws_error("ValidationError", message, status=400):
        client("cloudformation").create_stack(
            StackName="s",
            TemplateBody=PARAMETER % (declaration, "x"),
            Parameters=as_parameters(P=given) if given is not None else [],
        )
