#include "iatk/lang/event_pattern/event_reader.h"

#include <algorithm>
#include <cstring>

namespace iatk::event_pattern {
namespace {

// The code point of \uXXXX at `at`, which is behind the u; 0 for what is none.
std::uint32_t HexUnit(std::string_view text, std::size_t at) {
  std::uint32_t unit = 0;
  for (std::size_t i = at; i < at + 4 && i < text.size(); ++i) {
    const char c = text[i];
    const auto digit =
        static_cast<std::uint32_t>(c >= '0' && c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    unit = unit << 4U | (digit & 15U);
  }
  return unit;
}

void AppendUtf8(std::uint32_t point, std::string* out) {
  const auto put = [out](std::uint32_t byte) { *out += static_cast<char>(byte); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | point >> 6U);
    put(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    put(0xE0 | point >> 12U);
    put(0x80 | (point >> 6U & 0x3F));
    put(0x80 | (point & 0x3F));
  } else {
    put(0xF0 | point >> 18U);
    put(0x80 | (point >> 12U & 0x3F));
    put(0x80 | (point >> 6U & 0x3F));
    put(0x80 | (point & 0x3F));
  }
}

// A JSON string's content without its escapes.
void Unescape(std::string_view text, std::string* out) {
  out->clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      *out += text[i];
      continue;
    }
    const char c = text[++i];
    constexpr std::string_view kNames = "bfnrt";
    constexpr std::string_view kBytes = "\b\f\n\r\t";
    if (const auto known = kNames.find(c); known != std::string_view::npos) {
      *out += kBytes[known];
    } else if (c != 'u') {
      *out += c;
    } else {
      std::uint32_t point = HexUnit(text, i + 1);
      i += 4;
      if (point >= 0xD800 && point < 0xDC00 && i + 6 < text.size() + 1) {
        point = 0x10000 + ((point & 0x3FF) << 10U) + (HexUnit(text, i + 3) & 0x3FF);
        i += 6;
      }
      AppendUtf8(point, out);
    }
  }
}

}  // namespace

const EventHits& EventReader::Read(const RuleBase& base, std::string_view text, EventNames names) {
  base_ = &base;
  text_ = text;
  names_ = names;
  if (hits_.paths_.size() < base.paths_.size()) {
    hits_.paths_.resize(base.paths_.size());
    fields_.resize(base.paths_.size());
    hits_.touched_.reserve(base.paths_.size());
  }
  if (hits_.slots_.size() < base.slots_.size()) hits_.slots_.resize(base.slots_.size());
  if (++hits_.event_ == 0) {
    // Four thousand million events later, old marks would look new.
    std::ranges::fill(hits_.paths_, EventHits::Path());
    std::ranges::fill(hits_.slots_, EventHits::SlotMark());
    hits_.event_ = 1;
  }
  hits_.value_ = 0;
  hits_.has_unnamed_array_ = false;
  hits_.hits_.clear();
  hits_.touched_.clear();
  round_ = NextRound();
  Walk();
  return hits_;
}

const EventValues& EventReader::ReadValues() {
  recording_ = true;
  elements_.clear();
  values_.Clear(base_->paths_.size());
  Walk();
  recording_ = false;
  return values_;
}

void EventReader::Walk() {
  arrays_ = outermost_ = 0;
  Cursor::At at = cursor_.Start(text_, names_ == EventNames::kPlain);
  const std::size_t begin = cursor_.Next(&at);
  if (begin < text_.size() && text_[begin] == '{') ReadObject(at, PathTree::kRoot, 1, true);
}

std::uint32_t EventReader::NextRound() {
  if (round_ + 1 == 0) {
    fields_.assign(fields_.size(), FieldReader());
    return 1;
  }
  return round_ + 1;
}

Cursor::At EventReader::ReadObject(Cursor::At at, Node node, std::size_t depth, bool last) {
  const char* const text = text_.data();
  const std::size_t size = text_.size();
  const PathTree::Names names = base_->tree_.NamesBelow(node);
  std::size_t unseen = names_ == EventNames::kPlain ? names.count() : ~std::size_t{0};
  while (true) {
    const std::size_t colon = cursor_.Next(&at);
    if (colon >= size || text[colon] != ':') {
      closed_at_ = colon;
      return at;
    }
    const Place place = Below(at, node, names, colon);
    std::size_t value = colon + 1;
    while (value < size && static_cast<unsigned char>(text[value]) <= ' ') ++value;
    if (value >= size) continue;
    const char first = text[value];
    const bool is_nested = first == '{' || first == '[';
    if (is_nested) cursor_.Next(&at);
    if (place.leads_nowhere()) {
      if (is_nested) at = cursor_.SkipOut(at, 1, &closed_at_);
      continue;
    }
    --unseen;
    if (is_nested) {
      at = ReadNested(at, place, value, depth, last && unseen == 0);
    } else if (place.path != kNoPath) {
      if (first == '"') {
        ReadString(place.path, value + 1, cursor_.StringEnd(&at, value));
      } else {
        ReadScalar(place.path, value, cursor_.ScalarEnd(&at, value));
      }
    }
    if (unseen == 0) return last ? at : cursor_.SkipOut(at, 1, &closed_at_);
  }
}

inline EventReader::Place EventReader::Below(const Cursor::At& at, Node node,
                                             const PathTree::Names& names, std::size_t colon) {
  const char* const text = text_.data();
  std::size_t quote = colon - 1;
  while (quote > 0 && static_cast<unsigned char>(text[quote]) <= ' ') --quote;
  if (text[quote] != '"') return {};
  const auto begin = [&](std::size_t end) { return cursor_.StringBegin(at, end); };
  if (cursor_.saw_backslash() || text[quote - 1] == '"') {
    const std::size_t first = begin(quote);
    const std::string_view name(text + first, quote - first);
    if (name.empty() || name.find('\\') != std::string_view::npos) {
      return BelowUnusual(node, name);
    }
  }
  return names.FindEnding(text, quote, begin);
}

EventReader::Place EventReader::BelowUnusual(Node node, std::string_view name) {
  if (name.find('\\') != std::string_view::npos) {
    Unescape(name, &unescaped_);
    name = unescaped_;
  }
  Place place = base_->tree_.Find(node, name);
  // A path to what is below an empty name at the top does not show that name.
  if (name.empty() && node == PathTree::kRoot) place.below = PathTree::kRoot;
  return place;
}

Cursor::At EventReader::ReadNested(Cursor::At at, const Place& place, std::size_t begin,
                                   std::size_t depth, bool last) {
  if (depth < kMaxDepth) {
    if (text_[begin] == '[') return ReadArray(at, place, begin, depth + 1);
    if (place.below != PathTree::kNoNode) return ReadObject(at, place.below, depth + 1, last);
  }
  return cursor_.SkipOut(at, 1, &closed_at_);
}

Cursor::At EventReader::ReadArray(Cursor::At at, const Place& place, std::size_t begin,
                                  std::size_t depth) {
  if (place.below == PathTree::kRoot) hits_.has_unnamed_array_ = true;
  const std::uint32_t array = ++arrays_;
  std::uint32_t element = 0;
  std::size_t read = begin + 1;  // up to there
  while (true) {
    const std::size_t next = cursor_.Next(&at);
    if (place.path != kNoPath) ReadScalars(place.path, read, next);
    const char c = next < text_.size() ? text_[next] : ']';
    if (c != '{' && c != '[') {
      closed_at_ = next;
      return at;
    }
    // A scalar that stands in an array itself is in no element of it.
    const bool is_outermost = outermost_ == 0;
    if (is_outermost) outermost_ = array;
    if (recording_) elements_.emplace_back(array, ++element);
    at = ReadNested(at, place, next, depth, false);
    if (recording_) elements_.pop_back();
    if (is_outermost) outermost_ = 0;
    read = closed_at_ + 1;
  }
}

void EventReader::ReadString(PathId path, std::size_t begin, std::size_t end) {
  if (begin > end) return;
  FieldReader* const reader = BeginValue(path);
  const FieldIndex& index = *base_->paths_[path].index;
  if (!index.wants_strings()) return;
  std::string_view value = text_.substr(begin, end - begin);
  if (cursor_.saw_backslash() && value.find('\\') != std::string_view::npos) {
    Unescape(value, &unescaped_);
    value = unescaped_;
  }
  reader->ReadString(index, value, [&](Slot slot) { Hit(path, slot); });
}

void EventReader::ReadScalars(PathId path, std::size_t begin, std::size_t end) {
  const auto is_between = [this](std::size_t at) {
    return static_cast<unsigned char>(text_[at]) <= ' ' || text_[at] == ',';
  };
  while (true) {
    while (begin < end && is_between(begin)) ++begin;
    if (begin >= end) return;
    std::size_t after = begin + 1;
    if (text_[begin] == '"') {
      while (after < end && text_[after] != '"') after += text_[after] == '\\' ? 2 : 1;
      after = std::min(after, end);
      ReadString(path, begin + 1, after);
      begin = after + 1;
    } else {
      while (after < end && !is_between(after)) ++after;
      ReadScalar(path, begin, after);
      begin = after;
    }
  }
}

void EventReader::ReadScalar(PathId path, std::size_t begin, std::size_t end) {
  while (end > begin && static_cast<unsigned char>(text_[end - 1]) <= ' ') --end;
  if (begin >= end) return;
  const FieldIndex& index = *base_->paths_[path].index;
  const char first = text_[begin];
  if (first == '-' || (first >= '0' && first <= '9')) {
    FieldReader* const reader = BeginValue(path);
    if (!index.wants_numbers()) return;
    reader->ReadNumber(index, text_.data() + begin, text_.data() + end, round_,
                       [&](Slot slot) { Hit(path, slot); });
  } else if (first == 't' || first == 'f' || first == 'n') {
    BeginValue(path)->ReadLiteral(index, first, [&](Slot slot) { Hit(path, slot); });
  }
}

[[gnu::always_inline]] inline FieldReader* EventReader::BeginValue(PathId path) {
  if (recording_) {
    values_.AddValue(path, elements_);
    round_ = NextRound();
    return &fields_[path];
  }
  EventHits::Path& here = hits_.paths_[path];
  if (here.event != hits_.event_) {
    here = {hits_.event_, 0, outermost_, false, EventHits::kNoHit};
    hits_.touched_.push_back(path);
  } else if (here.array != outermost_) {
    here.several = true;
    if (here.array == 0) here.array = outermost_;
  }
  ++here.values;
  ++hits_.value_;
  return &fields_[path];
}

void EventReader::Hit(PathId path, Slot slot) {
  if (recording_) {
    values_.AddHit(slot);
    return;
  }
  EventHits::SlotMark& mark = hits_.slots_[slot];
  if (mark.event != hits_.event_) {
    mark = {hits_.event_, 0, 0};
    if (!base_->paths_[path].has_few_clauses() && !base_->slots_[slot].excludes) {
      EventHits::Path& here = hits_.paths_[path];
      hits_.hits_.push_back({slot, here.first_hit});
      here.first_hit = static_cast<std::uint32_t>(hits_.hits_.size() - 1);
    }
  }
  if (mark.last == hits_.value_) return;
  mark.last = hits_.value_;
  ++mark.values;
}

}  // namespace iatk::event_pattern
