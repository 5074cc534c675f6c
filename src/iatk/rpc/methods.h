// The table of methods: their params and what they run.
#pragma once

#include <span>
#include <string_view>

#include "iatk/base/result.h"
#include "iatk/json/value.h"
#include "iatk/rpc/params.h"
#include "iatk/rpc/sessions.h"

namespace iatk::rpc {

struct Method {
  std::string_view name;
  std::span<const ParamSpec> params;
  Result<json::Value> (*run)(const Params& params, Sessions& sessions);
};

std::span<const Method> Methods();
const Method* FindMethod(std::string_view name);  ///< nullptr if there is none

}  // namespace iatk::rpc
