#include "iatk/trace/forest.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "iatk/trace/fields.h"

namespace iatk::trace {
namespace {

// Lays the parts out depth first, with a stack of its own: a trace may be as deep as it is long.
class PartsBuilder {
 public:
  PartsBuilder(Forest* forest, const std::vector<std::size_t>& parent_parts) : forest_(*forest) {
    std::vector<const json::Value*> parts;
    for (std::size_t i = 0; i < forest_.segments.size(); ++i) {
      if (forest_.children[i].empty()) continue;
      parts.clear();
      ForEachPart(*forest_.segments[i].json,
                  [&parts](const json::Value& part) { parts.push_back(&part); });
      for (const std::size_t child : forest_.children[i]) {
        behind_[parts.at(parent_parts[child])].push_back(child);
      }
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
    part.json = &*document.json;
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
  Kinship kinship = Relate(documents, caller);
  Forest forest;
  forest.segments.reserve(kinship.standing.size());
  for (const std::size_t place : kinship.standing) {
    forest.segments.push_back(std::move(documents[place]));
  }
  forest.children = std::move(kinship.children);
  forest.roots = std::move(kinship.roots);
  forest.orphans = std::move(kinship.orphans);

  PartsBuilder parts(&forest, kinship.parent_parts);
  for (const std::size_t root : forest.roots) parts.AddTree(root);
  for (const Orphan& orphan : forest.orphans) parts.AddTree(orphan.segment);
  return forest;
}

}  // namespace iatk::trace
