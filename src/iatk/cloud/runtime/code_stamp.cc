#include "iatk/cloud/runtime/code_stamp.h"

#include <filesystem>
#include <functional>
#include <string>
#include <system_error>

namespace iatk::cloud {

namespace fs = std::filesystem;

std::uint64_t CodeStamp(const std::string& folder) {
  constexpr int kMaxFiles = 4000;
  std::uint64_t stamp = 0;
  std::error_code error;
  fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied, error);
  for (int count = 0; !error && it != fs::recursive_directory_iterator() && count < kMaxFiles;
       ++count) {
    const std::string name = it->path().filename().string();
    std::error_code ignored;
    if (it->is_directory(ignored)) {
      if (name == "node_modules" || name == "site-packages" || name == "__pycache__" ||
          name.starts_with('.')) {
        it.disable_recursion_pending();
      }
    } else {
      const auto time = it->last_write_time(ignored).time_since_epoch().count();
      const std::string text = it->path().string() + '\0' + std::to_string(time) + '\0' +
                               std::to_string(it->file_size(ignored));
      // A sum, for the order of a folder's entries means nothing.
      stamp += std::hash<std::string>()(text);
    }
    it.increment(error);
  }
  return stamp;
}

}  // namespace iatk::cloud
