// The data flow of a state: paths into its input and the context object, payload templates, and
// where results go. AWS Step Functions Developer Guide, "Processing input and output in Step
// Functions".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "iatk/base/ids.h"
#include "iatk/base/result.h"
#include "iatk/cloud/services/stepfunctions/asl/fault.h"
#include "iatk/json/value.h"
#include "iatk/lang/jsonpath/path.h"

namespace iatk::cloud::asl {

/// What paths and templates read.
struct Scope {
  const json::Value& input;    ///< "$"
  const json::Value& context;  ///< "$$", the context object
  IdSource& ids;               ///< for States.UUID and States.MathRandom
};

/// A path into the input ("$.a") or the context object ("$$.Execution.Id").
class DataPath {
 public:
  /// Fails with code "InvalidPath".
  static Result<DataPath> Read(std::string_view text);

  const std::string& text() const { return text_; }
  bool of_context() const { return of_context_; }
  /// Whether it can be a ResultPath: definite, and not into the context object.
  bool is_reference() const { return !of_context_ && path_.is_reference(); }

  /// nullopt if it leads nowhere.
  std::optional<json::Value> Find(const Scope& scope) const;
  /// The same, where AWS's fault names the field.
  Outcome<json::Value> Get(std::string_view field, const Scope& scope) const;
  Result<void> Set(json::Value* root, json::Value value) const {
    return path_.Set(root, std::move(value));
  }

 private:
  std::string text_;
  bool of_context_ = false;
  jsonpath::Path path_;
};

/// InputPath, OutputPath or ResultPath: a path, or null, which stands for nothing.
struct PathOrNull {
  std::optional<DataPath> path;  ///< absent: null
};

/// InputPath and OutputPath. Unset gives the input itself, null an empty object.
Outcome<json::Value> ApplyPath(std::string_view field, const std::optional<PathOrNull>& path,
                               const Scope& scope);

/// ResultPath: the state's raw input with `result` in its place. Fails with
/// States.ResultPathMatchFailure.
Outcome<json::Value> ApplyResult(const std::optional<PathOrNull>& path, json::Value input,
                                 json::Value result);

/// The text of a field whose name ends in ".$" (or Path): a path, or a call of an intrinsic.
Outcome<json::Value> EvaluateText(std::string_view field, std::string_view text,
                                  const Scope& scope);

/// A payload template: fields named "x.$" become "x" with what their text evaluates to.
Outcome<json::Value> EvaluateTemplate(const json::Value& payload, const Scope& scope);

/// Whether a field "x.$" may have this value.
bool IsTemplateText(const json::Value& value);

}  // namespace iatk::cloud::asl
