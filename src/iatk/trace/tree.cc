#include "iatk/trace/tree.h"

#include <algorithm>
#include <utility>

#include "iatk/json/write.h"

namespace iatk::trace {
namespace {

// Depth first without recursion: a trace may be as deep as it has segments. A segment is entered
// once, so a cycle of parents ends.
void AddPaths(Tree* out) {
  Tree& tree = *out;
  std::vector<std::size_t> sizes;
  for (const Document& segment : tree.segments) sizes.push_back(json::Write(segment.json).size());
  std::size_t entries = 0;
  std::size_t bytes = 0;
  std::vector<bool> entered(tree.segments.size(), false);
  std::vector<std::size_t> path;
  std::vector<std::size_t> next_child;
  const auto enter = [&](std::size_t segment) {
    entered[segment] = true;
    path.push_back(segment);
    next_child.push_back(0);
    if (!tree.children[segment].empty()) return;
    entries += path.size();
    for (const std::size_t one : path) bytes += sizes[one];
    tree.paths_cut = entries > kMostPathEntries || bytes > kMostPathBytes;
    if (!tree.paths_cut) tree.paths.push_back(path);
  };
  enter(tree.root);
  while (!path.empty() && !tree.paths_cut) {
    const std::vector<std::size_t>& children = tree.children[path.back()];
    if (next_child.back() == children.size()) {
      path.pop_back();
      next_child.pop_back();
      continue;
    }
    const std::size_t child = children[next_child.back()++];
    if (!entered[child]) enter(child);
  }
}

}  // namespace

Result<Tree> BuildTree(std::vector<Document> segments, std::string_view source) {
  if (segments.empty()) return Fail(SenderError("TraceEmpty", "no trace segments found"));
  Forest forest = BuildForest(std::move(segments));
  Tree tree;
  tree.segments = std::move(forest.segments);
  tree.children = std::move(forest.children);
  const auto root = std::ranges::find_if(tree.segments, [&](const Document& segment) {
    return source.empty() || segment.trace_id == source;
  });
  if (root != tree.segments.end()) {
    tree.root = static_cast<std::size_t>(root - tree.segments.begin());
  }
  for (const Orphan& orphan : forest.orphans) {
    if (orphan.segment == tree.root || orphan.reason != Orphan::Reason::kParentMissing) continue;
    return Fail(
        SenderError("TraceIncomplete",
                    "found a segment " + tree.segments[orphan.segment].id + " with no parent"));
  }
  // The root is nobody's child, even where clocks differ and its caller seems to have begun later.
  for (std::vector<std::size_t>& children : tree.children) std::erase(children, tree.root);
  AddPaths(&tree);
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
