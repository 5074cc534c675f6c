#include "iatk/kit/control_event.h"

#include <fmt/format.h>

#include "iatk/json/write.h"

namespace iatk::kit {

std::string ControlDetail(std::string_view listener_id, std::string_view token) {
  return json::Write(
      json::Object{{"listener", std::string(listener_id)}, {"token", std::string(token)}});
}

namespace {

constexpr std::string_view kBefore = R"({"$or":[)";

// What follows the pattern.
std::string After(std::string_view listener_id) {
  const json::Value control =
      json::Object{{"source", json::Array{std::string(kControlSource)}},
                   {"detail", json::Object{{"listener", json::Array{std::string(listener_id)}}}}};
  return fmt::format(",{}]}}", json::Write(control));
}

}  // namespace

std::string WithControlEvents(std::string_view pattern, std::string_view listener_id) {
  // The pattern's text stays as it is, with whatever a rewriting would take from it.
  return fmt::format("{}{}{}", kBefore, pattern, After(listener_id));
}

std::string_view WithoutControlEvents(std::string_view pattern, std::string_view listener_id) {
  const std::string after = After(listener_id);
  if (!pattern.starts_with(kBefore) || !pattern.ends_with(after)) return pattern;
  pattern.remove_prefix(kBefore.size());
  pattern.remove_suffix(after.size());
  return pattern;
}

std::optional<std::string> ControlTokenOf(const json::Value& event, std::string_view listener_id) {
  const std::string* source = event.FindString("source");
  if (source == nullptr || *source != kControlSource) return std::nullopt;
  const json::Value* detail = event.Find("detail");
  if (detail == nullptr) return std::nullopt;
  const std::string* listener = detail->FindString("listener");
  const std::string* token = detail->FindString("token");
  if (listener == nullptr || token == nullptr || *listener != listener_id) return std::nullopt;
  return *token;
}

}  // namespace iatk::kit
