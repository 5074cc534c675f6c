#include "iatk/lang/event_pattern/path_tree.h"

#include <algorithm>

namespace iatk::event_pattern {
namespace {

// Calls `visit(name)` for the parts between the dots.
template <class Visit>
void ForEachName(std::string_view path, Visit visit) {
  while (true) {
    const std::size_t dot = path.find('.');
    visit(path.substr(0, dot));
    if (dot == std::string_view::npos) return;
    path.remove_prefix(dot + 1);
  }
}

}  // namespace

void PathTree::Add(std::string_view path, PathId id) {
  Node node = kRoot;
  ForEachName(path, [&](std::string_view name) {
    Node child = Find(node, name);
    if (child == kNoNode) {
      if (free_.empty()) {
        child = static_cast<Node>(nodes_.size());
        nodes_.emplace_back();
      } else {
        child = free_.back();
        free_.pop_back();
        nodes_[child] = Record();
      }
      nodes_[child].parent = node;
      nodes_[child].name = name;
      const std::uint64_t head = HeadOf(name.data(), name.size(), name.data() + name.size());
      nodes_[node].children.push_back({head, static_cast<std::uint32_t>(name.size()), child});
      nodes_[node].heads |= std::uint64_t{1} << (head & 63U);
      index_.Insert(HashFor(node, name), child);
    }
    node = child;
  });
  nodes_[node].path = id;
}

void PathTree::Remove(std::string_view path) {
  Node node = kRoot;
  ForEachName(path, [&](std::string_view name) {
    if (node != kNoNode) node = Find(node, name);
  });
  if (node == kNoNode) return;
  nodes_[node].path = kNoPath;
  Prune(node);
}

void PathTree::Prune(Node node) {
  while (node != kRoot && nodes_[node].path == kNoPath && nodes_[node].children.empty()) {
    const Node parent = nodes_[node].parent;
    Record& above = nodes_[parent];
    std::erase_if(above.children, [node](const Child& child) { return child.node == node; });
    above.heads = 0;
    for (const Child& child : above.children) above.heads |= std::uint64_t{1} << (child.head & 63U);
    index_.Erase(HashFor(parent, nodes_[node].name), node);
    nodes_[node] = Record();
    free_.push_back(node);
    node = parent;
  }
}

std::size_t PathTree::Bytes() const {
  std::size_t bytes = nodes_.capacity() * sizeof(Record) + index_.Bytes() + free_.capacity() * 4;
  for (const Record& record : nodes_) {
    bytes += record.children.capacity() * sizeof(Child);
    if (record.name.capacity() > 15) bytes += record.name.capacity() + 1;
  }
  return bytes;
}

}  // namespace iatk::event_pattern
