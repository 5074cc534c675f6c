#include "iatk/base/ids.h"

#include <random>

namespace iatk {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

// std::mt19937_64's sequence is fixed by the standard, unlike the distributions over it.
class EngineIdSource final : public IdSource {
 public:
  explicit EngineIdSource(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t Next64() override { return engine_(); }

 private:
  std::mt19937_64 engine_;
};

}  // namespace

std::uint64_t IdSource::Below(std::uint64_t bound) {
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  std::uint64_t value = Next64();
  while (value >= limit) value = Next64();
  return value % bound;
}

std::string IdSource::FromAlphabet(std::size_t length, std::string_view alphabet) {
  std::string text(length, '\0');
  for (char& c : text) c = alphabet[Below(alphabet.size())];
  return text;
}

std::string IdSource::Hex(std::size_t length) {
  std::string text(length, '\0');
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < length; ++i) {
    if (i % 16 == 0) bits = Next64();
    text[i] = kHexDigits[bits & 15U];
    bits >>= 4U;
  }
  return text;
}

std::string IdSource::Uuid() {
  std::string hex = Hex(32);
  hex[12] = '4';
  hex[16] = kHexDigits[8 + Below(4)];
  std::string uuid;
  uuid.reserve(36);
  for (std::size_t i = 0; i < hex.size(); ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) uuid += '-';
    uuid += hex[i];
  }
  return uuid;
}

std::unique_ptr<IdSource> MakeRandomIdSource() {
  std::random_device device;
  const std::uint64_t high = device();
  return MakeSeededIdSource((high << 32U) | device());
}

std::unique_ptr<IdSource> MakeSeededIdSource(std::uint64_t seed) {
  return std::make_unique<EngineIdSource>(seed);
}

}  // namespace iatk
