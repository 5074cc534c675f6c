#include "iatk/lang/event_pattern/number_ranges.h"

#include <algorithm>
#include <cmath>

namespace iatk::event_pattern {

NumberRanges::Entry NumberRanges::EntryOf(const Range& range, Slot slot) {
  const auto bound = [](double value, bool open) {
    Bound out;
    out.finite = std::isfinite(value);
    out.open = open;
    if (out.finite) out.value = DecimalOf(value);
    return out;
  };
  return {bound(range.low, range.low_open), bound(range.high, range.high_open), slot};
}

void NumberRanges::Add(const Range& range, Slot slot) {
  entries_.push_back(EntryOf(range, slot));
  version_ = NextVersion();
}

void NumberRanges::Remove(const Range& range, Slot slot) {
  const auto found = std::ranges::find(entries_, EntryOf(range, slot));
  if (found == entries_.end()) return;
  *found = entries_.back();
  entries_.pop_back();
  version_ = NextVersion();
}

NumberRangesReader::Part NumberRangesReader::PartOf(const Decimal& number) const {
  const auto found = std::ranges::lower_bound(bounds_, number);
  const auto below = static_cast<std::size_t>(found - bounds_.begin());
  return below * 2 + (found != bounds_.end() && *found == number ? 1 : 0);
}

void NumberRangesReader::Restart(const NumberRanges& ranges) {
  version_ = ranges.version();
  last_part_ = kSeveralParts;
  bounds_.clear();
  for (const NumberRanges::Entry& entry : ranges.entries_) {
    if (entry.low.finite) bounds_.push_back(entry.low.value);
    if (entry.high.finite) bounds_.push_back(entry.high.value);
  }
  std::ranges::sort(bounds_);
  const auto repeated = std::ranges::unique(bounds_);
  bounds_.erase(repeated.begin(), repeated.end());
  sketches_.clear();
  for (const Decimal& bound : bounds_) sketches_.push_back(SketchOf(bound));
  parts_ = bounds_.size() * 2 + 1;
  nodes_.assign(parts_ * 2, Node());

  // Calls `put(node)` for each of the nodes that together cover the parts of a range.
  const auto cover = [this](const NumberRanges::Entry& entry, auto put) {
    std::size_t first = entry.low.finite ? PartOf(entry.low.value) + (entry.low.open ? 1 : 0) : 0;
    std::size_t last =
        entry.high.finite ? PartOf(entry.high.value) + (entry.high.open ? 0 : 1) : parts_;
    for (first += parts_, last += parts_; first < last; first /= 2, last /= 2) {
      if (first % 2 == 1) put(nodes_[first++]);
      if (last % 2 == 1) put(nodes_[--last]);
    }
  };
  std::uint32_t total = 0;
  for (const NumberRanges::Entry& entry : ranges.entries_) {
    cover(entry, [](Node& node) { ++node.end; });
  }
  for (Node& node : nodes_) {
    const std::uint32_t count = node.end;
    node.begin = node.end = total;
    total += count;
  }
  slots_.resize(total);
  for (const NumberRanges::Entry& entry : ranges.entries_) {
    cover(entry, [&](Node& node) { slots_[node.end++] = entry.slot; });
  }
}

}  // namespace iatk::event_pattern
