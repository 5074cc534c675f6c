"""AWS STS and IAM, as deployment needs them."""

import json

from botocore.config import Config
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


def test_managed_policies_are_kept_and_listed(client, account):
    iam = client("iam")
    made = iam.create_policy(PolicyName="p", Path="/app/", PolicyDocument=POLICY)["Policy"]
    assert made["Arn"] == f"arn:aws:iam::{account}:policy/app/p"
    assert made["DefaultVersionId"] == "v1"
    version = iam.get_policy_version(PolicyArn=made["Arn"], VersionId="v1")["PolicyVersion"]
    assert version["Document"] == json.loads(POLICY)
    assert [p["PolicyName"] for p in iam.list_policies(Scope="Local")["Policies"]] == ["p"]
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    iam.attach_role_policy(RoleName="r", PolicyArn=made["Arn"])
    assert iam.get_policy(PolicyArn=made["Arn"])["Policy"]["AttachmentCount"] == 1
    with aws_error(
        "DeleteConflict", "Cannot delete a policy attached to entities.", status=409
    ):
        iam.delete_policy(PolicyArn=made["Arn"])
    iam.detach_role_policy(RoleName="r", PolicyArn=made["Arn"])
    iam.delete_policy(PolicyArn=made["Arn"])
    with aws_error(
        "NoSuchEntity", f"Policy {made['Arn']} was not found.", status=404
    ):
        iam.get_policy(PolicyArn=made["Arn"])


def test_roles_come_in_pages_by_path(client):
    iam = client("iam")
    for i in range(5):
        iam.create_role(RoleName=f"r{i}", Path="/app/", AssumeRolePolicyDocument=TRUST)
    iam.create_role(RoleName="other", AssumeRolePolicyDocument=TRUST)
    pages = list(
        iam.get_paginator("list_roles").paginate(
            PathPrefix="/app/", PaginationConfig={"PageSize": 2}
        )
    )
    assert [[role["RoleName"] for role in page["Roles"]] for page in pages] == [
        ["r0", "r1"],
        ["r2", "r3"],
        ["r4"],
    ]
    iam.update_role(RoleName="r0", Description="d", MaxSessionDuration=7200)
    trust = TRUST.replace("lambda", "states")
    iam.update_assume_role_policy(RoleName="r0", PolicyDocument=trust)
    role = iam.get_role(RoleName="r0")["Role"]
    assert (role["Description"], role["MaxSessionDuration"]) == ("d", 7200)
    assert role["AssumeRolePolicyDocument"] == json.loads(trust)
    with aws_error("MalformedPolicyDocument", "Has prohibited field Resource", status=400):
        iam.update_assume_role_policy(RoleName="r0", PolicyDocument=POLICY)


def test_a_role_that_can_not_be_assumed(client):
    sts = client("sts", config=Config(parameter_validation=False))
    with aws_error("ValidationError", status=400):
        sts.assume_role(RoleArn="arn:aws:iam::123456789012:user/u", RoleSessionName="me")
    with aws_error("ValidationError", status=400):
        sts.assume_role(
            RoleArn="arn:aws:iam::123456789012:role/r", RoleSessionName="me", DurationSeconds=1
        )
