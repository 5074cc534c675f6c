// A trace as a web page.
#pragma once

#include <string>
#include <string_view>

#include "iatk/trace/forest.h"

namespace iatk::trace {

/// A page that needs nothing beside itself, and runs no script: a waterfall of segments and
/// subsegments, each with its document behind a click. Everything of the trace is escaped. `notes`
/// are lines above the waterfall, such as what is missing.
std::string RenderHtml(const Forest& forest, std::string_view title, std::string_view notes = {});

}  // namespace iatk::trace
