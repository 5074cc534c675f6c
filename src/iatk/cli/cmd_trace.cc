// iatk trace
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "iatk/cli/commands.h"
#include "iatk/cli/kit_options.h"
#include "iatk/json/write.h"
#include "iatk/kit/trace_wait.h"
#include "iatk/trace/render.h"
#include "iatk/trace/render_html.h"

namespace iatk::cli {
namespace {

constexpr std::chrono::seconds kPatience{20};
constexpr double kLongestWaitSeconds = 24 * 60 * 60;

struct Options : KitOptions {
  std::string trace;
  std::string html_file;
  std::optional<double> wait_seconds;
  bool linked = false;
  std::vector<std::string> hops;
};

struct Seen {
  trace::View view;
  trace::Judgement judgement;
  std::string last_error;
  bool is_enough = false;  ///< found; of a wait, complete
};

Result<Seen> Look(const Options& options, const trace::TraceHeader& header, kit::Session& session) {
  Seen seen;
  if (options.wait_seconds) {
    const auto within =
        std::chrono::duration_cast<Duration>(std::chrono::duration<double>(*options.wait_seconds));
    IATK_TRY(kit::TraceOutcome outcome,
             kit::AwaitTrace(session, header, options.linked, options.hops, within));
    seen.is_enough = outcome.met;
    seen.view = std::move(outcome.view);
    seen.judgement = std::move(outcome.judgement);
    seen.last_error = std::move(outcome.last_error);
    return seen;
  }
  IATK_TRY(kit::TraceLook look,
           kit::LookAtTrace(session, header, options.linked, session.clock().Now() + kPatience));
  IATK_TRY(seen.judgement, trace::Judge(look.view, options.hops));
  seen.view = std::move(look.view);
  seen.last_error = std::move(look.last_error);
  seen.is_enough = seen.view.found && seen.judgement.missing.empty();
  return seen;
}

bool WriteFile(const std::string& name, const std::string& text) {
  std::ofstream file(name, std::ios::binary);
  file << text;
  file.close();
  return static_cast<bool>(file);
}

void Print(const Seen& seen) {
  fmt::print("{}", trace::RenderForest(seen.view.forest,
                                       {.colours = ColoursWanted(), .subsegments = true}));
  std::fflush(stdout);
  for (const std::string& reason : seen.judgement.reasons) {
    fmt::print(stderr, "iatk trace: {}\n", reason);
  }
  if (seen.judgement.complete && !seen.is_enough) {
    fmt::print(stderr, "iatk trace: it was still changing at the last look\n");
  }
  if (!seen.last_error.empty()) fmt::print(stderr, "iatk trace: {}\n", seen.last_error);
}

int Trace(const Options& options) {
  const auto header = kit::ReadHeaderOrId(options.trace);
  if (!header) {
    fmt::print(stderr, "iatk trace: {}\n", header.error().message);
    return kUsageStatus;
  }
  for (const std::string& hop : options.hops) {
    if (const auto judged = trace::Judge({}, {hop}); !judged) {
      fmt::print(stderr, "iatk trace: --hop {}: {}\n", hop, judged.error().message);
      return kUsageStatus;
    }
  }
  const auto session = MakeSession(options);
  if (!session) return Failed("trace", session.error());
  const auto seen = Look(options, *header, **session);
  if (!seen) return Failed("trace", seen.error());
  if (!options.html_file.empty()) {
    const std::string notes = fmt::format("{}", fmt::join(seen->judgement.reasons, "\n"));
    const std::string page =
        trace::RenderHtml(seen->view.forest, "Trace " + seen->view.trace_id, notes);
    if (!WriteFile(options.html_file, page)) {
      fmt::print(stderr, "iatk trace: {} can't be written\n", options.html_file);
      return kUsageStatus;
    }
  }
  if (options.json) {
    fmt::print("{}\n", json::Write(trace::ToJson(seen->view, seen->judgement)));
  } else {
    Print(*seen);
  }
  return seen->is_enough ? kFoundStatus : kNotFoundStatus;
}

}  // namespace

void AddTrace(CLI::App& app, Run* run) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand(
      "trace", "Draw an X-Ray trace as far as it has come, and what is missing.");
  command
      ->add_option("HEADER_OR_ID", options->trace,
                   "A tracing header (\"Root=1-…;Sampled=1\") or a trace id")
      ->required();
  command->add_option("--html", options->html_file, "Also write a web page to this file");
  command->add_option("--wait", options->wait_seconds, "Wait so many seconds until it is complete")
      ->check(CLI::Range(0.0, kLongestWaitSeconds));
  command->add_flag("--linked", options->linked, "With the traces that it links to as children");
  command
      ->add_option("--hop", options->hops,
                   "What has to be there: a name, an origin or a path \"A > B\"; may be repeated")
      ->allow_extra_args(false);
  AddKitOptions(*command, *options);
  command->footer(
      "Exit status 1 if the trace is not there, lacks a --hop or, with --wait, is not complete.");
  command->callback([run, options] { *run = [options] { return Trace(*options); }; });
}

}  // namespace iatk::cli
