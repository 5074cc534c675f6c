#include <fmt/format.h>

#include <cstdio>

#include "iatk/cli/commands.h"
#include "iatk/cloud/cloud.h"

namespace iatk::cli {

int RunCloud(const CloudCommand& command) {
  net::EventLoop loop;
  auto cloud = cloud::Cloud::Start(
      loop, {.host = command.host, .port = command.port, .xray_port = 0, .seed = {}});
  if (!cloud) {
    fmt::print(stderr, "iatk cloud: {}\n", cloud.error().message);
    return kUsageStatus;
  }
  loop.OnSignal([&loop] { loop.Stop(); });
  fmt::print("iatk cloud is ready at {}\n", (*cloud)->endpoint_url());
  std::fflush(stdout);
  loop.Run();
  return 0;
}

}  // namespace iatk::cli
