#include "iatk/lang/event_pattern/scan.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace iatk::event_pattern {
namespace {

struct RawMasks {
  std::uint64_t quotes = 0;
  std::uint64_t backslashes = 0;
  std::uint64_t opens = 0;
  std::uint64_t closes = 0;
  std::uint64_t colons = 0;
  std::uint64_t commas = 0;
};

// Bit i of the result is the parity of the bits up to i.
[[gnu::always_inline]] inline std::uint64_t PrefixXor(std::uint64_t bits) {
  bits ^= bits << 1U;
  bits ^= bits << 2U;
  bits ^= bits << 4U;
  bits ^= bits << 8U;
  bits ^= bits << 16U;
  bits ^= bits << 32U;
  return bits;
}

// The bytes behind a backslash that is not itself behind one.
[[gnu::always_inline]] inline std::uint64_t Escaped(std::uint64_t backslashes, ScanCarry* carry) {
  std::uint64_t escaped = carry->escaped;
  backslashes &= ~escaped;
  carry->escaped = 0;
  while (backslashes != 0) {
    const std::uint64_t lowest = backslashes & (~backslashes + 1);
    backslashes ^= lowest;
    if (lowest >> 63U != 0) {
      carry->escaped = 1;
      break;
    }
    escaped |= lowest << 1U;
    backslashes &= ~(lowest << 1U);
  }
  return escaped;
}

// The quotes that are not escaped.
[[gnu::always_inline]] inline std::uint64_t Quotes(const RawMasks& raw, ScanCarry* carry) {
  if ((raw.backslashes | carry->escaped) == 0) return raw.quotes;
  carry->backslash = true;
  return raw.quotes & ~Escaped(raw.backslashes, carry);
}

// `between` is the PrefixXor of the quotes.
[[gnu::always_inline]] inline BlockMasks Finish(const RawMasks& raw, std::uint64_t quotes,
                                                std::uint64_t between, ScanCarry* carry) {
  const std::uint64_t in_string = between ^ carry->in_string;
  carry->in_string = static_cast<std::uint64_t>(static_cast<std::int64_t>(in_string) >> 63U);
  BlockMasks masks = {.quotes = quotes,
                      .opens = raw.opens & ~in_string,
                      .closes = raw.closes & ~in_string,
                      .colons = raw.colons & ~in_string,
                      .commas = raw.commas & ~in_string};
  masks.open_count = static_cast<std::uint8_t>(std::popcount(masks.opens));
  masks.close_count = static_cast<std::uint8_t>(std::popcount(masks.closes));
  return masks;
}

// [ and { differ from each other, as ] and } do, in one bit.
constexpr char kCaseBit = 0x20;

void ScanPortable(const char* text, std::size_t blocks, ScanCarry* carry, BlockMasks* masks) {
  for (std::size_t block = 0; block < blocks; ++block, text += 64) {
    RawMasks raw;
    for (unsigned i = 0; i < 64; ++i) {
      const char c = text[i];
      const auto bracket = static_cast<char>(c | kCaseBit);
      raw.quotes |= std::uint64_t{c == '"'} << i;
      raw.backslashes |= std::uint64_t{c == '\\'} << i;
      raw.opens |= std::uint64_t{bracket == '{'} << i;
      raw.closes |= std::uint64_t{bracket == '}'} << i;
      raw.colons |= std::uint64_t{c == ':'} << i;
      raw.commas |= std::uint64_t{c == ','} << i;
    }
    const std::uint64_t quotes = Quotes(raw, carry);
    masks[block] = Finish(raw, quotes, PrefixXor(quotes), carry);
  }
}

#if defined(__x86_64__)

void ScanSse2(const char* text, std::size_t blocks, ScanCarry* carry, BlockMasks* masks) {
  const auto equal = [](__m128i bytes, char c) {
    return static_cast<std::uint64_t>(
        static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)))));
  };
  for (std::size_t block = 0; block < blocks; ++block, text += 64) {
    RawMasks raw;
    for (unsigned i = 0; i < 64; i += 16) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + i));
      const __m128i brackets = _mm_or_si128(bytes, _mm_set1_epi8(kCaseBit));
      raw.quotes |= equal(bytes, '"') << i;
      raw.backslashes |= equal(bytes, '\\') << i;
      raw.opens |= equal(brackets, '{') << i;
      raw.closes |= equal(brackets, '}') << i;
      raw.colons |= equal(bytes, ':') << i;
      raw.commas |= equal(bytes, ',') << i;
    }
    const std::uint64_t quotes = Quotes(raw, carry);
    masks[block] = Finish(raw, quotes, PrefixXor(quotes), carry);
  }
}

// The product without carries with all ones.
[[gnu::target("pclmul"), gnu::always_inline]] inline std::uint64_t PrefixXorByProduct(
    std::uint64_t bits) {
  return static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_clmulepi64_si128(
      _mm_set_epi64x(0, static_cast<std::int64_t>(bits)), _mm_set1_epi8(-1), 0)));
}

[[gnu::target("avx2")]] inline std::uint64_t Equal32(__m256i bytes, char c) {
  return static_cast<std::uint64_t>(static_cast<std::uint32_t>(
      _mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(c)))));
}

[[gnu::target("avx2,pclmul")]] void ScanAvx2(const char* text, std::size_t blocks, ScanCarry* carry,
                                             BlockMasks* masks) {
  for (std::size_t block = 0; block < blocks; ++block, text += 64) {
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + 32));
    const __m256i case_bit = _mm256_set1_epi8(kCaseBit);
    const __m256i low_brackets = _mm256_or_si256(low, case_bit);
    const __m256i high_brackets = _mm256_or_si256(high, case_bit);
    const RawMasks raw = {Equal32(low, '"') | Equal32(high, '"') << 32U,
                          Equal32(low, '\\') | Equal32(high, '\\') << 32U,
                          Equal32(low_brackets, '{') | Equal32(high_brackets, '{') << 32U,
                          Equal32(low_brackets, '}') | Equal32(high_brackets, '}') << 32U,
                          Equal32(low, ':') | Equal32(high, ':') << 32U,
                          Equal32(low, ',') | Equal32(high, ',') << 32U};
    const std::uint64_t quotes = Quotes(raw, carry);
    masks[block] = Finish(raw, quotes, PrefixXorByProduct(quotes), carry);
  }
}

[[gnu::target("avx512f,avx512bw,pclmul")]] void ScanAvx512(const char* text, std::size_t blocks,
                                                           ScanCarry* carry, BlockMasks* masks) {
  for (std::size_t block = 0; block < blocks; ++block, text += 64) {
    const __m512i bytes = _mm512_loadu_si512(text);
    const __m512i brackets = _mm512_or_si512(bytes, _mm512_set1_epi8(kCaseBit));
    const RawMasks raw = {_mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"')),
                          _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\\')),
                          _mm512_cmpeq_epi8_mask(brackets, _mm512_set1_epi8('{')),
                          _mm512_cmpeq_epi8_mask(brackets, _mm512_set1_epi8('}')),
                          _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(':')),
                          _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(','))};
    const std::uint64_t quotes = Quotes(raw, carry);
    masks[block] = Finish(raw, quotes, PrefixXorByProduct(quotes), carry);
  }
}

#elif defined(__aarch64__)

std::uint64_t Equal64(const uint8x16_t* bytes, char c) {
  constexpr uint8x16_t kBits = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  const uint8x16_t wanted = vdupq_n_u8(static_cast<std::uint8_t>(c));
  const uint8x16_t first = vpaddq_u8(vandq_u8(vceqq_u8(bytes[0], wanted), kBits),
                                     vandq_u8(vceqq_u8(bytes[1], wanted), kBits));
  const uint8x16_t second = vpaddq_u8(vandq_u8(vceqq_u8(bytes[2], wanted), kBits),
                                      vandq_u8(vceqq_u8(bytes[3], wanted), kBits));
  const uint8x16_t both = vpaddq_u8(first, second);
  return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(both, both)), 0);
}

void ScanNeon(const char* text, std::size_t blocks, ScanCarry* carry, BlockMasks* masks) {
  const uint8x16_t case_bit = vdupq_n_u8(kCaseBit);
  for (std::size_t block = 0; block < blocks; ++block, text += 64) {
    uint8x16_t bytes[4];
    uint8x16_t brackets[4];
    for (std::size_t i = 0; i < 4; ++i) {
      bytes[i] = vld1q_u8(reinterpret_cast<const std::uint8_t*>(text) + i * 16);
      brackets[i] = vorrq_u8(bytes[i], case_bit);
    }
    const RawMasks raw = {Equal64(bytes, '"'),    Equal64(bytes, '\\'), Equal64(brackets, '{'),
                          Equal64(brackets, '}'), Equal64(bytes, ':'),  Equal64(bytes, ',')};
    const std::uint64_t quotes = Quotes(raw, carry);
    masks[block] = Finish(raw, quotes, PrefixXor(quotes), carry);
  }
}

#endif

}  // namespace

std::size_t AllScans(ScanFunction* scans, std::size_t capacity) {
  std::size_t count = 0;
  const auto add = [&](ScanFunction scan) {
    if (count < capacity) scans[count++] = scan;
  };
  add(ScanPortable);
#if defined(__x86_64__)
  add(ScanSse2);
  const bool has_product = __builtin_cpu_supports("pclmul") != 0;
  if (has_product && __builtin_cpu_supports("avx2") != 0) add(ScanAvx2);
  if (has_product && __builtin_cpu_supports("avx512bw") != 0) add(ScanAvx512);
#elif defined(__aarch64__)
  add(ScanNeon);
#endif
  return count;
}

std::size_t FindStringBegin(std::string_view text, std::size_t end) {
  const auto is_escaped = [text](std::size_t at) {
    std::size_t backslashes = 0;
    while (backslashes < at && text[at - backslashes - 1] == '\\') ++backslashes;
    return backslashes % 2 != 0;
  };
  while (end > 0 && (text[end - 1] != '"' || is_escaped(end - 1))) --end;
  return end;
}

ScanFunction BestScan() {
  static const ScanFunction best = [] {
    ScanFunction scans[4] = {};
    return scans[AllScans(scans, 4) - 1];
  }();
  return best;
}

}  // namespace iatk::event_pattern
