#include "iatk/cloud/dispatch/access_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace iatk::cloud {
namespace {

// 16 characters behind the prefix are 80 bits: one, forty of the account, and 39 of no meaning
// here.
constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::size_t kPrefixLength = 4;
constexpr std::size_t kKeyLength = 20;
constexpr std::uint64_t kMaxAccount = 999'999'999'999;

bool IsIssuedKey(std::string_view key) {
  return key.size() == kKeyLength && (key.starts_with("AKIA") || key.starts_with("ASIA")) &&
         key.find_first_not_of(kBase32, kPrefixLength) == std::string_view::npos;
}

}  // namespace

bool IsAccountId(std::string_view text) {
  return text.size() == 12 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string AccountOfAccessKey(std::string_view access_key) {
  if (IsAccountId(access_key)) return std::string(access_key);
  if (!IsIssuedKey(access_key)) return std::string(kDefaultAccount);
  std::uint64_t bits = 0;  // the first 50 of the 80
  for (const char c : access_key.substr(kPrefixLength, 10)) bits = bits << 5U | kBase32.find(c);
  const std::uint64_t account = bits >> 9U & 0xFF'FFFF'FFFFU;
  return account > kMaxAccount ? std::string(kDefaultAccount) : fmt::format("{:012}", account);
}

std::string MakeAccessKey(std::string_view prefix, std::string_view account, IdSource& ids) {
  std::uint64_t number = 0;
  std::from_chars(account.data(), account.data() + account.size(), number);
  const std::uint64_t bits = 1ULL << 49U | number << 9U | ids.Below(1U << 9U);
  std::string key(prefix);
  for (int shift = 45; shift >= 0; shift -= 5) key += kBase32[bits >> shift & 31U];
  return key + ids.FromAlphabet(kKeyLength - key.size(), kBase32);
}

}  // namespace iatk::cloud
