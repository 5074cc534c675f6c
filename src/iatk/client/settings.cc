#include "iatk/client/settings.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>

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

Error NoProfile(const std::string& name) {
  return SenderError("ProfileNotFound",
                     fmt::format("failed to get shared config profile, {}", name));
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

  settings.files_ = std::make_shared<const Files>(std::move(config), std::move(credentials));

  settings.asked_for_ = !profile.empty();
  std::optional<std::string> named;
  if (settings.asked_for_) named = std::string(profile);
  if (!named) named = settings.Variable("AWS_PROFILE");
  if (!named) named = settings.Variable("AWS_DEFAULT_PROFILE");
  if (!settings.Take(named.value_or("default")) && named && *named != "default") {
    return Fail(NoProfile(*named));
  }
  return settings;
}

bool Settings::Take(const std::string& profile) {
  profile_name_ = profile;
  profile_.clear();
  services_.clear();
  const auto section_of = [](const IniFile& file, const std::string& name) {
    const auto found = file.find(name);
    return found == file.end() ? nullptr : &found->second;
  };
  const Section* in_config = section_of(files_->config, "profile " + profile);
  if (profile == "default" && files_->config.contains("default")) {
    in_config = section_of(files_->config, "default");
  }
  const Section* const in_credentials = section_of(files_->credentials, profile);
  if (in_config != nullptr) profile_ = *in_config;
  if (in_credentials != nullptr) {
    for (const auto& [name, value] : *in_credentials) profile_[name] = value;
  }
  if (const auto services = Profile("services")) {
    const Section* const section = section_of(files_->config, "services " + *services);
    if (section != nullptr) services_ = *section;
  }
  return in_config != nullptr || in_credentials != nullptr;
}

Result<Settings> Settings::OfProfile(const std::string& name) const {
  Settings other = *this;
  if (!other.Take(name)) return Fail(NoProfile(name));
  return other;
}

std::optional<std::string> Settings::Find(const std::string& variable,
                                          const std::string& setting) const {
  auto value = Variable(variable);
  return value ? value : Profile(setting);
}

std::optional<std::string> Settings::SsoSession(const std::string& session,
                                                const std::string& name) const {
  const auto section = files_->config.find("sso-session " + session);
  if (section == files_->config.end()) return std::nullopt;
  const auto value = section->second.find(name);
  if (value == section->second.end() || value->second.empty()) return std::nullopt;
  return value->second;
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
