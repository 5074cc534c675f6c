#include "iatk/client/settings.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>

#include "iatk/client/ini_file.h"

namespace iatk::client {
namespace {

Result<IniFile> ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return IniFile();
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  Result<IniFile> file = ParseIni(text);
  if (!file) file.error().message = fmt::format("{}: {}", path, file.error().message);
  return file;
}

}  // namespace

Environment ProcessEnvironment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* const value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
    if (value == nullptr) return std::nullopt;
    return value;
  };
}

Result<Settings> Settings::Load(Environment environment, std::string_view profile) {
  Settings settings;
  settings.environment_ = std::move(environment);
  const std::string home = settings.Variable("HOME").value_or("");
  const std::string config_path =
      settings.Variable("AWS_CONFIG_FILE").value_or(home + "/.aws/config");
  const std::string credentials_path =
      settings.Variable("AWS_SHARED_CREDENTIALS_FILE").value_or(home + "/.aws/credentials");
  IATK_TRY(IniFile config, ReadFile(config_path));
  IATK_TRY(IniFile credentials, ReadFile(credentials_path));

  settings.asked_for_ = !profile.empty();
  std::optional<std::string> named;
  if (settings.asked_for_) named = std::string(profile);
  if (!named) named = settings.Variable("AWS_PROFILE");
  settings.profile_name_ = named.value_or("default");

  const std::string section = settings.profile_name_ == "default" && config.contains("default")
                                  ? "default"
                                  : "profile " + settings.profile_name_;
  if (named && *named != "default" && !config.contains(section) && !credentials.contains(*named)) {
    return Fail(SenderError("ProfileNotFound",
                            fmt::format("failed to get shared config profile, {}", *named)));
  }
  settings.profile_ = std::move(config[section]);
  for (auto& [name, value] : credentials[settings.profile_name_]) {
    settings.profile_[name] = std::move(value);
  }
  if (const auto services = settings.Profile("services")) {
    settings.services_ = std::move(config["services " + *services]);
  }
  return settings;
}

std::optional<std::string> Settings::Variable(const std::string& name) const {
  std::optional<std::string> value = environment_(name);
  if (value && value->empty()) return std::nullopt;
  return value;
}

std::optional<std::string> Settings::Profile(const std::string& name) const {
  const auto it = profile_.find(name);
  if (it == profile_.end() || it->second.empty()) return std::nullopt;
  return it->second;
}

std::optional<std::string> Settings::ServiceSetting(const std::string& service,
                                                    const std::string& name) const {
  const auto it = services_.find(service + "." + name);
  if (it == services_.end() || it->second.empty()) return std::nullopt;
  return it->second;
}

}  // namespace iatk::client
