#include "iatk/kit/listener_id.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

namespace iatk::kit {
namespace {

constexpr std::string_view kBase32Hex = "0123456789abcdefghijklmnopqrstuv";
constexpr std::size_t kXidLength = 20;

}  // namespace

std::string MakeListenerId(const Clock& clock, IdSource& ids) {
  const auto seconds = static_cast<std::uint32_t>(
      std::chrono::floor<std::chrono::seconds>(clock.Now()).time_since_epoch().count());
  std::array<std::uint8_t, 12> bytes{};
  for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(seconds >> (24 - 8 * i));
  std::uint64_t chance = ids.Next64();
  for (std::size_t i = 4; i < bytes.size(); ++i, chance >>= 8U) {
    bytes[i] = static_cast<std::uint8_t>(chance);
  }
  std::string id(kListenerIdPrefix);
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const std::uint8_t byte : bytes) {
    bits = bits << 8U | byte;
    held += 8;
    for (; held >= 5; held -= 5) id += kBase32Hex[bits >> (held - 5) & 31U];
  }
  // 96 bits are 19 digits and one bit; the last digit carries it on top.
  return id + kBase32Hex[bits << (5 - held) & 31U];
}

bool IsListenerId(std::string_view text) {
  if (text.size() != kListenerIdPrefix.size() + kXidLength) return false;
  if (!text.starts_with(kListenerIdPrefix)) return false;
  const std::string_view xid = text.substr(kListenerIdPrefix.size());
  const bool last_digit_fits = xid.back() == '0' || xid.back() == 'g';
  return last_digit_fits && xid.find_first_not_of(kBase32Hex) == std::string_view::npos;
}

Time TimeOfListenerId(std::string_view id) {
  const std::string_view xid = id.substr(std::min(kListenerIdPrefix.size(), id.size()));
  std::uint64_t bits = 0;
  for (const char digit : xid.substr(0, 7)) bits = bits << 5U | (kBase32Hex.find(digit) & 31U);
  // Seven digits are 35 bits, of which the first 32 are the time.
  return Time(std::chrono::seconds(bits >> 3U));
}

bool IsQueueUrl(std::string_view text) {
  return text.starts_with("https://") || text.starts_with("http://");
}

}  // namespace iatk::kit
