#include "iatk/kit/stack.h"

#include <fmt/format.h>

#include "iatk/model/cloudformation/operations.h"

namespace iatk::kit {

namespace cfn = model::cloudformation;

Result<std::map<std::string, std::string>> GetAllStackOutputs(Session& session,
                                                              const std::string& stack) {
  cfn::DescribeStacksInput input;
  input.stack_name = stack;
  IATK_TRY(const cfn::DescribeStacksOutput output, session.Call<cfn::op::DescribeStacks>(input));
  std::map<std::string, std::string> all;
  if (output.stacks && !output.stacks->empty() && output.stacks->front().outputs) {
    for (const cfn::Output& one : *output.stacks->front().outputs) {
      if (one.output_key && one.output_value) all.emplace(*one.output_key, *one.output_value);
    }
  }
  return all;
}

Result<std::map<std::string, std::string>> GetStackOutputs(Session& session,
                                                           const std::string& stack,
                                                           const std::vector<std::string>& names) {
  using Outputs = std::map<std::string, std::string>;
  IATK_TRY(const Outputs all, GetAllStackOutputs(session, stack));
  std::map<std::string, std::string> wanted;
  std::vector<std::string> missing;
  for (const std::string& name : names) {
    const auto found = all.find(name);
    if (found != all.end()) {
      wanted.insert(*found);
    } else {
      missing.push_back(name);
    }
  }
  if (missing.empty()) return wanted;
  return Fail(
      SenderError("OutputsNotFound", fmt::format("Not all output keys found: stack {} has no {}",
                                                 stack, fmt::join(missing, ", "))));
}

Result<std::string> GetPhysicalId(Session& session, const std::string& stack,
                                  const std::string& logical_id) {
  cfn::DescribeStackResourceInput input;
  input.stack_name = stack;
  input.logical_resource_id = logical_id;
  IATK_TRY(const cfn::DescribeStackResourceOutput output,
           session.Call<cfn::op::DescribeStackResource>(input));
  if (!output.stack_resource_detail || !output.stack_resource_detail->physical_resource_id) {
    return Fail(SenderError(
        "ResourceNotFound",
        fmt::format("resource {} of stack {} has no physical id yet", logical_id, stack)));
  }
  return *output.stack_resource_detail->physical_resource_id;
}

}  // namespace iatk::kit
