#include "iatk/cloud/services/s3/new_object.h"

#include <algorithm>
#include <array>

#include "iatk/cloud/services/s3/conditions.h"

namespace iatk::cloud {

Result<void> CheckKey(const std::optional<std::string>& key) {
  if (!key || key->empty()) {
    return Fail(s3_errors::InvalidArgument("Object key must not be empty", "key", ""));
  }
  if (key->size() > s3_limits::kMaxKeyBytes) return Fail(s3_errors::KeyTooLong(key->size()));
  return {};
}

Result<void> CheckUserMetadata(const std::map<std::string, std::string>& metadata) {
  std::size_t size = 0;
  for (const auto& [name, value] : metadata) size += name.size() + value.size();
  if (size > s3_limits::kMaxMetadataBytes) return Fail(s3_errors::MetadataTooLarge(size));
  return {};
}

Result<std::string> CheckStorageClass(const std::optional<std::string>& storage_class) {
  // The archives aren't among them: what lies there can't be read until it is restored.
  constexpr std::array<std::string_view, 5> kClasses = {
      "STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING"};
  constexpr std::array<std::string_view, 7> kOthers = {
      "GLACIER", "DEEP_ARCHIVE",    "GLACIER_IR", "OUTPOSTS",
      "SNOW",    "EXPRESS_ONEZONE", "FSX_OPENZFS"};
  std::string name = storage_class.value_or("STANDARD");
  if (std::ranges::find(kOthers, name) != kOthers.end()) {
    return Fail(s3_errors::HeaderNotImplemented("x-amz-storage-class"));
  }
  if (std::ranges::find(kClasses, name) == kClasses.end()) {
    return Fail(s3_errors::InvalidStorageClass(name));
  }
  return name;
}

std::string NewVersionId(IdSource& ids) { return ids.FromAlphabet(32, kAlphabetAlphanumeric); }

Result<void> CheckWriteConditions(const S3Bucket& bucket, const std::string& key,
                                  const std::optional<std::string>& if_match,
                                  const std::optional<std::string>& if_none_match) {
  const S3Object* const current = bucket.Current(key);
  if (if_none_match) {
    if (*if_none_match != "*") return Fail(s3_errors::HeaderNotImplemented("If-None-Match"));
    if (current != nullptr) return Fail(s3_errors::PreconditionFailed("If-None-Match"));
  }
  if (if_match) {
    if (current == nullptr) return Fail(s3_errors::NoSuchKey(key));
    if (!MatchesEtag(*if_match, current->etag)) {
      return Fail(s3_errors::PreconditionFailed("If-Match"));
    }
  }
  return {};
}

}  // namespace iatk::cloud
