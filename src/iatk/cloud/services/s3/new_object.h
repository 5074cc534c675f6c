// What PutObject, CopyObject and CreateMultipartUpload have in common: the headers that describe a
// new object.
#pragma once

#include <memory>
#include <string>

#include "iatk/base/digest.h"
#include "iatk/cloud/services/s3/bucket.h"
#include "iatk/cloud/services/s3/errors.h"
#include "iatk/cloud/services/s3/limits.h"
#include "iatk/cloud/services/s3/tagging.h"

namespace iatk::cloud {

Result<void> CheckKey(const std::optional<std::string>& key);
Result<void> CheckUserMetadata(const std::map<std::string, std::string>& metadata);
/// `STANDARD` for none. Fails with `InvalidStorageClass`.
Result<std::string> CheckStorageClass(const std::optional<std::string>& storage_class);
std::string NewVersionId(IdSource& ids);

/// Refuses by its header what is asked for and not done.
template <class Input>
Result<void> RefuseUnsupported(const Input& input) {
  if (input.sse_customer_algorithm || input.sse_customer_key) {
    return Fail(s3_errors::HeaderNotImplemented("x-amz-server-side-encryption-customer-algorithm"));
  }
  if (input.object_lock_mode || input.object_lock_retain_until_date) {
    return Fail(s3_errors::HeaderNotImplemented("x-amz-object-lock-mode"));
  }
  if (input.object_lock_legal_hold_status || input.object_lock_event_hold) {
    return Fail(s3_errors::HeaderNotImplemented("x-amz-object-lock-legal-hold"));
  }
  const std::string acl = input.acl.value_or("private");
  if ((acl != "private" && acl != "bucket-owner-full-control") || input.grant_full_control ||
      input.grant_read || input.grant_read_acp || input.grant_write_acp) {
    return Fail(s3_errors::AccessControlListNotSupported());
  }
  return {};
}

template <class Input>
Result<S3Metadata> MetadataOf(const Input& input) {
  S3Metadata metadata;
  metadata.cache_control = input.cache_control;
  metadata.content_disposition = input.content_disposition;
  metadata.content_encoding = input.content_encoding;
  metadata.content_language = input.content_language;
  metadata.content_type = input.content_type.value_or("binary/octet-stream");
  metadata.expires = input.expires;
  metadata.website_redirect_location = input.website_redirect_location;
  if (input.metadata) {
    IATK_CHECK(CheckUserMetadata(*input.metadata));
    metadata.user = *input.metadata;
  }
  return metadata;
}

template <class Input>
Result<S3Encryption> EncryptionOf(const Input& input, const S3Bucket& bucket) {
  if (!input.server_side_encryption) return bucket.DefaultEncryption();
  S3Encryption encryption;
  encryption.algorithm = *input.server_side_encryption;
  encryption.kms_key_id = input.ssekms_key_id;
  if (encryption.algorithm == "AES256") {
    encryption.kms_key_id.reset();
  } else if (encryption.algorithm == "aws:kms" || encryption.algorithm == "aws:kms:dsse") {
    encryption.bucket_key = input.bucket_key_enabled;
  } else {
    return Fail(s3_errors::InvalidArgument("The encryption method specified is not supported",
                                           "x-amz-server-side-encryption", encryption.algorithm));
  }
  return encryption;
}

/// All but body, time and version.
template <class Input>
Result<S3Object> DescribeObject(const Input& input, const S3Bucket& bucket) {
  IATK_CHECK(RefuseUnsupported(input));
  S3Object object;
  IATK_TRY(object.metadata, MetadataOf(input));
  IATK_TRY(object.encryption, EncryptionOf(input, bucket));
  IATK_TRY(object.storage_class, CheckStorageClass(input.storage_class));
  if (input.tagging) {
    IATK_TRY(object.tags, ParseObjectTags(*input.tagging));
  }
  return object;
}

template <class Output>
void SetEncryption(const S3Encryption& encryption, Output* output) {
  output->server_side_encryption = encryption.algorithm;
  output->ssekms_key_id = encryption.kms_key_id;
  output->bucket_key_enabled = encryption.bucket_key;
}

/// Only buckets that have known versions tell of them.
template <class Output>
void SetVersion(const S3Bucket& bucket, const S3Object& object, Output* output) {
  if (!bucket.versioning.empty()) output->version_id = object.version_id;
}

inline std::string QuotedMd5(std::string_view body) { return '"' + Md5Hex(body) + '"'; }

/// If-Match and If-None-Match of a write to `key`.
Result<void> CheckWriteConditions(const S3Bucket& bucket, const std::string& key,
                                  const std::optional<std::string>& if_match,
                                  const std::optional<std::string>& if_none_match);

}  // namespace iatk::cloud
