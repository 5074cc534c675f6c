"""The Resource Groups Tagging API, over all services."""

import pytest


@pytest.fixture
def tagged(client, queue, account):
    """A queue, a bus and a log group with tags: their ARNs."""
    url, queue_arn = queue("q")
    client("sqs").tag_queue(QueueUrl=url, Tags={"team": "a", "stage": "test"})
    bus_arn = client("events").create_event_bus(
        Name="b", Tags=[{"Key": "team", "Value": "b"}, {"Key": "stage", "Value": "test"}]
    )["EventBusArn"]
    client("logs").create_log_group(logGroupName="/g", tags={"team": "a"})
    group_arn = f"arn:aws:logs:us-east-1:{account}:log-group:/g"
    return {"queue": queue_arn, "bus": bus_arn, "group": group_arn}


def arns(page):
    return {item["ResourceARN"] for item in page["ResourceTagMappingList"]}


def test_resources_are_found_by_tags_and_types(client, tagged):
    tagging = client("resourcegroupstaggingapi")
    assert arns(tagging.get_resources()) == set(tagged.values())
    by_team = tagging.get_resources(TagFilters=[{"Key": "team", "Values": ["a"]}])
    assert arns(by_team) == {tagged["queue"], tagged["group"]}
    both = tagging.get_resources(TagFilters=[{"Key": "team"}, {"Key": "stage"}])
    assert arns(both) == {tagged["queue"], tagged["bus"]}
    by_type = tagging.get_resources(ResourceTypeFilters=["sqs"])
    assert arns(by_type) == {tagged["queue"]}
    assert {"Key": "team", "Value": "a"} in by_type["ResourceTagMappingList"][0]["Tags"]


def test_resources_come_in_pages(client, tagged):
    pages = list(
        client("resourcegroupstaggingapi")
        .get_paginator("get_resources")
        .paginate(ResourcesPerPage=2)
    )
    assert [len(page["ResourceTagMappingList"]) for page in pages] == [2, 1]


def test_keys_and_values_are_listed(client, tagged):
    tagging = client("resourcegroupstaggingapi")
    assert tagging.get_tag_keys()["TagKeys"] == ["stage", "team"]
    assert tagging.get_tag_values(Key="team")["TagValues"] == ["a", "b"]


def test_many_resources_are_tagged_at_once(client, tagged):
    tagging = client("resourcegroupstaggingapi")
    missing = tagged["queue"] + "-not-there"
    out = tagging.tag_resources(
        ResourceARNList=[tagged["queue"], tagged["bus"], missing], Tags={"new": "1"}
    )
    assert set(out["FailedResourcesMap"]) == {missing}
    found = arns(tagging.get_resources(TagFilters=[{"Key": "new"}]))
    assert found == {tagged["queue"], tagged["bus"]}
    tagging.untag_resources(ResourceARNList=[tagged["queue"]], TagKeys=["new"])
    assert arns(tagging.get_resources(TagFilters=[{"Key": "new"}])) == {tagged["bus"]}


def test_resources_of_every_service_are_tagged(client, account, queue):
    tagging = client("resourcegroupstaggingapi")
    _, queue_arn = queue("all")
    bucket = f"tagged-{account}"
    client("s3").create_bucket(Bucket=bucket)
    events, schemas = client("events"), client("schemas")
    client("logs").create_log_group(logGroupName="/all")
    machine = client("stepfunctions").create_state_machine(
        name="all",
        definition='{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}',
        roleArn=f"arn:aws:iam::{account}:role/r",
    )
    arns_of_all = [
        queue_arn,
        f"arn:aws:s3:::{bucket}",
        events.put_rule(Name="all", EventPattern='{"source":["a"]}')["RuleArn"],
        events.create_event_bus(Name="all")["EventBusArn"],
        schemas.create_registry(RegistryName="all")["RegistryArn"],
        f"arn:aws:logs:us-east-1:{account}:log-group:/all",
        machine["stateMachineArn"],
    ]
    out = tagging.tag_resources(ResourceARNList=arns_of_all, Tags={"run": "1"})
    assert out["FailedResourcesMap"] == {}
    found = tagging.get_resources(TagFilters=[{"Key": "run", "Values": ["1"]}])
    assert arns(found) == set(arns_of_all)
    assert client("sqs").list_queue_tags(
        QueueUrl=client("sqs").get_queue_url(QueueName="all")["QueueUrl"]
    )["Tags"] == {"run": "1"}
    tagging.untag_resources(ResourceARNList=arns_of_all, TagKeys=["run"])
    assert tagging.get_tag_keys()["TagKeys"] == []
