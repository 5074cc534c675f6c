#include "iatk/client/credentials/command_line.h"

#include <utility>

namespace iatk::client {

std::optional<std::vector<std::string>> SplitCommandLine(std::string_view text) {
  std::vector<std::string> words;
  std::optional<std::string> word;  // the one that is being read
  char quote = '\0';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_space = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (quote == '\0' && is_space) {
      if (word) words.push_back(*std::exchange(word, std::nullopt));
      continue;
    }
    if (!word) word.emplace();
    if (c == quote) {
      quote = '\0';
    } else if (quote == '\0' && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == '\\' && quote != '\'') {
      if (i + 1 == text.size()) return std::nullopt;
      const char next = text[i + 1];
      if (quote == '"' && next != '"' && next != '\\') {
        *word += c;
      } else {
        *word += next;
        ++i;
      }
    } else {
      *word += c;
    }
  }
  if (quote != '\0') return std::nullopt;
  if (word) words.push_back(*std::move(word));
  return words;
}

}  // namespace iatk::client
