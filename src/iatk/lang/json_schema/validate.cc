#include "iatk/lang/json_schema/validate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "iatk/json/write.h"
#include "iatk/lang/json_schema/formats.h"
#include "iatk/lang/json_schema/uri.h"

namespace iatk::json_schema {
namespace {

constexpr std::size_t kMostViolations = 100;
constexpr std::size_t kMostSteps = 5'000'000;
constexpr std::size_t kMaxDepth = 600;
constexpr std::size_t kShownCharacters = 80;

std::string Shown(const json::Value& value) {
  std::string text = json::Write(value);
  if (text.size() <= kShownCharacters) return text;
  std::size_t end = kShownCharacters;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "…";
}

std::string TextOf(const json::Decimal& d) {
  if (d.digits.empty()) return "0";
  std::string digits = d.digits;
  const auto size = static_cast<std::int64_t>(digits.size());
  if (d.exponent > 15 || d.exponent < -15 - size) {
    digits += fmt::format("e{}", d.exponent);
  } else if (d.exponent >= 0) {
    digits += std::string(static_cast<std::size_t>(d.exponent), '0');
  } else if (d.exponent > -size) {
    digits.insert(static_cast<std::size_t>(size + d.exponent), ".");
  } else {
    digits = "0." + std::string(static_cast<std::size_t>(-d.exponent - size), '0') + digits;
  }
  return (d.negative ? "-" : "") + digits;
}

// What of an object or array has been evaluated: by place.
using Evaluated = std::vector<bool>;

void AddAll(Evaluated* to, const Evaluated& from) {
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (from[i]) (*to)[i] = true;
  }
}

class Validator {
 public:
  Validator(const Schema& schema, const ValidateOptions& options)
      : schema_(schema), options_(options), tracks_(schema.tracks_evaluation()) {}

  // Whether `instance` meets `node`; adds to `out`, if there is one, why not, and to `evaluated`
  // what of it the schema took.
  bool Check(const Node& node, const json::Value& instance, std::vector<Violation>* out,
             Evaluated* evaluated) {
    if (depth_ >= kMaxDepth || ++steps_ > kMostSteps) too_complex_ = true;
    if (too_complex_) return true;
    if (node.always) {
      if (!*node.always) Report(out, node, "false", "is not allowed here");
      if (*node.always) Met(node, out);
      return *node.always;
    }
    ++depth_;
    const bool enters = scope_.empty() || scope_.back() != node.resource;
    if (enters) scope_.push_back(node.resource);
    Evaluated own;
    if (tracks_) own.resize(SizeOf(instance));
    bool valid = CheckAny(node, instance, out);
    valid = CheckLogic(node, instance, out, &own) && valid;
    valid = CheckKind(node, instance, out, &own) && valid;
    if (enters) scope_.pop_back();
    --depth_;
    // What a schema took that had to be met is no second fault for others.
    const bool counts = valid || (out != nullptr && silent_ == 0);
    if (counts && tracks_ && evaluated != nullptr) AddAll(evaluated, own);
    if (valid) Met(node, out);
    return valid;
  }

  bool too_complex() const { return too_complex_; }

 private:
  static std::size_t SizeOf(const json::Value& instance) {
    if (const json::Object* object = instance.AsObject()) return object->size();
    return instance.AsArray() == nullptr ? 0 : instance.AsArray()->size();
  }

  void Met(const Node& node, const std::vector<Violation>* out) {
    if (options_.met && out != nullptr && silent_ == 0) options_.met(path_, node);
  }

  bool Report(std::vector<Violation>* out, const Node& node, std::string_view keyword,
              std::string message) {
    if (out != nullptr && out->size() < kMostViolations) {
      const std::string at =
          keyword == "false" ? node.location : fmt::format("{}/{}", node.location, keyword);
      out->push_back({path_, at, std::string(keyword), std::move(message)});
    }
    return false;
  }

  // A part of the instance.
  bool CheckPart(const Node& node, const json::Value& part, std::string_view token,
                 std::vector<Violation>* out) {
    const std::size_t size = path_.size();
    path_ += '/';
    path_ += EscapeToken(token);
    const bool valid = Check(node, part, out, nullptr);
    path_.resize(size);
    return valid;
  }

  // Whether a schema is met that the instance is free not to meet.
  bool Try(const Node& node, const json::Value& instance, Evaluated* evaluated) {
    ++silent_;
    const bool valid = Check(node, instance, nullptr, evaluated);
    --silent_;
    return valid;
  }

  bool CheckAny(const Node& node, const json::Value& instance, std::vector<Violation>* out) {
    bool valid = true;
    if (node.types && (*node.types & TypesOf(instance, schema_.draft())) == 0) {
      valid = Report(out, node, "type",
                     fmt::format("{} is not of type {}", Shown(instance), TypeNames(*node.types)));
    }
    const auto equals = [&instance](const json::Value& one) { return json::Equal(one, instance); };
    if (node.enumeration != nullptr && std::ranges::none_of(*node.enumeration, equals)) {
      valid = Report(out, node, "enum",
                     fmt::format("{} is not one of {}", Shown(instance), Shown(*node.enumeration)));
    }
    if (node.constant != nullptr && !equals(*node.constant)) {
      valid = Report(out, node, "const",
                     fmt::format("{} is not {}", Shown(instance), Shown(*node.constant)));
    }
    if (options_.formats && !node.format.empty() && !HasFormat(node.format, instance)) {
      valid = Report(out, node, "format",
                     fmt::format("{} is not of format {}", Shown(instance), node.format));
    }
    return valid;
  }

  const Node* Target(const Node& node) const {
    if (!node.dynamic_name) return node.reference;
    for (const std::size_t resource : scope_) {
      if (const Node* bearer = schema_.DynamicAnchor(resource, *node.dynamic_name)) return bearer;
    }
    return node.reference;
  }

  bool CheckLogic(const Node& node, const json::Value& instance, std::vector<Violation>* out,
                  Evaluated* own) {
    bool valid = true;
    if (node.reference != nullptr) valid = Check(*Target(node), instance, out, own);
    for (const Node* part : node.all_of) valid = Check(*part, instance, out, own) && valid;
    if (!node.any_of.empty()) valid = CheckAlternatives(node, false, instance, out, own) && valid;
    if (!node.one_of.empty()) valid = CheckAlternatives(node, true, instance, out, own) && valid;
    if (node.negated != nullptr && Try(*node.negated, instance, nullptr)) {
      valid = Report(out, node, "not", fmt::format("{} is what must not be", Shown(instance)));
    }
    if (node.condition != nullptr) {
      const Node* then = Try(*node.condition, instance, own) ? node.consequence : node.alternative;
      if (then != nullptr) valid = Check(*then, instance, out, own) && valid;
    }
    if (const json::Object* object = instance.AsObject()) {
      for (const auto& [name, dependent] : node.dependent_schemas) {
        if (object->Contains(name)) valid = Check(*dependent, instance, out, own) && valid;
      }
    }
    return valid;
  }

  bool CheckAlternatives(const Node& node, bool exactly_one, const json::Value& instance,
                         std::vector<Violation>* out, Evaluated* own) {
    const std::vector<const Node*>& alternatives = exactly_one ? node.one_of : node.any_of;
    std::vector<const Node*> met;
    std::vector<Violation> nearest;
    for (const Node* alternative : alternatives) {
      std::vector<Violation> why;
      ++silent_;
      const bool is_met = Check(*alternative, instance, out == nullptr ? nullptr : &why, own);
      --silent_;
      if (is_met) {
        met.push_back(alternative);
      } else if (nearest.empty() || (!why.empty() && why.size() < nearest.size())) {
        nearest = std::move(why);
      }
    }
    const char* const keyword = exactly_one ? "oneOf" : "anyOf";
    if (met.empty()) {
      std::string why;
      if (!nearest.empty()) {
        why = fmt::format("; the nearest wants {}: {}{}{}", nearest[0].schema_path,
                          nearest[0].instance_path, nearest[0].instance_path.empty() ? "" : " ",
                          nearest[0].message);
      }
      return Report(out, node, keyword,
                    fmt::format("none of the {} alternatives is met{}", alternatives.size(), why));
    }
    if (exactly_one && met.size() > 1) {
      return Report(out, node, keyword,
                    fmt::format("{} alternatives are met, and only one may be: {} and {}",
                                met.size(), met[0]->location, met[1]->location));
    }
    if (options_.met && out != nullptr && silent_ == 0) {
      for (const Node* alternative : met) Check(*alternative, instance, out, nullptr);
    }
    return true;
  }

  bool CheckKind(const Node& node, const json::Value& instance, std::vector<Violation>* out,
                 Evaluated* own) {
    switch (instance.kind()) {
      case json::Value::Kind::kNumber:
        return CheckNumber(node, *instance.AsNumber(), out);
      case json::Value::Kind::kString:
        return CheckString(node, *instance.AsString(), out);
      case json::Value::Kind::kArray:
        return CheckArray(node, *instance.AsArray(), out, own);
      case json::Value::Kind::kObject:
        return CheckObject(node, *instance.AsObject(), out, own);
      default:
        return true;
    }
  }

  bool CheckNumber(const Node& node, const json::Number& number, std::vector<Violation>* out) {
    if (!node.multiple_of && !node.minimum && !node.maximum && !node.exclusive_minimum &&
        !node.exclusive_maximum) {
      return true;
    }
    const json::Decimal value = json::ToDecimal(number.text());
    bool valid = true;
    const auto limit = [&](const std::optional<json::Decimal>& wanted, bool met,
                           std::string_view keyword, std::string_view relation) {
      if (!wanted || met) return;
      valid = Report(out, node, keyword,
                     fmt::format("{} is not {} {}", number.text(), relation, TextOf(*wanted)));
    };
    limit(node.minimum, node.minimum && value >= *node.minimum, "minimum", "at least");
    limit(node.maximum, node.maximum && value <= *node.maximum, "maximum", "at most");
    limit(node.exclusive_minimum, node.exclusive_minimum && value > *node.exclusive_minimum,
          "exclusiveMinimum", "above");
    limit(node.exclusive_maximum, node.exclusive_maximum && value < *node.exclusive_maximum,
          "exclusiveMaximum", "below");
    limit(node.multiple_of, node.multiple_of && json::IsMultipleOf(value, *node.multiple_of),
          "multipleOf", "a multiple of");
    return valid;
  }

  bool CheckSize(const Node& node, std::optional<std::size_t> least,
                 std::optional<std::size_t> most, std::size_t size, std::string_view what,
                 std::string_view least_keyword, std::string_view most_keyword,
                 std::vector<Violation>* out) {
    bool valid = true;
    if (least && size < *least) {
      valid = Report(out, node, least_keyword,
                     fmt::format("has {} {}, and needs {}", size, what, *least));
    }
    if (most && size > *most) {
      valid = Report(out, node, most_keyword,
                     fmt::format("has {} {}, and may have {}", size, what, *most));
    }
    return valid;
  }

  bool CheckString(const Node& node, const std::string& text, std::vector<Violation>* out) {
    bool valid = true;
    if (node.min_length || node.max_length) {
      valid = CheckSize(node, node.min_length, node.max_length, CountCodePoints(text), "characters",
                        "minLength", "maxLength", out);
    }
    if (node.pattern && !node.pattern->Matches(text)) {
      valid = Report(out, node, "pattern",
                     fmt::format("{} does not match {}", Shown(text), node.pattern->text()));
    }
    return valid;
  }

  bool CheckArray(const Node& node, const json::Array& array, std::vector<Violation>* out,
                  Evaluated* own) {
    bool valid = CheckSize(node, node.min_items, node.max_items, array.size(), "elements",
                           "minItems", "maxItems", out);
    const auto take = [&](std::size_t i) {
      if (tracks_) (*own)[i] = true;
    };
    for (std::size_t i = 0; i < array.size(); ++i) {
      const Node* item = i < node.prefix_items.size() ? node.prefix_items[i] : node.items;
      if (item == nullptr) continue;
      valid = CheckPart(*item, array[i], std::to_string(i), out) && valid;
      take(i);
    }
    if (node.contains != nullptr) {
      std::size_t found = 0;
      for (std::size_t i = 0; i < array.size(); ++i) {
        if (!Try(*node.contains, array[i], nullptr)) continue;
        ++found;
        if (node.contains_evaluates) take(i);
      }
      const std::size_t least = node.min_contains.value_or(1);
      if (found < least || (node.max_contains && found > *node.max_contains)) {
        valid = Report(out, node,
                       found >= least      ? "maxContains"
                       : node.min_contains ? "minContains"
                                           : "contains",
                       fmt::format("{} elements are as {}/contains says, and {} {}", found,
                                   node.location, found < least ? "the least is" : "the most is",
                                   found < least ? least : *node.max_contains));
      }
    }
    if (node.unique_items) {
      if (const auto same = FirstRepeated(array)) {
        valid = Report(out, node, "uniqueItems",
                       fmt::format("elements {} and {} are the same", same->first, same->second));
      }
    }
    if (node.unevaluated_items != nullptr) {
      for (std::size_t i = 0; i < array.size(); ++i) {
        if ((*own)[i]) continue;
        valid = CheckPart(*node.unevaluated_items, array[i], std::to_string(i), out) && valid;
        take(i);
      }
    }
    return valid;
  }

  std::optional<std::pair<std::size_t, std::size_t>> FirstRepeated(const json::Array& array) {
    for (std::size_t i = 0; i < array.size(); ++i) {
      steps_ += i;
      if (steps_ > kMostSteps) too_complex_ = true;
      if (too_complex_) return std::nullopt;
      for (std::size_t j = 0; j < i; ++j) {
        if (json::Equal(array[i], array[j])) return std::pair(j, i);
      }
    }
    return std::nullopt;
  }

  bool CheckObject(const Node& node, const json::Object& object, std::vector<Violation>* out,
                   Evaluated* own) {
    bool valid = CheckSize(node, node.min_properties, node.max_properties, object.size(), "members",
                           "minProperties", "maxProperties", out);
    for (const std::string& name : node.required) {
      if (object.Contains(name)) continue;
      valid = Report(out, node, "required", fmt::format("lacks \"{}\"", name));
    }
    for (const auto& [name, wanted] : node.dependent_required) {
      if (!object.Contains(name)) continue;
      for (const std::string& other : wanted) {
        if (object.Contains(other)) continue;
        valid = Report(out, node, node.dependent_required_keyword,
                       fmt::format("lacks \"{}\", which goes with \"{}\"", other, name));
      }
    }
    std::size_t i = 0;
    for (const auto& [name, value] : object) {
      valid = CheckMember(node, name, value, i++, out, own) && valid;
    }
    return valid;
  }

  bool CheckMember(const Node& node, const std::string& name, const json::Value& value,
                   std::size_t index, std::vector<Violation>* out, Evaluated* own) {
    bool valid = true;
    bool known = false;
    if (node.property_names != nullptr) {
      std::vector<Violation> why;
      ++silent_;
      const bool good = Check(*node.property_names, name, &why, nullptr);
      --silent_;
      if (!good) {
        valid = Report(out, node, "propertyNames",
                       fmt::format("the name \"{}\": {}", name,
                                   why.empty() ? "is not allowed" : why[0].message));
      }
    }
    if (const Node* property = node.Property(name)) {
      valid = CheckPart(*property, value, name, out) && valid;
      known = true;
    }
    for (const auto& [pattern, property] : node.pattern_properties) {
      if (!pattern.Matches(name)) continue;
      valid = CheckPart(*property, value, name, out) && valid;
      known = true;
    }
    const auto rest = [&](const Node* schema, std::string_view keyword) {
      if (schema->always && !*schema->always) {
        valid = Report(out, node, keyword, fmt::format("\"{}\" is not allowed", name));
      } else {
        valid = CheckPart(*schema, value, name, out) && valid;
      }
      known = true;
    };
    if (!known && node.additional_properties != nullptr) {
      rest(node.additional_properties, "additionalProperties");
    }
    if (!known && node.unevaluated_properties != nullptr && !(*own)[index]) {
      rest(node.unevaluated_properties, "unevaluatedProperties");
    }
    if (known && tracks_) (*own)[index] = true;
    return valid;
  }

  const Schema& schema_;
  const ValidateOptions& options_;
  bool tracks_;
  std::string path_;
  std::vector<std::size_t> scope_;  // of the resources gone through, outermost first
  std::size_t depth_ = 0;
  std::size_t steps_ = 0;
  int silent_ = 0;
  bool too_complex_ = false;
};

}  // namespace

Result<std::vector<Violation>> ValidateAgainst(const Schema& schema, const Node& node,
                                               const json::Value& instance,
                                               const ValidateOptions& options) {
  std::vector<Violation> violations;
  Validator validator(schema, options);
  validator.Check(node, instance, &violations, nullptr);
  if (validator.too_complex()) {
    return Fail(SenderError("SchemaTooComplex",
                            "the schema refers to itself without end, or asks for too much work"));
  }
  return violations;
}

Result<std::vector<Violation>> Validate(const Schema& schema, const json::Value& instance,
                                        const ValidateOptions& options) {
  return ValidateAgainst(schema, schema.root(), instance, options);
}

Types TypesOf(const json::Value& value, Draft draft) {
  switch (value.kind()) {
    case json::Value::Kind::kNull:
      return kNull;
    case json::Value::Kind::kBool:
      return kBoolean;
    case json::Value::Kind::kString:
      return kString;
    case json::Value::Kind::kArray:
      return kArray;
    case json::Value::Kind::kObject:
      return kObject;
    case json::Value::Kind::kNumber:
      break;
  }
  const std::string& text = value.AsNumber()->text();
  if (draft == Draft::kDraft4 && text.find_first_of(".eE") != std::string::npos) return kNumber;
  return json::ToDecimal(text).is_whole() ? kInteger : kNumber;
}

std::string TypeNames(Types types) {
  constexpr std::array<std::pair<Types, std::string_view>, 7> kNames = {{{kString, "string"},
                                                                         {kNumber, "number"},
                                                                         {kInteger, "integer"},
                                                                         {kBoolean, "boolean"},
                                                                         {kObject, "object"},
                                                                         {kArray, "array"},
                                                                         {kNull, "null"}}};
  std::string out;
  for (const auto& [type, name] : kNames) {
    const bool part_of_number = type == kInteger && (types & kNumber) != 0;
    if ((types & type) == 0 || part_of_number) continue;
    if (!out.empty()) out += " or ";
    out += name;
  }
  return out.empty() ? "none" : out;
}

}  // namespace iatk::json_schema
