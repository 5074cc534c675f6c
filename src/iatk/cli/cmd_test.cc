#include "iatk/cli/commands.h"

namespace iatk::cli {
int RunTest(const TestCommand&) { return kUsageStatus; }
}  // namespace iatk::cli
