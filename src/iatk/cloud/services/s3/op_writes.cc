// Objects written, copied and deleted.
#include "iatk/cloud/services/s3/conditions.h"
#include "iatk/cloud/services/s3/copy_source.h"
#include "iatk/cloud/services/s3/new_object.h"
#include "iatk/cloud/services/s3/service.h"

namespace iatk::cloud {

namespace m = model::s3;

namespace {

Time WholeSeconds(Time time) { return std::chrono::floor<std::chrono::seconds>(time); }

}  // namespace

Result<m::PutObjectOutput> S3::PutObject(RequestContext& context,
                                         const m::PutObjectRequest& input) {
  IATK_TRY(S3Bucket* const bucket, Find(context, input.bucket, input.expected_bucket_owner));
  IATK_CHECK(CheckKey(input.key));
  const std::size_t size = input.body ? input.body->size() : 0;
  if (size > s3_limits::kMaxObjectBytes) return Fail(s3_errors::EntityTooLarge(size));
  if (input.write_offset_bytes) {
    return Fail(s3_errors::HeaderNotImplemented("x-amz-write-offset-bytes"));
  }
  IATK_CHECK(CheckWriteConditions(*bucket, *input.key, input.if_match, input.if_none_match));
  IATK_TRY(S3Object object, DescribeObject(input, *bucket));
  IATK_TRY(const std::string algorithm, RequestedAlgorithm(input, input.checksum_algorithm));
  if (!algorithm.empty()) object.checksum.algorithm = algorithm;
  object.body = std::make_shared<const std::string>(input.body.value_or(""));
  object.etag = QuotedMd5(*object.body);
  object.checksum.value = ComputeChecksum(object.checksum.algorithm, *object.body);
  object.last_modified = WholeSeconds(context.Now());
  const S3Object& made = bucket->Put(*input.key, std::move(object), NewVersionId(context.ids()));

  m::PutObjectOutput output;
  output.e_tag = made.etag;
  SetChecksum(made.checksum, &output);
  output.checksum_type = made.checksum.type;
  SetEncryption(made.encryption, &output);
  SetVersion(*bucket, made, &output);
  return output;
}

Result<m::CopyObjectOutput> S3::CopyObject(RequestContext& context,
                                           const m::CopyObjectRequest& input) {
  IATK_TRY(S3Bucket* const bucket, Find(context, input.bucket, input.expected_bucket_owner));
  IATK_CHECK(CheckKey(input.key));
  IATK_TRY(const CopySource source, ParseCopySource(input.copy_source.value_or("")));
  IATK_TRY(const S3Bucket* const from,
           Find(context, source.bucket, input.expected_source_bucket_owner));
  IATK_TRY(const S3Object* const original, from->Find(source.key, source.version_id));
  IATK_CHECK(
      CheckConditions({input.copy_source_if_match, input.copy_source_if_none_match,
                       input.copy_source_if_modified_since, input.copy_source_if_unmodified_since},
                      original->etag, original->last_modified, true));
  IATK_CHECK(CheckWriteConditions(*bucket, *input.key, input.if_match, input.if_none_match));
  const bool replaces = input.metadata_directive == "REPLACE";
  if (bucket == from && *input.key == source.key && !source.version_id && !replaces &&
      !input.storage_class && !input.website_redirect_location && !input.server_side_encryption) {
    return Fail(s3_errors::CopyOntoItself());
  }
  IATK_TRY(S3Object copy, DescribeObject(input, *bucket));
  if (!replaces) {
    copy.metadata = original->metadata;
    copy.metadata.website_redirect_location = input.website_redirect_location;
  }
  if (input.tagging_directive != "REPLACE") copy.tags = original->tags;
  copy.body = original->body;
  // A copy is one piece, however its original was uploaded.
  copy.etag = original->part_sizes.empty() ? original->etag : QuotedMd5(*copy.body);
  copy.checksum.algorithm = original->checksum.algorithm;
  if (input.checksum_algorithm) {
    if (!IsChecksumAlgorithm(*input.checksum_algorithm)) {
      return Fail(s3_errors::HeaderNotImplemented("x-amz-checksum-algorithm"));
    }
    copy.checksum.algorithm = *input.checksum_algorithm;
  }
  copy.checksum.value = ComputeChecksum(copy.checksum.algorithm, *copy.body);
  copy.last_modified = WholeSeconds(context.Now());

  m::CopyObjectOutput output;
  if (!from->versioning.empty()) output.copy_source_version_id = original->version_id;
  // `original` may be gone once the copy is put in its place.
  const S3Object& made = bucket->Put(*input.key, std::move(copy), NewVersionId(context.ids()));
  m::CopyObjectResult& result = output.copy_object_result.emplace();
  result.e_tag = made.etag;
  result.last_modified = made.last_modified;
  result.checksum_type = made.checksum.type;
  SetChecksum(made.checksum, &result);
  SetEncryption(made.encryption, &output);
  SetVersion(*bucket, made, &output);
  return output;
}

Result<m::DeleteObjectOutput> S3::DeleteObject(RequestContext& context,
                                               const m::DeleteObjectRequest& input) {
  IATK_TRY(S3Bucket* const bucket, Find(context, input.bucket, input.expected_bucket_owner));
  IATK_CHECK(CheckKey(input.key));
  if (input.mfa) return Fail(s3_errors::HeaderNotImplemented("x-amz-mfa"));
  if (input.if_match_last_modified_time || input.if_match_size) {
    return Fail(s3_errors::HeaderNotImplemented("x-amz-if-match-size"));
  }
  IATK_CHECK(CheckWriteConditions(*bucket, *input.key, input.if_match, std::nullopt));
  m::DeleteObjectOutput output;
  if (input.version_id) {
    if (input.version_id->empty()) return Fail(s3_errors::InvalidVersionId(""));
    const auto was_marker = bucket->DeleteVersion(*input.key, *input.version_id);
    if (was_marker.value_or(false)) output.delete_marker = true;
    output.version_id = *input.version_id;
    return output;
  }
  const S3Object* const marker =
      bucket->Delete(*input.key, NewVersionId(context.ids()), WholeSeconds(context.Now()));
  if (marker != nullptr) {
    output.delete_marker = true;
    output.version_id = marker->version_id;
  }
  return output;
}

Result<m::DeleteObjectsOutput> S3::DeleteObjects(RequestContext& context,
                                                 const m::DeleteObjectsRequest& input) {
  IATK_CHECK(Find(context, input.bucket, input.expected_bucket_owner));
  if (!input.delete_ || !input.delete_->objects || input.delete_->objects->empty() ||
      input.delete_->objects->size() > s3_limits::kMaxKeysPerPage) {
    return Fail(s3_errors::MalformedXml());
  }
  const bool quiet = input.delete_->quiet.value_or(false);
  m::DeleteObjectsOutput output;
  for (const m::ObjectIdentifier& identifier : *input.delete_->objects) {
    m::DeleteObjectRequest each;
    each.bucket = input.bucket;
    each.key = identifier.key;
    each.version_id = identifier.version_id;
    each.mfa = input.mfa;
    each.if_match = identifier.e_tag;
    const Result<m::DeleteObjectOutput> done = DeleteObject(context, each);
    if (!done) {
      if (!output.errors) output.errors.emplace();
      m::Error& error = output.errors->emplace_back();
      error.key = identifier.key;
      error.version_id = identifier.version_id;
      error.code = done.error().code;
      error.message = done.error().message;
    } else if (!quiet) {
      if (!output.deleted) output.deleted.emplace();
      m::DeletedObject& deleted = output.deleted->emplace_back();
      deleted.key = identifier.key;
      deleted.version_id = identifier.version_id;
      deleted.delete_marker = done->delete_marker;
      if (done->delete_marker) deleted.delete_marker_version_id = done->version_id;
    }
  }
  return output;
}

}  // namespace iatk::cloud
