// Objects read.
#include <numeric>

#include "iatk/base/time_text.h"
#include "iatk/cloud/services/s3/conditions.h"
#include "iatk/cloud/services/s3/new_object.h"
#include "iatk/cloud/services/s3/service.h"

namespace iatk::cloud {

namespace m = model::s3;

namespace {

// The part of the object that a Range or a part number asks for; nullopt: all of it.
template <class Input>
Result<std::optional<ByteRange>> Wanted(const Input& input, const S3Object& object) {
  if (!input.part_number) return ParseRange(input.range, object.size());
  if (input.range) {
    return Fail(s3_errors::InvalidRequest(
        "Cannot specify both Range header and partNumber query parameter"));
  }
  const auto& parts = object.part_sizes;
  const std::size_t count = parts.empty() ? 1 : parts.size();
  if (*input.part_number < 1 || static_cast<std::size_t>(*input.part_number) > count) {
    return Fail(s3_errors::InvalidPartNumber(*input.part_number, count));
  }
  if (parts.empty()) {
    if (object.size() == 0) return std::optional<ByteRange>();
    return std::optional(ByteRange{0, object.size()});
  }
  const auto end = parts.begin() + (*input.part_number - 1);
  return std::optional(ByteRange{std::accumulate(parts.begin(), end, std::size_t{0}), *end});
}

// All but the body.
template <class Input, class Output>
Result<std::optional<ByteRange>> Describe(const S3Bucket& bucket, const S3Object& object,
                                          const Input& input, Output* output) {
  if (input.sse_customer_algorithm || input.sse_customer_key) {
    return Fail(s3_errors::HeaderNotImplemented("x-amz-server-side-encryption-customer-algorithm"));
  }
  IATK_CHECK(CheckConditions(
      {input.if_match, input.if_none_match, input.if_modified_since, input.if_unmodified_since},
      object.etag, object.last_modified, false));
  IATK_TRY(const std::optional<ByteRange> range, Wanted(input, object));
  output->accept_ranges = "bytes";
  output->last_modified = object.last_modified;
  output->e_tag = object.etag;
  output->content_length = static_cast<std::int64_t>(range ? range->length : object.size());
  if (range) {
    output->content_range = "bytes " + std::to_string(range->first) + "-" +
                            std::to_string(range->first + range->length - 1) + "/" +
                            std::to_string(object.size());
  }
  if (input.part_number && !object.part_sizes.empty()) {
    output->parts_count = static_cast<std::int32_t>(object.part_sizes.size());
  }
  const S3Metadata& metadata = object.metadata;
  const auto pick = [](const auto& wanted, const auto& own) { return wanted ? wanted : own; };
  output->cache_control = pick(input.response_cache_control, metadata.cache_control);
  output->content_disposition =
      pick(input.response_content_disposition, metadata.content_disposition);
  output->content_encoding = pick(input.response_content_encoding, metadata.content_encoding);
  output->content_language = pick(input.response_content_language, metadata.content_language);
  output->content_type = pick(input.response_content_type, metadata.content_type);
  output->expires = input.response_expires ? std::optional(FormatHttpDate(*input.response_expires))
                                           : metadata.expires;
  output->website_redirect_location = metadata.website_redirect_location;
  if (!metadata.user.empty()) output->metadata = metadata.user;
  if (object.storage_class != "STANDARD") output->storage_class = object.storage_class;
  if (!object.tags.empty()) output->tag_count = static_cast<std::int32_t>(object.tags.size());
  // A checksum is of the whole object, and would mislead whoever reads a part of it.
  if (input.checksum_mode == "ENABLED" && !range) {
    SetChecksum(object.checksum, output);
    output->checksum_type = object.checksum.type;
  }
  SetEncryption(object.encryption, output);
  SetVersion(bucket, object, output);
  return range;
}

}  // namespace

Result<m::GetObjectOutput> S3::GetObject(RequestContext& context,
                                         const m::GetObjectRequest& input) {
  IATK_TRY(const S3Bucket* const bucket, Find(context, input.bucket, input.expected_bucket_owner));
  IATK_CHECK(CheckKey(input.key));
  IATK_TRY(const S3Object* const object, bucket->Find(*input.key, input.version_id));
  m::GetObjectOutput output;
  IATK_TRY(const std::optional<ByteRange> range, Describe(*bucket, *object, input, &output));
  output.body = range ? object->body->substr(range->first, range->length) : *object->body;
  return output;
}

Result<m::HeadObjectOutput> S3::HeadObject(RequestContext& context,
                                           const m::HeadObjectRequest& input) {
  IATK_TRY(const S3Bucket* const bucket, Find(context, input.bucket, input.expected_bucket_owner));
  IATK_CHECK(CheckKey(input.key));
  IATK_TRY(const S3Object* const object, bucket->Find(*input.key, input.version_id));
  m::HeadObjectOutput output;
  IATK_CHECK(Describe(*bucket, *object, input, &output));
  return output;
}

}  // namespace iatk::cloud
