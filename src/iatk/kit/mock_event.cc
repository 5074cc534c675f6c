#include "iatk/kit/mock_event.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "iatk/base/time_text.h"
#include "iatk/lang/json_schema/generate.h"
#include "iatk/lang/json_schema/uri.h"
#include "iatk/lang/json_schema/validate.h"

namespace iatk::kit {
namespace {

constexpr std::size_t kMaxDepth = 20;
constexpr std::size_t kMaxValues = 100'000;
constexpr std::string_view kComponents = "#/components/schemas/";

Error MockError(std::string message) { return SenderError("MockEventError", std::move(message)); }

class Generator {
 public:
  Generator(const json::Value& document, bool skip_optional, const Clock& clock)
      : document_(document), skip_optional_(skip_optional), clock_(clock) {}

  Result<const json::Value*> Resolve(std::string_view reference) const {
    const json::Value* at = &document_;
    std::string_view rest = reference;
    if (!rest.starts_with('#')) {
      return Fail(MockError(fmt::format("reference \"{}\" leaves the schema", reference)));
    }
    rest.remove_prefix(1);
    while (!rest.empty() && at != nullptr) {
      rest.remove_prefix(1);
      const std::size_t end = std::min(rest.find('/'), rest.size());
      at = at->Find(json_schema::UnescapeToken(rest.substr(0, end)));
      rest.remove_prefix(end);
    }
    if (at == nullptr) {
      return Fail(MockError(fmt::format("reference \"{}\" names nothing", reference)));
    }
    return at;
  }

  Result<json::Value> ValueOf(const json::Value& schema, std::size_t depth) {
    if (depth > kMaxDepth) return json::Value();
    if (++values_ > kMaxValues) {
      return Fail(MockError(fmt::format("the schema makes more than {} values", kMaxValues)));
    }
    if (const std::string* reference = schema.FindString("$ref")) {
      IATK_TRY(const json::Value* const target, Resolve(*reference));
      return ValueOf(*target, depth + 1);
    }
    if (const json::Value* fixed = FixedValueOf(schema)) return *fixed;
    for (const char* choice : {"oneOf", "anyOf"}) {
      const json::Value* const alternatives = schema.Find(choice);
      if (alternatives != nullptr && alternatives->AsArray() != nullptr &&
          !alternatives->AsArray()->empty() && schema.Find("properties") == nullptr) {
        return ValueOf(alternatives->AsArray()->front(), depth + 1);
      }
    }
    const std::string type = TypeOf(schema);
    if (type == "object") return ObjectOf(schema, depth);
    if (type == "string") {
      const std::string* format = schema.FindString("format");
      if (format == nullptr || *format != "date-time") return json::Value("");
      return json::Value(FormatIso8601(clock_.Now(), Fraction::kMillis));
    }
    if (type == "number" || type == "integer") return json::Value(0);
    if (type == "boolean") return json::Value(false);
    if (type == "array") return json::Value(json::Array());
    if (type == "null" || type.empty()) return json::Value();
    return Fail(MockError(fmt::format("unsupported type \"{}\"", type)));
  }

 private:
  static const json::Value* FixedValueOf(const json::Value& schema) {
    const json::Value* const values = schema.Find("enum");
    if (values != nullptr && values->AsArray() != nullptr && !values->AsArray()->empty()) {
      return &values->AsArray()->front();
    }
    return schema.Find("const");
  }

  static std::string TypeOf(const json::Value& schema) {
    const json::Value* const type = schema.Find("type");
    if (type != nullptr && type->AsString() != nullptr) return *type->AsString();
    if (type != nullptr && type->AsArray() != nullptr) {
      for (const json::Value& one : *type->AsArray()) {
        if (one.AsString() != nullptr && *one.AsString() != "null") return *one.AsString();
      }
      return "null";
    }
    const bool is_object = schema.Find("properties") != nullptr || schema.Find("allOf") != nullptr;
    return is_object ? "object" : "";
  }

  Result<json::Value> ObjectOf(const json::Value& schema, std::size_t depth) {
    json::Object object;
    IATK_CHECK(AddProperties(schema, depth, &object));
    return json::Value(std::move(object));
  }

  // The members that `schema` and the parts it is made of ask for.
  Result<void> AddProperties(const json::Value& schema, std::size_t depth, json::Object* object) {
    if (depth > kMaxDepth) return {};
    if (const std::string* reference = schema.FindString("$ref")) {
      IATK_TRY(const json::Value* const target, Resolve(*reference));
      return AddProperties(*target, depth + 1, object);
    }
    const json::Value* const parts = schema.Find("allOf");
    if (parts != nullptr && parts->AsArray() != nullptr) {
      for (const json::Value& part : *parts->AsArray()) {
        IATK_CHECK(AddProperties(part, depth + 1, object));
      }
    }
    const json::Value* const properties = schema.Find("properties");
    if (properties == nullptr || properties->AsObject() == nullptr) return {};
    for (const auto& [name, property] : *properties->AsObject()) {
      if (skip_optional_ && !IsRequired(schema, name)) continue;
      Result<json::Value> value = ValueOf(property, depth + 1);
      if (!value) {
        value.error().message = fmt::format("{}: {}", name, value.error().message);
        return Fail(std::move(value.error()));
      }
      object->Set(name, std::move(*value));
    }
    return {};
  }

  // Without a list of what is required, nothing counts as optional.
  static bool IsRequired(const json::Value& schema, std::string_view name) {
    const json::Value* const required = schema.Find("required");
    if (required == nullptr || required->AsArray() == nullptr) return true;
    return std::ranges::any_of(*required->AsArray(), [name](const json::Value& one) {
      return one.AsString() != nullptr && *one.AsString() == name;
    });
  }

  const json::Value& document_;
  bool skip_optional_;
  const Clock& clock_;
  std::size_t values_ = 0;
};

// The barebone event, unless there is none or the schema does not take it.
Result<json::Value> ValidEvent(Generator& generator, const json::Value& document,
                               const std::string& root, json_schema::Draft assumed,
                               const MockEventOptions& options, const Clock& clock) {
  IATK_TRY(const auto schema,
           json_schema::Schema::Read(document, {.assumed = assumed, .root = root}));
  if (Result<const json::Value*> described = generator.Resolve(root)) {
    Result<json::Value> barebone = generator.ValueOf(**described, 0);
    if (barebone) {
      IATK_TRY(const auto violations, json_schema::Validate(schema, *barebone));
      if (violations.empty()) return *std::move(barebone);
    }
  }
  return json_schema::Generate(schema, {.form = json_schema::Form::kMinimal,
                                        .seed = 0,
                                        .now = clock.Now(),
                                        .skip_optional = options.skip_optional});
}

}  // namespace

Result<json::Value> MakeBareboneEvent(const json::Value& schema, std::string_view schema_type,
                                      const MockEventOptions& options, const Clock& clock) {
  Generator generator(schema, options.skip_optional, clock);
  if (schema_type == "OpenApi3") {
    if (options.event_ref.empty()) {
      return Fail(MockError("no eventRef specified to generate a mock event"));
    }
    const std::string reference = options.event_ref.starts_with('#')
                                      ? options.event_ref
                                      : std::string(kComponents) + options.event_ref;
    return ValidEvent(generator, schema, reference, json_schema::Draft::kOpenApi30, options, clock);
  }
  if (schema_type == "JSONSchemaDraft4") {
    if (!options.event_ref.empty()) {
      return Fail(MockError("event ref not supported for json schemas"));
    }
    return ValidEvent(generator, schema, "#", json_schema::Draft::kDraft4, options, clock);
  }
  return Fail(MockError(fmt::format("unsupported schema type \"{}\"", schema_type)));
}

}  // namespace iatk::kit
