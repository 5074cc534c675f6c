#include "iatk/rpc/tree_reply.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "iatk/trace/tree.h"

namespace iatk::rpc {
namespace {

constexpr std::string_view kPacked("\0iatk\0\0\3", 8);
constexpr std::uint64_t kQuoted = std::uint64_t{1} << 63;

// The documents that a reply has: those of the walk in its order, then the root and the source's
// segments as far as they are not among these.
class Places {
 public:
  explicit Places(const kit::TraceTree& found) : numbers_(found.tree.documents.size(), kNone) {
    for (const std::size_t document : found.tree.walk) NumberOf(document);
  }

  std::uint64_t NumberOf(std::size_t document) {
    if (numbers_[document] == kNone) {
      numbers_[document] = documents_.size();
      documents_.push_back(document);
    }
    return numbers_[document];
  }

  const std::vector<std::size_t>& documents() const { return documents_; }

 private:
  static constexpr std::uint64_t kNone = UINT64_MAX;
  std::vector<std::uint64_t> numbers_;
  std::vector<std::size_t> documents_;
};

// Of each place in the walk the one above, and the places that paths end at.
struct Ways {
  explicit Ways(const std::vector<std::size_t>& depths) {
    above.reserve(depths.size());
    std::vector<std::uint64_t> way;
    for (std::size_t i = 0; i < depths.size(); ++i) {
      above.push_back(depths[i] == 0 ? i : way[depths[i] - 1]);
      way.resize(depths[i]);
      way.push_back(i);
      if (i + 1 == depths.size() || depths[i + 1] <= depths[i]) ends.push_back(i);
    }
  }
  std::vector<std::uint64_t> above;
  std::vector<std::uint64_t> ends;
};

}  // namespace

json::Value HeadOf(const kit::TraceTree& found) {
  json::Object output{
      {"source_trace", json::Object{{"id", found.source.id},
                                    {"duration", found.source.duration},
                                    {"limit_exceeded", found.source.limit_exceeded}}},
      {"linked_trace_limit_exceeded", found.linked_trace_limit_exceeded}};
  if (found.tree.paths_cut) output.Append("paths_cut", true);
  return output;
}

json::Value ToJson(const kit::TraceTree& found) {
  // Appended, not listed: what a list of initializers holds is copied, and this can be large.
  json::Object output;
  output.Append("root", *found.tree.documents[found.tree.root].json);
  output.Append("paths", trace::PathsToJson(found.tree));
  json::Array segments;
  for (const std::size_t place : found.source_places) {
    segments.push_back(*found.tree.documents[place].json);
  }
  json::Value head = HeadOf(found);
  head.Find("source_trace")->AsObject()->Append("segments", std::move(segments));
  for (auto& [name, value] : *head.AsObject()) output.Append(std::move(name), std::move(value));
  return output;
}

Packed Pack(const kit::TraceTree& found, std::string_view head) {
  Places places(found);
  const std::uint64_t root = places.NumberOf(found.tree.root);
  std::vector<std::uint64_t> source;
  source.reserve(found.source_places.size());
  for (const std::size_t place : found.source_places) source.push_back(places.NumberOf(place));

  Packed::Kept kept;
  const auto written = std::make_shared<std::vector<std::string>>();  // of those that have no text
  written->reserve(places.documents().size());
  kept.push_back(written);
  std::vector<std::uint64_t> texts;
  texts.reserve(2 * places.documents().size());
  for (const std::size_t document : places.documents()) {
    const json::Lazy& json = found.tree.documents[document].json;
    const std::optional<std::string_view> text = json.source();
    // Documents that lie together have come together.
    if (text && kept.back() != json.holder()) kept.push_back(json.holder());
    const std::string_view there = text ? *text : written->emplace_back(json.Text());
    texts.push_back(reinterpret_cast<std::uintptr_t>(there.data()));
    texts.push_back(there.size() | (text && json.is_quoted() ? kQuoted : 0));
  }
  const Ways ways(found.tree.depths);
  const std::vector<std::uint64_t> sizes = {head.size(),      texts.size() / 2, ways.above.size(),
                                            ways.ends.size(), source.size(),    root};
  const std::vector<std::uint64_t>* const numbers[] = {&sizes, &texts, &ways.above, &ways.ends,
                                                       &source};
  std::size_t size = kPacked.size() + head.size();
  for (const auto* each : numbers) size += each->size() * sizeof(std::uint64_t);
  Packed packed(size, std::move(kept));
  char* at = packed.data();
  const auto append = [&at](std::string_view bytes) { at = std::ranges::copy(bytes, at).out; };
  append(kPacked);
  for (const auto* each : numbers) {
    append({reinterpret_cast<const char*>(each->data()), each->size() * sizeof(std::uint64_t)});
  }
  append(head);
  return packed;
}

}  // namespace iatk::rpc
