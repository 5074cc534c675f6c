// HTTP messages as values, without the library that reads and writes them.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace iatk::net {

/// Header fields in the order they came. Names compare without case.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}

  /// The first field named `name`, or nullptr.
  const std::string* Find(std::string_view name) const;
  std::string_view Get(std::string_view name) const;  ///< empty if there is none
  /// Replaces all fields of that name.
  void Set(std::string_view name, std::string value);
  void Add(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
  }
  void Erase(std::string_view name);
  void Clear() { fields_.clear(); }

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  std::size_t size() const { return fields_.size(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// Whether two ASCII texts are equal without regard to case.
bool EqualsIgnoreCase(std::string_view a, std::string_view b);

struct HttpRequest {
  std::string method;  ///< upper case
  std::string target;  ///< as it stood in the request line: path and query, still encoded
  Headers headers;
  std::string body;

  std::string_view path() const;   ///< the target up to '?', still encoded
  std::string_view query() const;  ///< the target behind '?', still encoded
};

struct HttpResponse {
  int status = 200;
  Headers headers;  ///< Content-Length, Connection and Date are the transport's
  std::string body;
};

}  // namespace iatk::net
