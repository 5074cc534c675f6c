// A number that changes with the files of a folder, to notice that a developer has saved one.
#pragma once

#include <cstdint>
#include <string>

namespace iatk::cloud {

/// Of names, sizes and times of the folder's files, looked at up to a few thousand; installed
/// packages (node_modules, site-packages) and hidden folders are not looked into.
std::uint64_t CodeStamp(const std::string& folder);

}  // namespace iatk::cloud
