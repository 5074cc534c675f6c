#include "iatk/protocol/checksum.h"

#include <array>

#include "iatk/base/digest.h"
#include "iatk/protocol/scalar.h"

namespace iatk::protocol {
namespace {

// All three are reflected CRCs, begun and ended with all ones.
template <class T, T kPolynomial>
T Crc(std::string_view data) {
  static constexpr auto kTable = [] {
    std::array<T, 256> table{};
    for (unsigned i = 0; i < 256; ++i) {
      T value = i;
      for (int bit = 0; bit < 8; ++bit) {
        value = (value & 1U) != 0 ? static_cast<T>((value >> 1U) ^ kPolynomial)
                                  : static_cast<T>(value >> 1U);
      }
      table[i] = value;
    }
    return table;
  }();
  T crc = static_cast<T>(~T{0});
  for (char c : data) {
    const auto byte = static_cast<unsigned char>(c);
    crc = static_cast<T>(kTable[static_cast<std::size_t>((crc ^ byte) & 0xffU)] ^ (crc >> 8U));
  }
  return static_cast<T>(~crc);
}

template <class T>
std::string BigEndian(T value) {
  std::string bytes;
  for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8) {
    bytes += static_cast<char>((value >> static_cast<unsigned>(shift)) & 0xffU);
  }
  return bytes;
}

struct Algorithm {
  std::string_view name;
  std::string_view title;
};
constexpr Algorithm kAlgorithms[] = {{"crc32", "CRC32"},
                                     {"crc32c", "CRC32C"},
                                     {"crc64nvme", "CRC64NVME"},
                                     {"sha1", "SHA1"},
                                     {"sha256", "SHA256"}};

}  // namespace

std::uint32_t Crc32(std::string_view data) { return Crc<std::uint32_t, 0xEDB88320U>(data); }
std::uint32_t Crc32c(std::string_view data) { return Crc<std::uint32_t, 0x82F63B78U>(data); }
std::uint64_t Crc64Nvme(std::string_view data) {
  return Crc<std::uint64_t, 0x9A6C9329AC4BC9B5ULL>(data);
}

std::string ChecksumText(std::string_view algorithm, std::string_view data) {
  if (algorithm == "crc32") return Base64Encode(BigEndian(Crc32(data)));
  if (algorithm == "crc32c") return Base64Encode(BigEndian(Crc32c(data)));
  if (algorithm == "crc64nvme") return Base64Encode(BigEndian(Crc64Nvme(data)));
  if (algorithm == "sha1") return Base64Encode(Sha1(data));
  if (algorithm == "sha256") return Base64Encode(Sha256(data));
  return {};
}

Result<void> VerifyChecksums(const net::HttpRequest& request) {
  if (const std::string* md5 = request.headers.Find("Content-MD5")) {
    const std::optional<std::string> digest = Base64Decode(Trim(*md5));
    if (!digest || digest->size() != 16) {
      return Fail(SenderError("InvalidDigest", "The Content-MD5 you specified was invalid."));
    }
    if (*digest != Md5(request.body)) {
      return Fail(SenderError("BadDigest",
                              "The Content-MD5 you specified did not match what we received."));
    }
  }
  // A completed upload carries the checksum of the object, not of its list of parts.
  if (request.method == "POST" && request.query().find("uploadId") != std::string_view::npos) {
    return {};
  }
  for (const Algorithm& algorithm : kAlgorithms) {
    const std::string* given =
        request.headers.Find("x-amz-checksum-" + std::string(algorithm.name));
    if (given == nullptr || *given == ChecksumText(algorithm.name, request.body)) continue;
    return Fail(SenderError("BadDigest", "The " + std::string(algorithm.title) +
                                             " you specified did not match the calculated "
                                             "checksum."));
  }
  return {};
}

}  // namespace iatk::protocol
