// The Error that a failed answer says, in whichever of their many ways AWS's services say it.
#include <algorithm>

#include "iatk/json/parse.h"
#include "iatk/json/write.h"
#include "iatk/protocol/cbor.h"
#include "iatk/protocol/protocols.h"
#include "iatk/protocol/s3.h"
#include "iatk/protocol/scalar.h"
#include "iatk/protocol/xml_codec.h"

namespace iatk::protocol {
namespace {

using model::Member;
using model::Operation;
using model::Protocol;
using model::Shape;

constexpr std::string_view kThrottles[] = {
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
};

std::string Text(const json::Value& value) {
  if (const std::string* text = value.AsString()) return *text;
  return json::Write(value);
}

// "aws.protocoltests#FooError:http://…" is FooError.
std::string_view BareCode(std::string_view code) {
  code = code.substr(0, code.find(':'));
  const std::size_t hash = code.rfind('#');
  return Trim(hash == std::string_view::npos ? code : code.substr(hash + 1));
}

bool IsMessage(std::string_view name) { return net::EqualsIgnoreCase(name, "message"); }

const std::string* FindFirst(const json::Value& body,
                             std::initializer_list<std::string_view> keys) {
  for (std::string_view key : keys) {
    if (const std::string* text = body.FindString(key)) return text;
  }
  return nullptr;
}

void ReadJsonError(const json::Value& body, const net::HttpResponse& response, Error* error) {
  std::string_view code = response.headers.Get("x-amzn-ErrorType");
  const std::string* in_body = FindFirst(body, {"__type", "code", "Code"});
  if (code.empty() && in_body != nullptr) code = *in_body;
  error->code = BareCode(code);
  if (const std::string* message = FindFirst(body, {"message", "Message", "errorMessage"})) {
    error->message = *message;
  }
  if (const json::Object* object = body.AsObject()) {
    for (const auto& [name, value] : *object) {
      if (name == "__type" || IsMessage(name) || value.is_null()) continue;
      if (in_body != nullptr && (name == "code" || name == "Code")) continue;
      error->details.emplace_back(name, Text(value));
    }
  }
  // "Sender;…" rides behind the code that query clients know.
  const std::string_view query = response.headers.Get("x-amzn-query-error");
  const std::size_t semicolon = query.find(';');
  if (semicolon != std::string_view::npos && semicolon != 0) {
    error->code = query.substr(0, semicolon);
    error->kind =
        query.substr(semicolon + 1) == "Receiver" ? ErrorKind::kReceiver : ErrorKind::kSender;
  }
}

void ReadXmlError(const XmlElement& root, Error* error) {
  const XmlElement* node = root.name == "Error" ? &root : root.Child("Error");
  if (const XmlElement* errors = root.Child("Errors"); node == nullptr && errors != nullptr) {
    node = errors->Child("Error");
  }
  if (node == nullptr) return;
  error->code = Trim(node->ChildText("Code"));
  error->message = node->ChildText("Message");
  for (const std::string_view name : {"RequestId", "RequestID"}) {
    if (!root.ChildText(name).empty()) error->request_id = Trim(root.ChildText(name));
  }
  if (node->ChildText("Type") == "Receiver") error->kind = ErrorKind::kReceiver;
  for (const XmlElement& child : node->children) {
    if (child.name == "Code" || child.name == "Message" || child.name == "Type" ||
        child.name == "RequestId" || child.name == "HostId" || child.name == "Detail") {
      continue;
    }
    error->details.emplace_back(child.name, Text(XmlToJson(child)));
  }
}

// Keeps what the model says an error has, in its order, and adds what it has in headers; of an
// error that the model doesn't know, everything is kept.
void ApplyModel(const Operation& operation, const net::HttpResponse& response, Error* error) {
  for (const Shape* shape : operation.errors) {
    const bool named = shape->name == error->code ||
                       (shape->error != nullptr && shape->error->code == error->code);
    if (!named) continue;
    std::vector<std::pair<std::string, std::string>> details;
    for (const Member& member : shape->members) {
      if (IsMessage(member.wire_name)) continue;
      if (member.location == model::Location::kHeader) {
        if (const std::string* text = response.headers.Find(member.wire_name)) {
          details.emplace_back(member.wire_name, *text);
        }
        continue;
      }
      for (auto& [name, text] : error->details) {
        if (name == member.wire_name) details.emplace_back(name, std::move(text));
      }
    }
    error->details = std::move(details);
    return;
  }
}

std::string_view ReasonOf(int status) {
  switch (status) {
    case 301:
      return "Moved Permanently";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Payload Too Large";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Unknown";
  }
}

}  // namespace

Error DecodeError(const Operation& operation, const net::HttpResponse& response) {
  Error error;
  error.http_status = response.status;
  error.service = operation.service->endpoint_prefix;
  error.operation = operation.name;
  error.kind = response.status >= 500 ? ErrorKind::kReceiver : ErrorKind::kSender;
  for (const std::string_view name : {"x-amzn-RequestId", "x-amz-request-id"}) {
    if (const std::string* id = response.headers.Find(name)) error.request_id = *id;
  }
  switch (operation.service->protocol) {
    case Protocol::kJson:
    case Protocol::kRestJson: {
      const Result<json::Value> body = json::Parse(response.body);
      ReadJsonError(body ? *body : json::Value(), response, &error);
      break;
    }
    case Protocol::kCbor: {
      const Result<json::Value> body = CborReader(response.body).Json();
      ReadJsonError(body ? *body : json::Value(), response, &error);
      break;
    }
    case Protocol::kQuery:
    case Protocol::kRestXml:
      if (const Result<XmlElement> root = ParseXml(response.body)) ReadXmlError(*root, &error);
      break;
  }
  if (error.code.empty()) {
    // A proxy or a HEAD request leaves nothing but the status.
    error.code = std::to_string(response.status);
    if (error.message.empty()) error.message = ReasonOf(response.status);
  }
  ApplyModel(operation, response, &error);
  error.retryable = response.status >= 500 || response.status == 429 ||
                    std::ranges::find(kThrottles, error.code) != std::end(kThrottles);
  return error;
}

}  // namespace iatk::protocol
