// What goes wrong in an execution: the error names of the Amazon States Language, which Retry and
// Catch match. AWS Step Functions Developer Guide, "Handling errors in Step Functions workflows".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace iatk::cloud::asl {

struct Fault {
  std::string error;  ///< "States.Timeout", or whatever a task calls its errors
  std::optional<std::string> cause;
  bool heartbeat = false;  ///< of a States.Timeout: no heartbeat came
  bool cancelled = false;  ///< no error: the state was stopped from outside
};

/// A value or a Fault; IATK_TRY and IATK_CHECK work on it.
template <class T>
using Outcome = tl::expected<T, Fault>;

inline tl::unexpected<Fault> FailWith(Fault fault) { return tl::unexpected(std::move(fault)); }
inline tl::unexpected<Fault> FailWith(std::string error, std::string cause) {
  return tl::unexpected(Fault{.error = std::move(error), .cause = std::move(cause)});
}

/// Whether an ErrorEquals list matches. States.ALL does not match States.Runtime, which ends an
/// execution whatever it catches; States.TaskFailed does not match States.Timeout; a missed
/// heartbeat is a States.HeartbeatTimeout as well.
bool Matches(const std::vector<std::string>& error_equals, const Fault& fault);

}  // namespace iatk::cloud::asl
