// Amazon Simple Storage Service, as deployments and tests need it: buckets with their settings,
// objects with their versions.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "iatk/cloud/dispatch/service.h"
#include "iatk/cloud/services/s3/bucket.h"
#include "iatk/model/s3/operations.h"

namespace iatk::cloud {

/// Buckets are named once in all accounts and regions, and live in one of each.
/// differs from AWS: a bucket is served to callers of any region, policies are kept but not
/// evaluated (a bucket with a policy is open to all accounts, one without to its owner alone), and
/// nothing is encrypted.
class S3 final : public Service {
 public:
  explicit S3(Registry& registry);

  // Buckets: op_buckets.cc.
  Result<model::s3::CreateBucketOutput> CreateBucket(RequestContext& context,
                                                     const model::s3::CreateBucketRequest& input);
  Result<model::Empty> DeleteBucket(RequestContext& context,
                                    const model::s3::DeleteBucketRequest& input);
  Result<model::s3::HeadBucketOutput> HeadBucket(RequestContext& context,
                                                 const model::s3::HeadBucketRequest& input);
  Result<model::s3::ListBucketsOutput> ListBuckets(RequestContext& context,
                                                   const model::s3::ListBucketsRequest& input);
  Result<model::s3::GetBucketLocationOutput> GetBucketLocation(
      RequestContext& context, const model::s3::GetBucketLocationRequest& input);

  // What is set on buckets: op_bucket_settings.cc.
  Result<model::s3::GetBucketVersioningOutput> GetBucketVersioning(
      RequestContext& context, const model::s3::GetBucketVersioningRequest& input);
  Result<model::Empty> PutBucketVersioning(RequestContext& context,
                                           const model::s3::PutBucketVersioningRequest& input);
  Result<model::s3::GetBucketPolicyOutput> GetBucketPolicy(
      RequestContext& context, const model::s3::GetBucketPolicyRequest& input);
  Result<model::Empty> PutBucketPolicy(RequestContext& context,
                                       const model::s3::PutBucketPolicyRequest& input);
  Result<model::Empty> DeleteBucketPolicy(RequestContext& context,
                                          const model::s3::DeleteBucketPolicyRequest& input);
  Result<model::s3::GetBucketTaggingOutput> GetBucketTagging(
      RequestContext& context, const model::s3::GetBucketTaggingRequest& input);
  Result<model::Empty> PutBucketTagging(RequestContext& context,
                                        const model::s3::PutBucketTaggingRequest& input);
  Result<model::Empty> DeleteBucketTagging(RequestContext& context,
                                           const model::s3::DeleteBucketTaggingRequest& input);
  Result<model::s3::GetBucketEncryptionOutput> GetBucketEncryption(
      RequestContext& context, const model::s3::GetBucketEncryptionRequest& input);
  Result<model::Empty> PutBucketEncryption(RequestContext& context,
                                           const model::s3::PutBucketEncryptionRequest& input);
  Result<model::Empty> DeleteBucketEncryption(
      RequestContext& context, const model::s3::DeleteBucketEncryptionRequest& input);
  Result<model::s3::GetPublicAccessBlockOutput> GetPublicAccessBlock(
      RequestContext& context, const model::s3::GetPublicAccessBlockRequest& input);
  Result<model::Empty> PutPublicAccessBlock(RequestContext& context,
                                            const model::s3::PutPublicAccessBlockRequest& input);
  Result<model::Empty> DeletePublicAccessBlock(
      RequestContext& context, const model::s3::DeletePublicAccessBlockRequest& input);

  // Objects written: op_writes.cc.
  Result<model::s3::PutObjectOutput> PutObject(RequestContext& context,
                                               const model::s3::PutObjectRequest& input);
  Result<model::s3::CopyObjectOutput> CopyObject(RequestContext& context,
                                                 const model::s3::CopyObjectRequest& input);
  Result<model::s3::DeleteObjectOutput> DeleteObject(RequestContext& context,
                                                     const model::s3::DeleteObjectRequest& input);
  Result<model::s3::DeleteObjectsOutput> DeleteObjects(
      RequestContext& context, const model::s3::DeleteObjectsRequest& input);

  // Objects read: op_reads.cc.
  Result<model::s3::GetObjectOutput> GetObject(RequestContext& context,
                                               const model::s3::GetObjectRequest& input);
  Result<model::s3::HeadObjectOutput> HeadObject(RequestContext& context,
                                                 const model::s3::HeadObjectRequest& input);

  // Objects listed: op_listing.cc.
  Result<model::s3::ListObjectsOutput> ListObjects(RequestContext& context,
                                                   const model::s3::ListObjectsRequest& input);
  Result<model::s3::ListObjectsV2Output> ListObjectsV2(
      RequestContext& context, const model::s3::ListObjectsV2Request& input);

  // Versions of objects listed: op_versions.cc.
  Result<model::s3::ListObjectVersionsOutput> ListObjectVersions(
      RequestContext& context, const model::s3::ListObjectVersionsRequest& input);

  // Tags of objects: op_object_tags.cc.
  Result<model::s3::GetObjectTaggingOutput> GetObjectTagging(
      RequestContext& context, const model::s3::GetObjectTaggingRequest& input);
  Result<model::s3::PutObjectTaggingOutput> PutObjectTagging(
      RequestContext& context, const model::s3::PutObjectTaggingRequest& input);
  Result<model::s3::DeleteObjectTaggingOutput> DeleteObjectTagging(
      RequestContext& context, const model::s3::DeleteObjectTaggingRequest& input);

  // Objects uploaded in parts: op_multipart.cc.
  Result<model::s3::CreateMultipartUploadOutput> CreateMultipartUpload(
      RequestContext& context, const model::s3::CreateMultipartUploadRequest& input);
  Result<model::s3::UploadPartOutput> UploadPart(RequestContext& context,
                                                 const model::s3::UploadPartRequest& input);
  Result<model::s3::UploadPartCopyOutput> UploadPartCopy(
      RequestContext& context, const model::s3::UploadPartCopyRequest& input);
  Result<model::s3::CompleteMultipartUploadOutput> CompleteMultipartUpload(
      RequestContext& context, const model::s3::CompleteMultipartUploadRequest& input);
  Result<model::s3::AbortMultipartUploadOutput> AbortMultipartUpload(
      RequestContext& context, const model::s3::AbortMultipartUploadRequest& input);
  Result<model::s3::ListPartsOutput> ListParts(RequestContext& context,
                                               const model::s3::ListPartsRequest& input);

 private:
  /// The bucket, for a caller who may use it: `NoSuchBucket`, `AccessDenied`.
  Result<S3Bucket*> Find(const RequestContext& context, const std::optional<std::string>& name,
                         const std::optional<std::string>& expected_owner);
  /// The same for what only owners may do.
  Result<S3Bucket*> FindOwn(const RequestContext& context, const std::optional<std::string>& name,
                            const std::optional<std::string>& expected_owner);

  void RegisterTagSource(Registry& registry);
  void RegisterResourceTypes(Registry& registry);  // cfn.cc

  std::map<std::string, S3Bucket, std::less<>> buckets_;
};

std::unique_ptr<Service> MakeS3(Registry& registry);

}  // namespace iatk::cloud
