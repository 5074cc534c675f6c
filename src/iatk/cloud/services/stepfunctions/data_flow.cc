#include "iatk/cloud/services/stepfunctions/data_flow.h"

#include <fmt/format.h>

#include <utility>

#include "iatk/json/write.h"
#include "iatk/lang/intrinsics/intrinsics.h"
#include "iatk/lang/jsonpath/path.h"

namespace iatk::cloud {

Outcome ValueAt(std::string_view text, const Data& data, std::string_view field) {
  if (intrinsics::IsCall(text)) {
    return intrinsics::Evaluate(
        text, {[&](std::string_view path) { return ValueAt(path, data, field); }, data.ids});
  }
  const bool in_context = text.starts_with("$$");
  const auto path = jsonpath::Path::Compile(in_context ? text.substr(1) : text);
  if (!path) {
    return Fail(StateError("States.Runtime", fmt::format("Invalid path '{}'", text)));
  }
  const json::Value& root = in_context ? data.context : data.value;
  std::optional<json::Value> value = path->Evaluate(root);
  if (value) return *std::move(value);
  return Fail(StateError(
      "States.ParameterPathFailure",
      fmt::format(
          "The JSONPath '{}' specified for the field '{}' could not be found in the input '{}'",
          text, field, json::Write(root))));
}

Outcome FillTemplate(const json::Value& pattern, const Data& data) {
  if (const json::Object* object = pattern.AsObject()) {
    json::Object filled;
    for (const auto& [name, value] : *object) {
      if (name.ends_with(".$") && value.AsString() != nullptr) {
        IATK_TRY(json::Value found, ValueAt(*value.AsString(), data, name));
        filled.Set(std::string_view(name).substr(0, name.size() - 2), std::move(found));
      } else {
        IATK_TRY(json::Value inner, FillTemplate(value, data));
        filled.Set(name, std::move(inner));
      }
    }
    return json::Value(std::move(filled));
  }
  if (const json::Array* array = pattern.AsArray()) {
    json::Array filled;
    for (const json::Value& item : *array) {
      IATK_TRY(json::Value inner, FillTemplate(item, data));
      filled.push_back(std::move(inner));
    }
    return json::Value(std::move(filled));
  }
  return pattern;
}

Outcome SelectPath(const json::Value& state, std::string_view field, const Data& data) {
  const json::Value* const path = state.Find(field);
  if (path == nullptr) return data.value;
  if (path->AsString() == nullptr) return json::Value(json::Object());
  Outcome value = ValueAt(*path->AsString(), data, field);
  if (!value && value.error().code == "States.ParameterPathFailure") {
    return Fail(StateError("States.Runtime", fmt::format("Invalid path '{}': {}", *path->AsString(),
                                                         value.error().message)));
  }
  return value;
}

Outcome PlaceResult(const json::Value& state, json::Value input, json::Value result) {
  const json::Value* const field = state.Find("ResultPath");
  if (field == nullptr) return result;
  if (field->AsString() == nullptr) return input;
  const std::string& text = *field->AsString();
  if (text == "$") return result;
  const auto path = jsonpath::Path::Compile(text);
  const auto place_failed = [&] {
    return Fail(StateError(
        "States.ResultPathMatchFailure",
        fmt::format("Unable to apply step \"{}\" to input {}", text, json::Write(input))));
  };
  if (!path || !path->is_reference()) return place_failed();
  json::Value output = input;
  if (!path->Set(&output, std::move(result))) return place_failed();
  return output;
}

}  // namespace iatk::cloud
