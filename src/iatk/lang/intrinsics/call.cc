#include "iatk/lang/intrinsics/call.h"

#include <fmt/format.h>

#include <algorithm>

#include "iatk/json/parse.h"

namespace iatk::intrinsics {
namespace {

constexpr std::size_t kMaxLength = 10'000;
constexpr int kMaxDepth = 10;

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<Call> ReadAll() {
    if (text_.size() > kMaxLength) return Fail(Invalid());
    IATK_TRY(Call call, ReadOne(0));
    SkipSpace();
    if (at_ != text_.size()) return Fail(Invalid());
    return call;
  }

 private:
  Error Invalid() const {
    return SenderError("InvalidIntrinsic",
                       fmt::format("The function '{}' is not a valid intrinsic function", text_));
  }

  Result<Call> ReadOne(int depth) {
    if (depth >= kMaxDepth) return Fail(Invalid());
    SkipSpace();
    const std::size_t open = text_.find('(', at_);
    if (open == std::string_view::npos) return Fail(Invalid());
    Call call;
    call.name = text_.substr(at_, open - at_);
    at_ = open + 1;
    SkipSpace();
    if (Take(')')) return call;
    do {
      IATK_TRY(Argument argument, ReadArgument(depth));
      call.arguments.push_back(std::move(argument));
      SkipSpace();
    } while (Take(','));
    if (!Take(')')) return Fail(Invalid());
    return call;
  }

  Result<Argument> ReadArgument(int depth) {
    SkipSpace();
    Argument argument;
    if (at_ >= text_.size()) return Fail(Invalid());
    if (text_[at_] == '\'') {
      IATK_CHECK(ReadQuoted(&argument));
      return argument;
    }
    if (text_[at_] == '$') {
      argument.path = ReadPath();
      return argument;
    }
    if (text_.substr(at_).starts_with("States.")) {
      IATK_TRY(Call call, ReadOne(depth + 1));
      argument.calls.push_back(std::move(call));
      return argument;
    }
    const std::size_t end = std::min(text_.find_first_of(",) ", at_), text_.size());
    auto literal = json::Parse(text_.substr(at_, end - at_));
    if (!literal || literal->AsObject() != nullptr || literal->AsArray() != nullptr) {
      return Fail(Invalid());
    }
    argument.literal = *std::move(literal);
    at_ = end;
    return argument;
  }

  // Within quotes, a backslash stands before a quote, a brace or a backslash that is meant.
  Result<void> ReadQuoted(Argument* argument) {
    std::string out;
    const std::size_t begin = ++at_;
    for (; at_ < text_.size() && text_[at_] != '\''; ++at_) {
      if (text_[at_] == '\\' && ++at_ >= text_.size()) return Fail(Invalid());
      out += text_[at_];
    }
    argument->raw = text_.substr(begin, at_ - begin);
    argument->literal = std::move(out);
    if (!Take('\'')) return Fail(Invalid());
    return {};
  }

  // To the comma or parenthesis that is not within brackets.
  std::string ReadPath() {
    const std::size_t begin = at_;
    int depth = 0;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '[' || c == '(') ++depth;
      if (c == ']' || (c == ')' && depth > 0)) {
        --depth;
      } else if (depth <= 0 && (c == ',' || c == ')' || c == ' ')) {
        break;
      }
    }
    return std::string(text_.substr(begin, at_ - begin));
  }

  void SkipSpace() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool Take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<Call> ReadCall(std::string_view text) { return Reader(text).ReadAll(); }

}  // namespace iatk::intrinsics
