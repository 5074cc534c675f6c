#include "iatk/protocol/codec.h"

#include <algorithm>
#include <vector>

#include "iatk/protocol/protocols.h"
#include "iatk/protocol/s3.h"
#include "iatk/protocol/scalar.h"
#include "iatk/protocol/uri.h"
#include "iatk/protocol/xml.h"

namespace iatk::protocol {
namespace {

using model::Member;
using model::Operation;
using model::Protocol;
using model::Shape;

// An operation's input with its absent idempotency token filled in. The input is the caller's and
// const: so the member is what changes here, and its value hangs from its shape.
class TokenOverlay {
 public:
  TokenOverlay(const Operation& operation, const void* input, IdSource& ids)
      : operation_(operation), shape_(*operation.input) {
    const auto absent = [&](const Member& member) {
      return member.idempotency_token && member.get(member, input) == nullptr;
    };
    if (std::ranges::none_of(shape_.members, absent)) return;
    members_.assign(shape_.members.begin(), shape_.members.end());
    tokens_.reserve(members_.size());
    for (Member& member : members_) {
      if (!absent(member)) continue;
      tokens_.push_back(TokenShape{{*member.shape}, ids.Uuid()});
      member.shape = &tokens_.back();
      member.get = [](const Member& self, const void*) -> const void* {
        return &static_cast<const TokenShape*>(self.shape)->token;
      };
    }
    if (shape_.payload != nullptr) shape_.payload = &members_[shape_.payload->index];
    shape_.members = members_;
    operation_.input = &shape_;
  }
  TokenOverlay(const TokenOverlay&) = delete;
  TokenOverlay& operator=(const TokenOverlay&) = delete;

  const Operation& operation() const { return operation_; }

 private:
  struct TokenShape : Shape {
    std::string token;
  };

  Operation operation_;
  Shape shape_;
  std::vector<Member> members_;
  std::vector<TokenShape> tokens_;
};

}  // namespace

Result<void> DecodeRequest(const Operation& operation, Protocol spoken,
                           const net::HttpRequest& request, void* input) {
  switch (spoken) {
    case Protocol::kJson:
      return DecodeJsonRequest(operation, request, input);
    case Protocol::kCbor:
      return DecodeCborRequest(operation, request, input);
    case Protocol::kQuery:
      return DecodeQueryRequest(operation, request, input);
    case Protocol::kRestJson:
    case Protocol::kRestXml:
      break;
  }
  return DecodeRestRequest(operation, request, input);
}

net::HttpResponse EncodeResponse(const Operation& operation, Protocol spoken, const void* output,
                                 std::string_view request_id) {
  net::HttpResponse response;
  switch (spoken) {
    case Protocol::kJson:
      response = EncodeJsonResponse(operation, output);
      break;
    case Protocol::kCbor:
      response = EncodeCborResponse(operation, output);
      break;
    case Protocol::kQuery:
      response = EncodeQueryResponse(operation, output, request_id);
      break;
    case Protocol::kRestJson:
    case Protocol::kRestXml:
      response = EncodeRestResponse(operation, output);
      break;
  }
  SetRequestId(operation.service, request_id, &response.headers);
  return response;
}

Result<net::HttpRequest> EncodeRequest(const Operation& operation, const void* input,
                                       IdSource& ids) {
  const TokenOverlay overlay(operation, input, ids);
  const Operation& filled = overlay.operation();
  switch (operation.service->protocol) {
    case Protocol::kJson:
      return EncodeJsonRequest(filled, input);
    case Protocol::kCbor:
      return EncodeCborRequest(filled, input);
    case Protocol::kQuery:
      return EncodeQueryRequest(filled, input);
    case Protocol::kRestJson:
    case Protocol::kRestXml:
      break;
  }
  return EncodeRestRequest(filled, input);
}

Result<std::string> ResolveHostPrefix(const Operation& operation, const void* input) {
  std::string prefix;
  std::string_view rest = operation.host_prefix;
  while (!rest.empty()) {
    const std::size_t open = rest.find('{');
    prefix += rest.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = rest.find('}', open);
    if (close == std::string_view::npos) break;
    const std::string_view name = rest.substr(open + 1, close - open - 1);
    rest = rest.substr(close + 1);
    std::string text;
    for (const Member& member : operation.input->members) {
      if (member.name != name) continue;
      if (const void* value = member.get(member, input)) text = As<std::string>(value);
    }
    const bool is_label =
        !text.empty() && text.size() <= 63 && std::ranges::all_of(text, [](char c) {
          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 c == '-';
        });
    if (!is_label) {
      return Fail(SenderError("ParamValidation", "Parameter \"" + std::string(name) +
                                                     "\" is part of the host name and must be a "
                                                     "valid label of one, not \"" +
                                                     text + '"'));
    }
    prefix += text;
  }
  return prefix;
}

Result<void> DecodeResponse(const Operation& operation, const net::HttpResponse& response,
                            void* output) {
  if (response.status >= 300) return Fail(DecodeError(operation, response));
  const Protocol protocol = operation.service->protocol;
  // S3 begins the answer to a long copy before it knows how it ends, with status 200.
  const Member* payload = operation.output->payload;
  if (IsS3(operation.service) &&
      (payload == nullptr || payload->shape->type == model::Type::kStructure) &&
      response.body.find("<Error>") != std::string::npos) {
    const Result<XmlElement> root = ParseXml(response.body);
    if (root && root->name == "Error") {
      Error error = DecodeError(operation, response);
      error.http_status = 500;
      error.retryable = true;
      return Fail(std::move(error));
    }
  }
  Result<void> read;
  switch (protocol) {
    case Protocol::kJson:
      read = DecodeJsonResponse(operation, response, output);
      break;
    case Protocol::kCbor:
      read = DecodeCborResponse(operation, response, output);
      break;
    case Protocol::kQuery:
      read = DecodeQueryResponse(operation, response, output);
      break;
    case Protocol::kRestJson:
    case Protocol::kRestXml:
      read = DecodeRestResponse(operation, response, output);
      break;
  }
  if (read) return {};
  Error error = ReceiverError(
      "SerializationError",
      "The answer is not in the form of its protocol: " + read.error().message, response.status);
  error.retryable = false;
  error.service = operation.service->endpoint_prefix;
  error.operation = operation.name;
  return Fail(std::move(error));
}

}  // namespace iatk::protocol
