"""Amazon S3: versions listed, tags of objects, parts of uploads, as deployment tools use them."""

import boto3
import pytest
from errors import aws_error


@pytest.fixture
def bucket(client, account):
    name = f"bucket-{account}"
    client("s3").create_bucket(Bucket=name)
    return name


@pytest.fixture
def versioned(client, bucket):
    client("s3").put_bucket_versioning(
        Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
    )
    return bucket


def test_versions_are_listed_newest_first_and_by_page(client, versioned):
    s3 = client("s3")
    ids = [s3.put_object(Bucket=versioned, Key="a b", Body=bytes([n]))["VersionId"] for n in range(3)]
    marker = s3.delete_object(Bucket=versioned, Key="a b")["VersionId"]
    other = s3.put_object(Bucket=versioned, Key="c", Body=b"")["VersionId"]
    listed = s3.list_object_versions(Bucket=versioned)
    assert [(v["Key"], v["VersionId"], v["IsLatest"]) for v in listed["Versions"]] == [
        ("a b", ids[2], False),
        ("a b", ids[1], False),
        ("a b", ids[0], False),
        ("c", other, True),
    ]
    (deleted,) = listed["DeleteMarkers"]
    assert (deleted["VersionId"], deleted["IsLatest"]) == (marker, True)
    pages = s3.get_paginator("list_object_versions").paginate(
        Bucket=versioned, Prefix="a", PaginationConfig={"PageSize": 2}
    )
    seen = [v["VersionId"] for page in pages for v in page.get("DeleteMarkers", []) + page.get("Versions", [])]
    assert seen == [marker, ids[2], ids[1], ids[0]]


def test_a_bucket_with_versions_is_emptied_as_boto3_does_it(client, versioned, cloud, account):
    s3 = client("s3")
    for body in (b"1", b"2"):
        s3.put_object(Bucket=versioned, Key="k", Body=body)
    s3.delete_object(Bucket=versioned, Key="k")
    with aws_error("BucketNotEmpty", status=409):
        s3.delete_bucket(Bucket=versioned)
    session = boto3.Session(aws_access_key_id=account, aws_secret_access_key="x", region_name="us-east-1")
    session.resource("s3").Bucket(versioned).object_versions.delete()
    s3.delete_bucket(Bucket=versioned)


def test_an_object_without_versions_is_listed_as_null(client, bucket):
    client("s3").put_object(Bucket=bucket, Key="k", Body=b"x")
    (version,) = client("s3").list_object_versions(Bucket=bucket)["Versions"]
    assert (version["VersionId"], version["IsLatest"], version["Size"]) == ("null", True, 1)


def test_tags_of_an_object(client, bucket):
    s3 = client("s3")
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", Tagging="a=1&b=2")
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == [
        {"Key": "a", "Value": "1"},
        {"Key": "b", "Value": "2"},
    ]
    s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": [{"Key": "c", "Value": "3"}]})
    assert s3.head_object(Bucket=bucket, Key="k")["TagCount"] == 1
    s3.delete_object_tagging(Bucket=bucket, Key="k")
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == []
    with aws_error("NoSuchKey", "The specified key does not exist.", status=404):
        s3.get_object_tagging(Bucket=bucket, Key="nope")
    twice = [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]
    with aws_error("InvalidTag", "Cannot provide multiple Tags with the same key"):
        s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": twice})


def test_parts_of_an_upload(client, bucket):
    s3 = client("s3")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    etags = [
        s3.upload_part(Bucket=bucket, Key="k", UploadId=upload, PartNumber=n, Body=b"x" * n)["ETag"]
        for n in (1, 2, 3)
    ]
    listed = s3.list_parts(Bucket=bucket, Key="k", UploadId=upload)
    assert [(p["PartNumber"], p["ETag"], p["Size"]) for p in listed["Parts"]] == [
        (n, etags[n - 1], n) for n in (1, 2, 3)
    ]
    pages = s3.get_paginator("list_parts").paginate(
        Bucket=bucket, Key="k", UploadId=upload, PaginationConfig={"PageSize": 2}
    )
    assert [[p["PartNumber"] for p in page["Parts"]] for page in pages] == [[1, 2], [3]]
    s3.abort_multipart_upload(Bucket=bucket, Key="k", UploadId=upload)
    with aws_error("NoSuchUpload", status=404):
        s3.list_parts(Bucket=bucket, Key="k", UploadId=upload)
