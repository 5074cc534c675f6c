// Traces and what is checked of them: include/iatk/trace.h, and the kit's functions that give them.
#include "iatk/trace.h"

#include <fmt/ranges.h>

#include <cmath>

#include "iatk/api/parts.h"
#include "iatk/kit.h"
#include "iatk/kit/trace_tree.h"
#include "iatk/kit/trace_wait.h"
#include "iatk/trace/checks.h"
#include "iatk/trace/render_html.h"
#include "iatk/trace/waterfall.h"

namespace iatk::v0 {

using CheckKind = trace::Check::Kind;

struct TraceView::Impl {
  std::shared_ptr<kit::Session> session;
  trace::TraceHeader header;
  bool linked = false;
  std::vector<std::string> hops;  ///< that were waited for
  trace::View view;
  trace::Judgement judgement;
};

namespace {

// How long a look may take where Transaction Search is asked.
constexpr std::chrono::seconds kPatience{20};

iatk::Time ToTime(double seconds) {
  return iatk::Time(iatk::Duration(std::llround(seconds * 1e6)));
}

TracePart ToPublic(const trace::Forest& forest, const trace::Part& part) {
  TracePart made;
  made.id = part.id;
  made.name = part.name;
  made.origin = part.origin;
  made.start_time = ToTime(part.start_time);
  made.duration = Seconds(part.duration());
  made.in_progress = part.in_progress();
  made.is_segment = part.is_segment;
  made.segment_id = forest.segments[part.segment].id;
  made.document = *part.json;
  return made;
}

std::vector<TracePart> ToPublic(const trace::Forest& forest,
                                const std::vector<std::size_t>& parts) {
  std::vector<TracePart> made;
  made.reserve(parts.size());
  for (const std::size_t part : parts) made.push_back(ToPublic(forest, forest.parts[part]));
  return made;
}

iatk::Result<trace::Selector> ToKit(const TraceSelector& given) {
  trace::Selector selector;
  selector.name = given.name;
  selector.origin = given.origin;
  if (!given.annotation.empty()) selector.annotation = given.annotation;
  selector.annotation_value = given.annotation_value;
  if (given.annotation_value && given.annotation.empty()) {
    return Fail(SenderError("InvalidSelector", "an annotation's value needs its key"));
  }
  if (!given.path.empty()) {
    IATK_TRY(selector.path, trace::ReadPath(given.path));
  }
  return selector;
}

iatk::Result<void> LookNow(TraceView::Impl* impl) {
  kit::Session& session = *impl->session;
  IATK_TRY(kit::TraceLook look, kit::LookAtTrace(session, impl->header, impl->linked,
                                                 session.clock().Now() + kPatience));
  IATK_TRY(impl->judgement, trace::Judge(look.view, impl->hops));
  impl->view = std::move(look.view);
  return {};
}

trace::Check OfKind(CheckKind kind) {
  trace::Check check;
  check.kind = kind;
  return check;
}

// The parts that a check rests on, or why it does not hold.
Result<std::vector<TracePart>> Met(const TraceView::Impl& impl, const trace::Check& check) {
  const trace::Forest& forest = impl.view.forest;
  const trace::CheckResult result = trace::RunCheck(forest, check);
  if (result.met) return ToPublic(forest, result.parts);
  return Error{.code = std::string(kNotMet),
               .message = result.explanation + trace::ToText(impl.view, impl.judgement)};
}

Result<std::vector<TracePart>> Met(const TraceView::Impl& impl, trace::Check check,
                                   const TraceSelector& selector) {
  auto select = ToKit(selector);
  if (!select) return v0::ToPublic(select.error());
  check.select = *std::move(select);
  return Met(impl, check);
}

Result<std::vector<TracePart>> MetFlags(const TraceView::Impl& impl, const TraceSelector& selector,
                                        const std::vector<std::string>& flags, bool set) {
  for (const std::string& flag : flags) {
    if (flag != "error" && flag != "fault" && flag != "throttle") {
      return InvalidParams("a flag is error, fault or throttle");
    }
  }
  trace::Check check = OfKind(CheckKind::kFlags);
  check.flags = flags;
  check.set = set;
  return Met(impl, std::move(check), selector);
}

iatk::Result<trace::Check> DurationCheck(const DurationLimits& limits) {
  if (!limits.at_least && !limits.at_most) {
    return Fail(SenderError("InvalidCheck", "a duration needs at_least or at_most"));
  }
  trace::Check check = OfKind(CheckKind::kDuration);
  if (limits.at_least) check.at_least_ms = limits.at_least->count() * 1e3;
  if (limits.at_most) check.at_most_ms = limits.at_most->count() * 1e3;
  return check;
}

Result<void> WithoutParts(const Result<std::vector<TracePart>>& parts) {
  if (!parts) return parts.error();
  return {};
}

}  // namespace

TraceView::TraceView(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

const std::string& TraceView::id() const { return impl_->view.trace_id; }
bool TraceView::found() const { return impl_->view.found; }
bool TraceView::complete() const { return impl_->judgement.complete; }
std::vector<std::string> TraceView::missing() const { return impl_->judgement.missing; }
std::vector<std::string> TraceView::reasons() const { return impl_->judgement.reasons; }

std::vector<TracePart> TraceView::segments() const {
  return ToPublic(impl_->view.forest, impl_->view.forest.part_of);
}

std::vector<TracePart> TraceView::roots() const {
  const trace::Forest& forest = impl_->view.forest;
  std::vector<std::size_t> parts;
  for (const std::size_t root : forest.roots) parts.push_back(forest.part_of[root]);
  return ToPublic(forest, parts);
}

std::vector<TraceOrphan> TraceView::orphans() const {
  const trace::Forest& forest = impl_->view.forest;
  std::vector<TraceOrphan> made;
  for (const trace::Orphan& orphan : forest.orphans) {
    const trace::Document& segment = forest.segments[orphan.segment];
    made.push_back({std::string(segment.id), std::string(segment.name), orphan.parent_id,
                    trace::Describe(orphan)});
  }
  return made;
}

std::vector<TracePart> TraceView::pending() const {
  return ToPublic(impl_->view.forest, impl_->view.forest.pending);
}

Result<void> TraceView::Look() {
  return Run([&] { return LookNow(impl_.get()); });
}

Result<void> TraceView::WaitUntilComplete(const std::vector<std::string>& hops,
                                          std::chrono::milliseconds within) {
  Result<kit::TraceOutcome> outcome = Run([&]() -> iatk::Result<kit::TraceOutcome> {
    IATK_CHECK(CheckWait(within));
    return kit::AwaitTrace(*impl_->session, impl_->header, impl_->linked, hops, within);
  });
  if (!outcome) return outcome.error();
  impl_->hops = hops;
  impl_->view = std::move(outcome->view);
  impl_->judgement = std::move(outcome->judgement);
  if (outcome->met) return {};
  return Error{.code = std::string(kNotMet), .message = std::move(outcome->explanation)};
}

Result<std::vector<TracePart>> TraceView::Select(const TraceSelector& selector) const {
  const auto select = ToKit(selector);
  if (!select) return v0::ToPublic(select.error());
  const trace::Forest& forest = impl_->view.forest;
  return ToPublic(forest, trace::Select(forest, *select));
}

Result<std::vector<TracePart>> TraceView::CheckPresent(const TraceSelector& selector) const {
  return Met(*impl_, OfKind(CheckKind::kPresent), selector);
}

Result<void> TraceView::CheckAbsent(const TraceSelector& selector) const {
  return WithoutParts(Met(*impl_, OfKind(CheckKind::kAbsent), selector));
}

Result<std::vector<TracePart>> TraceView::CheckOrder(const std::vector<std::string>& names) const {
  trace::Check check = OfKind(CheckKind::kOrder);
  check.order = names;
  return Met(*impl_, check);
}

Result<void> TraceView::CheckNoErrors(const TraceSelector& selector,
                                      const std::vector<std::string>& flags) const {
  return WithoutParts(MetFlags(*impl_, selector, flags, false));
}

Result<std::vector<TracePart>> TraceView::CheckErrors(const TraceSelector& selector,
                                                      const std::vector<std::string>& flags) const {
  return MetFlags(*impl_, selector, flags, true);
}

Result<void> TraceView::CheckDuration(const DurationLimits& limits) const {
  const auto check = DurationCheck(limits);
  if (!check) return v0::ToPublic(check.error());
  return WithoutParts(Met(*impl_, *check));
}

Result<void> TraceView::CheckDuration(const DurationLimits& limits,
                                      const TraceSelector& selector) const {
  auto check = DurationCheck(limits);
  if (!check) return v0::ToPublic(check.error());
  return WithoutParts(Met(*impl_, *std::move(check), selector));
}

Result<void> TraceView::CheckTree(const std::vector<std::string>& expected,
                                  bool subsegments) const {
  auto tree = trace::ReadOutline(expected);
  if (!tree) return v0::ToPublic(tree.error());
  trace::Check check = OfKind(CheckKind::kTree);
  check.tree = *std::move(tree);
  check.subsegments = subsegments;
  return WithoutParts(Met(*impl_, check));
}

Result<std::string> TraceView::Diff(const std::vector<std::string>& expected,
                                    bool subsegments) const {
  const auto tree = trace::ReadOutline(expected);
  if (!tree) return v0::ToPublic(tree.error());
  return trace::Diff(*tree, trace::OutlineOf(impl_->view.forest, subsegments));
}

std::string TraceView::Text() const { return trace::ToText(impl_->view, impl_->judgement); }

std::string TraceView::Html() const {
  return trace::RenderHtml(impl_->view.forest, "Trace " + impl_->view.trace_id,
                           fmt::format("{}", fmt::join(impl_->judgement.reasons, "\n")));
}

Result<TraceView> Kit::Trace(std::string_view header_or_id, bool linked) const {
  auto impl = Run([&]() -> iatk::Result<std::shared_ptr<TraceView::Impl>> {
    auto made = std::make_shared<TraceView::Impl>();
    made->session = session_;
    made->linked = linked;
    IATK_TRY(made->header, kit::ReadHeaderOrId(header_or_id));
    IATK_CHECK(LookNow(made.get()));
    return made;
  });
  if (!impl) return impl.error();
  return TraceView(*std::move(impl));
}

Result<TraceTree> Kit::GetTraceTree(std::string_view tracing_header,
                                    bool fetch_child_traces) const {
  return Run([&]() -> iatk::Result<TraceTree> {
    IATK_TRY(kit::TraceTree found,
             kit::GetTraceTree(*session_, tracing_header, fetch_child_traces));
    TraceTree made;
    made.trace_id = found.source.id;
    made.duration = Seconds(found.source.duration);
    made.paths_cut = found.tree.paths_cut;
    made.linked_trace_limit_exceeded = found.linked_trace_limit_exceeded;
    // From the places of documents to those of segments.
    std::vector<std::size_t> places(found.tree.documents.size());
    for (std::size_t i = 0; i < found.tree.segments.size(); ++i) places[found.tree.segments[i]] = i;
    made.root = places[found.tree.root];
    made.paths = trace::PathsOf(found.tree);
    for (std::vector<std::size_t>& path : made.paths) {
      for (std::size_t& segment : path) segment = places[segment];
    }
    for (std::size_t i = 0; i < found.tree.segments.size(); ++i) {
      trace::Document& document = found.tree.documents[found.tree.segments[i]];
      TraceTree::Segment& segment = made.segments.emplace_back();
      segment.id = document.id;
      segment.name = document.name;
      segment.parent_id = document.parent_id;
      segment.origin = document.origin;
      segment.start_time = ToTime(document.start_time);
      if (document.end_time) segment.end_time = ToTime(*document.end_time);
      segment.document = std::move(document.json.Mutable());
      segment.children = std::move(found.tree.children[i]);
    }
    return made;
  });
}

}  // namespace iatk::v0
