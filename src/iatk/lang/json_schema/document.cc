#include "iatk/lang/json_schema/document.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "iatk/lang/json_schema/uri.h"

namespace iatk::json_schema {
namespace {

constexpr std::size_t kMaxDepth = 200;
constexpr std::size_t kMaxSchemas = 100'000;

// Keywords by what they hold: a schema, an array of schemas, an object of schemas.
constexpr std::array<std::string_view, 12> kOne = {"additionalItems",
                                                   "additionalProperties",
                                                   "contains",
                                                   "contentSchema",
                                                   "else",
                                                   "if",
                                                   "items",
                                                   "not",
                                                   "propertyNames",
                                                   "then",
                                                   "unevaluatedItems",
                                                   "unevaluatedProperties"};
constexpr std::array<std::string_view, 5> kMany = {"allOf", "anyOf", "items", "oneOf",
                                                   "prefixItems"};
constexpr std::array<std::string_view, 7> kNamed = {
    "$defs",      "definitions",       "dependencies", "dependentSchemas",
    "properties", "patternProperties", "schemas"};

class Scanner {
 public:
  explicit Scanner(Schema::Document* document) : document_(*document) {}

  Result<void> Scan(const json::Value& schema, std::size_t resource, const std::string& location,
                    std::size_t depth) {
    if (depth > kMaxDepth) {
      return Fail(SchemaError(fmt::format("schemas are nested more than {} deep", kMaxDepth)));
    }
    if (document_.resource_of.size() >= kMaxSchemas) {
      return Fail(SchemaError(fmt::format("it has more than {} schemas", kMaxSchemas)));
    }
    const json::Object* const object = schema.AsObject();
    if (object != nullptr) resource = Identify(schema, resource, location);
    document_.resource_of.emplace(&schema, resource);
    document_.location_of.emplace(&schema, location);
    if (object == nullptr) return {};
    for (const auto& [keyword, value] : *object) {
      const std::string at = location + "/" + EscapeToken(keyword);
      if (std::ranges::find(kMany, keyword) != kMany.end() && value.AsArray() != nullptr) {
        const json::Array& array = *value.AsArray();
        for (std::size_t i = 0; i < array.size(); ++i) {
          IATK_CHECK(Scan(array[i], resource, fmt::format("{}/{}", at, i), depth + 1));
        }
      } else if (std::ranges::find(kOne, keyword) != kOne.end()) {
        IATK_CHECK(Scan(value, resource, at, depth + 1));
      } else if (std::ranges::find(kNamed, keyword) != kNamed.end() && value.AsObject()) {
        for (const auto& [name, one] : *value.AsObject()) {
          IATK_CHECK(Scan(one, resource, at + "/" + EscapeToken(name), depth + 1));
        }
      } else if (keyword == "components" && value.Find("schemas") != nullptr) {
        IATK_CHECK(Scan(value, resource, at, depth + 1));
      }
    }
    return {};
  }

 private:
  // Notes the names that the schema bears; returns which resource it stands under.
  std::size_t Identify(const json::Value& schema, std::size_t resource,
                       const std::string& location) {
    const Draft draft = document_.draft;
    // Beside "$ref", drafts up to 7 pass over all else.
    const bool only_ref = draft <= Draft::kDraft7 && schema.FindString("$ref") != nullptr;
    const std::string* id = schema.FindString(draft == Draft::kDraft4 ? "id" : "$id");
    if (id != nullptr && !only_ref) {
      const UriReference uri = ResolveUri(document_.resources[resource].uri, *id);
      if (!uri.fragment.empty() && draft <= Draft::kDraft7) {
        document_.resources[resource].anchors.emplace(uri.fragment, &schema);
      }
      if (!id->starts_with('#')) {
        if (&schema == &document_.json) {
          document_.resources[0].uri = uri.absolute;
        } else {
          document_.resources.push_back({uri.absolute, &schema, location, {}, {}});
          resource = document_.resources.size() - 1;
        }
      }
    }
    Resource& own = document_.resources[resource];
    if (draft < Draft::k2019) return resource;
    if (const std::string* anchor = schema.FindString("$anchor"))
      own.anchors.emplace(*anchor, &schema);
    if (const std::string* anchor = schema.FindString("$dynamicAnchor")) {
      own.anchors.emplace(*anchor, &schema);
      own.dynamic_anchors.emplace(*anchor, &schema);
    }
    const json::Value* recursive = schema.Find("$recursiveAnchor");
    if (recursive != nullptr && recursive->AsBool() != nullptr && *recursive->AsBool()) {
      own.dynamic_anchors.emplace("", &schema);
    }
    return resource;
  }

  Schema::Document& document_;
};

const json::Value* Step(const json::Value& at, const std::string& token) {
  const json::Array* const array = at.AsArray();
  if (array == nullptr) return at.Find(token);
  std::size_t index = array->size();
  const auto read = std::from_chars(token.data(), token.data() + token.size(), index);
  return read.ptr == token.data() + token.size() && index < array->size() ? &(*array)[index]
                                                                          : nullptr;
}

}  // namespace

Error SchemaError(std::string message) {
  return SenderError("InvalidSchema", "the schema can't be used: " + std::move(message));
}

Result<void> FindResources(Schema::Document* document) {
  document->resources.push_back({"", &document->json, "#", {}, {}});
  return Scanner(document).Scan(document->json, 0, "#", 0);
}

Result<Place> FindPlace(const Schema::Document& document, std::size_t from_resource,
                        std::string_view reference) {
  const UriReference uri = ResolveUri(document.resources[from_resource].uri, reference);
  const auto resource = std::ranges::find(document.resources, uri.absolute, &Resource::uri);
  if (resource == document.resources.end()) {
    return Fail(SchemaError(fmt::format("reference \"{}\" leaves the schema", reference)));
  }
  Place place{resource->root, static_cast<std::size_t>(resource - document.resources.begin()),
              resource->location};
  std::string_view rest = uri.fragment;
  if (!rest.empty() && !rest.starts_with('/')) {
    const auto anchor = resource->anchors.find(rest);
    if (anchor == resource->anchors.end()) {
      return Fail(SchemaError(fmt::format("reference \"{}\" names nothing", reference)));
    }
    place.json = anchor->second;
    place.location = document.location_of.at(anchor->second);
    return place;
  }
  while (!rest.empty() && place.json != nullptr) {
    rest.remove_prefix(1);
    const std::size_t end = std::min(rest.find('/'), rest.size());
    place.json = Step(*place.json, UnescapeToken(rest.substr(0, end)));
    place.location += fmt::format("/{}", rest.substr(0, end));
    rest.remove_prefix(end);
    const auto known = document.resource_of.find(place.json);
    if (known != document.resource_of.end()) place.resource = known->second;
  }
  if (place.json == nullptr) {
    return Fail(SchemaError(fmt::format("reference \"{}\" names nothing", reference)));
  }
  return place;
}

}  // namespace iatk::json_schema
