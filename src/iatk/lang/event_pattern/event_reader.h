// One pass over an event's JSON text: which tests its values hit. A second one tells, where that
// matters, in which array elements.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/lang/event_pattern/event_names.h"
#include "iatk/lang/event_pattern/event_values.h"
#include "iatk/lang/event_pattern/field_index.h"
#include "iatk/lang/event_pattern/rule_base.h"
#include "iatk/lang/event_pattern/scan.h"

namespace iatk::event_pattern {

/// What an event's values hit, by path and by slot. Lives as long as its reader and is used again
/// for each event: a number that counts events tells the marks of this one from older ones.
class EventHits {
 public:
  struct Path {
    std::uint32_t event = 0;   // which event the rest is of
    std::uint32_t values = 0;  // how many scalars are at the path
    std::uint32_t array = 0;   // the outermost array whose elements hold them; 0: none
    bool several = false;      // they are in several such arrays, or some are in none
    std::uint32_t first_hit = kNoHit;
  };
  struct SlotMark {
    std::uint32_t event = 0;
    std::uint32_t values = 0;  // how many values hit it
    std::uint32_t last = 0;    // the last of them
  };
  struct Hit {
    Slot slot = 0;
    std::uint32_t next = kNoHit;  // of the same path
  };
  static constexpr std::uint32_t kNoHit = ~0U;

  /// The marks of all slots; those of another event are not hit by this one.
  const SlotMark* slots() const { return slots_.data(); }
  const Path* At(PathId path) const {
    return paths_[path].event == event_ ? &paths_[path] : nullptr;
  }
  /// How many values hit the slot.
  std::uint32_t Count(Slot slot) const {
    return slots_[slot].event == event_ ? slots_[slot].values : 0;
  }
  const std::vector<PathId>& touched() const { return touched_; }
  const Hit& hit(std::uint32_t number) const { return hits_[number]; }
  std::uint32_t event() const { return event_; }
  /// Whether there is an array under an empty name at the top. A path does not show that name, so
  /// that all paths may lie in that array.
  bool has_unnamed_array() const { return has_unnamed_array_; }

 private:
  friend class EventReader;
  std::uint32_t event_ = 0;
  std::uint32_t value_ = 0;
  bool has_unnamed_array_ = false;
  std::vector<Path> paths_;
  std::vector<SlotMark> slots_;
  std::vector<Hit> hits_;  // of the plain slots, for paths with many clauses
  std::vector<PathId> touched_;
};

/// Reads events against a rule base: visits the fields that some rule tests and skips all else by
/// its brackets and colons; of an event of plain names, also all that is behind the last of these
/// fields. The text should be a JSON object; of other text what is hit makes no sense, but reading
/// never leaves its bounds. At most kMaxDepth levels are entered.
///
/// Allocates only to grow with the rule base, and for values it has not seen the like of.
class EventReader {
 public:
  static constexpr std::size_t kMaxDepth = 512;

  /// Valid until the next call.
  const EventHits& Read(const RuleBase& base, std::string_view text, EventNames names);

  /// The values of the event that was read last, with their array elements. Valid until the next
  /// call.
  const EventValues& ReadValues();

 private:
  using Node = PathTree::Node;
  using Place = PathTree::Place;

  void Walk();
  // The following read what stands behind a bracket, and go on behind the one that closes it, which
  // is then at `closed_at_`. Behind what is `last` nothing matters: of it, no more is read than
  // matters.
  Cursor::At ReadObject(Cursor::At at, Node node, std::size_t depth, bool last);
  Cursor::At ReadArray(Cursor::At at, const Place& place, std::size_t begin, std::size_t depth);
  Cursor::At ReadNested(Cursor::At at, const Place& place, std::size_t begin, std::size_t depth,
                        bool last);
  // [begin, end) is the content of a string, without its quotes.
  void ReadString(PathId path, std::size_t begin, std::size_t end);
  // A scalar that is no string.
  void ReadScalar(PathId path, std::size_t begin, std::size_t end);
  // All scalars in a part of an array.
  void ReadScalars(PathId path, std::size_t begin, std::size_t end);

  // Where the name leads that ends before the colon.
  Place Below(const Cursor::At& at, Node node, const PathTree::Names& names, std::size_t colon);
  Place BelowUnusual(Node node, std::string_view name);

  // Notes a value at the path.
  FieldReader* BeginValue(PathId path);
  void Hit(PathId path, Slot slot);
  // Another for each time that ranges may be hit anew.
  std::uint32_t NextRound();

  const RuleBase* base_ = nullptr;
  std::string_view text_;
  EventNames names_ = EventNames::kAny;
  Cursor cursor_;
  std::size_t closed_at_ = 0;
  std::uint32_t arrays_ = 0;
  std::uint32_t outermost_ = 0;  // the array in whose element this is; 0: in none
  std::uint32_t round_ = 0;
  std::string unescaped_;
  EventHits hits_;
  std::vector<FieldReader> fields_;  // by path
  bool recording_ = false;           // into what follows, instead of hits_
  EventValues values_;
  std::vector<ArrayElement> elements_;  // that this is in
};

}  // namespace iatk::event_pattern
