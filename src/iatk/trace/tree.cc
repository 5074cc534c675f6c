#include "iatk/trace/tree.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace iatk::trace {
namespace {

using SegmentById = std::unordered_map<std::string, std::size_t>;

void AddIds(const json::Value& json, std::size_t segment, SegmentById* out) {
  if (const std::string* id = json.FindString("id")) out->emplace(*id, segment);
  const json::Value* subsegments = json.Find("subsegments");
  if (subsegments == nullptr || subsegments->AsArray() == nullptr) return;
  for (const json::Value& subsegment : *subsegments->AsArray()) AddIds(subsegment, segment, out);
}

// Depth first without recursion: a trace may be as deep as it has segments. A segment is entered
// once, so a cycle of parents ends.
std::vector<std::vector<std::size_t>> PathsOf(const Tree& tree) {
  std::vector<std::vector<std::size_t>> paths;
  std::vector<bool> entered(tree.segments.size(), false);
  std::vector<std::size_t> path;
  std::vector<std::size_t> next_child;
  const auto enter = [&](std::size_t segment) {
    entered[segment] = true;
    path.push_back(segment);
    next_child.push_back(0);
    if (tree.children[segment].empty()) paths.push_back(path);
  };
  enter(tree.root);
  while (!path.empty()) {
    const std::vector<std::size_t>& children = tree.children[path.back()];
    if (next_child.back() == children.size()) {
      path.pop_back();
      next_child.pop_back();
      continue;
    }
    const std::size_t child = children[next_child.back()++];
    if (!entered[child]) enter(child);
  }
  return paths;
}

}  // namespace

Result<Tree> BuildTree(std::vector<Document> segments) {
  if (segments.empty()) return Fail(SenderError("TraceEmpty", "no trace segments found"));
  std::ranges::stable_sort(segments, {}, &Document::start_time);
  SegmentById by_id;
  for (std::size_t i = 0; i < segments.size(); ++i) AddIds(segments[i].json, i, &by_id);
  Tree tree;
  tree.children.resize(segments.size());
  for (std::size_t i = 1; i < segments.size(); ++i) {
    if (segments[i].parent_id.empty()) continue;
    const auto parent = by_id.find(segments[i].parent_id);
    if (parent == by_id.end()) {
      return Fail(
          SenderError("TraceIncomplete", "found a segment " + segments[i].id + " with no parent"));
    }
    tree.children[parent->second].push_back(i);
  }
  tree.segments = std::move(segments);
  tree.paths = PathsOf(tree);
  return tree;
}

json::Value ToJson(const Trace& trace) {
  json::Array segments;
  for (const Document& segment : trace.segments) segments.push_back(segment.json);
  return json::Object{{"id", trace.id},
                      {"duration", trace.duration},
                      {"limit_exceeded", trace.limit_exceeded},
                      {"segments", std::move(segments)}};
}

json::Value PathsToJson(const Tree& tree) {
  json::Array paths;
  for (const std::vector<std::size_t>& path : tree.paths) {
    json::Array segments;
    for (const std::size_t segment : path) segments.push_back(tree.segments[segment].json);
    paths.push_back(std::move(segments));
  }
  return paths;
}

}  // namespace iatk::trace
