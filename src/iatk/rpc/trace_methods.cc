#include <fmt/format.h>

#include <chrono>
#include <utility>
#include <vector>

#include "iatk/kit/trace_wait.h"
#include "iatk/rpc/method_parts.h"
#include "iatk/rpc/methods.h"
#include "iatk/trace/checks.h"
#include "iatk/trace/render.h"
#include "iatk/trace/render_html.h"
#include "iatk/trace/view.h"

namespace iatk::rpc {
namespace {

using enum ParamType;

constexpr std::size_t kMostChecks = 1000;
constexpr std::chrono::seconds kPatience{20};

// The trace that a call is about: the one it brings along, as trace.get gave it, or else that of
// its header, as it is now.
Result<kit::TraceLook> LookOf(const Params& params, Sessions& sessions) {
  if (const json::Value* given = params.Find("Trace")) {
    IATK_TRY(trace::View view, trace::ReadView(*given));
    return kit::TraceLook{std::move(view), ""};
  }
  IATK_CHECK(Require(params, {"TracingHeader"}));
  IATK_TRY(const trace::TraceHeader header, kit::ReadHeaderOrId(params.String("TracingHeader")));
  IATK_TRY(const auto session, SessionOf(params, sessions));
  return kit::LookAtTrace(*session, header, params.Boolean("Linked"),
                          session->clock().Now() + kPatience);
}

constexpr ParamSpec kGetParams[] = {
    {"TracingHeader", kString}, {"Linked", kBoolean}, {"Hops", kStrings}, kProfile, kRegion};

Result<json::Value> Get(const Params& params, Sessions& sessions) {
  IATK_TRY(const kit::TraceLook look, LookOf(params, sessions));
  IATK_TRY(const trace::Judgement judgement, trace::Judge(look.view, params.Strings("Hops")));
  json::Value output = trace::ToJson(look.view, judgement);
  output.AsObject()->Set("LastError", look.last_error);
  return output;
}

constexpr ParamSpec kExpectParams[] = {{"TracingHeader", kString},
                                       {"Trace", kJson},
                                       {"Linked", kBoolean},
                                       {"Hops", kStrings},
                                       {"WithinMilliseconds", kInteger},
                                       {"Checks", kJson},
                                       kProfile,
                                       kRegion};

Result<std::vector<trace::Check>> ChecksOf(const Params& params) {
  std::vector<trace::Check> checks;
  const json::Value* const given = params.Find("Checks");
  if (given == nullptr) return checks;
  if (given->AsArray() == nullptr || given->AsArray()->size() > kMostChecks) {
    return Fail(InvalidParams(fmt::format("Checks is a list of at most {} checks", kMostChecks)));
  }
  for (const json::Value& one : *given->AsArray()) {
    IATK_TRY(trace::Check check, trace::ReadCheck(one));
    checks.push_back(std::move(check));
  }
  return checks;
}

// A trace that is brought along can only be checked; for that of a header, waiting comes first.
Result<kit::TraceOutcome> Await(const Params& params, Sessions& sessions) {
  IATK_TRY(const std::chrono::milliseconds within, WaitOf(params, "WithinMilliseconds"));
  if (params.Find("Trace") != nullptr) {
    kit::TraceOutcome outcome;
    IATK_TRY(kit::TraceLook look, LookOf(params, sessions));
    outcome.view = std::move(look.view);
    IATK_TRY(outcome.judgement, trace::Judge(outcome.view, params.Strings("Hops")));
    outcome.met = true;
    return outcome;
  }
  IATK_CHECK(Require(params, {"TracingHeader"}));
  IATK_TRY(const trace::TraceHeader header, kit::ReadHeaderOrId(params.String("TracingHeader")));
  IATK_TRY(const auto session, SessionOf(params, sessions));
  return kit::AwaitTrace(*session, header, params.Boolean("Linked"), params.Strings("Hops"),
                         within);
}

Result<json::Value> Expect(const Params& params, Sessions& sessions) {
  IATK_TRY(const std::vector<trace::Check> checks, ChecksOf(params));
  IATK_TRY(kit::TraceOutcome outcome, Await(params, sessions));
  const trace::Forest& forest = outcome.view.forest;
  json::Array results;
  std::string failures;
  for (const trace::Check& check : checks) {
    const trace::CheckResult result = trace::RunCheck(forest, check);
    json::Array parts;
    for (const std::size_t part : result.parts) {
      parts.push_back(trace::ToJson(forest, forest.parts[part]));
    }
    results.push_back(json::Object{
        {"Met", result.met}, {"Parts", std::move(parts)}, {"Explanation", result.explanation}});
    if (!result.met) failures += result.explanation;
  }
  if (!failures.empty()) {
    // The explanation of a wait that was not met shows the tree already.
    outcome.explanation = outcome.met ? failures + trace::ToText(outcome.view, outcome.judgement)
                                      : failures + outcome.explanation;
    outcome.met = false;
  }
  json::Value output = kit::ToJson(outcome);
  output.AsObject()->Set("Checks", std::move(results));
  // Who brought the trace along has it.
  if (params.Find("Trace") != nullptr) output.AsObject()->Erase("Trace");
  return output;
}

constexpr ParamSpec kRenderParams[] = {{"TracingHeader", kString},
                                       {"Trace", kJson},
                                       {"Linked", kBoolean},
                                       {"Hops", kStrings},
                                       {"Format", kString},
                                       kProfile,
                                       kRegion};

Result<json::Value> Render(const Params& params, Sessions& sessions) {
  const std::string format = params.String("Format");
  if (!format.empty() && format != "text" && format != "html") {
    return Fail(InvalidParams(fmt::format("there is no format {}: it is text or html", format)));
  }
  IATK_TRY(const kit::TraceLook look, LookOf(params, sessions));
  const trace::View& view = look.view;
  IATK_TRY(const trace::Judgement judgement, trace::Judge(view, params.Strings("Hops")));
  if (format != "html") return json::Value(trace::ToText(view, judgement));
  return json::Value(trace::RenderHtml(view.forest, "Trace " + view.trace_id,
                                       fmt::format("{}", fmt::join(judgement.reasons, "\n"))));
}

constexpr Method kMethods[] = {
    {"trace.expect", kExpectParams, Expect},
    {"trace.get", kGetParams, Get},
    {"trace.render", kRenderParams, Render},
};

}  // namespace

std::span<const Method> TraceMethods() { return kMethods; }

}  // namespace iatk::rpc
