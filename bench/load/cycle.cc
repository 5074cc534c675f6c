// iatk_load_cycle: how many events per second an endpoint carries from PutEvents through a rule and
// a queue to ReceiveMessage, and how long each takes. Works with every endpoint that speaks AWS's
// JSON protocols and doesn't verify signatures. Prints one JSON object.
#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "bench/load/event_cycle.h"
#include "bench/load/http_load.h"

namespace iatk::load {
namespace {

constexpr char kUsage[] =
    "Usage: iatk_load_cycle ENDPOINT [--connections N] [--seconds N] [--warm-up N] [--batch N]\n"
    "\n"
    "Each connection has a queue and a rule of its own and repeats, as fast as it is answered:\n"
    "PutEvents, ReceiveMessage, DeleteMessageBatch. A cycle counts when all its events came back\n"
    "and were deleted.\n"
    "\n"
    "  ENDPOINT         e.g. http://127.0.0.1:4566\n"
    "  --connections N  1 to 1000 (1)\n"
    "  --seconds N      of measurement, 1 to 600 (5)\n"
    "  --warm-up N      seconds of load before it, 0 to 60 (1)\n"
    "  --batch N        events in each PutEvents, 1 to 10 (1)\n";

struct Options {
  std::string endpoint;
  int connections = 1;
  int seconds = 5;
  int warm_up = 1;
  int batch = 1;
};

std::optional<Options> ParseOptions(int count, char** arguments) {
  Options options;
  const struct {
    std::string_view name;
    int& value;
    int least;
    int most;
  } numbers[] = {{"--connections", options.connections, 1, 1000},
                 {"--seconds", options.seconds, 1, 600},
                 {"--warm-up", options.warm_up, 0, 60},
                 {"--batch", options.batch, 1, 10}};
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = arguments[i];
    const auto number = std::find_if(std::begin(numbers), std::end(numbers),
                                     [&](const auto& known) { return known.name == argument; });
    if (number == std::end(numbers)) {
      if (argument.starts_with('-') || !options.endpoint.empty()) return std::nullopt;
      options.endpoint = argument;
      continue;
    }
    if (++i == count) return std::nullopt;
    const std::string_view text = arguments[i];
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), number->value);
    if (error != std::errc() || end != text.data() + text.size() || number->value < number->least ||
        number->value > number->most) {
      return std::nullopt;
    }
  }
  if (options.endpoint.empty()) return std::nullopt;
  return options;
}

Result<void> Measure(const Options& options) {
  IATK_TRY(const auto server, ParseEndpoint(options.endpoint));
  const SystemClock clock;
  net::HttpClient client;
  CycleRecord record;
  std::vector<std::unique_ptr<Conversation>> cycles;
  for (int i = 0; i < options.connections; ++i) {
    IATK_TRY(auto resources, SetUpCycle(client, options.endpoint, static_cast<std::size_t>(i)));
    cycles.push_back(std::make_unique<EventCycle>(server.host + ":" + std::to_string(server.port),
                                                  std::move(resources),
                                                  static_cast<std::size_t>(options.batch), record));
  }

  const auto warm_up = std::chrono::seconds(options.warm_up);
  const auto measured = std::chrono::seconds(options.seconds);
  record.measure_from = clock.Now() + warm_up;
  IATK_TRY(const auto requests, RunLoad(server, cycles, warm_up + measured, clock));

  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto cycle_count = static_cast<double>(record.until_deleted.count());
  const auto microseconds = [](Duration duration) {
    return static_cast<long long>(duration.count());
  };
  std::printf(
      "{\"connections\":%d,\"batch\":%d,\"seconds\":%d,\"cycles\":%.0f,\"cycles_per_second\":%.1f,"
      "\"events_per_second\":%.1f,\"p50_us\":%lld,\"p99_us\":%lld,\"received_p50_us\":%lld,"
      "\"received_p99_us\":%lld,\"requests\":%llu,\"lost\":%llu,\"errors\":%llu,"
      "\"generator_cpu_seconds\":%.2f}\n",
      options.connections, options.batch, options.seconds, cycle_count,
      cycle_count / options.seconds, cycle_count * options.batch / options.seconds,
      microseconds(record.until_deleted.Percentile(50)),
      microseconds(record.until_deleted.Percentile(99)),
      microseconds(record.until_received.Percentile(50)),
      microseconds(record.until_received.Percentile(99)), static_cast<unsigned long long>(requests),
      static_cast<unsigned long long>(record.lost), static_cast<unsigned long long>(record.errors),
      static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
          static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6);
  if (record.errors > 0) {
    return Fail(ReceiverError("Errors", "The first of " + std::to_string(record.errors) +
                                            " error answers: " + record.first_error));
  }
  return {};
}

}  // namespace
}  // namespace iatk::load

int main(int count, char** arguments) {
  const auto options = iatk::load::ParseOptions(count, arguments);
  if (!options) {
    std::fputs(iatk::load::kUsage, stderr);
    return 2;
  }
  const auto measured = iatk::load::Measure(*options);
  if (measured) return 0;
  std::fprintf(stderr, "iatk_load_cycle: %s\n", measured.error().message.c_str());
  return 1;
}
