"""Amazon S3, as deployment needs it."""

import hashlib

import boto3
import pytest
import requests
from botocore.config import Config
from errors import aws_error


@pytest.fixture
def bucket(client, account):
    name = f"bucket-{account}"
    client("s3").create_bucket(Bucket=name)
    return name


@pytest.mark.parametrize("style", ["path", "virtual"])
def test_an_object_goes_in_and_comes_out_in_either_style(client, bucket, style):
    s3 = client("s3", config=Config(s3={"addressing_style": style}))
    body = bytes(range(256)) * 1000
    put = s3.put_object(
        Bucket=bucket, Key="a/ü b.bin", Body=body, ContentType="x/y", Metadata={"who": "me"}
    )
    assert put["ETag"] == f'"{hashlib.md5(body).hexdigest()}"'
    got = s3.get_object(Bucket=bucket, Key="a/ü b.bin")
    assert got["Body"].read() == body
    assert (got["ContentType"], got["Metadata"]) == ("x/y", {"who": "me"})
    head = s3.head_object(Bucket=bucket, Key="a/ü b.bin")
    assert head["ContentLength"] == len(body)


def test_a_range_of_an_object(client, bucket):
    s3 = client("s3")
    s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")
    part = s3.get_object(Bucket=bucket, Key="k", Range="bytes=2-4")
    assert part["Body"].read() == b"234"
    assert part["ContentRange"] == "bytes 2-4/10"
    assert part["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert s3.get_object(Bucket=bucket, Key="k", Range="bytes=-3")["Body"].read() == b"789"
    with aws_error("InvalidRange", status=416):
        s3.get_object(Bucket=bucket, Key="k", Range="bytes=10-")


def test_conditions_are_kept(client, bucket):
    s3 = client("s3")
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"x")["ETag"]
    assert s3.get_object(Bucket=bucket, Key="k", IfMatch=etag)["Body"].read() == b"x"
    with aws_error("PreconditionFailed", status=412):
        s3.get_object(Bucket=bucket, Key="k", IfMatch='"other"')
    with aws_error("304"):
        s3.get_object(Bucket=bucket, Key="k", IfNoneMatch=etag)


def test_objects_are_listed_by_prefix_delimiter_and_page(client, bucket):
    s3 = client("s3")
    for key in ("a/1", "a/2", "a/b/3", "c"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    out = s3.list_objects_v2(Bucket=bucket, Prefix="a/", Delimiter="/")
    assert [item["Key"] for item in out["Contents"]] == ["a/1", "a/2"]
    assert [prefix["Prefix"] for prefix in out["CommonPrefixes"]] == ["a/b/"]
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, PaginationConfig={"PageSize": 3}
    )
    assert [len(page["Contents"]) for page in pages] == [3, 1]


def test_objects_are_deleted_one_by_one_and_many_at_once(client, bucket):
    s3 = client("s3")
    for key in "abc":
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    s3.delete_object(Bucket=bucket, Key="a")
    s3.delete_object(Bucket=bucket, Key="never-there")
    out = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "b"}, {"Key": "c"}]})
    assert [item["Key"] for item in out["Deleted"]] == ["b", "c"]
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_a_large_object_goes_up_in_parts(client, bucket, tmp_path):
    s3 = client("s3")
    body = bytes(i * 7 % 251 for i in range(11 << 20))
    path = tmp_path / "large"
    path.write_bytes(body)
    s3.upload_file(str(path), bucket, "large")
    assert s3.head_object(Bucket=bucket, Key="large")["ETag"].endswith('-2"')
    assert s3.get_object(Bucket=bucket, Key="large")["Body"].read() == body


def test_an_object_is_copied(client, bucket):
    s3 = client("s3")
    s3.put_object(Bucket=bucket, Key="from", Body=b"x")
    s3.copy_object(Bucket=bucket, Key="to", CopySource={"Bucket": bucket, "Key": "from"})
    assert s3.get_object(Bucket=bucket, Key="to")["Body"].read() == b"x"


def test_a_presigned_url_serves_the_object(client, bucket):
    s3 = client("s3")
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"})
    assert requests.get(url, timeout=30).content == b"x"


def test_what_is_not_there(client, bucket):
    s3 = client("s3")
    with aws_error("NoSuchKey", "The specified key does not exist.", status=404):
        s3.get_object(Bucket=bucket, Key="nope")
    with aws_error("404", "Not Found"):
        s3.head_object(Bucket=bucket, Key="nope")
    with aws_error("NoSuchBucket", "The specified bucket does not exist", status=404):
        s3.list_objects_v2(Bucket="nope-" + bucket)
    with aws_error("404"):
        s3.head_bucket(Bucket="nope-" + bucket)


def test_buckets(client, bucket, cloud):
    s3 = client("s3")
    assert [b["Name"] for b in s3.list_buckets()["Buckets"]] == [bucket]
    assert s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] is None
    with aws_error("InvalidBucketName"):
        s3.create_bucket(Bucket="Upper")
    s3.put_object(Bucket=bucket, Key="k", Body=b"")
    with aws_error("BucketNotEmpty", status=409):
        s3.delete_bucket(Bucket=bucket)
    stranger = client("s3", key="999988887777")
    with aws_error("BucketAlreadyExists", status=409):
        stranger.create_bucket(Bucket=bucket)
    s3.delete_object(Bucket=bucket, Key="k")
    s3.delete_bucket(Bucket=bucket)
    assert s3.list_buckets()["Buckets"] == []


def test_a_bucket_of_another_region_says_which(client, account):
    name = f"far-{account}"
    far = client("s3", region="eu-west-1")
    far.create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    assert far.get_bucket_location(Bucket=name)["LocationConstraint"] == "eu-west-1"
