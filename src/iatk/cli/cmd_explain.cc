// iatk explain
#include <fmt/format.h>

#include <memory>

#include "iatk/cli/commands.h"
#include "iatk/cli/kit_options.h"
#include "iatk/json/parse.h"
#include "iatk/json/write.h"
#include "iatk/lang/event_pattern/explain.h"

namespace iatk::cli {
namespace {

struct Options {
  std::string pattern;
  std::string event;
  bool json = false;
};

Result<event_pattern::Explanation> ExplainArguments(const Options& options) {
  IATK_TRY(const std::string pattern_text, ReadArgument(options.pattern));
  IATK_TRY(const std::string event_text, ReadArgument(options.event));
  IATK_TRY(const event_pattern::Pattern pattern, event_pattern::Compile(pattern_text));
  IATK_TRY(const json::Value event, json::Parse(event_text));
  if (event.AsObject() == nullptr) {
    return Fail(SenderError("InvalidEvent", "the event is no JSON object"));
  }
  return event_pattern::Explain(pattern, event);
}

int Explain(const Options& options) {
  const auto why = ExplainArguments(options);
  if (!why) {
    fmt::print(stderr, "iatk explain: {}\n", why.error().message);
    return kUsageStatus;
  }
  if (options.json) {
    fmt::print("{}\n", json::Write(event_pattern::ToJson(*why)));
  } else {
    fmt::print("{}", event_pattern::ToText(*why));
  }
  return why->matches ? kFoundStatus : kNotFoundStatus;
}

}  // namespace

void AddExplain(CLI::App& app, Run* run) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand(
      "explain", "Tell why an event matches an event pattern, or what would make it match.");
  command
      ->add_option("--pattern", options->pattern,
                   "The pattern: JSON, @FILE or - for standard input")
      ->required();
  command->add_option("--event", options->event, "The event: JSON, @FILE or - for standard input")
      ->required();
  command->add_flag("--json", options->json, "Print JSON");
  command->callback([run, options] { *run = [options] { return Explain(*options); }; });
}

}  // namespace iatk::cli
