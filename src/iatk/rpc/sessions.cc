#include "iatk/rpc/sessions.h"

#include <unistd.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace iatk::rpc {
namespace {

// All variables of AWS's SDKs, HOME, where their files are, and those of the way there.
std::string SettingsOfEnvironment() {
  std::vector<std::string_view> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view variable = *entry;
    const std::string_view name = variable.substr(0, variable.find('='));
    if (name.starts_with("AWS_") || name == "HOME" || name == "IATK_CALL_TIMEOUT" ||
        name == "REQUESTS_CA_BUNDLE" || name == "SSL_CERT_FILE" || name.ends_with("_proxy") ||
        name.ends_with("_PROXY")) {
      variables.push_back(variable);
    }
  }
  std::ranges::sort(variables);
  std::string joined;
  for (const std::string_view variable : variables) {
    joined += variable;
    joined += '\n';
  }
  return joined;
}

}  // namespace

Result<std::shared_ptr<kit::Session>> Sessions::Get(const std::string& region,
                                                    const std::string& profile) {
  const std::lock_guard lock(mutex_);
  std::string environment = SettingsOfEnvironment();
  Entry& entry = sessions_[{region, profile}];
  if (entry.session == nullptr || entry.environment != environment) {
    IATK_TRY(std::unique_ptr<client::Client> client,
             client::Client::Make({.region = region, .profile = profile}));
    entry.session = std::make_shared<kit::Session>(std::move(client));
    entry.environment = std::move(environment);
  }
  return entry.session;
}

}  // namespace iatk::rpc
