#include "iatk/trace/select.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>

#include "iatk/json/write.h"

namespace iatk::trace {
namespace {

std::string_view Trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

bool IsStep(const Part& part, const std::string& step) {
  return step == "*" || part.name == step || (!part.origin.empty() && part.origin == step);
}

bool HasAnnotation(const Part& part, const Selector& selector) {
  const json::Value* const annotations = part.json->Find("annotations");
  const json::Value* const value =
      annotations == nullptr ? nullptr : annotations->Find(*selector.annotation);
  if (value == nullptr) return false;
  return !selector.annotation_value || json::Equal(*value, *selector.annotation_value);
}

}  // namespace

Result<std::vector<std::string>> ReadPath(std::string_view text) {
  std::vector<std::string> path;
  while (true) {
    const std::size_t end = std::min(text.find('>'), text.size());
    path.emplace_back(Trim(text.substr(0, end)));
    if (path.back().empty()) {
      return Fail(SenderError("InvalidPath", "a path is \"A > B > C\", without empty steps"));
    }
    if (path.size() > kMostSteps) {
      return Fail(
          SenderError("InvalidPath", fmt::format("a path has more than {} steps", kMostSteps)));
    }
    if (end == text.size()) return path;
    text.remove_prefix(end + 1);
  }
}

std::string ToText(const std::vector<std::string>& path) {
  return fmt::format("{}", fmt::join(path, " > "));
}

Result<Selector> ReadSelector(const json::Value& json) {
  const auto invalid = [](std::string why) {
    return Fail(SenderError("InvalidSelector", std::move(why)));
  };
  if (json.AsObject() == nullptr) return invalid("a selector is an object");
  Selector selector;
  for (const auto& [key, value] : *json.AsObject()) {
    if (value.is_null()) continue;
    if (key == "AnnotationValue") {
      selector.annotation_value = value;
      continue;
    }
    const std::string* const text = value.AsString();
    if (text == nullptr) return invalid(fmt::format("a selector's {} is a string", key));
    if (key == "Name") {
      selector.name = *text;
    } else if (key == "Origin") {
      selector.origin = *text;
    } else if (key == "Annotation") {
      selector.annotation = *text;
    } else if (key == "Path") {
      IATK_TRY(selector.path, ReadPath(*text));
    } else {
      return invalid(fmt::format("a selector has no {}", key));
    }
  }
  if (selector.annotation_value && !selector.annotation) {
    return invalid("a selector's AnnotationValue needs an Annotation");
  }
  return selector;
}

std::string ToText(const Selector& selector) {
  std::vector<std::string> texts;
  if (!selector.name.empty()) texts.push_back(fmt::format("name \"{}\"", selector.name));
  if (!selector.origin.empty()) texts.push_back(fmt::format("origin \"{}\"", selector.origin));
  if (selector.annotation_value) {
    texts.push_back(fmt::format("annotation {} = {}", *selector.annotation,
                                json::Write(*selector.annotation_value)));
  } else if (selector.annotation) {
    texts.push_back(fmt::format("annotation {}", *selector.annotation));
  }
  if (!selector.path.empty()) texts.push_back(fmt::format("path {}", ToText(selector.path)));
  return texts.empty() ? "anything" : fmt::format("{}", fmt::join(texts, ", "));
}

PathProgress FollowPath(const Forest& forest, const std::vector<std::string>& path) {
  PathProgress progress;
  if (path.empty() || path.size() > kMostSteps) return progress;
  // Of each part, as bits: the steps that what is behind it may go on from.
  std::vector<std::uint64_t> from(forest.parts.size(), 0);
  for (std::size_t i = 0; i < forest.parts.size(); ++i) {
    const Part& part = forest.parts[i];
    const std::uint64_t before = part.parent == kNone ? 0 : from[part.parent];
    std::uint64_t here = 0;
    for (std::size_t step = 0; step < path.size(); ++step) {
      const bool may_be = step == 0 || (before >> (step - 1) & 1) != 0;
      if (may_be && IsStep(part, path[step])) here |= std::uint64_t{1} << step;
    }
    if (const auto steps = static_cast<std::size_t>(std::bit_width(here)); steps > progress.steps) {
      progress.steps = steps;
      progress.furthest = i;
    }
    if ((here >> (path.size() - 1) & 1) != 0) progress.found.push_back(i);
    from[i] = here | (part.is_segment ? 0 : before);
  }
  return progress;
}

std::vector<std::size_t> Select(const Forest& forest, const Selector& selector) {
  std::vector<std::size_t> candidates;
  if (!selector.path.empty()) {
    candidates = FollowPath(forest, selector.path).found;
  } else {
    candidates.resize(forest.parts.size());
    for (std::size_t i = 0; i < candidates.size(); ++i) candidates[i] = i;
  }
  std::erase_if(candidates, [&](std::size_t i) {
    const Part& part = forest.parts[i];
    return (!selector.name.empty() && part.name != selector.name) ||
           (!selector.origin.empty() && part.origin != selector.origin) ||
           (selector.annotation && !HasAnnotation(part, selector));
  });
  return candidates;
}

}  // namespace iatk::trace
