// A call as it is written: its name and arguments. Private to intrinsics/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/json/value.h"

namespace iatk::intrinsics {

struct Call;

/// A literal, a path, or another call.
struct Argument {
  json::Value literal;
  std::string raw;          ///< of a string literal: as it is written, with its escapes
  std::string path;         ///< empty: none
  std::vector<Call> calls;  ///< one, or none
};

struct Call {
  std::string name;  ///< "States.Format"
  std::vector<Argument> arguments;
};

Result<Call> ReadCall(std::string_view text);

}  // namespace iatk::intrinsics
