// Stacks of a test run: deployed from local templates, and removed.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/client/client.h"

namespace iatk::cli {

/// A template and the name of its stack.
struct Deployment {
  std::string template_file;  ///< absolute
  std::string stack;
};

/// Reads "PATH" or "PATH=STACK". A folder means its template.yaml, .yml or .json; without a name
/// the stack is called as the folder. Fails if there is no template.
Result<Deployment> ReadDeployment(const std::string& text);

struct DeployedStack {
  std::string name;
  std::string status;
  std::map<std::string, std::string> outputs;
  std::map<std::string, std::string> resources;  ///< physical ids by logical id
};

/// Creates the stack and waits for it. Local code runs from where it lies. Fails with the reasons
/// of what could not be made.
Result<DeployedStack> DeployStack(client::Client& client, const Deployment& deployment);

Result<void> RemoveStack(client::Client& client, const std::string& name);

}  // namespace iatk::cli
