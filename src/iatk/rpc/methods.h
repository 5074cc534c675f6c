// The table of methods: their params and what they run.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "iatk/base/result.h"
#include "iatk/json/value.h"
#include "iatk/rpc/packed.h"
#include "iatk/rpc/params.h"
#include "iatk/rpc/sessions.h"

namespace iatk::rpc {

struct Method {
  std::string_view name;
  std::span<const ParamSpec> params;
  Result<json::Value> (*run)(const Params& params, Sessions& sessions);
  /// A whole reply for ReplyForm::kPacked, of methods that have such a form; `head` is a reply's
  /// text with an output.
  using MakeHead = std::function<std::string(json::Value output)>;
  Result<Packed> (*run_packed)(const Params& params, Sessions& sessions,
                               const MakeHead& head) = nullptr;
};

/// All methods: those of the original kit, and what stands beside them.
std::span<const Method> Methods();
std::span<const Method> ListenerMethods();  ///< listener.*: listeners whose events are kept
std::span<const Method> EventMethods();     ///< event.*, stack.*, gc, distribution
std::span<const Method> MockMethods();      ///< mock.generate; the original's stands with its own
std::span<const Method> TraceMethods();     ///< trace.*: traces as far as they have come
const Method* FindMethod(std::string_view name);  ///< nullptr if there is none

}  // namespace iatk::rpc
