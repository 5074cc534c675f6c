// Where the system keeps the certificates of the authorities that it trusts.
#pragma once

#include <filesystem>
#include <string>

namespace iatk::net {

/// The file of the system's authorities below `root`; empty if there is none. Distributions have it
/// in different places, and a library that is built on one may run on another.
std::string SystemCaBundle(const std::filesystem::path& root = "/");

}  // namespace iatk::net
