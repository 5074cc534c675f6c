"""Amazon SQS, over JSON and over the query protocol."""

import hashlib
import json
import threading
import urllib.parse

import pytest
import requests
from errors import aws_error


def attributes(sqs, url, *names):
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(names) or ["All"])["Attributes"]


def test_a_message_goes_in_and_comes_out_as_it_was(client, queue):
    sqs = client("sqs")
    url, _ = queue()
    body = 'ünï "quoted" \n {"n": 1.10}'
    sent = sqs.send_message(
        QueueUrl=url,
        MessageBody=body,
        MessageAttributes={
            "text": {"DataType": "String", "StringValue": "x"},
            "number": {"DataType": "Number", "StringValue": "1.50"},
            "bytes": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
        },
    )
    assert sent["MD5OfMessageBody"] == hashlib.md5(body.encode()).hexdigest()
    got = sqs.receive_message(
        QueueUrl=url, MessageAttributeNames=["All"], MessageSystemAttributeNames=["All"]
    )["Messages"][0]
    assert got["Body"] == body
    assert got["MessageId"] == sent["MessageId"]
    assert got["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]
    assert got["MessageAttributes"]["bytes"]["BinaryValue"] == b"\x00\xff"
    assert got["MessageAttributes"]["number"]["StringValue"] == "1.50"
    assert got["Attributes"]["ApproximateReceiveCount"] == "1"
    assert got["Attributes"]["SenderId"]


def test_a_message_is_invisible_while_it_is_worked_on_and_gone_once_deleted(client, queue):
    sqs = client("sqs")
    url, _ = queue()
    sqs.send_message(QueueUrl=url, MessageBody="x")
    handle = sqs.receive_message(QueueUrl=url)["Messages"][0]["ReceiptHandle"]
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    assert attributes(sqs, url)["ApproximateNumberOfMessagesNotVisible"] == "1"
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
    again = sqs.receive_message(QueueUrl=url, AttributeNames=["ApproximateReceiveCount"])
    assert again["Messages"][0]["Attributes"]["ApproximateReceiveCount"] == "2"
    sqs.delete_message(QueueUrl=url, ReceiptHandle=again["Messages"][0]["ReceiptHandle"])
    assert attributes(sqs, url)["ApproximateNumberOfMessages"] == "0"
    assert attributes(sqs, url)["ApproximateNumberOfMessagesNotVisible"] == "0"


def test_a_long_poll_ends_with_the_message_it_waited_for(client, queue):
    sqs, other = client("sqs"), client("sqs")
    url, _ = queue()
    got = []
    waiter = threading.Thread(
        target=lambda: got.extend(
            sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20).get("Messages", [])
        )
    )
    waiter.start()
    other.send_message(QueueUrl=url, MessageBody="late")
    waiter.join()
    assert [message["Body"] for message in got] == ["late"]


def test_a_batch_tells_of_each_entry(client, queue):
    sqs = client("sqs")
    url, _ = queue()
    out = sqs.send_message_batch(
        QueueUrl=url,
        Entries=[
            {"Id": "good", "MessageBody": "a"},
            {"Id": "bad", "MessageBody": "b", "DelaySeconds": 901},
        ],
    )
    assert [entry["Id"] for entry in out["Successful"]] == ["good"]
    (failed,) = out["Failed"]
    assert (failed["Id"], failed["Code"], failed["SenderFault"]) == (
        "bad",
        "InvalidParameterValue",
        True,
    )
    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    handle = received[0]["ReceiptHandle"]
    changed = sqs.change_message_visibility_batch(
        QueueUrl=url, Entries=[{"Id": "1", "ReceiptHandle": handle, "VisibilityTimeout": 60}]
    )
    assert [entry["Id"] for entry in changed["Successful"]] == ["1"]
    deleted = sqs.delete_message_batch(
        QueueUrl=url,
        Entries=[
            {"Id": "1", "ReceiptHandle": handle},
            {"Id": "2", "ReceiptHandle": "nonsense"},
        ],
    )
    assert [entry["Id"] for entry in deleted["Successful"]] == ["1"]
    assert deleted["Failed"][0]["Code"] == "ReceiptHandleIsInvalid"


def test_a_batch_is_refused_as_a_whole_for_what_it_is(client, queue):
    sqs = client("sqs")
    url, _ = queue()
    entry = {"Id": "a", "MessageBody": "x"}
    with aws_error("AWS.SimpleQueueService.EmptyBatchRequest"):
        sqs.send_message_batch(QueueUrl=url, Entries=[])
    with aws_error("AWS.SimpleQueueService.BatchEntryIdsNotDistinct", "Id a repeated."):
        sqs.send_message_batch(QueueUrl=url, Entries=[entry, entry])
    with aws_error("AWS.SimpleQueueService.TooManyEntriesInBatchRequest"):
        sqs.send_message_batch(
            QueueUrl=url, Entries=[{"Id": str(i), "MessageBody": "x"} for i in range(11)]
        )
    with aws_error("AWS.SimpleQueueService.InvalidBatchEntryId"):
        sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": "no spaces", "MessageBody": "x"}])


def test_a_fifo_queue_keeps_order_within_a_group_and_drops_duplicates(client, queue):
    sqs = client("sqs")
    url, _ = queue("orders.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    for body in ("1", "2", "2", "3"):
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="g")
    got = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
    )["Messages"]
    assert [message["Body"] for message in got] == ["1", "2", "3"]
    numbers = [int(message["Attributes"]["SequenceNumber"]) for message in got]
    assert numbers == sorted(numbers)
    assert got[0]["Attributes"]["MessageGroupId"] == "g"
    # The group waits for what is in flight.
    sqs.send_message(QueueUrl=url, MessageBody="4", MessageGroupId="g")
    assert "Messages" not in sqs.receive_message(QueueUrl=url)


def test_a_fifo_queue_wants_a_group_and_a_deduplication_id(client, queue):
    sqs = client("sqs")
    url, _ = queue("strict.fifo", FifoQueue="true")
    with aws_error(
        "MissingParameter", "The request must contain the parameter MessageGroupId."
    ):
        sqs.send_message(QueueUrl=url, MessageBody="x")
    with aws_error(
        "InvalidParameterValue",
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId "
        "provided explicitly",
    ):
        sqs.send_message(QueueUrl=url, MessageBody="x", MessageGroupId="g")


def test_a_message_received_too_often_goes_to_the_dead_letter_queue(client, queue, receive):
    sqs = client("sqs")
    dead_url, dead_arn = queue("dead")
    url, _ = queue(
        "work",
        RedrivePolicy=json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 1}),
        VisibilityTimeout="0",
    )
    sqs.send_message(QueueUrl=url, MessageBody="poison")
    assert sqs.receive_message(QueueUrl=url)["Messages"]
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    assert receive(dead_url)[0]["Body"] == "poison"
    assert sqs.list_dead_letter_source_queues(QueueUrl=dead_url)["queueUrls"] == [url]


def test_a_dead_letter_queue_must_be_there_and_of_the_same_type(client, queue):
    sqs = client("sqs")
    url, arn = queue("work")
    _, fifo_arn = queue("dead.fifo", FifoQueue="true")
    for target, reason in (
        (arn + "-not", "Dead letter target does not exist."),
        (fifo_arn, "Dead-letter queue must be same type of queue as the source."),
    ):
        policy = json.dumps({"deadLetterTargetArn": target, "maxReceiveCount": 1})
        with aws_error(
            "InvalidParameterValue",
            f"Value {policy} for parameter RedrivePolicy is invalid. Reason: {reason}",
        ):
            sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": policy})


def test_dead_letters_are_taken_back(client, queue, receive):
    sqs = client("sqs")
    dead_url, dead_arn = queue("dead")
    url, arn = queue(
        "work",
        RedrivePolicy=json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 1}),
        VisibilityTimeout="0",
    )
    sqs.send_message(QueueUrl=url, MessageBody="again")
    assert sqs.receive_message(QueueUrl=url)["Messages"]
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    handle = sqs.start_message_move_task(SourceArn=dead_arn)["TaskHandle"]
    assert receive(url)[0]["Body"] == "again"
    (task,) = sqs.list_message_move_tasks(SourceArn=dead_arn)["Results"]
    assert task["Status"] == "COMPLETED"
    assert task["ApproximateNumberOfMessagesMoved"] == 1
    with aws_error("InvalidParameterValue", "Only active tasks can be cancelled."):
        sqs.cancel_message_move_task(TaskHandle=handle)


def test_a_delayed_message_is_not_there_yet(client, queue):
    sqs = client("sqs")
    url, _ = queue()
    sqs.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=900)
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    assert attributes(sqs, url)["ApproximateNumberOfMessagesDelayed"] == "1"


def test_purge_empties_a_queue_once_a_minute(client, queue):
    sqs = client("sqs")
    url, _ = queue("purged")
    sqs.send_message(QueueUrl=url, MessageBody="x")
    sqs.purge_queue(QueueUrl=url)
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    with aws_error(
        "AWS.SimpleQueueService.PurgeQueueInProgress",
        "Only one PurgeQueue operation on purged is allowed every 60 seconds.",
    ):
        sqs.purge_queue(QueueUrl=url)


def test_tags_and_policies_are_kept(client, queue):
    sqs = client("sqs")
    url, arn = queue()
    sqs.tag_queue(QueueUrl=url, Tags={"a": "1", "b": "2"})
    sqs.untag_queue(QueueUrl=url, TagKeys=["a"])
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"b": "2"}
    sqs.add_permission(
        QueueUrl=url, Label="other", AWSAccountIds=["111122223333"], Actions=["SendMessage"]
    )
    statement = json.loads(attributes(sqs, url)["Policy"])["Statement"][0]
    assert statement["Sid"] == "other"
    assert statement["Resource"] == arn
    sqs.remove_permission(QueueUrl=url, Label="other")
    assert "Policy" not in attributes(sqs, url) or not json.loads(attributes(sqs, url)["Policy"]).get(
        "Statement"
    )


def test_attributes_have_their_defaults_and_can_be_set(client, queue):
    sqs = client("sqs")
    url, arn = queue("plain")
    got = attributes(sqs, url)
    assert got["QueueArn"] == arn
    assert got["VisibilityTimeout"] == "30"
    assert got["MessageRetentionPeriod"] == "345600"
    assert got["ReceiveMessageWaitTimeSeconds"] == "0"
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "5"})
    assert attributes(sqs, url, "VisibilityTimeout") == {"VisibilityTimeout": "5"}
    with aws_error("InvalidAttributeName", "Unknown Attribute Nope."):
        sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Nope"])


def test_a_queue_of_the_same_name_is_the_same_queue_unless_it_differs(client, queue):
    sqs = client("sqs")
    url, _ = queue("same", VisibilityTimeout="10")
    assert queue("same", VisibilityTimeout="10")[0] == url
    with aws_error("QueueAlreadyExists"):
        sqs.create_queue(QueueName="same", Attributes={"VisibilityTimeout": "11"})


def test_queues_are_listed_by_prefix_and_page(client, queue):
    sqs = client("sqs")
    for name in ("a-1", "a-2", "a-3", "b-1"):
        queue(name)
    pages = list(
        sqs.get_paginator("list_queues").paginate(
            QueueNamePrefix="a-", PaginationConfig={"PageSize": 2}
        )
    )
    assert [len(page["QueueUrls"]) for page in pages] == [2, 1]
    assert "QueueUrls" not in sqs.list_queues(QueueNamePrefix="c")


def test_queues_of_other_accounts_and_regions_are_other_queues(client, queue):
    queue("mine")
    with aws_error(
        "AWS.SimpleQueueService.NonExistentQueue",
        "The specified queue does not exist.",
        status=400,
    ):
        client("sqs", region="eu-west-1").get_queue_url(QueueName="mine")
    with aws_error("AWS.SimpleQueueService.NonExistentQueue"):
        client("sqs", key="999988887777").get_queue_url(QueueName="mine")


@pytest.mark.parametrize(
    ("name", "attributes", "code"),
    [
        ("no spaces", {}, "InvalidParameterValue"),
        ("plain", {"FifoQueue": "true"}, "InvalidParameterValue"),
        ("plain", {"VisibilityTimeout": "43201"}, "InvalidAttributeValue"),
        ("plain", {"Nope": "1"}, "InvalidAttributeName"),
    ],
)
def test_a_queue_that_can_not_be_is_refused(client, name, attributes, code):
    with aws_error(code):
        client("sqs").create_queue(QueueName=name, Attributes=attributes)


def test_the_query_protocol_answers_in_xml(cloud, account, queue):
    url, _ = queue("query")
    authorization = (
        f"AWS4-HMAC-SHA256 Credential={account}/20260101/us-east-1/sqs/aws4_request, "
        "SignedHeaders=host, Signature=" + "0" * 64
    )

    def call(**parameters):
        return requests.post(
            url,
            data=urllib.parse.urlencode({"Version": "2012-11-05", **parameters}),
            headers={
                "Authorization": authorization,
                "X-Amz-Date": "20260101T000000Z",
                "Content-Type": "application/x-www-form-urlencoded",
            },
            timeout=30,
        )

    sent = call(Action="SendMessage", MessageBody="<&>")
    assert sent.status_code == 200
    assert "<SendMessageResponse" in sent.text
    received = call(Action="ReceiveMessage")
    assert "<Body>&lt;&amp;&gt;</Body>" in received.text
    refused = call(Action="SendMessage")
    assert refused.status_code == 400
    assert "<Code>MissingParameter</Code>" in refused.text
