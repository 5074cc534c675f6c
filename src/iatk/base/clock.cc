#include "iatk/base/clock.h"

#include <thread>

namespace iatk {

SystemClock::SystemClock()
    : wall_at_start_(std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now())),
      steady_at_start_(std::chrono::steady_clock::now()) {}

Time SystemClock::Now() const {
  return wall_at_start_ +
         std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - steady_at_start_);
}

void SleepFor(Duration duration) { std::this_thread::sleep_for(duration); }

}  // namespace iatk
