#include "iatk/kit/mock_generator.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "iatk/base/ids.h"
#include "iatk/base/time_text.h"
#include "iatk/lang/json_schema/generate.h"
#include "iatk/lang/json_schema/uri.h"
#include "iatk/lang/json_schema/validate.h"

namespace iatk::kit {
namespace {

namespace schema_language = json_schema;

constexpr std::string_view kComponents = "#/components/schemas/";
constexpr std::string_view kAwsEvent = "AWSEvent";

Error MockError(std::string message) { return SenderError("MockEventError", std::move(message)); }

// The reference to the schema that describes the event.
Result<std::string> RootOf(const json::Value& document, const std::string& event_ref) {
  if (event_ref.starts_with('#')) return event_ref;
  const json::Value* components = document.Find("components");
  const json::Value* found = components == nullptr ? nullptr : components->Find("schemas");
  const json::Object* schemas = found == nullptr ? nullptr : found->AsObject();
  const auto component = [](std::string_view name) {
    return std::string(kComponents) + schema_language::EscapeToken(name);
  };
  if (!event_ref.empty()) {
    if (schemas == nullptr) {
      return Fail(MockError(fmt::format(
          "the event ref of a JSON schema is a reference, like \"#/definitions/{}\"", event_ref)));
    }
    return component(event_ref);
  }
  if (schemas == nullptr) return std::string("#");
  if (schemas->Contains(kAwsEvent)) return component(kAwsEvent);
  if (schemas->size() == 1) return component(schemas->begin()->first);
  std::vector<std::string_view> names;
  for (const auto& [name, schema] : *schemas) names.push_back(name);
  return Fail(
      MockError(fmt::format("no eventRef specified to generate a mock event; the schema has {}",
                            fmt::join(names, ", "))));
}

// The schema object that `root` names; nullptr for references that are no plain pointers.
const json::Value* Find(const json::Value& document, std::string_view root) {
  const json::Value* at = &document;
  std::string_view rest = root.substr(1);
  while (!rest.empty() && at != nullptr) {
    if (!rest.starts_with('/')) return nullptr;
    rest.remove_prefix(1);
    const std::size_t end = std::min(rest.find('/'), rest.size());
    at = at->Find(schema_language::UnescapeToken(rest.substr(0, end)));
    rest.remove_prefix(end);
  }
  return at;
}

class Envelope {
 public:
  Envelope(const json::Value* root, std::string_view name, const MockParams& params)
      : params_(params), ids_(MakeSeededIdSource(params.seed)) {
    const auto marker = [root](std::string_view key) {
      const std::string* text = root == nullptr ? nullptr : root->FindString(key);
      return text == nullptr ? std::string() : *text;
    };
    source_ = marker("x-amazon-events-source");
    detail_type_ = marker("x-amazon-events-detail-type");
    described_ = !source_.empty() || !detail_type_.empty();
    // The registry's names are "source@DetailType".
    const std::size_t at = name.find('@');
    const bool both = at != std::string_view::npos;
    const auto choose = [](std::string* text, std::string_view wish, std::string_view otherwise) {
      if (!wish.empty()) *text = wish;
      if (text->empty()) *text = otherwise;
    };
    choose(&source_, params.source, both ? name.substr(0, at) : "iatk.mock");
    choose(&detail_type_, params.detail_type,
           both           ? name.substr(at + 1)
           : name.empty() ? "Mock"
                          : name);
  }

  // The event as it goes out. `path` is what is special about it, "" for all of it.
  json::Value Around(const schema_language::Schema& schema, json::Value described,
                     std::string_view path) {
    json::Object fields = Fields();
    if (described_) return Filled(schema, std::move(described), path, fields);
    if (!params_.envelope) return described;
    fields.Set("detail", std::move(described));
    return fields;
  }

 private:
  json::Object Fields() {
    json::Array resources;
    for (const std::string& resource : params_.resources) resources.emplace_back(resource);
    return json::Object{{"version", "0"},
                        {"id", ids_->Uuid()},
                        {"detail-type", detail_type_},
                        {"source", source_},
                        {"account", params_.account},
                        {"time", FormatIso8601(params_.time)},
                        {"region", params_.region},
                        {"resources", std::move(resources)}};
  }

  // Each field that the event has, or that is wanted, if the same keywords are broken with it as
  // without; what is special about the event stays.
  json::Value Filled(const schema_language::Schema& schema, json::Value event,
                     std::string_view path, const json::Object& fields) const {
    const auto violations = [&schema](const json::Value& value) {
      const auto found = schema_language::Validate(schema, value);
      std::string text = found ? "" : "?";
      if (!found) return text;
      for (const auto& one : *found) text += one.instance_path + one.schema_path + "\n";
      return text;
    };
    if (event.AsObject() == nullptr) return event;
    const std::string before = violations(event);
    for (const auto& [name, value] : fields) {
      const bool asked = params_.envelope || name == "source" || name == "detail-type";
      const bool special = path == "/" + name || path.starts_with("/" + name + "/");
      // In a case of the whole event, which members are there may be what is special about it.
      const bool may_add = params_.envelope && (OfNoCase() || !path.empty());
      if (!asked || special || (!event.AsObject()->Contains(name) && !may_add)) continue;
      if (name == "resources" && params_.resources.empty() && event.Find(name) != nullptr) continue;
      json::Value filled = event;
      filled.AsObject()->Set(name, value);
      if (violations(filled) == before) event = std::move(filled);
    }
    return event;
  }

  bool OfNoCase() const {
    return params_.variant == MockVariant::kMinimal || params_.variant == MockVariant::kFull;
  }

  const MockParams& params_;
  std::unique_ptr<IdSource> ids_;
  std::string source_;
  std::string detail_type_;
  bool described_ = false;  // by the schema
};

}  // namespace

Result<MockVariant> MockVariantOf(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, MockVariant>, 4> kVariants = {
      {{"minimal", MockVariant::kMinimal},
       {"full", MockVariant::kFull},
       {"boundary", MockVariant::kBoundary},
       {"invalid", MockVariant::kInvalid}}};
  for (const auto& [known, variant] : kVariants) {
    if (name == known) return variant;
  }
  return Fail(MockError(
      fmt::format("there is no variant {}: it is minimal, full, boundary or invalid", name)));
}

Result<std::vector<MockEvent>> MakeMockEvents(const RegisteredSchema& registered,
                                              std::string_view name, const MockParams& params) {
  using schema_language::Draft;
  IATK_TRY(const std::string root, RootOf(registered.document, params.event_ref));
  const Draft assumed = registered.type == "JSONSchemaDraft4" ? Draft::kDraft4
                        : registered.type == "OpenApi3"       ? Draft::kOpenApi30
                                                              : Draft::k2020;
  IATK_TRY(const auto schema,
           schema_language::Schema::Read(registered.document, {.assumed = assumed, .root = root}));
  schema_language::GenerateOptions options;
  options.form = params.variant == MockVariant::kMinimal ? schema_language::Form::kMinimal
                                                         : schema_language::Form::kFull;
  options.seed = params.seed;
  options.now = params.time;
  options.skip_optional = params.skip_optional;
  Envelope envelope(Find(registered.document, root), name, params);
  std::vector<schema_language::Case> cases;
  if (params.variant == MockVariant::kBoundary) {
    IATK_TRY(cases, schema_language::BoundaryCases(schema, options));
  } else if (params.variant == MockVariant::kInvalid) {
    IATK_TRY(cases, schema_language::InvalidCases(schema, options));
  } else {
    IATK_TRY(json::Value value, schema_language::Generate(schema, options));
    cases.push_back({std::move(value), "", "", "", ""});
  }
  std::vector<MockEvent> events;
  for (schema_language::Case& one : cases) {
    events.push_back({envelope.Around(schema, std::move(one.value), one.instance_path),
                      std::move(one.instance_path), std::move(one.schema_path),
                      std::move(one.keyword), std::move(one.note)});
  }
  return events;
}

}  // namespace iatk::kit
