// Reads the fields of one JSON object of a definition and notes what is wrong with them. Private to
// asl/.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/cloud/services/stepfunctions/asl/definition.h"

namespace iatk::cloud::asl {

class FieldReader {
 public:
  /// `location` is the object's, "/States/A".
  FieldReader(const json::Object& object, std::string location, Parsed* parsed)
      : object_(object), location_(std::move(location)), parsed_(parsed) {}

  const json::Object& object() const { return object_; }
  const std::string& location() const { return location_; }
  Parsed* parsed() const { return parsed_; }

  void Wrong(std::string message) const { WrongAt("", std::move(message)); }
  /// `field` as "Next" or "Choices[0]".
  void WrongAt(std::string_view field, std::string message) const;
  void Unsupported(std::string_view what) const;

  /// Notes the fields that are not in `known`.
  void OnlyFields(std::initializer_list<std::string_view> known) const;
  /// Notes those of `fields` that are missing, in one diagnostic; whether all are there.
  bool Require(std::initializer_list<std::string_view> fields) const;
  /// Notes if more than one of `fields` is there.
  void AtMostOne(std::initializer_list<std::string_view> fields) const;

  std::optional<std::string> Text(std::string_view field) const;
  std::optional<std::int64_t> Integer(std::string_view field, std::int64_t min,
                                      std::int64_t max) const;
  std::optional<double> Number(std::string_view field, double min) const;
  std::optional<DataPath> Path(std::string_view field) const;
  /// InputPath or OutputPath; with `reference`, ResultPath.
  std::optional<PathOrNull> PathOrNothing(std::string_view field, bool reference) const;
  /// A path or a call of an intrinsic.
  std::optional<std::string> PathOrCall(std::string_view field) const;
  /// A payload template with all its texts checked.
  std::optional<json::Value> Template(std::string_view field) const;
  const json::Array* List(std::string_view field) const;
  const json::Object* Nested(std::string_view field) const;
  std::vector<std::string> Texts(std::string_view field) const;
  /// `value` of a list's item, if it is an object.
  const json::Object* Item(std::string_view item, const json::Value& value) const;

 private:
  void CheckTemplate(std::string_view field, const json::Value& value) const;

  const json::Object& object_;
  std::string location_;
  Parsed* parsed_;
};

/// Notes targets that are not there, states that nothing leads to, and the lack of an end.
void CheckTransitions(const Workflow& workflow, const std::string& location, Parsed* parsed);

}  // namespace iatk::cloud::asl
