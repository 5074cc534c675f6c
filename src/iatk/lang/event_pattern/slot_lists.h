// What a value's reading leads to: lists of slots, all in one pool, and tables from keys to them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/lang/event_pattern/hash_index.h"

namespace iatk::event_pattern {

/// A slot is a test of a field that a value may hit: the plain tests of a field share one, each of
/// its anything-but tests has its own (rule_base.h).
using Slot = std::uint32_t;

class SlotLists {
 public:
  /// The head of an empty list.
  static constexpr std::uint32_t kEmpty = ~0U;

  void Add(std::uint32_t* head, Slot slot) {
    std::uint32_t at = free_;
    if (at == kEmpty) {
      at = static_cast<std::uint32_t>(links_.size());
      links_.emplace_back();
    } else {
      free_ = links_[at].next;
    }
    links_[at] = {slot, *head};
    *head = at;
  }

  /// Takes one occurrence of `slot` out, if there is one.
  void Remove(std::uint32_t* head, Slot slot) {
    for (std::uint32_t* link = head; *link != kEmpty; link = &links_[*link].next) {
      if (links_[*link].slot != slot) continue;
      const std::uint32_t gone = *link;
      *link = links_[gone].next;
      links_[gone].next = free_;
      free_ = gone;
      return;
    }
  }

  template <class Visit>
  void ForEach(std::uint32_t head, Visit visit) const {
    for (; head != kEmpty; head = links_[head].next) visit(links_[head].slot);
  }

  std::size_t Bytes() const { return links_.capacity() * sizeof(Link); }

 private:
  struct Link {
    Slot slot = 0;
    std::uint32_t next = kEmpty;
  };
  std::vector<Link> links_;
  std::uint32_t free_ = kEmpty;
};

/// From strings to lists of slots.
class SlotTable {
  struct Entry {
    std::string key;
    std::uint32_t head = SlotLists::kEmpty;
  };

  auto EqualTo(std::string_view key) const {
    return [this, key](std::uint32_t entry) { return entries_[entry].key == key; };
  }

 public:
  void Add(std::string_view key, Slot slot, SlotLists* lists) {
    const std::uint32_t hash = HashOf(key);
    std::uint32_t entry = index_.Find(hash, EqualTo(key));
    if (entry == HashIndex::kNone) {
      if (free_.empty()) {
        entry = static_cast<std::uint32_t>(entries_.size());
        entries_.emplace_back();
      } else {
        entry = free_.back();
        free_.pop_back();
      }
      entries_[entry] = {std::string(key), SlotLists::kEmpty};
      index_.Insert(hash, entry);
    }
    lists->Add(&entries_[entry].head, slot);
  }

  void Remove(std::string_view key, Slot slot, SlotLists* lists) {
    const std::uint32_t hash = HashOf(key);
    const std::uint32_t entry = index_.Find(hash, EqualTo(key));
    if (entry == HashIndex::kNone) return;
    lists->Remove(&entries_[entry].head, slot);
    if (entries_[entry].head != SlotLists::kEmpty) return;
    index_.Erase(hash, entry);
    entries_[entry].key.clear();
    free_.push_back(entry);
  }

  /// The head of the key's list.
  std::uint32_t Find(std::string_view key) const {
    const std::uint32_t entry = index_.Find(HashOf(key), EqualTo(key));
    return entry == HashIndex::kNone ? SlotLists::kEmpty : entries_[entry].head;
  }

  bool empty() const { return index_.size() == 0; }
  std::size_t Bytes() const {
    std::size_t bytes = index_.Bytes() + entries_.capacity() * sizeof(Entry) + free_.capacity() * 4;
    for (const Entry& entry : entries_) {
      if (entry.key.capacity() > 15) bytes += entry.key.capacity() + 1;
    }
    return bytes;
  }

 private:
  HashIndex index_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> free_;
};

}  // namespace iatk::event_pattern
