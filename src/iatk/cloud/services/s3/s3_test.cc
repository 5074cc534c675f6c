#include <gtest/gtest.h>

#include "iatk/cloud/dispatch/test_cloud.h"
#include "iatk/cloud/services/s3/service.h"
#include "iatk/json/parse.h"

namespace iatk::cloud {
namespace {

namespace m = model::s3;

class S3Test : public testing::Test {
 protected:
  Result<m::CreateBucketOutput> Create(const std::string& bucket) {
    m::CreateBucketRequest input;
    input.bucket = bucket;
    return cloud.Call<m::op::CreateBucket>(input);
  }
  template <class Input>
  static Input Of(const std::string& bucket, const std::string& key) {
    Input input;
    input.bucket = bucket;
    input.key = key;
    return input;
  }
  Result<m::PutObjectOutput> Put(const std::string& key, const std::string& body) {
    auto input = Of<m::PutObjectRequest>("bucket", key);
    input.body = body;
    return cloud.Call<m::op::PutObject>(input);
  }
  Result<m::GetObjectOutput> Get(const std::string& key,
                                 const std::optional<std::string>& range = {},
                                 const std::optional<std::string>& version = {}) {
    auto input = Of<m::GetObjectRequest>("bucket", key);
    input.range = range;
    input.version_id = version;
    return cloud.Call<m::op::GetObject>(input);
  }
  Result<m::ListObjectsV2Output> List(m::ListObjectsV2Request input) {
    input.bucket = "bucket";
    return cloud.Call<m::op::ListObjectsV2>(input);
  }
  template <class Step>
  auto Apply(Step step, std::string_view properties, const std::string& physical_id = "") {
    RequestContext context = cloud.Context();
    ResourceRequest request{context,
                            "Stack",
                            "arn:stack",
                            "Logical",
                            *json::Parse(properties)->AsObject(),
                            {},
                            physical_id,
                            {{"aws:cloudformation:stack-name", "Stack"}}};
    return step(request);
  }

  TestCloud cloud;
  std::unique_ptr<Service> s3 = MakeS3(cloud.registry);
};

TEST_F(S3Test, BucketNamesFollowTheRulesAndAreTakenOnce) {
  for (const char* name :
       {"ab", "Upper", "a..b", "1.2.3.4", "-ab", "xn--ab", "a_b", "ab-s3alias"}) {
    EXPECT_EQ(Create(name).error().code, "InvalidBucketName") << name;
  }
  EXPECT_EQ(Create("bucket")->location, "/bucket");
  EXPECT_TRUE(Create("bucket")) << "us-east-1 lets an owner create a bucket twice";
  cloud.Run([&] {
    RequestContext other = cloud.Context();
    other.account = "210987654321";
    m::CreateBucketRequest input;
    input.bucket = "bucket";
    EXPECT_EQ(cloud.operations.Call<m::op::CreateBucket>(other, input).error().code,
              "BucketAlreadyExists");
    EXPECT_TRUE(cloud.operations.Call<m::op::ListBuckets>(other, {})->buckets->empty());
    m::HeadBucketRequest head;
    head.bucket = "bucket";
    EXPECT_EQ(cloud.operations.Call<m::op::HeadBucket>(other, head).error().http_status, 403);
  });
  EXPECT_EQ(cloud.Call<m::op::ListBuckets>({})->buckets->size(), 1U);
}

TEST_F(S3Test, LocationsFitTheEndpoint) {
  cloud.Run([&] {
    RequestContext context = cloud.Context();
    context.region = "eu-west-1";
    m::CreateBucketRequest input;
    input.bucket = "there";
    EXPECT_EQ(cloud.operations.Call<m::op::CreateBucket>(context, input).error().message,
              "The unspecified location constraint is incompatible for the region specific "
              "endpoint this request was sent to.");
    input.create_bucket_configuration.emplace().location_constraint = "eu-west-1";
    EXPECT_TRUE(cloud.operations.Call<m::op::CreateBucket>(context, input));
    EXPECT_EQ(cloud.operations.Call<m::op::CreateBucket>(context, input).error().code,
              "BucketAlreadyOwnedByYou");
  });
  m::GetBucketLocationRequest location;
  location.bucket = "there";
  EXPECT_EQ(cloud.Call<m::op::GetBucketLocation>(location)->location_constraint, "eu-west-1");
  m::HeadBucketRequest head;
  head.bucket = "there";
  EXPECT_EQ(cloud.Call<m::op::HeadBucket>(head)->bucket_region, "eu-west-1");
}

TEST_F(S3Test, ObjectsReadBackWholeAndInRanges) {
  ASSERT_TRUE(Create("bucket"));
  const auto put = Put("a", "0123456789");
  EXPECT_EQ(put->e_tag, "\"781e5e245d69b566979b86e28d23f2c7\"");
  EXPECT_EQ(put->server_side_encryption, "AES256");
  const auto whole = Get("a");
  EXPECT_EQ(whole->body, "0123456789");
  EXPECT_EQ(whole->content_type, "binary/octet-stream");
  EXPECT_FALSE(whole->content_range);
  EXPECT_EQ(Get("a", "bytes=2-4")->body, "234");
  EXPECT_EQ(Get("a", "bytes=2-4")->content_range, "bytes 2-4/10");
  EXPECT_EQ(Get("a", "bytes=7-")->body, "789");
  EXPECT_EQ(Get("a", "bytes=-3")->body, "789");
  EXPECT_EQ(Get("a", "bytes=8-99")->content_range, "bytes 8-9/10");
  EXPECT_EQ(Get("a", "bytes=10-").error().http_status, 416);
  EXPECT_EQ(Get("a", "lines=1-2")->body, "0123456789");
}

TEST_F(S3Test, MissingThingsHaveTheirErrors) {
  EXPECT_EQ(Get("a").error().message, "The specified bucket does not exist");
  ASSERT_TRUE(Create("bucket"));
  const Error error = Get("a").error();
  EXPECT_EQ(error.code, "NoSuchKey");
  EXPECT_EQ(error.http_status, 404);
  EXPECT_EQ(error.details.front(), (std::pair<std::string, std::string>("Key", "a")));
  EXPECT_EQ(Put(std::string(1025, 'k'), "").error().code, "KeyTooLongError");
  auto put = Of<m::PutObjectRequest>("bucket", "a");
  put.sse_customer_algorithm = "AES256";
  EXPECT_EQ(cloud.Call<m::op::PutObject>(put).error().http_status, 501);
  auto get = Of<m::GetObjectRequest>("bucket", "a");
  get.expected_bucket_owner = "210987654321";
  EXPECT_EQ(cloud.Call<m::op::GetObject>(get).error().code, "AccessDenied");
}

TEST_F(S3Test, ConditionsHold) {
  ASSERT_TRUE(Create("bucket"));
  const std::string etag = *Put("a", "x")->e_tag;
  auto get = Of<m::GetObjectRequest>("bucket", "a");
  get.if_none_match = etag;
  EXPECT_EQ(cloud.Call<m::op::GetObject>(get).error().http_status, 304);
  get.if_none_match.reset();
  get.if_match = "\"other\"";
  EXPECT_EQ(cloud.Call<m::op::GetObject>(get).error().http_status, 412);
  get.if_match.reset();
  get.if_modified_since = TestCloud::Start();
  EXPECT_EQ(cloud.Call<m::op::GetObject>(get).error().http_status, 304);
  auto put = Of<m::PutObjectRequest>("bucket", "a");
  put.if_none_match = "*";
  EXPECT_EQ(cloud.Call<m::op::PutObject>(put).error().code, "PreconditionFailed");
}

TEST_F(S3Test, ListingRollsUpAndGoesPageByPage) {
  ASSERT_TRUE(Create("bucket"));
  for (const char* key : {"a", "b/1", "b/2", "c d", "d/1"}) ASSERT_TRUE(Put(key, "x"));
  m::ListObjectsV2Request input;
  input.delimiter = "/";
  input.max_keys = 2;
  const auto first = List(input);
  EXPECT_EQ(first->contents->size(), 1U);
  EXPECT_EQ(first->common_prefixes->front().prefix, "b/");
  EXPECT_EQ(first->key_count, 2);
  EXPECT_EQ(first->is_truncated, true);
  input.continuation_token = first->next_continuation_token;
  input.encoding_type = "url";
  const auto second = List(input);
  EXPECT_EQ(second->contents->front().key, "c%20d");
  EXPECT_EQ(second->common_prefixes->front().prefix, "d/");
  EXPECT_EQ(second->is_truncated, false);
  m::ListObjectsRequest old;
  old.bucket = "bucket";
  old.delimiter = "/";
  old.max_keys = 2;
  EXPECT_EQ(cloud.Call<m::op::ListObjects>(old)->next_marker, "b/");
  old.marker = "b/";
  EXPECT_EQ(cloud.Call<m::op::ListObjects>(old)->contents->front().key, "c d");
  m::ListObjectsV2Request within;
  within.prefix = "b/";
  within.start_after = "b/1";
  EXPECT_EQ(List(within)->contents->front().key, "b/2");
  within.max_keys = -1;
  EXPECT_EQ(List(within).error().code, "InvalidArgument");
}

TEST_F(S3Test, CopiesTakeMetadataAlongOrReplaceIt) {
  ASSERT_TRUE(Create("bucket"));
  auto put = Of<m::PutObjectRequest>("bucket", "a b");
  put.body = "x";
  put.metadata.emplace()["k"] = "v";
  ASSERT_TRUE(cloud.Call<m::op::PutObject>(put));
  auto copy = Of<m::CopyObjectRequest>("bucket", "c");
  copy.copy_source = "bucket/a%20b";
  ASSERT_TRUE(cloud.Call<m::op::CopyObject>(copy));
  EXPECT_EQ(Get("c")->metadata->at("k"), "v");
  copy.key = "a b";
  EXPECT_EQ(cloud.Call<m::op::CopyObject>(copy).error().code, "InvalidRequest");
  copy.metadata_directive = "REPLACE";
  ASSERT_TRUE(cloud.Call<m::op::CopyObject>(copy));
  EXPECT_FALSE(Get("a b")->metadata);
}

TEST_F(S3Test, VersionsOutliveDeletes) {
  ASSERT_TRUE(Create("bucket"));
  ASSERT_TRUE(Put("a", "null version"));
  m::PutBucketVersioningRequest versioning;
  versioning.bucket = "bucket";
  versioning.versioning_configuration.emplace().status = "Enabled";
  ASSERT_TRUE(cloud.Call<m::op::PutBucketVersioning>(versioning));
  const std::string one = *Put("a", "one")->version_id;
  ASSERT_TRUE(Put("a", "two"));
  const auto marker = cloud.Call<m::op::DeleteObject>(Of<m::DeleteObjectRequest>("bucket", "a"));
  EXPECT_EQ(marker->delete_marker, true);
  EXPECT_EQ(Get("a").error().code, "NoSuchKey");
  EXPECT_EQ(Get("a", {}, one)->body, "one");
  EXPECT_EQ(Get("a", {}, "null")->body, "null version");
  auto remove = Of<m::DeleteObjectRequest>("bucket", "a");
  remove.version_id = marker->version_id;
  ASSERT_TRUE(cloud.Call<m::op::DeleteObject>(remove));
  EXPECT_EQ(Get("a")->body, "two");
  m::DeleteBucketRequest bucket;
  bucket.bucket = "bucket";
  EXPECT_EQ(cloud.Call<m::op::DeleteBucket>(bucket).error().message,
            "The bucket you tried to delete is not empty. You must delete all versions in the "
            "bucket.");
}

TEST_F(S3Test, MultipartUploadsJoinTheirParts) {
  ASSERT_TRUE(Create("bucket"));
  const auto upload =
      cloud.Call<m::op::CreateMultipartUpload>(Of<m::CreateMultipartUploadRequest>("bucket", "a"));
  ASSERT_TRUE(upload);
  auto complete = Of<m::CompleteMultipartUploadRequest>("bucket", "a");
  complete.upload_id = upload->upload_id;
  auto& parts = complete.multipart_upload.emplace().parts.emplace();
  for (const std::int32_t number : {1, 2}) {
    auto part = Of<m::UploadPartRequest>("bucket", "a");
    part.upload_id = upload->upload_id;
    part.part_number = number;
    part.body = std::string(number == 1 ? 5 * 1024 * 1024 : 3, 'x');
    m::CompletedPart& named = parts.emplace_back();
    named.part_number = number;
    named.e_tag = cloud.Call<m::op::UploadPart>(part)->e_tag;
  }
  std::swap(parts[0], parts[1]);
  EXPECT_EQ(cloud.Call<m::op::CompleteMultipartUpload>(complete).error().code, "InvalidPartOrder");
  std::swap(parts[0], parts[1]);
  const auto done = cloud.Call<m::op::CompleteMultipartUpload>(complete);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_TRUE(done->e_tag->ends_with("-2\""));
  EXPECT_EQ(Get("a")->body->size(), 5U * 1024 * 1024 + 3);
  auto head = Of<m::HeadObjectRequest>("bucket", "a");
  head.part_number = 2;
  EXPECT_EQ(cloud.Call<m::op::HeadObject>(head)->content_range, "bytes 5242880-5242882/5242883");
  EXPECT_EQ(cloud.Call<m::op::CompleteMultipartUpload>(complete).error().code, "NoSuchUpload");
}

TEST_F(S3Test, SettingsReadBack) {
  ASSERT_TRUE(Create("bucket"));
  m::GetBucketPolicyRequest policy;
  policy.bucket = "bucket";
  EXPECT_EQ(cloud.Call<m::op::GetBucketPolicy>(policy).error().code, "NoSuchBucketPolicy");
  m::PutBucketPolicyRequest put;
  put.bucket = "bucket";
  put.policy = "x";
  EXPECT_EQ(cloud.Call<m::op::PutBucketPolicy>(put).error().code, "MalformedPolicy");
  put.policy =
      R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::other"}]})";
  EXPECT_EQ(cloud.Call<m::op::PutBucketPolicy>(put).error().message, "Policy has invalid resource");
  m::GetBucketTaggingRequest tags;
  tags.bucket = "bucket";
  EXPECT_EQ(cloud.Call<m::op::GetBucketTagging>(tags).error().code, "NoSuchTagSet");
  m::GetPublicAccessBlockRequest block;
  block.bucket = "bucket";
  EXPECT_EQ(cloud.Call<m::op::GetPublicAccessBlock>(block)
                ->public_access_block_configuration->block_public_acls,
            true);
  m::DeletePublicAccessBlockRequest unblock;
  unblock.bucket = "bucket";
  ASSERT_TRUE(cloud.Call<m::op::DeletePublicAccessBlock>(unblock));
  EXPECT_EQ(cloud.Call<m::op::GetPublicAccessBlock>(block).error().code,
            "NoSuchPublicAccessBlockConfiguration");
}

TEST_F(S3Test, BucketTypeMakesAndRemovesEmptyBuckets) {
  const ResourceType* const type = cloud.resource_types.Find("AWS::S3::Bucket");
  const auto made = Apply(type->create, R"({"VersioningConfiguration":{"Status":"Enabled"}})");
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_TRUE(made->physical_id.starts_with("stack-logical-"));
  EXPECT_EQ(*made->attributes.Find("Arn")->AsString(), "arn:aws:s3:::" + made->physical_id);
  auto put = Of<m::PutObjectRequest>(made->physical_id, "a");
  const auto object = cloud.Call<m::op::PutObject>(put);
  ASSERT_TRUE(object);
  EXPECT_EQ(Apply(type->remove, "{}", made->physical_id).error().code, "BucketNotEmpty");
  auto remove = Of<m::DeleteObjectRequest>(made->physical_id, "a");
  remove.version_id = object->version_id;
  ASSERT_TRUE(cloud.Call<m::op::DeleteObject>(remove));
  const ResourceType* const policy = cloud.resource_types.Find("AWS::S3::BucketPolicy");
  EXPECT_TRUE(Apply(policy->create,
                    R"({"Bucket":")" + made->physical_id +
                        R"(","PolicyDocument":{"Statement":{"Effect":"Allow","Principal":"*",)"
                        R"("Action":"s3:GetObject","Resource":"arn:aws:s3:::)" +
                        made->physical_id + R"(/*"}}})"));
  EXPECT_TRUE(Apply(type->remove, "{}", made->physical_id));
  EXPECT_TRUE(Apply(type->remove, "{}", made->physical_id));
}

}  // namespace
}  // namespace iatk::cloud
