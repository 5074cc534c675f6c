#include "iatk/kit/trace_fetch.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <numeric>
#include <unordered_set>
#include <utility>

#include "iatk/kit/trace_answer.h"
#include "iatk/kit/trace_retrieval.h"
#include "iatk/model/xray/operations.h"
#include "iatk/trace/header.h"

namespace iatk::kit {

namespace xray = model::xray;
using std::chrono::milliseconds;

namespace {

constexpr std::size_t kIdsPerCall = 5;  // API reference, BatchGetTraces
constexpr int kMostAttempts = 5;
constexpr milliseconds kFirstPause{50};
constexpr int kMostPages = 1000;
constexpr std::size_t kDeepestLink = 5;
constexpr std::size_t kMostLinkedTraces = 500;

// Takes in what a page has of a trace: its segments may come in several.
void TakeIn(trace::Trace from, FetchedTraces* out) {
  trace::Trace& trace = out->traces[from.id];
  trace.id = std::move(from.id);
  trace.duration = std::max(trace.duration, from.duration);
  trace.limit_exceeded = trace.limit_exceeded || from.limit_exceeded;
  if (trace.segments.empty()) {
    trace.segments = std::move(from.segments);
  } else {
    std::ranges::move(from.segments, std::back_inserter(trace.segments));
  }
}

// All pages for the ids; returns those that X-Ray left unprocessed.
Result<std::vector<std::string>> FetchPages(Session& session, std::vector<std::string> ids,
                                            FetchedTraces* out) {
  xray::BatchGetTracesRequest input;
  input.trace_ids = std::move(ids);
  std::vector<std::string> unprocessed;
  for (int page = 0; page < kMostPages; ++page) {
    IATK_TRY(TracesAnswer answer,
             session.CallAndRead<xray::op::BatchGetTraces>(input, &ReadTracesAnswer));
    for (trace::Trace& trace : answer.traces) TakeIn(std::move(trace), out);
    std::ranges::move(answer.unreadable, std::back_inserter(out->unreadable));
    for (const std::string& id : answer.unprocessed_ids) {
      const auto& asked = *input.trace_ids;
      if (std::ranges::find(asked, id) != asked.end() &&
          std::ranges::find(unprocessed, id) == unprocessed.end()) {
        unprocessed.push_back(id);
      }
    }
    if (answer.next_token.empty()) break;
    input.next_token = std::move(answer.next_token);
  }
  // One page may leave an id, and the next have it.
  std::erase_if(unprocessed, [out](const std::string& id) { return out->traces.contains(id); });
  return unprocessed;
}

Result<FetchedTraces> FetchFew(Session& session, std::vector<std::string> ids, Time until) {
  FetchedTraces fetched;
  milliseconds pause = kFirstPause;
  for (int attempt = 1; !ids.empty(); ++attempt, pause *= 2) {
    IATK_TRY(ids, FetchPages(session, std::move(ids), &fetched));
    const bool time_left = session.clock().Now() + pause < until;
    if (ids.empty() || attempt == kMostAttempts || !time_left) break;
    SleepFor(pause);
  }
  return fetched;
}

void Add(FetchedTraces more, FetchedTraces* to) {
  to->traces.merge(more.traces);
  std::ranges::move(more.unreadable, std::back_inserter(to->unreadable));
}

// BatchGetTraces does not have what is there where Transaction Search is on, but for the share of
// traces that is indexed.
void AddRetrieved(Session& session, const std::vector<std::string>& ids, Time until,
                  FetchedTraces* fetched) {
  std::vector<std::string> missing;
  std::ranges::copy_if(ids, std::back_inserter(missing),
                       [&](const std::string& id) { return !fetched->traces.contains(id); });
  if (missing.empty()) return;
  auto retrieved = RetrieveTraces(session, missing, until);
  if (!retrieved) {
    if (!IsRefused(retrieved.error())) fetched->last_error = Describe(retrieved.error());
    return;
  }
  for (RetrievedTrace& one : *retrieved) {
    fetched->traces[one.trace.id] = std::move(one.trace);
    std::ranges::move(one.unreadable, std::back_inserter(fetched->unreadable));
  }
}

// Puts a linked trace behind the part that links to it: the segments without a parent, or else the
// earliest.
void Adopt(std::vector<trace::Document> linked, const std::string& from,
           std::vector<trace::Document>* documents) {
  if (linked.empty()) return;
  std::ranges::stable_sort(linked, trace::StartsBefore);
  bool adopted = false;
  for (trace::Document& document : linked) {
    if (!document.parent_id.empty()) continue;
    document.SetParent(from);
    adopted = true;
  }
  if (!adopted) linked.front().SetParent(from);
  std::ranges::move(linked, std::back_inserter(*documents));
}

// Moves the source's segments, and notes where each went.
void SortIntoDocuments(GatheredTrace* gathered) {
  std::vector<trace::Document>& came = gathered->source.segments;
  std::vector<std::size_t> order(came.size());
  std::iota(order.begin(), order.end(), 0);
  const auto starts_before = [&came](std::size_t a, std::size_t b) {
    return trace::StartsBefore(came[a], came[b]);
  };
  if (std::ranges::is_sorted(order, starts_before)) {
    gathered->source_places = std::move(order);
    gathered->documents = std::move(came);
    came.clear();
    return;
  }
  std::ranges::stable_sort(order, starts_before);
  gathered->documents.reserve(came.size());
  gathered->source_places.resize(came.size());
  for (const std::size_t place : order) {
    gathered->source_places[place] = gathered->documents.size();
    gathered->documents.push_back(std::move(came[place]));
  }
  came.clear();
}

class LinkFollower {
 public:
  LinkFollower(Session& session, Time until, GatheredTrace* gathered)
      : session_(session), until_(until), gathered_(*gathered), known_{gathered->source.id} {}

  Result<void> Run() {
    std::size_t looked_at = 0;
    for (std::size_t depth = 0; looked_at < gathered_.documents.size(); ++depth) {
      const std::size_t first = gathered_.links.size();
      std::vector<std::string> wanted;
      for (; looked_at < gathered_.documents.size(); ++looked_at) {
        for (trace::ChildLink& link : trace::ChildLinksOf(gathered_.documents[looked_at])) {
          Note(std::move(link), depth, &wanted);
        }
      }
      if (wanted.empty()) return {};
      IATK_TRY(FetchedTraces fetched, FetchTraces(session_, wanted, until_));
      std::ranges::move(fetched.unreadable, std::back_inserter(gathered_.unreadable));
      if (!fetched.last_error.empty()) gathered_.last_error = fetched.last_error;
      for (std::size_t i = first; i < gathered_.links.size(); ++i) {
        trace::FollowedLink& link = gathered_.links[i];
        if (link.state != State::kFollowed) continue;
        const auto found = fetched.traces.find(link.trace_id);
        if (found == fetched.traces.end()) {
          link.state = State::kMissing;
          continue;
        }
        Adopt(std::move(found->second.segments), link.from, &gathered_.documents);
      }
    }
    return {};
  }

 private:
  using State = trace::FollowedLink::State;

  void Note(trace::ChildLink link, std::size_t depth, std::vector<std::string>* wanted) {
    // All that links do not lead to is of no more use than that there is more.
    if (gathered_.links.size() >= 10 * kMostLinkedTraces) return;
    State state = State::kFollowed;
    if (!trace::IsTraceId(link.trace_id)) {
      state = State::kInvalid;
    } else if (known_.contains(link.trace_id)) {
      state = State::kAgain;
    } else if (depth == kDeepestLink) {
      state = State::kTooDeep;
    } else if (known_.size() > kMostLinkedTraces) {
      state = State::kTooMany;
    } else {
      known_.insert(link.trace_id);
      wanted->push_back(link.trace_id);
    }
    gathered_.links.push_back({std::move(link.from), std::move(link.trace_id), state});
  }

  Session& session_;
  Time until_;
  GatheredTrace& gathered_;
  std::unordered_set<std::string> known_;
};

}  // namespace

Result<FetchedTraces> FetchTraces(Session& session, const std::vector<std::string>& ids,
                                  Time until) {
  const std::size_t calls = (ids.size() + kIdsPerCall - 1) / kIdsPerCall;
  std::vector<Result<FetchedTraces>> parts(calls);
  InParallel(calls, [&](std::size_t i) {
    const auto first = ids.begin() + static_cast<std::ptrdiff_t>(i * kIdsPerCall);
    const auto count =
        static_cast<std::ptrdiff_t>(std::min(kIdsPerCall, ids.size() - i * kIdsPerCall));
    parts[i] = FetchFew(session, std::vector<std::string>(first, first + count), until);
  });
  FetchedTraces fetched;
  for (Result<FetchedTraces>& part : parts) {
    if (!part) return Fail(part.error());
    Add(*std::move(part), &fetched);
  }
  AddRetrieved(session, ids, until, &fetched);
  return fetched;
}

Result<GatheredTrace> GatherTrace(Session& session, const std::string& trace_id, bool linked,
                                  Time until) {
  GatheredTrace gathered;
  IATK_TRY(FetchedTraces fetched, FetchTraces(session, {trace_id}, until));
  gathered.unreadable = std::move(fetched.unreadable);
  gathered.last_error = std::move(fetched.last_error);
  const auto found = fetched.traces.find(trace_id);
  if (found == fetched.traces.end()) return gathered;
  gathered.source = std::move(found->second);
  SortIntoDocuments(&gathered);
  if (linked) IATK_CHECK(LinkFollower(session, until, &gathered).Run());
  return gathered;
}

}  // namespace iatk::kit
