"""Bad input gets AWS's error, and the cloud goes on."""

import datetime
import socket

import pytest
import requests
from errors import aws_error


def authorization(account, service="sqs", region="us-east-1"):
    return {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={account}/20260101/{region}/{service}/aws4_request, "
        "SignedHeaders=host, Signature=" + "0" * 64,
        "X-Amz-Date": "20260101T000000Z",
    }


@pytest.fixture
def post(cloud, account):
    def send(body=b"", service="sqs", region="us-east-1", **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return requests.post(
            cloud.url,
            data=body,
            headers={**authorization(account, service, region), **named},
            timeout=60,
        )

    return send


JSON = {"Content_Type": "application/x-amz-json-1.0", "X_Amz_Target": "AmazonSQS.CreateQueue"}
EVENTS = {"Content_Type": "application/x-amz-json-1.1", "X_Amz_Target": "AWSEvents.PutEvents"}


@pytest.fixture(autouse=True)
def and_the_cloud_goes_on(client):
    yield
    assert client("sts").get_caller_identity()["Account"]


@pytest.mark.parametrize(
    "body",
    [b"{", b'{"QueueName":', b"[]", b'"x"', b"\xff\xfe", b'{"QueueName":1}', b'{"QueueName":"a"} x'],
)
def test_json_that_is_malformed(post, body):
    answer = post(body, **JSON)
    assert answer.status_code == 400
    assert answer.json()["__type"].endswith("SerializationException")


def test_json_that_is_nested_too_deeply(post):
    body = b'{"QueueName":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    answer = post(body, **JSON)
    assert answer.status_code == 400


def test_cbor_that_is_malformed(cloud, account):
    for body in (b"\xff", b"\xbf\x61", b"\xa1\x01", b"\x9b" + b"\xff" * 8, b"\xd8" * 1000):
        answer = requests.post(
            f"{cloud.url}/service/AmazonSQS/operation/CreateQueue",
            data=body,
            headers={
                **authorization(account),
                "smithy-protocol": "rpc-v2-cbor",
                "Content-Type": "application/cbor",
            },
            timeout=60,
        )
        assert 400 <= answer.status_code < 600
        assert answer.status_code != 500


def test_xml_that_is_malformed(cloud, account, client):
    bucket = f"b-{account}"
    client("s3").create_bucket(Bucket=bucket)
    for body in (b"<Delete>", b"nonsense", b"<a>" * 50_000):
        answer = requests.post(
            f"{cloud.url}/{bucket}?delete",
            data=body,
            headers=authorization(account, "s3"),
            timeout=60,
        )
        assert answer.status_code == 400
        assert "<Code>MalformedXML</Code>" in answer.text


def test_a_query_without_an_action(post):
    answer = post(
        b"Version=2012-11-05&x=%zz&=&&", Content_Type="application/x-www-form-urlencoded"
    )
    assert 400 <= answer.status_code < 500


def test_an_operation_that_is_not_served_is_refused_by_name(client):
    with aws_error("NotImplemented", "sts:GetFederationToken", status=501):
        client("sts").get_federation_token(Name="me")
    with aws_error("NotImplemented", "events:StartReplay", status=501):
        now = datetime.datetime.now()
        client("events").start_replay(
            ReplayName="r",
            EventSourceArn="arn:aws:events:us-east-1:123456789012:archive/a",
            EventStartTime=now,
            EventEndTime=now,
            Destination={"Arn": "arn:aws:events:us-east-1:123456789012:event-bus/default"},
        )


def test_an_operation_that_does_not_exist(post):
    answer = post(b"{}", Content_Type="application/x-amz-json-1.0", X_Amz_Target="AmazonSQS.Nope")
    assert answer.status_code == 400
    assert answer.json()["__type"].endswith("UnknownOperationException")


def test_a_service_that_is_not_served_is_refused_by_name(client):
    with aws_error("NotImplemented", status=501) as caught:
        client("dynamodb").list_tables()
    assert "dynamodb" in str(caught.value).lower()


def test_a_request_without_a_signature(cloud):
    answer = requests.post(
        cloud.url,
        data=b"{}",
        headers={
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": "AmazonSQS.ListQueues",
        },
        timeout=60,
    )
    assert answer.status_code == 403
    assert answer.json()["__type"].endswith("#MissingAuthenticationTokenException")
    assert requests.get(cloud.url + "/", timeout=60).status_code == 403


def test_a_signature_for_another_service_or_no_region(post):
    wrong = post(b"{}", service="sns", **JSON)
    assert wrong.status_code == 403
    assert "correct service: 'sqs'" in wrong.json()["message"]
    nowhere = post(b"{}", region="nowhere", **JSON)
    assert nowhere.status_code == 403
    assert "valid region" in nowhere.json()["message"]


def test_a_body_over_the_bound(post):
    answer = post(b"x" * (80 << 20), service="events", **EVENTS)
    assert answer.status_code in (400, 413)


def test_a_request_that_is_no_http(cloud):
    for line in (b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"NONSENSE / HTTP/9.9\r\n\r\n", b"\r\n" * 10_000):
        with socket.create_connection(("127.0.0.1", cloud.port), timeout=60) as connection:
            connection.sendall(line)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass


def test_a_client_that_goes_away_in_the_middle(cloud, account):
    head = (
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n"
        f"Authorization: {authorization(account)['Authorization']}\r\n\r\n"
    )
    for _ in range(50):
        with socket.create_connection(("127.0.0.1", cloud.port), timeout=60) as connection:
            connection.sendall(head.encode() + b"x" * 1000)
