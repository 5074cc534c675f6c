// iatk outputs, iatk physical-id
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "iatk/cli/commands.h"
#include "iatk/cli/kit_options.h"
#include "iatk/json/write.h"
#include "iatk/kit/stack.h"

namespace iatk::cli {
namespace {

struct OutputsOptions : KitOptions {
  std::string stack;
  std::vector<std::string> names;
};

int Outputs(const OutputsOptions& options) {
  const auto session = MakeSession(options);
  if (!session) return Failed("outputs", session.error());
  const auto outputs = options.names.empty()
                           ? kit::GetAllStackOutputs(**session, options.stack)
                           : kit::GetStackOutputs(**session, options.stack, options.names);
  if (!outputs) return Failed("outputs", outputs.error());
  if (options.json) {
    json::Object object;
    for (const auto& [name, value] : *outputs) object.Set(name, value);
    fmt::print("{}\n", json::Write(object));
    return kFoundStatus;
  }
  if (options.names.size() == 1) {
    // For $(…) in a shell.
    fmt::print("{}\n", outputs->begin()->second);
    return kFoundStatus;
  }
  std::size_t width = 0;
  for (const auto& [name, value] : *outputs) width = std::max(width, name.size());
  for (const auto& [name, value] : *outputs) fmt::print("{:<{}}  {}\n", name, width, value);
  return kFoundStatus;
}

struct PhysicalIdOptions : KitOptions {
  std::string stack;
  std::string logical_id;
};

int PhysicalId(const PhysicalIdOptions& options) {
  const auto session = MakeSession(options);
  if (!session) return Failed("physical-id", session.error());
  const auto id = kit::GetPhysicalId(**session, options.stack, options.logical_id);
  if (!id) return Failed("physical-id", id.error());
  fmt::print("{}\n", options.json ? json::Write(json::Object{{"PhysicalId", *id}}) : *id);
  return kFoundStatus;
}

}  // namespace

void AddOutputs(CLI::App& app, Run* run) {
  const auto options = std::make_shared<OutputsOptions>();
  CLI::App* const command = app.add_subcommand("outputs", "Print a stack's outputs.");
  command->add_option("stack", options->stack, "The stack's name or ARN")->required();
  command->add_option("names", options->names,
                      "Only these outputs; of a single one, the value alone is printed");
  AddKitOptions(*command, *options);
  command->callback([run, options] { *run = [options] { return Outputs(*options); }; });
}

void AddPhysicalId(CLI::App& app, Run* run) {
  const auto options = std::make_shared<PhysicalIdOptions>();
  CLI::App* const command =
      app.add_subcommand("physical-id", "Print the physical id of a stack's resource.");
  command->add_option("stack", options->stack, "The stack's name or ARN")->required();
  command->add_option("logical-id", options->logical_id, "The resource's name in the template")
      ->required();
  AddKitOptions(*command, *options);
  command->callback([run, options] { *run = [options] { return PhysicalId(*options); }; });
}

}  // namespace iatk::cli
