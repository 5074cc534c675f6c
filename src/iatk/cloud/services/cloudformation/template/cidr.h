// Fn::Cidr: blocks of addresses.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace iatk::cloud::cfn {

/// The first `count` blocks of `bits` host bits in `block` ("10.0.0.0/16" or IPv6). nullopt if
/// `block` is no CIDR, or does not hold that many.
std::optional<std::vector<std::string>> SubnetsOf(std::string_view block, unsigned count,
                                                  unsigned bits);

}  // namespace iatk::cloud::cfn
