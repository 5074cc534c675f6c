#include "iatk/kit/recent_ids.h"

namespace iatk::kit {

RecentIds::Fingerprint RecentIds::FingerprintOf(std::string_view id) {
  // FNV-1a, 128 bits: the offset basis and the prime 2^88 + 0x13B of draft-eastlake-fnv.
  __extension__ using Wide = unsigned __int128;
  Wide hash = (Wide{0x6c62272e07bb0142} << 64) | 0x62b821756295c58d;
  constexpr Wide kPrime = (Wide{1} << 88) | 0x13b;
  for (const char c : id) {
    hash ^= static_cast<unsigned char>(c);
    hash *= kPrime;
  }
  return {static_cast<std::uint64_t>(hash >> 64), static_cast<std::uint64_t>(hash)};
}

bool RecentIds::Insert(std::string_view id) {
  const Fingerprint fingerprint = FingerprintOf(id);
  if (!set_.insert(fingerprint).second) return false;
  order_.push_back(fingerprint);
  if (order_.size() > kMost) {
    set_.erase(order_.front());
    order_.pop_front();
  }
  return true;
}

}  // namespace iatk::kit
