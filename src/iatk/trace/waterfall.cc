#include "iatk/trace/waterfall.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "iatk/trace/fields.h"

namespace iatk::trace {
namespace {

constexpr std::size_t kMostCauseBytes = 120;

double Fraction(double part, double whole) {
  if (!(whole > 0) || !std::isfinite(whole) || !std::isfinite(part)) return 0;
  return std::clamp(part / whole, 0.0, 1.0);
}

// The first exception of a part's cause; the cause may also be the id of one elsewhere.
std::string CauseOf(const Part& part) {
  const json::Value* const cause = part.json->Find("cause");
  if (cause == nullptr || ArrayOf(*cause, "exceptions").empty()) return "";
  const json::Value& first = ArrayOf(*cause, "exceptions").front();
  std::string text;
  for (const char* key : {"type", "message"}) {
    const std::string_view found = TextOf(first, key);
    if (!text.empty() && !found.empty()) text += ": ";
    text += found;
  }
  return OneLine(text, kMostCauseBytes);
}

std::string StateOf(const Part& part, bool* is_failure) {
  std::string state;
  for (const char* flag : {"error", "fault", "throttle"}) {
    if (!part.Flag(flag)) continue;
    *is_failure = true;
    if (!state.empty()) state += ", ";
    state += flag;
  }
  if (*is_failure) {
    if (const std::string cause = CauseOf(part); !cause.empty()) state += ": " + cause;
  }
  if (part.in_progress()) state += state.empty() ? "in progress" : ", in progress";
  return state;
}

void MarkLast(std::vector<Row>* rows) {
  std::vector<bool> followed;
  for (auto row = rows->rbegin(); row != rows->rend(); ++row) {
    followed.resize(row->depth + 1, false);
    row->last = !followed[row->depth];
    followed[row->depth] = true;
    // A tree of its own follows none.
    if (row->depth == 0) followed.clear();
  }
}

}  // namespace

std::string OneLine(std::string_view text, std::size_t most) {
  std::string line;
  for (const char c : text.substr(0, most)) {
    line += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  }
  if (text.size() <= most) return line;
  // Not within a character.
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return line.substr(0, end) + "...";
}

std::string Describe(const Orphan& orphan) {
  const std::string parent = OneLine(orphan.parent_id, 64);
  return orphan.reason == Orphan::Reason::kParentMissing
             ? fmt::format("behind {}, which has not come", parent)
             : fmt::format("behind {}, which is behind it", parent);
}

Waterfall LayOut(const Forest& forest, bool subsegments, std::size_t most_rows) {
  Waterfall waterfall;
  if (forest.parts.empty()) return waterfall;
  double start = forest.parts.front().start_time;
  double end = start;
  for (const Part& part : forest.parts) {
    if (!subsegments && !part.is_segment) continue;
    start = std::min(start, part.start_time);
    end = std::max({end, part.start_time, part.end_time.value_or(part.start_time)});
  }
  std::unordered_map<std::size_t, const Orphan*> orphans;
  for (const Orphan& orphan : forest.orphans) {
    orphans.emplace(forest.part_of[orphan.segment], &orphan);
  }
  const double total = end - start;
  waterfall.total_ms = total * 1e3;
  std::vector<std::size_t> depths(forest.parts.size(), 0);
  for (std::size_t i = 0; i < forest.parts.size(); ++i) {
    const Part& part = forest.parts[i];
    if (part.parent != kNone) {
      const bool shown = subsegments || forest.parts[part.parent].is_segment;
      depths[i] = depths[part.parent] + (shown ? 1 : 0);
    }
    if (!subsegments && !part.is_segment) continue;
    if (waterfall.rows.size() == most_rows) {
      ++waterfall.left_out;
      continue;
    }
    Row& row = waterfall.rows.emplace_back();
    row.part = i;
    row.depth = depths[i];
    row.begin = Fraction(part.start_time - start, total);
    row.end = std::max(row.begin, Fraction(part.start_time + part.duration() - start, total));
    row.start_ms = (part.start_time - start) * 1e3;
    row.duration_ms = part.duration() * 1e3;
    row.state = StateOf(part, &row.is_failure);
    if (const auto found = orphans.find(i); found != orphans.end()) {
      row.heading = Describe(*found->second);
    }
  }
  MarkLast(&waterfall.rows);
  return waterfall;
}

}  // namespace iatk::trace
