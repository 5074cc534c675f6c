// All tests that the rules of a set make on one field, and which of them a value hits.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/lang/event_pattern/automaton.h"
#include "iatk/lang/event_pattern/number_ranges.h"
#include "iatk/lang/event_pattern/slot_lists.h"
#include "iatk/lang/event_pattern/tests.h"

namespace iatk::event_pattern {

/// The tests of one field. Of the anything-but tests it holds what they exclude. kExists and
/// kNotExists are not its business: they ask for no value in particular.
class FieldIndex {
 public:
  /// A value that `test` speaks of hits the slot.
  void Add(const Test& test, Slot slot);
  void Remove(const Test& test, Slot slot);

  bool wants_strings() const {
    return !strings_.empty() || !automaton_.empty() || !blocks_.empty();
  }
  bool wants_numbers() const {
    return !numbers_.empty() || !number_texts_.empty() || !ranges_.empty();
  }
  std::size_t Bytes() const;

 private:
  friend class FieldReader;

  struct FormPattern {
    std::string text;
    Automaton::Form form;
    Slot slot = 0;
    Automaton::Place place = 0;
  };
  struct BlockSize {
    bool v4 = false;
    int bits = 0;  // kWhole for a single address
    std::size_t count = 0;
  };
  static constexpr int kWhole = 255;

  void Change(const Test& test, Slot slot, bool add);
  void ChangeScalar(const Scalar& scalar, Slot slot, bool add);
  void ChangeBlock(const Address& address, int bits, Slot slot, bool add);
  void ChangeForm(std::string_view text, Automaton::Form form, Slot slot, bool add);
  static std::string BlockKey(const Address& address, bool v4, int bits);
  static std::string_view NumberKey(const Decimal& number, char* buffer);

  SlotLists lists_;
  SlotTable strings_;
  SlotTable numbers_;       // by NumberKey
  SlotTable number_texts_;  // of numbers that don't compare by value
  SlotTable blocks_;        // addresses and blocks of them, by BlockKey
  std::vector<BlockSize> block_sizes_;
  std::uint32_t true_ = SlotLists::kEmpty;
  std::uint32_t false_ = SlotLists::kEmpty;
  std::uint32_t null_ = SlotLists::kEmpty;
  NumberRanges ranges_;
  Automaton automaton_;
  std::vector<FormPattern> forms_;  // those of automaton_
};

/// What a thread needs to read values against a FieldIndex.
class FieldReader {
 public:
  /// Calls `hit(slot)` for each hit of the string; a slot may be hit several times.
  template <class Hit>
  void ReadString(const FieldIndex& index, std::string_view value, Hit hit) {
    if (!index.strings_.empty()) index.lists_.ForEach(index.strings_.Find(value), hit);
    if (!index.automaton_.empty()) {
      for (const Slot slot : automaton_.Read(index.automaton_, value)) hit(slot);
    }
    if (!index.blocks_.empty()) {
      FindBlocks(index, value);
      for (const std::uint32_t head : heads_) index.lists_.ForEach(head, hit);
    }
  }

  /// Reads the number [begin, end). Of ranges, each is hit once a round.
  template <class Hit>
  void ReadNumber(const FieldIndex& index, const char* begin, const char* end, std::uint32_t round,
                  Hit hit) {
    if (index.numbers_.empty() && index.number_texts_.empty()) {
      const NumberSketch sketch = SketchNumber(begin, end);
      const auto part = sketch == kNoSketch ? NumberRangesReader::kSeveralParts
                                            : ranges_.Find(index.ranges_, sketch);
      if (part != NumberRangesReader::kSeveralParts) {
        const auto comparable = [&] {
          return IsComparable(event_pattern::ReadNumber(begin, end), begin);
        };
        ranges_.Read(part, round, comparable, hit);
        return;
      }
    }
    const NumberReading number = event_pattern::ReadNumber(begin, end);
    if (number.exact) {
      // A decimal that equals a comparable one is comparable itself.
      if (!index.numbers_.empty()) {
        char buffer[16];
        index.lists_.ForEach(index.numbers_.Find(FieldIndex::NumberKey(number.value, buffer)), hit);
      }
      if (!index.ranges_.empty()) {
        ranges_.Read(
            ranges_.Find(index.ranges_, number.value), round,
            [&] { return IsComparable(number, begin); }, hit);
      }
    }
    if (!index.number_texts_.empty()) {
      const std::string_view text(begin, static_cast<std::size_t>(number.end - begin));
      index.lists_.ForEach(index.number_texts_.Find(text), hit);
    }
  }

  template <class Hit>
  void ReadLiteral(const FieldIndex& index, char first, Hit hit) {
    index.lists_.ForEach(first == 't'   ? index.true_
                         : first == 'f' ? index.false_
                                        : index.null_,
                         hit);
  }

  std::size_t Bytes() const { return automaton_.Bytes() + ranges_.Bytes(); }

 private:
  void FindBlocks(const FieldIndex& index, std::string_view value);

  AutomatonReader automaton_;
  NumberRangesReader ranges_;
  std::vector<std::uint32_t> heads_;
};

}  // namespace iatk::event_pattern
