// References to schemas as URIs (RFC 3986).
#pragma once

#include <string>
#include <string_view>

namespace iatk::json_schema {

struct UriReference {
  std::string absolute;  ///< without "#" and what follows it
  std::string fragment;  ///< percent-decoded
};

/// `reference` as it reads at a place whose base is `base` (RFC 3986, section 5.2).
UriReference ResolveUri(std::string_view base, std::string_view reference);

/// A token of a JSON pointer with its "~" and "/" escaped, and as it was (RFC 6901).
std::string EscapeToken(std::string_view token);
std::string UnescapeToken(std::string_view token);

}  // namespace iatk::json_schema
