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

PathTree::Child PathTree::ChildFor(std::string_view name, Node node) {
  const std::string quoted = '"' + std::string(name);
  const std::size_t size = std::min<std::size_t>(quoted.size(), 8);
  Child child;
  child.size = static_cast<std::uint32_t>(name.size());
  child.node = node;
  std::memcpy(reinterpret_cast<char*>(&child.tail) + 8 - size, quoted.data() + quoted.size() - size,
              size);
  if (quoted.size() > 8) std::memcpy(&child.head, quoted.data(), 8);
  child.tail_mask = ~std::uint64_t{0} << (64 - size * 8);
  return child;
}

PathTree::Node PathTree::ChildOf(Node node, std::string_view name) const {
  return index_.Find(HashFor(node, name), [&](Node child) {
    return nodes_[child].parent == node && nodes_[child].name == name;
  });
}

PathTree::Place PathTree::Find(Node node, std::string_view name) const {
  ForEachName(name, [&](std::string_view part) {
    if (node != kNoNode) node = ChildOf(node, part);
  });
  if (node == kNoNode || node == kRoot) return {};
  return nodes_[nodes_[node].parent].children[nodes_[node].position].place;
}

PathTree::Node PathTree::AddChild(Node node, std::string_view name) {
  Node child = static_cast<Node>(nodes_.size());
  if (free_.empty()) {
    nodes_.emplace_back();
  } else {
    child = free_.back();
    free_.pop_back();
  }
  nodes_[child].parent = node;
  nodes_[child].position = static_cast<std::uint32_t>(nodes_[node].children.size());
  nodes_[child].name = name;
  nodes_[node].children.push_back(ChildFor(name, child));
  index_.Insert(HashFor(node, name), child);
  return child;
}

void PathTree::NotePlace(Node node) {
  if (node == kRoot) return;
  const Record& record = nodes_[node];
  nodes_[record.parent].children[record.position].place = {
      .path = record.path, .below = record.children.empty() ? kNoNode : node};
}

void PathTree::NoteEnds(Node node) {
  const Record& record = nodes_[node];
  Record& parent = nodes_[record.parent];
  parent.ends |= EndOf('"', record.name);
  parent.deep_ends |= record.deep_ends;
  for (const Child& child : record.children) {
    const std::string& name = nodes_[child.node].name;
    // Behind a dot, an empty name may end with anything.
    parent.deep_ends |= name.empty() ? ~std::uint64_t{0} : EndOf('.', name);
  }
}

void PathTree::Add(std::string_view path, PathId id) {
  Node node = kRoot;
  ForEachName(path, [&](std::string_view name) {
    const Node child = ChildOf(node, name);
    node = child == kNoNode ? AddChild(node, name) : child;
  });
  nodes_[node].path = id;
  for (; node != kRoot; node = nodes_[node].parent) {
    NotePlace(node);
    NoteEnds(node);
  }
}

void PathTree::Remove(std::string_view path) {
  Node node = kRoot;
  ForEachName(path, [&](std::string_view name) {
    if (node != kNoNode) node = ChildOf(node, name);
  });
  if (node == kNoNode) return;
  nodes_[node].path = kNoPath;
  Prune(node);
}

void PathTree::Prune(Node node) {
  while (node != kRoot && nodes_[node].path == kNoPath && nodes_[node].children.empty()) {
    const Node parent = nodes_[node].parent;
    index_.Erase(HashFor(parent, nodes_[node].name), node);
    std::vector<Child>& children = nodes_[parent].children;
    const std::uint32_t position = nodes_[node].position;
    children[position] = children.back();
    nodes_[children[position].node].position = position;
    children.pop_back();
    nodes_[node] = Record();
    free_.push_back(node);
    node = parent;
  }
  while (true) {
    NotePlace(node);
    Record& record = nodes_[node];
    record.ends = record.deep_ends = 0;
    for (const Child& child : record.children) NoteEnds(child.node);
    if (node == kRoot) return;
    node = record.parent;
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
