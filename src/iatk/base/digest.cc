#include "iatk/base/digest.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <memory>
#include <stdexcept>

namespace iatk {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* one) const {
    Free(one);
  }
};

using Bytes = std::array<unsigned char, EVP_MAX_MD_SIZE>;

std::string TextOf(const Bytes& bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes.data()), size};
}

// OpenSSL looks an algorithm up by its name for each use, which costs more than the digest of a
// short text: what it finds is kept, and so is each thread's state of a computation.
std::string Digest(const EVP_MD* algorithm, std::string_view data) {
  thread_local const std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>> state(EVP_MD_CTX_new());
  Bytes bytes{};
  unsigned int size = 0;
  if (!state || algorithm == nullptr || EVP_DigestInit_ex2(state.get(), algorithm, nullptr) != 1 ||
      EVP_DigestUpdate(state.get(), data.data(), data.size()) != 1 ||
      EVP_DigestFinal_ex(state.get(), bytes.data(), &size) != 1) {
    throw std::runtime_error("OpenSSL refused a digest");
  }
  return TextOf(bytes, size);
}

EVP_MAC_CTX* NewHmacSha256() {
  const std::unique_ptr<EVP_MAC, Freed<EVP_MAC_free>> hmac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  EVP_MAC_CTX* const state = hmac ? EVP_MAC_CTX_new(hmac.get()) : nullptr;
  if (state == nullptr) return nullptr;
  std::array<char, 7> digest{"SHA256"};
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_end()};
  if (EVP_MAC_CTX_set_params(state, params) == 1) return state;
  EVP_MAC_CTX_free(state);
  return nullptr;
}

constexpr std::string_view kBase64Alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string Md5(std::string_view data) {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "MD5", nullptr);
  return Digest(algorithm, data);
}

std::string Sha1(std::string_view data) {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  return Digest(algorithm, data);
}

std::string Sha256(std::string_view data) {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return Digest(algorithm, data);
}

std::string HmacSha256(std::string_view key, std::string_view data) {
  thread_local const std::unique_ptr<EVP_MAC_CTX, Freed<EVP_MAC_CTX_free>> state(NewHmacSha256());
  Bytes bytes{};
  std::size_t size = 0;
  // Without an address, a key would be the one before.
  const char* const key_begin = key.empty() ? "" : key.data();
  const auto* const text = reinterpret_cast<const unsigned char*>(data.data());
  if (!state ||
      EVP_MAC_init(state.get(), reinterpret_cast<const unsigned char*>(key_begin), key.size(),
                   nullptr) != 1 ||
      EVP_MAC_update(state.get(), text, data.size()) != 1 ||
      EVP_MAC_final(state.get(), bytes.data(), &size, bytes.size()) != 1) {
    throw std::runtime_error("OpenSSL refused an HMAC");
  }
  return TextOf(bytes, size);
}

std::string HexEncode(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text(bytes.size() * 2, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    text[2 * i] = digits[byte >> 4U];
    text[2 * i + 1] = digits[byte & 15U];
  }
  return text;
}

std::string Base64Encode(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                  reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()));
  return text;
}

std::optional<std::string> Base64Decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  // OpenSSL's block decoder skips white space at the ends; AWS accepts none.
  const std::string_view digits = text.substr(0, text.size() - padding);
  if (digits.find_first_not_of(kBase64Alphabet) != std::string_view::npos) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  if (EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(text.data()),
                      static_cast<int>(text.size())) < 0) {
    return std::nullopt;
  }
  bytes.resize(bytes.size() - padding);
  return bytes;
}

std::string Md5Hex(std::string_view data) { return HexEncode(Md5(data)); }

}  // namespace iatk
