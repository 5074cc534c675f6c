#include "iatk/kit/trace_wait.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "iatk/client/retry.h"

namespace iatk::kit {

using std::chrono::milliseconds;

namespace {

constexpr milliseconds kFirstPause{100};
constexpr milliseconds kLongestPause{3200};
// Before the second look at a trace of which it is not known what has to be there: segments reach
// X-Ray service by service, about a second apart.
constexpr std::chrono::seconds kSettling{1};
// Transaction Search's jobs take seconds, and one that began in time is to end.
constexpr std::chrono::seconds kGrace{5};

std::string Explain(const TraceOutcome& outcome, bool stable) {
  const double seconds = std::chrono::duration<double>(outcome.waited).count();
  const std::string& id = outcome.view.trace_id;
  const char* const looks = outcome.looks == 1 ? "look" : "looks";
  if (outcome.met) {
    return fmt::format("trace {} is complete after {:.3f} s, {} {}\n", id, seconds, outcome.looks,
                       looks);
  }
  std::string text = fmt::format("trace {} is not complete after {:.3f} s, {} {}\n", id, seconds,
                                 outcome.looks, looks);
  if (outcome.judgement.complete && !stable) text += "it was still changing at the last look\n";
  text += trace::ToText(outcome.view, outcome.judgement);
  if (!outcome.last_error.empty()) {
    text += fmt::format("last error of a service: {}\n", outcome.last_error);
  }
  return text;
}

}  // namespace

Result<TraceOutcome> AwaitTrace(const TraceWatch& watch, std::string_view trace_id,
                                const std::vector<std::string>& hops, Duration within) {
  const Time start = watch.clock.Now();
  const Time until = start + within;
  TraceOutcome outcome;
  outcome.view.trace_id = trace_id;
  IATK_TRY(outcome.judgement, trace::Judge(outcome.view, hops));
  std::optional<std::uint64_t> last;  // the fingerprint of a complete trace at the look before
  bool stable = false;
  for (Duration pause = kFirstPause;; pause = std::min<Duration>(pause * 2, kLongestPause)) {
    const bool is_last = watch.clock.Now() >= until;
    Result<TraceLook> look = watch.look(std::max(until, watch.clock.Now() + kGrace));
    ++outcome.looks;
    bool first_complete = false;
    if (look && !look->view.found && !look->last_error.empty() && outcome.view.found) {
      outcome.last_error = std::move(look->last_error);
    } else if (look) {
      outcome.view = std::move(look->view);
      if (!look->last_error.empty()) outcome.last_error = std::move(look->last_error);
      IATK_TRY(outcome.judgement, trace::Judge(outcome.view, hops));
      if (outcome.judgement.complete) {
        const std::uint64_t print = trace::Fingerprint(outcome.view);
        stable = last == print;
        first_complete = !last;
        last = print;
      } else {
        last.reset();
      }
    } else if (client::IsRetryable(look.error())) {
      outcome.last_error = Describe(look.error());
    } else {
      return Fail(look.error());
    }
    // A trace that is there at the last look is looked at twice nevertheless.
    if (stable || (is_last && !first_complete)) break;
    if (first_complete && hops.empty()) pause = std::max<Duration>(pause, kSettling);
    const Duration left = until - watch.clock.Now();
    if (left > Duration::zero()) watch.pause(std::min(pause, left));
  }
  outcome.waited = watch.clock.Now() - start;
  outcome.met = outcome.judgement.complete && stable;
  outcome.explanation = Explain(outcome, stable);
  return outcome;
}

Result<TraceOutcome> AwaitTrace(Session& session, const trace::TraceHeader& header, bool linked,
                                const std::vector<std::string>& hops, Duration within) {
  const auto look = [&](Time until) { return LookAtTrace(session, header, linked, until); };
  return AwaitTrace({look, session.clock(), SleepFor}, header.root, hops, within);
}

json::Value ToJson(const TraceOutcome& outcome) {
  using Milliseconds = std::chrono::duration<double, std::milli>;
  return json::Object{{"Met", outcome.met},
                      {"Trace", trace::ToJson(outcome.view, outcome.judgement)},
                      {"WaitedMilliseconds", Milliseconds(outcome.waited).count()},
                      {"Looks", json::Number(static_cast<std::int64_t>(outcome.looks))},
                      {"LastError", outcome.last_error},
                      {"Explanation", outcome.explanation}};
}

}  // namespace iatk::kit
