#include "iatk/trace/kinship.h"

#include <algorithm>
#include <deque>
#include <memory_resource>
#include <unordered_map>
#include <utility>

namespace iatk::trace {
namespace {

struct Holder {
  std::size_t segment;
  std::size_t part;
};
using HolderById = std::pmr::unordered_map<std::string_view, Holder>;

// The documents that stand, and the segment of each id.
void FindStanding(const std::vector<Document>& documents, std::vector<std::size_t>* standing,
                  HolderById* holders) {
  holders->reserve(documents.size());
  std::vector<Holder*> holder_of(documents.size());
  for (std::size_t i = 0; i < documents.size(); ++i) {
    Holder& holder = holders->emplace(documents[i].id, Holder{i, 0}).first->second;
    holder_of[i] = &holder;
    if (!documents[i].in_progress() || documents[holder.segment].in_progress()) holder.segment = i;
  }
  standing->reserve(holders->size());
  for (std::size_t i = 0; i < documents.size(); ++i) {
    if (holder_of[i]->segment == i) standing->push_back(i);
  }
  const auto starts_before = [&documents](std::size_t a, std::size_t b) {
    return StartsBefore(documents[a], documents[b]);
  };
  if (!std::ranges::is_sorted(*standing, starts_before))
    std::ranges::sort(*standing, starts_before);
  for (std::size_t i = 0; i < standing->size(); ++i) holder_of[(*standing)[i]]->segment = i;
}

void CutRings(const std::vector<Document>& documents, Kinship* kinship) {
  enum class Mark : char { kNew, kOnTheWay, kDone };
  std::vector<std::size_t>& parents = kinship->parents;
  std::vector<Mark> marks(parents.size(), Mark::kNew);
  std::vector<std::size_t> way;
  for (std::size_t start = 0; start < parents.size(); ++start) {
    way.clear();
    std::size_t at = start;
    while (at != kNone && marks[at] == Mark::kNew) {
      marks[at] = Mark::kOnTheWay;
      way.push_back(at);
      at = parents[at];
    }
    if (at != kNone && marks[at] == Mark::kOnTheWay) {
      const std::size_t earliest = *std::min_element(std::ranges::find(way, at), way.end());
      parents[earliest] = kNone;
      kinship->orphans.push_back({earliest, Orphan::Reason::kParentBehind,
                                  std::string(documents[kinship->standing[earliest]].parent_id)});
    }
    for (const std::size_t segment : way) marks[segment] = Mark::kDone;
  }
}

}  // namespace

Kinship Relate(const std::vector<Document>& documents, std::string_view caller) {
  Kinship kinship;
  // For the entries of the map: there are many, and all go at once.
  std::pmr::monotonic_buffer_resource memory;
  HolderById holders(&memory);
  FindStanding(documents, &kinship.standing, &holders);
  const std::size_t count = kinship.standing.size();
  // Where the ids of parts are, if there are any: they are views of it.
  std::deque<std::vector<std::string>> part_ids;
  for (std::size_t i = 0; i < count; ++i) {
    const Document& document = documents[kinship.standing[i]];
    if (document.is_bare) continue;
    const std::vector<std::string>& ids = part_ids.emplace_back(PartIdsOf(document));
    for (std::size_t part = 0; part < ids.size(); ++part) {
      if (!ids[part].empty()) holders.emplace(ids[part], Holder{i, part + 1});
    }
  }
  kinship.parents.assign(count, kNone);
  kinship.parent_parts.assign(count, 0);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view parent_id = documents[kinship.standing[i]].parent_id;
    if (const auto found = holders.find(parent_id); found != holders.end()) {
      kinship.parents[i] = found->second.segment;
      kinship.parent_parts[i] = found->second.part;
    } else if (parent_id.empty() || parent_id == caller) {
      kinship.roots.push_back(i);
    } else {
      kinship.orphans.push_back({i, Orphan::Reason::kParentMissing, std::string(parent_id)});
    }
  }
  CutRings(documents, &kinship);
  std::ranges::sort(kinship.orphans, {}, &Orphan::segment);
  kinship.children.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (kinship.parents[i] != kNone) kinship.children[kinship.parents[i]].push_back(i);
  }
  return kinship;
}

}  // namespace iatk::trace
