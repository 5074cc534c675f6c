#include "iatk/lang/event_pattern/event.h"

namespace iatk::event_pattern {
namespace {

const std::vector<Field> kNoFields;

}  // namespace

Scalar ScalarOf(const json::Value& value) {
  switch (value.kind()) {
    case json::Value::Kind::kString:
      return MakeString(*value.AsString());
    case json::Value::Kind::kNumber:
      return MakeNumber(value.AsNumber()->text());
    case json::Value::Kind::kBool:
      return *value.AsBool() ? Scalar{ValueKind::kTrue, "true", {}}
                             : Scalar{ValueKind::kFalse, "false", {}};
    default:
      return {ValueKind::kNull, "null", {}};
  }
}

FlatEvent::FlatEvent(const json::Value& event) {
  std::string path;
  std::vector<ArrayElement> elements;
  Add(event, &path, &elements);
}

const std::vector<Field>& FlatEvent::At(std::string_view path) const {
  const auto found = fields_.find(path);
  return found == fields_.end() ? kNoFields : found->second;
}

void FlatEvent::Add(const json::Value& value, std::string* path,
                    std::vector<ArrayElement>* elements) {
  if (const json::Object* object = value.AsObject()) {
    const std::size_t length = path->size();
    for (const auto& [name, member] : *object) {
      if (length > 0) *path += '.';
      *path += name;
      Add(member, path, elements);
      path->resize(length);
    }
    return;
  }
  if (const json::Array* array = value.AsArray()) {
    const std::uint32_t number = arrays_++;
    for (std::uint32_t i = 0; i < array->size(); ++i) {
      const json::Value& item = (*array)[i];
      const bool holds_more = item.AsObject() != nullptr || item.AsArray() != nullptr;
      if (holds_more) elements->emplace_back(number, i);
      Add(item, path, elements);
      if (holds_more) elements->pop_back();
    }
    return;
  }
  fields_[*path].push_back({ScalarOf(value), *elements});
}

}  // namespace iatk::event_pattern
