// The tables of all services that the project knows.
#pragma once

#include <span>

#include "iatk/model/shape.h"

namespace iatk::model {

/// Sorted by name.
std::span<const Service* const> AllServices();

}  // namespace iatk::model
