#include "iatk/cloud/services/stepfunctions/asl/definition.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "iatk/base/time_text.h"
#include "iatk/cloud/services/stepfunctions/asl/reader.h"
#include "iatk/json/parse.h"

namespace iatk::cloud::asl {
namespace {

constexpr std::size_t kMaxDepth = 128;  // of the JSON; bounds how deep workflows and rules nest
constexpr std::size_t kMaxNameLength = 80;
constexpr std::int64_t kMaxSeconds = 99'999'999;

constexpr std::array<std::pair<std::string_view, StateType>, 8> kTypes = {{
    {"Pass", StateType::kPass},
    {"Task", StateType::kTask},
    {"Choice", StateType::kChoice},
    {"Wait", StateType::kWait},
    {"Succeed", StateType::kSucceed},
    {"Fail", StateType::kFail},
    {"Parallel", StateType::kParallel},
    {"Map", StateType::kMap},
}};

std::string In(const std::string& location, std::string_view part) {
  return (location == "/" ? std::string() : location) + "/" + std::string(part);
}

class DefinitionReader {
 public:
  DefinitionReader(Parsed* parsed, bool express) : parsed_(parsed), express_(express) {}

  Workflow ReadWorkflow(const FieldReader& in) {
    Workflow workflow;
    ReadQueryLanguage(in);
    if (!in.Require({"States", "StartAt"})) return workflow;
    workflow.start_at = in.Text("StartAt").value_or("");
    const std::size_t before = parsed_->diagnostics.size();
    if (const json::Object* states = in.Nested("States")) {
      for (const auto& [name, value] : *states) {
        const std::string location = In(in.location(), "States/" + name);
        const FieldReader here(in.object(), location, parsed_);
        if (value.AsObject() == nullptr) {
          here.Wrong("Expected value of type Object");
          continue;
        }
        if (name.size() > kMaxNameLength) here.Wrong("State name exceeds 80 characters");
        if (!names_.insert(name).second) {
          parsed_->diagnostics.push_back(
              {"DUPLICATE_STATE_NAME", fmt::format("Duplicate State name: {}", name), location});
        }
        workflow.states[name] = ReadState(name, FieldReader(*value.AsObject(), location, parsed_));
      }
      if (states->empty()) in.WrongAt("States", "At least one state is required");
    }
    // What can't be read has no transitions worth telling of.
    if (parsed_->diagnostics.size() == before && parsed_->unsupported.empty()) {
      CheckTransitions(workflow, in.location(), parsed_);
    }
    return workflow;
  }

 private:
  void ReadQueryLanguage(const FieldReader& in) {
    const std::optional<std::string> language = in.Text("QueryLanguage");
    if (!language || *language == "JSONPath") return;
    if (*language == "JSONata") {
      in.Unsupported("the query language JSONata");
    } else {
      in.WrongAt("QueryLanguage", "Value must be one of: [JSONPath, JSONata]");
    }
  }

  State ReadState(const std::string& name, const FieldReader& in) {
    State state;
    state.name = name;
    ReadQueryLanguage(in);
    for (const std::string_view field : {"Arguments", "Output", "Items"}) {
      if (in.object().Contains(field)) {
        in.Unsupported(fmt::format("the field '{}' of JSONata states", field));
      }
    }
    if (in.object().Contains("Assign")) in.Unsupported("the field 'Assign' (workflow variables)");
    if (!in.Require({"Type"})) return state;
    const std::string type = in.Text("Type").value_or("");
    const auto found =
        std::ranges::find(kTypes, type, &std::pair<std::string_view, StateType>::first);
    if (found == kTypes.end()) {
      in.WrongAt("Type", fmt::format("Value '{}' is not a valid state type", type));
      return state;
    }
    state.type = found->second;
    if (!parsed_->unsupported.empty()) return state;
    if (state.type != StateType::kFail) {
      state.input_path = in.PathOrNothing("InputPath", false);
      state.output_path = in.PathOrNothing("OutputPath", false);
    }
    ReadBody(in, &state);
    return state;
  }

  void ReadBody(const FieldReader& in, State* state) {
    switch (state->type) {
      case StateType::kPass:
        in.OnlyFields({"Type", "Comment", "QueryLanguage", "InputPath", "OutputPath", "Next", "End",
                       "ResultPath", "Parameters", "Result"});
        ReadNext(in, state);
        ReadResult(in, state, false);
        if (const json::Value* result = in.object().Find("Result")) state->result = *result;
        return;
      case StateType::kTask:
        return ReadTask(in, state);
      case StateType::kChoice:
        return ReadChoice(in, state);
      case StateType::kWait:
        return ReadWait(in, state);
      case StateType::kSucceed:
        return in.OnlyFields({"Type", "Comment", "QueryLanguage", "InputPath", "OutputPath"});
      case StateType::kFail:
        in.OnlyFields(
            {"Type", "Comment", "QueryLanguage", "Error", "Cause", "ErrorPath", "CausePath"});
        in.AtMostOne({"Error", "ErrorPath"});
        in.AtMostOne({"Cause", "CausePath"});
        state->error = in.Text("Error");
        state->cause = in.Text("Cause");
        state->error_path = in.PathOrCall("ErrorPath");
        state->cause_path = in.PathOrCall("CausePath");
        return;
      case StateType::kParallel:
        return ReadParallel(in, state);
      case StateType::kMap:
        return ReadMap(in, state);
    }
  }

  void ReadNext(const FieldReader& in, State* state) {
    const json::Value* const end = in.object().Find("End");
    if (end != nullptr && end->AsBool() == nullptr) {
      in.WrongAt("End", "Expected value of type Boolean");
      return;
    }
    const bool ends = end != nullptr && *end->AsBool();
    state->next = in.Text("Next").value_or("");
    if (ends && !state->next.empty()) in.Wrong("Only one of these fields is allowed: [Next, End]");
    if (!ends && state->next.empty()) in.Wrong("One of these fields is required: [Next, End]");
  }

  void ReadResult(const FieldReader& in, State* state, bool with_selector) {
    state->parameters = in.Template("Parameters");
    if (with_selector) state->result_selector = in.Template("ResultSelector");
    state->result_path = in.PathOrNothing("ResultPath", true);
  }

  std::vector<std::string> ReadErrors(const FieldReader& in, bool last) {
    std::vector<std::string> errors = in.Texts("ErrorEquals");
    if (errors.empty()) in.WrongAt("ErrorEquals", "The list must not be empty");
    if (std::ranges::count(errors, "States.ALL") > 0 && (errors.size() > 1 || !last)) {
      in.WrongAt("ErrorEquals", "States.ALL must appear alone and in the last element of the list");
    }
    return errors;
  }

  void ReadErrorHandling(const FieldReader& in, State* state) {
    if (const json::Array* list = in.List("Retry")) {
      for (std::size_t i = 0; i < list->size(); ++i) {
        const std::string at = fmt::format("Retry[{}]", i);
        const json::Object* const object = in.Item(at, (*list)[i]);
        if (object == nullptr) continue;
        const FieldReader item(*object, In(in.location(), at), parsed_);
        item.OnlyFields({"ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate",
                         "MaxDelaySeconds", "JitterStrategy", "Comment"});
        if (!item.Require({"ErrorEquals"})) continue;
        Retrier& retrier = state->retriers.emplace_back();
        retrier.error_equals = ReadErrors(item, i + 1 == list->size());
        retrier.interval_seconds = item.Integer("IntervalSeconds", 1, kMaxSeconds).value_or(1);
        retrier.max_attempts = item.Integer("MaxAttempts", 0, kMaxSeconds).value_or(3);
        retrier.backoff_rate = item.Number("BackoffRate", 1.0).value_or(2.0);
        retrier.max_delay_seconds = item.Integer("MaxDelaySeconds", 1, 31'622'400);
        const std::string jitter = item.Text("JitterStrategy").value_or("NONE");
        if (jitter != "FULL" && jitter != "NONE") {
          item.WrongAt("JitterStrategy", "Value must be one of: [FULL, NONE]");
        }
        retrier.full_jitter = jitter == "FULL";
      }
    }
    if (const json::Array* list = in.List("Catch")) {
      for (std::size_t i = 0; i < list->size(); ++i) {
        const std::string at = fmt::format("Catch[{}]", i);
        const json::Object* const object = in.Item(at, (*list)[i]);
        if (object == nullptr) continue;
        const FieldReader item(*object, In(in.location(), at), parsed_);
        item.OnlyFields({"ErrorEquals", "Next", "ResultPath", "Comment"});
        if (!item.Require({"ErrorEquals", "Next"})) continue;
        Catcher& catcher = state->catchers.emplace_back();
        catcher.error_equals = ReadErrors(item, i + 1 == list->size());
        catcher.next = item.Text("Next").value_or("");
        catcher.result_path = item.PathOrNothing("ResultPath", true);
      }
    }
  }

  Seconds ReadSeconds(const FieldReader& in, const std::string& field, std::int64_t min) {
    const std::string path_field = field + "Path";
    in.AtMostOne({field, path_field});
    return {in.Integer(field, min, kMaxSeconds), in.Path(path_field)};
  }

  void ReadTask(const FieldReader& in, State* state) {
    if (in.object().Contains("Credentials")) in.Unsupported("the field 'Credentials'");
    in.OnlyFields({"Type", "Comment", "QueryLanguage", "InputPath", "OutputPath", "Next", "End",
                   "ResultPath", "Parameters", "ResultSelector", "Retry", "Catch", "Resource",
                   "TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds",
                   "HeartbeatSecondsPath", "Credentials"});
    ReadNext(in, state);
    ReadResult(in, state, true);
    ReadErrorHandling(in, state);
    state->timeout = ReadSeconds(in, "TimeoutSeconds", 1);
    state->heartbeat = ReadSeconds(in, "HeartbeatSeconds", 1);
    if (state->timeout.value && state->heartbeat.value &&
        *state->heartbeat.value >= *state->timeout.value) {
      in.Wrong("HeartbeatSeconds must be less than TimeoutSeconds");
    }
    if (!in.Require({"Resource"})) return;
    ReadResourceOf(in, state);
  }

  void ReadResourceOf(const FieldReader& in, State* state) {
    const std::string resource = in.Text("Resource").value_or("");
    ResourceProblem problem = ResourceProblem::kNone;
    std::optional<Integration> read = ReadResource(resource, &problem);
    if (problem == ResourceProblem::kNoArn) {
      in.WrongAt("Resource", "Value is not a valid resource ARN");
    } else if (problem == ResourceProblem::kNotSupported) {
      in.Unsupported(fmt::format("the resource '{}'", resource));
    }
    if (!read) return;
    state->resource = *std::move(read);
    const Integration& integration = state->resource;
    if (express_ && integration.pattern != Integration::Pattern::kRequestResponse) {
      in.WrongAt("Resource",
                 fmt::format("Express state machine does not support '{}' service integration ",
                             std::string_view(resource).substr(resource.rfind('.'))));
    }
    if (integration.kind == nullptr) return;
    if (!state->parameters || state->parameters->AsObject() == nullptr) return;
    const FieldReader parameters(*state->parameters->AsObject(), In(in.location(), "Parameters"),
                                 parsed_);
    std::set<std::string> present;
    for (const auto& [name, value] : parameters.object()) {
      const std::string plain = name.ends_with(".$") ? name.substr(0, name.size() - 2) : name;
      present.insert(plain);
      if (std::ranges::count(integration.kind->fields, plain) == 0) {
        parameters.Wrong(fmt::format("The field \"{}\" is not supported by Step Functions", plain));
      }
    }
    for (const std::string_view field : integration.kind->required) {
      if (!present.contains(std::string(field))) {
        parameters.Wrong(fmt::format("The field \"{}\" is required but was missing", field));
      }
    }
  }

  ChoiceRule ReadRule(const FieldReader& in, bool outermost) {
    ChoiceRule rule;
    if (outermost) {
      if (in.Require({"Next"})) rule.next = in.Text("Next").value_or("");
    } else if (in.object().Contains("Next")) {
      in.Wrong("Field 'Next' is not supported");
    }
    for (const std::string_view name : {"And", "Or"}) {
      if (!in.object().Contains(name)) continue;
      rule.kind = name == "And" ? ChoiceRule::Kind::kAnd : ChoiceRule::Kind::kOr;
      in.OnlyFields({name, "Next", "Comment"});
      const json::Array* const list = in.List(name);
      if (list == nullptr) return rule;
      if (list->empty()) in.WrongAt(name, "The list must not be empty");
      for (std::size_t i = 0; i < list->size(); ++i) {
        const std::string at = fmt::format("{}[{}]", name, i);
        if (const json::Object* object = in.Item(at, (*list)[i])) {
          rule.rules.push_back(ReadRule({*object, In(in.location(), at), parsed_}, false));
        }
      }
      return rule;
    }
    if (in.object().Contains("Not")) {
      rule.kind = ChoiceRule::Kind::kNot;
      in.OnlyFields({"Not", "Next", "Comment"});
      if (const json::Object* object = in.Nested("Not")) {
        rule.rules.push_back(ReadRule({*object, In(in.location(), "Not"), parsed_}, false));
      }
      return rule;
    }
    ReadTest(in, &rule);
    return rule;
  }

  void ReadTest(const FieldReader& in, ChoiceRule* rule) {
    if (in.object().Contains("Condition")) {
      in.Unsupported("the field 'Condition' of JSONata states");
      return;
    }
    if (!in.Require({"Variable"})) return;
    rule->variable = in.Path("Variable");
    if (rule->variable && !rule->variable->of_context() && !rule->variable->is_reference()) {
      in.WrongAt("Variable",
                 fmt::format("Value is not a Reference Path: '{}'", rule->variable->text()));
    }
    for (const auto& [name, value] : in.object()) {
      if (name == "Variable" || name == "Next" || name == "Comment") continue;
      if (!IsTest(name)) {
        in.Wrong(fmt::format("Field '{}' is not supported", name));
        continue;
      }
      if (!rule->test.empty()) in.Wrong("Only one comparison operator is allowed");
      rule->test = name;
      if (name.ends_with("Path")) {
        rule->test.resize(name.size() - 4);
        rule->operand_path = in.Path(name);
      } else if (IsOperand(name, value)) {
        rule->operand = value;
      } else {
        in.WrongAt(name, fmt::format("Expected value of type {}", OperandType(name)));
      }
    }
    if (rule->test.empty()) in.Wrong("A comparison operator is required");
  }

  void ReadChoice(const FieldReader& in, State* state) {
    in.OnlyFields(
        {"Type", "Comment", "QueryLanguage", "InputPath", "OutputPath", "Choices", "Default"});
    state->otherwise = in.Text("Default").value_or("");
    if (!in.Require({"Choices"})) return;
    const json::Array* const list = in.List("Choices");
    if (list == nullptr) return;
    if (list->empty()) in.WrongAt("Choices", "The list must not be empty");
    for (std::size_t i = 0; i < list->size(); ++i) {
      const std::string at = fmt::format("Choices[{}]", i);
      if (const json::Object* object = in.Item(at, (*list)[i])) {
        state->choices.push_back(ReadRule({*object, In(in.location(), at), parsed_}, true));
      }
    }
  }

  void ReadWait(const FieldReader& in, State* state) {
    in.OnlyFields({"Type", "Comment", "QueryLanguage", "InputPath", "OutputPath", "Next", "End",
                   "Seconds", "SecondsPath", "Timestamp", "TimestampPath"});
    ReadNext(in, state);
    in.AtMostOne({"Seconds", "SecondsPath", "Timestamp", "TimestampPath"});
    state->wait = {in.Integer("Seconds", 0, kMaxSeconds), in.Path("SecondsPath")};
    state->timestamp = in.Text("Timestamp");
    if (state->timestamp && !ParseIso8601(*state->timestamp)) {
      in.WrongAt("Timestamp", "Value is not a valid ISO-8601 timestamp");
    }
    state->timestamp_path = in.Path("TimestampPath");
    for (const char* field : {"Seconds", "SecondsPath", "Timestamp", "TimestampPath"}) {
      if (in.object().Contains(field)) return;
    }
    in.Wrong("One of these fields is required: [Seconds, SecondsPath, Timestamp, TimestampPath]");
  }

  void ReadParallel(const FieldReader& in, State* state) {
    in.OnlyFields({"Type", "Comment", "QueryLanguage", "InputPath", "OutputPath", "Next", "End",
                   "ResultPath", "Parameters", "ResultSelector", "Retry", "Catch", "Branches"});
    ReadNext(in, state);
    ReadResult(in, state, true);
    ReadErrorHandling(in, state);
    if (!in.Require({"Branches"})) return;
    const json::Array* const list = in.List("Branches");
    if (list == nullptr) return;
    if (list->empty()) in.WrongAt("Branches", "The list must not be empty");
    for (std::size_t i = 0; i < list->size(); ++i) {
      const std::string at = fmt::format("Branches[{}]", i);
      const json::Object* const object = in.Item(at, (*list)[i]);
      if (object == nullptr) continue;
      const FieldReader branch(*object, In(in.location(), at), parsed_);
      branch.OnlyFields({"StartAt", "States", "Comment", "QueryLanguage"});
      state->workflows.push_back(ReadWorkflow(branch));
    }
  }

  void ReadMap(const FieldReader& in, State* state) {
    for (const std::string_view field :
         {"ItemReader", "ItemBatcher", "ResultWriter", "ToleratedFailureCount",
          "ToleratedFailureCountPath", "ToleratedFailurePercentage",
          "ToleratedFailurePercentagePath", "Label"}) {
      if (in.object().Contains(field)) {
        in.Unsupported(fmt::format("the field '{}' of distributed maps", field));
      }
    }
    if (!parsed_->unsupported.empty()) return;
    in.OnlyFields({"Type", "Comment", "QueryLanguage", "InputPath", "OutputPath", "Next", "End",
                   "ResultPath", "Parameters", "ResultSelector", "Retry", "Catch", "Iterator",
                   "ItemProcessor", "ItemsPath", "ItemSelector", "MaxConcurrency",
                   "MaxConcurrencyPath"});
    ReadNext(in, state);
    ReadResult(in, state, true);
    ReadErrorHandling(in, state);
    in.AtMostOne({"Parameters", "ItemSelector"});
    in.AtMostOne({"Iterator", "ItemProcessor"});
    in.AtMostOne({"MaxConcurrency", "MaxConcurrencyPath"});
    if (in.object().Contains("ItemSelector")) state->parameters = in.Template("ItemSelector");
    state->items_path = in.Path("ItemsPath");
    state->max_concurrency = in.Integer("MaxConcurrency", 0, kMaxSeconds).value_or(0);
    state->max_concurrency_path = in.Path("MaxConcurrencyPath");
    const std::string field = in.object().Contains("Iterator") ? "Iterator" : "ItemProcessor";
    if (!in.Require({field})) return;
    const json::Object* const object = in.Nested(field);
    if (object == nullptr) return;
    const FieldReader processor(*object, In(in.location(), field), parsed_);
    processor.OnlyFields({"StartAt", "States", "Comment", "QueryLanguage", "ProcessorConfig"});
    if (const json::Object* config = processor.Nested("ProcessorConfig")) {
      const FieldReader mode(*config, In(processor.location(), "ProcessorConfig"), parsed_);
      if (mode.Text("Mode").value_or("INLINE") != "INLINE") {
        mode.Unsupported("the distributed mode of Map states");
        return;
      }
    }
    state->workflows.push_back(ReadWorkflow(processor));
  }

  Parsed* parsed_;
  bool express_;
  std::set<std::string> names_;
};

}  // namespace

std::string_view TypeName(StateType type) {
  return std::ranges::find(kTypes, type, &std::pair<std::string_view, StateType>::second)->first;
}

Parsed ParseDefinition(std::string_view text, bool express) {
  Parsed parsed;
  const Result<json::Value> json = json::Parse(text, {.max_depth = kMaxDepth});
  if (!json && !text.empty()) {
    parsed.diagnostics.push_back({"INVALID_JSON_DESCRIPTION", json.error().message, ""});
    return parsed;
  }
  if (!json || json->AsObject() == nullptr) {
    parsed.diagnostics.push_back(
        {"SCHEMA_VALIDATION_FAILED", "Definition must be a valid JSON object", ""});
    return parsed;
  }
  const FieldReader top(*json->AsObject(), "/", &parsed);
  top.OnlyFields({"StartAt", "States", "Comment", "Version", "TimeoutSeconds", "QueryLanguage"});
  if (const auto version = top.Text("Version"); version && *version != "1.0") {
    top.WrongAt("Version", "Value must be one of: [1.0]");
  }
  Workflow workflow = DefinitionReader(&parsed, express).ReadWorkflow(top);
  workflow.timeout_seconds = top.Integer("TimeoutSeconds", 0, kMaxSeconds);
  if (parsed.diagnostics.empty() && parsed.unsupported.empty()) {
    parsed.workflow = std::make_shared<const Workflow>(std::move(workflow));
  }
  return parsed;
}

std::string InvalidDefinitionText(const std::vector<Diagnostic>& diagnostics) {
  std::string all;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (!all.empty()) all += ", ";
    all += fmt::format("{}: {}", diagnostic.code, diagnostic.message);
    if (!diagnostic.location.empty()) all += " at " + diagnostic.location;
  }
  return fmt::format("Invalid State Machine Definition: '{}'", all);
}

}  // namespace iatk::cloud::asl
