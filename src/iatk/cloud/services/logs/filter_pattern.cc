#include "iatk/cloud/services/logs/filter_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>
#include <vector>

#include "iatk/cloud/services/logs/errors.h"
#include "iatk/json/parse.h"
#include "iatk/json/value.h"

namespace iatk::cloud {
namespace {

using logs_errors::InvalidParameter;

constexpr int kMaxDepth = 32;

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

Error Malformed(std::string_view pattern, std::string_view what) {
  return InvalidParameter(fmt::format("Invalid filter pattern '{}': {}", pattern, what));
}

/// Whether `text` fits `pattern`, where * stands for any run of characters.
bool Fits(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace

struct FilterPattern::Node {
  enum class Kind { kTerms, kAnd, kOr, kCompare, kIs, kNotExists };
  enum class Operator { kEqual, kNotEqual, kLess, kGreater, kLessEqual, kGreaterEqual };
  struct Step {
    std::string name;                  // of an object's member; empty for an index
    std::optional<std::size_t> index;  // unset and no name: every element
  };

  Kind kind = Kind::kTerms;
  std::vector<std::string> included;  // kTerms
  std::vector<std::string> excluded;
  std::vector<std::string> any;
  std::vector<Node> operands;  // kAnd, kOr
  std::vector<Step> selector;  // the others
  Operator op = Operator::kEqual;
  std::string text;                    // kCompare with a string
  std::optional<json::Number> number;  // kCompare with a number
  json::Value is;                      // kIs: true, false or null

  bool MatchesText(std::string_view message) const;
  bool MatchesJson(const json::Value& event) const;
  bool Holds(const json::Value& value) const;
};

namespace {

using Node = FilterPattern::Node;

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Node> Terms() {
    Node node;
    Skip();
    while (at_ < text_.size()) {
      const char prefix = text_[at_] == '-' || text_[at_] == '?' ? text_[at_++] : '\0';
      IATK_TRY(std::string term, Term());
      (prefix == '-'   ? node.excluded
       : prefix == '?' ? node.any
                       : node.included)
          .push_back(std::move(term));
      Skip();
    }
    return node;
  }

  Result<Node> Json() {
    Take("{");
    IATK_TRY(Node node, Or(0));
    if (!Take("}")) return Fail(Unexpected("'}'"));
    Skip();
    if (at_ != text_.size()) return Fail(Unexpected("the end"));
    return node;
  }

 private:
  void Skip() {
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
  }
  bool Take(std::string_view token) {
    Skip();
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  bool TakeWord(std::string_view word) {
    Skip();
    const std::string_view rest = text_.substr(at_);
    if (rest.size() < word.size() ||
        !std::ranges::equal(rest.substr(0, word.size()), word, [](char a, char b) {
          return std::toupper(static_cast<unsigned char>(a)) == b;
        })) {
      return false;
    }
    if (rest.size() > word.size() && IsWord(rest[word.size()])) return false;
    at_ += word.size();
    return true;
  }
  Error Unexpected(std::string_view expected) const {
    return Malformed(text_, fmt::format("expected {} at character {}", expected, at_ + 1));
  }

  Result<std::string> Quoted() {
    std::string text;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        return text;
      }
      if (text_[at_] == '\\' && at_ + 1 < text_.size() &&
          (text_[at_ + 1] == '"' || text_[at_ + 1] == '\\')) {
        ++at_;
      }
      text += text_[at_];
    }
    return Fail(Unexpected("a closing quotation mark"));
  }

  Result<std::string> Term() {
    if (at_ < text_.size() && text_[at_] == '"') return Quoted();
    const std::size_t start = at_;
    while (at_ < text_.size() && !IsSpace(text_[at_])) {
      // Terms with anything but letters, digits and underscores stand in quotation marks.
      if (!IsWord(text_[at_]) && static_cast<unsigned char>(text_[at_]) < 0x80) {
        return Fail(Unexpected("a letter, a digit or an underscore, outside of quotation marks,"));
      }
      ++at_;
    }
    if (at_ == start) return Fail(Unexpected("a term"));
    return std::string(text_.substr(start, at_ - start));
  }

  Result<Node> Or(int depth) { return Chain("||", Node::Kind::kOr, &Parser::And, depth); }
  Result<Node> And(int depth) { return Chain("&&", Node::Kind::kAnd, &Parser::Condition, depth); }

  Result<Node> Chain(std::string_view token, Node::Kind kind, Result<Node> (Parser::*operand)(int),
                     int depth) {
    IATK_TRY(Node first, (this->*operand)(depth));
    if (!Take(token)) return first;
    Node node;
    node.kind = kind;
    node.operands.push_back(std::move(first));
    do {
      IATK_TRY(Node next, (this->*operand)(depth));
      node.operands.push_back(std::move(next));
    } while (Take(token));
    return node;
  }

  Result<Node> Condition(int depth) {
    if (depth > kMaxDepth) return Fail(Malformed(text_, "it is nested too deeply"));
    if (Take("(")) {
      IATK_TRY(Node node, Or(depth + 1));
      if (!Take(")")) return Fail(Unexpected("')'"));
      return node;
    }
    Node node;
    IATK_TRY(node.selector, Selector());
    if (TakeWord("NOT")) {
      if (!TakeWord("EXISTS")) return Fail(Unexpected("EXISTS"));
      node.kind = Node::Kind::kNotExists;
      return node;
    }
    if (TakeWord("IS")) {
      node.kind = Node::Kind::kIs;
      if (TakeWord("TRUE")) {
        node.is = true;
      } else if (TakeWord("FALSE")) {
        node.is = false;
      } else if (!TakeWord("NULL")) {
        return Fail(Unexpected("TRUE, FALSE or NULL"));
      }
      return node;
    }
    node.kind = Node::Kind::kCompare;
    using Operator = Node::Operator;
    if (Take("!=")) {
      node.op = Operator::kNotEqual;
    } else if (Take("<=")) {
      node.op = Operator::kLessEqual;
    } else if (Take(">=")) {
      node.op = Operator::kGreaterEqual;
    } else if (Take("<")) {
      node.op = Operator::kLess;
    } else if (Take(">")) {
      node.op = Operator::kGreater;
    } else if (!Take("=")) {
      return Fail(Unexpected("an operator"));
    }
    Skip();
    if (at_ < text_.size() && text_[at_] == '%') return Fail(NoExpressions());
    if (at_ < text_.size() && text_[at_] == '"') {
      IATK_TRY(node.text, Quoted());
    } else {
      const std::size_t start = at_;
      while (at_ < text_.size() && !IsSpace(text_[at_]) &&
             std::string_view("(){}&|\"=<>!").find(text_[at_]) == std::string_view::npos) {
        ++at_;
      }
      if (at_ == start) return Fail(Unexpected("a value"));
      node.text = text_.substr(start, at_ - start);
      if (json::IsNumber(node.text)) node.number.emplace(node.text);
    }
    if (!node.number && node.op != Operator::kEqual && node.op != Operator::kNotEqual) {
      return Fail(Malformed(text_, "<, >, <= and >= compare numbers"));
    }
    return node;
  }

  Result<std::vector<Node::Step>> Selector() {
    if (!Take("$")) return Fail(Unexpected("a selector that begins with '$'"));
    std::vector<Node::Step> steps;
    while (at_ < text_.size()) {
      Node::Step step;
      if (text_[at_] == '.') {
        const std::size_t start = ++at_;
        while (at_ < text_.size() && !IsSpace(text_[at_]) &&
               std::string_view(".[]()=!<>&|{}\"").find(text_[at_]) == std::string_view::npos) {
          ++at_;
        }
        if (at_ == start) return Fail(Unexpected("a name"));
        step.name = text_.substr(start, at_ - start);
      } else if (text_[at_] == '[') {
        ++at_;
        if (at_ < text_.size() && text_[at_] == '"') {
          IATK_TRY(step.name, Quoted());
        } else if (at_ < text_.size() && text_[at_] == '*') {
          ++at_;
        } else {
          std::size_t index = 0;
          const std::size_t start = at_;
          while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9' && index < 100'000) {
            index = index * 10 + static_cast<std::size_t>(text_[at_++] - '0');
          }
          if (at_ == start) return Fail(Unexpected("an index"));
          step.index = index;
        }
        if (at_ >= text_.size() || text_[at_] != ']') return Fail(Unexpected("']'"));
        ++at_;
      } else {
        break;
      }
      steps.push_back(std::move(step));
    }
    if (steps.empty()) return Fail(Unexpected("a name behind '$'"));
    return steps;
  }

  static Error NoExpressions() {
    return InvalidParameter("Regular expressions in filter patterns are not supported.");
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

void Select(const json::Value& value, const std::vector<Node::Step>& steps, std::size_t at,
            std::vector<const json::Value*>* found) {
  if (at == steps.size()) {
    found->push_back(&value);
    return;
  }
  const Node::Step& step = steps[at];
  if (!step.name.empty()) {
    if (const json::Value* member = value.Find(step.name)) Select(*member, steps, at + 1, found);
  } else if (const json::Array* array = value.AsArray()) {
    if (step.index) {
      if (*step.index < array->size()) Select((*array)[*step.index], steps, at + 1, found);
    } else {
      for (const json::Value& element : *array) Select(element, steps, at + 1, found);
    }
  }
}

}  // namespace

bool FilterPattern::Node::MatchesText(std::string_view message) const {
  const auto contains = [message](const std::string& term) {
    return message.find(term) != std::string_view::npos;
  };
  if (std::ranges::any_of(excluded, contains) || !std::ranges::all_of(included, contains)) {
    return false;
  }
  // Beside other terms, those with a question mark mean nothing.
  return any.empty() || !included.empty() || !excluded.empty() ||
         std::ranges::any_of(any, contains);
}

bool FilterPattern::Node::Holds(const json::Value& value) const {
  if (number) {
    const json::Number* const other = value.AsNumber();
    if (other == nullptr) {
      const std::string* const string = value.AsString();
      const bool same = string != nullptr && Fits(text, *string);
      return op == Operator::kEqual ? same : op == Operator::kNotEqual && !same;
    }
    const double a = other->AsDouble();
    const double b = number->AsDouble();
    switch (op) {
      case Operator::kEqual:
        return json::SameNumber(*other, *number);
      case Operator::kNotEqual:
        return !json::SameNumber(*other, *number);
      case Operator::kLess:
        return a < b;
      case Operator::kGreater:
        return a > b;
      case Operator::kLessEqual:
        return a <= b;
      case Operator::kGreaterEqual:
        return a >= b;
    }
  }
  std::string shown;
  if (const std::string* string = value.AsString()) {
    shown = *string;
  } else if (const json::Number* other = value.AsNumber()) {
    shown = other->text();
  } else if (const bool* flag = value.AsBool()) {
    shown = *flag ? "true" : "false";
  } else {
    return false;
  }
  return Fits(text, shown) == (op == Operator::kEqual);
}

bool FilterPattern::Node::MatchesJson(const json::Value& event) const {
  if (kind == Kind::kAnd || kind == Kind::kOr) {
    const auto matches = [&](const Node& node) { return node.MatchesJson(event); };
    return kind == Kind::kAnd ? std::ranges::all_of(operands, matches)
                              : std::ranges::any_of(operands, matches);
  }
  std::vector<const json::Value*> found;
  Select(event, selector, 0, &found);
  if (kind == Kind::kNotExists) return found.empty();
  return std::ranges::any_of(found, [this](const json::Value* value) {
    return kind == Kind::kIs ? json::Equal(*value, is) : Holds(*value);
  });
}

Result<FilterPattern> FilterPattern::Parse(std::string_view text) {
  FilterPattern pattern;
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return pattern;
  text.remove_prefix(start);
  text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
  if (text.front() == '[') {
    return Fail(
        InvalidParameter("Filter patterns for space-delimited log events are not supported."));
  }
  if (text.front() == '%') {
    return Fail(InvalidParameter("Regular expressions in filter patterns are not supported."));
  }
  Parser parser(text);
  IATK_TRY(Node root, text.front() == '{' ? parser.Json() : parser.Terms());
  pattern.root_ = std::make_shared<const Node>(std::move(root));
  return pattern;
}

bool FilterPattern::Matches(std::string_view message) const {
  if (root_ == nullptr) return true;
  if (root_->kind == Node::Kind::kTerms) return root_->MatchesText(message);
  const std::size_t start = message.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos || message[start] != '{') return false;
  const Result<json::Value> event = json::Parse(message);
  return event && root_->MatchesJson(*event);
}

}  // namespace iatk::cloud
