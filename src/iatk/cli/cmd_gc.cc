// iatk gc
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "iatk/base/time_text.h"
#include "iatk/cli/commands.h"
#include "iatk/cli/kit_options.h"
#include "iatk/json/write.h"
#include "iatk/kit/gc.h"

namespace iatk::cli {
namespace {

struct Options : KitOptions {
  bool dry_run = false;
  std::optional<std::uint32_t> older_than_seconds;
};

json::Value ToJson(const kit::Leaving& leaving) {
  json::Array resources;
  for (const std::string& resource : leaving.resources) resources.emplace_back(resource);
  return json::Object{{"Id", leaving.id},
                      {"Created", FormatIso8601(leaving.created)},
                      {"Reason", leaving.reason},
                      {"Resources", std::move(resources)},
                      {"Error", leaving.error}};
}

int Gc(const Options& options) {
  const auto session = MakeSession(options);
  if (!session) return Failed("gc", session.error());
  kit::GcParams params{.dry_run = options.dry_run, .older_than = std::nullopt};
  if (options.older_than_seconds) {
    params.older_than = std::chrono::seconds(*options.older_than_seconds);
  }
  const auto leavings = kit::CollectGarbage(**session, params);
  if (!leavings) return Failed("gc", leavings.error());
  int status = kFoundStatus;
  for (const kit::Leaving& leaving : *leavings) {
    if (!leaving.error.empty()) status = kNotFoundStatus;
    if (options.json) {
      fmt::print("{}\n", json::Write(ToJson(leaving)));
      continue;
    }
    const std::string_view done = options.dry_run         ? "would remove"
                                  : leaving.error.empty() ? "removed"
                                                          : "could not remove";
    fmt::print("{} {} ({})\n", done, leaving.id, leaving.reason);
    for (const std::string& resource : leaving.resources) fmt::print("  {}\n", resource);
    if (!leaving.error.empty()) fmt::print("  {}\n", leaving.error);
  }
  if (leavings->empty() && !options.json) fmt::print("nothing was left behind\n");
  return status;
}

}  // namespace

void AddGc(CLI::App& app, Run* run) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command =
      app.add_subcommand("gc", "Remove what test runs that broke off left behind.");
  command->add_flag("--dry-run", options->dry_run, "Only print what would go");
  command
      ->add_option("--older-than", options->older_than_seconds,
                   "Also what was made longer ago than this, expired or not; 0 takes all")
      ->type_name("SECONDS");
  AddKitOptions(*command, *options);
  command->footer(
      "Goes by the tags and names of listeners' queues and rules, the original kit's included.\n"
      "A listener expires four hours after it was made; one with a part missing goes after five\n"
      "minutes. Exit status 1 if something could not be removed.");
  command->callback([run, options] { *run = [options] { return Gc(*options); }; });
}

}  // namespace iatk::cli
