// iatk_bench_traces: how long it takes to read the documents of a trace, to build its trees, to
// judge it, and to write it as JSON, as text and as a page. Takes the number of segments; prints a
// table over shapes of trees.
#include "iatk/trace/tree.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "iatk/json/write.h"
#include "iatk/trace/render.h"
#include "iatk/trace/render_html.h"
#include "iatk/trace/view.h"

namespace iatk::trace {
namespace {

constexpr char kUsage[] =
    "Usage: iatk_bench_traces [SEGMENTS]      10,000 by default, at most 1,000,000\n";
constexpr int kDefaultSegments = 10'000;
constexpr int kMostSegments = 1'000'000;
constexpr char kTraceId[] = "1-5759e988-bd862e3fe1be46a994272793";

// A segment with a call and a write, as a function has them.
std::string DocumentText(int number, int parent) {
  const double start = 1e9 + number * 1e-3;
  const auto id = [](int of) { return fmt::format("{:016x}", of); };
  return fmt::format(
      R"({{"id":"{}","name":"service-{}","trace_id":"{}","origin":"AWS::Lambda::Function",{})"
      R"("start_time":{:.3f},"end_time":{:.3f},"annotations":{{"order":"o-{}"}},)"
      R"("http":{{"response":{{"status":200}}}},"subsegments":[)"
      R"({{"id":"{}","name":"DynamoDB","namespace":"aws","start_time":{:.3f},"end_time":{:.3f}}},)"
      R"({{"id":"{}","name":"Events","namespace":"aws","start_time":{:.3f},"end_time":{:.3f}}}]}})",
      id(number), number % 50, kTraceId,
      parent < 0 ? "" : fmt::format(R"("parent_id":"{}",)", id(parent + 2 * kMostSegments)), start,
      start + 1, number, id(number + kMostSegments), start, start + 0.25,
      id(number + 2 * kMostSegments), start, start + 0.5);
}

double Milliseconds(const std::function<void()>& run) {
  const auto start = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

void Measure(std::string_view shape, int segments, const std::function<int(int)>& parent_of) {
  std::vector<std::string> texts;
  for (int i = 0; i < segments; ++i) texts.push_back(DocumentText(i, i == 0 ? -1 : parent_of(i)));
  std::vector<Document> documents;
  const double read = Milliseconds([&] {
    for (const std::string& text : texts) {
      documents.push_back(*ReadReceived(std::string_view(text)));
    }
  });
  View view;
  view.trace_id = kTraceId;
  view.found = true;
  const std::vector<Document> copy = documents;
  const double build = Milliseconds([&] { view.forest = BuildForest(std::move(documents)); });
  Judgement judgement;
  const double judge = Milliseconds([&] { judgement = *Judge(view, {"service-1 > service-2"}); });
  std::size_t json_bytes = 0;
  const double json =
      Milliseconds([&] { json_bytes = json::Write(ToJson(view, judgement)).size(); });
  const double text = Milliseconds(
      [&] { RenderForest(view.forest, {.subsegments = true, .most_lines = 100'000}); });
  const double html = Milliseconds([&] { RenderHtml(view.forest, view.trace_id); });
  const double old = Milliseconds([&] { json::Write(PathsToJson(*BuildTree(copy))); });
  fmt::print("{:<8}{:>9.1f}{:>9.1f}{:>9.1f}{:>9.1f}{:>9.1f}{:>9.1f}{:>9.1f}{:>10.1f}\n", shape,
             read, build, judge, json, text, html, old, static_cast<double>(json_bytes) / 1e6);
}

int Run(int segments) {
  fmt::print("{} segments, {} subsegments; milliseconds\n", segments, 2 * segments);
  fmt::print("{:<8}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}{:>10}\n", "shape", "read", "build", "judge",
             "JSON", "text", "HTML", "paths", "JSON/MB");
  Measure("binary", segments, [](int i) { return (i - 1) / 2; });
  Measure("fan", segments, [](int) { return 0; });
  Measure("chain", segments, [](int i) { return i - 1; });
  return 0;
}

}  // namespace
}  // namespace iatk::trace

int main(int argc, char** argv) {
  int segments = iatk::trace::kDefaultSegments;
  if (argc == 2) {
    const std::string_view text = argv[1];
    const auto read = std::from_chars(text.data(), text.data() + text.size(), segments);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) segments = 0;
  }
  if (argc > 2 || segments < 1 || segments > iatk::trace::kMostSegments) {
    fmt::print(stderr, "{}", iatk::trace::kUsage);
    return 2;
  }
  return iatk::trace::Run(segments);
}
