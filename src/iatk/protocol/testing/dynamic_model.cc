#include "iatk/protocol/testing/dynamic_model.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "iatk/base/clock.h"
#include "iatk/protocol/scalar.h"

namespace iatk::protocol::testing {
namespace {

using model::Location;
using model::Member;
using model::Shape;
using model::TimestampFormat;
using model::Type;

const void* GetField(const Member& member, const void* object) {
  return As<DynamicStruct>(object).fields[member.index].get();
}

void* MakeField(const Member& member, void* object) {
  DynamicPointer& field = As<DynamicStruct>(object).fields[member.index];
  if (field == nullptr) field = NewValue(*member.shape);
  return field.get();
}

constexpr model::ListAccess kListAccess = {
    .size = [](const void* list) { return As<DynamicList>(list).elements.size(); },
    .at = [](const void* list, std::size_t index) -> const void* {
      return As<DynamicList>(list).elements[index].get();
    },
    .append = [](void* raw) -> void* {
      auto& list = As<DynamicList>(raw);
      return list.elements.emplace_back(NewValue(*list.shape->element.shape)).get();
    },
};

constexpr model::MapAccess kMapAccess = {
    .size = [](const void* map) { return As<DynamicMap>(map).entries.size(); },
    .each =
        [](const void* map, void* closure,
           void (*visit)(void* closure, std::string_view key, const void* value)) {
          for (const auto& [key, value] : As<DynamicMap>(map).entries) {
            visit(closure, key, value.get());
          }
        },
    .insert = [](void* raw, std::string key) -> void* {
      auto& map = As<DynamicMap>(raw);
      DynamicPointer& value = map.entries[std::move(key)];
      value = NewValue(*map.shape->element.shape);
      return value.get();
    },
};

std::string_view Text(const json::Value& value, std::string_view key,
                      std::string_view fallback = {}) {
  const std::string* text = value.FindString(key);
  return text == nullptr ? fallback : std::string_view(*text);
}

bool Flag(const json::Value& value, std::string_view key) {
  const json::Value* flag = value.Find(key);
  return flag != nullptr && flag->AsBool() != nullptr && *flag->AsBool();
}

int Whole(const json::Value* value, std::string_view key, int fallback) {
  const json::Value* number = value == nullptr ? nullptr : value->Find(key);
  if (number == nullptr || number->AsNumber() == nullptr) return fallback;
  return static_cast<int>(number->AsNumber()->AsDouble());
}

TimestampFormat FormatNamed(std::string_view name) {
  if (name == "iso8601") return TimestampFormat::kIso8601;
  if (name == "unixTimestamp") return TimestampFormat::kUnixSeconds;
  if (name == "rfc822") return TimestampFormat::kHttpDate;
  return TimestampFormat::kDefault;
}

model::XmlNamespace NamespaceOf(const json::Value& value) {
  const json::Value* ns = value.Find("xmlNamespace");
  if (ns == nullptr) return {};
  if (const std::string* uri = ns->AsString()) return {"", *uri};
  return {Text(*ns, "prefix"), Text(*ns, "uri")};
}

Type TypeOf(const json::Value& shape) {
  const std::string_view type = Text(shape, "type");
  if (Flag(shape, "document")) return Type::kDocument;
  if (type == "boolean") return Type::kBoolean;
  if (type == "integer") return Type::kInteger;
  if (type == "long") return Type::kLong;
  if (type == "float") return Type::kFloat;
  if (type == "double") return Type::kDouble;
  if (type == "blob") return Type::kBlob;
  if (type == "timestamp") return Type::kTimestamp;
  if (type == "list") return Type::kList;
  if (type == "map") return Type::kMap;
  if (type == "structure") return Type::kStructure;
  return Type::kString;
}

Location LocationNamed(std::string_view name) {
  if (name == "header") return Location::kHeader;
  if (name == "headers") return Location::kHeaders;
  if (name == "uri") return Location::kUri;
  if (name == "querystring") return Location::kQueryString;
  if (name == "statusCode") return Location::kStatusCode;
  return Location::kBody;
}

model::Protocol ProtocolNamed(std::string_view name) {
  if (name == "rest-json") return model::Protocol::kRestJson;
  if (name == "rest-xml") return model::Protocol::kRestXml;
  if (name == "query") return model::Protocol::kQuery;
  if (name == "smithy-rpc-v2-cbor") return model::Protocol::kCbor;
  return model::Protocol::kJson;
}

}  // namespace

DynamicPointer NewValue(const Shape& shape) {
  switch (shape.type) {
    case Type::kBoolean:
      return std::make_shared<bool>();
    case Type::kInteger:
      return std::make_shared<std::int32_t>();
    case Type::kLong:
      return std::make_shared<std::int64_t>();
    case Type::kFloat:
    case Type::kDouble:
      return std::make_shared<double>();
    case Type::kString:
    case Type::kBlob:
      return std::make_shared<std::string>();
    case Type::kTimestamp:
      return std::make_shared<Time>();
    case Type::kDocument:
      return std::make_shared<json::Value>();
    case Type::kList:
      return std::make_shared<DynamicList>(DynamicList{&shape, {}});
    case Type::kMap:
      return std::make_shared<DynamicMap>(DynamicMap{&shape, {}});
    case Type::kStructure:
      break;
  }
  return std::make_shared<DynamicStruct>(
      DynamicStruct{std::vector<DynamicPointer>(shape.members.size())});
}

void FillValue(const Shape& shape, const json::Value& value, void* object) {
  switch (shape.type) {
    case Type::kBoolean:
      As<bool>(object) = *value.AsBool();
      break;
    case Type::kInteger:
      As<std::int32_t>(object) = static_cast<std::int32_t>(value.AsNumber()->AsDouble());
      break;
    case Type::kLong:
      As<std::int64_t>(object) = *value.AsNumber()->AsInt64();
      break;
    case Type::kFloat:
    case Type::kDouble:
      As<double>(object) = value.AsNumber() != nullptr ? value.AsNumber()->AsDouble()
                                                       : *ParseDouble(*value.AsString());
      break;
    case Type::kString:
    case Type::kBlob:
      As<std::string>(object) = *value.AsString();
      break;
    case Type::kTimestamp: {
      const double micros = value.AsNumber()->AsDouble() * 1e6;
      As<Time>(object) = Time(Duration(std::llround(micros)));
      break;
    }
    case Type::kDocument:
      As<json::Value>(object) = value;
      break;
    case Type::kList:
      for (const json::Value& element : *value.AsArray()) {
        if (!element.is_null()) {
          FillValue(*shape.element.shape, element, shape.list->append(object));
        }
      }
      break;
    case Type::kMap:
      for (const auto& [key, entry] : *value.AsObject()) {
        if (!entry.is_null())
          FillValue(*shape.element.shape, entry, shape.map->insert(object, key));
      }
      break;
    case Type::kStructure:
      for (const Member& member : shape.members) {
        const json::Value* field = value.Find(member.name);
        if (field == nullptr || field->is_null()) continue;
        FillValue(*member.shape, *field, member.make(member, object));
      }
      break;
  }
}

json::Value DumpValue(const Shape& shape, const void* object) {
  switch (shape.type) {
    case Type::kDocument:
      return As<json::Value>(object);
    case Type::kList: {
      json::Array array;
      for (const DynamicPointer& element : As<DynamicList>(object).elements) {
        array.push_back(DumpValue(*shape.element.shape, element.get()));
      }
      return array;
    }
    case Type::kMap: {
      json::Object map;
      for (const auto& [key, value] : As<DynamicMap>(object).entries) {
        map.Append(key, DumpValue(*shape.element.shape, value.get()));
      }
      return map;
    }
    case Type::kStructure: {
      json::Object structure;
      for (const Member& member : shape.members) {
        if (const void* value = member.get(member, object)) {
          structure.Append(std::string(member.name), DumpValue(*member.shape, value));
        }
      }
      return structure;
    }
    default:
      return ScalarText(shape, object, TimestampFormat::kUnixSeconds);
  }
}

DynamicModel::DynamicModel(const json::Value& suite) : shapes_(suite.Find("shapes")) {
  const json::Value& metadata = *suite.Find("metadata");
  service_.name = "protocoltest";
  service_.endpoint_prefix = "protocoltest";
  service_.signing_name = "protocoltest";
  service_.service_id = "Protocol Test";
  service_.api_version = Text(metadata, "apiVersion");
  service_.target_prefix = Text(metadata, "targetPrefix");
  service_.json_version = Text(metadata, "jsonVersion");
  service_.protocol = ProtocolNamed(Text(metadata, "protocol"));
  if (service_.protocol == model::Protocol::kQuery) {
    service_.xml_namespace = Text(metadata, "xmlNamespace", "https://example.com/");
  }
  service_.query_compatible = metadata.Find("awsQueryCompatible") != nullptr;
  for (const json::Value& test : *suite.Find("cases")->AsArray()) AddOperation(*test.Find("given"));
  std::ranges::sort(operations_, {}, &model::Operation::name);
  service_.operations = operations_;
}

const model::Operation& DynamicModel::Operation(std::string_view name) const {
  return *std::ranges::find(operations_, name, &model::Operation::name);
}

void DynamicModel::AddOperation(const json::Value& given) {
  const std::string_view name = Text(given, "name");
  for (const model::Operation& known : operations_) {
    if (known.name == name) return;
  }
  model::Operation operation;
  operation.name = name;
  operation.service = &service_;
  if (const json::Value* http = given.Find("http")) {
    operation.http_method = Text(*http, "method", "POST");
    operation.request_uri = Text(*http, "requestUri", "/");
    operation.response_code = Whole(http, "responseCode", 200);
  }
  operation.modelled = true;
  operation.input = &model::kEmptyShape;
  operation.output = &model::kEmptyShape;
  if (const json::Value* input = given.Find("input")) {
    operation.input = ShapeNamed(Text(*input, "shape"));
    operation.input_root = Text(*input, "locationName");
    operation.input_namespace = NamespaceOf(*input);
  }
  if (const json::Value* output = given.Find("output")) {
    operation.output = ShapeNamed(Text(*output, "shape"));
    operation.result_wrapper = Text(*output, "resultWrapper");
  }
  if (const json::Value* errors = given.Find("errors")) {
    std::vector<const Shape*>& list = error_lists_.emplace_back();
    for (const json::Value& error : *errors->AsArray()) {
      list.push_back(ShapeNamed(Text(error, "shape")));
    }
    operation.errors = list;
  }
  operation.checksum_required = Flag(given, "httpChecksumRequired");
  if (const json::Value* endpoint = given.Find("endpoint")) {
    operation.host_prefix = Text(*endpoint, "hostPrefix");
  }
  operations_.push_back(operation);
}

const Shape* DynamicModel::ShapeNamed(std::string_view name) {
  if (const auto known = made_.find(name); known != made_.end()) return &known->second;
  const json::Value& source = *shapes_->Find(name);
  Shape& shape = made_.emplace(name, Shape()).first->second;
  shape.type = TypeOf(source);
  shape.name = made_.find(name)->first;
  shape.timestamp_format = FormatNamed(Text(source, "timestampFormat"));
  shape.xml_name = Text(source, "locationName");
  shape.xml_namespace = NamespaceOf(source);
  shape.flattened = Flag(source, "flattened");
  shape.is_union = Flag(source, "union");

  const auto element = [&](std::string_view key) {
    const json::Value& of = *source.Find(key);
    return model::Element{ShapeNamed(Text(of, "shape")), Text(of, "locationName"),
                          FormatNamed(Text(of, "timestampFormat")), NamespaceOf(of)};
  };
  if (shape.type == Type::kList) {
    shape.element = element("member");
    shape.list = &kListAccess;
  } else if (shape.type == Type::kMap) {
    shape.key = element("key");
    shape.element = element("value");
    shape.map = &kMapAccess;
  }

  const json::Value* members = source.Find("members");
  if (shape.type == Type::kStructure && members != nullptr) {
    std::vector<Member>& made = members_.emplace_back();
    const std::string_view payload = Text(source, "payload");
    for (const auto& [member_name, of] : *members->AsObject()) {
      Member member;
      member.name = member_name;
      member.wire_name = Text(of, "locationName", member_name);
      member.shape = ShapeNamed(Text(of, "shape"));
      member.get = GetField;
      member.make = MakeField;
      member.location = LocationNamed(Text(of, "location"));
      // A prefix may be empty: it then takes all headers.
      if (member.location == Location::kHeaders) member.wire_name = Text(of, "locationName");
      member.timestamp_format = FormatNamed(Text(of, "timestampFormat"));
      member.flattened = Flag(of, "flattened");
      member.xml_attribute = Flag(of, "xmlAttribute");
      member.idempotency_token = Flag(of, "idempotencyToken");
      member.json_value = Flag(of, "jsonvalue");
      member.host_label = Flag(of, "hostLabel");
      member.xml_namespace = NamespaceOf(of);
      member.index = static_cast<std::uint16_t>(made.size());
      made.push_back(member);
    }
    shape.members = made;
    for (const Member& member : made) {
      if (member.name == payload) shape.payload = &member;
    }
  }
  if (Flag(source, "exception")) {
    const json::Value* error = source.Find("error");
    model::ErrorTraits& traits = errors_.emplace_back();
    traits.code = error == nullptr ? shape.name : Text(*error, "code", shape.name);
    traits.http_status = Whole(error, "httpStatusCode", Flag(source, "fault") ? 500 : 400);
    traits.sender_fault = !Flag(source, "fault");
    shape.error = &traits;
  }
  return &shape;
}

}  // namespace iatk::protocol::testing
