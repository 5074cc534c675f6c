// Schema documents: JSON Schema draft 4, 6, 7, 2019-09 and 2020-12, and the schema objects of
// OpenAPI 3.0 and 3.1.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/json/value.h"
#include "iatk/lang/json_schema/node.h"

namespace iatk::json_schema {

/// In the order in which their keywords came. OpenAPI 3.1 is 2020-12.
enum class Draft { kDraft4, kOpenApi30, kDraft6, kDraft7, k2019, k2020 };

struct ReadOptions {
  /// What the document is written in if neither "$schema" nor "openapi" says so.
  Draft assumed = Draft::k2020;
  /// The schema in the document that is meant: a reference from the document's root.
  std::string root = "#";
};

/// A document and one schema in it. Immutable; copies share it.
class Schema {
 public:
  /// Reads the schema and all that it refers to; what it doesn't refer to may be anything. Keywords
  /// of a later draft count as the unknown ones they are where "$schema" names an earlier one;
  /// without "$schema", who writes them means them. Fails with "InvalidSchema" and the place
  /// for keywords that are not as their draft wants them, references that name nothing or leave the
  /// document, patterns that can't be used (regex.h), and documents past 100,000 schemas or 200
  /// levels.
  static Result<Schema> Read(json::Value document, const ReadOptions& options = {});

  Draft draft() const;
  const Node& root() const;
  const json::Value& document() const;
  /// Whether some schema asks what others have evaluated ("unevaluatedProperties" and "-Items").
  bool tracks_evaluation() const;
  /// The schema that bears a dynamic anchor's name under a URI, or nullptr.
  const Node* DynamicAnchor(std::size_t resource, const std::string& name) const;

  struct Document;

 private:
  explicit Schema(std::shared_ptr<const Document> document) : document_(std::move(document)) {}
  std::shared_ptr<const Document> document_;
};

}  // namespace iatk::json_schema
