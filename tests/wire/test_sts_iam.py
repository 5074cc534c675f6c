"""AWS STS and IAM, as deployment needs them."""

import json

from errors import aws_error

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}],
    }
)


def test_the_access_key_is_the_account(client, account):
    who = client("sts").get_caller_identity()
    assert who["Account"] == account
    assert who["Arn"].startswith(f"arn:aws:iam::{account}:")


def test_a_role_is_assumed_and_its_credentials_are_of_its_account(client, account):
    role = client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)["Role"]
    got = client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="me")
    assert got["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{account}:assumed-role/r/me"
    credentials = got["Credentials"]
    import boto3

    session = boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        region_name="us-east-1",
    )
    assert session.client("sts").get_caller_identity()["Account"] == account


def test_roles_keep_their_policies(client, account):
    iam = client("iam")
    role = iam.create_role(RoleName="r", Path="/app/", AssumeRolePolicyDocument=TRUST)["Role"]
    assert role["Arn"] == f"arn:aws:iam::{account}:role/app/r"
    assert role["AssumeRolePolicyDocument"] == json.loads(TRUST)
    iam.put_role_policy(RoleName="r", PolicyName="inline", PolicyDocument=POLICY)
    assert iam.get_role_policy(RoleName="r", PolicyName="inline")["PolicyDocument"] == json.loads(
        POLICY
    )
    assert iam.list_role_policies(RoleName="r")["PolicyNames"] == ["inline"]
    arn = iam.create_policy(PolicyName="p", PolicyDocument=POLICY)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="r", PolicyArn=arn)
    attached = iam.list_attached_role_policies(RoleName="r")["AttachedPolicies"]
    assert attached == [{"PolicyName": "p", "PolicyArn": arn}]
    with aws_error("DeleteConflict", status=409):
        iam.delete_role(RoleName="r")
    iam.detach_role_policy(RoleName="r", PolicyArn=arn)
    iam.delete_role_policy(RoleName="r", PolicyName="inline")
    iam.delete_role(RoleName="r")
    with aws_error("NoSuchEntity", "The role with name r cannot be found.", status=404):
        iam.get_role(RoleName="r")


def test_a_role_is_made_once(client):
    iam = client("iam")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    with aws_error("EntityAlreadyExists", "Role with name r already exists.", status=409):
        iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    with aws_error("MalformedPolicyDocument"):
        iam.create_role(RoleName="s", AssumeRolePolicyDocument="{")


def test_tags_of_a_role(client):
    iam = client("iam")
    iam.create_role(
        RoleName="r", AssumeRolePolicyDocument=TRUST, Tags=[{"Key": "a", "Value": "1"}]
    )
    iam.tag_role(RoleName="r", Tags=[{"Key": "b", "Value": "2"}])
    iam.untag_role(RoleName="r", TagKeys=["a"])
    assert iam.list_role_tags(RoleName="r")["Tags"] == [{"Key": "b", "Value": "2"}]
