// What the environment and the shared files of AWS's SDKs say about region, endpoint and
// credentials. AWS SDKs and Tools Reference Guide, "Shared config and credentials files" and
// "Environment variables".
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "iatk/base/result.h"
#include "iatk/client/ini_file.h"

namespace iatk::client {

/// Looks a variable up; the process's own environment, or a test's.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment ProcessEnvironment();

/// The settings of one profile: of the config file, with those of the credentials file over them.
/// Nested settings ("s3 =" and indented lines) come under "s3.name".
class Settings {
 public:
  /// Reads the files that the environment names (AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE), or
  /// those in ~/.aws; files that are not there are empty. `profile`, unless empty, goes before
  /// AWS_PROFILE and AWS_DEFAULT_PROFILE. Fails with `ProfileNotFound` if a profile was asked for
  /// and is in neither file, and with `ConfigParseError` for a file that can't be read as one.
  static Result<Settings> Load(Environment environment, std::string_view profile);

  /// A variable of the environment; an empty one counts as unset.
  std::optional<std::string> Variable(const std::string& name) const;
  /// A setting of the profile.
  std::optional<std::string> Profile(const std::string& name) const;
  /// A setting of the profile's [services …] section: ServiceSetting("sqs", "endpoint_url").
  std::optional<std::string> ServiceSetting(const std::string& service,
                                            const std::string& name) const;
  /// The variable, else the setting of the profile: most things have both.
  std::optional<std::string> Find(const std::string& variable, const std::string& setting) const;
  /// A setting of a [sso-session …] section.
  std::optional<std::string> SsoSession(const std::string& session, const std::string& name) const;
  /// The same files, for another of their profiles. Fails with `ProfileNotFound`.
  Result<Settings> OfProfile(const std::string& name) const;
  const std::string& profile_name() const { return profile_name_; }
  /// Whether the caller named the profile, which then goes before keys of the environment.
  bool profile_was_asked_for() const { return asked_for_; }

 private:
  using Section = std::map<std::string, std::string>;
  struct Files {
    IniFile config;
    IniFile credentials;
  };
  // Takes what the files say of the profile; false if it is in neither.
  bool Take(const std::string& profile);

  Environment environment_;
  std::shared_ptr<const Files> files_;
  std::string profile_name_;
  bool asked_for_ = false;
  Section profile_;
  Section services_;
};

}  // namespace iatk::client
