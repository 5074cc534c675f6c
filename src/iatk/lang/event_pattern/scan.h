// Where the quotes and brackets of JSON text are, 64 bytes at a time, with the widest vector
// instructions of the machine the program runs on (AVX-512, AVX2, SSE2; NEON).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace iatk::event_pattern {

/// One bit for each byte of a block, the first byte's lowest.
struct BlockMasks {
  std::uint64_t quotes = 0;  ///< those that begin and end strings
  std::uint64_t opens = 0;   ///< { and [ outside strings
  std::uint64_t closes = 0;  ///< } and ] outside strings
  std::uint8_t open_count = 0;
  std::uint8_t close_count = 0;
};

/// What a block leaves to the next.
struct ScanCarry {
  std::uint64_t in_string = 0;  ///< all ones inside a string
  std::uint64_t escaped = 0;    ///< 1 if the next byte is behind a backslash
  bool backslash = false;       ///< whether there was any backslash yet
};

/// Reads `blocks` blocks of 64 bytes.
using ScanFunction = void (*)(const char* text, std::size_t blocks, ScanCarry* carry,
                              BlockMasks* masks);

/// The fastest for this machine.
ScanFunction BestScan();

/// All that this machine can run, the portable one first; for tests.
std::size_t AllScans(ScanFunction* scans, std::size_t capacity);

/// Walks over the quotes and brackets of a text, reading no further ahead than some blocks. The
/// text should be JSON; of other text the walk makes no sense, but never leaves its bounds.
class Cursor {
 public:
  Cursor() : scan_(BestScan()) {}

  void Start(std::string_view text) {
    text_ = text;
    carry_ = {};
    next_ = base_ = 0;
    filled_ = block_ = 0;
    tokens_ = 0;
  }

  /// The place of the next quote or bracket; the text's size if there is none.
  std::size_t Next() {
    while (tokens_ == 0) {
      if (!NextBlock()) return text_.size();
    }
    const auto bit = static_cast<std::size_t>(std::countr_zero(tokens_));
    tokens_ &= tokens_ - 1;
    return base_ + bit;
  }

  /// Goes behind the bracket that closes the `depth`th enclosing array or object; returns the
  /// bracket's place, or the text's size if there is none.
  std::size_t SkipOut(std::size_t depth) {
    // `tokens_` holds the bits that are left of the block.
    std::uint64_t opens = filled_ == 0 ? 0 : masks_[block_].opens & tokens_;
    std::uint64_t closes = filled_ == 0 ? 0 : masks_[block_].closes & tokens_;
    auto open_count = static_cast<std::size_t>(std::popcount(opens));
    auto close_count = static_cast<std::size_t>(std::popcount(closes));
    while (true) {
      if (close_count < depth) {
        depth += open_count - close_count;
      } else {
        std::uint64_t brackets = opens | closes;
        while (brackets != 0) {
          const std::uint64_t lowest = brackets & (~brackets + 1);
          depth += (opens & lowest) != 0 ? 1U : ~std::size_t{0};
          if (depth == 0) {
            tokens_ &= ~(lowest | (lowest - 1));
            return base_ + static_cast<std::size_t>(std::countr_zero(lowest));
          }
          brackets ^= lowest;
        }
      }
      if (!NextBlock()) {
        tokens_ = 0;
        return text_.size();
      }
      opens = masks_[block_].opens;
      closes = masks_[block_].closes;
      open_count = masks_[block_].open_count;
      close_count = masks_[block_].close_count;
    }
  }

  /// Whether the text has had a backslash in what was read of it.
  bool saw_backslash() const { return carry_.backslash; }

 private:
  static constexpr std::size_t kBlock = 64;
  static constexpr std::size_t kAhead = 8;

  bool NextBlock() {
    if (++block_ >= filled_ && !Fill()) return false;
    if (block_ > 0) base_ += kBlock;
    const BlockMasks& masks = masks_[block_];
    tokens_ = masks.quotes | masks.opens | masks.closes;
    return true;
  }

  bool Fill() {
    const std::size_t left = text_.size() - next_;
    block_ = 0;
    if (left == 0) {
      filled_ = 0;
      masks_[0] = {};
      return false;
    }
    base_ = next_;
    if (left >= kBlock) {
      filled_ = left / kBlock < kAhead ? left / kBlock : kAhead;
      scan_(text_.data() + next_, filled_, &carry_, masks_);
      next_ += filled_ * kBlock;
      return true;
    }
    char padded[kBlock];
    std::memset(padded, ' ', kBlock);
    std::memcpy(padded, text_.data() + next_, left);
    scan_(padded, 1, &carry_, masks_);
    filled_ = 1;
    next_ += left;
    return true;
  }

  std::string_view text_;
  std::uint64_t tokens_ = 0;
  std::size_t base_ = 0;    // of the block of `tokens_`
  std::size_t block_ = 0;   // the block of `tokens_` in `masks_`
  std::size_t filled_ = 0;  // blocks in `masks_`
  std::size_t next_ = 0;    // where to read on
  ScanFunction scan_;
  ScanCarry carry_;
  BlockMasks masks_[kAhead];
};

}  // namespace iatk::event_pattern
