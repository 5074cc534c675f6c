// Digests and binary-to-text encodings, over OpenSSL.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace iatk {

/// Raw digest bytes: 16, 20 and 32 of them.
std::string Md5(std::string_view data);
std::string Sha1(std::string_view data);
std::string Sha256(std::string_view data);
std::string HmacSha256(std::string_view key, std::string_view data);

std::string HexEncode(std::string_view bytes);  ///< lower case
std::string Base64Encode(std::string_view bytes);
/// Standard alphabet, with padding. nullopt if `text` is not that.
std::optional<std::string> Base64Decode(std::string_view text);

/// `HexEncode(Md5(data))`, as SQS and S3 report it.
std::string Md5Hex(std::string_view data);

}  // namespace iatk
