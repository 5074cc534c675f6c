#include "iatk/trace/outline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "iatk/trace/select.h"
#include "iatk/trace/waterfall.h"

namespace iatk::trace {
namespace {

constexpr std::size_t kMostNameBytes = 200;
constexpr std::size_t kMostIndent = 100;
constexpr std::size_t kContext = 3;
// Cells of the table that aligns two outlines; beyond, all of one goes before all of the other.
constexpr std::size_t kMostCells = 4'000'000;

// Numbers for trees, the same for trees that are the same up to the order of siblings.
class Shapes {
 public:
  // The outline with siblings in an order that depends on what they are alone.
  Outline InOrder(const Outline& outline) {
    const std::size_t count = outline.size();
    std::vector<std::vector<std::size_t>> children(count + 1);  // the last: of the top
    std::vector<std::size_t> above;
    for (std::size_t i = 0; i < count; ++i) {
      above.resize(std::min(outline[i].depth, above.size()));
      children[above.empty() ? count : above.back()].push_back(i);
      above.push_back(i);
    }
    std::vector<std::size_t> shapes(count, 0);
    const auto sort = [&](std::vector<std::size_t>* siblings) {
      std::ranges::stable_sort(*siblings, [&](std::size_t a, std::size_t b) {
        return std::pair(std::string_view(outline[a].name), shapes[a]) <
               std::pair(std::string_view(outline[b].name), shapes[b]);
      });
    };
    for (std::size_t i = count; i-- > 0;) {
      sort(&children[i]);
      std::vector<std::size_t> behind;
      for (const std::size_t child : children[i]) behind.push_back(shapes[child]);
      shapes[i] = known_.emplace(std::pair(outline[i].name, std::move(behind)), known_.size())
                      .first->second;
    }
    sort(&children[count]);
    Outline ordered;
    std::vector<std::size_t> left(children[count].rbegin(), children[count].rend());
    while (!left.empty()) {
      const std::size_t next = left.back();
      left.pop_back();
      ordered.push_back(outline[next]);
      left.insert(left.end(), children[next].rbegin(), children[next].rend());
    }
    return ordered;
  }

 private:
  std::map<std::pair<std::string, std::vector<std::size_t>>, std::size_t> known_;
};

struct DiffLine {
  char sign;
  const OutlineLine* line;
};

// The middles of both, which differ at their first and last lines, by a longest common subsequence.
void Align(const OutlineLine* a, std::size_t a_size, const OutlineLine* b, std::size_t b_size,
           std::vector<DiffLine>* out) {
  if (a_size > 0 && b_size > 0 && a_size * b_size <= kMostCells) {
    const std::size_t width = b_size + 1;
    std::vector<std::uint32_t> longest((a_size + 1) * width, 0);
    for (std::size_t i = a_size; i-- > 0;) {
      for (std::size_t j = b_size; j-- > 0;) {
        longest[i * width + j] =
            a[i] == b[j] ? longest[(i + 1) * width + j + 1] + 1
                         : std::max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
      }
    }
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < a_size && j < b_size) {
      if (a[i] == b[j]) {
        out->push_back({' ', a + i});
        ++i;
        ++j;
      } else if (longest[(i + 1) * width + j] >= longest[i * width + j + 1]) {
        out->push_back({'-', a + i++});
      } else {
        out->push_back({'+', b + j++});
      }
    }
    a += i;
    a_size -= i;
    b += j;
    b_size -= j;
  }
  for (std::size_t i = 0; i < a_size; ++i) out->push_back({'-', a + i});
  for (std::size_t j = 0; j < b_size; ++j) out->push_back({'+', b + j});
}

std::string WithContext(const std::vector<DiffLine>& lines) {
  std::vector<bool> shown(lines.size(), false);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].sign == ' ') continue;
    const std::size_t end = std::min(i + kContext + 1, lines.size());
    for (std::size_t near = i - std::min(i, kContext); near < end; ++near) shown[near] = true;
  }
  std::string text;
  std::size_t same = 0;
  const auto close = [&] {
    if (same > 0) text += fmt::format("  ... {} the same\n", same);
    same = 0;
  };
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!shown[i]) {
      ++same;
      continue;
    }
    close();
    const OutlineLine& line = *lines[i].line;
    text += fmt::format("{} {}", lines[i].sign,
                        std::string(2 * std::min(line.depth, kMostIndent), ' '));
    if (line.depth > kMostIndent) text += fmt::format("({}) ", line.depth);
    text += line.name + "\n";
  }
  close();
  return text;
}

Error InvalidOutline(std::string why) { return SenderError("InvalidOutline", std::move(why)); }

}  // namespace

Outline OutlineOf(const Forest& forest, bool subsegments) {
  Outline outline;
  for (const Row& row : LayOut(forest, subsegments, kMostOutlineLines).rows) {
    outline.push_back({row.depth, OneLine(forest.parts[row.part].name, kMostNameBytes) +
                                      (row.heading.empty() ? "" : " (orphan)")});
  }
  return outline;
}

Result<Outline> ReadOutline(const std::vector<std::string>& lines) {
  Outline outline;
  std::vector<std::string> last_path;
  std::size_t deepest = 0;  // that the next line may be
  for (const std::string& line : lines) {
    const std::size_t indent = line.find_first_not_of(' ');
    if (indent == std::string::npos) continue;
    if (outline.size() >= kMostOutlineLines) {
      return Fail(InvalidOutline(fmt::format("more than {} lines", kMostOutlineLines)));
    }
    if (line.find('>') == std::string::npos) {
      if (indent % 2 != 0 || indent / 2 > deepest) {
        return Fail(InvalidOutline(
            fmt::format("\"{}\" is not indented by two spaces more than a line above it", line)));
      }
      outline.push_back(
          {indent / 2, line.substr(indent, line.find_last_not_of(" \r") - indent + 1)});
      deepest = indent / 2 + 1;
      last_path.clear();
      continue;
    }
    if (indent != 0) {
      return Fail(InvalidOutline(fmt::format("the path \"{}\" is indented", line)));
    }
    IATK_TRY(std::vector<std::string> path, ReadPath(line));
    const auto differs = std::ranges::mismatch(path, last_path).in1;
    for (auto step = differs; step != path.end(); ++step) {
      outline.push_back({static_cast<std::size_t>(step - path.begin()), *step});
    }
    deepest = path.size();
    last_path = std::move(path);
  }
  return outline;
}

std::string Diff(const Outline& expected, const Outline& actual) {
  Shapes shapes;
  const Outline a = shapes.InOrder(expected);
  const Outline b = shapes.InOrder(actual);
  if (a == b) return "";
  const std::size_t most = std::min(a.size(), b.size());
  std::size_t before = 0;
  while (before < most && a[before] == b[before]) ++before;
  std::size_t behind = 0;
  while (behind < most - before && a[a.size() - 1 - behind] == b[b.size() - 1 - behind]) ++behind;
  std::vector<DiffLine> lines;
  for (std::size_t i = 0; i < before; ++i) lines.push_back({' ', &a[i]});
  Align(a.data() + before, a.size() - before - behind, b.data() + before,
        b.size() - before - behind, &lines);
  for (std::size_t i = a.size() - behind; i < a.size(); ++i) lines.push_back({' ', &a[i]});
  return WithContext(lines);
}

}  // namespace iatk::trace
