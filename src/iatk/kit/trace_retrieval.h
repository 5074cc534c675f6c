// Traces where CloudWatch Transaction Search keeps them. With it on, BatchGetTraces finds only the
// few that are indexed; the rest is retrieved from a log group, by a job of some seconds.
// AWS X-Ray API Reference, "StartTraceRetrieval", "ListRetrievedTraces".
#pragma once

#include <string>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/kit/session.h"
#include "iatk/trace/tree.h"

namespace iatk::kit {

struct RetrievedTrace {
  trace::Trace trace;
  std::vector<std::string> unreadable;  ///< why a document could not be read, one line each
};

/// Those of the traces that are there. Fails where the endpoint refuses, the job fails, or it is
/// not done at `until`.
Result<std::vector<RetrievedTrace>> RetrieveTraces(Session& session,
                                                   const std::vector<std::string>& ids, Time until);

/// Whether an error says that an endpoint has no such thing as Transaction Search.
bool IsRefused(const Error& error);

}  // namespace iatk::kit
