#include "iatk/cli/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "iatk/base/arn.h"
#include "iatk/json/parse.h"
#include "iatk/kit/control_event.h"
#include "iatk/model/xray/operations.h"
#include "iatk/trace/render.h"

namespace iatk::cli {

namespace xray = model::xray;
using cloud::Hop;
using cloud::HopKind;

namespace {

constexpr std::size_t kMaxTraces = 5;
constexpr std::size_t kMaxEvents = 100;
constexpr std::string_view kListenerPrefix = "iatk_eb_";

// "arn:aws:lambda:us-east-1:1:function:f" → "function f".
std::string Short(const std::string& text) {
  const auto arn = ParseArn(text);
  if (!arn) return text;
  const std::string& resource = arn->resource;
  const std::string name = resource.substr(resource.find_last_of(":/") + 1);
  if (arn->service == "sqs") return "queue " + name;
  if (arn->service == "lambda") return "function " + name;
  if (arn->service == "states") return "state machine " + name;
  if (arn->service == "events" && resource.starts_with("rule/")) return "rule " + name;
  if (arn->service == "events") return "bus " + name;
  return resource;
}

bool IsListener(const std::string& arn) {
  return Short(arn).find(kListenerPrefix) != std::string::npos;
}

double Seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

void AddStacks(const Report& report, std::string* out) {
  if (report.stacks.empty()) return;
  *out += "\nStacks\n";
  for (const DeployedStack& stack : report.stacks) {
    *out +=
        fmt::format("  {}  {}  {} resources\n", stack.name, stack.status, stack.resources.size());
    std::size_t width = 0;
    for (const auto& [name, value] : stack.outputs) width = std::max(width, name.size());
    for (const auto& [name, value] : stack.outputs) {
      *out += fmt::format("    {:<{}}  {}\n", name, width, value);
    }
  }
}

struct Event {
  const Hop* accepted = nullptr;
  std::vector<const Hop*> delivered;
};

// An event of the kit's own, by which it sees that a listener is ready.
bool IsControlEvent(const Hop& accepted) {
  const auto event = json::Parse(accepted.detail);
  const std::string* const source = event ? event->FindString("source") : nullptr;
  return source != nullptr && *source == kit::kControlSource;
}

std::vector<Event> EventsOf(const cloud::Journal& journal) {
  std::vector<Event> events;
  std::map<std::string, std::size_t> place;
  for (const Hop& hop : journal.hops()) {
    if (hop.kind == HopKind::kEventAccepted) {
      if (IsControlEvent(hop)) continue;
      place[hop.event_id] = events.size();
      events.push_back({&hop, {}});
    } else if (hop.kind == HopKind::kDelivered) {
      const auto found = place.find(hop.event_id);
      if (found != place.end()) events[found->second].delivered.push_back(&hop);
    }
  }
  return events;
}

void AddListeners(const std::vector<Event>& events, std::string* out) {
  std::map<std::string, std::size_t> counts;
  for (const Event& event : events) {
    for (const Hop* hop : event.delivered) {
      if (IsListener(hop->resource)) ++counts[Short(hop->resource).substr(6)];
    }
  }
  if (counts.empty()) return;
  *out += "\nListeners\n";
  for (const auto& [name, count] : counts) {
    *out += fmt::format("  {}  {} event{}\n", name, count, count == 1 ? "" : "s");
  }
}

void AddEvents(const std::vector<Event>& events, const std::optional<double>& sla,
               std::string* out) {
  if (events.empty()) return;
  *out += sla ? fmt::format("\nEvents (SLA {:g} s)\n", *sla) : "\nEvents\n";
  for (std::size_t i = 0; i < std::min(events.size(), kMaxEvents); ++i) {
    const Hop& accepted = *events[i].accepted;
    const auto json = json::Parse(accepted.detail);
    const auto text = [&json](std::string_view name) {
      const std::string* found = json ? json->FindString(name) : nullptr;
      return found == nullptr ? std::string("?") : *found;
    };
    *out += fmt::format("  {}  {}\n", text("source"), text("detail-type"));
    if (events[i].delivered.empty()) *out += "      no target\n";
    for (const Hop* hop : events[i].delivered) {
      const double seconds = Seconds(hop->time - accepted.time);
      const bool late = sla && seconds > *sla;
      *out += fmt::format("      {:>8.1f} ms  to {}{}\n", seconds * 1e3, Short(hop->resource),
                          late ? "  LATER THAN THE SLA" : "");
    }
  }
  if (events.size() > kMaxEvents)
    *out += fmt::format("  … and {} more\n", events.size() - kMaxEvents);
}

void AddFailures(const cloud::Journal& journal, std::string* out) {
  std::string deliveries;
  std::string functions;
  std::string executions;
  for (const Hop& hop : journal.hops()) {
    if (hop.kind == HopKind::kDeliveryFailed) {
      deliveries += fmt::format("  {} to {}: {} ({})\n", Short(hop.source), Short(hop.resource),
                                hop.outcome, hop.detail);
    } else if (hop.kind == HopKind::kInvocation && !hop.outcome.empty()) {
      functions += fmt::format("  {}: {}\n", Short(hop.resource), hop.outcome);
      std::string_view log = hop.detail;
      while (!log.empty()) {
        const std::size_t end = std::min(log.find('\n'), log.size());
        functions += fmt::format("    | {}\n", log.substr(0, end));
        log.remove_prefix(std::min(end + 1, log.size()));
      }
    } else if (hop.kind == HopKind::kExecutionEnded && !hop.outcome.empty()) {
      executions += fmt::format("  {}: {}\n", hop.resource, hop.outcome);
    }
  }
  if (!deliveries.empty()) *out += "\nFailed deliveries\n" + deliveries;
  if (!functions.empty()) *out += "\nFunction errors\n" + functions;
  if (!executions.empty()) *out += "\nFailed executions\n" + executions;
}

}  // namespace

std::vector<RenderedTrace> FetchTraces(client::Client& client) {
  const client::CallOptions call = {.user_agent = "iatk-test"};
  const SystemClock clock;
  xray::GetTraceSummariesRequest input;
  input.start_time = clock.Now() - std::chrono::hours(5);
  input.end_time = clock.Now() + std::chrono::minutes(1);
  std::vector<std::string> ids;
  do {
    const auto output = client.Call<xray::op::GetTraceSummaries>(input, call);
    if (!output) break;
    for (const auto& summary :
         output->trace_summaries.value_or(std::vector<xray::TraceSummary>())) {
      ids.push_back(summary.id.value_or(""));
    }
    input.next_token = output->next_token;
  } while (input.next_token);
  if (ids.size() > kMaxTraces) ids.erase(ids.begin(), ids.end() - kMaxTraces);
  std::vector<RenderedTrace> traces;
  for (const std::string& id : ids) {
    xray::BatchGetTracesRequest request;
    request.trace_ids = {id};
    const auto output = client.Call<xray::op::BatchGetTraces>(request, call);
    if (!output || !output->traces || output->traces->empty()) continue;
    const xray::Trace& found = output->traces->front();
    std::vector<trace::Document> segments;
    for (const xray::Segment& segment : found.segments.value_or(std::vector<xray::Segment>())) {
      auto document = trace::ReadReceived(std::string_view(segment.document.value_or("")));
      if (document) segments.push_back(*std::move(document));
    }
    const trace::Forest forest = trace::BuildForest(std::move(segments));
    traces.push_back({id, found.duration.value_or(0), trace::RenderForest(forest)});
  }
  return traces;
}

std::string RenderReport(const Report& report) {
  std::string out;
  AddStacks(report, &out);
  const std::vector<Event> events = EventsOf(report.journal);
  AddListeners(events, &out);
  AddEvents(events, report.sla_seconds, &out);
  AddFailures(report.journal, &out);
  if (!report.traces.empty()) out += "\nTraces\n";
  for (const RenderedTrace& trace : report.traces) {
    out += fmt::format("  {}  {:.0f} ms\n", trace.id, trace.duration * 1e3);
    std::string_view tree = trace.tree;
    while (!tree.empty()) {
      const std::size_t end = std::min(tree.find('\n'), tree.size());
      out += fmt::format("    {}\n", tree.substr(0, end));
      tree.remove_prefix(std::min(end + 1, tree.size()));
    }
  }
  return out;
}

}  // namespace iatk::cli
