// The x-amz-copy-source of copies.
#pragma once

#include <optional>
#include <string>

#include "iatk/base/result.h"

namespace iatk::cloud {

struct CopySource {
  std::string bucket;
  std::string key;
  std::optional<std::string> version_id;
};

/// "bucket/key" or "/bucket/key", encoded, perhaps with "?versionId=…". Fails with
/// `InvalidArgument`.
Result<CopySource> ParseCopySource(const std::string& text);

}  // namespace iatk::cloud
