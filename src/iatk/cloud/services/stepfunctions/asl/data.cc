#include "iatk/cloud/services/stepfunctions/asl/data.h"

#include <fmt/format.h>

#include <utility>

#include "iatk/json/write.h"
#include "iatk/lang/intrinsics/intrinsics.h"

namespace iatk::cloud::asl {
namespace {

constexpr std::string_view kNoSuchArgument = "NoSuchArgument";

}  // namespace

Result<DataPath> DataPath::Read(std::string_view text) {
  DataPath path;
  path.text_ = text;
  path.of_context_ = text.starts_with("$$");
  IATK_TRY(path.path_, jsonpath::Path::Compile(path.of_context_ ? text.substr(1) : text));
  return path;
}

std::optional<json::Value> DataPath::Find(const Scope& scope) const {
  return path_.Evaluate(of_context_ ? scope.context : scope.input);
}

Outcome<json::Value> DataPath::Get(std::string_view field, const Scope& scope) const {
  std::optional<json::Value> found = Find(scope);
  if (!found) {
    return FailWith(
        "States.Runtime",
        fmt::format("The JSONPath '{}' specified for the field '{}' could not be found in the "
                    "input '{}'",
                    text_, field, json::Write(scope.input)));
  }
  return *std::move(found);
}

Outcome<json::Value> ApplyPath(std::string_view field, const std::optional<PathOrNull>& path,
                               const Scope& scope) {
  if (!path) return scope.input;
  if (!path->path) return json::Value(json::Object());
  std::optional<json::Value> found = path->path->Find(scope);
  if (!found) {
    return FailWith("States.Runtime",
                    fmt::format("Invalid path '{}' for the field '{}': No results for path",
                                path->path->text(), field));
  }
  return *std::move(found);
}

Outcome<json::Value> ApplyResult(const std::optional<PathOrNull>& path, json::Value input,
                                 json::Value result) {
  if (!path) return result;
  if (!path->path) return input;
  const std::string before = json::Write(input);
  if (!path->path->Set(&input, std::move(result))) {
    return FailWith(
        "States.ResultPathMatchFailure",
        fmt::format("Unable to apply ReferencePath {} to input {}", path->path->text(), before));
  }
  return input;
}

Outcome<json::Value> EvaluateText(std::string_view field, std::string_view text,
                                  const Scope& scope) {
  if (!intrinsics::IsCall(text)) {
    const auto path = DataPath::Read(text);
    if (!path) return FailWith("States.Runtime", path.error().message);
    return path->Get(field, scope);
  }
  const intrinsics::Scope arguments{
      [&scope](std::string_view argument) -> Result<json::Value> {
        IATK_TRY(const DataPath path, DataPath::Read(argument));
        std::optional<json::Value> found = path.Find(scope);
        if (!found) return Fail(SenderError(std::string(kNoSuchArgument), std::string(argument)));
        return *std::move(found);
      },
      scope.ids};
  Result<json::Value> value = intrinsics::Evaluate(text, arguments);
  if (value) return *std::move(value);
  if (value.error().code == kNoSuchArgument) {
    return FailWith(
        "States.Runtime",
        fmt::format("The function '{}' had the following error: The JsonPath argument for the "
                    "field '{}' could not be found in the input '{}'",
                    text, value.error().message, json::Write(scope.input)));
  }
  return FailWith(
      "States.IntrinsicFailure",
      fmt::format("The function '{}' had the following error: {}", text, value.error().message));
}

Outcome<json::Value> EvaluateTemplate(const json::Value& payload, const Scope& scope) {
  if (const json::Array* array = payload.AsArray()) {
    json::Array out;
    for (const json::Value& item : *array) {
      IATK_TRY(json::Value value, EvaluateTemplate(item, scope));
      out.push_back(std::move(value));
    }
    return json::Value(std::move(out));
  }
  const json::Object* const object = payload.AsObject();
  if (object == nullptr) return payload;
  json::Object out;
  for (const auto& [name, member] : *object) {
    const std::string* const text = member.AsString();
    if (name.ends_with(".$") && text != nullptr) {
      IATK_TRY(json::Value value, EvaluateText(name, *text, scope));
      out.Set(std::string_view(name).substr(0, name.size() - 2), std::move(value));
    } else {
      IATK_TRY(json::Value value, EvaluateTemplate(member, scope));
      out.Set(name, std::move(value));
    }
  }
  return json::Value(std::move(out));
}

bool IsTemplateText(const json::Value& value) {
  const std::string* const text = value.AsString();
  if (text == nullptr) return false;
  return intrinsics::IsCall(*text) ? intrinsics::Check(*text).has_value()
                                   : DataPath::Read(*text).has_value();
}

}  // namespace iatk::cloud::asl
