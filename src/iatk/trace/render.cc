#include "iatk/trace/render.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace iatk::trace {
namespace {

constexpr std::size_t kBarColumns = 40;

struct Line {
  std::string label;        // branches and name
  std::size_t columns = 0;  // of the label: branches are of several bytes
  std::size_t segment = 0;
};

std::size_t Columns(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (c & 0xC0) != 0x80; }));
}

double EndOf(const Document& segment) { return segment.end_time.value_or(segment.start_time); }

bool Flag(const Document& segment, std::string_view name) {
  const json::Value* found = segment.json.Find(name);
  return found != nullptr && found->AsBool() != nullptr && *found->AsBool();
}

std::string StateOf(const Document& segment) {
  std::string state;
  for (const char* flag : {"error", "fault", "throttle"}) {
    if (Flag(segment, flag)) state += fmt::format("  {}", flag);
  }
  if (segment.in_progress()) state += "  in progress";
  return state;
}

// Blocks of an eighth of a column, so that short segments stay visible.
std::string Bar(double begin, double end, double total) {
  constexpr std::array<std::string_view, 8> kEighths = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  if (total <= 0) return "▏";
  const double scale = static_cast<double>(kBarColumns) / total;
  const auto offset = static_cast<std::size_t>(std::floor(begin * scale));
  const auto eighths = std::max<long>(1, std::lround((end - begin) * scale * 8));
  std::string bar(std::min(offset, kBarColumns - 1), ' ');
  for (long i = 0; i < eighths / 8; ++i) bar += "█";
  return bar + std::string(kEighths[static_cast<std::size_t>(eighths % 8)]);
}

void Collect(const Tree& tree, std::size_t segment, const std::string& before,
             const std::string& behind, std::vector<bool>* seen, std::vector<Line>* lines) {
  if ((*seen)[segment]) return;
  (*seen)[segment] = true;
  std::string label = before + tree.segments[segment].name;
  const std::size_t columns = Columns(label);
  lines->push_back({std::move(label), columns, segment});
  const std::vector<std::size_t>& children = tree.children[segment];
  for (std::size_t i = 0; i < children.size(); ++i) {
    const bool last = i + 1 == children.size();
    Collect(tree, children[i], behind + (last ? "└─ " : "├─ "), behind + (last ? "   " : "│  "),
            seen, lines);
  }
}

}  // namespace

std::string RenderTree(const Tree& tree) {
  std::vector<Line> lines;
  std::vector<bool> seen(tree.segments.size(), false);
  Collect(tree, tree.root, "", "", &seen, &lines);

  const double start = tree.segments[tree.root].start_time;
  double end = start;
  std::size_t name_columns = 0;
  std::size_t origin_columns = 0;
  for (const Line& line : lines) {
    end = std::max(end, EndOf(tree.segments[line.segment]));
    name_columns = std::max(name_columns, line.columns);
    origin_columns = std::max(origin_columns, tree.segments[line.segment].origin.size());
  }
  std::string text;
  for (const Line& line : lines) {
    const Document& segment = tree.segments[line.segment];
    text += line.label + std::string(name_columns - line.columns, ' ');
    text += fmt::format(
        "  {:<{}}  {:>+7.0f} ms  {:>7.0f} ms  {}{}\n", segment.origin, origin_columns,
        (segment.start_time - start) * 1e3, (EndOf(segment) - segment.start_time) * 1e3,
        Bar(segment.start_time - start, EndOf(segment) - start, end - start), StateOf(segment));
  }
  return text;
}

}  // namespace iatk::trace
