// A set of the ids seen of late.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <unordered_set>

namespace iatk::kit {

/// Remembers the last kMost ids by a 128-bit fingerprint (FNV-1a), some 60 bytes each.
class RecentIds {
 public:
  static constexpr std::size_t kMost = std::size_t{1} << 21;

  /// False if the id is there already.
  bool Insert(std::string_view id);

 private:
  struct Fingerprint {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    bool operator==(const Fingerprint&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Fingerprint& f) const { return f.low; }
  };
  static Fingerprint FingerprintOf(std::string_view id);

  std::unordered_set<Fingerprint, Hash> set_;
  std::deque<Fingerprint> order_;
};

}  // namespace iatk::kit
