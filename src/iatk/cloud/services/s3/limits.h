// S3's limits, and our own where S3's would not fit a machine. S3 User Guide, "Amazon S3 multipart
// upload limits"; "Bucket quotas, limitations, and restrictions".
#pragma once

#include <cstddef>
#include <cstdint>

namespace iatk::cloud::s3_limits {

/// differs from AWS: objects live in memory; S3's own limit is 50 TB.
inline constexpr std::size_t kMaxObjectBytes = 256U * 1024U * 1024U;
inline constexpr std::size_t kMinPartBytes = 5U * 1024U * 1024U;  ///< but for the last
inline constexpr std::int32_t kMaxPartNumber = 10'000;
inline constexpr std::size_t kMaxKeyBytes = 1024;
inline constexpr std::size_t kMaxMetadataBytes = 2048;
inline constexpr std::size_t kMaxBuckets = 10'000;  ///< of an account
inline constexpr std::size_t kMaxBucketTags = 50;
inline constexpr std::size_t kMaxObjectTags = 10;
inline constexpr std::size_t kMaxTagKey = 128;
inline constexpr std::size_t kMaxTagValue = 256;
inline constexpr std::size_t kMaxPolicyBytes = 20U * 1024U;
inline constexpr std::size_t kMaxKeysPerPage = 1000;
inline constexpr std::size_t kMaxUploads = 10'000;  ///< unfinished ones of a bucket

}  // namespace iatk::cloud::s3_limits
