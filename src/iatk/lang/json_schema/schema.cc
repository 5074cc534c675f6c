#include "iatk/lang/json_schema/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "iatk/lang/json_schema/document.h"
#include "iatk/lang/json_schema/uri.h"

namespace iatk::json_schema {
namespace {

constexpr std::array<std::pair<std::string_view, Types>, 7> kTypes = {
    {{"null", kNull},
     {"boolean", kBoolean},
     {"object", kObject},
     {"array", kArray},
     {"number", kNumber | kInteger},
     {"string", kString},
     {"integer", kInteger}}};

Draft DraftOf(const json::Value& json, Draft assumed, bool* said) {
  *said = true;
  if (const std::string* schema = json.FindString("$schema")) {
    constexpr std::array<std::pair<std::string_view, Draft>, 5> kDrafts = {
        {{"json-schema.org/draft-04/", Draft::kDraft4},
         {"json-schema.org/draft-06/", Draft::kDraft6},
         {"json-schema.org/draft-07/", Draft::kDraft7},
         {"json-schema.org/draft/2019-09/", Draft::k2019},
         {"json-schema.org/draft/2020-12/", Draft::k2020}}};
    for (const auto& [part, draft] : kDrafts) {
      if (schema->find(part) != std::string::npos) return draft;
    }
  }
  *said = false;
  if (const std::string* version = json.FindString("openapi")) {
    return version->starts_with("3.0") ? Draft::kOpenApi30 : Draft::k2020;
  }
  return assumed;
}

// Reads schemas as they are referred to; nodes that wait for their turn stand in a list, so that no
// chain of references is a chain of calls.
class Reader {
 public:
  explicit Reader(Schema::Document* document) : document_(*document) {}

  Result<const Node*> ReadAll(const std::string& root) {
    IATK_TRY(const Place place, FindPlace(document_, 0, root));
    const Node* const node = NodeAt(place);
    while (!waiting_.empty()) {
      const auto [next, json] = waiting_.back();
      waiting_.pop_back();
      if (Result<void> read = ReadNode(*json, next); !read) return Fail(std::move(read.error()));
    }
    return node;
  }

 private:
  using Name = std::string_view;

  const Node* NodeAt(const Place& place) {
    const auto [found, added] = nodes_.emplace(place.json, nullptr);
    if (added) {
      Node& node = document_.nodes.emplace_back();
      node.location = place.location;
      node.resource = place.resource;
      found->second = &node;
      waiting_.emplace_back(&node, place.json);
    }
    return found->second;
  }

  Error Wrong(const Node& node, Name keyword, Name wanted) const {
    return SchemaError(fmt::format("{}/{} must be {}", node.location, keyword, wanted));
  }

  bool Knows(Draft since) const { return document_.draft >= since || document_.later_keywords; }

  // A schema inside of `node`'s, at "keyword" or "keyword/name".
  const Node* Child(const Node& node, const json::Value& json, Name keyword, Name name = {}) {
    const auto known = document_.resource_of.find(&json);
    const std::size_t resource =
        known == document_.resource_of.end() ? node.resource : known->second;
    std::string location = fmt::format("{}/{}", node.location, keyword);
    if (name.data() != nullptr) location += "/" + EscapeToken(name);
    return NodeAt({&json, resource, std::move(location)});
  }

  Result<void> ReadNode(const json::Value& json, Node* node) {
    if (document_.nodes.size() > 100'000)
      return Fail(SchemaError("it has more than 100000 schemas"));
    if (const bool* always = json.AsBool()) {
      node->always = *always;
      return {};
    }
    if (json.AsObject() == nullptr) {
      return Fail(SchemaError(fmt::format("{} is no schema", node->location)));
    }
    if (document_.draft <= Draft::kDraft7 && json.FindString("$ref") != nullptr) {
      return ReadReference(json, node);
    }
    IATK_CHECK(ReadReference(json, node));
    IATK_CHECK(ReadAnyInstance(json, node));
    IATK_CHECK(ReadNumbers(json, node));
    IATK_CHECK(ReadStrings(json, node));
    IATK_CHECK(ReadArrays(json, node));
    IATK_CHECK(ReadObjects(json, node));
    IATK_CHECK(ReadDependencies(json, node));
    return ReadLogic(json, node);
  }

  Result<void> ReadReference(const json::Value& json, Node* node) {
    const std::string* reference = json.FindString("$ref");
    if (reference == nullptr && document_.draft == Draft::k2019) {
      reference = json.FindString("$recursiveRef");
      if (reference != nullptr) node->reference_keyword = "$recursiveRef";
    }
    if (reference == nullptr && document_.draft == Draft::k2020) {
      reference = json.FindString("$dynamicRef");
      if (reference != nullptr) node->reference_keyword = "$dynamicRef";
    }
    if (reference == nullptr) return {};
    IATK_TRY(const Place place, FindPlace(document_, node->resource, *reference));
    node->reference = NodeAt(place);
    if (node->reference_keyword == Name("$ref")) return {};
    // Dynamic only if what it names statically bears the name as a dynamic one.
    const std::size_t hash = reference->find('#');
    const std::string name = node->reference_keyword == Name("$recursiveRef") ? ""
                             : hash == std::string::npos                      ? "/"
                                                         : reference->substr(hash + 1);
    const auto& anchors = document_.resources[place.resource].dynamic_anchors;
    const auto anchor = anchors.find(name);
    if (anchor == anchors.end() || anchor->second != place.json) return {};
    node->dynamic_name = name;
    for (std::size_t i = 0; i < document_.resources.size(); ++i) {
      const auto bearer = document_.resources[i].dynamic_anchors.find(name);
      if (bearer == document_.resources[i].dynamic_anchors.end()) continue;
      document_.dynamic_nodes[{i, name}] =
          NodeAt({bearer->second, i, document_.location_of.at(bearer->second)});
    }
    return {};
  }

  Result<void> ReadAnyInstance(const json::Value& json, Node* node) {
    if (const json::Value* type = json.Find("type")) {
      Types types = 0;
      json::Array names = type->AsArray() != nullptr ? *type->AsArray() : json::Array{*type};
      for (const json::Value& name : names) {
        const auto* known =
            name.AsString() == nullptr
                ? kTypes.end()
                : std::ranges::find(kTypes, Name(*name.AsString()), &std::pair<Name, Types>::first);
        if (known == kTypes.end()) {
          return Fail(
              Wrong(*node, "type", "null, boolean, object, array, number, string or integer"));
        }
        types |= known->second;
      }
      const json::Value* nullable = json.Find("nullable");
      const bool nullable_too = document_.draft == Draft::kOpenApi30 && nullable != nullptr &&
                                nullable->AsBool() != nullptr && *nullable->AsBool();
      node->types = nullable_too ? types | kNull : types;
    }
    if (const json::Value* values = json.Find("enum")) {
      node->enumeration = values->AsArray();
      if (node->enumeration == nullptr) return Fail(Wrong(*node, "enum", "an array"));
    }
    if (Knows(Draft::kDraft6)) node->constant = json.Find("const");
    node->default_value = json.Find("default");
    if (const json::Value* example = json.Find("example")) node->examples.push_back(example);
    if (const json::Value* examples = json.Find("examples"); examples && examples->AsArray()) {
      for (const json::Value& example : *examples->AsArray()) node->examples.push_back(&example);
    }
    return {};
  }

  Result<std::optional<json::Decimal>> NumberOf(const json::Value& json, const Node& node,
                                                Name keyword) const {
    const json::Value* value = json.Find(keyword);
    if (value == nullptr) return std::nullopt;
    if (value->AsNumber() == nullptr) return Fail(Wrong(node, keyword, "a number"));
    return json::ToDecimal(value->AsNumber()->text());
  }

  Result<std::optional<std::size_t>> CountOf(const json::Value& json, const Node& node,
                                             Name keyword) const {
    const json::Value* value = json.Find(keyword);
    if (value == nullptr) return std::nullopt;
    const auto count = value->AsNumber() == nullptr ? std::nullopt : value->AsNumber()->AsInt64();
    if (!count || *count < 0) {
      return Fail(Wrong(node, keyword, "a whole number that is not negative"));
    }
    return static_cast<std::size_t>(*count);
  }

  // Up to draft 4 and OpenAPI 3.0, "exclusiveMinimum" is whether "minimum" is exclusive.
  Result<void> ReadNumbers(const json::Value& json, Node* node) {
    IATK_TRY(node->multiple_of, NumberOf(json, *node, "multipleOf"));
    if (node->multiple_of && (node->multiple_of->negative || node->multiple_of->digits.empty() ||
                              node->multiple_of->digits.size() > json::kMostUnitDigits)) {
      return Fail(Wrong(*node, "multipleOf", "a number above 0 of at most 18 digits"));
    }
    IATK_TRY(node->minimum, NumberOf(json, *node, "minimum"));
    IATK_TRY(node->maximum, NumberOf(json, *node, "maximum"));
    IATK_CHECK(
        ReadExclusive(json, *node, "exclusiveMinimum", &node->minimum, &node->exclusive_minimum));
    return ReadExclusive(json, *node, "exclusiveMaximum", &node->maximum, &node->exclusive_maximum);
  }

  Result<void> ReadExclusive(const json::Value& json, const Node& node, Name keyword,
                             std::optional<json::Decimal>* inclusive,
                             std::optional<json::Decimal>* exclusive) const {
    const json::Value* value = json.Find(keyword);
    if (value == nullptr) return {};
    if (const bool* is_exclusive = value->AsBool()) {
      if (*is_exclusive) std::swap(*inclusive, *exclusive);
      return {};
    }
    IATK_TRY(*exclusive, NumberOf(json, node, keyword));
    return {};
  }

  Result<Regex> Pattern(const std::string& text, const Node& node, Name keyword) const {
    return Regex::Compile(text).map_error([&](const Error& error) {
      return SchemaError(fmt::format("{}/{}: {}", node.location, keyword, error.message));
    });
  }

  Result<void> ReadStrings(const json::Value& json, Node* node) {
    IATK_TRY(node->min_length, CountOf(json, *node, "minLength"));
    IATK_TRY(node->max_length, CountOf(json, *node, "maxLength"));
    if (const json::Value* pattern = json.Find("pattern")) {
      if (pattern->AsString() == nullptr) return Fail(Wrong(*node, "pattern", "a string"));
      IATK_TRY(node->pattern, Pattern(*pattern->AsString(), *node, "pattern"));
    }
    if (const std::string* format = json.FindString("format")) node->format = *format;
    return {};
  }

  // Up to 2019-09 an array of "items" is what "prefixItems" is now, and "additionalItems" what
  // "items" is.
  Result<void> ReadArrays(const json::Value& json, Node* node) {
    const json::Value* items = json.Find("items");
    const json::Value* prefix = Knows(Draft::k2020) ? json.Find("prefixItems") : nullptr;
    Name prefix_keyword = "prefixItems";
    if (prefix == nullptr && items != nullptr && items->AsArray() != nullptr) {
      prefix = items;
      prefix_keyword = "items";
      items = json.Find("additionalItems");
      node->items_keyword = "additionalItems";
    }
    if (prefix != nullptr) {
      if (prefix->AsArray() == nullptr) return Fail(Wrong(*node, prefix_keyword, "an array"));
      const json::Array& array = *prefix->AsArray();
      for (std::size_t i = 0; i < array.size(); ++i) {
        node->prefix_items.push_back(Child(*node, array[i], prefix_keyword, std::to_string(i)));
      }
    }
    if (items != nullptr) node->items = Child(*node, *items, node->items_keyword);
    if (const json::Value* contains = json.Find("contains"); contains && Knows(Draft::kDraft6)) {
      node->contains = Child(*node, *contains, "contains");
      node->contains_evaluates = document_.draft == Draft::k2020;
    }
    if (Knows(Draft::k2019)) {
      IATK_TRY(node->min_contains, CountOf(json, *node, "minContains"));
      IATK_TRY(node->max_contains, CountOf(json, *node, "maxContains"));
      if (const json::Value* rest = json.Find("unevaluatedItems")) {
        node->unevaluated_items = Child(*node, *rest, "unevaluatedItems");
        document_.tracks_evaluation = true;
      }
    }
    IATK_TRY(node->min_items, CountOf(json, *node, "minItems"));
    IATK_TRY(node->max_items, CountOf(json, *node, "maxItems"));
    const json::Value* unique = json.Find("uniqueItems");
    node->unique_items = unique != nullptr && unique->AsBool() != nullptr && *unique->AsBool();
    return {};
  }

  Result<std::vector<std::string>> Names(const json::Value& json, const Node& node,
                                         Name keyword) const {
    std::vector<std::string> names;
    if (json.AsArray() == nullptr) return Fail(Wrong(node, keyword, "an array of names"));
    for (const json::Value& name : *json.AsArray()) {
      if (name.AsString() == nullptr) return Fail(Wrong(node, keyword, "an array of names"));
      if (std::ranges::find(names, *name.AsString()) == names.end()) {
        names.push_back(*name.AsString());
      }
    }
    return names;
  }

  Result<const json::Object*> ObjectOf(const json::Value& json, const Node& node,
                                       Name keyword) const {
    static const json::Object kNone;
    const json::Value* value = json.Find(keyword);
    if (value == nullptr) return &kNone;
    if (value->AsObject() == nullptr) return Fail(Wrong(node, keyword, "an object"));
    return value->AsObject();
  }

  Result<void> ReadObjects(const json::Value& json, Node* node) {
    IATK_TRY(const json::Object* const properties, ObjectOf(json, *node, "properties"));
    for (const auto& [name, property] : *properties) {
      node->properties.emplace_back(name, Child(*node, property, "properties", name));
    }
    IATK_TRY(const json::Object* const patterns, ObjectOf(json, *node, "patternProperties"));
    for (const auto& [text, property] : *patterns) {
      IATK_TRY(Regex pattern, Pattern(text, *node, "patternProperties"));
      node->pattern_properties.emplace_back(std::move(pattern),
                                            Child(*node, property, "patternProperties", text));
    }
    if (const json::Value* rest = json.Find("additionalProperties")) {
      node->additional_properties = Child(*node, *rest, "additionalProperties");
    }
    if (const json::Value* rest = json.Find("unevaluatedProperties"); rest && Knows(Draft::k2019)) {
      node->unevaluated_properties = Child(*node, *rest, "unevaluatedProperties");
      document_.tracks_evaluation = true;
    }
    if (const json::Value* names = json.Find("propertyNames"); names && Knows(Draft::kDraft6)) {
      node->property_names = Child(*node, *names, "propertyNames");
    }
    if (const json::Value* required = json.Find("required")) {
      IATK_TRY(node->required, Names(*required, *node, "required"));
    }
    IATK_TRY(node->min_properties, CountOf(json, *node, "minProperties"));
    IATK_TRY(node->max_properties, CountOf(json, *node, "maxProperties"));
    return {};
  }

  // "dependencies" became two keywords in 2019-09.
  Result<void> ReadDependencies(const json::Value& json, Node* node) {
    if (document_.draft < Draft::k2019 || document_.later_keywords) {
      IATK_TRY(const json::Object* const both, ObjectOf(json, *node, "dependencies"));
      if (!both->empty()) {
        node->dependent_required_keyword = "dependencies";
        node->dependent_schemas_keyword = "dependencies";
      }
      for (const auto& [name, wanted] : *both) {
        if (wanted.AsArray() != nullptr) {
          IATK_TRY(auto names, Names(wanted, *node, "dependencies"));
          node->dependent_required.emplace_back(name, std::move(names));
        } else {
          node->dependent_schemas.emplace_back(name, Child(*node, wanted, "dependencies", name));
        }
      }
    }
    if (!Knows(Draft::k2019)) return {};
    IATK_TRY(const json::Object* const required, ObjectOf(json, *node, "dependentRequired"));
    for (const auto& [name, wanted] : *required) {
      IATK_TRY(auto names, Names(wanted, *node, "dependentRequired"));
      node->dependent_required.emplace_back(name, std::move(names));
    }
    IATK_TRY(const json::Object* const schemas, ObjectOf(json, *node, "dependentSchemas"));
    for (const auto& [name, schema] : *schemas) {
      node->dependent_schemas.emplace_back(name, Child(*node, schema, "dependentSchemas", name));
    }
    return {};
  }

  Result<void> ReadLogic(const json::Value& json, Node* node) {
    const std::pair<Name, std::vector<const Node*>*> lists[] = {
        {"allOf", &node->all_of}, {"anyOf", &node->any_of}, {"oneOf", &node->one_of}};
    for (const auto& [keyword, list] : lists) {
      const json::Value* value = json.Find(keyword);
      if (value == nullptr) continue;
      if (value->AsArray() == nullptr || value->AsArray()->empty()) {
        return Fail(Wrong(*node, keyword, "an array of schemas"));
      }
      for (std::size_t i = 0; i < value->AsArray()->size(); ++i) {
        list->push_back(Child(*node, (*value->AsArray())[i], keyword, std::to_string(i)));
      }
    }
    if (const json::Value* negated = json.Find("not"))
      node->negated = Child(*node, *negated, "not");
    const json::Value* condition = Knows(Draft::kDraft7) ? json.Find("if") : nullptr;
    if (condition == nullptr) return {};
    node->condition = Child(*node, *condition, "if");
    if (const json::Value* then = json.Find("then"))
      node->consequence = Child(*node, *then, "then");
    if (const json::Value* other = json.Find("else")) {
      node->alternative = Child(*node, *other, "else");
    }
    return {};
  }

  Schema::Document& document_;
  std::unordered_map<const json::Value*, Node*> nodes_;
  std::vector<std::pair<Node*, const json::Value*>> waiting_;
};

}  // namespace

Result<Schema> Schema::Read(json::Value json, const ReadOptions& options) {
  auto document = std::make_shared<Document>();
  document->json = std::move(json);
  bool said = false;
  document->draft = DraftOf(document->json, options.assumed, &said);
  document->later_keywords = !said;
  IATK_CHECK(FindResources(document.get()));
  IATK_TRY(document->root, Reader(document.get()).ReadAll(options.root));
  return Schema(std::move(document));
}

Draft Schema::draft() const { return document_->draft; }
const Node& Schema::root() const { return *document_->root; }
const json::Value& Schema::document() const { return document_->json; }
bool Schema::tracks_evaluation() const { return document_->tracks_evaluation; }

const Node* Schema::DynamicAnchor(std::size_t resource, const std::string& name) const {
  const auto found = document_->dynamic_nodes.find({resource, name});
  return found == document_->dynamic_nodes.end() ? nullptr : found->second;
}

}  // namespace iatk::json_schema
