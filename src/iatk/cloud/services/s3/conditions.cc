#include "iatk/cloud/services/s3/conditions.h"

#include <algorithm>
#include <charconv>

#include "iatk/cloud/services/s3/errors.h"

namespace iatk::cloud {
namespace {

std::optional<std::size_t> Number(std::string_view text) {
  std::size_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view TrimSpaces(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::string_view Unquoted(std::string_view etag) {
  etag = TrimSpaces(etag);
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') {
    etag = etag.substr(1, etag.size() - 2);
  }
  return etag;
}

}  // namespace

Result<std::optional<ByteRange>> ParseRange(const std::optional<std::string>& range,
                                            std::size_t size) {
  constexpr std::string_view kUnit = "bytes=";
  const std::optional<ByteRange> whole;
  if (!range || !range->starts_with(kUnit)) return whole;
  const std::string_view spec = std::string_view(*range).substr(kUnit.size());
  const std::size_t dash = spec.find('-');
  if (dash == std::string_view::npos) return whole;
  const std::string_view first_text = spec.substr(0, dash);
  const std::string_view last_text = spec.substr(dash + 1);
  if (first_text.empty()) {
    const auto length = Number(last_text);
    if (!length) return whole;
    if (*length == 0 || size == 0) return Fail(s3_errors::InvalidRange(*range, size));
    const std::size_t taken = std::min(*length, size);
    return std::optional(ByteRange{size - taken, taken});
  }
  const auto first = Number(first_text);
  const auto last = last_text.empty() ? std::optional(size) : Number(last_text);
  if (!first || !last || (!last_text.empty() && *last < *first)) return whole;
  if (*first >= size) return Fail(s3_errors::InvalidRange(*range, size));
  return std::optional(ByteRange{*first, std::min(*last, size - 1) - *first + 1});
}

bool MatchesEtag(std::string_view list, std::string_view etag) {
  while (true) {
    const std::size_t comma = list.find(',');
    const std::string_view each = TrimSpaces(list.substr(0, comma));
    if (each == "*" || Unquoted(each) == Unquoted(etag)) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
}

Result<void> CheckConditions(const Conditions& conditions, std::string_view etag,
                             Time last_modified, bool is_copy) {
  const std::string prefix = is_copy ? "x-amz-copy-source-" : "";
  const auto failed = [&](std::string_view name) {
    return Fail(s3_errors::PreconditionFailed(prefix + std::string(name)));
  };
  if (conditions.if_match) {
    if (!MatchesEtag(*conditions.if_match, etag)) return failed("If-Match");
  } else if (conditions.if_unmodified_since && last_modified > *conditions.if_unmodified_since) {
    return failed("If-Unmodified-Since");
  }
  const bool unwanted =
      conditions.if_none_match
          ? MatchesEtag(*conditions.if_none_match, etag)
          : conditions.if_modified_since && last_modified <= *conditions.if_modified_since;
  if (!unwanted) return {};
  if (!is_copy) return Fail(s3_errors::NotModified());
  return failed(conditions.if_none_match ? "If-None-Match" : "If-Modified-Since");
}

}  // namespace iatk::cloud
