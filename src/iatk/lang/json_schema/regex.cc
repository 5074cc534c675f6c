#include "iatk/lang/json_schema/regex.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "iatk/lang/json_schema/regex_parse.h"

namespace iatk::json_schema {
namespace {

using Part = Regex::Part;
using Kind = Part::Kind;

constexpr std::size_t kMaxPattern = 4096;
constexpr std::size_t kMaxSample = 20'000;
constexpr std::int64_t kMaxMemory = std::int64_t{16} << 20U;
// Where samples of classes that only RE2 knows are looked for.
constexpr char32_t kSearchedFirst = 0x20;
constexpr char32_t kSearchedLast = 0x3100;
constexpr std::size_t kMostFound = 32;

bool IsSurrogate(char32_t point) { return point >= 0xD800 && point <= 0xDFFF; }

// A point of the set, of plain ones where it has any.
char32_t Pick(const Part& set, IdSource& ids) {
  CodePoints ranges;
  constexpr std::pair<char32_t, char32_t> kPlain[] = {
      {'a', 'z'}, {'0', '9'}, {'A', 'Z'}, {'!', '~'}};
  const auto excludes = [&set](char32_t point) {
    return std::ranges::any_of(set.points, [point](const auto& range) {
      return point >= range.first && point <= range.second;
    });
  };
  if (!set.classes.empty()) {
    const std::string text = ToRe2(set);
    const re2::RE2 one(text);
    for (char32_t point = kSearchedFirst; point <= kSearchedLast && ranges.size() < kMostFound;
         ++point) {
      std::string utf8;
      AppendUtf8(point, &utf8);
      if (re2::RE2::FullMatch(utf8, one)) ranges.emplace_back(point, point);
    }
  } else if (set.negated) {
    for (const auto& plain : kPlain) {
      for (char32_t point = plain.first; point <= plain.second; ++point) {
        if (!excludes(point)) ranges.emplace_back(point, point);
      }
      if (!ranges.empty()) break;
    }
    // Nothing plain is left: the first that is.
    for (char32_t point = ' '; ranges.empty() && point <= 0x10FFFF; ++point) {
      if (!IsSurrogate(point) && !excludes(point)) ranges.emplace_back(point, point);
    }
  } else {
    for (const auto& plain : kPlain) {
      for (const auto& [first, last] : set.points) {
        const char32_t from = std::max(first, plain.first);
        const char32_t to = std::min(last, plain.second);
        if (from <= to) ranges.emplace_back(from, to);
      }
      if (!ranges.empty()) break;
    }
    if (ranges.empty()) ranges = set.points;
  }
  if (ranges.empty()) return U'?';
  const auto& [first, last] = ranges[ids.Below(ranges.size())];
  const auto point = static_cast<char32_t>(first + ids.Below(last - first + 1));
  return IsSurrogate(point) ? U'?' : point;
}

class Sampler {
 public:
  Sampler(const Regex::Wish& wish, IdSource& ids) : wish_(wish), ids_(ids) {}

  void Add(const Part& part) {
    if (out_.size() > kMaxSample) return;
    switch (part.kind) {
      case Kind::kSet:
        AppendUtf8(Pick(part, ids_), &out_);
        break;
      case Kind::kSequence:
        for (const Part& one : part.parts) Add(one);
        break;
      case Kind::kAlternatives:
        Add(part.parts[wish_.vary ? ids_.Below(part.parts.size()) : 0]);
        break;
      case Kind::kRepeat: {
        std::size_t more = std::min(wish_.extra, part.most.value_or(SIZE_MAX) - part.least);
        if (wish_.vary) more = ids_.Below(more + 1);
        wish_.extra -= more;
        const std::size_t times = part.least + more;
        for (std::size_t i = 0; i < times && out_.size() <= kMaxSample; ++i) {
          Add(part.parts.front());
        }
        break;
      }
      case Kind::kStart:
      case Kind::kEnd:
      case Kind::kBoundary:
        break;
    }
  }

  std::string Take() { return out_.size() > kMaxSample ? std::string() : std::move(out_); }

 private:
  Regex::Wish wish_;
  IdSource& ids_;
  std::string out_;
};

bool Anchored(const Part& part, Kind kind) {
  if (part.kind == kind) return true;
  if (part.kind == Kind::kSequence && !part.parts.empty()) {
    return Anchored(kind == Kind::kStart ? part.parts.front() : part.parts.back(), kind);
  }
  return part.kind == Kind::kAlternatives &&
         std::ranges::all_of(part.parts, [kind](const Part& one) { return Anchored(one, kind); });
}

}  // namespace

Result<Regex> Regex::Compile(std::string_view pattern) {
  const auto fail = [pattern](std::string_view why) {
    return Fail(SenderError("InvalidRegex",
                            fmt::format("the pattern \"{}\" can't be used: {}", pattern, why)));
  };
  if (pattern.size() > kMaxPattern) {
    return Fail(SenderError("InvalidRegex",
                            fmt::format("a pattern has more than {} characters", kMaxPattern)));
  }
  Result<Part> root = ParseRegex(pattern);
  if (!root) return fail(root.error().message);
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(kMaxMemory);
  auto compiled = std::make_shared<re2::RE2>(ToRe2(*root), options);
  if (!compiled->ok()) return fail(compiled->error());
  Regex regex;
  regex.text_ = pattern;
  regex.root_ = std::make_shared<const Part>(std::move(*root));
  regex.compiled_ = std::move(compiled);
  return regex;
}

bool Regex::Matches(std::string_view text) const {
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *compiled_);
}

bool Regex::starts() const { return Anchored(*root_, Kind::kStart); }
bool Regex::ends() const { return Anchored(*root_, Kind::kEnd); }

std::string Regex::Sample(const Wish& wish, IdSource& ids) const {
  Sampler sampler(wish, ids);
  sampler.Add(*root_);
  return sampler.Take();
}

void AppendUtf8(char32_t point, std::string* out) {
  const auto tail = [out](char32_t bits) { *out += static_cast<char>(0x80U | (bits & 0x3FU)); };
  if (point < 0x80) {
    *out += static_cast<char>(point);
  } else if (point < 0x800) {
    *out += static_cast<char>(0xC0U | (point >> 6U));
    tail(point);
  } else if (point < 0x10000) {
    *out += static_cast<char>(0xE0U | (point >> 12U));
    tail(point >> 6U);
    tail(point);
  } else {
    *out += static_cast<char>(0xF0U | (point >> 18U));
    tail(point >> 12U);
    tail(point >> 6U);
    tail(point);
  }
}

std::size_t CountCodePoints(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace iatk::json_schema
