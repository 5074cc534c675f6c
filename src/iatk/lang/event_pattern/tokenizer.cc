#include "iatk/lang/event_pattern/tokenizer.h"

#include <fmt/format.h>

#include <algorithm>

#include "iatk/json/parse.h"

namespace iatk::event_pattern {
namespace {

constexpr std::size_t kShownBytes = 500;
constexpr std::size_t kMaxDepth = 200;
constexpr std::string_view kValues =
    "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

bool IsWordCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         c == '$' || (c & 0x80) != 0;
}

}  // namespace

Error InvalidPattern(std::string_view reason) {
  return SenderError("InvalidEventPatternException",
                     fmt::format("Event pattern is not valid. Reason: {}", reason));
}

std::string Tokenizer::PlaceOf(std::size_t offset) const {
  const std::string_view before = text_.substr(0, offset);
  const auto line = std::ranges::count(before, '\n') + 1;
  const std::size_t line_start =
      before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  const auto column = static_cast<std::size_t>(std::ranges::count_if(
                          before.substr(line_start), [](char c) { return (c & 0xC0) != 0x80; })) +
                      1;
  std::string source = fmt::format("\"{}\"", text_.substr(0, kShownBytes));
  if (text_.size() > kShownBytes) {
    source += fmt::format("[truncated {} chars]", text_.size() - kShownBytes);
  }
  return fmt::format("[Source: (String){}; line: {}, column: {}]", source, line, column);
}

Error Tokenizer::Fault(std::string_view reason, int times) const {
  std::string message(reason);
  for (int i = 0; i < times; ++i) message += "\n at " + PlaceOf(at_);
  return InvalidPattern(message);
}

Error Tokenizer::UnexpectedEnd() const {
  if (scopes_.empty()) return Fault("No content to map due to end-of-input");
  const Scope& scope = scopes_.back();
  return Fault(
      fmt::format("Unexpected end-of-input: expected close marker for {} (start marker at {})",
                  scope.object ? "Object" : "Array", PlaceOf(scope.start)));
}

Error Tokenizer::UnexpectedCharacter(std::string_view expected) const {
  const char c = text_[at_];
  return Fault(fmt::format("Unexpected character ('{}' (code {})): {}", c,
                           static_cast<int>(static_cast<unsigned char>(c)), expected));
}

void Tokenizer::SkipSpace() {
  while (at_ < text_.size() &&
         (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) {
    ++at_;
  }
}

Result<void> Tokenizer::SkipUnreadString() {
  if (!string_unread_) return {};
  return ReadString().map([](const std::string&) {});
}

Result<Token> Tokenizer::Next() {
  name_.reset();
  if (pending_) {
    const Token token = *pending_;
    pending_.reset();
    return token;
  }
  IATK_CHECK(SkipUnreadString());
  SkipSpace();
  if (scopes_.empty()) {
    if (at_ == text_.size()) return Token::kEnd;
    return NextValue();
  }
  if (at_ == text_.size()) return Fail(UnexpectedEnd());
  Scope& scope = scopes_.back();
  if (text_[at_] == (scope.object ? '}' : ']')) {
    const Token token = scope.object ? Token::kEndObject : Token::kEndArray;
    ++at_;
    scopes_.pop_back();
    return token;
  }
  if (text_[at_] == '}' || text_[at_] == ']') {
    ++at_;
    return Fail(Fault(fmt::format(
        "Unexpected close marker '{}': expected '{}' (for {} starting at {})", text_[at_ - 1],
        scope.object ? '}' : ']', scope.object ? "Object" : "Array", PlaceOf(scope.start))));
  }
  if (scope.began) {
    if (text_[at_] != ',') {
      return Fail(UnexpectedCharacter(scope.object
                                          ? "was expecting comma to separate Object entries"
                                          : "was expecting comma to separate Array entries"));
    }
    ++at_;
    SkipSpace();
    if (at_ == text_.size()) return Fail(UnexpectedEnd());
  }
  scope.began = true;
  return scope.object ? NextFieldName() : NextValue();
}

Result<Token> Tokenizer::NextFieldName() {
  if (text_[at_] != '"') {
    return Fail(UnexpectedCharacter("was expecting double-quote to start field name"));
  }
  ++at_;
  IATK_TRY(std::string name, ReadString());
  SkipSpace();
  if (at_ == text_.size()) return Fail(UnexpectedEnd());
  if (text_[at_] != ':') {
    return Fail(UnexpectedCharacter("was expecting a colon to separate field name and value"));
  }
  ++at_;
  SkipSpace();
  if (at_ == text_.size()) return Fail(UnexpectedEnd());
  IATK_TRY(const Token value, NextValue());
  pending_ = value;
  name_ = std::move(name);
  return Token::kFieldName;
}

Result<Token> Tokenizer::NextValue() {
  const char c = text_[at_];
  if (c == '{' || c == '[') {
    if (scopes_.size() >= kMaxDepth) {
      return Fail(Fault(fmt::format("Document nesting depth ({}) exceeds the maximum allowed ({})",
                                    scopes_.size() + 1, kMaxDepth)));
    }
    scopes_.push_back({c == '{', false, at_});
    ++at_;
    return c == '{' ? Token::kStartObject : Token::kStartArray;
  }
  if (c == '"') {
    ++at_;
    string_unread_ = true;
    return Token::kString;
  }
  if (c == '-' || (c >= '0' && c <= '9')) return ReadNumber();
  if (c == 't') return ReadLiteral("true", Token::kTrue);
  if (c == 'f') return ReadLiteral("false", Token::kFalse);
  if (c == 'n') return ReadLiteral("null", Token::kNull);
  if (IsWordCharacter(c)) return ReadLiteral("", Token::kNull);
  return Fail(UnexpectedCharacter(fmt::format("expected a valid value {}", kValues)));
}

Result<Token> Tokenizer::ReadLiteral(std::string_view word, Token token) {
  const std::size_t begin = at_;
  while (at_ < text_.size() && IsWordCharacter(text_[at_])) ++at_;
  const std::string_view found = text_.substr(begin, at_ - begin);
  if (found == word) return token;
  return Fail(Fault(fmt::format("Unrecognized token '{}': was expecting {}", found, kValues)));
}

Result<Token> Tokenizer::ReadNumber() {
  const std::size_t begin = at_;
  while (at_ < text_.size() &&
         (std::string_view("+-.eE").find(text_[at_]) != std::string_view::npos ||
          (text_[at_] >= '0' && text_[at_] <= '9'))) {
    ++at_;
  }
  number_ = text_.substr(begin, at_ - begin);
  if (!json::IsNumber(number_))
    return Fail(Fault(fmt::format("Invalid numeric value: {}", number_)));
  return Token::kNumber;
}

Result<std::string> Tokenizer::ReadString() {
  const std::size_t begin = at_;
  string_unread_ = false;
  while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
  if (at_ >= text_.size()) {
    at_ = text_.size();
    return Fail(Fault("Unexpected end-of-input: was expecting closing quote for a string value"));
  }
  ++at_;
  const auto value = json::Parse(text_.substr(begin - 1, at_ - begin + 1));
  if (!value) return Fail(Fault("Illegal character in a string value"));
  return *value->AsString();
}

Result<std::string> Tokenizer::Text() {
  if (string_unread_ && !name_) return ReadString();
  return name_ ? *name_ : number_;
}

}  // namespace iatk::event_pattern
