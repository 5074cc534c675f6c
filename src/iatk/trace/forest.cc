#include "iatk/trace/forest.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "iatk/trace/fields.h"

namespace iatk::trace {
namespace {

struct Holder {
  std::size_t segment;
  const json::Value* json;
};
using HolderById = std::unordered_map<std::string_view, Holder>;

std::vector<Document> OneOfEachId(std::vector<Document> documents) {
  std::vector<Document> kept;
  kept.reserve(documents.size());
  std::unordered_map<std::string, std::size_t> place;
  for (Document& document : documents) {
    const auto [it, is_new] = place.emplace(document.id, kept.size());
    if (is_new) {
      kept.push_back(std::move(document));
    } else if (!document.in_progress() || kept[it->second].in_progress()) {
      kept[it->second] = std::move(document);
    }
  }
  std::ranges::sort(kept, StartsBefore);
  return kept;
}

// A segment's own id goes before a subsegment's that is the same.
HolderById HoldersOf(const std::vector<Document>& segments) {
  HolderById holders;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    holders.emplace(segments[i].id, Holder{i, &segments[i].json});
  }
  for (std::size_t i = 0; i < segments.size(); ++i) {
    ForEachPart(segments[i].json, [&](const json::Value& part) {
      const std::string_view id = TextOf(part, "id");
      if (!id.empty()) holders.emplace(id, Holder{i, &part});
    });
  }
  return holders;
}

// Cuts each ring of parents at its earliest segment, which becomes an orphan.
void CutRings(std::vector<std::size_t>* parents, Forest* forest) {
  enum class Mark : char { kNew, kOnTheWay, kDone };
  std::vector<Mark> marks(parents->size(), Mark::kNew);
  std::vector<std::size_t> way;
  for (std::size_t start = 0; start < parents->size(); ++start) {
    way.clear();
    std::size_t at = start;
    while (at != kNone && marks[at] == Mark::kNew) {
      marks[at] = Mark::kOnTheWay;
      way.push_back(at);
      at = (*parents)[at];
    }
    if (at != kNone && marks[at] == Mark::kOnTheWay) {
      const std::size_t earliest = *std::min_element(std::ranges::find(way, at), way.end());
      (*parents)[earliest] = kNone;
      forest->orphans.push_back(
          {earliest, Orphan::Reason::kParentBehind, forest->segments[earliest].parent_id});
    }
    for (const std::size_t segment : way) marks[segment] = Mark::kDone;
  }
}

// Lays the parts out depth first, with a stack of its own: a trace may be as deep as it is long.
class PartsBuilder {
 public:
  PartsBuilder(Forest* forest, const HolderById& holders, const std::vector<std::size_t>& parents)
      : forest_(*forest) {
    for (std::size_t i = 0; i < parents.size(); ++i) {
      if (parents[i] == kNone) continue;
      behind_[holders.at(forest_.segments[i].parent_id).json].push_back(i);
    }
    forest_.part_of.resize(forest_.segments.size());
  }

  void AddTree(std::size_t segment) {
    Enter(SegmentPart(segment));
    while (!open_.empty()) {
      Open& top = open_.back();
      if (top.next == top.children.size()) {
        forest_.parts[top.part].end = forest_.parts.size();
        open_.pop_back();
        continue;
      }
      Enter(top.children[top.next++]);
    }
  }

 private:
  struct Open {
    std::size_t part;
    std::vector<Part> children;
    std::size_t next = 0;
  };

  Part SegmentPart(std::size_t segment) const {
    const Document& document = forest_.segments[segment];
    Part part;
    part.id = document.id;
    part.name = document.name;
    part.origin = document.origin;
    part.start_time = document.start_time;
    part.end_time = document.end_time;
    part.json = &document.json;
    part.segment = segment;
    part.is_segment = true;
    return part;
  }

  Part SubsegmentPart(const json::Value& json, const Part& in) const {
    Part part;
    part.id = TextOf(json, "id");
    part.name = TextOf(json, "name");
    part.start_time = NumberOf(json, "start_time").value_or(in.start_time);
    part.end_time = NumberOf(json, "end_time");
    part.json = &json;
    part.segment = in.segment;
    return part;
  }

  void Enter(Part part) {
    const std::size_t place = forest_.parts.size();
    part.parent = open_.empty() ? kNone : open_.back().part;
    part.depth = open_.size();
    if (part.is_segment) forest_.part_of[part.segment] = place;
    if (part.in_progress()) forest_.pending.push_back(place);
    std::vector<Part> children;
    for (const json::Value& subsegment : ArrayOf(*part.json, "subsegments")) {
      if (subsegment.AsObject() != nullptr) children.push_back(SubsegmentPart(subsegment, part));
    }
    if (const auto found = behind_.find(part.json); found != behind_.end()) {
      for (const std::size_t segment : found->second) children.push_back(SegmentPart(segment));
    }
    std::ranges::stable_sort(children, [](const Part& a, const Part& b) {
      return a.start_time != b.start_time ? a.start_time < b.start_time : a.id < b.id;
    });
    forest_.parts.push_back(part);
    open_.push_back({place, std::move(children)});
  }

  Forest& forest_;
  std::unordered_map<const json::Value*, std::vector<std::size_t>> behind_;
  std::vector<Open> open_;
};

}  // namespace

bool Part::Flag(std::string_view name) const { return IsTrue(*json, name); }

Forest BuildForest(std::vector<Document> documents, std::string_view caller) {
  Forest forest;
  forest.segments = OneOfEachId(std::move(documents));
  const std::vector<Document>& segments = forest.segments;
  const HolderById holders = HoldersOf(segments);

  std::vector<std::size_t> parents(segments.size(), kNone);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const std::string& parent_id = segments[i].parent_id;
    if (const auto found = holders.find(parent_id); found != holders.end()) {
      parents[i] = found->second.segment;
    } else if (parent_id.empty() || parent_id == caller) {
      forest.roots.push_back(i);
    } else {
      forest.orphans.push_back({i, Orphan::Reason::kParentMissing, parent_id});
    }
  }
  CutRings(&parents, &forest);
  std::ranges::sort(forest.orphans, {}, &Orphan::segment);
  forest.children.resize(segments.size());
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (parents[i] != kNone) forest.children[parents[i]].push_back(i);
  }

  PartsBuilder parts(&forest, holders, parents);
  for (const std::size_t root : forest.roots) parts.AddTree(root);
  for (const Orphan& orphan : forest.orphans) parts.AddTree(orphan.segment);
  return forest;
}

}  // namespace iatk::trace
