// The format of AWS's shared files: sections of settings, some with indented settings below them.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "iatk/base/result.h"

namespace iatk::client {

/// Settings by section, e.g. "profile dev" → "region". Indented lines below "s3 =" come under
/// "s3.<name>". A later setting of the same name wins.
using IniFile = std::map<std::string, std::map<std::string, std::string>>;

/// Fails with `ConfigParseError` and the number of the line that is no setting.
Result<IniFile> ParseIni(std::string_view text);

}  // namespace iatk::client
