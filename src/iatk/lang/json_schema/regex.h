// The regular expressions of schemas: ECMA-262's, matched by RE2, and written backwards: strings
// that an expression matches.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "iatk/base/ids.h"
#include "iatk/base/result.h"

namespace re2 {
class RE2;
}

namespace iatk::json_schema {

/// An expression, read. Matching is linear in the text, as RE2's is.
class Regex {
 public:
  /// Fails, naming what it is, for an expression that is wrong or that RE2 can't take: look-ahead
  /// and look-behind, references to groups, more than 4,096 characters or some thousand
  /// repetitions.
  static Result<Regex> Compile(std::string_view pattern);

  /// Whether the expression matches somewhere in `text`.
  bool Matches(std::string_view text) const;

  const std::string& text() const { return text_; }
  /// Whether every match begins or ends with the text, as far as "^" and "$" at its ends tell.
  bool starts() const;
  bool ends() const;

  /// What a sample is like: repetitions repeat as rarely as they can, and `extra` times beyond it,
  /// taken together; the first take what they may, or a part of it by chance if `vary`. Of
  /// alternatives the first is taken, or one by chance.
  struct Wish {
    std::size_t extra = 0;
    bool vary = false;
  };
  /// A string that the expression likely matches: "\b" and anchors amid the expression are passed
  /// over, so the result is to be tested. Empty if it grows past 20,000 bytes.
  std::string Sample(const Wish& wish, IdSource& ids) const;

  struct Part;  // of the expression's tree

 private:
  std::string text_;
  std::shared_ptr<const Part> root_;
  std::shared_ptr<const re2::RE2> compiled_;
};

/// Inclusive ranges of code points.
using CodePoints = std::vector<std::pair<char32_t, char32_t>>;

/// Appends a code point in UTF-8.
void AppendUtf8(char32_t code_point, std::string* out);
/// How many code points a text in UTF-8 has.
std::size_t CountCodePoints(std::string_view text);

}  // namespace iatk::json_schema
