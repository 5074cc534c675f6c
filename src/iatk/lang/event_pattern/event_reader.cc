#include "iatk/lang/event_pattern/event_reader.h"

#include <algorithm>

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

const EventHits& EventReader::Read(const RuleBase& base, std::string_view text) {
  base_ = &base;
  text_ = text;
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
  hits_.hits_.clear();
  hits_.touched_.clear();
  round_ = NextRound();
  Start(text);
  return hits_;
}

const EventValues& EventReader::ReadValues() {
  recording_ = true;
  elements_.clear();
  values_.Clear(base_->paths_.size());
  Start(text_);
  recording_ = false;
  return values_;
}

void EventReader::Start(std::string_view text) {
  arrays_ = outermost_ = 0;
  cursor_.Start(text);
  at_ = cursor_.Next();
  if (Here() == '{') ReadObject(PathTree::kRoot, 1);
}

std::uint32_t EventReader::NextRound() {
  if (round_ + 1 == 0) {
    fields_.assign(fields_.size(), FieldReader());
    return 1;
  }
  return round_ + 1;
}

// Its bracket has been taken.
void EventReader::ReadObject(Node node, std::size_t depth) {
  while (true) {
    const std::size_t begin = cursor_.Next();
    if (begin >= text_.size() || text_[begin] != '"') {
      at_ = begin + 1;
      return;
    }
    const std::size_t end = cursor_.Next();
    at_ = end + 1;
    SkipSpace();
    if (Here() != ':') {
      at_ = text_.size();
      return;
    }
    ++at_;
    SkipSpace();
    ReadValue(Below(node, begin + 1, end), depth);
  }
}

EventReader::Node EventReader::Descend(Node node, std::string_view name) const {
  const PathTree& tree = base_->tree_;
  while (node != PathTree::kNoNode) {
    const std::size_t dot = name.find('.');
    const std::string_view first = name.substr(0, dot);
    node = tree.Find(node, first.data(), first.size(), name.data() + name.size());
    if (dot == std::string_view::npos) break;
    name.remove_prefix(dot + 1);
  }
  return node;
}

EventReader::Place EventReader::Below(Node node, std::size_t begin, std::size_t end) {
  if (node == PathTree::kNoNode) return {};
  const PathTree& tree = base_->tree_;
  std::string_view name = text_.substr(begin, end - begin);
  if (!name.empty() && name.front() != '\\' && !tree.MayBegin(node, name.front())) return {};
  if (cursor_.saw_backslash() && name.find('\\') != std::string_view::npos) {
    Unescape(name, &unescaped_);
    const Node child = Descend(node, unescaped_);
    return {child, child};
  }
  Node child = tree.Find(node, name.data(), name.size(), text_.data() + text_.size());
  // A name with dots is a path of its own.
  if (child == PathTree::kNoNode && name.find('.') != std::string_view::npos) {
    child = Descend(node, name);
  }
  if (name.empty() && node == PathTree::kRoot) return {child, PathTree::kRoot};
  return {child, child};
}

void EventReader::ReadValue(const Place& place, std::size_t depth) {
  switch (Here()) {
    case '"':
      ReadString(place.scalars);
      return;
    case '{':
      cursor_.Next();
      if (place.objects == PathTree::kNoNode || depth >= kMaxDepth ||
          base_->tree_.ChildCount(place.objects) == 0) {
        at_ = cursor_.SkipOut(1) + 1;
      } else {
        ReadObject(place.objects, depth + 1);
      }
      return;
    case '[':
      cursor_.Next();
      if ((place.scalars == PathTree::kNoNode && place.objects == PathTree::kNoNode) ||
          depth >= kMaxDepth) {
        at_ = cursor_.SkipOut(1) + 1;
      } else {
        ReadArray(place, depth + 1);
      }
      return;
    default:
      ReadScalar(place.scalars);
  }
}

// Its bracket has been taken, and at_ is there.
void EventReader::ReadArray(const Place& place, std::size_t depth) {
  const std::uint32_t array = ++arrays_;
  std::uint32_t element = 0;
  ++at_;
  while (true) {
    SkipSpace();
    const char c = Here();
    if (c == ',') {
      ++at_;
    } else if (c == ']' || c == '}' || at_ >= text_.size()) {
      if (at_ < text_.size()) cursor_.Next();
      ++at_;
      return;
    } else if (c == '{' || c == '[') {
      // A scalar that stands in an array itself is in no element of it.
      const bool is_outermost = outermost_ == 0;
      if (is_outermost) outermost_ = array;
      if (recording_) elements_.emplace_back(array, ++element);
      ReadValue(place, depth);
      if (recording_) elements_.pop_back();
      if (is_outermost) outermost_ = 0;
    } else {
      const std::size_t before = at_;
      ReadValue(place, depth);
      if (at_ == before) {
        at_ = text_.size();  // no JSON
        return;
      }
    }
  }
}

void EventReader::ReadString(Node node) {
  const std::size_t begin = cursor_.Next() + 1;
  const std::size_t end = cursor_.Next();
  at_ = end + 1;
  if (node == PathTree::kNoNode || end > text_.size() || begin > end) return;
  const PathId path = base_->tree_.PathOf(node);
  if (path == kNoPath) return;
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

void EventReader::ReadScalar(Node node) {
  const char* const begin = text_.data() + at_;
  const char* const end = text_.data() + text_.size();
  const char first = Here();
  const PathId path = node == PathTree::kNoNode ? kNoPath : base_->tree_.PathOf(node);
  if (path == kNoPath) {
    // Up to what ends it; quotes and brackets of other text are not passed over.
    while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '}' && text_[at_] != ']' &&
           text_[at_] != '"' && static_cast<unsigned char>(text_[at_]) > ' ') {
      ++at_;
    }
    return;
  }
  const FieldIndex& index = *base_->paths_[path].index;
  if (first == 't' || first == 'f' || first == 'n') {
    at_ = std::min(at_ + (first == 'f' ? 5U : 4U), text_.size());
    BeginValue(path)->ReadLiteral(index, first, [&](Slot slot) { Hit(path, slot); });
    return;
  }
  if (first != '-' && (first < '0' || first > '9')) return;
  const char* after = nullptr;
  if (index.wants_numbers()) {
    FieldReader* const reader = BeginValue(path);
    after = reader->ReadNumber(index, begin, end, round_, [&](Slot slot) { Hit(path, slot); });
  } else {
    BeginValue(path);
    after = begin;
    while (after < end && (*after == '-' || *after == '+' || *after == '.' ||
                           (*after >= '0' && *after <= '9') || (*after | 0x20) == 'e')) {
      ++after;
    }
  }
  at_ = static_cast<std::size_t>(after - text_.data());
}

FieldReader* EventReader::BeginValue(PathId path) {
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
    if (!base_->slots_[slot].excludes) {
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
