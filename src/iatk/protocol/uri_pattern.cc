#include "iatk/protocol/uri_pattern.h"

#include "iatk/protocol/uri.h"

namespace iatk::protocol {
namespace {

std::vector<std::string_view> Split(std::string_view path) {
  std::vector<std::string_view> parts;
  if (!path.empty() && path.front() == '/') path.remove_prefix(1);
  if (path.empty()) return parts;
  while (true) {
    const std::size_t slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

}  // namespace

UriPattern ParseUriPattern(std::string_view text) {
  UriPattern pattern;
  const std::size_t question = text.find('?');
  for (std::string_view part : Split(text.substr(0, question))) {
    UriPattern::Segment segment;
    if (part.size() > 2 && part.front() == '{' && part.back() == '}') {
      segment.label = true;
      part = part.substr(1, part.size() - 2);
      if (part.back() == '+') {
        segment.greedy = true;
        part.remove_suffix(1);
      }
    }
    segment.text = part;
    pattern.segments.push_back(std::move(segment));
  }
  // A trailing slash of the model ("/2015-03-31/functions/") is no segment of its own.
  if (!pattern.segments.empty() && pattern.segments.back().text.empty()) {
    pattern.segments.pop_back();
  }
  std::string_view query =
      question == std::string_view::npos ? std::string_view() : text.substr(question + 1);
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view part = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) {
      pattern.query.emplace_back(part, std::nullopt);
    } else {
      pattern.query.emplace_back(part.substr(0, equals), std::string(part.substr(equals + 1)));
    }
  }
  return pattern;
}

std::optional<Labels> MatchPath(const UriPattern& pattern, std::string_view path) {
  std::vector<std::string_view> parts = Split(path);
  const std::size_t count = pattern.segments.size();
  std::size_t greedy = count;
  for (std::size_t i = 0; i < count; ++i) {
    if (pattern.segments[i].greedy) greedy = i;
  }
  if (greedy == count && parts.size() == count + 1 && parts.back().empty()) parts.pop_back();
  if (greedy == count ? parts.size() != count : parts.size() < count) return std::nullopt;
  const std::size_t extra = parts.size() - count;

  Labels labels;
  std::size_t at = 0;
  for (const UriPattern::Segment& segment : pattern.segments) {
    if (segment.greedy) {
      const char* begin = parts[at].data();
      const std::string_view last = parts[at + extra];
      const std::string_view text(begin,
                                  static_cast<std::size_t>(last.data() + last.size() - begin));
      if (text.empty()) return std::nullopt;
      labels.emplace_back(segment.text, PercentDecode(text));
      at += extra + 1;
      continue;
    }
    const std::string_view part = parts[at++];
    if (segment.label) {
      if (part.empty()) return std::nullopt;
      labels.emplace_back(segment.text, PercentDecode(part));
    } else if (part != segment.text && PercentDecode(part) != segment.text) {
      return std::nullopt;
    }
  }
  return labels;
}

}  // namespace iatk::protocol
