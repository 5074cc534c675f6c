// The numeric ranges of a field, and which of them hold a number.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "iatk/lang/event_pattern/decimal.h"
#include "iatk/lang/event_pattern/slot_lists.h"
#include "iatk/lang/event_pattern/tests.h"
#include "iatk/lang/event_pattern/version.h"

namespace iatk::event_pattern {

class NumberRanges {
 public:
  void Add(const Range& range, Slot slot);
  void Remove(const Range& range, Slot slot);

  bool empty() const { return entries_.empty(); }
  /// Changes with every Add and Remove; no two objects ever have the same.
  std::uint64_t version() const { return version_; }
  std::size_t Bytes() const { return entries_.capacity() * sizeof(Entry); }

 private:
  friend class NumberRangesReader;
  struct Bound {
    bool finite = false;
    bool open = false;  // the bound itself is out
    Decimal value;
    friend bool operator==(const Bound&, const Bound&) = default;
  };
  struct Entry {
    Bound low;
    Bound high;
    Slot slot = 0;
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  static Entry EntryOf(const Range& range, Slot slot);

  std::vector<Entry> entries_;
  std::uint64_t version_ = NextVersion();
};

/// A tree over the parts into which the bounds cut the line of numbers; each range is at few of its
/// nodes, so a look-up costs the logarithm of the number of ranges. Each thread has its own.
class NumberRangesReader {
 public:
  /// A part of the line of numbers, in which all numbers are in the same ranges.
  using Part = std::size_t;
  static constexpr Part kSeveralParts = ~std::size_t{0};

  Part Find(const NumberRanges& ranges, const Decimal& number) {
    if (version_ != ranges.version()) Restart(ranges);
    return PartOf(number);
  }

  /// The part of all numbers of that sketch, or kSeveralParts.
  Part Find(const NumberRanges& ranges, NumberSketch sketch) {
    if (version_ != ranges.version()) Restart(ranges);
    constexpr std::size_t kFew = 16;
    std::size_t below = 0;
    if (sketches_.size() <= kFew) {
      for (const NumberSketch bound : sketches_) below += bound < sketch ? 1 : 0;
    } else {
      const auto bound = std::ranges::lower_bound(sketches_, sketch);
      below = static_cast<std::size_t>(bound - sketches_.begin());
    }
    return below < sketches_.size() && sketches_[below] == sketch ? kSeveralParts : below * 2;
  }

  /// Calls `visit(slot)` for each range that holds the part and was not visited since the last
  /// call with another `round`. `comparable()` is asked at most once, and only if it matters.
  template <class Comparable, class Visit>
  void Read(Part part, std::uint32_t round, Comparable comparable, Visit visit) {
    if (part == last_part_ && round == last_round_) return;
    bool asked = false;
    for (std::size_t node = part + parts_; node > 0; node /= 2) {
      Node& here = nodes_[node];
      // Whoever visited this node went on to all above it.
      if (here.round == round) break;
      if (here.begin == here.end) continue;
      if (!asked && !comparable()) return;
      asked = true;
      here.round = round;
      for (std::uint32_t i = here.begin; i < here.end; ++i) visit(slots_[i]);
    }
    last_part_ = part;
    last_round_ = round;
  }

  std::size_t Bytes() const {
    return bounds_.capacity() * sizeof(Decimal) + sketches_.capacity() * sizeof(NumberSketch) +
           nodes_.capacity() * sizeof(Node) + slots_.capacity() * sizeof(Slot);
  }

 private:
  struct Node {
    std::uint32_t begin = 0;  // in slots_
    std::uint32_t end = 0;
    std::uint32_t round = 0;
  };

  void Restart(const NumberRanges& ranges);
  Part PartOf(const Decimal& number) const;

  std::uint64_t version_ = 0;
  // Parts: below the first bound, the first bound itself, between it and the second, …
  std::vector<Decimal> bounds_;         // sorted
  std::vector<NumberSketch> sketches_;  // of the bounds
  std::size_t parts_ = 0;
  std::vector<Node> nodes_;  // 1 is the root, parts_ + i the leaf of part i
  std::vector<Slot> slots_;
  Part last_part_ = kSeveralParts;  // that was read in full, in this round:
  std::uint32_t last_round_ = 0;
};

}  // namespace iatk::event_pattern
