// A hash table of entry numbers: its owner keeps the entries and compares them. Open addressing,
// 8 bytes a cell, deletion without tombstones.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace iatk::event_pattern {

inline std::uint64_t Mix(std::uint64_t a, std::uint64_t b) {
  a ^= 0x9E3779B97F4A7C15U;
  a *= b ^ 0xD6E8FEB86659FD93U;
  return a ^ (a >> 32U);
}

/// A fast hash of short strings.
inline std::uint32_t HashOf(std::string_view text) {
  const char* at = text.data();
  std::size_t left = text.size();
  std::uint64_t hash = left;
  std::uint64_t word = 0;
  while (left >= 8) {
    std::memcpy(&word, at, 8);
    hash = Mix(hash, word);
    at += 8;
    left -= 8;
  }
  if (left >= 4) {
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    std::memcpy(&low, at, 4);
    std::memcpy(&high, at + left - 4, 4);
    hash = Mix(hash, std::uint64_t{high} << 32U | low);
  } else if (left > 0) {
    const auto byte = [at](std::size_t i) {
      return static_cast<std::uint64_t>(static_cast<unsigned char>(at[i]));
    };
    hash = Mix(hash, byte(0) << 16U | byte(left / 2) << 8U | byte(left - 1));
  }
  return static_cast<std::uint32_t>(hash ^ (hash >> 29U));
}

inline std::uint32_t HashOf(std::uint64_t a, std::uint64_t b) {
  const std::uint64_t hash = Mix(Mix(a, 1), b);
  return static_cast<std::uint32_t>(hash ^ (hash >> 29U));
}

class HashIndex {
 public:
  static constexpr std::uint32_t kNone = ~0U;

  /// The entry of that hash for which `equal(entry)` holds, or kNone.
  template <class Equal>
  std::uint32_t Find(std::uint32_t hash, Equal equal) const {
    if (size_ == 0) return kNone;
    for (std::size_t i = hash & mask_;; i = (i + 1) & mask_) {
      const Cell& cell = cells_[i];
      if (cell.entry == kNone) return kNone;
      if (cell.hash == hash && equal(cell.entry)) return cell.entry;
    }
  }

  /// Adds an entry that is not there.
  void Insert(std::uint32_t hash, std::uint32_t entry) {
    if ((size_ + 1) * 4 > cells_.size() * 3) Grow();
    Place({hash, entry});
    ++size_;
  }

  /// Takes out an entry that is there.
  void Erase(std::uint32_t hash, std::uint32_t entry) {
    std::size_t hole = hash & mask_;
    while (cells_[hole].entry != entry) hole = (hole + 1) & mask_;
    for (std::size_t i = (hole + 1) & mask_; cells_[i].entry != kNone; i = (i + 1) & mask_) {
      // A cell may move back to the hole unless its own place lies behind the hole.
      if (((i - cells_[i].hash) & mask_) < ((i - hole) & mask_)) continue;
      cells_[hole] = cells_[i];
      hole = i;
    }
    cells_[hole] = Cell();
    --size_;
  }

  std::size_t size() const { return size_; }
  void Clear() {
    cells_.clear();
    mask_ = 0;
    size_ = 0;
  }
  std::size_t Bytes() const { return cells_.capacity() * sizeof(Cell); }

 private:
  struct Cell {
    std::uint32_t hash = 0;
    std::uint32_t entry = kNone;
  };

  void Place(Cell cell) {
    std::size_t i = cell.hash & mask_;
    while (cells_[i].entry != kNone) i = (i + 1) & mask_;
    cells_[i] = cell;
  }

  void Grow() {
    std::vector<Cell> old = std::move(cells_);
    cells_.assign(old.empty() ? 8 : old.size() * 2, Cell());
    mask_ = cells_.size() - 1;
    for (const Cell& cell : old) {
      if (cell.entry != kNone) Place(cell);
    }
  }

  std::vector<Cell> cells_;
  std::size_t mask_ = 0;
  std::size_t size_ = 0;
};

}  // namespace iatk::event_pattern
