// Buckets and objects as S3 keeps them.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/clock.h"
#include "iatk/base/result.h"
#include "iatk/cloud/dispatch/tagged_resources.h"
#include "iatk/cloud/services/s3/checksums.h"
#include "iatk/model/s3/types.h"

namespace iatk::cloud {

/// What travels with an object beside its body.
struct S3Metadata {
  std::optional<std::string> cache_control;
  std::optional<std::string> content_disposition;
  std::optional<std::string> content_encoding;
  std::optional<std::string> content_language;
  std::optional<std::string> content_type;
  std::optional<std::string> expires;
  std::optional<std::string> website_redirect_location;
  std::map<std::string, std::string> user;  ///< x-amz-meta-*, names in lower case
};

struct S3Encryption {
  std::string algorithm = "AES256";
  std::optional<std::string> kms_key_id;
  std::optional<bool> bucket_key;
  bool operator==(const S3Encryption&) const = default;
};

/// One version of an object. Bodies are shared with copies and never change.
struct S3Object {
  std::shared_ptr<const std::string> body;
  std::string etag;    ///< with its quotes
  Time last_modified;  ///< whole seconds, as S3's
  S3Metadata metadata;
  S3Encryption encryption;
  std::string storage_class = "STANDARD";
  S3Checksum checksum;
  Tags tags;
  std::vector<std::size_t> part_sizes;  ///< of a multipart upload; else empty
  std::string version_id = "null";
  bool delete_marker = false;

  std::size_t size() const { return body == nullptr ? 0 : body->size(); }
};

struct S3Upload {
  struct Part {
    std::shared_ptr<const std::string> body;
    std::string etag;
    S3Checksum checksum;
    Time last_modified;
  };
  std::string key;
  S3Object object;               ///< what it will be, without body
  bool default_checksum = true;  ///< no algorithm was asked for
  std::map<std::int32_t, Part> parts;
};

struct S3Bucket {
  std::string name;
  std::string account;
  std::string region;
  Time created;
  std::string versioning;  ///< "", "Enabled", "Suspended"
  std::string policy;
  Tags tags;
  std::optional<model::s3::PublicAccessBlockConfiguration> public_access_block;
  model::s3::ServerSideEncryptionConfiguration encryption;
  /// Versions of each key, oldest first; the last is current. Never empty.
  std::map<std::string, std::vector<S3Object>, std::less<>> objects;
  std::map<std::string, S3Upload, std::less<>> uploads;  ///< by upload id

  S3Bucket();

  std::string arn() const;
  /// The current object, or nullptr if there is none or it is deleted.
  const S3Object* Current(std::string_view key) const;
  /// The version of a GET: by its id, or the current one.
  Result<const S3Object*> Find(const std::string& key,
                               const std::optional<std::string>& version_id) const;
  /// The same of a GET, to be changed.
  Result<S3Object*> Find(const std::string& key, const std::optional<std::string>& version_id);
  /// Makes `object` the current version; gives it `version_id` if versions are kept.
  const S3Object& Put(const std::string& key, S3Object object, std::string version_id);
  /// Deletes a key as its versioning has it. Returns the delete marker if it made one.
  const S3Object* Delete(const std::string& key, std::string version_id, Time now);
  /// Deletes one version for good. Returns whether it was a delete marker; nullopt: there is none.
  std::optional<bool> DeleteVersion(const std::string& key, std::string_view version_id);
  /// The encryption of new objects that ask for none.
  S3Encryption DefaultEncryption() const;
};

/// "Bucket naming rules", for general purpose buckets.
bool IsBucketName(std::string_view name);

/// The canonical user id that stands for an account: 64 hexadecimal digits.
std::string CanonicalUserId(std::string_view account);

/// AES256 for all, as S3 has it since January 2023.
model::s3::ServerSideEncryptionConfiguration DefaultEncryptionConfiguration();

}  // namespace iatk::cloud
