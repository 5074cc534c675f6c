// Reading a pattern: its objects, its $or, and the tests of its fields. Reasons are the service's.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>

#include "iatk/lang/event_pattern/complexity.h"
#include "iatk/lang/event_pattern/pattern.h"
#include "iatk/lang/event_pattern/tokenizer.h"

namespace iatk::event_pattern {
namespace {

constexpr std::size_t kMaxRules = 1000;  // combinations of $or, User Guide
constexpr std::size_t kMaxFields = 256;

// The fields of one alternative, by path; of two with one path the later stands.
using Fields = std::map<std::string, std::vector<Test>>;
using Alternatives = std::vector<Fields>;

constexpr std::array<std::string_view, 25> kReserved = {"exactly",
                                                        "equals-ignore-case",
                                                        "prefix",
                                                        "suffix",
                                                        "anything-but",
                                                        "exists",
                                                        "wildcard",
                                                        "numeric",
                                                        "cidr",
                                                        "=",
                                                        "<",
                                                        "<=",
                                                        ">",
                                                        ">=",
                                                        "regex",
                                                        "not-wildcard",
                                                        "not-equals-ignore-case",
                                                        "date-after",
                                                        "date-on-or-after",
                                                        "date-before",
                                                        "date-on-or-before",
                                                        "in-date-range",
                                                        "ip-address-in-range",
                                                        "ip-address-not-in-range",
                                                        "$or"};

bool IsReserved(std::string_view name) {
  return name != "$or" && std::ranges::find(kReserved, name) != kReserved.end();
}

class Compiler {
 public:
  explicit Compiler(std::string_view text) : in_(text) {}

  Result<std::vector<Rule>> Run() {
    IATK_TRY(const Token first, in_.Next());
    if (first != Token::kStartObject) return Fail(in_.Fault("Filter is not an object"));
    IATK_TRY(const Alternatives alternatives, ReadObject("", false));
    if (alternatives.size() == 1 && alternatives.front().empty()) {
      return Fail(in_.Fault("Empty objects are not allowed"));
    }
    std::vector<Rule> rules;
    for (const Fields& fields : alternatives) {
      if (fields.size() > kMaxFields) {
        return Fail(
            InvalidPattern(fmt::format("Size of rule exceeds max value of {}", kMaxFields)));
      }
      Rule& rule = rules.emplace_back();
      for (const auto& [path, tests] : fields) rule.push_back({path, tests});
    }
    IATK_CHECK(CheckComplexity(rules));
    return rules;
  }

 private:
  static Result<void> CheckComplexity(const std::vector<Rule>& rules) {
    for (const Rule& rule : rules) {
      for (const FieldTests& field : rule) {
        std::vector<std::string> wildcards;
        for (const Test& test : field.tests) {
          if (test.op != Op::kWildcard && test.op != Op::kAnythingButWildcard) continue;
          for (const Scalar& value : test.values) wildcards.push_back(value.text);
        }
        if (!wildcards.empty() && WildcardComplexity(wildcards) >= kTooComplex) {
          return Fail(InvalidPattern(
              "Rule is too complex - try using fewer wildcard characters or fewer repeating "
              "character sequences after a wildcard character"));
        }
      }
    }
    return {};
  }

  // Behind the opening brace, to behind the closing one.
  Result<Alternatives> ReadObject(const std::string& path, bool in_or) {
    Alternatives alternatives(1);
    while (true) {
      IATK_TRY(const Token token, in_.Next());
      if (token == Token::kEndObject) return alternatives;
      IATK_TRY(const std::string name, in_.Text());
      if (in_or && IsReserved(name)) {
        return Fail(in_.Fault(
            fmt::format("{} is Ruler reserved fieldName which cannot be used inside $or.", name)));
      }
      if (name == "$or") {
        const Tokenizer here = in_;
        Result<Alternatives> branches = ReadOr(path);
        if (branches) {
          IATK_TRY(alternatives, Combine(alternatives, *branches));
          continue;
        }
        // What is no $or relationship may be a field of that name.
        in_ = here;
      }
      IATK_CHECK(ReadField(path.empty() ? name : path + "." + name, name, in_or, &alternatives));
    }
  }

  Result<Alternatives> Combine(const Alternatives& present, const Alternatives& added) {
    if (present.size() * added.size() > kMaxRules) {
      return Fail(InvalidPattern(
          fmt::format("the number of $or combinations exceeds the limit of {}", kMaxRules)));
    }
    Alternatives combined;
    for (const Fields& one : present) {
      for (const Fields& other : added) {
        Fields& both = combined.emplace_back(one);
        for (const auto& [path, tests] : other) both.insert_or_assign(path, tests);
      }
    }
    return combined;
  }

  Result<Alternatives> ReadOr(const std::string& path) {
    IATK_TRY(const Token start, in_.Next());
    if (start != Token::kStartArray) {
      return Fail(in_.Fault("It must be an Array followed with $or."));
    }
    Alternatives branches;
    std::size_t count = 0;
    while (true) {
      IATK_TRY(const Token token, in_.Next());
      if (token == Token::kEndArray) break;
      if (token != Token::kStartObject) {
        return Fail(in_.Fault("Only JSON object is allowed in array of $or relationship."));
      }
      IATK_TRY(Alternatives branch, ReadObject(path, true));
      if (branch.size() == 1 && branch.front().empty()) {
        return Fail(in_.Fault("Empty objects are not allowed"));
      }
      ++count;
      std::ranges::move(branch, std::back_inserter(branches));
      if (branches.size() > kMaxRules) {
        return Fail(InvalidPattern(
            fmt::format("the number of $or combinations exceeds the limit of {}", kMaxRules)));
      }
    }
    if (count < 2) {
      return Fail(in_.Fault("There must have at least 2 Objects in $or relationship."));
    }
    return branches;
  }

  // The value of a field: an object goes deeper, an array holds its tests.
  Result<void> ReadField(const std::string& path, const std::string& name, bool in_or,
                         Alternatives* alternatives) {
    IATK_TRY(const Token token, in_.Next());
    if (token == Token::kStartObject) {
      IATK_TRY(const Alternatives inner, ReadObject(path, in_or));
      if (inner.size() == 1 && inner.front().empty()) {
        return Fail(in_.Fault("Empty objects are not allowed"));
      }
      IATK_TRY(*alternatives, Combine(*alternatives, inner));
      return {};
    }
    if (token != Token::kStartArray) {
      return Fail(in_.Fault(fmt::format("\"{}\" must be an object or an array", name)));
    }
    IATK_TRY(const std::vector<Test> tests, ReadTests());
    for (Fields& fields : *alternatives) fields.insert_or_assign(path, tests);
    return {};
  }

  Result<std::vector<Test>> ReadTests() {
    std::vector<Test> tests;
    while (true) {
      IATK_TRY(const Token token, in_.Next());
      switch (token) {
        case Token::kEndArray:
          if (tests.empty()) return Fail(in_.Fault("Empty arrays are not allowed"));
          return tests;
        case Token::kStartObject: {
          IATK_TRY(Test test, ReadMatchExpression());
          tests.push_back(std::move(test));
          break;
        }
        case Token::kString:
        case Token::kNumber:
        case Token::kTrue:
        case Token::kFalse:
        case Token::kNull: {
          IATK_TRY(Scalar scalar, ReadScalar(token));
          tests.push_back({Op::kEquals, {std::move(scalar)}, {}, {}});
          break;
        }
        default:
          return Fail(in_.Fault("Match value must be String, number, true, false, or null"));
      }
    }
  }

  Result<Scalar> ReadScalar(Token token) {
    switch (token) {
      case Token::kString: {
        IATK_TRY(std::string text, in_.Text());
        return MakeString(std::move(text));
      }
      case Token::kNumber: {
        IATK_TRY(std::string text, in_.Text());
        return MakeNumber(std::move(text));
      }
      case Token::kTrue:
        return Scalar{ValueKind::kTrue, "true", {}};
      case Token::kFalse:
        return Scalar{ValueKind::kFalse, "false", {}};
      default:
        return Scalar{ValueKind::kNull, "null", {}};
    }
  }

  // Behind the opening brace of {"prefix": …}, to behind the closing one.
  Result<Test> ReadMatchExpression() {
    IATK_TRY(const Token token, in_.Next());
    if (token != Token::kFieldName) return Fail(in_.Fault("Match expression name not found"));
    IATK_TRY(const std::string op, in_.Text());
    if (op == "exactly") return Closed(ReadString("exact", Op::kEquals));
    if (op == "prefix") return ReadAffix("prefix", Op::kPrefix, Op::kPrefixIgnoreCase);
    if (op == "suffix") return ReadAffix("suffix", Op::kSuffix, Op::kSuffixIgnoreCase);
    if (op == "equals-ignore-case") {
      return Closed(ReadString("equals-ignore-case", Op::kEqualsIgnoreCase));
    }
    if (op == "wildcard") return Closed(ReadWildcard());
    if (op == "exists") return Closed(ReadExists());
    if (op == "cidr") return Closed(ReadCidr());
    if (op == "numeric") return ReadNumeric();
    if (op == "anything-but") return ReadAnythingBut();
    return Fail(in_.Fault(fmt::format("Unrecognized match type {}", op)));
  }

  // The end of a match expression of one key.
  Result<Test> Closed(Result<Test> test) {
    if (!test) return test;
    IATK_TRY(const Token token, in_.Next());
    if (token != Token::kEndObject) {
      return Fail(in_.Fault("Only one key allowed in match expression"));
    }
    return test;
  }

  Result<Test> ReadString(std::string_view name, Op op) {
    IATK_TRY(const Token token, in_.Next());
    if (token != Token::kString) {
      return Fail(in_.Fault(fmt::format("{} match pattern must be a string", name)));
    }
    IATK_TRY(std::string text, in_.Text());
    return Test{op, {MakeString(std::move(text))}, {}, {}};
  }

  Result<Test> ReadAffix(std::string_view name, Op op, Op op_ignore_case) {
    IATK_TRY(const Token token, in_.Next());
    if (token == Token::kString) {
      IATK_TRY(std::string text, in_.Text());
      return Closed(Test{op, {MakeString(std::move(text))}, {}, {}});
    }
    if (token != Token::kStartObject) {
      return Fail(in_.Fault(fmt::format("{} match pattern must be a string", name)));
    }
    const std::string_view title = name == "prefix" ? "Prefix" : "Suffix";
    IATK_TRY(const Token inner, in_.Next());
    if (inner != Token::kFieldName) {
      return Fail(in_.Fault(fmt::format("{} expression name not found", title)));
    }
    IATK_TRY(const std::string inner_op, in_.Text());
    if (inner_op != "equals-ignore-case") {
      return Fail(in_.Fault(fmt::format("Unsupported {} pattern: {}", name, inner_op)));
    }
    return Closed(Closed(ReadString("equals-ignore-case", op_ignore_case)));
  }

  Result<Test> ReadWildcard() {
    IATK_TRY(const Token token, in_.Next());
    if (token != Token::kString) {
      return Fail(in_.Fault("wildcard match pattern must be a string"));
    }
    IATK_TRY(std::string text, in_.Text());
    IATK_CHECK(CheckWildcard(text));
    return Test{Op::kWildcard, {MakeString(std::move(text))}, {}, {}};
  }

  Result<void> CheckWildcard(std::string_view text) const {
    for (std::size_t i = 0; i < text.size(); ++i) {
      // Positions count the opening quote.
      if (text[i] == '\\') {
        if (i + 1 >= text.size() || (text[i + 1] != '*' && text[i + 1] != '\\')) {
          return Fail(in_.Fault(fmt::format("Invalid escape character at pos {}", i + 1)));
        }
        ++i;
      } else if (text[i] == '*' && i + 1 < text.size() && text[i + 1] == '*') {
        return Fail(in_.Fault(fmt::format("Consecutive wildcard characters at pos {}", i + 1)));
      }
    }
    return {};
  }

  Result<Test> ReadExists() {
    IATK_TRY(const Token token, in_.Next());
    if (token != Token::kTrue && token != Token::kFalse) {
      return Fail(in_.Fault("exists match pattern must be either true or false."));
    }
    return Test{token == Token::kTrue ? Op::kExists : Op::kNotExists, {}, {}, {}};
  }

  Result<Test> ReadCidr() {
    IATK_TRY(const Token token, in_.Next());
    if (token != Token::kString) return Fail(in_.Fault("prefix match pattern must be a string"));
    IATK_TRY(const std::string text, in_.Text());
    const std::size_t slash = text.find('/');
    if (slash == std::string::npos || text.find('/', slash + 1) != std::string::npos) {
      return Fail(InvalidPattern("Malformed CIDR, one '/' required"));
    }
    const std::string_view bits = std::string_view(text).substr(slash + 1);
    Test test{Op::kCidr, {MakeString(text)}, {}, {}};
    const auto parsed = std::from_chars(bits.data(), bits.data() + bits.size(), test.cidr.bits);
    if (parsed.ec != std::errc() || parsed.ptr != bits.data() + bits.size()) {
      return Fail(InvalidPattern("Malformed CIDR, mask bits must be an integer"));
    }
    if (test.cidr.bits < 0) {
      return Fail(InvalidPattern("Malformed CIDR, mask bits must not be negative"));
    }
    const std::optional<Address> base = ParseAddress(std::string_view(text).substr(0, slash));
    if (!base) {
      return Fail(InvalidPattern(fmt::format("Nonstandard IP address: {}", text.substr(0, slash))));
    }
    test.cidr.base = *base;
    if (base->v4 && test.cidr.bits >= 32)
      return Fail(InvalidPattern("IPv4 mask bits must be < 32"));
    if (test.cidr.bits >= 128) return Fail(InvalidPattern("IPv6 mask bits must be < 128"));
    return test;
  }

  Result<double> ReadBound(std::string_view op) {
    IATK_TRY(const Token token, in_.Next());
    if (token != Token::kNumber) {
      return Fail(in_.Fault(op == "=" ? "Value of equals must be numeric"
                                      : fmt::format("Value of {} must be numeric", op)));
    }
    IATK_TRY(const std::string text, in_.Text());
    const Scalar scalar = MakeNumber(text);
    if (!scalar.number) return Fail(in_.Fault(fmt::format("Cannot compare number : {}", text)));
    return *scalar.number;
  }

  Result<Test> ReadNumeric() {
    IATK_TRY(const Token token, in_.Next());
    if (token != Token::kStartArray) {
      return Fail(in_.Fault("Value of numeric must be an array."));
    }
    IATK_TRY(const Token first, in_.Next());
    if (first != Token::kString) {
      std::string shown = "]";
      if (first == Token::kNumber) {
        IATK_TRY(shown, in_.Text());
      } else if (first != Token::kEndArray) {
        shown = TokenText(first);
      }
      return Fail(in_.Fault(fmt::format("Invalid member in numeric match: {}", shown)));
    }
    IATK_TRY(const std::string op, in_.Text());
    Test test{Op::kNumeric, {}, {}, {}};
    if (op != "=" && op != "<" && op != "<=" && op != ">" && op != ">=") {
      return Fail(in_.Fault(fmt::format("Unrecognized numeric range operator: {}", op)));
    }
    IATK_TRY(const double bound, ReadBound(op));
    Range& range = test.range;
    if (op == "=") range.low = range.high = bound;
    if (op[0] == '<') {
      range.high = bound;
      range.high_open = op == "<";
    }
    if (op[0] == '>') {
      range.low = bound;
      range.low_open = op == ">";
    }
    IATK_TRY(const Token next, in_.Next());
    if (next != Token::kEndArray) {
      if (op[0] != '>') return Fail(in_.Fault("Too many elements in numeric expression"));
      IATK_CHECK(ReadUpperBound(next, &range));
    }
    IATK_TRY(const Token end, in_.Next());
    if (end != Token::kEndObject) {
      return Fail(in_.Fault("Too many elements in numeric expression"));
    }
    return test;
  }

  Result<void> ReadUpperBound(Token token, Range* range) {
    if (token != Token::kString) {
      std::string shown = TokenText(token);
      if (token == Token::kNumber) {
        IATK_TRY(shown, in_.Text());
      }
      return Fail(in_.Fault(fmt::format("Bad value in numeric range: {}", shown)));
    }
    IATK_TRY(const std::string op, in_.Text());
    if (op != "<" && op != "<=") {
      return Fail(in_.Fault(fmt::format("Bad numeric range operator: {}", op)));
    }
    IATK_TRY(range->high, ReadBound(op));
    range->high_open = op == "<";
    if (range->low >= range->high) return Fail(in_.Fault("Bottom must be less than top"));
    IATK_TRY(const Token end, in_.Next());
    if (end != Token::kEndArray) {
      return Fail(in_.Fault("Too many terms in numeric range expression"));
    }
    return {};
  }

  static std::string TokenText(Token token) {
    switch (token) {
      case Token::kStartObject:
        return "{";
      case Token::kEndObject:
        return "}";
      case Token::kStartArray:
        return "[";
      case Token::kEndArray:
        return "]";
      case Token::kTrue:
        return "true";
      case Token::kFalse:
        return "false";
      default:
        return "null";
    }
  }

  Result<Test> ReadAnythingBut() {
    IATK_TRY(const Token token, in_.Next());
    Test test{Op::kAnythingBut, {}, {}, {}};
    if (token == Token::kStartObject) {
      IATK_TRY(test, ReadAnythingButExpression());
    } else if (token == Token::kStartArray) {
      IATK_TRY(test.values, ReadAnythingButList());
    } else if (token == Token::kString || token == Token::kNumber) {
      IATK_TRY(Scalar scalar, ReadScalar(token));
      if (scalar.kind == ValueKind::kNumber && !scalar.number) {
        return Fail(InvalidPattern(fmt::format("Cannot compare number : {}", scalar.text)));
      }
      test.values.push_back(std::move(scalar));
    } else {
      return Fail(
          in_.Fault("Value of anything-but must be an array or single string/number value."));
    }
    IATK_TRY(const Token end, in_.Next());
    if (end != Token::kEndObject) {
      return Fail(in_.Fault("Too many elements in numeric expression"));
    }
    return test;
  }

  Result<std::vector<Scalar>> ReadAnythingButList() {
    std::vector<Scalar> values;
    bool mixed = false;
    while (true) {
      IATK_TRY(const Token token, in_.Next());
      if (token == Token::kEndArray) break;
      if (token != Token::kString && token != Token::kNumber) {
        return Fail(in_.Fault("Inside anything but list, start|null|boolean is not supported.", 2));
      }
      IATK_TRY(Scalar scalar, ReadScalar(token));
      if (scalar.kind == ValueKind::kNumber && !scalar.number) {
        return Fail(in_.Fault(fmt::format("Cannot compare number : {}", scalar.text), 2));
      }
      mixed = mixed || (!values.empty() && values.front().kind != scalar.kind);
      values.push_back(std::move(scalar));
    }
    if (mixed || values.empty()) {
      return Fail(in_.Fault(
          "Inside anything but list, either all values are number or string, mixed type is not "
          "supported"));
    }
    return values;
  }

  // {"prefix": …} and its like, inside {"anything-but": …}.
  Result<Test> ReadAnythingButExpression() {
    IATK_TRY(const Token name, in_.Next());
    if (name != Token::kFieldName) {
      return Fail(in_.Fault("Anything-But expression name not found"));
    }
    IATK_TRY(const std::string op, in_.Text());
    Test test;
    if (op == "prefix") {
      test.op = Op::kAnythingButPrefix;
    } else if (op == "suffix") {
      test.op = Op::kAnythingButSuffix;
    } else if (op == "equals-ignore-case") {
      test.op = Op::kAnythingButIgnoreCase;
    } else if (op == "wildcard") {
      test.op = Op::kAnythingButWildcard;
    } else {
      return Fail(in_.Fault(fmt::format("Unsupported anything-but pattern: {}", op)));
    }
    IATK_TRY(const Token token, in_.Next());
    if (token == Token::kStartArray) {
      while (true) {
        IATK_TRY(const Token item, in_.Next());
        if (item == Token::kEndArray) break;
        IATK_CHECK(AddAnythingButText(item, 2, &test));
      }
    } else {
      IATK_CHECK(AddAnythingButText(token, 1, &test));
    }
    return Closed(std::move(test));
  }

  Result<void> AddAnythingButText(Token token, int places, Test* test) {
    if (token != Token::kString) {
      switch (test->op) {
        case Op::kAnythingButIgnoreCase:
          return Fail(in_.Fault(
              "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not "
              "supported.",
              places));
        case Op::kAnythingButWildcard:
          return Fail(in_.Fault("wildcard match pattern must be a string", places));
        default:
          if (token == Token::kStartObject) {
            return Fail(
                in_.Fault("Value of anything-but must be an array or single string/number value."));
          }
          return Fail(in_.Fault("prefix/suffix match pattern must be a string", places));
      }
    }
    IATK_TRY(std::string text, in_.Text());
    const bool affix = test->op == Op::kAnythingButPrefix || test->op == Op::kAnythingButSuffix;
    if (affix && text.empty()) return Fail(in_.Fault("Null prefix/suffix not allowed", places));
    if (test->op == Op::kAnythingButWildcard) IATK_CHECK(CheckWildcard(text));
    test->values.push_back(MakeString(std::move(text)));
    return {};
  }

  Tokenizer in_;
};

}  // namespace

Result<Pattern> Compile(std::string_view pattern_text) {
  IATK_TRY(std::vector<Rule> rules, Compiler(pattern_text).Run());
  return Pattern(std::move(rules));
}

}  // namespace iatk::event_pattern
