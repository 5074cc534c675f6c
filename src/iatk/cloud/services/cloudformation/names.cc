#include "iatk/cloud/services/cloudformation/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "iatk/cloud/services/cloudformation/errors.h"
#include "iatk/cloud/services/cloudformation/template/errors.h"
#include "iatk/cloud/services/cloudformation/template/scalars.h"

namespace iatk::cloud::cfn {
namespace {

constexpr std::size_t kMaxNameBytes = 128;

Result<void> CheckName(const std::string& name, std::string_view member) {
  const bool begins_well = !name.empty() && IsAlphanumeric(name.substr(0, 1)) &&
                           (name.front() < '0' || name.front() > '9');
  const bool goes_on_well =
      std::ranges::all_of(name, [](char c) { return c == '-' || IsAlphanumeric({&c, 1}); });
  if (!begins_well || !goes_on_well) {
    return Fail(ValidationError(fmt::format(
        "1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: Member must "
        "satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*",
        name, member)));
  }
  if (name.size() > kMaxNameBytes) {
    return Fail(ValidationError(fmt::format(
        "1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: Member must "
        "have length less than or equal to {}",
        name, member, kMaxNameBytes)));
  }
  return {};
}

}  // namespace

Result<void> CheckStackName(const std::string& name) { return CheckName(name, "stackName"); }

Result<void> CheckChangeSetName(const std::string& name) {
  return CheckName(name, "changeSetName");
}

Result<void> CheckUpdatable(const Stack& stack) {
  static constexpr std::array<std::string_view, 4> kUpdatable = {
      "CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "UPDATE_FAILED"};
  if (std::ranges::find(kUpdatable, stack.status) == kUpdatable.end() ||
      stack.revision.plan == nullptr) {
    return Fail(errors::StackInState(stack.id, stack.status));
  }
  return {};
}

Result<void> CheckTypesStay(const Stack& stack, const Plan& plan) {
  std::vector<std::string> changed;
  for (const std::string& id : plan.order) {
    const auto old = std::ranges::find(stack.resources, id, &StackResource::logical_id);
    if (old != stack.resources.end() && old->type != plan.document.FindResource(id)->type) {
      changed.push_back(id);
    }
  }
  if (changed.empty()) return {};
  return Fail(ValidationError(
      fmt::format("Update of resource type is not permitted. The new template modifies resource "
                  "type of the following resources: {}",
                  Bracketed(changed))));
}

}  // namespace iatk::cloud::cfn
