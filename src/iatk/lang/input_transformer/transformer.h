// What a rule's target gets in place of the event. Amazon EventBridge User Guide, "Amazon
// EventBridge input transformation".
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/json/value.h"
#include "iatk/lang/input_transformer/path.h"

namespace iatk::input_transformer {

/// What templates may say of the rule and the event beside the event itself.
struct Surroundings {
  std::string rule_arn;
  std::string rule_name;
  std::string ingestion_time;  ///< RFC 3339
};

/// A template with its variables, read once and applied to many events.
class Transformer {
 public:
  /// Fails for a path that can't be read, a variable's name that starts with "AWS", more than 100
  /// variables, a variable that the template uses and nobody defines, and a template that is
  /// neither a JSON text nor a quoted string once variables have stand-ins.
  static Result<Transformer> Make(const std::map<std::string, std::string>& paths,
                                  std::string_view input_template);

  /// The target's input. `<name>` outside quotes becomes the value as JSON, inside quotes its text;
  /// what the event does not have becomes null outside quotes, and nothing inside.
  std::string Apply(const json::Value& event, const Surroundings& surroundings) const;

 private:
  struct Piece {
    std::string literal;
    std::string variable;  ///< empty for a literal
    bool quoted = false;   ///< stands within a JSON string
  };
  std::map<std::string, Path> paths_;
  std::vector<Piece> pieces_;
};

}  // namespace iatk::input_transformer
