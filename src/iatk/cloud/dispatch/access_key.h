// Access key ids and the accounts they belong to.
#pragma once

#include <string>
#include <string_view>

#include "iatk/base/ids.h"

namespace iatk::cloud {

/// The account of callers whose access key names none.
inline constexpr std::string_view kDefaultAccount = "000000000000";

bool IsAccountId(std::string_view text);  ///< twelve digits

/// A key of twelve digits is its account. In a key as AWS issues them ("AKIA…", "ASIA…") the
/// account is written in base 32 behind the prefix. Any other key belongs to kDefaultAccount.
std::string AccountOfAccessKey(std::string_view access_key);

/// A new key of 20 characters in AWS's form, e.g. for `prefix` "ASIA"; AccountOfAccessKey reads
/// `account` from it.
std::string MakeAccessKey(std::string_view prefix, std::string_view account, IdSource& ids);

}  // namespace iatk::cloud
