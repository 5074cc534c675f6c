#include "iatk/cli/stacks.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "iatk/cloud/services/cloudformation/local_paths.h"
#include "iatk/model/cloudformation/operations.h"

namespace iatk::cli {

namespace cfn = model::cloudformation;
namespace fs = std::filesystem;

namespace {

const client::CallOptions kCall = {.user_agent = "iatk-test"};
constexpr auto kPoll = std::chrono::milliseconds(20);

std::string StackNameOf(const fs::path& template_file) {
  std::string name = template_file.parent_path().filename().string();
  for (char& c : name) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!plain) c = '-';
  }
  return name;
}

Result<cfn::Stack> DescribeStack(client::Client& client, const std::string& name) {
  cfn::DescribeStacksInput input;
  input.stack_name = name;
  IATK_TRY(cfn::DescribeStacksOutput output, client.Call<cfn::op::DescribeStacks>(input, kCall));
  if (!output.stacks || output.stacks->empty()) {
    return Fail(SenderError("StackNotFound", "stack " + name + " is not there"));
  }
  return output.stacks->front();
}

// Waits until no operation on the stack is under way; its last status.
Result<cfn::Stack> WaitForStack(client::Client& client, const std::string& name) {
  while (true) {
    IATK_TRY(cfn::Stack stack, DescribeStack(client, name));
    if (!stack.stack_status.value_or("").ends_with("_IN_PROGRESS")) return stack;
    SleepFor(kPoll);
  }
}

// Why resources failed, oldest first.
std::string FailuresOf(client::Client& client, const std::string& name) {
  cfn::DescribeStackEventsInput input;
  input.stack_name = name;
  const auto output = client.Call<cfn::op::DescribeStackEvents>(input, kCall);
  if (!output || !output->stack_events) return "";
  std::string text;
  for (auto event = output->stack_events->rbegin(); event != output->stack_events->rend();
       ++event) {
    if (!event->resource_status.value_or("").ends_with("_FAILED")) continue;
    text +=
        fmt::format("\n  {} ({}): {}", event->logical_resource_id.value_or(""),
                    event->resource_type.value_or(""), event->resource_status_reason.value_or(""));
  }
  return text;
}

}  // namespace

Result<Deployment> ReadDeployment(const std::string& text) {
  Deployment deployment;
  std::string path = text;
  if (const std::size_t equals = text.rfind('='); equals != std::string::npos) {
    path = text.substr(0, equals);
    deployment.stack = text.substr(equals + 1);
  }
  std::error_code error;
  fs::path file = fs::absolute(path, error).lexically_normal();
  if (!file.has_filename()) file = file.parent_path();
  if (fs::is_directory(file, error)) {
    const fs::path folder = file;
    for (const char* name : {"template.yaml", "template.yml", "template.json"}) {
      if (!fs::exists(folder / name, error)) continue;
      file = folder / name;
      break;
    }
  }
  if (!fs::is_regular_file(file, error)) {
    return Fail(SenderError("TemplateNotFound", fmt::format("there is no template at {}", path)));
  }
  deployment.template_file = file.string();
  if (deployment.stack.empty()) deployment.stack = StackNameOf(file);
  return deployment;
}

Result<DeployedStack> DeployStack(client::Client& client, const Deployment& deployment) {
  std::ifstream in(deployment.template_file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const std::string folder = fs::path(deployment.template_file).parent_path().string();
  cfn::CreateStackInput input;
  input.stack_name = deployment.stack;
  IATK_TRY(input.template_body, cloud::cfn::PackageTemplate(text, folder));
  input.capabilities = {"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"};
  input.on_failure = "DO_NOTHING";
  IATK_CHECK(client.Call<cfn::op::CreateStack>(input, kCall));
  IATK_TRY(const cfn::Stack stack, WaitForStack(client, deployment.stack));
  DeployedStack deployed;
  deployed.name = deployment.stack;
  deployed.status = stack.stack_status.value_or("");
  if (deployed.status != "CREATE_COMPLETE") {
    return Fail(SenderError("StackFailed",
                            fmt::format("stack {} is {}{}", deployment.stack, deployed.status,
                                        FailuresOf(client, deployment.stack))));
  }
  for (const cfn::Output& output : stack.outputs.value_or(std::vector<cfn::Output>())) {
    deployed.outputs[output.output_key.value_or("")] = output.output_value.value_or("");
  }
  cfn::DescribeStackResourcesInput resources;
  resources.stack_name = deployment.stack;
  IATK_TRY(const cfn::DescribeStackResourcesOutput described,
           client.Call<cfn::op::DescribeStackResources>(resources, kCall));
  for (const auto& resource :
       described.stack_resources.value_or(std::vector<cfn::StackResource>())) {
    deployed.resources[resource.logical_resource_id.value_or("")] =
        resource.physical_resource_id.value_or("");
  }
  return deployed;
}

Result<void> RemoveStack(client::Client& client, const std::string& name) {
  cfn::DescribeStacksInput describe;
  describe.stack_name = name;
  const auto present = client.Call<cfn::op::DescribeStacks>(describe, kCall);
  if (!present || !present->stacks || present->stacks->empty()) return {};
  // By its id, a stack can be described when it is gone.
  const std::string id = present->stacks->front().stack_id.value_or(name);
  cfn::DeleteStackInput input;
  input.stack_name = id;
  IATK_CHECK(client.Call<cfn::op::DeleteStack>(input, kCall));
  IATK_TRY(const cfn::Stack stack, WaitForStack(client, id));
  const std::string status = stack.stack_status.value_or("");
  if (status == "DELETE_COMPLETE") return {};
  return Fail(SenderError("StackNotRemoved",
                          fmt::format("{} is {}{}", name, status, FailuresOf(client, id))));
}

}  // namespace iatk::cli
