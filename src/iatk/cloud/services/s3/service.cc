#include "iatk/cloud/services/s3/service.h"

#include "iatk/cloud/services/s3/errors.h"

namespace iatk::cloud {

namespace m = model::s3;

S3::S3(Registry& registry) {
  OperationTable& table = registry.operations;
  table.On<m::op::CreateBucket>(this, &S3::CreateBucket);
  table.On<m::op::DeleteBucket>(this, &S3::DeleteBucket);
  table.On<m::op::HeadBucket>(this, &S3::HeadBucket);
  table.On<m::op::ListBuckets>(this, &S3::ListBuckets);
  table.On<m::op::GetBucketLocation>(this, &S3::GetBucketLocation);
  table.On<m::op::GetBucketVersioning>(this, &S3::GetBucketVersioning);
  table.On<m::op::PutBucketVersioning>(this, &S3::PutBucketVersioning);
  table.On<m::op::GetBucketPolicy>(this, &S3::GetBucketPolicy);
  table.On<m::op::PutBucketPolicy>(this, &S3::PutBucketPolicy);
  table.On<m::op::DeleteBucketPolicy>(this, &S3::DeleteBucketPolicy);
  table.On<m::op::GetBucketTagging>(this, &S3::GetBucketTagging);
  table.On<m::op::PutBucketTagging>(this, &S3::PutBucketTagging);
  table.On<m::op::DeleteBucketTagging>(this, &S3::DeleteBucketTagging);
  table.On<m::op::GetBucketEncryption>(this, &S3::GetBucketEncryption);
  table.On<m::op::PutBucketEncryption>(this, &S3::PutBucketEncryption);
  table.On<m::op::DeleteBucketEncryption>(this, &S3::DeleteBucketEncryption);
  table.On<m::op::GetPublicAccessBlock>(this, &S3::GetPublicAccessBlock);
  table.On<m::op::PutPublicAccessBlock>(this, &S3::PutPublicAccessBlock);
  table.On<m::op::DeletePublicAccessBlock>(this, &S3::DeletePublicAccessBlock);
  table.On<m::op::PutObject>(this, &S3::PutObject);
  table.On<m::op::CopyObject>(this, &S3::CopyObject);
  table.On<m::op::DeleteObject>(this, &S3::DeleteObject);
  table.On<m::op::DeleteObjects>(this, &S3::DeleteObjects);
  table.On<m::op::GetObject>(this, &S3::GetObject);
  table.On<m::op::HeadObject>(this, &S3::HeadObject);
  table.On<m::op::ListObjects>(this, &S3::ListObjects);
  table.On<m::op::ListObjectsV2>(this, &S3::ListObjectsV2);
  table.On<m::op::ListObjectVersions>(this, &S3::ListObjectVersions);
  table.On<m::op::GetObjectTagging>(this, &S3::GetObjectTagging);
  table.On<m::op::PutObjectTagging>(this, &S3::PutObjectTagging);
  table.On<m::op::DeleteObjectTagging>(this, &S3::DeleteObjectTagging);
  table.On<m::op::ListParts>(this, &S3::ListParts);
  table.On<m::op::CreateMultipartUpload>(this, &S3::CreateMultipartUpload);
  table.On<m::op::UploadPart>(this, &S3::UploadPart);
  table.On<m::op::UploadPartCopy>(this, &S3::UploadPartCopy);
  table.On<m::op::CompleteMultipartUpload>(this, &S3::CompleteMultipartUpload);
  table.On<m::op::AbortMultipartUpload>(this, &S3::AbortMultipartUpload);
  RegisterTagSource(registry);
  RegisterResourceTypes(registry);
}

Result<S3Bucket*> S3::Find(const RequestContext& context, const std::optional<std::string>& name,
                           const std::optional<std::string>& expected_owner) {
  const auto it = buckets_.find(name.value_or(""));
  if (it == buckets_.end()) {
    const std::string wanted = name.value_or("");
    return Fail(IsBucketName(wanted) ? s3_errors::NoSuchBucket(wanted)
                                     : s3_errors::InvalidBucketName(wanted));
  }
  S3Bucket& bucket = it->second;
  if (expected_owner && *expected_owner != bucket.account) return Fail(s3_errors::AccessDenied());
  if (bucket.account != context.account && bucket.policy.empty()) {
    return Fail(s3_errors::AccessDenied());
  }
  return &bucket;
}

Result<S3Bucket*> S3::FindOwn(const RequestContext& context, const std::optional<std::string>& name,
                              const std::optional<std::string>& expected_owner) {
  IATK_TRY(S3Bucket* const bucket, Find(context, name, expected_owner));
  if (bucket->account != context.account) return Fail(s3_errors::AccessDenied());
  return bucket;
}

void S3::RegisterTagSource(Registry& registry) {
  const auto find = [this](RequestContext& context, const std::string& arn) -> Result<S3Bucket*> {
    const std::optional<Arn> parsed = ParseArn(arn);
    return FindOwn(context, parsed ? parsed->resource : arn, std::nullopt);
  };
  TagSource source;
  source.list = [this](RequestContext& context) {
    std::vector<TaggedResource> list;
    for (const auto& [name, bucket] : buckets_) {
      if (bucket.account == context.account && bucket.region == context.region &&
          !bucket.tags.empty()) {
        list.push_back({bucket.arn(), bucket.tags});
      }
    }
    return list;
  };
  source.tag = [find](RequestContext& context, const std::string& arn,
                      const Tags& tags) -> Result<void> {
    IATK_TRY(S3Bucket* const bucket, find(context, arn));
    for (const auto& [key, value] : tags) bucket->tags.insert_or_assign(key, value);
    return {};
  };
  source.untag = [find](RequestContext& context, const std::string& arn,
                        const std::vector<std::string>& keys) -> Result<void> {
    IATK_TRY(S3Bucket* const bucket, find(context, arn));
    for (const std::string& key : keys) bucket->tags.erase(key);
    return {};
  };
  registry.tagged_resources.Register("s3", std::move(source));
}

std::unique_ptr<Service> MakeS3(Registry& registry) { return std::make_unique<S3>(registry); }

}  // namespace iatk::cloud
