// A schema document: its URIs and anchors, and the schemas read from it.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "iatk/lang/json_schema/schema.h"

namespace iatk::json_schema {

/// A part of the document that has a URI of its own: the document itself, and what bears "$id".
struct Resource {
  std::string uri;
  const json::Value* root = nullptr;
  std::string location;                                            ///< of the root, "#…"
  std::map<std::string, const json::Value*, std::less<>> anchors;  ///< dynamic ones too
  /// "" for "$recursiveAnchor".
  std::map<std::string, const json::Value*, std::less<>> dynamic_anchors;
};

struct Schema::Document {
  json::Value json;
  Draft draft = Draft::k2020;
  bool later_keywords = false;
  std::vector<Resource> resources;
  /// Where each schema that the scan found stands.
  std::unordered_map<const json::Value*, std::size_t> resource_of;
  std::unordered_map<const json::Value*, std::string> location_of;
  std::deque<Node> nodes;
  std::map<std::pair<std::size_t, std::string>, const Node*> dynamic_nodes;
  const Node* root = nullptr;
  bool tracks_evaluation = false;
};

/// Fills in `resources` and what follows from them.
Result<void> FindResources(Schema::Document* document);

struct Place {
  const json::Value* json = nullptr;
  std::size_t resource = 0;
  std::string location;
};
/// What a reference names; fails if it names nothing or leaves the document.
Result<Place> FindPlace(const Schema::Document& document, std::size_t from_resource,
                        std::string_view reference);

Error SchemaError(std::string message);

}  // namespace iatk::json_schema
