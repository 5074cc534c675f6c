// The checksums that S3 keeps with objects. S3 User Guide, "Checking object integrity in Amazon
// S3". What comes with a body over the wire has been compared with it by the protocol already.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "iatk/base/result.h"
#include "iatk/cloud/services/s3/errors.h"

namespace iatk::cloud {

struct S3Checksum {
  std::string algorithm = "CRC64NVME";  ///< "CRC32", "CRC32C", "SHA1", "SHA256"
  std::string value;                    ///< base64; of a composite one with "-<parts>"
  std::string type = "FULL_OBJECT";     ///< or "COMPOSITE"
};

bool IsChecksumAlgorithm(std::string_view algorithm);
std::string ComputeChecksum(std::string_view algorithm, std::string_view data);

/// The member that carries a checksum of `algorithm`, of any struct that has them all.
template <class T>
auto* ChecksumMember(std::string_view algorithm, T* object) {
  if (algorithm == "CRC32") return &object->checksum_crc32;
  if (algorithm == "CRC32C") return &object->checksum_crc32_c;
  if (algorithm == "SHA1") return &object->checksum_sha1;
  if (algorithm == "SHA256") return &object->checksum_sha256;
  return &object->checksum_crc64_nvme;
}

template <class T>
void SetChecksum(const S3Checksum& checksum, T* output) {
  *ChecksumMember(checksum.algorithm, output) = checksum.value;
}

/// The algorithm of the checksum that a request carries or, failing that, `named`; empty if it has
/// neither. Fails for one that isn't supported.
template <class T>
Result<std::string> RequestedAlgorithm(const T& input, const std::optional<std::string>& named) {
  if (input.checksum_sha512) return Fail(s3_errors::HeaderNotImplemented("x-amz-checksum-sha512"));
  if (input.checksum_md5) return Fail(s3_errors::HeaderNotImplemented("x-amz-checksum-md5"));
  if (input.checksum_xxhash64 || input.checksum_xxhash3 || input.checksum_xxhash128) {
    return Fail(s3_errors::HeaderNotImplemented("x-amz-checksum-xxhash"));
  }
  for (const char* algorithm : {"CRC32", "CRC32C", "SHA1", "SHA256", "CRC64NVME"}) {
    if (*ChecksumMember(algorithm, &input)) return std::string(algorithm);
  }
  if (!named) return std::string();
  if (!IsChecksumAlgorithm(*named)) {
    return Fail(s3_errors::InvalidRequest(
        "Checksum algorithm provided is unsupported. Please try again with any of the valid "
        "types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]"));
  }
  return *named;
}

}  // namespace iatk::cloud
