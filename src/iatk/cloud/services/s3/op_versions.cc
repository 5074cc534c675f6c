// All versions of a bucket's objects, as those who empty a bucket list them: keys in order, each
// with its newest version first. Amazon S3 API Reference, "ListObjectVersions".
#include <algorithm>
#include <ranges>

#include "iatk/cloud/services/s3/errors.h"
#include "iatk/cloud/services/s3/limits.h"
#include "iatk/cloud/services/s3/service.h"
#include "iatk/protocol/uri.h"

namespace iatk::cloud {

namespace m = model::s3;

namespace {

class Listing {
 public:
  Listing(const S3Bucket& bucket, bool encodes, m::ListObjectVersionsOutput& output)
      : bucket_(bucket), encodes_(encodes), output_(output) {}

  std::string Encode(const std::string& text) const {
    return encodes_ ? protocol::PercentEncode(text, true) : text;
  }

  void Add(const std::string& key, const S3Object& object, bool latest) {
    if (object.delete_marker) {
      if (!output_.delete_markers) output_.delete_markers.emplace();
      Describe(key, object, latest, &output_.delete_markers->emplace_back());
      return;
    }
    if (!output_.versions) output_.versions.emplace();
    m::ObjectVersion& version = output_.versions->emplace_back();
    Describe(key, object, latest, &version);
    version.e_tag = object.etag;
    version.size = static_cast<std::int64_t>(object.size());
    version.storage_class = object.storage_class;
    version.checksum_algorithm = std::vector<std::string>{object.checksum.algorithm};
    version.checksum_type = object.checksum.type;
  }

 private:
  template <class Entry>
  void Describe(const std::string& key, const S3Object& object, bool latest, Entry* entry) {
    entry->key = Encode(key);
    entry->version_id = object.version_id;
    entry->is_latest = latest;
    entry->last_modified = object.last_modified;
    entry->owner.emplace().id = CanonicalUserId(bucket_.account);
  }

  const S3Bucket& bucket_;
  bool encodes_;
  m::ListObjectVersionsOutput& output_;
};

}  // namespace

Result<m::ListObjectVersionsOutput> S3::ListObjectVersions(
    RequestContext& context, const m::ListObjectVersionsRequest& input) {
  IATK_TRY(const S3Bucket* const bucket, Find(context, input.bucket, input.expected_bucket_owner));
  const std::string prefix = input.prefix.value_or("");
  const std::string from = input.key_marker.value_or("");
  const std::string version_from = input.version_id_marker.value_or("");
  if (input.delimiter && !input.delimiter->empty()) {
    return Fail(s3_errors::NotImplemented("ListObjectVersions with a delimiter"));
  }
  if (!version_from.empty() && from.empty()) {
    return Fail(
        s3_errors::InvalidArgument("A version-id marker cannot be specified without a key marker.",
                                   "version-id-marker", version_from));
  }
  m::ListObjectVersionsOutput output;
  Listing listing(*bucket, input.encoding_type.has_value(), output);
  output.name = bucket->name;
  output.prefix = listing.Encode(prefix);
  output.key_marker = listing.Encode(from);
  output.version_id_marker = version_from;
  output.encoding_type = input.encoding_type;
  output.max_keys = std::clamp(input.max_keys.value_or(s3_limits::kMaxKeysPerPage), 0,
                               static_cast<std::int32_t>(s3_limits::kMaxKeysPerPage));
  output.is_truncated = false;

  std::int32_t count = 0;
  const std::string* last_key = nullptr;
  const std::string* last_version = nullptr;
  for (auto it = bucket->objects.lower_bound(std::max(from, prefix));
       it != bucket->objects.end() && it->first.starts_with(prefix); ++it) {
    const auto& [key, versions] = *it;
    const bool is_marker = !from.empty() && key == from;
    if (is_marker && version_from.empty()) continue;
    bool passed = !is_marker;
    for (const S3Object& object : std::views::reverse(versions)) {
      if (!passed) {
        passed = object.version_id == version_from;
        continue;
      }
      if (count == *output.max_keys) {
        output.is_truncated = true;
        if (last_key != nullptr) {
          output.next_key_marker = listing.Encode(*last_key);
          output.next_version_id_marker = *last_version;
        }
        return output;
      }
      listing.Add(key, object, &object == &versions.back());
      ++count;
      last_key = &key;
      last_version = &object.version_id;
    }
  }
  return output;
}

}  // namespace iatk::cloud
