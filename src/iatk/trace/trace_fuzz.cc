// Headers and documents as anyone may send them: no crash, what is accepted stays readable, and
// each document is in one tree, whatever is drawn or read back from it.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "iatk/json/parse.h"
#include "iatk/trace/checks.h"
#include "iatk/trace/header.h"
#include "iatk/trace/outline.h"
#include "iatk/trace/render.h"
#include "iatk/trace/render_html.h"
#include "iatk/trace/tree.h"
#include "iatk/trace/view.h"

namespace iatk::trace {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

void CheckForest(const Forest& forest) {
  std::vector<int> seen(forest.segments.size(), 0);
  for (std::size_t i = 0; i < forest.parts.size(); ++i) {
    const Part& part = forest.parts[i];
    if (part.is_segment) ++seen[part.segment];
    Require(part.end > i && part.end <= forest.parts.size());
    if (part.parent != kNone) {
      const Part& parent = forest.parts[part.parent];
      Require(part.parent < i && part.end <= parent.end && part.depth == parent.depth + 1);
    }
  }
  Require(std::ranges::all_of(seen, [](int times) { return times == 1; }));
}

void Draw(const View& view, std::string_view text) {
  const Forest& forest = view.forest;
  (void)RenderForest(forest, {.subsegments = true});
  (void)RenderForest(forest, {.ascii = true, .colours = true, .most_lines = 3});
  const std::string page = RenderHtml(forest, text, text);
  Require(page.find("<script") == std::string::npos);
  Require(Diff(OutlineOf(forest, true), OutlineOf(forest, true)).empty());
  if (const auto outline = ReadOutline({std::string(text.substr(0, text.find('\n')))})) {
    (void)Diff(*outline, OutlineOf(forest, false));
  }
}

void ReadBack(const View& view) {
  const auto judgement = Judge(view, {"a > b"});
  const auto read = ReadView(ToJson(view, *judgement));
  Require(read.has_value() && Fingerprint(*read) == Fingerprint(view));
  Require(read->forest.parts.size() == view.forest.parts.size());
}

std::vector<Document> ReadLines(std::string_view text, auto read) {
  std::vector<Document> documents;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (auto document = read(text.substr(begin, end - begin))) {
      documents.push_back(std::move(*document));
    }
    begin = end + 1;
  }
  return documents;
}

}  // namespace
}  // namespace iatk::trace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace iatk::trace;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto header = ParseTraceHeader(text)) {
    Require(ParseTraceHeader(header->ToString()).has_value());
  }
  std::vector<Document> segments =
      Assemble(ReadLines(text, [](std::string_view line) { return ReadDocument(line); }));
  AddInferredSegments(&segments);
  (void)BuildTree(std::move(segments));

  View view;
  view.found = true;
  view.forest =
      BuildForest(ReadLines(text, [](std::string_view line) { return ReadReceived(line); }));
  CheckForest(view.forest);
  for (const Document& document : view.forest.segments) (void)ChildLinksOf(document);
  Draw(view, text);
  ReadBack(view);
  if (const auto json = iatk::json::Parse(text)) {
    if (const auto check = ReadCheck(*json)) (void)RunCheck(view.forest, *check);
    if (const auto given = ReadView(*json)) CheckForest(given->forest);
  }
  return 0;
}
