#include "iatk/cloud/services/s3/copy_source.h"

#include <string_view>

#include "iatk/cloud/services/s3/errors.h"
#include "iatk/protocol/uri.h"

namespace iatk::cloud {

Result<CopySource> ParseCopySource(const std::string& text) {
  constexpr std::string_view kVersion = "?versionId=";
  CopySource source;
  std::string_view rest = text;
  if (rest.starts_with("arn:")) return Fail(s3_errors::NotImplemented("access points"));
  if (rest.starts_with('/')) rest.remove_prefix(1);
  if (const std::size_t at = rest.rfind(kVersion); at != std::string_view::npos) {
    source.version_id = std::string(rest.substr(at + kVersion.size()));
    rest = rest.substr(0, at);
  }
  const std::string path = protocol::PercentDecode(rest);
  const std::size_t slash = path.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == path.size()) {
    return Fail(s3_errors::InvalidArgument(
        "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
        "x-amz-copy-source", text));
  }
  source.bucket = path.substr(0, slash);
  source.key = path.substr(slash + 1);
  return source;
}

}  // namespace iatk::cloud
