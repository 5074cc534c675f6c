#include "iatk/cloud/services/s3/bucket.h"

#include <algorithm>
#include <array>

#include "iatk/base/arn.h"
#include "iatk/base/digest.h"
#include "iatk/cloud/services/s3/errors.h"

namespace iatk::cloud {

namespace m = model::s3;

namespace {

bool IsLowerOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool LooksLikeIpAddress(std::string_view name) {
  return std::ranges::count(name, '.') == 3 &&
         std::ranges::all_of(name, [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

}  // namespace

bool IsBucketName(std::string_view name) {
  constexpr std::array<std::string_view, 3> kPrefixes = {"xn--", "sthree-", "amzn-s3-demo-"};
  constexpr std::array<std::string_view, 5> kSuffixes = {"-s3alias", "--ol-s3", ".mrap", "--x-s3",
                                                         "--table-s3"};
  if (name.size() < 3 || name.size() > 63) return false;
  if (!IsLowerOrDigit(name.front()) || !IsLowerOrDigit(name.back())) return false;
  if (!std::ranges::all_of(name,
                           [](char c) { return IsLowerOrDigit(c) || c == '.' || c == '-'; })) {
    return false;
  }
  if (name.find("..") != std::string_view::npos || LooksLikeIpAddress(name)) return false;
  return std::ranges::none_of(kPrefixes, [&](auto p) { return name.starts_with(p); }) &&
         std::ranges::none_of(kSuffixes, [&](auto s) { return name.ends_with(s); });
}

std::string CanonicalUserId(std::string_view account) { return HexEncode(Sha256(account)); }

m::ServerSideEncryptionConfiguration DefaultEncryptionConfiguration() {
  m::ServerSideEncryptionConfiguration configuration;
  m::ServerSideEncryptionRule& rule = configuration.rules.emplace().emplace_back();
  rule.apply_server_side_encryption_by_default.emplace().sse_algorithm = "AES256";
  rule.bucket_key_enabled = false;
  return configuration;
}

// New buckets block public access, as S3's do since April 2023.
S3Bucket::S3Bucket() : encryption(DefaultEncryptionConfiguration()) {
  m::PublicAccessBlockConfiguration& block = public_access_block.emplace();
  block.block_public_acls = true;
  block.ignore_public_acls = true;
  block.block_public_policy = true;
  block.restrict_public_buckets = true;
}

std::string S3Bucket::arn() const {
  return Arn{std::string(PartitionOfRegion(region)), "s3", "", "", name}.ToString();
}

const S3Object* S3Bucket::Current(std::string_view key) const {
  const auto it = objects.find(key);
  if (it == objects.end() || it->second.back().delete_marker) return nullptr;
  return &it->second.back();
}

Result<const S3Object*> S3Bucket::Find(const std::string& key,
                                       const std::optional<std::string>& version_id) const {
  if (!version_id) {
    const S3Object* const object = Current(key);
    if (object == nullptr) return Fail(s3_errors::NoSuchKey(key));
    return object;
  }
  if (version_id->empty()) return Fail(s3_errors::InvalidVersionId(*version_id));
  const auto it = objects.find(key);
  if (it != objects.end()) {
    for (const S3Object& version : it->second) {
      if (version.version_id != *version_id) continue;
      if (version.delete_marker) return Fail(s3_errors::DeleteMarkerMethodNotAllowed());
      return &version;
    }
  }
  return Fail(s3_errors::NoSuchVersion(key, *version_id));
}

Result<S3Object*> S3Bucket::Find(const std::string& key,
                                 const std::optional<std::string>& version_id) {
  IATK_TRY(const S3Object* const found, std::as_const(*this).Find(key, version_id));
  return const_cast<S3Object*>(found);  // NOLINT(cppcoreguidelines-pro-type-const-cast): ours
}

const S3Object& S3Bucket::Put(const std::string& key, S3Object object, std::string version_id) {
  std::vector<S3Object>& versions = objects[key];
  if (versioning == "Enabled") {
    object.version_id = std::move(version_id);
  } else {
    object.version_id = "null";
    std::erase_if(versions, [](const S3Object& each) { return each.version_id == "null"; });
  }
  return versions.emplace_back(std::move(object));
}

const S3Object* S3Bucket::Delete(const std::string& key, std::string version_id, Time now) {
  if (versioning.empty()) {
    objects.erase(key);
    return nullptr;
  }
  S3Object marker;
  marker.delete_marker = true;
  marker.last_modified = now;
  return &Put(key, std::move(marker), std::move(version_id));
}

std::optional<bool> S3Bucket::DeleteVersion(const std::string& key, std::string_view version_id) {
  const auto it = objects.find(key);
  if (it == objects.end()) return std::nullopt;
  const auto version = std::ranges::find(it->second, version_id, &S3Object::version_id);
  if (version == it->second.end()) return std::nullopt;
  const bool was_marker = version->delete_marker;
  it->second.erase(version);
  if (it->second.empty()) objects.erase(it);
  return was_marker;
}

S3Encryption S3Bucket::DefaultEncryption() const {
  S3Encryption result;
  const m::ServerSideEncryptionRule& rule = encryption.rules->front();
  result.algorithm = *rule.apply_server_side_encryption_by_default->sse_algorithm;
  result.kms_key_id = rule.apply_server_side_encryption_by_default->kms_master_key_id;
  if (result.algorithm != "AES256") result.bucket_key = rule.bucket_key_enabled;
  return result;
}

}  // namespace iatk::cloud
