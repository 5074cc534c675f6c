#include "iatk/lang/json_schema/uri.h"

#include <algorithm>
#include <charconv>

namespace iatk::json_schema {
namespace {

struct Parts {
  std::string_view scheme;     // with its ":"
  std::string_view authority;  // with its "//"
  std::string_view path;
  std::string_view query;  // with its "?"
};

Parts Split(std::string_view uri) {
  Parts parts;
  const std::size_t colon = uri.find(':');
  if (colon != std::string_view::npos && colon > 0 && colon < uri.find_first_of("/?#")) {
    parts.scheme = uri.substr(0, colon + 1);
    uri.remove_prefix(colon + 1);
  }
  if (uri.starts_with("//")) {
    const std::size_t end = std::min(uri.find_first_of("/?", 2), uri.size());
    parts.authority = uri.substr(0, end);
    uri.remove_prefix(end);
  }
  const std::size_t query = std::min(uri.find('?'), uri.size());
  parts.path = uri.substr(0, query);
  parts.query = uri.substr(query);
  return parts;
}

std::string RemoveDots(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view segment = path.substr(0, end);
    path.remove_prefix(end);
    const bool last = path.empty();
    if (segment == "/." || segment == "/..") {
      if (segment == "/..") out.resize(std::min(out.rfind('/'), out.size()));
      if (last) out += '/';
    } else {
      out += segment;
    }
  }
  return out;
}

std::string PercentDecode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ptr ==
            text.data() + i + 3) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string Join(std::string_view a, std::string_view b, std::string_view c, std::string_view d) {
  std::string out(a);
  out.append(b).append(c).append(d);
  return out;
}

}  // namespace

UriReference ResolveUri(std::string_view base, std::string_view reference) {
  UriReference out;
  const std::size_t hash = std::min(reference.find('#'), reference.size());
  if (hash < reference.size()) out.fragment = PercentDecode(reference.substr(hash + 1));
  reference = reference.substr(0, hash);
  const Parts to = Split(reference);
  const Parts from = Split(base.substr(0, base.find('#')));
  if (!to.scheme.empty()) {
    out.absolute = Join(to.scheme, to.authority, RemoveDots(to.path), to.query);
  } else if (!to.authority.empty()) {
    out.absolute = Join(from.scheme, to.authority, RemoveDots(to.path), to.query);
  } else if (to.path.empty()) {
    out.absolute =
        Join(from.scheme, from.authority, from.path, to.query.empty() ? from.query : to.query);
  } else {
    std::string path(to.path);
    if (!path.starts_with('/')) {
      const std::size_t slash = from.path.rfind('/');
      std::string folder(from.path.substr(0, slash == std::string_view::npos ? 0 : slash + 1));
      if (folder.empty() && !from.authority.empty()) folder = "/";
      path = folder + path;
    }
    out.absolute = Join(from.scheme, from.authority, RemoveDots(path), to.query);
  }
  return out;
}

std::string EscapeToken(std::string_view token) {
  std::string out;
  for (const char c : token) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::string UnescapeToken(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool escape = token[i] == '~' && i + 1 < token.size();
    out += !escape ? token[i] : token[i + 1] == '1' ? '/' : '~';
    if (escape) ++i;
  }
  return out;
}

}  // namespace iatk::json_schema
