#include "iatk/cloud/services/s3/tagging.h"

#include <fmt/format.h>

#include "iatk/cloud/services/s3/errors.h"
#include "iatk/cloud/services/s3/limits.h"
#include "iatk/protocol/uri.h"

namespace iatk::cloud {

namespace m = model::s3;

Result<Tags> CheckTags(const std::vector<m::Tag>& tags, std::size_t limit) {
  if (tags.size() > limit) {
    const std::string_view what = limit == s3_limits::kMaxObjectTags ? "Object" : "Bucket";
    return Fail(SenderError("BadRequest",
                            fmt::format("{} tag count cannot be greater than {}", what, limit)));
  }
  Tags result;
  for (const m::Tag& tag : tags) {
    if (!tag.key || !tag.value) return Fail(s3_errors::MalformedXml());
    if (tag.key->empty() || tag.key->size() > s3_limits::kMaxTagKey) {
      return Fail(s3_errors::InvalidTag("The TagKey you have provided is invalid", *tag.key));
    }
    if (tag.value->size() > s3_limits::kMaxTagValue) {
      return Fail(s3_errors::InvalidTag("The TagValue you have provided is invalid", *tag.key));
    }
    if (tag.key->starts_with("aws:")) {
      return Fail(
          s3_errors::InvalidTag("System tags cannot be added/updated by requester", *tag.key));
    }
    if (!result.emplace(*tag.key, *tag.value).second) {
      return Fail(
          s3_errors::InvalidTag("Cannot provide multiple Tags with the same key", *tag.key));
    }
  }
  return result;
}

Result<Tags> ParseObjectTags(const std::string& header) {
  std::vector<m::Tag> tags;
  for (auto& [key, value] : protocol::ParseQuery(header)) {
    m::Tag& tag = tags.emplace_back();
    tag.key = std::move(key);
    tag.value = std::move(value);
  }
  return CheckTags(tags, s3_limits::kMaxObjectTags);
}

std::vector<m::Tag> TagSetOf(const Tags& tags) {
  std::vector<m::Tag> list;
  for (const auto& [key, value] : tags) {
    m::Tag& tag = list.emplace_back();
    tag.key = key;
    tag.value = value;
  }
  return list;
}

}  // namespace iatk::cloud
