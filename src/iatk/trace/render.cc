#include "iatk/trace/render.h"

#include <fmt/color.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "iatk/trace/waterfall.h"

namespace iatk::trace {
namespace {

constexpr std::size_t kBarColumns = 40;
constexpr std::size_t kMostNameBytes = 80;
// Deeper rows stand at this depth, with their depth before their names.
constexpr std::size_t kMostIndent = 24;

std::size_t Columns(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string Bar(const Row& row, bool ascii) {
  const double columns = static_cast<double>(kBarColumns);
  // A hair more, so that 0.1 of 40 columns is 4 although it is no binary fraction.
  const auto offset =
      std::min(static_cast<std::size_t>(row.begin * columns + 1e-6), kBarColumns - 1);
  std::string bar(offset, ' ');
  if (ascii) {
    const long length = std::max<long>(1, std::lround((row.end - row.begin) * columns));
    return bar + std::string(static_cast<std::size_t>(length), '#');
  }
  // Blocks of an eighth of a column, so that short segments stay visible.
  constexpr std::array<std::string_view, 8> kEighths = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const long eighths = std::max<long>(1, std::lround((row.end - row.begin) * columns * 8));
  for (long i = 0; i < eighths / 8; ++i) bar += "█";
  return bar + std::string(kEighths[static_cast<std::size_t>(eighths % 8)]);
}

// The branches before each row, from the rows above it.
class Branches {
 public:
  explicit Branches(bool ascii) : ascii_(ascii) {}

  std::string Next(const Row& row) {
    lasts_.resize(row.depth);
    lasts_.push_back(row.last);
    std::string text;
    const std::size_t shown = std::min(row.depth, kMostIndent);
    for (std::size_t depth = 1; depth < shown; ++depth) {
      text += lasts_[depth] ? "   " : (ascii_ ? "|  " : "│  ");
    }
    if (shown > 0) {
      if (ascii_) {
        text += row.last ? "`- " : "|- ";
      } else {
        text += row.last ? "└─ " : "├─ ";
      }
    }
    if (row.depth > kMostIndent) text += fmt::format("({}) ", row.depth);
    return text;
  }

 private:
  bool ascii_;
  std::vector<bool> lasts_;
};

fmt::text_style StyleOf(const Row& row, const RenderOptions& options) {
  if (!options.colours) return {};
  if (row.is_failure) return fmt::fg(fmt::terminal_color::red);
  if (!row.state.empty()) return fmt::fg(fmt::terminal_color::yellow);
  return fmt::fg(fmt::terminal_color::cyan);
}

}  // namespace

std::string RenderForest(const Forest& forest, const RenderOptions& options) {
  const Waterfall waterfall = LayOut(forest, options.subsegments, options.most_lines);
  std::vector<std::string> labels;
  std::size_t label_columns = 0;
  std::size_t origin_columns = 0;
  Branches branches(options.ascii);
  for (const Row& row : waterfall.rows) {
    const Part& part = forest.parts[row.part];
    labels.push_back(branches.Next(row) + OneLine(part.name, kMostNameBytes));
    label_columns = std::max(label_columns, Columns(labels.back()));
    origin_columns = std::max(origin_columns, Columns(OneLine(part.origin, kMostNameBytes)));
  }
  std::string text;
  for (std::size_t i = 0; i < waterfall.rows.size(); ++i) {
    const Row& row = waterfall.rows[i];
    if (!row.heading.empty()) text += row.heading + ":\n";
    const std::string origin = OneLine(forest.parts[row.part].origin, kMostNameBytes);
    const std::string state = row.state.empty() ? "" : "  " + row.state;
    text += labels[i] + std::string(label_columns - Columns(labels[i]), ' ');
    text += fmt::format("  {}{}  {:>+7.0f} ms  {:>7.0f} ms  ", origin,
                        std::string(origin_columns - Columns(origin), ' '), row.start_ms,
                        row.duration_ms);
    const std::string drawn = Bar(row, options.ascii) + state;
    text += options.colours ? fmt::format(StyleOf(row, options), "{}", drawn) : drawn;
    text += '\n';
  }
  if (waterfall.left_out > 0) text += fmt::format("and {} more\n", waterfall.left_out);
  return text;
}

}  // namespace iatk::trace
