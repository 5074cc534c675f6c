// What happened in a test run, for people.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "iatk/cli/stacks.h"
#include "iatk/client/client.h"
#include "iatk/cloud/journal/journal.h"

namespace iatk::cli {

struct RenderedTrace {
  std::string id;
  double duration = 0;  ///< seconds
  std::string tree;     ///< trace/render.h
};

/// The newest traces of the run, at most five, as far as they have come.
std::vector<RenderedTrace> FetchTraces(client::Client& client);

struct Report {
  const std::vector<DeployedStack>& stacks;
  const std::vector<RenderedTrace>& traces;
  const cloud::Journal& journal;
  std::optional<double> sla_seconds;
};

/// Stacks with their outputs; listeners, and what came to them; each event with how long it took to
/// its targets; deliveries and functions that failed; traces as trees.
std::string RenderReport(const Report& report);

}  // namespace iatk::cli
