// Checksums that travel with bodies. S3 User Guide: "Checking object integrity in Amazon S3".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "iatk/base/result.h"
#include "iatk/net/http.h"

namespace iatk::protocol {

std::uint32_t Crc32(std::string_view data);
std::uint32_t Crc32c(std::string_view data);
std::uint64_t Crc64Nvme(std::string_view data);

/// The checksum named as S3's headers end ("crc32", "crc32c", "crc64nvme", "sha1", "sha256"), in
/// base64; empty for any other name.
std::string ChecksumText(std::string_view algorithm, std::string_view data);

/// Compares the body with Content-MD5 and x-amz-checksum-*, where there are such headers. Fails
/// with S3's `InvalidDigest` or `BadDigest`.
Result<void> VerifyChecksums(const net::HttpRequest& request);

}  // namespace iatk::protocol
