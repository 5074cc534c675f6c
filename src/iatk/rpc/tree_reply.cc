#include "iatk/rpc/tree_reply.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "iatk/trace/tree.h"

namespace iatk::rpc {
namespace {

constexpr std::string_view kPacked("\0iatk\0\0\1", 8);

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

void Append(const std::vector<std::uint64_t>& numbers, std::string* out) {
  out->append(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof numbers[0]);
}

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

std::string Pack(const kit::TraceTree& found, std::string_view head) {
  Places places(found);
  const std::uint64_t root = places.NumberOf(found.tree.root);
  std::vector<std::uint64_t> source;
  source.reserve(found.source_places.size());
  for (const std::size_t place : found.source_places) source.push_back(places.NumberOf(place));

  std::vector<std::uint64_t> ends;
  std::size_t end = 0;
  ends.reserve(places.documents().size());
  for (const std::size_t document : places.documents()) {
    end += found.tree.documents[document].json.TextSize();
    ends.push_back(end);
  }
  std::vector<std::uint64_t> depths(found.tree.depths.begin(), found.tree.depths.end());
  std::vector<std::uint64_t> sizes = {head.size(), ends.size(), depths.size(), source.size(), root};
  std::string packed(kPacked);
  packed.reserve(kPacked.size() + head.size() + end +
                 sizeof(std::uint64_t) *
                     (sizes.size() + ends.size() + depths.size() + source.size()));
  for (const std::vector<std::uint64_t>* numbers : {&sizes, &ends, &depths, &source})
    Append(*numbers, &packed);
  packed += head;
  for (const std::size_t document : places.documents()) {
    found.tree.documents[document].json.AppendText(&packed);
  }
  return packed;
}

}  // namespace iatk::rpc
