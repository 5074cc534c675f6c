// Points and lengths of time.
#pragma once

#include <chrono>

#include "iatk/export.h"

namespace iatk::v0 {

/// A point of wall-clock time, in microseconds since 1970-01-01T00:00:00Z. What the kit measures
/// with it never goes back, also when the machine's time is set.
using Time = std::chrono::sys_time<std::chrono::microseconds>;

/// A measured length of time.
using Seconds = std::chrono::duration<double>;

}  // namespace iatk::v0
