// Numbers and strings that meet several schemas at once.
#include <fmt/format.h>

#include <algorithm>

#include "iatk/lang/json_schema/formats.h"
#include "iatk/lang/json_schema/solver.h"

namespace iatk::json_schema {
namespace {

constexpr std::size_t kLongestString = 100'000;
constexpr std::size_t kWordLength = 8;

// Numbers are counted in units of 10^-scale.
__extension__ using Units = __int128;
constexpr int kMostScale = 18;
constexpr int kMostDigits = 36;

Units PowerOfTen(std::int64_t power) {
  Units units = 1;
  for (; power > 0; --power) units *= 10;
  return units;
}
const Units kFar = PowerOfTen(kMostDigits);

// What is past 36 digits counts as that far away.
Units UnitsOf(const json::Decimal& d, int scale) {
  const std::int64_t zeros = d.exponent + scale;
  if (d.digits.empty()) return 0;
  if (zeros > kMostDigits || static_cast<std::int64_t>(d.digits.size()) + zeros > kMostDigits) {
    return d.negative ? -kFar : kFar;
  }
  Units units = 0;
  for (const char digit : d.digits) units = units * 10 + (digit - '0');
  units *= PowerOfTen(zeros);
  return d.negative ? -units : units;
}

std::string NumberText(Units units, int scale) {
  std::string digits;
  const bool negative = units < 0;
  if (negative) units = -units;
  for (int i = 0; units > 0 || i <= scale; ++i) {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(units % 10)));
    units /= 10;
    if (i + 1 == scale) digits.insert(digits.begin(), '.');
  }
  if (scale > 0) {
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.back() == '.') digits.pop_back();
  }
  return (negative ? "-" : "") + digits;
}

Units FloorTo(Units value, Units step) {
  const Units rest = value % step;
  return value - (rest < 0 ? rest + step : rest);
}

struct Range {
  std::optional<json::Decimal> least;
  std::optional<json::Decimal> most;
  bool above = false;  // the least is not in it
  bool below = false;
  const Node* least_node = nullptr;
  const char* least_keyword = "minimum";
  std::vector<json::Decimal> multiples;

  void AtLeast(const json::Decimal& limit, bool exclusive, const Node* node) {
    if (least && (limit < *least || (limit == *least && !exclusive))) return;
    least = limit;
    above = exclusive;
    least_node = node;
    least_keyword = exclusive ? "exclusiveMinimum" : "minimum";
  }
  void AtMost(const json::Decimal& limit, bool exclusive) {
    if (most && (limit > *most || (limit == *most && !exclusive))) return;
    most = limit;
    below = exclusive;
  }
  void Add(const Node* node) {
    if (node->minimum) AtLeast(*node->minimum, false, node);
    if (node->exclusive_minimum) AtLeast(*node->exclusive_minimum, true, node);
    if (node->maximum) AtMost(*node->maximum, false);
    if (node->exclusive_maximum) AtMost(*node->exclusive_maximum, true);
    if (node->multiple_of) multiples.push_back(*node->multiple_of);
    if (node->format == "int32") {
      AtLeast(json::ToDecimal("-2147483648"), false, node);
      AtMost(json::ToDecimal("2147483647"), false);
    } else if (node->format == "int64") {
      AtLeast(json::ToDecimal("-9223372036854775808"), false, node);
      AtMost(json::ToDecimal("9223372036854775807"), false);
    }
  }
  int Scale() const {
    std::int64_t scale = 0;
    const auto consider = [&scale](const json::Decimal& d) {
      scale = std::max(scale, -d.exponent);
    };
    if (least) consider(*least);
    if (most) consider(*most);
    for (const json::Decimal& multiple : multiples) consider(multiple);
    return static_cast<int>(std::min<std::int64_t>(scale, kMostScale + 1));
  }
};

Units CommonMultiple(Units a, Units b) {
  Units divisor = a;
  for (Units rest = b; rest != 0;) {
    const Units next = divisor % rest;
    divisor = rest;
    rest = next;
  }
  const Units both = a / divisor;
  return both > kFar / b ? kFar : both * b;
}

std::string Word(std::size_t length, IdSource& ids) {
  return ids.FromAlphabet(length, "abcdefghijklmnopqrstuvwxyz");
}

}  // namespace

Solver::Found Solver::MakeNumber(const Flat& flat, bool whole, std::size_t attempt) {
  Range range;
  const Node* node = flat.nodes.front();
  for (const Node* one : flat.nodes) {
    range.Add(one);
    if (one->multiple_of) node = one;
    whole = whole || one->format == "int32" || one->format == "int64";
  }
  const bool any = !whole && range.multiples.empty();
  int scale = range.Scale();
  for (const Node* one : flat.unwanted) {
    if (!any || !one->multiple_of) continue;
    // A digit finer than what must not be.
    scale = std::max(scale, static_cast<int>(std::clamp<std::int64_t>(
                                1 - one->multiple_of->exponent, 0, kMostScale)));
  }
  if (scale > kMostScale) return Failed(flat, *node, "multipleOf", "has too many digits");
  bool out_of_reach = false;
  // Between 0 and 1 there is no whole number, but there are tenths.
  for (const int most_scale = any ? std::min(scale + 3, kMostScale) : scale; scale <= most_scale;
       ++scale) {
    Units step = whole ? PowerOfTen(scale) : 1;
    for (const json::Decimal& multiple : range.multiples) {
      step = CommonMultiple(step, UnitsOf(multiple, scale));
    }
    // Past an exclusive limit, as far as a double can tell.
    if (any && (range.above || range.below)) {
      const auto size = [&](const auto& d) {
        return d ? std::max(UnitsOf(*d, scale), -UnitsOf(*d, scale)) : 0;
      };
      const Units farthest = std::max(size(range.least), size(range.most));
      while (step < farthest / PowerOfTen(15)) step *= 10;
    }
    if (step >= kFar) return Failed(flat, *node, "multipleOf", "has no common multiple in reach");
    Units first = range.least ? UnitsOf(*range.least, scale) : -kFar;
    Units last = range.most ? UnitsOf(*range.most, scale) : kFar;
    if (first >= kFar || last <= -kFar) {
      out_of_reach = true;
      continue;
    }
    const Units limit = first;
    first = -FloorTo(-first, step);
    if (range.above && first == limit && first > -kFar) first += step;
    const Units end = FloorTo(last, step);
    last = range.below && end == last && last < kFar ? end - step : end;
    if (first > last) continue;
    Units value = first > 0 ? first : last < 0 ? last : 0;
    if (flat.goal->extreme == Extreme::kLeast && range.least) value = first;
    if (flat.goal->extreme == Extreme::kMost && range.most) value = last;
    if (flat.goal->extreme == Extreme::kNone) {
      Units turn = static_cast<Units>(flat.variety) + static_cast<Units>(attempt);
      const Units choices = std::min<Units>((last - first) / step, 999) + 1;
      if (full_) turn += static_cast<Units>(ids_->Below(static_cast<std::uint64_t>(choices)));
      turn %= (last - first) / step + 1;
      // Onward from the plainest, then from the other end.
      value = value + turn * step <= last ? value + turn * step : first + (turn - 1) * step;
    } else if (attempt > 0) {
      return std::nullopt;
    }
    return json::Value(json::Number(NumberText(value, scale)));
  }
  // Past 36 digits: the limit itself, as it is written.
  if (out_of_reach && range.least && !range.above && range.multiples.empty() && attempt == 0) {
    const json::Decimal& limit = *range.least;
    return json::Value(
        json::Number(fmt::format("{}{}e{}", limit.negative ? "-" : "",
                                 limit.digits.empty() ? "0" : limit.digits, limit.exponent)));
  }
  if (!range.multiples.empty()) {
    return Failed(flat, *node, "multipleOf", "no multiple is in the range");
  }
  return Failed(flat, range.least_node != nullptr ? *range.least_node : *node, range.least_keyword,
                "no number is in the range");
}

std::string Solver::FromPattern(const Flat& flat, const Regex& pattern, std::size_t least,
                                std::size_t most, std::size_t attempt) {
  const bool vary = full_ || flat.variety + attempt > 0;
  std::string text = pattern.Sample({0, vary && attempt % 4 == 3}, *ids_);
  std::size_t length = CountCodePoints(text);
  std::size_t goal = std::max(least, length);
  if (flat.goal->extreme == Extreme::kMost) {
    goal = most;
  } else if (full_ || flat.variety > 0) {
    goal = std::min(most, goal + ids_->Below(kWordLength + 1 + flat.variety));
  }
  if (goal > length) {
    // Samples of one length for each repetition more, else of some length by chance.
    const std::size_t extra = goal - length;
    text = pattern.Sample({attempt % 2 == 0 ? extra : ids_->Below(extra * 2) + 1, attempt >= 2},
                          *ids_);
    length = CountCodePoints(text);
  }
  if (length < least) {
    const std::string filler = Word(least - length, *ids_);
    if (!pattern.ends()) return text + filler;
    if (!pattern.starts()) return filler + text;
  }
  return text;
}

Solver::Found Solver::MakeString(const Flat& flat, std::size_t attempt) {
  std::size_t least = 0;
  std::size_t most = kLongestString;
  const Node* least_node = flat.nodes.front();
  std::vector<const Regex*> patterns;
  std::string format;
  for (const Node* node : flat.nodes) {
    if (node->min_length.value_or(0) > least) {
      least = *node->min_length;
      least_node = node;
    }
    most = std::min(most, node->max_length.value_or(most));
    if (node->pattern) patterns.push_back(&*node->pattern);
    if (!node->format.empty()) format = node->format;
  }
  if (least > kLongestString) {
    return Failed(flat, *least_node, "minLength",
                  fmt::format("strings of more than {} characters are not made", kLongestString));
  }
  if (least > most) return Failed(flat, *least_node, "minLength", "is above a maxLength");
  std::string sample;
  if (!format.empty()) sample = SampleOfFormat(format, options_.now, *ids_);
  // A format that isn't known says nothing; a pattern beside one that is, is tried in turn with it.
  if (!patterns.empty() && (sample.empty() || attempt % 2 == 1)) {
    const std::size_t turn = sample.empty() ? attempt : attempt / 2;
    return json::Value(
        FromPattern(flat, *patterns[turn % patterns.size()], least, most, turn / patterns.size()));
  }
  if (!sample.empty()) {
    const std::size_t length = CountCodePoints(sample);
    if (length < least && (format == "email" || format == "hostname")) {
      const std::size_t room = least - length;
      // A label of a name has at most 63 characters.
      std::string more = Word(room, *ids_);
      for (std::size_t i = 40; i + 1 < more.size(); i += 40) more[i] = '.';
      sample = more + sample;
    } else if (length < least) {
      sample += Word(least - length, *ids_);
    }
    return json::Value(std::move(sample));
  }
  std::size_t length = least;
  if (flat.goal->extreme == Extreme::kMost) {
    length = most;
  } else if (flat.goal->extreme == Extreme::kNone && (full_ || flat.variety + attempt > 0)) {
    length = std::clamp(kWordLength, least, most);
  }
  return json::Value(Word(length, *ids_));
}

}  // namespace iatk::json_schema
