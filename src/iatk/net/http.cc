#include "iatk/net/http.h"

#include <algorithm>

namespace iatk::net {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return Lower(x) == Lower(y); });
}

const std::string* Headers::Find(std::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (EqualsIgnoreCase(field, name)) return &value;
  }
  return nullptr;
}

std::string_view Headers::Get(std::string_view name) const {
  const std::string* const value = Find(name);
  return value == nullptr ? std::string_view() : std::string_view(*value);
}

void Headers::Set(std::string_view name, std::string value) {
  Erase(name);
  fields_.emplace_back(std::string(name), std::move(value));
}

void Headers::Erase(std::string_view name) {
  std::erase_if(fields_, [&](const auto& field) { return EqualsIgnoreCase(field.first, name); });
}

std::string_view HttpRequest::path() const {
  return std::string_view(target).substr(0, target.find('?'));
}

std::string_view HttpRequest::query() const {
  const auto mark = target.find('?');
  return mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
}

}  // namespace iatk::net
