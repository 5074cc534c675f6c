// The JSON of a pattern as a stream of tokens. Error messages name the place where the service's
// parser (Jackson) stands, so this one stands where that does: a field's name is read together with
// the first token of its value, and a string's text only when it is asked for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/result.h"

namespace iatk::event_pattern {

enum class Token {
  kStartObject,
  kEndObject,
  kStartArray,
  kEndArray,
  kFieldName,
  kString,
  kNumber,
  kTrue,
  kFalse,
  kNull,
  kEnd,
};

/// `InvalidEventPatternException` without a place.
Error InvalidPattern(std::string_view reason);

/// Copyable: a copy goes on from where the original stands.
class Tokenizer {
 public:
  explicit Tokenizer(std::string_view text) : text_(text) {}

  /// Fails for text that is not JSON.
  Result<Token> Next();
  /// The content of the string, field name or number that Next() gave last.
  Result<std::string> Text();

  /// An error at the current place; `times` is how often the place is written.
  Error Fault(std::string_view reason, int times = 1) const;

 private:
  struct Scope {
    bool object = false;
    bool began = false;  // whether it has had a member or an item
    std::size_t start = 0;
  };

  Result<Token> NextValue();
  Result<Token> NextFieldName();
  Result<Token> ReadLiteral(std::string_view word, Token token);
  Result<Token> ReadNumber();
  Result<std::string> ReadString();
  Result<void> SkipUnreadString();
  void SkipSpace();
  Error UnexpectedEnd() const;
  Error UnexpectedCharacter(std::string_view expected) const;
  std::string PlaceOf(std::size_t offset) const;

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Scope> scopes_;
  std::optional<Token> pending_;  // the first token of a value, read with its field's name
  std::optional<std::string> name_;
  std::string number_;
  bool string_unread_ = false;  // stands behind the opening quote of a string
};

}  // namespace iatk::event_pattern
