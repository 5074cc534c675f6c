// rest-json and rest-xml: what isn't bound to URI and headers is the body.
#include <algorithm>

#include "iatk/base/digest.h"
#include "iatk/json/cursor.h"
#include "iatk/protocol/http_binding.h"
#include "iatk/protocol/json_form.h"
#include "iatk/protocol/protocols.h"
#include "iatk/protocol/s3.h"
#include "iatk/protocol/scalar.h"
#include "iatk/protocol/xml_codec.h"

namespace iatk::protocol {
namespace {

using model::Member;
using model::Operation;
using model::Shape;
using model::Type;
using model::XmlNamespace;

constexpr std::string_view kJsonType = "application/json";
constexpr std::string_view kXmlType = "application/xml";

bool IsXml(const Operation& operation) {
  return operation.service->protocol == model::Protocol::kRestXml;
}

bool HasBodyMembers(const Shape& shape, Part part) {
  return std::ranges::any_of(shape.members, [part](const Member& m) { return IsIn(part, m); });
}

bool HasBodyValues(const Shape& shape, const void* object) {
  return std::ranges::any_of(shape.members, [&](const Member& member) {
    return IsIn(Part::kRequestBody, member) && member.get(member, object) != nullptr;
  });
}

// The root of a payload that is a structure.
std::string_view PayloadRoot(const Operation& operation, const Member& payload) {
  if (payload.wire_name != payload.name) return payload.wire_name;
  if (!payload.shape->xml_name.empty()) return payload.shape->xml_name;
  return IsS3(operation.service) ? payload.wire_name : payload.shape->name;
}

XmlNamespace FirstNamespace(std::initializer_list<XmlNamespace> candidates) {
  for (const XmlNamespace& candidate : candidates) {
    if (!candidate.uri.empty()) return candidate;
  }
  return {};
}

XmlNamespace ServiceNamespace(const Operation& operation) {
  return {"", IsS3(operation.service) ? kS3Namespace : operation.service->xml_namespace};
}

void WriteXmlRoot(const Operation& operation, std::string_view name, const XmlNamespace& ns,
                  const Shape& shape, const void* object, Part part, std::string* body) {
  XmlWriter writer(body);
  if (IsS3(operation.service)) writer.Declaration();
  writer.Open(name);
  WriteXmlNamespace(ns, &writer);
  WriteXmlStructure(shape, Naming(operation.service), object, part, &writer);
  writer.Close();
}

// Writes the payload; returns the type of its content, empty if there is none.
std::string_view WritePayload(const Operation& operation, const Member& payload, const void* object,
                              bool is_request, std::string* body) {
  const void* value = payload.get(payload, object);
  const Shape& shape = *payload.shape;
  const bool is_structure = shape.type == Type::kStructure;
  if (value == nullptr) {
    // Without its structure a JSON body is still an object; a union or an XML body isn't there.
    if (!is_structure || shape.is_union || IsXml(operation)) return {};
    *body = "{}";
    return kJsonType;
  }
  if (shape.type == Type::kBlob) {
    *body = As<std::string>(value);
    return "application/octet-stream";
  }
  if (shape.type == Type::kString) {
    *body = As<std::string>(value);
    return "text/plain";
  }
  if (!IsXml(operation) || !is_structure) {
    WriteJson(shape, value, JsonForm{.wire_names = true}, body);
    return kJsonType;
  }
  const XmlNamespace ns = FirstNamespace(
      {payload.xml_namespace, shape.xml_namespace,
       is_request ? operation.input_namespace : XmlNamespace{},
       is_request && !IsS3(operation.service) ? XmlNamespace{} : ServiceNamespace(operation)});
  WriteXmlRoot(operation, PayloadRoot(operation, payload), ns, shape, value, Part::kWhole, body);
  return kXmlType;
}

// Writes the body of a message; returns the type of its content, empty if there is none.
std::string_view WriteBody(const Operation& operation, const void* object, bool is_request,
                           std::string* body) {
  const Shape& shape = is_request ? *operation.input : *operation.output;
  if (shape.payload != nullptr) {
    return WritePayload(operation, *shape.payload, object, is_request, body);
  }
  const Part part = is_request ? Part::kRequestBody : Part::kResponseBody;
  if (!HasBodyMembers(shape, part)) return {};
  if (!IsXml(operation)) {
    WriteJson(shape, object, JsonForm{.wire_names = true, .part = part}, body);
    return kJsonType;
  }
  if (is_request) {
    if (!HasBodyValues(shape, object)) return {};
    const std::string_view root = !shape.xml_name.empty()         ? shape.xml_name
                                  : !operation.input_root.empty() ? operation.input_root
                                                                  : shape.name;
    WriteXmlRoot(operation, root, FirstNamespace({operation.input_namespace, shape.xml_namespace}),
                 shape, object, part, body);
    return kXmlType;
  }
  std::string_view root = shape.xml_name;
  if (root.empty() && IsS3(operation.service)) root = S3ResponseRoot(operation.name);
  if (root.empty()) root = shape.name;
  WriteXmlRoot(operation, root, FirstNamespace({shape.xml_namespace, ServiceNamespace(operation)}),
               shape, object, part, body);
  return kXmlType;
}

Result<void> ReadPayload(const Operation& operation, const Member& payload, std::string_view body,
                         bool is_client, void* object) {
  const Shape& shape = *payload.shape;
  if (shape.type == Type::kBlob || shape.type == Type::kString) {
    if (!body.empty() || payload.streaming) {
      As<std::string>(payload.make(payload, object)).assign(body);
    }
    return {};
  }
  if (body.empty()) return {};
  if (IsXml(operation) && shape.type == Type::kStructure) {
    IATK_TRY(const XmlElement root, ParseXml(body));
    return ReadXmlStructure(shape, Naming(operation.service), root, Part::kWhole,
                            payload.make(payload, object));
  }
  json::Cursor at(body);
  const bool is_null = at.Peek() == 'n' && at.Skip() && at.AtEnd();
  if (is_null && shape.type != Type::kDocument) return {};
  return ReadJsonText(shape, body, JsonForm{.wire_names = true, .skip_null_elements = is_client},
                      payload.make(payload, object));
}

Result<void> ReadBody(const Operation& operation, const Shape& shape, std::string_view body,
                      bool is_client, void* object) {
  if (shape.payload != nullptr) {
    return ReadPayload(operation, *shape.payload, body, is_client, object);
  }
  const Part part = is_client ? Part::kResponseBody : Part::kRequestBody;
  if (body.empty() || !HasBodyMembers(shape, part)) return {};
  if (IsXml(operation)) {
    IATK_TRY(const XmlElement root, ParseXml(body));
    return ReadXmlStructure(shape, Naming(operation.service), root, part, object);
  }
  return ReadJsonText(shape, body,
                      JsonForm{.wire_names = true, .part = part, .skip_null_elements = is_client},
                      object);
}

// S3 answers this one operation with a root that is the member itself.
bool IsBucketLocation(const Operation& operation) {
  return IsS3(operation.service) && operation.name == "GetBucketLocation";
}

}  // namespace

Result<net::HttpRequest> EncodeRestRequest(const Operation& operation, const void* input) {
  net::HttpRequest request;
  request.method = operation.http_method;
  IATK_TRY(request.target, BindTarget(operation, input));
  BindHeaders(*operation.input, input, &request.headers);
  const std::string_view type = WriteBody(operation, input, true, &request.body);
  if (!type.empty() && request.headers.Find("Content-Type") == nullptr) {
    request.headers.Add("Content-Type", std::string(type));
  }
  if (operation.checksum_required && request.headers.Find("Content-MD5") == nullptr) {
    request.headers.Add("Content-MD5", Base64Encode(Md5(request.body)));
  }
  return request;
}

Result<void> DecodeRestRequest(const Operation& operation, const net::HttpRequest& request,
                               void* input) {
  const Shape& shape = *operation.input;
  const net::HttpRequest* read = &request;
  net::HttpRequest unwrapped;
  if (IsS3(operation.service)) {
    const bool wrapped =
        request.headers.Find("Content-MD5") != nullptr ||
        std::ranges::any_of(request.headers, [](const auto& field) {
          return field.first.size() > 6 &&
                 net::EqualsIgnoreCase(std::string_view(field.first).substr(0, 6), "x-amz-");
        });
    if (wrapped) {
      unwrapped = request;
      IATK_CHECK(UnwrapS3Body(&unwrapped));
      read = &unwrapped;
    }
  }
  IATK_CHECK(ReadTarget(operation, *read, input));
  IATK_CHECK(ReadHeaders(shape, read->headers, input));
  return ReadBody(operation, shape, read->body, false, input);
}

net::HttpResponse EncodeRestResponse(const Operation& operation, const void* output) {
  const Shape& shape = *operation.output;
  net::HttpResponse response;
  response.status = BoundStatus(shape, output, operation.response_code);
  BindHeaders(shape, output, &response.headers);
  // The model has no status for a part of an object; what it is a part of tells.
  if (IsS3(operation.service) && response.headers.Find("Content-Range") != nullptr) {
    response.status = 206;
  }
  // The transport counts the body itself; only an answer to HEAD says the length of another's.
  if (operation.http_method != "HEAD") response.headers.Erase("Content-Length");
  if (IsBucketLocation(operation)) {
    const Member& member = shape.members.front();
    const void* value = member.get(member, output);
    XmlWriter writer(&response.body);
    writer.Declaration();
    writer.Open(member.wire_name);
    WriteXmlNamespace({"", kS3Namespace}, &writer);
    if (value != nullptr) writer.Text(As<std::string>(value));
    writer.Close();
    response.headers.Set("Content-Type", std::string(kXmlType));
    return response;
  }
  const std::string_view type = WriteBody(operation, output, false, &response.body);
  if (!type.empty() && response.headers.Find("Content-Type") == nullptr) {
    response.headers.Add("Content-Type", std::string(type));
  }
  return response;
}

Result<void> DecodeRestResponse(const Operation& operation, const net::HttpResponse& response,
                                void* output) {
  const Shape& shape = *operation.output;
  ReadStatus(shape, response.status, output);
  IATK_CHECK(ReadHeaders(shape, response.headers, output));
  if (IsBucketLocation(operation)) {
    IATK_TRY(const XmlElement root, ParseXml(response.body));
    const Member& member = shape.members.front();
    if (!root.text.empty()) As<std::string>(member.make(member, output)) = root.text;
    return {};
  }
  return ReadBody(operation, shape, response.body, true, output);
}

}  // namespace iatk::protocol
