// Numbers that tell states of changing objects apart.
#pragma once

#include <atomic>
#include <cstdint>

namespace iatk::event_pattern {

/// A number that was not given before in this process; never 0.
inline std::uint64_t NextVersion() {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

}  // namespace iatk::event_pattern
