// One automaton for all the string patterns of a field: prefixes, suffixes, wildcards, and strings
// without case. It is read as a deterministic one that is made while values are read, as far as the
// values need it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/lang/event_pattern/hash_index.h"
#include "iatk/lang/event_pattern/slot_lists.h"
#include "iatk/lang/event_pattern/version.h"

namespace iatk::event_pattern {

/// The patterns, as places that a value's bytes lead to. Patterns that begin alike share places.
class Automaton {
 public:
  using Place = std::uint32_t;

  /// How a pattern's text is meant.
  struct Form {
    bool any_before = false;   ///< a suffix
    bool any_after = false;    ///< a prefix
    bool ignore_case = false;  ///< each character stands for both its cases
    bool stars = false;        ///< * is any run of bytes, \ takes the next byte as it is
    friend bool operator==(const Form&, const Form&) = default;
  };

  Automaton();

  /// A value that fits the pattern hits the slot. Returns the place to remove it by.
  Place Add(std::string_view text, const Form& form, Slot slot);
  void Remove(Place end, Slot slot);
  /// Takes out all patterns.
  void Clear();

  /// Changes with every Add, Remove and Clear; no two objects ever have the same.
  std::uint64_t version() const { return version_; }
  bool empty() const { return patterns_ == 0; }
  /// How many places no pattern leads through any more, roughly: those of removed patterns.
  std::size_t removed() const { return removed_; }
  std::size_t patterns() const { return patterns_; }
  std::size_t Bytes() const;

 private:
  friend class AutomatonReader;

  enum class EdgeKind : std::uint8_t {
    kByte,    // shared by all patterns with this byte here
    kFolded,  // shared by all with this ASCII letter here that ignore case
    kOwn,     // of one pattern: a character whose cases have several bytes
  };
  struct Edge {
    unsigned char byte = 0;
    EdgeKind kind = EdgeKind::kByte;
    Place to = 0;
  };
  struct Node {
    std::vector<Edge> edges;
    Place star = 0;     // the place behind a * that comes here, if there is one
    bool loop = false;  // any byte leads back here
    std::uint32_t hits = SlotLists::kEmpty;  // of values that end here
  };

  Place NewNode();
  Place AddByte(Place from, unsigned char byte);
  Place AddStar(Place from);
  Place AddFolded(Place from, const std::string& lower, const std::string& upper);

  std::vector<Node> nodes_;  // the first is where values begin
  SlotLists lists_;
  std::array<bool, 256> used_{};  // bytes that some edge has
  std::size_t patterns_ = 0;
  std::size_t removed_ = 0;
  std::uint64_t version_ = 0;
};

/// Reads values. Each thread has its own: it keeps the sets of places that values led to, up to a
/// bound; past it, reading goes on without keeping. Allocates only when it meets a new set.
class AutomatonReader {
 public:
  /// The slots that the value hits; valid to the next call. A slot may be there several times.
  std::span<const Slot> Read(const Automaton& automaton, std::string_view value);

  std::size_t Bytes() const;

 private:
  using Place = Automaton::Place;
  // Steps that are no rows:
  static constexpr std::uint32_t kUnknown = 0;
  static constexpr std::uint32_t kDead = 1;             // nothing can fit any more
  static constexpr std::uint32_t kSettled = 1U << 31U;  // a mark: what follows changes nothing
  static constexpr std::size_t kMaxStates = 4096;

  struct State {
    std::uint32_t places_begin = 0;  // in places_
    std::uint32_t places_end = 0;
    std::uint32_t hits_begin = 0;  // in hits_
    std::uint32_t hits_end = 0;
  };

  void Restart(const Automaton& automaton);
  std::uint32_t RowOf(const Automaton& automaton);  // of set_, with its mark
  std::uint32_t Step(const Automaton& automaton, std::uint32_t row, unsigned char byte);
  void Reach(const Automaton& automaton, Place place);  // into set_
  std::span<const Slot> ReadUnkept(const Automaton& automaton, std::uint32_t row,
                                   std::string_view rest);
  std::span<const Slot> HitsOf(std::uint32_t row) const;
  const State& StateOf(std::uint32_t row) const { return states_[row >> row_bits_]; }

  std::uint64_t version_ = 0;
  std::array<std::uint8_t, 256> classes_{};
  std::uint32_t row_bits_ = 0;
  std::uint32_t start_ = 0;
  // [row][class]; the row of a state is its number times 2 to the row_bits_, and leads to rows.
  std::vector<std::uint32_t> steps_;
  std::vector<State> states_;
  std::vector<Place> places_;
  std::vector<Slot> hits_;
  HashIndex index_;
  std::vector<Place> set_;
  std::vector<Place> other_set_;
  std::vector<Slot> unkept_hits_;
};

}  // namespace iatk::event_pattern
