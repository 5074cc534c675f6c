// iatk listen
#include <fmt/color.h>
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "iatk/base/time_text.h"
#include "iatk/cli/commands.h"
#include "iatk/cli/kit_options.h"
#include "iatk/json/parse.h"
#include "iatk/json/write.h"
#include "iatk/kit/listener.h"

namespace iatk::cli {
namespace {

struct Options : KitOptions {
  kit::AddListenerParams listener;
  std::optional<std::uint64_t> count;
  std::optional<double> seconds;
};

// Signals end the listening, and the clean-up follows.
volatile std::sig_atomic_t interrupted = 0;
void Interrupt(int /*signal*/) { interrupted = 1; }

std::string AsLine(const kit::ReceivedEvent& event) {
  const Result<json::Value> body = json::Parse(event.body);
  return json::Write(body ? *body : json::Value(event.body)) + "\n";
}

std::string AsText(const kit::ReceivedEvent& event, bool colours) {
  const auto style = [&](fmt::text_style wanted) { return colours ? wanted : fmt::text_style(); };
  const std::string time = FormatIso8601(event.received_at, Fraction::kMillis);
  const Result<json::Value> body = json::Parse(event.body);
  const auto field = [&](std::string_view name) -> std::string {
    const std::string* text = body ? body->FindString(name) : nullptr;
    return text == nullptr ? "" : *text;
  };
  const std::string shown = body ? json::WritePretty(*body) : event.body;
  return fmt::format("{} {} {}{}\n{}\n\n", fmt::format(style(fmt::emphasis::faint), "{}", time),
                     fmt::format(style(fmt::fg(fmt::terminal_color::cyan)), "{}", field("source")),
                     fmt::format(style(fmt::emphasis::bold), "{}", field("detail-type")),
                     event.duplicate ? "  (delivered before)" : "", shown);
}

// False if nobody reads any more: the listening ends, and the clean-up follows.
bool Print(const std::string& text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
         std::fflush(stdout) == 0;
}

int Tail(const Options& options, kit::Session& session, const kit::Listener& listener) {
  const auto feed = session.FeedOf(listener.id);
  if (!feed) return Failed("listen", feed.error());
  std::optional<Time> end;
  if (options.seconds) {
    end = session.clock().Now() +
          std::chrono::duration_cast<Duration>(std::chrono::duration<double>(*options.seconds));
  }
  const bool colours = ColoursWanted();
  std::uint64_t next = 0;
  while (interrupted == 0 && (!options.count || next < *options.count)) {
    const Time now = session.clock().Now();
    if (end && now >= *end) break;
    // Not longer than a user waits for the end after Ctrl-C.
    Time until = now + std::chrono::seconds(1);
    if (end && *end < until) until = *end;
    if (const auto waited = (*feed)->WaitFor(next, until); !waited) {
      return Failed("listen", waited.error());
    }
    for (const kit::ReceivedEvent& event : (*feed)->Read(next, 1000)) {
      if (options.count && event.number >= *options.count) break;
      if (!Print(options.json ? AsLine(event) : AsText(event, colours))) {
        interrupted = 1;
        break;
      }
      next = event.number + 1;
    }
    (*feed)->HandOver(next);
  }
  return next >= options.count.value_or(1) ? kFoundStatus : kNotFoundStatus;
}

int Listen(const Options& options) {
  const auto session = MakeSession(options);
  if (!session) return Failed("listen", session.error());
  struct sigaction action{};
  action.sa_handler = Interrupt;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  const auto listener = kit::AddListener(**session, options.listener);
  if (!listener) return Failed("listen", listener.error());
  for (const std::string& warning : listener->warnings) {
    fmt::print(stderr, "iatk listen: {}\n", warning);
  }
  fmt::print(stderr, "listening to {} ({})\n", listener->target_under_test.arn, listener->id);
  const int status = Tail(options, **session, *listener);
  const auto removed = kit::RemoveListeners(**session, {listener->id}, {});
  if (!removed) return Failed("listen", removed.error());
  return status;
}

}  // namespace

void AddListen(CLI::App& app, Run* run) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand(
      "listen", "Print events as they come: of a bus, a rule, a pattern, a topic or a queue.");
  command->add_option("--bus", options->listener.event_bus_name,
                      "The event bus (default: default)");
  auto* const rule = command->add_option("--rule", options->listener.rule_name,
                                         "Only what this rule matches: a name, an ARN or BUS|RULE");
  auto* const pattern = command->add_option("--pattern", options->listener.event_pattern,
                                            "Only what this event pattern matches; @FILE reads it");
  auto* const topic =
      command->add_option("--topic", options->listener.topic_arn, "An SNS topic, by ARN");
  auto* const queue = command->add_option(
      "--queue", options->listener.queue,
      "An SQS queue or dead-letter queue, by name, URL or ARN; its messages stay in it");
  rule->excludes(pattern)->excludes(topic)->excludes(queue);
  pattern->excludes(topic)->excludes(queue);
  topic->excludes(queue);
  command->add_option("--count", options->count, "End after so many events");
  command->add_option("--for", options->seconds, "End after so many seconds");
  AddKitOptions(*command, *options);
  command->footer(
      "Ends at Ctrl-C, and removes what it made. With --json, an event is one line as it came.\n"
      "Exit status 1 if fewer events came than --count asks for, or none.");
  command->callback([run, options] {
    *run = [options] {
      Result<std::string> pattern_text = ReadArgument(options->listener.event_pattern);
      if (!pattern_text) {
        fmt::print(stderr, "iatk listen: {}\n", pattern_text.error().message);
        return kUsageStatus;
      }
      options->listener.event_pattern = *std::move(pattern_text);
      return Listen(*options);
    };
  });
}

}  // namespace iatk::cli
