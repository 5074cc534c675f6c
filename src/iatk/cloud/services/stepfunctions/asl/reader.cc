#include "iatk/cloud/services/stepfunctions/asl/reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace iatk::cloud::asl {
namespace {

constexpr std::size_t kMaxDiagnostics = 100;

}  // namespace

void FieldReader::WrongAt(std::string_view field, std::string message) const {
  if (parsed_->diagnostics.size() >= kMaxDiagnostics) return;
  std::string location = location_;
  if (!field.empty()) location += (location == "/" ? "" : "/") + std::string(field);
  parsed_->diagnostics.push_back(
      {"SCHEMA_VALIDATION_FAILED", std::move(message), std::move(location)});
}

void FieldReader::Unsupported(std::string_view what) const {
  if (parsed_->unsupported.size() >= kMaxDiagnostics) return;
  parsed_->unsupported.push_back(fmt::format("{} at {}", what, location_));
}

void FieldReader::OnlyFields(std::initializer_list<std::string_view> known) const {
  for (const auto& [name, value] : object_) {
    if (std::ranges::find(known, name) == known.end()) {
      Wrong(fmt::format("Field '{}' is not supported", name));
    }
  }
}

bool FieldReader::Require(std::initializer_list<std::string_view> fields) const {
  std::vector<std::string_view> missing;
  for (const std::string_view field : fields) {
    if (!object_.Contains(field)) missing.push_back(field);
  }
  if (missing.empty()) return true;
  Wrong(fmt::format("These fields are required: [{}]", fmt::join(missing, ", ")));
  return false;
}

void FieldReader::AtMostOne(std::initializer_list<std::string_view> fields) const {
  std::vector<std::string_view> present;
  for (const std::string_view field : fields) {
    if (object_.Contains(field)) present.push_back(field);
  }
  if (present.size() < 2) return;
  Wrong(fmt::format("Only one of these fields is allowed: [{}]", fmt::join(present, ", ")));
}

std::optional<std::string> FieldReader::Text(std::string_view field) const {
  const json::Value* const value = object_.Find(field);
  if (value == nullptr) return std::nullopt;
  if (value->AsString() == nullptr) {
    WrongAt(field, "Expected value of type String");
    return std::nullopt;
  }
  return *value->AsString();
}

std::optional<std::int64_t> FieldReader::Integer(std::string_view field, std::int64_t min,
                                                 std::int64_t max) const {
  const json::Value* const value = object_.Find(field);
  if (value == nullptr) return std::nullopt;
  const auto number = value->AsNumber() == nullptr ? std::nullopt : value->AsNumber()->AsInt64();
  if (!number) {
    WrongAt(field, "Expected value of type Integer");
  } else if (*number < min) {
    WrongAt(field, fmt::format("Value is less than the minimum of {}", min));
  } else if (*number > max) {
    WrongAt(field, fmt::format("Value is greater than the maximum of {}", max));
  } else {
    return number;
  }
  return std::nullopt;
}

std::optional<double> FieldReader::Number(std::string_view field, double min) const {
  const json::Value* const value = object_.Find(field);
  if (value == nullptr) return std::nullopt;
  if (value->AsNumber() == nullptr) {
    WrongAt(field, "Expected value of type Number");
    return std::nullopt;
  }
  const double number = value->AsNumber()->AsDouble();
  if (number < min) {
    WrongAt(field, fmt::format("Value is less than the minimum of {:.1f}", min));
    return std::nullopt;
  }
  return number;
}

std::optional<DataPath> FieldReader::Path(std::string_view field) const {
  const std::optional<std::string> text = Text(field);
  if (!text) return std::nullopt;
  Result<DataPath> path = DataPath::Read(*text);
  if (!path) {
    WrongAt(field, "Value is not a valid JSONPath");
    return std::nullopt;
  }
  return *std::move(path);
}

std::optional<PathOrNull> FieldReader::PathOrNothing(std::string_view field, bool reference) const {
  const json::Value* const value = object_.Find(field);
  if (value == nullptr) return std::nullopt;
  if (value->is_null()) return PathOrNull{};
  std::optional<DataPath> path = Path(field);
  if (!path) return std::nullopt;
  if (reference && !path->is_reference()) {
    WrongAt(field, fmt::format("Value is not a Reference Path: '{}'", path->text()));
    return std::nullopt;
  }
  return PathOrNull{std::move(path)};
}

std::optional<std::string> FieldReader::PathOrCall(std::string_view field) const {
  std::optional<std::string> text = Text(field);
  if (text && !IsTemplateText(*text)) {
    WrongAt(field, fmt::format("The value for the field '{}' must be a valid JSONPath or a valid "
                               "intrinsic function call",
                               field));
    return std::nullopt;
  }
  return text;
}

void FieldReader::CheckTemplate(std::string_view field, const json::Value& value) const {
  if (const json::Array* array = value.AsArray()) {
    for (const json::Value& item : *array) CheckTemplate(field, item);
  }
  if (value.AsObject() == nullptr) return;
  for (const auto& [name, member] : *value.AsObject()) {
    if (name.ends_with(".$") && !IsTemplateText(member)) {
      WrongAt(field, fmt::format("The value for the field '{}' must be a valid JSONPath or a valid "
                                 "intrinsic function call",
                                 name));
    }
    CheckTemplate(field, member);
  }
}

std::optional<json::Value> FieldReader::Template(std::string_view field) const {
  const json::Value* const value = object_.Find(field);
  if (value == nullptr) return std::nullopt;
  CheckTemplate(field, *value);
  return *value;
}

const json::Array* FieldReader::List(std::string_view field) const {
  const json::Value* const value = object_.Find(field);
  if (value == nullptr) return nullptr;
  if (value->AsArray() == nullptr) WrongAt(field, "Expected value of type Array");
  return value->AsArray();
}

const json::Object* FieldReader::Nested(std::string_view field) const {
  const json::Value* const value = object_.Find(field);
  return value == nullptr ? nullptr : Item(field, *value);
}

const json::Object* FieldReader::Item(std::string_view item, const json::Value& value) const {
  if (value.AsObject() == nullptr) WrongAt(item, "Expected value of type Object");
  return value.AsObject();
}

std::vector<std::string> FieldReader::Texts(std::string_view field) const {
  std::vector<std::string> texts;
  const json::Array* const list = List(field);
  if (list == nullptr) return texts;
  for (const json::Value& item : *list) {
    if (item.AsString() == nullptr) {
      WrongAt(field, "Expected value of type String");
      return texts;
    }
    texts.push_back(*item.AsString());
  }
  return texts;
}

namespace {

// A target and where it is named, relative to the state.
struct Target {
  std::string name;
  std::string field;
};

std::vector<Target> TargetsOf(const State& state) {
  std::vector<Target> targets;
  if (!state.next.empty()) targets.push_back({state.next, "Next"});
  for (std::size_t i = 0; i < state.choices.size(); ++i) {
    targets.push_back({state.choices[i].next, fmt::format("Choices[{}]/Next", i)});
  }
  if (!state.otherwise.empty()) targets.push_back({state.otherwise, "Default"});
  for (std::size_t i = 0; i < state.catchers.size(); ++i) {
    targets.push_back({state.catchers[i].next, fmt::format("Catch[{}]/Next", i)});
  }
  return targets;
}

}  // namespace

void CheckTransitions(const Workflow& workflow, const std::string& location, Parsed* parsed) {
  constexpr const char* kCode = "MISSING_TRANSITION_TARGET";
  const std::string prefix = location == "/" ? "" : location;
  std::map<std::string, bool> reached;
  for (const auto& [name, state] : workflow.states) reached[name] = false;
  if (reached.contains(workflow.start_at)) {
    reached[workflow.start_at] = true;
  } else {
    parsed->diagnostics.push_back(
        {kCode, fmt::format("Missing 'Next' target: {}", workflow.start_at), prefix + "/StartAt"});
  }
  bool ends = false;
  for (const auto& [name, state] : workflow.states) {
    const std::vector<Target> targets = TargetsOf(state);
    ends = ends || (state.next.empty() && state.type != StateType::kChoice);
    for (const Target& target : targets) {
      if (reached.contains(target.name)) {
        reached[target.name] = reached[target.name] || target.name != name;
      } else if (!target.name.empty()) {
        parsed->diagnostics.push_back({kCode, fmt::format("Missing 'Next' target: {}", target.name),
                                       fmt::format("{}/States/{}/{}", prefix, name, target.field)});
      }
    }
  }
  if (!ends) {
    parsed->diagnostics.push_back({"MISSING_END_STATE", "Workflow has no terminal state", ""});
    return;
  }
  for (const auto& [name, is_reached] : reached) {
    if (is_reached) continue;
    parsed->diagnostics.push_back({kCode, fmt::format("State \"{}\" is not reachable.", name),
                                   fmt::format("{}/States/{}", prefix, name)});
  }
}

}  // namespace iatk::cloud::asl
