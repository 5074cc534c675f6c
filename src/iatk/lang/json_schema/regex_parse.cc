#include "iatk/lang/json_schema/regex_parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace iatk::json_schema {
namespace {

using Part = Regex::Part;
using Kind = Part::Kind;

constexpr std::size_t kMaxDepth = 50;
constexpr std::size_t kMaxRepeat = 100'000;
constexpr char32_t kLastCodePoint = 0x10FFFF;
// What RE2 repeats at most.
constexpr std::size_t kRe2Repeat = 1000;

const CodePoints kDigits = {{'0', '9'}};
const CodePoints kWord = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
const CodePoints kSpace = {{9, 13},          {' ', ' '},       {0xA0, 0xA0},     {0x1680, 0x1680},
                           {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F},
                           {0x3000, 0x3000}, {0xFEFF, 0xFEFF}};
const CodePoints kLineEnds = {{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}};

CodePoints AllBut(const CodePoints& points) {
  CodePoints out;
  char32_t next = 0;
  for (const auto& [first, last] : points) {
    if (first > next) out.emplace_back(next, first - 1);
    next = last + 1;
  }
  if (next <= kLastCodePoint) out.emplace_back(next, kLastCodePoint);
  return out;
}

Part SetOf(CodePoints points, bool negated = false) {
  Part part;
  part.kind = Kind::kSet;
  part.points = std::move(points);
  part.negated = negated;
  return part;
}

Error RegexError(std::string message) { return SenderError("InvalidRegex", std::move(message)); }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Part> Parse() {
    IATK_TRY(Part part, Alternatives(0));
    if (at_ < text_.size()) return Fail(RegexError("it has a \")\" too many"));
    return part;
  }

 private:
  bool AtEnd() const { return at_ >= text_.size(); }
  char Peek() const { return AtEnd() ? '\0' : text_[at_]; }
  bool Take(std::string_view token) {
    if (!text_.substr(std::min(at_, text_.size())).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }

  Result<Part> Alternatives(std::size_t depth) {
    if (depth > kMaxDepth) return Fail(RegexError("its groups are nested too deep"));
    Part part;
    part.kind = Kind::kAlternatives;
    do {
      IATK_TRY(Part one, Sequence(depth));
      part.parts.push_back(std::move(one));
    } while (Take("|"));
    if (part.parts.size() == 1) {
      Part only = std::move(part.parts.front());
      return only;
    }
    return part;
  }

  Result<Part> Sequence(std::size_t depth) {
    Part part;
    while (!AtEnd() && Peek() != '|' && Peek() != ')') {
      IATK_TRY(Part one, Atom(depth));
      IATK_TRY(Part repeated, Repeated(std::move(one)));
      part.parts.push_back(std::move(repeated));
    }
    return part;
  }

  Result<Part> Repeated(Part atom) {
    Part repeat;
    repeat.kind = Kind::kRepeat;
    if (Take("*")) {
      repeat.least = 0;
    } else if (Take("+")) {
      repeat.least = 1;
    } else if (Take("?")) {
      repeat.most = 1;
    } else if (Peek() != '{' || !Braces(&repeat)) {
      return atom;
    }
    (void)Take("?");  // lazy: matches the same texts
    if (repeat.least > kMaxRepeat || repeat.most.value_or(0) > kMaxRepeat) {
      return Fail(RegexError(fmt::format("it repeats more than {} times", kMaxRepeat)));
    }
    if (repeat.most && *repeat.most < repeat.least) {
      return Fail(RegexError("it has the numbers of a {…} out of order"));
    }
    const Kind kind = atom.kind;
    if (kind == Kind::kStart || kind == Kind::kEnd || kind == Kind::kBoundary) {
      return Fail(RegexError("it repeats what has no width"));
    }
    repeat.parts.push_back(std::move(atom));
    return repeat;
  }

  // "{" that begins no repetition stands for itself (ECMA-262, Annex B).
  bool Braces(Part* repeat) {
    const std::size_t end = text_.find('}', at_);
    if (end == std::string_view::npos) return false;
    const std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
    const std::size_t comma = std::min(inside.find(','), inside.size());
    const auto number = [](std::string_view digits) -> std::optional<std::size_t> {
      if (digits.empty() || !std::ranges::all_of(digits, IsDigit)) return std::nullopt;
      std::size_t value = kMaxRepeat + 1;
      const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
      return read.ec == std::errc() ? value : kMaxRepeat + 1;
    };
    const auto least = number(inside.substr(0, comma));
    if (!least) return false;
    repeat->least = *least;
    repeat->most = least;
    if (comma < inside.size()) {
      const std::string_view after = inside.substr(comma + 1);
      repeat->most = number(after);
      if (!after.empty() && !repeat->most) return false;
    }
    at_ = end + 1;
    return true;
  }

  Result<Part> Atom(std::size_t depth) {
    Part part;
    if (Take("(")) return Group(depth);
    if (Take("[")) return Class();
    if (Take(".")) return SetOf(kLineEnds, true);
    if (Take("^")) {
      part.kind = Kind::kStart;
      return part;
    }
    if (Take("$")) {
      part.kind = Kind::kEnd;
      return part;
    }
    if (Take("\\")) return Escape(false);
    if (Peek() == '*' || Peek() == '+' || Peek() == '?') {
      return Fail(RegexError(fmt::format("it has a \"{}\" that repeats nothing", Peek())));
    }
    IATK_TRY(const char32_t point, CodePoint());
    return SetOf({{point, point}});
  }

  Result<Part> Group(std::size_t depth) {
    for (const std::string_view look : {"?=", "?!", "?<=", "?<!"}) {
      if (Take(look)) return Fail(RegexError(fmt::format("({}…) is not supported", look)));
    }
    if (Take("?<")) {
      const std::size_t end = text_.find('>', at_);
      if (end == std::string_view::npos) return Fail(RegexError("a group's name has no end"));
      at_ = end + 1;
    } else if (Peek() == '?' && !Take("?:")) {
      return Fail(RegexError("it has a \"(?\" that begins no group"));
    }
    IATK_TRY(Part part, Alternatives(depth + 1));
    if (!Take(")")) return Fail(RegexError("a group has no end"));
    return part;
  }

  Result<Part> Class() {
    Part set = SetOf({}, Take("^"));
    while (!Take("]")) {
      if (AtEnd()) return Fail(RegexError("a [ has no end"));
      IATK_TRY(Part first, ClassAtom());
      const bool range = Peek() == '-' && at_ + 1 < text_.size() && text_[at_ + 1] != ']';
      if (range && IsSingle(first)) {
        ++at_;
        IATK_TRY(const Part last, ClassAtom());
        if (!IsSingle(last)) {
          Merge(&set, first);
          Merge(&set, SetOf({{'-', '-'}}));
          Merge(&set, last);
          continue;
        }
        if (last.points[0].first < first.points[0].first) {
          return Fail(RegexError("it has a range out of order"));
        }
        first.points[0].second = last.points[0].first;
      }
      Merge(&set, first);
    }
    return set;
  }

  static bool IsSingle(const Part& set) {
    return set.points.size() == 1 && set.classes.empty() &&
           set.points[0].first == set.points[0].second;
  }

  static void Merge(Part* set, const Part& more) {
    const CodePoints points = more.negated ? AllBut(more.points) : more.points;
    set->points.insert(set->points.end(), points.begin(), points.end());
    set->classes.insert(set->classes.end(), more.classes.begin(), more.classes.end());
  }

  Result<Part> ClassAtom() {
    if (Take("\\")) return Escape(true);
    IATK_TRY(const char32_t point, CodePoint());
    return SetOf({{point, point}});
  }

  Result<Part> Escape(bool in_class) {
    if (AtEnd()) return Fail(RegexError("it ends in a \"\\\""));
    const char c = text_[at_];
    if (c == 'p' || c == 'P') return Property();
    if (!in_class && (c == 'b' || c == 'B')) {
      ++at_;
      Part part;
      part.kind = Kind::kBoundary;
      part.inverted = c == 'B';
      return part;
    }
    if (c >= '1' && c <= '9') {
      return Fail(RegexError(fmt::format("the reference \\{} to a group is not supported", c)));
    }
    if (c == 'k' && text_.substr(at_).starts_with("k<")) {
      return Fail(RegexError("the reference \\k to a group is not supported"));
    }
    struct Shorthand {
      char letter;
      const CodePoints* points;
      bool negated;
    };
    const std::array<Shorthand, 6> shorthands = {{{'d', &kDigits, false},
                                                  {'D', &kDigits, true},
                                                  {'w', &kWord, false},
                                                  {'W', &kWord, true},
                                                  {'s', &kSpace, false},
                                                  {'S', &kSpace, true}}};
    for (const auto& [letter, points, negated] : shorthands) {
      if (c != letter) continue;
      ++at_;
      return SetOf(*points, negated);
    }
    IATK_TRY(const char32_t point, EscapedPoint());
    return SetOf({{point, point}});
  }

  Result<char32_t> EscapedPoint() {
    constexpr std::string_view kLetters = "tnvfr0b";
    constexpr std::string_view kControls("\t\n\v\f\r\0\b", 7);
    const std::size_t letter = kLetters.find(text_[at_]);
    if (letter != std::string_view::npos) {
      ++at_;
      return static_cast<char32_t>(kControls[letter]);
    }
    if (Take("c")) {
      const char control = Peek();
      if (!((control >= 'a' && control <= 'z') || (control >= 'A' && control <= 'Z'))) {
        return Fail(RegexError("\\c needs a letter"));
      }
      ++at_;
      return static_cast<char32_t>(control % 32);
    }
    if (Take("x")) return Hex(2);
    if (Take("u{")) {
      const std::size_t end = text_.find('}', at_);
      if (end == std::string_view::npos) return Fail(RegexError("\\u{ has no end"));
      IATK_TRY(const char32_t point, Hex(end - at_));
      ++at_;
      return point;
    }
    if (Take("u")) {
      IATK_TRY(const char32_t high, Hex(4));
      const bool pair = high >= 0xD800 && high < 0xDC00 && Take("\\u");
      if (!pair) return high;
      IATK_TRY(const char32_t low, Hex(4));
      if (low < 0xDC00 || low > 0xDFFF) return Fail(RegexError("it has half a surrogate pair"));
      return 0x10000 + ((high - 0xD800) << 10U) + (low - 0xDC00);
    }
    const char c = text_[at_];
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
      return Fail(RegexError(fmt::format("\\{} is not known", c)));
    }
    return CodePoint();
  }

  Result<char32_t> Hex(std::size_t digits) {
    std::uint32_t value = 0;
    const std::string_view text = text_.substr(std::min(at_, text_.size()), digits);
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (text.empty() || text.size() < digits || read.ptr != text.data() + text.size() ||
        value > kLastCodePoint) {
      return Fail(RegexError("it has a bad hexadecimal escape"));
    }
    at_ += digits;
    return static_cast<char32_t>(value);
  }

  // RE2 knows the short names.
  Result<Part> Property() {
    const bool inverted = text_[at_] == 'P';
    ++at_;
    const std::size_t end = text_.find('}', at_);
    if (Peek() != '{' || end == std::string_view::npos) {
      return Fail(RegexError("\\p needs a {name}"));
    }
    std::string_view name = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kNames = {
        {{"Letter", "L"},
         {"Lowercase_Letter", "Ll"},
         {"Uppercase_Letter", "Lu"},
         {"Mark", "M"},
         {"Number", "N"},
         {"Decimal_Number", "Nd"},
         {"digit", "Nd"},
         {"Punctuation", "P"},
         {"punct", "P"},
         {"Symbol", "S"},
         {"Separator", "Z"},
         {"Space_Separator", "Zs"}}};
    for (const std::string_view prefix :
         {"General_Category=", "gc=", "Script=", "sc=", "Script_Extensions=", "scx="}) {
      if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
    }
    for (const auto& [full, brief] : kNames) {
      if (name == full) name = brief;
    }
    const bool word = std::ranges::all_of(
        name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; });
    if (!word) return Fail(RegexError(fmt::format("\\p{{{}}} is not known", name)));
    Part part = SetOf({});
    part.classes.push_back(fmt::format("\\{}{{{}}}", inverted ? 'P' : 'p', name));
    return part;
  }

  Result<char32_t> CodePoint() {
    const auto lead = static_cast<unsigned char>(text_[at_]);
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (at_ + size > text_.size() || (lead >= 0x80 && lead < 0xC2)) {
      return Fail(RegexError("it is not UTF-8"));
    }
    char32_t point = size == 1 ? lead : lead & (0x7FU >> size);
    for (std::size_t i = 1; i < size; ++i) {
      point = (point << 6U) | (static_cast<unsigned char>(text_[at_ + i]) & 0x3FU);
    }
    at_ += size;
    return point;
  }

  static bool IsDigit(char c) { return c >= '0' && c <= '9'; }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::string SetToRe2(const Part& set) {
  // No code point at all, or each: RE2 has no empty class.
  if (set.points.empty() && set.classes.empty())
    return set.negated ? "(?s:.)" : "[^\\x{0}-\\x{10FFFF}]";
  std::string out = set.negated ? "[^" : "[";
  for (const auto& [first, last] : set.points) {
    out += fmt::format("\\x{{{:X}}}-\\x{{{:X}}}", static_cast<std::uint32_t>(first),
                       static_cast<std::uint32_t>(last));
  }
  for (const std::string& name : set.classes) out += name;
  return out + "]";
}

std::string RepeatToRe2(const Part& repeat) {
  const std::string one = fmt::format("(?:{})", ToRe2(repeat.parts.front()));
  std::string out;
  std::size_t least = repeat.least;
  for (; least > kRe2Repeat; least -= kRe2Repeat) out += fmt::format("{}{{{}}}", one, kRe2Repeat);
  if (!repeat.most) return out + fmt::format("{}{{{},}}", one, least);
  std::size_t optional = *repeat.most - repeat.least;
  out += fmt::format("{}{{{}}}", one, least);
  for (; optional > kRe2Repeat; optional -= kRe2Repeat) {
    out += fmt::format("{}{{0,{}}}", one, kRe2Repeat);
  }
  if (optional > 0) out += fmt::format("{}{{0,{}}}", one, optional);
  return out;
}

}  // namespace

Result<Part> ParseRegex(std::string_view pattern) { return Parser(pattern).Parse(); }

std::string ToRe2(const Part& part) {
  std::string out;
  switch (part.kind) {
    case Kind::kSet:
      return SetToRe2(part);
    case Kind::kStart:
      return "\\A";
    case Kind::kEnd:
      return "\\z";
    case Kind::kBoundary:
      return part.inverted ? "\\B" : "\\b";
    case Kind::kRepeat:
      return RepeatToRe2(part);
    case Kind::kSequence:
      for (const Part& one : part.parts) out += ToRe2(one);
      return out;
    case Kind::kAlternatives:
      for (const Part& one : part.parts) {
        if (&one != &part.parts.front()) out += '|';
        out += ToRe2(one);
      }
      return "(?:" + out + ")";
  }
  return out;
}

}  // namespace iatk::json_schema
