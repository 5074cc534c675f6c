// Percent-encoding and query strings.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace iatk::protocol {

/// Encodes every byte but A-Z a-z 0-9 - . _ ~, and '/' if `keep_slash`.
std::string PercentEncode(std::string_view text, bool keep_slash = false);
void PercentEncode(std::string_view text, bool keep_slash, std::string* out);

/// Decodes %XX; a '%' without two hex digits behind it stands for itself.
std::string PercentDecode(std::string_view text, bool plus_is_space = false);

/// Whether `text` is UTF-8, without surrogates and overlong forms.
bool IsUtf8(std::string_view text);

using QueryPairs = std::vector<std::pair<std::string, std::string>>;

/// "a=1&b=&c" as decoded pairs, in order; '+' is a space, empty parts are passed over.
QueryPairs ParseQuery(std::string_view query);
/// The value of the first pair named `name`, or nullptr.
const std::string* FindPair(const QueryPairs& pairs, std::string_view name);

}  // namespace iatk::protocol
