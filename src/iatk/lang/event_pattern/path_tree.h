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

  /// Where a name leads.
  struct Place {
    PathId path = kNoPath;  ///< that ends there
    Node below = kNoNode;   ///< from which names lead on; kNoNode if none does
    bool leads_nowhere() const { return path == kNoPath && below == kNoNode; }
  };

  PathTree() : nodes_(1) {}

  /// Makes the dotted path lead to `id`.
  void Add(std::string_view path, PathId id);
  /// Forgets the path.
  void Remove(std::string_view path);

  /// Where the name leads from `node`, which a name leads on from. A name with dots is a path of
  /// its own.
  Place Find(Node node, std::string_view name) const;

  /// The names below one node, for a name that is known by where it ends in JSON text.
  class Names;
  Names NamesBelow(Node node) const;

  std::size_t Bytes() const;

 private:
  struct Child {
    std::uint64_t tail = 0;       // the last 8 bytes of a quote and its name
    std::uint64_t tail_mask = 0;  // those that there are
    std::uint64_t head = 0;       // the first 8, if there are more
    std::uint32_t size = 0;
    Node node = 0;
    Place place;
  };
  struct Record {
    std::uint64_t ends = 0;       // EndOf all names that lead on from here
    std::uint64_t deep_ends = 0;  // of all that lead on from there
    std::vector<Child> children;
    PathId path = kNoPath;
    Node parent = kNoNode;
    std::uint32_t position = 0;  // among the parent's children
    std::string name;
  };

  static Child ChildFor(std::string_view name, Node node);
  // The bit of a name that ends with these two bytes.
  static std::uint64_t EndBit(std::uint16_t two_bytes) {
    return std::uint64_t{1} << (two_bytes * 0x9E3779B1U >> 26U);
  }
  // The bit of a name behind `before`, a quote or a dot; an empty name has none.
  static std::uint64_t EndOf(char before, std::string_view name) {
    if (name.empty()) return 0;
    const char last[] = {name.size() > 1 ? name[name.size() - 2] : before, name.back()};
    std::uint16_t two_bytes = 0;
    std::memcpy(&two_bytes, last, 2);
    return EndBit(two_bytes);
  }
  std::uint32_t HashFor(Node parent, std::string_view name) const {
    return HashOf(parent, HashOf(name));
  }
  Node ChildOf(Node node, std::string_view name) const;
  Node AddChild(Node node, std::string_view name);
  // Notes with the node's parent where its name leads, and how the names below end.
  void NotePlace(Node node);
  void NoteEnds(Node node);
  // Takes nodes out that lead nowhere, from this one upwards.
  void Prune(Node node);

  std::vector<Record> nodes_;
  std::vector<Node> free_;
  HashIndex index_;  // of all nodes but the root, by parent and name
};

/// Valid as long as the tree is not changed.
class PathTree::Names {
 public:
  /// How many there are.
  std::size_t count() const { return count_; }

  /// Where the name leads that ends with the quote at `quote` of the text that begins at `text`; it
  /// is not empty and has no escapes. `begin(quote)` tells where it begins, and is asked only if it
  /// matters.
  template <class Begin>
  [[gnu::always_inline]] Place FindEnding(const char* text, std::size_t quote, Begin begin) const {
    std::uint16_t last = 0;
    std::memcpy(&last, text + quote - 2, 2);
    const std::uint64_t end_bit = EndBit(last);
    if (((ends_ | deep_ends_) & end_bit) == 0) return {};
    if (count_ <= kFew) {
      const std::uint64_t tail = TailBefore(text, quote);
      for (const Child *child = children_, *end = child + count_; child != end; ++child) {
        if (((child->tail ^ tail) & child->tail_mask) != 0) continue;
        if (child->size < 8 || EndsWith(text, quote, *child)) return child->place;
      }
      if ((deep_ends_ & end_bit) == 0) return {};
    }
    const std::size_t first = begin(quote);
    const std::string_view name(text + first, quote - first);
    if (count_ <= kFew && name.find('.') == std::string_view::npos) return {};
    return tree_->Find(node_, name);
  }

 private:
  friend class PathTree;
  static constexpr std::size_t kFew = 12;

  Names(const PathTree& tree, Node node)
      : tree_(&tree),
        node_(node),
        ends_(tree.nodes_[node].ends),
        children_(tree.nodes_[node].children.data()),
        count_(tree.nodes_[node].children.size()),
        deep_ends_(tree.nodes_[node].deep_ends) {}

  static std::uint64_t TailBefore(const char* text, std::size_t quote) {
    std::uint64_t tail = 0;
    if (quote >= 8) {
      std::memcpy(&tail, text + quote - 8, 8);
    } else {
      std::memcpy(reinterpret_cast<char*>(&tail) + 8 - quote, text, quote);
    }
    return tail;
  }
  // For a name of 8 bytes or more, of which the last 8 are equal.
  bool EndsWith(const char* text, std::size_t quote, const Child& child) const {
    if (quote <= child.size) return false;
    const char* const begin = text + quote - child.size - 1;
    std::uint64_t head = 0;
    std::memcpy(&head, begin, 8);
    return head == child.head && (child.size < 16 || tree_->nodes_[child.node].name ==
                                                         std::string_view(begin + 1, child.size));
  }

  const PathTree* tree_;
  Node node_;
  std::uint64_t ends_;
  const Child* children_;
  std::size_t count_;
  std::uint64_t deep_ends_;
};

inline PathTree::Names PathTree::NamesBelow(Node node) const { return {*this, node}; }

}  // namespace iatk::event_pattern
