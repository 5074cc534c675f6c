// An Error as each protocol answers it.
#include <algorithm>

#include "iatk/json/parse.h"
#include "iatk/json/write.h"
#include "iatk/protocol/cbor.h"
#include "iatk/protocol/codec.h"
#include "iatk/protocol/protocols.h"
#include "iatk/protocol/s3.h"
#include "iatk/protocol/scalar.h"
#include "iatk/protocol/sqs_query.h"
#include "iatk/protocol/xml_codec.h"

namespace iatk::protocol {
namespace {

using model::Member;
using model::Operation;
using model::Protocol;
using model::Service;
using model::Shape;
using model::Type;

// The common errors have one name with the JSON services and another with all others. "Common
// Errors" of the services' API references.
struct CommonName {
  std::string_view query;
  std::string_view json;
};
constexpr CommonName kCommonNames[] = {
    {"IncompleteSignature", "IncompleteSignatureException"},
    {"InternalFailure", "InternalFailure"},
    {"InvalidAction", "UnknownOperationException"},
    {"InvalidClientTokenId", "UnrecognizedClientException"},
    {"MissingAuthenticationToken", "MissingAuthenticationTokenException"},
    {"SignatureDoesNotMatch", "InvalidSignatureException"},
};

bool SpeaksJson(Protocol spoken) {
  return spoken == Protocol::kJson || spoken == Protocol::kRestJson || spoken == Protocol::kCbor;
}

const Shape* FindErrorShape(const Operation* operation, std::string_view code) {
  if (operation == nullptr) return nullptr;
  for (const Shape* shape : operation->errors) {
    if (shape->name == code) return shape;
    if (shape->error != nullptr && shape->error->code == code) return shape;
  }
  return nullptr;
}

const Member* FindMember(const Shape* shape, std::string_view name) {
  if (shape == nullptr) return nullptr;
  for (const Member& member : shape->members) {
    if (member.wire_name == name || member.name == name) return &member;
  }
  return nullptr;
}

// A detail's text as its member's type has it in JSON.
json::Value DetailValue(const Member* member, const std::string& text) {
  if (member == nullptr) return text;
  switch (member->shape->type) {
    case Type::kString:
    case Type::kBlob:
      return text;
    case Type::kTimestamp:
      if (json::IsNumber(text)) return json::Number(text);
      return text;
    default:
      if (Result<json::Value> value = json::Parse(text)) return std::move(*value);
      return text;
  }
}

struct WireError {
  std::string type;         ///< the name of the shape: JSON's __type
  std::string code;         ///< what query and XML say
  std::string message_key;  ///< "message" or "Message"
  std::string message;
  int status = 400;
  bool sender = true;
  json::Object details;
};

// Also writes the details that the model binds to headers.
WireError ToWire(const Service* service, const Operation* operation, Protocol spoken,
                 const Error& error, net::Headers* headers) {
  WireError wire;
  wire.type = error.code;
  wire.code = error.code;
  wire.message = error.message;
  wire.message_key = "message";
  wire.status = error.http_status;
  wire.sender = error.kind == ErrorKind::kSender;
  if (SpeaksJson(spoken)) {
    for (const CommonName& name : kCommonNames) {
      if (error.code == name.query) wire.type = name.json;
    }
  }
  if (IsSqs(service)) {
    if (const SqsError* named = FindSqsError(error.code)) {
      wire.type = named->shape;
      wire.code = named->code;
      if (spoken == Protocol::kQuery && wire.status == 400) wire.status = named->http_status;
    }
  }
  const Shape* shape = FindErrorShape(operation, error.code);
  if (shape == nullptr) shape = FindErrorShape(operation, wire.type);
  if (shape != nullptr) {
    wire.type = shape->name;
    if (shape->error != nullptr) {
      if (!IsSqs(service)) wire.code = shape->error->code;
      // Of a query-compatible service the model tells the status of the query protocol.
      const bool other_protocol = service != nullptr && service->query_compatible &&
                                  (spoken == Protocol::kJson || spoken == Protocol::kCbor);
      if (shape->error->http_status != 400 && !other_protocol) {
        wire.status = shape->error->http_status;
      }
    }
    for (const Member& member : shape->members) {
      if (net::EqualsIgnoreCase(member.wire_name, "message")) wire.message_key = member.wire_name;
    }
  }
  const bool rest = spoken == Protocol::kRestJson || spoken == Protocol::kRestXml;
  for (const auto& [name, text] : error.details) {
    const Member* member = FindMember(shape, name);
    if (rest && member != nullptr && member->location == model::Location::kHeader) {
      headers->Set(member->wire_name, text);
    } else {
      wire.details.Append(member == nullptr ? name : std::string(member->wire_name),
                          DetailValue(member, text));
    }
  }
  return wire;
}

json::Value JsonBody(const WireError& wire, std::string_view type_prefix, bool with_type) {
  json::Object body;
  if (with_type) body.Append("__type", std::string(type_prefix) + wire.type);
  for (const auto& [name, value] : wire.details) body.Append(name, value);
  if (!wire.message.empty()) body.Append(wire.message_key, wire.message);
  return body;
}

void WriteDetails(const WireError& wire, XmlWriter* writer) {
  for (const auto& [name, value] : wire.details) WriteJsonAsXml(name, value, writer);
}

void WriteErrorResponse(const Service* service, const WireError& wire, std::string_view request_id,
                        XmlWriter* writer) {
  writer->Open("ErrorResponse");
  WriteXmlNamespace({"", QueryNamespace(service)}, writer);
  writer->Open("Error");
  writer->Leaf("Type", wire.sender ? "Sender" : "Receiver");
  writer->Leaf("Code", wire.code);
  writer->Leaf("Message", wire.message);
  WriteDetails(wire, writer);
  if (IsSqs(service)) writer->Leaf("Detail", "");
  writer->Close();
  writer->Leaf("RequestId", request_id);
  writer->Close();
}

void WriteS3Error(const WireError& wire, const net::Headers& headers, std::string_view request_id,
                  XmlWriter* writer) {
  writer->Declaration();
  writer->Open("Error");
  writer->Leaf("Code", wire.code);
  writer->Leaf("Message", wire.message);
  WriteDetails(wire, writer);
  writer->Leaf("RequestId", request_id);
  writer->Leaf("HostId", headers.Get("x-amz-id-2"));
  writer->Close();
}

}  // namespace

void SetRequestId(const Service* service, std::string_view request_id, net::Headers* headers) {
  if (request_id.empty()) return;
  if (IsS3(service)) {
    headers->Set("x-amz-request-id", std::string(request_id));
    headers->Set("x-amz-id-2", std::string(request_id));
  } else {
    headers->Set("x-amzn-RequestId", std::string(request_id));
  }
}

net::HttpResponse EncodeError(const Service* service, const Operation* operation, Protocol spoken,
                              const Error& error, std::string_view request_id,
                              std::string_view method) {
  net::HttpResponse response;
  const WireError wire = ToWire(service, operation, spoken, error, &response.headers);
  response.status = wire.status;
  SetRequestId(service, request_id, &response.headers);
  const bool query_compatible = service != nullptr && service->query_compatible;
  if (query_compatible && (spoken == Protocol::kJson || spoken == Protocol::kCbor)) {
    response.headers.Set("x-amzn-query-error", wire.code + (wire.sender ? ";Sender" : ";Receiver"));
  }
  switch (spoken) {
    case Protocol::kJson: {
      const bool known = service != nullptr && !service->json_version.empty();
      response.headers.Set("Content-Type", "application/x-amz-json-" +
                                               std::string(known ? service->json_version : "1.0"));
      json::Write(JsonBody(wire, IsSqs(service) ? "com.amazonaws.sqs#" : "", true), &response.body);
      break;
    }
    case Protocol::kRestJson:
      response.headers.Set("Content-Type", "application/json");
      response.headers.Set("x-amzn-ErrorType", wire.type);
      json::Write(JsonBody(wire, "", false), &response.body);
      break;
    case Protocol::kCbor: {
      response.headers.Set("Content-Type", "application/cbor");
      response.headers.Set("smithy-protocol", "rpc-v2-cbor");
      CborWriter writer(&response.body);
      WriteJsonAsCbor(JsonBody(wire, "", true), &writer);
      break;
    }
    case Protocol::kQuery:
    case Protocol::kRestXml: {
      response.headers.Set("Content-Type",
                           spoken == Protocol::kQuery ? "text/xml" : "application/xml");
      XmlWriter writer(&response.body);
      if (!IsS3(service)) {
        WriteErrorResponse(service, wire, request_id, &writer);
      } else if (method != "HEAD") {
        WriteS3Error(wire, response.headers, request_id, &writer);
      }
      break;
    }
  }
  if (method == "HEAD" || response.status == 304) response.body.clear();
  return response;
}

}  // namespace iatk::protocol
