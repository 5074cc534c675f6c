#include "iatk/trace/view.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "iatk/json/write.h"
#include "iatk/trace/fields.h"
#include "iatk/trace/render.h"
#include "iatk/trace/select.h"
#include "iatk/trace/waterfall.h"

namespace iatk::trace {
namespace {

constexpr std::size_t kMostHops = 1000;
constexpr std::size_t kMostReasons = 50;
constexpr std::size_t kMostNameBytes = 80;
constexpr std::size_t kMostTextLines = 300;

using State = FollowedLink::State;
constexpr std::array<std::pair<State, std::string_view>, 6> kStates = {{
    {State::kFollowed, "followed"},
    {State::kAgain, "again"},
    {State::kMissing, "missing"},
    {State::kTooDeep, "too_deep"},
    {State::kTooMany, "too_many"},
    {State::kInvalid, "invalid"},
}};

std::string_view ReasonName(Orphan::Reason reason) {
  return reason == Orphan::Reason::kParentMissing ? "parent_missing" : "parent_behind";
}

std::string Called(std::string_view name, std::string_view id) {
  return fmt::format("{} ({})", OneLine(name, kMostNameBytes), OneLine(id, kMostNameBytes));
}

void AddLinkReasons(const View& view, std::vector<std::string>* reasons) {
  for (const FollowedLink& link : view.links) {
    const std::string id = OneLine(link.trace_id, kMostNameBytes);
    if (link.state == State::kMissing) {
      reasons->push_back(fmt::format("the linked trace {} has not come", id));
    } else if (link.state == State::kTooDeep) {
      reasons->push_back(fmt::format("the linked trace {} is too many links away", id));
    } else if (link.state == State::kTooMany) {
      reasons->push_back(fmt::format("the linked trace {} is one too many", id));
    }
  }
}

json::Value OrphansJson(const Forest& forest) {
  json::Array orphans;
  for (const Orphan& orphan : forest.orphans) {
    const Document& segment = forest.segments[orphan.segment];
    orphans.push_back(json::Object{{"Id", segment.id},
                                   {"Name", segment.name},
                                   {"ParentId", orphan.parent_id},
                                   {"Reason", ReasonName(orphan.reason)}});
  }
  return orphans;
}

json::Value PendingJson(const Forest& forest) {
  json::Array pending;
  for (const std::size_t i : forest.pending) {
    const Part& part = forest.parts[i];
    pending.push_back(json::Object{{"Id", part.id},
                                   {"Name", part.name},
                                   {"SegmentId", forest.segments[part.segment].id},
                                   {"IsSegment", part.is_segment}});
  }
  return pending;
}

json::Value Strings(const std::vector<std::string>& texts) {
  return json::Array(texts.begin(), texts.end());
}

}  // namespace

std::string_view NameOf(State state) {
  return std::ranges::find(kStates, state, &std::pair<State, std::string_view>::first)->second;
}

Result<Judgement> Judge(const View& view, const std::vector<std::string>& hops) {
  Judgement judgement;
  std::vector<std::string>& reasons = judgement.reasons;
  const Forest& forest = view.forest;
  if (hops.size() > kMostHops) {
    return Fail(SenderError("InvalidPath", fmt::format("more than {} hops", kMostHops)));
  }
  if (!view.found) reasons.emplace_back("the trace has not come");
  for (const std::string& hop : hops) {
    IATK_TRY(const std::vector<std::string> path, ReadPath(hop));
    const PathProgress progress = FollowPath(forest, path);
    if (!progress.found.empty()) continue;
    judgement.missing.push_back(hop);
    reasons.push_back(
        progress.steps == 0
            ? fmt::format("missing: {}", hop)
            : fmt::format("missing: {}, there is only {}", hop,
                          ToText({path.begin(),
                                  path.begin() + static_cast<std::ptrdiff_t>(progress.steps)})));
  }
  for (const std::size_t i : forest.pending) {
    const Part& part = forest.parts[i];
    const Document& segment = forest.segments[part.segment];
    reasons.push_back("in progress: " + Called(part.name, part.id) +
                      (part.is_segment ? "" : " of " + Called(segment.name, segment.id)));
  }
  for (const Orphan& orphan : forest.orphans) {
    const Document& segment = forest.segments[orphan.segment];
    reasons.push_back("orphan: " + Called(segment.name, segment.id) + " " + Describe(orphan));
  }
  AddLinkReasons(view, &reasons);
  for (const std::string& why : view.unreadable) reasons.push_back(why);
  judgement.complete = reasons.empty();
  if (reasons.size() > kMostReasons) {
    const std::size_t more = reasons.size() - kMostReasons;
    reasons.resize(kMostReasons);
    reasons.push_back(fmt::format("and {} more", more));
  }
  return judgement;
}

std::uint64_t Fingerprint(const View& view) {
  std::uint64_t print = view.found ? 1 : 0;
  const auto mix = [&print](std::string_view text) {
    print = (print ^ std::hash<std::string_view>()(text)) * 0x9E3779B97F4A7C15ULL + 1;
  };
  for (const Document& segment : view.forest.segments) {
    mix(segment.parent_id);
    mix(json::Write(*segment.json));
  }
  for (const FollowedLink& link : view.links) mix(NameOf(link.state));
  for (const std::string& why : view.unreadable) mix(why);
  return print;
}

json::Value ToJson(const View& view, const Judgement& judgement) {
  const Forest& forest = view.forest;
  json::Array segments;
  for (const Document& segment : forest.segments) {
    segments.push_back(json::Object{{"Document", *segment.json}, {"ParentId", segment.parent_id}});
  }
  json::Array roots;
  for (const std::size_t root : forest.roots) roots.emplace_back(forest.segments[root].id);
  json::Array links;
  for (const FollowedLink& link : view.links) {
    links.push_back(json::Object{
        {"From", link.from}, {"TraceId", link.trace_id}, {"State", NameOf(link.state)}});
  }
  return json::Object{{"TraceId", view.trace_id},
                      {"Caller", view.caller},
                      {"Found", view.found},
                      {"Duration", view.duration},
                      {"LimitExceeded", view.limit_exceeded},
                      {"Segments", std::move(segments)},
                      {"Roots", std::move(roots)},
                      {"Orphans", OrphansJson(forest)},
                      {"Pending", PendingJson(forest)},
                      {"Links", std::move(links)},
                      {"Unreadable", Strings(view.unreadable)},
                      {"Complete", judgement.complete},
                      {"Missing", Strings(judgement.missing)},
                      {"Reasons", Strings(judgement.reasons)}};
}

Result<View> ReadView(const json::Value& json) {
  View view;
  view.trace_id = TextOf(json, "TraceId");
  view.caller = TextOf(json, "Caller");
  view.found = IsTrue(json, "Found");
  view.limit_exceeded = IsTrue(json, "LimitExceeded");
  view.duration = NumberOf(json, "Duration").value_or(0);
  std::vector<Document> documents;
  for (const json::Value& segment : ArrayOf(json, "Segments")) {
    const json::Value* const text = segment.Find("Document");
    auto document = ReadReceived(text == nullptr ? json::Value() : *text);
    if (!document) return Fail(SenderError("InvalidTrace", document.error().message));
    document->SetParent(TextOf(segment, "ParentId"));
    documents.push_back(*std::move(document));
  }
  for (const json::Value& link : ArrayOf(json, "Links")) {
    FollowedLink& read = view.links.emplace_back();
    read.from = TextOf(link, "From");
    read.trace_id = TextOf(link, "TraceId");
    const std::string_view state = TextOf(link, "State");
    const auto* const known =
        std::ranges::find(kStates, state, &std::pair<State, std::string_view>::second);
    if (known == kStates.end()) {
      return Fail(SenderError("InvalidTrace", fmt::format("there is no state {}", state)));
    }
    read.state = known->first;
  }
  for (const json::Value& why : ArrayOf(json, "Unreadable")) {
    if (why.AsString() != nullptr) view.unreadable.push_back(*why.AsString());
  }
  view.forest = BuildForest(std::move(documents), view.caller);
  return view;
}

json::Value ToJson(const Forest& forest, const Part& part) {
  return json::Object{{"Id", part.id},
                      {"Name", part.name},
                      {"Origin", part.origin},
                      {"StartTime", part.start_time},
                      {"Duration", part.duration()},
                      {"SegmentId", forest.segments[part.segment].id},
                      {"IsSegment", part.is_segment},
                      {"InProgress", part.in_progress()},
                      {"Document", *part.json}};
}

std::string ToText(const View& view, const Judgement& judgement) {
  std::string text;
  for (const std::string& reason : judgement.reasons) text += reason + "\n";
  if (view.limit_exceeded)
    text += "X-Ray has dropped documents: the trace is past its size limit\n";
  return text + RenderForest(view.forest,
                             {.ascii = true, .subsegments = true, .most_lines = kMostTextLines});
}

}  // namespace iatk::trace
