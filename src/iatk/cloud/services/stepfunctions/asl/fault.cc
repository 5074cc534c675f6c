#include "iatk/cloud/services/stepfunctions/asl/fault.h"

#include <algorithm>

namespace iatk::cloud::asl {

bool Matches(const std::vector<std::string>& error_equals, const Fault& fault) {
  if (fault.cancelled || fault.error == "States.Runtime") return false;
  return std::ranges::any_of(error_equals, [&fault](const std::string& name) {
    return name == fault.error || name == "States.ALL" ||
           (name == "States.TaskFailed" && fault.error != "States.Timeout") ||
           (name == "States.HeartbeatTimeout" && fault.heartbeat);
  });
}

}  // namespace iatk::cloud::asl
