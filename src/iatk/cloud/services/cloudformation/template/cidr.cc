#include "iatk/cloud/services/cloudformation/template/cidr.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <cstdint>

namespace iatk::cloud::cfn {
namespace {

__extension__ typedef unsigned __int128 Address;  // NOLINT(modernize-use-using)

}  // namespace

std::optional<std::vector<std::string>> SubnetsOf(std::string_view block, unsigned count,
                                                  unsigned bits) {
  const std::size_t slash = block.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string host(block.substr(0, slash));
  const std::string_view length_text = block.substr(slash + 1);
  unsigned prefix = 0;
  const auto [end, error] =
      std::from_chars(length_text.data(), length_text.data() + length_text.size(), prefix);
  if (error != std::errc() || end != length_text.data() + length_text.size()) return std::nullopt;

  const int family = host.find(':') == std::string::npos ? AF_INET : AF_INET6;
  const unsigned width = family == AF_INET ? 32 : 128;
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(family, host.c_str(), bytes.data()) != 1) return std::nullopt;
  // Fewer than all the bits, so that no shift below reaches the width of Address.
  if (prefix == 0 || prefix > width || bits == 0 || bits > width - prefix) return std::nullopt;
  const unsigned room = width - prefix - bits;
  if (room < 32 && (std::uint64_t{1} << room) < count) return std::nullopt;

  Address base = 0;
  for (unsigned i = 0; i < width / 8; ++i) base = (base << 8U) | bytes[i];
  base = base >> (width - prefix) << (width - prefix);
  std::vector<std::string> subnets;
  for (unsigned n = 0; n < count; ++n) {
    const Address address = base + (static_cast<Address>(n) << bits);
    for (unsigned i = 0; i < width / 8; ++i) {
      bytes[i] = static_cast<std::uint8_t>(address >> (width - 8 - 8 * i) & 0xFFU);
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(family, bytes.data(), text.data(), static_cast<socklen_t>(text.size()));
    subnets.push_back(std::string(text.data()) + "/" + std::to_string(width - bits));
  }
  return subnets;
}

}  // namespace iatk::cloud::cfn
