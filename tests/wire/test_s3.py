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


def test_an_object_is_put_only_if_it_is_not_there(client, bucket):
    s3 = client("s3")
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"1", IfNoneMatch="*")["ETag"]
    with aws_error(
        "PreconditionFailed",
        "At least one of the pre-conditions you specified did not hold",
        status=412,
    ):
        s3.put_object(Bucket=bucket, Key="k", Body=b"2", IfNoneMatch="*")
    s3.put_object(Bucket=bucket, Key="k", Body=b"3", IfMatch=etag)
    with aws_error("PreconditionFailed", status=412):
        s3.put_object(Bucket=bucket, Key="k", Body=b"4", IfMatch=etag)
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"3"


def test_keys_of_any_characters_are_listed_as_they_are(client, bucket):
    s3 = client("s3")
    keys = sorted(["a b", "a+b", "a%20b", "<&>", "ü/é", "tab\there", "\x01", "//", "a?b#c"])
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    for listing in (s3.list_objects_v2, s3.list_objects):
        listed = [item["Key"] for item in listing(Bucket=bucket)["Contents"]]
        assert sorted(listed) == keys
    for key in keys:
        assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == key.encode()
    deleted = s3.delete_objects(
        Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys if key != "\x01"]}
    )
    assert len(deleted["Deleted"]) == len(keys) - 1


def test_common_prefixes_count_as_items_of_a_page(client, bucket):
    s3 = client("s3")
    for key in ("a/1", "a/2", "b/1", "c", "d/1"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    pages = list(
        s3.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Delimiter="/", PaginationConfig={"PageSize": 2}
        )
    )
    found = [
        [p["Prefix"] for p in page.get("CommonPrefixes", [])]
        + [item["Key"] for item in page.get("Contents", [])]
        for page in pages
    ]
    assert found == [["a/", "b/"], ["d/", "c"]]
    after = s3.list_objects_v2(Bucket=bucket, StartAfter="b/1")
    assert [item["Key"] for item in after["Contents"]] == ["c", "d/1"]


def test_parts_are_checked_when_an_upload_is_completed(client, bucket):
    s3 = client("s3")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    where = {"Bucket": bucket, "Key": "k", "UploadId": upload}
    first = s3.upload_part(**where, PartNumber=1, Body=b"small")["ETag"]
    second = s3.upload_part(**where, PartNumber=2, Body=b"last")["ETag"]

    def complete(*parts):
        s3.complete_multipart_upload(
            **where,
            MultipartUpload={"Parts": [{"PartNumber": n, "ETag": etag} for n, etag in parts]},
        )

    with aws_error("InvalidPart"):
        complete((1, second))
    with aws_error("InvalidPartOrder"):
        complete((2, second), (1, first))
    with aws_error(
        "EntityTooSmall",
        "Your proposed upload is smaller than the minimum allowed size",
        status=400,
    ):
        complete((1, first), (2, second))
    s3.abort_multipart_upload(**where)
    with aws_error("NoSuchUpload", status=404):
        s3.upload_part(**where, PartNumber=1, Body=b"x")
    with aws_error("404"):
        s3.head_object(Bucket=bucket, Key="k")


def test_a_copy_takes_or_replaces_the_metadata(client, bucket):
    s3 = client("s3")
    s3.put_object(Bucket=bucket, Key="from", Body=b"x", ContentType="a/b", Metadata={"k": "1"})
    source = {"Bucket": bucket, "Key": "from"}
    s3.copy_object(Bucket=bucket, Key="same", CopySource=source)
    s3.copy_object(
        Bucket=bucket,
        Key="new",
        CopySource=source,
        MetadataDirective="REPLACE",
        Metadata={"k": "2"},
        ContentType="c/d",
    )
    same, new = (s3.head_object(Bucket=bucket, Key=key) for key in ("same", "new"))
    assert (same["ContentType"], same["Metadata"]) == ("a/b", {"k": "1"})
    assert (new["ContentType"], new["Metadata"]) == ("c/d", {"k": "2"})
    with aws_error("NoSuchKey"):
        s3.copy_object(Bucket=bucket, Key="x", CopySource={"Bucket": bucket, "Key": "nope"})
    with aws_error("InvalidRequest"):
        s3.copy_object(Bucket=bucket, Key="from", CopySource=source)


def test_a_body_that_is_not_what_its_digest_says(client, bucket):
    s3 = client("s3")
    with aws_error("BadDigest", status=400):
        s3.put_object(Bucket=bucket, Key="k", Body=b"x", ContentMD5="1B2M2Y8AsgTpgAmY7PhCfg==")
    with aws_error("InvalidDigest", "The Content-MD5 you specified was invalid.", status=400):
        s3.put_object(Bucket=bucket, Key="k", Body=b"x", ContentMD5="nonsense")
    with aws_error("404"):
        s3.head_object(Bucket=bucket, Key="k")


def test_settings_of_a_bucket_are_kept(client, bucket):
    s3 = client("s3")
    with aws_error("NoSuchTagSet", "The TagSet does not exist", status=404):
        s3.get_bucket_tagging(Bucket=bucket)
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "a", "Value": "1"}]})
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == [{"Key": "a", "Value": "1"}]
    s3.delete_bucket_tagging(Bucket=bucket)
    with aws_error("NoSuchBucketPolicy", "The bucket policy does not exist", status=404):
        s3.get_bucket_policy(Bucket=bucket)
    assert "Status" not in s3.get_bucket_versioning(Bucket=bucket)
    encryption = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
    rule = encryption["Rules"][0]["ApplyServerSideEncryptionByDefault"]
    assert rule["SSEAlgorithm"] == "AES256"
