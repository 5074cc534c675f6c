#include "iatk/lang/event_pattern/letter_case.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace iatk::event_pattern {
namespace {

struct Row {
  std::uint16_t character;
  const char* lower;
  const char* upper;
};

constexpr Row kTable[] = {
#include "iatk/lang/event_pattern/case_table.inc"
};

std::size_t LengthOf(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

}  // namespace

std::vector<CaseForms> CaseFormsOf(std::string_view pattern) {
  std::vector<CaseForms> forms;
  while (!pattern.empty()) {
    const std::string_view character = pattern.substr(0, LengthOf(pattern.front()));
    pattern.remove_prefix(character.size());
    if (character.size() == 1) {
      const char c = character.front();
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      forms.push_back({std::string(1, letter ? static_cast<char>(c | 0x20) : c),
                       std::string(1, letter ? static_cast<char>(c & ~0x20) : c)});
      continue;
    }
    if (character.size() == 4) {
      forms.push_back({"??", "??"});
      continue;
    }
    const auto lead = static_cast<unsigned char>(character[0]);
    unsigned code = character.size() == 2 ? lead & 0x1FU : lead & 0x0FU;
    for (const char c : character.substr(1)) code = code << 6U | (static_cast<unsigned>(c) & 0x3FU);
    const auto* const row = std::ranges::lower_bound(kTable, code, {}, &Row::character);
    if (row != std::end(kTable) && row->character == code) {
      forms.push_back({row->lower, row->upper});
    } else {
      forms.push_back({std::string(character), std::string(character)});
    }
  }
  return forms;
}

}  // namespace iatk::event_pattern
