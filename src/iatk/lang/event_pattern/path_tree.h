// The paths that rules test, as a tree of key names: it leads through an event to the fields that
// are used, and tells what can be skipped.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/lang/event_pattern/hash_index.h"

namespace iatk::event_pattern {

static_assert(std::endian::native == std::endian::little, "key names are compared as words");

using PathId = std::uint32_t;
inline constexpr PathId kNoPath = ~0U;

class PathTree {
 public:
  using Node = std::uint32_t;
  static constexpr Node kRoot = 0;
  static constexpr Node kNoNode = ~0U;

  PathTree() : nodes_(1) {}

  /// Makes the dotted path lead to `id`.
  void Add(std::string_view path, PathId id);
  /// Forgets the path.
  void Remove(std::string_view path);

  /// The node below `node` for the name at [begin, begin + size), or kNoNode. `end` is where the
  /// text ends that it is in.
  Node Find(Node node, const char* begin, std::size_t size, const char* end) const {
    const Record& record = nodes_[node];
    const std::uint64_t head = HeadOf(begin, size, end);
    if ((record.heads >> (head & 63U) & 1U) == 0) return kNoNode;
    if (record.children.size() > kFew) {
      return index_.Find(HashOf(node, HashOf(std::string_view(begin, size))), [&](Node child) {
        return nodes_[child].parent == node && nodes_[child].name == std::string_view(begin, size);
      });
    }
    for (const Child& child : record.children) {
      if (child.head != head || child.size != size) continue;
      if (size <= 8 || std::memcmp(nodes_[child.node].name.data() + 8, begin + 8, size - 8) == 0) {
        return child.node;
      }
    }
    return kNoNode;
  }

  /// Whether some name below the node begins with this byte (false is certain, true likely).
  bool MayBegin(Node node, char byte) const {
    return (nodes_[node].heads >> (static_cast<unsigned char>(byte) & 63U) & 1U) != 0;
  }
  /// The path that ends at the node, or kNoPath.
  PathId PathOf(Node node) const { return nodes_[node].path; }
  /// How many names lead on from the node.
  std::size_t ChildCount(Node node) const { return nodes_[node].children.size(); }

  std::size_t Bytes() const;

 private:
  static constexpr std::size_t kFew = 12;

  struct Child {
    std::uint64_t head = 0;  // the first 8 bytes of its name
    std::uint32_t size = 0;
    Node node = 0;
  };
  struct Record {
    std::uint64_t heads = 0;  // bit: the first byte of some child's name, modulo 64
    std::vector<Child> children;
    PathId path = kNoPath;
    Node parent = kNoNode;
    std::string name;
  };

  static std::uint64_t HeadOf(const char* begin, std::size_t size, const char* end) {
    std::uint64_t head = 0;
    if (end - begin >= 8) {
      std::memcpy(&head, begin, 8);
      if (size < 8) head &= (std::uint64_t{1} << (size * 8)) - 1;
    } else {
      std::memcpy(&head, begin, size < 8 ? size : 8);
    }
    return head;
  }
  Node Find(Node node, std::string_view name) const {
    return Find(node, name.data(), name.size(), name.data() + name.size());
  }
  std::uint32_t HashFor(Node parent, std::string_view name) const {
    return HashOf(parent, HashOf(name));
  }
  void Prune(Node node);

  std::vector<Record> nodes_;
  std::vector<Node> free_;
  HashIndex index_;  // of all nodes but the root, by parent and name
};

}  // namespace iatk::event_pattern
