// A trace's tree as text for people.
#pragma once

#include <string>

#include "iatk/trace/tree.h"

namespace iatk::trace {

/// One line a segment: its place in the tree, name, origin, start after the root's in milliseconds,
/// duration, a bar on the trace's time line, and what went wrong with it. Ends with a newline.
///
///   orders            AWS::StepFunctions::StateMachine   +0 ms   412 ms  ██████████
///   └─ Events         AWS::Events                       +12 ms     8 ms  ▏
std::string RenderTree(const Tree& tree);

}  // namespace iatk::trace
