#include "iatk/cloud/services/stepfunctions/definition.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "iatk/base/error.h"
#include "iatk/cloud/services/stepfunctions/choice.h"
#include "iatk/cloud/services/stepfunctions/integration.h"
#include "iatk/json/parse.h"
#include "iatk/lang/intrinsics/intrinsics.h"
#include "iatk/lang/jsonpath/path.h"

namespace iatk::cloud {
namespace {

constexpr std::size_t kMaxBytes = 1024U * 1024U;  // Step Functions quotas
constexpr int kMaxNesting = 20;
constexpr std::array<std::string_view, 8> kTypes = {"Choice", "Fail", "Map",     "Parallel",
                                                    "Pass",   "Task", "Succeed", "Wait"};

class Checker {
 public:
  std::vector<DefinitionProblem> Run(const json::Value& machine) {
    CheckMachine(machine, "", 0);
    return std::move(problems_);
  }

 private:
  void Add(std::string code, std::string message, std::string location) {
    if (problems_.size() < 100) {
      problems_.push_back({std::move(code), std::move(message), std::move(location)});
    }
  }
  void Schema(std::string message, std::string location) {
    Add("SCHEMA_VALIDATION_FAILED", std::move(message), std::move(location));
  }

  void CheckMachine(const json::Value& machine, const std::string& at, int nesting) {
    if (nesting > kMaxNesting) return Schema("The definition is nested too deeply", at);
    if (machine.AsObject() == nullptr) return Schema("The value must be an object", at);
    if (const std::string* language = machine.FindString("QueryLanguage");
        language != nullptr && *language != "JSONPath") {
      return Schema("QueryLanguage JSONata is not supported by the local cloud",
                    at + "/QueryLanguage");
    }
    const json::Value* const states = machine.Find("States");
    const std::string* const start = machine.FindString("StartAt");
    if (start == nullptr) Schema("The field 'StartAt' is required but was missing", at);
    if (states == nullptr || states->AsObject() == nullptr || states->AsObject()->empty()) {
      return Schema("The field 'States' is required but was missing", at);
    }
    if (start != nullptr && !states->AsObject()->Contains(*start)) {
      Add("MISSING_TRANSITION_TARGET", fmt::format("Missing 'Next' target: {}", *start),
          at + "/StartAt");
    }
    std::set<std::string> reached;
    if (start != nullptr) reached.insert(*start);
    bool ends = false;
    for (const auto& [name, state] : *states->AsObject()) {
      CheckState(state, *states->AsObject(), at + "/States/" + name, nesting, &reached, &ends);
    }
    if (!ends) Add("MISSING_END_STATE", "There is no state that ends the machine", at + "/States");
    for (const auto& [name, state] : *states->AsObject()) {
      if (!reached.contains(name)) {
        Add("MISSING_TRANSITION_TARGET", fmt::format("State \"{}\" is not reachable.", name),
            at + "/States/" + name);
      }
    }
  }

  void CheckTarget(const json::Value* next, const json::Object& states, const std::string& at,
                   std::set<std::string>* reached) {
    if (next == nullptr || next->AsString() == nullptr) return;
    if (!states.Contains(*next->AsString())) {
      Add("MISSING_TRANSITION_TARGET", fmt::format("Missing 'Next' target: {}", *next->AsString()),
          at);
    }
    reached->insert(*next->AsString());
  }

  void CheckState(const json::Value& state, const json::Object& states, const std::string& at,
                  int nesting, std::set<std::string>* reached, bool* ends) {
    const std::string* const type = state.FindString("Type");
    if (type == nullptr) return Schema("The field 'Type' is required but was missing", at);
    if (std::ranges::find(kTypes, *type) == kTypes.end()) {
      return Schema(fmt::format("Value is not one of {}: {}", fmt::join(kTypes, ", "), *type),
                    at + "/Type");
    }
    if (const std::string* language = state.FindString("QueryLanguage");
        language != nullptr && *language != "JSONPath") {
      Schema("QueryLanguage JSONata is not supported by the local cloud", at + "/QueryLanguage");
    }
    if (state.Find("Assign") != nullptr) {
      Schema("Assign (workflow variables) is not supported by the local cloud", at + "/Assign");
    }
    const json::Value* const end = state.Find("End");
    const bool is_end = end != nullptr && end->AsBool() != nullptr && *end->AsBool();
    const bool terminal = *type == "Succeed" || *type == "Fail";
    *ends = *ends || terminal || is_end;
    if (!terminal && *type != "Choice") {
      if (state.Find("Next") == nullptr && !is_end) {
        Schema("These fields are required: [Next] or [End]", at);
      }
      CheckTarget(state.Find("Next"), states, at + "/Next", reached);
    }
    CheckPaths(state, at);
    CheckCatchers(state, states, at, reached);
    if (*type == "Choice") CheckChoices(state, states, at, reached);
    if (*type == "Task") CheckTask(state, at);
    if (*type == "Wait") CheckWait(state, at);
    if (*type == "Parallel") CheckBranches(state, at, nesting);
    if (*type == "Map") CheckMap(state, at, nesting);
  }

  void CheckPath(const json::Value& value, const std::string& at, bool reference) {
    if (value.is_null()) return;
    const std::string* const text = value.AsString();
    if (text == nullptr) return Schema("Value is not a String", at);
    if (!reference && intrinsics::IsCall(*text)) {
      if (!intrinsics::Check(*text)) Schema("Value is not a valid intrinsic function", at);
      return;
    }
    const auto path = jsonpath::Path::Compile(
        text->starts_with("$$") ? std::string_view(*text).substr(1) : *text);
    if (!path || (reference && !path->is_reference())) {
      Schema(reference ? "Value is not a Reference Path: The value for the field must be a valid "
                         "reference path"
                       : "Value is not a valid JSONPath",
             at);
    }
  }

  void CheckPaths(const json::Value& state, const std::string& at) {
    for (const std::string_view name :
         {"InputPath", "OutputPath", "ItemsPath", "SecondsPath", "TimestampPath",
          "TimeoutSecondsPath", "HeartbeatSecondsPath"}) {
      if (const json::Value* path = state.Find(name)) {
        CheckPath(*path, fmt::format("{}/{}", at, name), false);
      }
    }
    if (const json::Value* path = state.Find("ResultPath")) {
      CheckPath(*path, at + "/ResultPath", true);
    }
    for (const std::string_view name : {"Parameters", "ResultSelector", "ItemSelector"}) {
      if (const json::Value* part = state.Find(name))
        CheckTemplate(*part, fmt::format("{}/{}", at, name));
    }
  }

  void CheckTemplate(const json::Value& value, const std::string& at) {
    if (const json::Array* array = value.AsArray()) {
      for (const json::Value& item : *array) CheckTemplate(item, at);
    }
    if (value.AsObject() == nullptr) return;
    for (const auto& [name, member] : *value.AsObject()) {
      const std::string here = at + "/" + name;
      if (!name.ends_with(".$")) {
        CheckTemplate(member, here);
      } else if (member.AsString() == nullptr) {
        Schema(fmt::format(
                   "The value for the field '{}' must be a valid JSONPath or a valid intrinsic "
                   "function call",
                   name),
               here);
      } else {
        CheckPath(member, here, false);
      }
    }
  }

  void CheckCatchers(const json::Value& state, const json::Object& states, const std::string& at,
                     std::set<std::string>* reached) {
    for (const std::string_view field : {"Catch", "Retry"}) {
      const json::Value* const rules = state.Find(field);
      if (rules == nullptr) continue;
      const std::string here = fmt::format("{}/{}", at, field);
      if (rules->AsArray() == nullptr) {
        Schema("Value is not an Array", here);
        continue;
      }
      for (std::size_t i = 0; i < rules->AsArray()->size(); ++i) {
        const json::Value& rule = (*rules->AsArray())[i];
        const std::string place = fmt::format("{}[{}]", here, i);
        const json::Value* const errors = rule.Find("ErrorEquals");
        if (errors == nullptr || errors->AsArray() == nullptr || errors->AsArray()->empty()) {
          Schema("The field 'ErrorEquals' is required but was missing", place);
        }
        if (field == "Retry") continue;
        if (rule.FindString("Next") == nullptr) {
          Schema("The field 'Next' is required but was missing", place);
        }
        CheckTarget(rule.Find("Next"), states, place + "/Next", reached);
        if (const json::Value* path = rule.Find("ResultPath")) {
          CheckPath(*path, place + "/ResultPath", true);
        }
      }
    }
  }

  void CheckChoices(const json::Value& state, const json::Object& states, const std::string& at,
                    std::set<std::string>* reached) {
    const json::Value* const choices = state.Find("Choices");
    if (choices == nullptr || choices->AsArray() == nullptr || choices->AsArray()->empty()) {
      return Schema("The field 'Choices' is required but was missing", at);
    }
    for (std::size_t i = 0; i < choices->AsArray()->size(); ++i) {
      const json::Value& rule = (*choices->AsArray())[i];
      const std::string here = fmt::format("{}/Choices[{}]", at, i);
      if (rule.FindString("Next") == nullptr) {
        Schema("The field 'Next' is required but was missing", here);
      }
      CheckTarget(rule.Find("Next"), states, here + "/Next", reached);
      CheckRule(rule, here, 0);
    }
    CheckTarget(state.Find("Default"), states, at + "/Default", reached);
  }

  void CheckRule(const json::Value& rule, const std::string& at, int nesting) {
    if (rule.AsObject() == nullptr || nesting > kMaxNesting) {
      return Schema("Value is not a valid choice rule", at);
    }
    for (const std::string_view name : {"And", "Or"}) {
      const json::Value* const rules = rule.Find(name);
      if (rules == nullptr) continue;
      if (rules->AsArray() == nullptr || rules->AsArray()->empty()) {
        return Schema("Value is not a non-empty Array", fmt::format("{}/{}", at, name));
      }
      for (const json::Value& inner : *rules->AsArray()) CheckRule(inner, at, nesting + 1);
      return;
    }
    if (const json::Value* inner = rule.Find("Not")) return CheckRule(*inner, at, nesting + 1);
    if (rule.FindString("Variable") == nullptr) {
      Schema("The field 'Variable' is required but was missing", at);
    } else {
      CheckPath(*rule.Find("Variable"), at + "/Variable", false);
    }
    const auto comparisons = std::ranges::count_if(
        *rule.AsObject(), [](const json::Member& member) { return IsComparison(member.first); });
    if (comparisons != 1) Schema("A choice rule must have exactly one comparison operator", at);
  }

  void CheckTask(const json::Value& state, const std::string& at) {
    const std::string* const resource = state.FindString("Resource");
    if (resource == nullptr) {
      return Schema("The field 'Resource' is required but was missing", at);
    }
    if (!ReadIntegration(*resource)) {
      Schema(fmt::format("The resource provided {} is not supported by the local cloud", *resource),
             at + "/Resource");
    }
  }

  void CheckWait(const json::Value& state, const std::string& at) {
    const auto ways = std::ranges::count_if(
        std::array<std::string_view, 4>{"Seconds", "SecondsPath", "Timestamp", "TimestampPath"},
        [&state](std::string_view name) { return state.Find(name) != nullptr; });
    if (ways != 1) {
      Schema(
          "A Wait state must have exactly one of [Seconds, SecondsPath, Timestamp, TimestampPath]",
          at);
    }
  }

  void CheckBranches(const json::Value& state, const std::string& at, int nesting) {
    const json::Value* const branches = state.Find("Branches");
    if (branches == nullptr || branches->AsArray() == nullptr || branches->AsArray()->empty()) {
      return Schema("The field 'Branches' is required but was missing", at);
    }
    for (std::size_t i = 0; i < branches->AsArray()->size(); ++i) {
      CheckMachine((*branches->AsArray())[i], fmt::format("{}/Branches[{}]", at, i), nesting + 1);
    }
  }

  void CheckMap(const json::Value& state, const std::string& at, int nesting) {
    const json::Value* processor = state.Find("ItemProcessor");
    const char* name = "ItemProcessor";
    if (processor == nullptr) {
      processor = state.Find("Iterator");
      name = "Iterator";
    }
    if (processor == nullptr) {
      return Schema("The field 'ItemProcessor' is required but was missing", at);
    }
    if (const json::Value* config = processor->Find("ProcessorConfig")) {
      const std::string* const mode = config->FindString("Mode");
      if (mode != nullptr && *mode != "INLINE") {
        Schema("Map state mode DISTRIBUTED is not supported by the local cloud",
               fmt::format("{}/{}/ProcessorConfig/Mode", at, name));
      }
    }
    for (const std::string_view field : {"ItemReader", "ItemBatcher", "ResultWriter"}) {
      if (state.Find(field) != nullptr) {
        Schema(fmt::format("{} is not supported by the local cloud", field),
               fmt::format("{}/{}", at, field));
      }
    }
    CheckMachine(*processor, fmt::format("{}/{}", at, name), nesting + 1);
  }

  std::vector<DefinitionProblem> problems_;
};

}  // namespace

std::vector<DefinitionProblem> CheckDefinition(std::string_view text) {
  if (text.size() > kMaxBytes) {
    return {{"SCHEMA_VALIDATION_FAILED", "The definition is longer than 1048576 bytes", "/"}};
  }
  const auto machine = json::Parse(text);
  if (!machine) return {{"INVALID_JSON_DESCRIPTION", machine.error().message, "/"}};
  return Checker().Run(*machine);
}

Result<json::Value> ReadDefinition(std::string_view text) {
  const std::vector<DefinitionProblem> problems = CheckDefinition(text);
  if (problems.empty()) return json::Parse(text);
  std::string all;
  for (const DefinitionProblem& problem : problems) {
    if (!all.empty()) all += ", ";
    all += fmt::format("{}: {} at {}", problem.code, problem.message, problem.location);
  }
  return Fail(
      SenderError("InvalidDefinition", fmt::format("Invalid State Machine Definition: '{}'", all)));
}

}  // namespace iatk::cloud
