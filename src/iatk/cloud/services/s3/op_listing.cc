// Objects listed: both versions of the operation are one walk over the keys.
#include <algorithm>

#include "iatk/base/digest.h"
#include "iatk/cloud/services/s3/errors.h"
#include "iatk/cloud/services/s3/limits.h"
#include "iatk/cloud/services/s3/service.h"
#include "iatk/protocol/uri.h"

namespace iatk::cloud {

namespace m = model::s3;

namespace {

struct Walk {
  std::string prefix;
  std::string delimiter;
  std::string from;            ///< the first key looked at
  bool after = false;          ///< but not `from` itself
  std::string skipped_prefix;  ///< a common prefix that an earlier page ended with
  std::size_t limit = 0;
};

struct Page {
  std::vector<std::pair<const std::string*, const S3Object*>> objects;
  std::vector<std::string> prefixes;
  std::string last;                   ///< the last key or common prefix of the page
  const std::string* next = nullptr;  ///< the first key behind the page, if there is one
};

Page Collect(const S3Bucket& bucket, const Walk& walk) {
  Page page;
  if (walk.limit == 0) return page;
  auto it = bucket.objects.lower_bound(std::max(walk.from, walk.prefix));
  for (; it != bucket.objects.end() && it->first.starts_with(walk.prefix); ++it) {
    const std::string& key = it->first;
    if ((walk.after && key == walk.from) || it->second.back().delete_marker) continue;
    std::string group;
    if (!walk.delimiter.empty()) {
      const std::size_t at = key.find(walk.delimiter, walk.prefix.size());
      if (at != std::string::npos) group = key.substr(0, at + walk.delimiter.size());
    }
    if (!group.empty()) {
      if (group == walk.skipped_prefix) continue;
      if (!page.prefixes.empty() && page.prefixes.back() == group) continue;
    }
    if (page.objects.size() + page.prefixes.size() == walk.limit) {
      page.next = &key;
      return page;
    }
    if (group.empty()) {
      page.objects.emplace_back(&key, &it->second.back());
      page.last = key;
    } else {
      page.last = group;
      page.prefixes.push_back(std::move(group));
    }
  }
  return page;
}

Result<std::int32_t> CheckMaxKeys(const std::optional<std::int32_t>& max_keys) {
  const std::int32_t wanted = max_keys.value_or(s3_limits::kMaxKeysPerPage);
  if (wanted < 0) {
    return Fail(
        s3_errors::InvalidArgument("Argument maxKeys must be an integer between 0 and 2147483647",
                                   "maxKeys", std::to_string(wanted)));
  }
  return std::min(wanted, static_cast<std::int32_t>(s3_limits::kMaxKeysPerPage));
}

// Keys in the answer: as they are, or encoded for XML's sake.
class Encoder {
 public:
  static Result<Encoder> For(const std::optional<std::string>& type) {
    if (type && *type != "url") {
      return Fail(s3_errors::InvalidArgument("Invalid Encoding Method specified in Request",
                                             "encoding-type", *type));
    }
    return Encoder(type.has_value());
  }
  std::string operator()(const std::string& text) const {
    return encodes_ ? protocol::PercentEncode(text, true) : text;
  }

 private:
  explicit Encoder(bool encodes) : encodes_(encodes) {}
  bool encodes_;
};

template <class Output>
void Fill(const Page& page, const S3Bucket& bucket, const Encoder& encode, bool with_owner,
          Output* output) {
  output->name = bucket.name;
  output->is_truncated = page.next != nullptr;
  if (!page.objects.empty()) output->contents.emplace();
  for (const auto& [key, object] : page.objects) {
    m::Object& each = output->contents->emplace_back();
    each.key = encode(*key);
    each.last_modified = object->last_modified;
    each.e_tag = object->etag;
    each.size = static_cast<std::int64_t>(object->size());
    each.storage_class = object->storage_class;
    each.checksum_algorithm = std::vector<std::string>{object->checksum.algorithm};
    each.checksum_type = object->checksum.type;
    if (with_owner) each.owner.emplace().id = CanonicalUserId(bucket.account);
  }
  if (!page.prefixes.empty()) output->common_prefixes.emplace();
  for (const std::string& prefix : page.prefixes) {
    output->common_prefixes->emplace_back().prefix = encode(prefix);
  }
}

}  // namespace

Result<m::ListObjectsOutput> S3::ListObjects(RequestContext& context,
                                             const m::ListObjectsRequest& input) {
  IATK_TRY(const S3Bucket* const bucket, Find(context, input.bucket, input.expected_bucket_owner));
  IATK_TRY(const std::int32_t max_keys, CheckMaxKeys(input.max_keys));
  IATK_TRY(const Encoder encode, Encoder::For(input.encoding_type));
  Walk walk;
  walk.prefix = input.prefix.value_or("");
  walk.delimiter = input.delimiter.value_or("");
  walk.from = input.marker.value_or("");
  walk.after = true;
  walk.limit = static_cast<std::size_t>(max_keys);
  // A marker within a common prefix leaves all of it behind.
  if (!walk.delimiter.empty() && walk.from.starts_with(walk.prefix)) {
    const std::size_t at = walk.from.find(walk.delimiter, walk.prefix.size());
    if (at != std::string::npos) {
      walk.skipped_prefix = walk.from.substr(0, at + walk.delimiter.size());
    }
  }
  const Page page = Collect(*bucket, walk);
  m::ListObjectsOutput output;
  Fill(page, *bucket, encode, true, &output);
  output.prefix = encode(walk.prefix);
  output.marker = encode(walk.from);
  output.max_keys = max_keys;
  if (!walk.delimiter.empty()) output.delimiter = encode(walk.delimiter);
  if (input.encoding_type) output.encoding_type = *input.encoding_type;
  // Without a delimiter the last key is the next marker, and S3 leaves that to the caller.
  if (page.next != nullptr && !walk.delimiter.empty()) output.next_marker = encode(page.last);
  return output;
}

Result<m::ListObjectsV2Output> S3::ListObjectsV2(RequestContext& context,
                                                 const m::ListObjectsV2Request& input) {
  IATK_TRY(const S3Bucket* const bucket, Find(context, input.bucket, input.expected_bucket_owner));
  IATK_TRY(const std::int32_t max_keys, CheckMaxKeys(input.max_keys));
  IATK_TRY(const Encoder encode, Encoder::For(input.encoding_type));
  Walk walk;
  walk.prefix = input.prefix.value_or("");
  walk.delimiter = input.delimiter.value_or("");
  walk.limit = static_cast<std::size_t>(max_keys);
  if (input.continuation_token) {
    const auto next = Base64Decode(*input.continuation_token);
    if (!next || next->empty()) {
      return Fail(s3_errors::InvalidArgument("The continuation token provided is incorrect",
                                             "continuation-token", *input.continuation_token));
    }
    walk.from = *next;
  } else if (input.start_after) {
    walk.from = *input.start_after;
    walk.after = true;
  }
  const Page page = Collect(*bucket, walk);
  m::ListObjectsV2Output output;
  Fill(page, *bucket, encode, input.fetch_owner.value_or(false), &output);
  output.prefix = encode(walk.prefix);
  output.max_keys = max_keys;
  output.key_count = static_cast<std::int32_t>(page.objects.size() + page.prefixes.size());
  if (!walk.delimiter.empty()) output.delimiter = encode(walk.delimiter);
  if (input.encoding_type) output.encoding_type = *input.encoding_type;
  if (input.start_after) output.start_after = encode(*input.start_after);
  output.continuation_token = input.continuation_token;
  if (page.next != nullptr) output.next_continuation_token = Base64Encode(*page.next);
  return output;
}

}  // namespace iatk::cloud
