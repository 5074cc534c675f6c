#include "iatk/rpc/original_form.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "iatk/rpc/go_json.h"

namespace iatk::rpc {
namespace {

struct Shape;

enum class Form {
  kSame,     // text, a boolean, a whole number
  kFloat,    // a number as Go writes it
  kAny,      // whatever: members sorted, numbers as floats
  kMap,      // the same; left out if it is empty
  kList,     // the same
  kObject,   // of a shape
  kObjects,  // a list of objects of a shape; left out if it is empty
};

struct Field {
  std::string_view name;
  Form form = Form::kSame;
  const Shape* shape = nullptr;
  bool always = false;  // null where there is none
};

struct Shape {
  std::span<const Field> fields;
};

constexpr bool kAlways = true;

constexpr Field kServiceFields[] = {{"type", Form::kSame, nullptr, kAlways}};
constexpr Shape kService{kServiceFields};

constexpr Field kRequestFields[] = {{"method"},     {"client_ip"},       {"url"},
                                    {"user_agent"}, {"x_forwarded_for"}, {"traced"}};
constexpr Shape kRequest{kRequestFields};
constexpr Field kResponseFields[] = {{"status"}, {"content_length"}};
constexpr Shape kResponse{kResponseFields};
constexpr Field kHttpFields[] = {{"request", Form::kObject, &kRequest},
                                 {"response", Form::kObject, &kResponse}};
constexpr Shape kHttp{kHttpFields};

constexpr Field kSqlFields[] = {
    {"connection_string"}, {"url"},  {"sanitized_query"}, {"database_type"}, {"database_version"},
    {"driver_version"},    {"user"}, {"preparation"}};
constexpr Shape kSql{kSqlFields};

constexpr Field kAttributesFields[] = {
    {"aws.xray.reserved.reference_type", Form::kSame, nullptr, kAlways}};
constexpr Shape kAttributes{kAttributesFields};
constexpr Field kLinkFields[] = {{"trace_id", Form::kSame, nullptr, kAlways},
                                 {"id", Form::kSame, nullptr, kAlways},
                                 {"attributes", Form::kObject, &kAttributes, kAlways}};
constexpr Shape kLink{kLinkFields};

extern const Shape kSubsegment;

constexpr Field kSegmentFields[] = {{"id", Form::kSame, nullptr, kAlways},
                                    {"name", Form::kSame, nullptr, kAlways},
                                    {"trace_id", Form::kSame, nullptr, kAlways},
                                    {"start_time", Form::kFloat, nullptr, kAlways},
                                    {"end_time", Form::kFloat},
                                    {"in_progress"},
                                    {"service", Form::kObject, &kService},
                                    {"user"},
                                    {"origin"},
                                    {"parent_id"},
                                    {"http", Form::kObject, &kHttp},
                                    {"error"},
                                    {"throttle"},
                                    {"fault"},
                                    {"cause", Form::kAny},
                                    {"aws", Form::kAny},
                                    {"annotations", Form::kMap},
                                    {"metadata", Form::kMap},
                                    {"subsegments", Form::kObjects, &kSubsegment},
                                    {"links", Form::kObjects, &kLink}};
constexpr Shape kSegment{kSegmentFields};

constexpr Field kSubsegmentFields[] = {{"id", Form::kSame, nullptr, kAlways},
                                       {"name", Form::kSame, nullptr, kAlways},
                                       {"start_time", Form::kFloat, nullptr, kAlways},
                                       {"trace_id"},
                                       {"end_time", Form::kFloat},
                                       {"in_progress"},
                                       {"error"},
                                       {"throttle"},
                                       {"fault"},
                                       {"http", Form::kObject, &kHttp},
                                       {"sql", Form::kObject, &kSql},
                                       {"namespace"},
                                       {"parent_id"},
                                       {"traced"},
                                       {"precursor_ids", Form::kList},
                                       {"cause", Form::kAny},
                                       {"aws", Form::kAny},
                                       {"annotations", Form::kMap},
                                       {"metadata", Form::kMap},
                                       {"type"},
                                       {"subsegments", Form::kObjects, &kSubsegment},
                                       {"links", Form::kObjects, &kLink}};
const Shape kSubsegment{kSubsegmentFields};

json::Value Any(const json::Value& value) {
  if (const json::Number* number = value.AsNumber()) {
    return json::Number(NumberAsGo(number->AsDouble()));
  }
  if (const json::Array* array = value.AsArray()) {
    json::Array out;
    for (const json::Value& item : *array) out.push_back(Any(item));
    return out;
  }
  if (const json::Object* object = value.AsObject()) {
    std::vector<const json::Member*> sorted;
    for (const json::Member& member : *object) sorted.push_back(&member);
    std::ranges::stable_sort(sorted, {}, [](const json::Member* m) -> auto& { return m->first; });
    json::Object out;
    for (const json::Member* member : sorted) out.Set(member->first, Any(member->second));
    return out;
  }
  return value;
}

bool IsEmpty(const json::Value& value) {
  if (const json::Array* array = value.AsArray()) return array->empty();
  return value.AsObject() != nullptr && value.AsObject()->empty();
}

json::Value Shaped(const json::Value& value, const Shape& shape);

json::Value EachShaped(const json::Value& list, const Shape& shape) {
  json::Array out;
  if (const json::Array* array = list.AsArray()) {
    for (const json::Value& item : *array) out.push_back(Shaped(item, shape));
  }
  return out;
}

// As deep as documents are nested, which their reader bounds.
json::Value Shaped(const json::Value& value, const Shape& shape) {
  json::Object out;
  for (const Field& field : shape.fields) {
    const json::Value* const member = value.Find(field.name);
    if (member == nullptr || member->is_null()) {
      if (field.always) out.Append(std::string(field.name), nullptr);
      continue;
    }
    const bool left_out_if_empty =
        field.form == Form::kMap || field.form == Form::kList || field.form == Form::kObjects;
    if (left_out_if_empty && IsEmpty(*member)) continue;
    json::Value& put = out.Append(std::string(field.name), nullptr);
    switch (field.form) {
      case Form::kSame:
        put = *member;
        break;
      case Form::kFloat:
      case Form::kAny:
      case Form::kMap:
      case Form::kList:
        put = Any(*member);
        break;
      case Form::kObject:
        put = Shaped(*member, *field.shape);
        break;
      case Form::kObjects:
        put = EachShaped(*member, *field.shape);
        break;
    }
  }
  return out;
}

json::Value TraceTree(const json::Value& output) {
  const auto member = [&output](std::string_view name) {
    const json::Value* const found = output.Find(name);
    return found == nullptr ? json::Value() : *found;
  };
  json::Array paths;
  const json::Value all = member("paths");
  if (const json::Array* array = all.AsArray()) {
    for (const json::Value& path : *array) paths.push_back(EachShaped(path, kSegment));
  }
  const json::Value source = member("source_trace");
  const auto of_source = [&source](std::string_view name) {
    const json::Value* const found = source.Find(name);
    return found == nullptr ? json::Value() : *found;
  };
  json::Object tree{
      {"root", Shaped(member("root"), kSegment)},
      {"paths", std::move(paths)},
      {"source_trace", json::Object{{"id", of_source("id")},
                                    {"duration", Any(of_source("duration"))},
                                    {"limitExceeded", of_source("limit_exceeded")},
                                    {"segments", EachShaped(of_source("segments"), kSegment)}}}};
  return tree;
}

}  // namespace

json::Value InOriginalForm(std::string_view method, json::Value output) {
  if (method == "get_trace_tree") return TraceTree(output);
  if (method == "test_harness.eventbridge.add_listener" && output.AsObject() != nullptr) {
    output.AsObject()->Erase("Warnings");
  }
  return output;
}

}  // namespace iatk::rpc
