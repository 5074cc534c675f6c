// A function's code: a zip that is unpacked into a folder of ours, or a developer's own folder.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "iatk/base/result.h"

namespace iatk::cloud {

/// The bucket name that means: S3Key is the absolute path of a folder (whose code runs in place, so
/// that saving a file is deploying it) or of a zip file on this machine.
inline constexpr std::string_view kLocalFolderBucket = "iatk-local-folder";

/// Code of one or more versions. Folders that were unpacked here go with the last of them.
class CodePackage {
 public:
  /// Unpacks `zip` into `folder`, which is made, beside a copy `folder`.zip. Blocks: run it on the
  /// pool. Fails with InvalidParameterValueException for what is not a zip, holds names that lead
  /// out of the folder, or is too large.
  static Result<std::shared_ptr<const CodePackage>> Unpack(std::string_view zip,
                                                           const std::string& folder);
  /// A folder that stays where it is.
  static Result<std::shared_ptr<const CodePackage>> InPlace(const std::string& folder);

  ~CodePackage();
  CodePackage(const CodePackage&) = delete;
  CodePackage& operator=(const CodePackage&) = delete;

  const std::string& folder() const { return folder_; }
  const std::string& sha256() const { return sha256_; }  ///< base64
  std::int64_t size() const { return size_; }            ///< bytes of the zip
  bool in_place() const { return in_place_; }
  std::string location() const;  ///< a file:// URL of the zip or the folder

 private:
  CodePackage() = default;

  std::string folder_;
  std::string sha256_;
  std::int64_t size_ = 0;
  bool in_place_ = false;
};

/// A zip with one file, for code that a template holds inline.
Result<std::string> ZipOfFile(const std::string& name, const std::string& text);

}  // namespace iatk::cloud
