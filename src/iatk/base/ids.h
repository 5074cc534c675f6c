// Chance. Every id, token and random number comes from an IdSource, so that a seeded run repeats.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace iatk {

/// A source of random bits and the ids made of them. Not thread-safe.
class IdSource {
 public:
  virtual ~IdSource() = default;
  virtual std::uint64_t Next64() = 0;

  /// A random (version 4) UUID in lower case: "6f9619ff-8b86-4011-b42d-00cf4fc964ff".
  std::string Uuid();
  /// `length` characters of 0-9a-f.
  std::string Hex(std::size_t length);
  /// `length` characters, each drawn from `alphabet`.
  std::string FromAlphabet(std::size_t length, std::string_view alphabet);
  /// A number in [0, bound); `bound` must not be 0.
  std::uint64_t Below(std::uint64_t bound);
};

/// Seeded by the operating system; suitable for names and ids, not for secrets.
std::unique_ptr<IdSource> MakeRandomIdSource();
/// The same `seed` gives the same ids on every machine.
std::unique_ptr<IdSource> MakeSeededIdSource(std::uint64_t seed);

inline constexpr std::string_view kAlphabetUpperAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
inline constexpr std::string_view kAlphabetAlphanumeric =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

}  // namespace iatk
