#include "iatk/trace/tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "iatk/trace/kinship.h"

namespace iatk::trace {
namespace {

// Depth first without recursion: a trace may be as deep as it has segments. `root` is a segment of
// `kinship` that is nobody's child.
void Walk(const Kinship& kinship, std::size_t root, Tree* out) {
  Tree& tree = *out;
  struct Step {
    std::size_t segment;
    std::size_t bytes;  // of the documents from the root to here
    std::size_t next_child = 0;
  };
  std::vector<Step> way;
  std::size_t entries = 0;
  std::size_t bytes = 0;
  std::size_t whole = 0;  // so much of the walk is paths that have their ends
  const auto enter = [&](std::size_t segment) {
    const std::size_t document = kinship.standing[segment];
    tree.walk.push_back(document);
    tree.depths.push_back(way.size());
    const std::size_t before = way.empty() ? 0 : way.back().bytes;
    way.push_back({segment, before + tree.documents[document].json.TextSize()});
    if (!kinship.children[segment].empty()) return;
    entries += way.size();
    bytes += way.back().bytes;
    tree.paths_cut = entries > kMostPathEntries || bytes > kMostPathBytes;
    if (!tree.paths_cut) whole = tree.walk.size();
  };
  enter(root);
  while (!way.empty() && !tree.paths_cut) {
    const std::vector<std::size_t>& children = kinship.children[way.back().segment];
    if (way.back().next_child == children.size()) {
      way.pop_back();
      continue;
    }
    enter(children[way.back().next_child++]);
  }
  tree.walk.resize(whole);
  tree.depths.resize(whole);
}

}  // namespace

Result<Tree> BuildTree(std::vector<Document> documents, std::string_view source) {
  if (documents.empty()) return Fail(SenderError("TraceEmpty", "no trace segments found"));
  Kinship kinship = Relate(documents);
  const auto of_source = std::ranges::find_if(kinship.standing, [&](std::size_t place) {
    return source.empty() || documents[place].trace_id == source;
  });
  const std::size_t root = of_source == kinship.standing.end()
                               ? 0
                               : static_cast<std::size_t>(of_source - kinship.standing.begin());
  for (const Orphan& orphan : kinship.orphans) {
    if (orphan.segment == root || orphan.reason != Orphan::Reason::kParentMissing) continue;
    return Fail(SenderError("TraceIncomplete",
                            fmt::format("found a segment {} with no parent",
                                        documents[kinship.standing[orphan.segment]].id)));
  }
  // The root is nobody's child, even where clocks differ and its caller seems to have begun later.
  if (const std::size_t parent = kinship.parents[root]; parent != kNone) {
    std::erase(kinship.children[parent], root);
  }
  Tree tree;
  tree.documents = std::move(documents);
  tree.root = kinship.standing[root];
  Walk(kinship, root, &tree);
  tree.segments = std::move(kinship.standing);
  tree.children = std::move(kinship.children);
  return tree;
}

std::vector<std::vector<std::size_t>> PathsOf(const Tree& tree) {
  std::vector<std::vector<std::size_t>> paths;
  std::vector<std::size_t> way;
  for (std::size_t i = 0; i < tree.walk.size(); ++i) {
    way.resize(tree.depths[i]);
    way.push_back(tree.walk[i]);
    const bool is_leaf = i + 1 == tree.walk.size() || tree.depths[i + 1] <= tree.depths[i];
    if (is_leaf) paths.push_back(way);
  }
  return paths;
}

json::Value PathsToJson(const Tree& tree) {
  json::Array paths;
  for (const std::vector<std::size_t>& path : PathsOf(tree)) {
    json::Array segments;
    for (const std::size_t segment : path) segments.push_back(*tree.documents[segment].json);
    paths.push_back(std::move(segments));
  }
  return paths;
}

}  // namespace iatk::trace
