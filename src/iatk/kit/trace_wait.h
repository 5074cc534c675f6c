// Waiting until a trace is complete.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/clock.h"
#include "iatk/base/result.h"
#include "iatk/json/value.h"
#include "iatk/kit/session.h"
#include "iatk/kit/trace_tree.h"
#include "iatk/trace/header.h"
#include "iatk/trace/view.h"

namespace iatk::kit {

/// What became of a wait.
struct TraceOutcome {
  /// Complete, with every hop, at two looks between which nothing changed: X-Ray shows the segments
  /// of a trace as they reach it, in any order. Without hops, these looks are a second apart.
  bool met = false;
  trace::View view;            ///< at the last look
  trace::Judgement judgement;  ///< of it
  Duration waited{};
  std::uint64_t looks = 0;
  std::string last_error;   ///< of a service, while it waited
  std::string explanation;  ///< all that, for people; one line if it was met
};

/// Waits until the trace is complete (trace::Judge), or `within` has passed; the last look is at
/// that moment, and what takes time in it ends some seconds later. A look that could not tell
/// whether the trace is there does not count against one that has seen it. Errors after which
/// another look may succeed are waited out. Fails where X-Ray can't be asked, and for a hop that is
/// no path.
Result<TraceOutcome> AwaitTrace(Session& session, const trace::TraceHeader& header, bool linked,
                                const std::vector<std::string>& hops, Duration within);

/// The same over any way to look, which may take time until the moment that it is given, and any
/// way to let time pass.
struct TraceWatch {
  std::function<Result<TraceLook>(Time until)> look;
  const Clock& clock;
  std::function<void(Duration)> pause;
};
Result<TraceOutcome> AwaitTrace(const TraceWatch& watch, std::string_view trace_id,
                                const std::vector<std::string>& hops, Duration within);

/// {"Met", "Trace": see trace::ToJson(View), "WaitedMilliseconds", "Looks", "LastError",
/// "Explanation"}
json::Value ToJson(const TraceOutcome& outcome);

}  // namespace iatk::kit
