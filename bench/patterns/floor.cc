#include <simdjson.h>

#include <string>
#include <utility>

#include "engine.h"
#include "iatk/lang/event_pattern/scan.h"

namespace iatk::bench {
namespace {

namespace ondemand = simdjson::ondemand;

/// The names that lead to the fields used.
struct Names {
  std::string name;
  std::vector<Names> below;
  bool is_field = false;

  Names& At(const std::string& wanted) {
    for (Names& names : below) {
      if (names.name == wanted) return names;
    }
    below.emplace_back().name = wanted;
    return below.back();
  }
  void Take(const json::Value& pattern) {
    if (pattern.AsObject() == nullptr) {
      is_field = true;
      return;
    }
    for (const auto& [key, value] : *pattern.AsObject()) At(key).Take(value);
  }
};

class Floor : public Engine {
 public:
  Result<void> SetRules(const json::Array& patterns) override {
    names_ = Names();
    for (const json::Value& pattern : patterns) names_.Take(pattern);
    rules_ = patterns.size();
    return {};
  }

  std::vector<std::int64_t> Run(const std::vector<std::string_view>& events) override {
    found_ = 0;
    for (std::size_t i = 0; i < events.size(); ++i) {
      const std::string_view event = events[i];
      // As iatk's does.
      if (i + 1 < events.size()) event_pattern::Cursor::Prefetch(events[i + 1]);
      ondemand::document document;
      const simdjson::padded_string_view text(event.data(), event.size(),
                                              event.size() + simdjson::SIMDJSON_PADDING);
      ondemand::object object;
      if (parser_.iterate(text).get(document) || document.get_object().get(object)) std::abort();
      WalkObject(object, names_);
    }
    std::vector<std::int64_t> counts(rules_);
    if (!counts.empty()) counts.front() = found_;
    return counts;
  }

 private:
  void WalkObject(ondemand::object object, const Names& names) {
    for (auto member : object) {
      const ondemand::raw_json_string key = member.key().value_unsafe();
      for (const Names& below : names.below) {
        if (!key.unsafe_is_equal(below.name)) continue;
        Walk(member.value().value_unsafe(), below);
        break;
      }
    }
  }

  void Walk(ondemand::value value, const Names& names) {
    switch (value.type().value_unsafe()) {
      case ondemand::json_type::object:
        if (!names.below.empty()) WalkObject(value.get_object().value_unsafe(), names);
        return;
      case ondemand::json_type::array:
        for (auto element : value.get_array().value_unsafe()) Walk(element.value_unsafe(), names);
        return;
      case ondemand::json_type::string:
        if (names.is_field) found_ += value.get_string().value_unsafe().size() < kLongest ? 1 : 0;
        return;
      case ondemand::json_type::number:
        if (names.is_field) found_ += value.get_double().value_unsafe() < kGreatest ? 1 : 0;
        return;
      default:
        if (names.is_field) ++found_;
    }
  }

  // So that the values are read.
  static constexpr std::size_t kLongest = 1U << 30U;
  static constexpr double kGreatest = 1e300;

  ondemand::parser parser_;
  Names names_;
  std::size_t rules_ = 0;
  std::int64_t found_ = 0;
};

}  // namespace

std::unique_ptr<Engine> MakeFloor() { return std::make_unique<Floor>(); }

}  // namespace iatk::bench
