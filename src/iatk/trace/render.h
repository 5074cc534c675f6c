// A trace as text for people.
#pragma once

#include <cstddef>
#include <string>

#include "iatk/trace/forest.h"

namespace iatk::trace {

struct RenderOptions {
  bool ascii = false;        ///< branches and bars in ASCII alone
  bool colours = false;      ///< escape sequences of terminals
  bool subsegments = false;  ///< lines for them too
  std::size_t most_lines = 2000;
};

/// One line a segment: its place in the tree, name, origin, start after the trace's in
/// milliseconds, duration, a bar on the trace's time line, and what went wrong with it. Trees of
/// segments whose parent has not come follow, each under a line that says so. Ends with a newline,
/// unless empty.
///
///   orders            AWS::StepFunctions::StateMachine   +0 ms   412 ms  ██████████
///   └─ Events         AWS::Events                       +12 ms     8 ms  ▏
///   behind 53995c3f42cd8ad8, which has not come:
///   worker            AWS::Lambda                       +80 ms     0 ms    ▏  in progress
std::string RenderForest(const Forest& forest, const RenderOptions& options = {});

}  // namespace iatk::trace
