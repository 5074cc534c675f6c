#include "iatk/client/ini_file.h"

#include <fmt/format.h>

#include <algorithm>

namespace iatk::client {
namespace {

constexpr std::size_t kMaxBytes = 1024U * 1024U;

std::string_view Trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

// A comment begins a line, or stands behind white space.
std::string_view WithoutComment(std::string_view value) {
  for (const std::string_view mark : {" #", " ;", "\t#", "\t;"}) {
    value = value.substr(0, value.find(mark));
  }
  return Trim(value);
}

}  // namespace

Result<IniFile> ParseIni(std::string_view text) {
  if (text.size() > kMaxBytes) {
    return Fail(SenderError("ConfigParseError", "the file is longer than 1 MiB"));
  }
  IniFile file;
  std::string section;
  std::string above;  // the setting that indented lines belong to
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    const std::string_view content = Trim(line);
    if (content.empty() || content[0] == '#' || content[0] == ';') continue;
    if (content[0] == '[') {
      const std::size_t close = content.find(']');
      if (close == std::string_view::npos) {
        return Fail(
            SenderError("ConfigParseError", fmt::format("line {}: ']' is missing", number)));
      }
      section = Trim(content.substr(1, close - 1));
      above.clear();
      file[section];
      continue;
    }
    const std::size_t equals = content.find('=');
    const bool indented = line[0] == ' ' || line[0] == '\t';
    if (equals == std::string_view::npos || equals == 0 || section.empty()) {
      // A continued value: nothing that the kit reads has one.
      if (indented && !section.empty()) continue;
      return Fail(SenderError("ConfigParseError", fmt::format("line {}: no setting", number)));
    }
    std::string name(Trim(content.substr(0, equals)));
    if (indented && !above.empty()) {
      name = above + "." + name;
    } else {
      above = name;
    }
    file[section][name] = WithoutComment(content.substr(equals + 1));
  }
  return file;
}

}  // namespace iatk::client
