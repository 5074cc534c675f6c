#include "iatk/rpc/server.h"

#include <utility>

#include "iatk/json/write.h"
#include "iatk/rpc/methods.h"
#include "iatk/rpc/request.h"
#include "iatk/rpc/sessions.h"

namespace iatk::rpc {
namespace {

// Go's encoder, which users' tools have read until now, writes these so.
std::string EscapeForHtml(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      out += "\\u003c";
    } else if (c == '>') {
      out += "\\u003e";
    } else if (c == '&') {
      out += "\\u0026";
    } else {
      out += c;
    }
  }
  return out;
}

json::Value IdOf(const std::optional<std::string>& id) {
  return id ? json::Value(*id) : json::Value();
}

std::string ErrorReply(const std::optional<std::string>& id, int code, std::string message) {
  return EscapeForHtml(json::Write(
      json::Object{{"jsonrpc", "2.0"},
                   {"id", IdOf(id)},
                   {"error", json::Object{{"code", code}, {"message", std::move(message)}}}}));
}

}  // namespace

struct Server::Impl {
  Sessions sessions;
};

Server::Server() : impl_(std::make_unique<Impl>()) {}
Server::~Server() = default;

Reply Server::Call(std::string_view text) {
  const auto request = ReadRequest(text);
  if (!request) {
    return {.text = ErrorReply(request.error().id, kParseError, "Parse error"),
            .understood = false};
  }
  const Method* const method = FindMethod(request->method);
  if (method == nullptr) {
    return {.text = ErrorReply(request->id, kMethodNotFound, "Method not found")};
  }
  const auto params = Params::Read(request->params, method->params);
  if (!params) return {.text = ErrorReply(request->id, kInvalidParams, "Invalid params")};

  const kit::Session::UserAgentScope scope(UserAgentOf(request->metadata));
  const Result<json::Value> output = method->run(*params, impl_->sessions);
  if (!output) {
    return {.text = ErrorReply(request->id, kCallFailed, kit::Describe(output.error()))};
  }
  return {.text = EscapeForHtml(
              json::Write(json::Object{{"jsonrpc", "2.0"},
                                       {"id", IdOf(request->id)},
                                       {"result", json::Object{{"output", *output}}}}))};
}

}  // namespace iatk::rpc
