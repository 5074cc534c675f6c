#include "iatk/cloud/services/sqs/message.h"

#include <fmt/format.h>

#include <algorithm>

#include "iatk/base/digest.h"
#include "iatk/cloud/services/sqs/errors.h"
#include "iatk/cloud/services/sqs/limits.h"

namespace iatk::cloud {
namespace {

// Big-endian length, then the bytes.
void AppendSized(std::string_view bytes, std::string* out) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    out->push_back(static_cast<char>(size >> shift & 0xFFU));
  }
  *out += bytes;
}

template <class Map>
std::string Digest(const Map& attributes) {
  std::string bytes;
  for (const auto& [name, value] : attributes) {
    AppendSized(name, &bytes);
    AppendSized(value.data_type.value_or(""), &bytes);
    const bool binary = value.data_type && value.data_type->starts_with("Binary");
    bytes.push_back(binary ? '\2' : '\1');
    AppendSized(binary ? value.binary_value.value_or("") : value.string_value.value_or(""), &bytes);
  }
  return Md5Hex(bytes);
}

bool IsNameCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         c == '-' || c == '.';
}

}  // namespace

std::size_t SizeOf(const std::string& body, const MessageAttributes& attributes) {
  std::size_t size = body.size();
  for (const auto& [name, value] : attributes) {
    size += name.size() + value.data_type.value_or("").size() +
            value.string_value.value_or("").size() + value.binary_value.value_or("").size();
  }
  return size;
}

std::string Md5OfAttributes(const MessageAttributes& attributes) { return Digest(attributes); }
std::string Md5OfAttributes(const MessageSystemAttributes& attributes) {
  return Digest(attributes);
}

Result<void> CheckAttributes(const MessageAttributes& attributes) {
  using sqs_errors::InvalidParameterValue;
  if (attributes.size() > sqs_limits::kMaxMessageAttributes) {
    return Fail(InvalidParameterValue(fmt::format(
        "Number of message attributes [{}] exceeds the allowed maximum [10].", attributes.size())));
  }
  for (const auto& [name, value] : attributes) {
    if (name.empty() || name.size() > 256 || !std::ranges::all_of(name, IsNameCharacter) ||
        name.starts_with('.') || name.ends_with('.') || name.find("..") != std::string::npos) {
      return Fail(InvalidParameterValue(fmt::format(
          "Invalid message attribute name: '{}'. Message attribute name can contain A-Z, a-z, "
          "0-9, underscore (_), hyphen (-), and period (.) characters.",
          name)));
    }
    const std::string type = value.data_type.value_or("");
    const std::string base = type.substr(0, type.find('.'));
    if (base != "String" && base != "Number" && base != "Binary") {
      return Fail(InvalidParameterValue(fmt::format(
          "The type of message (user) attribute '{}' is invalid. You must use only the following "
          "supported type prefixes: Binary, Number, String.",
          name)));
    }
    const bool has_value = base == "Binary" ? value.binary_value && !value.binary_value->empty()
                                            : value.string_value && !value.string_value->empty();
    if (!has_value) {
      return Fail(InvalidParameterValue(
          fmt::format("Message (user) attribute '{}' must contain a non-empty value of type '{}'.",
                      name, base == "Binary" ? "Binary" : "String")));
    }
  }
  return {};
}

bool HasValidCharacters(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 && byte != 0x9 && byte != 0xA && byte != 0xD) return false;
    // U+FFFE and U+FFFF are EF BF BE and EF BF BF.
    if (byte == 0xEF && i + 2 < text.size() && static_cast<unsigned char>(text[i + 1]) == 0xBF &&
        static_cast<unsigned char>(text[i + 2]) >= 0xBE) {
      return false;
    }
  }
  return true;
}

}  // namespace iatk::cloud
