#include "iatk/rpc/server.h"

#include <optional>
#include <utility>

#include "iatk/rpc/go_json.h"
#include "iatk/rpc/methods.h"
#include "iatk/rpc/original_form.h"
#include "iatk/rpc/request.h"
#include "iatk/rpc/sessions.h"

namespace iatk::rpc {
namespace {

json::Value IdOf(const std::optional<std::string>& id) {
  return id ? json::Value(*id) : json::Value();
}

std::string ErrorReply(const std::optional<std::string>& id, int code, std::string message,
                       std::optional<json::Object> data = std::nullopt) {
  json::Object error{{"code", code}, {"message", std::move(message)}};
  if (data) error.Append("data", *std::move(data));
  return WriteAsGo(json::Object{{"jsonrpc", "2.0"}, {"id", IdOf(id)}, {"error", std::move(error)}});
}

json::Object DataOf(const Error& error) {
  json::Object data{{"name", error.code}};
  if (!error.operation.empty()) {
    data.Append("service", error.service);
    data.Append("operation", error.operation);
    data.Append("request_id", error.request_id);
    data.Append("http_status", error.http_status);
  }
  data.Append("retryable", error.retryable);
  return data;
}

}  // namespace

struct Server::Impl {
  Sessions sessions;
};

Server::Server() : impl_(std::make_unique<Impl>()) {}
Server::~Server() = default;

Reply Server::Call(std::string_view text, ReplyForm form) {
  const auto request = ReadRequest(text);
  if (!request) {
    return {.text = ErrorReply(request.error().id, kParseError, "Parse error"),
            .understood = false};
  }
  const Method* const method = FindMethod(request->method);
  if (method == nullptr) {
    return {.text = ErrorReply(request->id, kMethodNotFound, "Method not found")};
  }
  const auto params =
      request->params ? Params::Read(*request->params, method->params) : std::nullopt;
  if (!params) return {.text = ErrorReply(request->id, kInvalidParams, "Invalid params")};

  const kit::Session::UserAgentScope scope(UserAgentOf(request->metadata));
  const auto result_reply = [&request](json::Value output) {
    // Moved into its place: an output can be large.
    json::Object result;
    result.Append("output", std::move(output));
    json::Object reply{{"jsonrpc", "2.0"}, {"id", IdOf(request->id)}};
    reply.Append("result", std::move(result));
    return WriteAsGo(json::Value(std::move(reply)));
  };
  Result<Reply> done;
  if (form == ReplyForm::kPacked && method->run_packed != nullptr) {
    done = method->run_packed(*params, impl_->sessions, result_reply).map([](Packed packed) {
      return Reply{.packed = std::move(packed)};
    });
  } else {
    done = method->run(*params, impl_->sessions).map([&](json::Value output) {
      return Reply{.text = result_reply(form == ReplyForm::kOriginal
                                            ? InOriginalForm(method->name, std::move(output))
                                            : std::move(output))};
    });
  }
  if (done) return *std::move(done);
  std::optional<json::Object> data;
  if (form != ReplyForm::kOriginal) data = DataOf(done.error());
  return {.text =
              ErrorReply(request->id, kCallFailed, kit::Describe(done.error()), std::move(data))};
}

}  // namespace iatk::rpc
