// Where the structure of JSON text is, 64 bytes at a time, with the widest vector
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
  std::uint64_t colons = 0;  ///< outside strings
  std::uint64_t commas = 0;  ///< outside strings
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

/// The place behind the quote that begins the string which ends with the quote at `end`.
std::size_t FindStringBegin(std::string_view text, std::size_t end);

/// Walks over the brackets and colons of a text, its tokens, reading no further ahead than some
/// blocks. The text should be JSON; of other text the walk makes no sense, but never leaves its
/// bounds.
///
/// Where the walk has come to is a value of its own, `At`, which its caller keeps in registers.
/// There is one walk at a time: of several copies, only the latest goes on.
class Cursor {
 public:
  struct At {
    std::uint64_t tokens = 0;  // that are left of the block
    std::size_t base = 0;      // of the block
  };

  Cursor() : scan_(BestScan()) {}

  /// With `soon`, the walk may end long before the text does.
  At Start(std::string_view text, bool soon) {
    text_ = text;
    ahead_ = soon ? kAheadAtFirst : kAhead;
    carry_ = {};
    next_ = 0;
    filled_ = block_ = 0;
    masks_[0] = {};
    // The next blocks' memory is on its way while the first is read.
    Prefetch(text);
    return {};
  }

  /// Has the memory of a text's first blocks brought to the processor, and does not wait for it.
  static void Prefetch(std::string_view text) {
    for (std::size_t i = 0; i < kAhead * kBlock && i < text.size(); i += kBlock) {
      __builtin_prefetch(text.data() + i);
    }
  }

  /// Goes behind the next token and returns its place; the text's size if there is none.
  [[gnu::always_inline]] std::size_t Next(At* at) {
    while (at->tokens == 0) *at = NextBlock();
    const auto bit = static_cast<std::size_t>(std::countr_zero(at->tokens));
    at->tokens &= at->tokens - 1;
    return at->base + bit;
  }

  /// The place of the quote that ends the string which begins with the quote at `begin`; the text's
  /// size if there is none. The walk must be between the token before that string and the next.
  [[gnu::always_inline]] std::size_t StringEnd(At* at, std::size_t begin) {
    return FirstFrom(at, begin + 1, [](const BlockMasks& masks) { return masks.quotes; });
  }

  /// The place behind the quote that begins the string which ends with the quote at `end`; that
  /// one stands before the token that the walk passed last.
  std::size_t StringBegin(const At& at, std::size_t end) const {
    if (end - at.base < kBlock) {
      const std::uint64_t before =
          masks_[block_].quotes & ((std::uint64_t{1} << (end - at.base)) - 1);
      if (before != 0) return at.base + static_cast<std::size_t>(std::bit_width(before));
    }
    return FindStringBegin(text_, end);
  }

  /// The place of the comma or bracket that ends what begins at `begin` and is no string, object or
  /// array; the text's size if there is none. The walk must be as for StringEnd.
  [[gnu::always_inline]] std::size_t ScalarEnd(At* at, std::size_t begin) {
    return FirstFrom(at, begin,
                     [](const BlockMasks& masks) { return masks.commas | masks.closes; });
  }

  /// Goes behind the bracket that closes the `depth`th enclosing array or object, which is at
  /// `*place`: the text's size if there is none.
  At SkipOut(At at, std::size_t depth, std::size_t* place) {
    std::uint64_t opens = masks_[block_].opens & at.tokens;
    std::uint64_t closes = masks_[block_].closes & at.tokens;
    while (true) {
      for (std::uint64_t brackets = opens | closes; brackets != 0; brackets &= brackets - 1) {
        const std::uint64_t lowest = brackets & (~brackets + 1);
        depth += (opens & lowest) != 0 ? 1U : ~std::size_t{0};
        if (depth == 0) {
          *place = at.base + static_cast<std::size_t>(std::countr_zero(lowest));
          at.tokens &= ~(lowest | (lowest - 1));
          return at;
        }
      }
      at = NextBlock();
      // Blocks without enough closing brackets need no look at each.
      while (masks_[block_].close_count < depth && at.base < text_.size()) {
        depth += std::size_t{masks_[block_].open_count} - masks_[block_].close_count;
        at = NextBlock();
      }
      if (at.base >= text_.size()) {
        *place = text_.size();
        return at;
      }
      opens = masks_[block_].opens;
      closes = masks_[block_].closes;
    }
  }

  /// Whether the text has had a backslash in what was read of it.
  bool saw_backslash() const { return carry_.backslash; }

 private:
  static constexpr std::size_t kBlock = 64;
  static constexpr std::size_t kAhead = 8;  // blocks that are read at once
  static constexpr std::size_t kAheadAtFirst = 2;

  // Between `from` and what is looked for there are no tokens, so that none is lost by going on to
  // other blocks.
  template <class Mask>
  [[gnu::always_inline]] std::size_t FirstFrom(At* at, std::size_t from, Mask mask) {
    while (from - at->base >= kBlock) {
      *at = NextBlock();
      if (at->base >= text_.size()) return text_.size();
    }
    std::uint64_t found = mask(masks_[block_]) >> (from - at->base);
    while (found == 0) {
      *at = NextBlock();
      if (at->base >= text_.size()) return text_.size();
      from = at->base;
      found = mask(masks_[block_]);
    }
    return from + static_cast<std::size_t>(std::countr_zero(found));
  }

  At NextBlock() {
    if (++block_ >= filled_ && !Fill()) return {1, text_.size()};  // as if a token stood there
    const BlockMasks& masks = masks_[block_];
    return {masks.colons | masks.opens | masks.closes, next_ - (filled_ - block_) * kBlock};
  }

  // `next_` counts whole blocks, so that it may lie behind the text's end.
  [[gnu::noinline]] bool Fill() {
    block_ = 0;
    if (next_ >= text_.size()) {
      filled_ = 0;
      masks_[0] = {};
      return false;
    }
    const std::size_t left = text_.size() - next_;
    if (left >= kBlock) {
      filled_ = left / kBlock < ahead_ ? left / kBlock : ahead_;
      if (ahead_ < kAhead) ahead_ *= 2;
      scan_(text_.data() + next_, filled_, &carry_, masks_);
    } else {
      char padded[kBlock];
      std::memset(padded, ' ', kBlock);
      std::memcpy(padded, text_.data() + next_, left);
      scan_(padded, 1, &carry_, masks_);
      filled_ = 1;
    }
    next_ += filled_ * kBlock;
    return true;
  }

  std::string_view text_;
  std::size_t block_ = 0;   // the block that the walk is in, of masks_
  std::size_t filled_ = 0;  // blocks in masks_
  std::size_t next_ = 0;    // where to read on
  std::size_t ahead_ = kAhead;
  ScanFunction scan_;
  ScanCarry carry_;
  BlockMasks masks_[kAhead];
};

}  // namespace iatk::event_pattern
