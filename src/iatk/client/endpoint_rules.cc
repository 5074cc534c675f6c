#include "iatk/client/endpoint_rules.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <utility>

namespace iatk::client {
namespace {

constexpr int kMaxDepth = 64;

Error NotSupported(std::string_view what) {
  return SenderError("EndpointRulesNotSupported",
                     fmt::format("the service's endpoint rules ask for {}", what));
}

class Evaluation {
 public:
  Evaluation(const json::Value& partitions, json::Object values)
      : partitions_(partitions), values_(std::move(values)) {}

  // nullopt if no rule holds.
  Result<std::optional<RuleEndpoint>> Rules(const json::Value& rules, int depth) {
    if (depth > kMaxDepth || rules.AsArray() == nullptr) return Fail(NotSupported("such nesting"));
    for (const json::Value& rule : *rules.AsArray()) {
      // What a rule's conditions assign holds within it.
      const json::Object before = values_;
      IATK_TRY(const bool holds, Conditions(rule));
      std::optional<RuleEndpoint> endpoint;
      if (holds) {
        IATK_TRY(endpoint, Rule(rule, depth));
      }
      values_ = before;
      if (endpoint) return endpoint;
    }
    return std::nullopt;
  }

 private:
  Result<bool> Conditions(const json::Value& rule) {
    const json::Value* const conditions = rule.Find("conditions");
    if (conditions == nullptr || conditions->AsArray() == nullptr) return true;
    for (const json::Value& condition : *conditions->AsArray()) {
      IATK_TRY(json::Value value, ValueOf(condition, 0));
      if (value.is_null() || (value.AsBool() != nullptr && !*value.AsBool())) return false;
      if (const std::string* name = condition.FindString("assign")) {
        values_.Set(*name, std::move(value));
      }
    }
    return true;
  }

  Result<std::optional<RuleEndpoint>> Rule(const json::Value& rule, int depth) {
    if (const json::Value* rules = rule.Find("rules")) return Rules(*rules, depth + 1);
    if (const json::Value* error = rule.Find("error")) {
      IATK_TRY(const json::Value text, ValueOf(*error, 0));
      return Fail(SenderError("InvalidEndpoint",
                              text.AsString() == nullptr ? std::string() : *text.AsString()));
    }
    const json::Value* const endpoint = rule.Find("endpoint");
    const json::Value* const url = endpoint == nullptr ? nullptr : endpoint->Find("url");
    if (url == nullptr) return Fail(NotSupported("a rule without an endpoint"));
    IATK_TRY(const json::Value text, ValueOf(*url, 0));
    if (text.AsString() == nullptr) return Fail(NotSupported("an endpoint that is no text"));
    RuleEndpoint out{*text.AsString(), json::Object()};
    if (const json::Value* properties = endpoint->Find("properties")) {
      IATK_TRY(out.properties, Filled(*properties, 0));
    }
    return out;
  }

  // A literal, {"ref": name} or {"fn": name, "argv": […]}.
  Result<json::Value> ValueOf(const json::Value& value, int depth) {
    if (depth > kMaxDepth) return Fail(NotSupported("such nesting"));
    if (value.AsString() != nullptr) return Template(*value.AsString());
    if (const std::string* name = value.FindString("ref")) {
      const json::Value* const found = values_.Find(*name);
      return found == nullptr ? json::Value() : *found;
    }
    const std::string* const function = value.FindString("fn");
    if (function == nullptr) return value;
    json::Array arguments;
    if (const json::Value* argv = value.Find("argv"); argv != nullptr && argv->AsArray()) {
      for (const json::Value& argument : *argv->AsArray()) {
        IATK_TRY(arguments.emplace_back(), ValueOf(argument, depth + 1));
      }
    }
    return Call(*function, arguments);
  }

  Result<json::Value> Filled(const json::Value& value, int depth) {
    if (depth > kMaxDepth) return Fail(NotSupported("such nesting"));
    if (const json::Array* array = value.AsArray()) {
      json::Array out;
      for (const json::Value& element : *array) {
        IATK_TRY(out.emplace_back(), Filled(element, depth + 1));
      }
      return out;
    }
    if (const json::Object* object = value.AsObject()) {
      json::Object out;
      for (const auto& [name, member] : *object) {
        IATK_TRY(out.Append(name, {}), Filled(member, depth + 1));
      }
      return out;
    }
    return ValueOf(value, depth);
  }

  // "https://{Region}.{PartitionResult#dnsSuffix}"
  Result<json::Value> Template(std::string_view text) {
    std::string out;
    while (!text.empty()) {
      const std::size_t open = text.find('{');
      out += text.substr(0, open);
      if (open == std::string_view::npos) break;
      const std::size_t close = text.find('}', open);
      if (close == std::string_view::npos) return Fail(NotSupported("an unclosed template"));
      const std::string_view name = text.substr(open + 1, close - open - 1);
      const std::size_t hash = name.find('#');
      const json::Value* value = values_.Find(name.substr(0, hash));
      if (value != nullptr && hash != std::string_view::npos) {
        value = value->Find(name.substr(hash + 1));
      }
      if (value != nullptr && value->AsString() != nullptr) out += *value->AsString();
      text.remove_prefix(close + 1);
    }
    return json::Value(std::move(out));
  }

  Result<json::Value> Call(std::string_view name, const json::Array& arguments) const {
    const json::Value first = arguments.empty() ? json::Value() : arguments[0];
    const json::Value second = arguments.size() < 2 ? json::Value() : arguments[1];
    if (name == "isSet") return !first.is_null();
    if (name == "not") return first.is_null() || (first.AsBool() != nullptr && !*first.AsBool());
    if (name == "booleanEquals" || name == "stringEquals") {
      return !first.is_null() && Equal(first, second);
    }
    if (first.is_null()) return json::Value();
    if (name == "getAttr") {
      const json::Value* const found =
          second.AsString() == nullptr ? nullptr : first.Find(*second.AsString());
      return found == nullptr ? json::Value() : *found;
    }
    if (name == "isValidHostLabel") {
      return first.AsString() != nullptr &&
             IsHostLabel(*first.AsString(), second.AsBool() != nullptr && *second.AsBool());
    }
    if (name == "aws.partition") {
      return first.AsString() == nullptr ? json::Value() : PartitionOf(*first.AsString());
    }
    return Fail(NotSupported(name));
  }

  static bool IsHostLabel(std::string_view text, bool may_have_dots) {
    static const RE2 kLabel("[a-zA-Z\\d][a-zA-Z\\d\\-]{0,62}");
    const auto matches = [](std::string_view label) {
      return RE2::FullMatch(re2::StringPiece(label.data(), label.size()), kLabel);
    };
    if (!may_have_dots) return matches(text);
    for (std::size_t dot = 0; dot != std::string_view::npos;) {
      dot = text.find('.');
      if (!matches(text.substr(0, dot))) return false;
      if (dot != std::string_view::npos) text.remove_prefix(dot + 1);
    }
    return true;
  }

  // By the region's name, else by the form of its name, else the first: "aws".
  json::Value PartitionOf(const std::string& region) const {
    const json::Value* const all = partitions_.Find("partitions");
    if (all == nullptr || all->AsArray() == nullptr || all->AsArray()->empty()) return {};
    const json::Value* found = nullptr;
    for (const json::Value& partition : *all->AsArray()) {
      const json::Value* const regions = partition.Find("regions");
      if (regions != nullptr && regions->Find(region) != nullptr) found = &partition;
    }
    for (const json::Value& partition : *all->AsArray()) {
      const std::string* const form = partition.FindString("regionRegex");
      if (found == nullptr && form != nullptr && RE2::FullMatch(region, *form)) found = &partition;
    }
    if (found == nullptr) found = &all->AsArray()->front();
    const json::Value* const outputs = found->Find("outputs");
    return outputs == nullptr ? json::Value() : *outputs;
  }

  const json::Value& partitions_;
  json::Object values_;
};

}  // namespace

Result<RuleEndpoint> EvaluateEndpointRules(const json::Value& rule_set,
                                           const json::Value& partitions,
                                           const json::Object& parameters) {
  json::Object values;
  if (const json::Value* known = rule_set.Find("parameters");
      known != nullptr && known->AsObject()) {
    for (const auto& [name, parameter] : *known->AsObject()) {
      const json::Value* const given = parameters.Find(name);
      const json::Value* const otherwise = parameter.Find("default");
      if (given != nullptr) {
        values.Append(name, *given);
      } else if (otherwise != nullptr) {
        values.Append(name, *otherwise);
      }
    }
  }
  const json::Value* const rules = rule_set.Find("rules");
  if (rules == nullptr) return Fail(NotSupported("no rules"));
  IATK_TRY(std::optional<RuleEndpoint> endpoint,
           Evaluation(partitions, std::move(values)).Rules(*rules, 0));
  if (!endpoint) return Fail(SenderError("InvalidEndpoint", "no rule of the service holds"));
  return *std::move(endpoint);
}

}  // namespace iatk::client
