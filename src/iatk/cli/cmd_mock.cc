// iatk mock
#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "iatk/cli/commands.h"
#include "iatk/cli/kit_options.h"
#include "iatk/json/parse.h"
#include "iatk/json/write.h"
#include "iatk/kit/mock_generator.h"

namespace iatk::cli {
namespace {

struct Options : KitOptions {
  kit::SchemaLocation location;
  std::string file;
  std::string variant = "full";
  kit::MockParams mock;
  std::optional<std::uint64_t> seed;
};

Result<kit::RegisteredSchema> ReadSchema(const std::string& file) {
  IATK_TRY(const std::string text, ReadArgument(file == "-" ? file : "@" + file));
  kit::RegisteredSchema schema;
  IATK_TRY(schema.document, json::Parse(text));
  return schema;
}

Result<kit::RegisteredSchema> Fetch(Options& options) {
  IATK_TRY(const auto session, MakeSession(options));
  options.mock.region = session->region();
  return kit::FetchSchema(*session, options.location);
}

void Print(const kit::MockEvent& event, bool as_json) {
  if (event.keyword.empty()) {
    fmt::print("{}\n", as_json ? json::Write(event.event) : json::WritePretty(event.event));
  } else if (as_json) {
    fmt::print("{}\n", json::Write(json::Object{{"event", event.event},
                                                {"path", event.path},
                                                {"schemaPath", event.schema_path},
                                                {"keyword", event.keyword},
                                                {"note", event.note}}));
  } else {
    fmt::print("# {}{}{}: {}\n{}\n\n", event.path, event.path.empty() ? "" : " ", event.schema_path,
               event.note, json::WritePretty(event.event));
  }
}

int Mock(Options& options) {
  const auto variant = kit::MockVariantOf(options.variant);
  if (!variant) {
    fmt::print(stderr, "iatk mock: {}\n", variant.error().message);
    return kUsageStatus;
  }
  options.mock.variant = *variant;
  if (options.mock.region = options.region; options.region.empty()) {
    options.mock.region = kit::MockParams().region;
  }
  options.mock.seed = options.seed.value_or(0);
  options.mock.time = options.seed ? kit::kSeededTime : SystemClock().Now();
  const auto schema = options.file.empty() ? Fetch(options) : ReadSchema(options.file);
  if (!schema) return Failed("mock", schema.error());
  const auto events = kit::MakeMockEvents(*schema, options.location.schema, options.mock);
  if (!events) return Failed("mock", events.error());
  for (const kit::MockEvent& event : *events) Print(event, options.json);
  return kFoundStatus;
}

}  // namespace

void AddMock(CLI::App& app, Run* run) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand(
      "mock", "Print events that a schema describes: valid ones, at its limits, or broken.");
  auto* const registry =
      command->add_option("--registry", options->location.registry, "The schema registry");
  auto* const schema =
      command->add_option("--schema", options->location.schema, "The schema's name in it");
  auto* const version =
      command->add_option("--version", options->location.version, "Its version (default: latest)");
  auto* const file =
      command->add_option("--file", options->file,
                          "A file with a JSON Schema or an OpenAPI document; - is standard input");
  registry->needs(schema)->excludes(file);
  schema->needs(registry)->excludes(file);
  version->needs(schema);
  command->add_option("--event-ref", options->mock.event_ref,
                      "The component, or a reference to the schema, that describes the event");
  command->add_option("--variant", options->variant, "minimal, full, boundary or invalid")
      ->capture_default_str();
  command->add_option("--seed", options->seed,
                      "The same seed gives the same events, times included");
  command->add_flag("--skip-optional", options->mock.skip_optional,
                    "Leave out what is not required");
  command->add_flag("--envelope", options->mock.envelope,
                    "Put EventBridge's envelope around the event, or fill it in");
  AddKitOptions(*command, *options);
  command->footer(
      "With --json, an event is one line; of the variants boundary and invalid it is told with "
      "what\n"
      "is special about it: path, schemaPath, keyword, note.\n"
      "Exit status 1 if the schema is not there, can't be used, or no event was found for it.");
  command->callback([run, options] {
    *run = [options] {
      if (options->file.empty() && options->location.registry.empty()) {
        fmt::print(stderr, "iatk mock: --registry and --schema are needed, or --file\n");
        return kUsageStatus;
      }
      return Mock(*options);
    };
  });
}

}  // namespace iatk::cli
