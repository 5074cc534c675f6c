#include "iatk/cloud/gateway/gateway.h"

#include <fmt/format.h>

#include <exception>
#include <utility>

#include "iatk/cloud/gateway/authenticate.h"
#include "iatk/model/all.h"
#include "iatk/protocol/codec.h"

namespace iatk::cloud {
namespace {

Error NotImplemented(const model::Operation& operation) {
  Error error = ReceiverError("NotImplemented",
                              fmt::format("{}:{}", operation.service->name, operation.name), 501);
  error.retryable = false;
  return error;
}

}  // namespace

Gateway::Gateway(Environment& environment)
    : environment_(environment), identifier_(model::AllServices()) {}

// The way of a request. A step that fails ends it; the answer is encoded either way.
net::HttpResponse Gateway::Handle(const net::HttpRequest& request) {
  Exchange exchange{.request = request,
                    .context = MakeServiceContext(environment_, "", "", "", ""),
                    .identified = {},
                    .authorization = {},
                    .input = nullptr,
                    .output = nullptr};
  const Time began = exchange.context.Now();
  Result<void> done;
  try {
    done = Identify(exchange)
               .and_then([&] { return Authenticate(exchange); })
               .and_then([&] { return FindEntry(exchange); })
               .and_then([&] { return Decode(exchange); })
               .and_then([&] { return Dispatch(exchange); });
  } catch (const std::exception& bug) {
    done = Fail(ReceiverError("InternalFailure", bug.what()));
    done.error().kind = ErrorKind::kInternal;
  }
  net::HttpResponse response = Encode(exchange, done);
  Write(exchange, done, began);
  return response;
}

Result<void> Gateway::Identify(Exchange& exchange) const {
  if (const std::string* host = exchange.request.headers.Find("Host")) {
    exchange.context.base_url = "http://" + *host;
  }
  if (const std::string* header = exchange.request.headers.Find("X-Amzn-Trace-Id")) {
    exchange.context.trace = trace::ParseTraceHeader(*header);
  }
  exchange.identified = identifier_.Identify(exchange.request);
  if (exchange.identified.error) return Fail(*exchange.identified.error);
  return {};
}

Result<void> Gateway::FindEntry(Exchange& exchange) const {
  exchange.entry = environment_.operations.Find(*exchange.identified.operation);
  if (exchange.entry == nullptr) return Fail(NotImplemented(*exchange.identified.operation));
  return {};
}

Result<void> Gateway::Decode(Exchange& exchange) const {
  exchange.input = exchange.entry->make_input();
  const auto& [service, operation, protocol, path_style_target, error] = exchange.identified;
  if (path_style_target.empty()) {
    return protocol::DecodeRequest(*operation, protocol, exchange.request, exchange.input.get());
  }
  net::HttpRequest path_style = exchange.request;
  path_style.target = path_style_target;
  return protocol::DecodeRequest(*operation, protocol, path_style, exchange.input.get());
}

Result<void> Gateway::Dispatch(Exchange& exchange) const {
  exchange.output = exchange.entry->make_output();
  return environment_.operations.Run(*exchange.identified.operation, exchange.context,
                                     exchange.input.get(), exchange.output.get());
}

net::HttpResponse Gateway::Encode(const Exchange& exchange, const Result<void>& done) const {
  const auto& [service, operation, protocol, path_style_target, error] = exchange.identified;
  const std::string& request_id = exchange.context.request_id;
  if (done) {
    return protocol::EncodeResponse(*operation, protocol, exchange.output.get(), request_id);
  }
  return protocol::EncodeError(service, operation, protocol, done.error(), request_id,
                               exchange.request.method);
}

void Gateway::Write(const Exchange& exchange, const Result<void>& done, Time began) {
  Hop hop;
  hop.kind = HopKind::kRequest;
  hop.account = exchange.context.account;
  hop.region = exchange.context.region;
  if (const model::Operation* operation = exchange.identified.operation) {
    hop.resource = fmt::format("{}:{}", operation->service->name, operation->name);
  }
  if (exchange.context.trace) hop.trace_id = exchange.context.trace->root;
  if (!done) hop.outcome = fmt::format("{}: {}", done.error().code, done.error().message);
  hop.duration = exchange.context.Now() - began;
  environment_.journal.Record(std::move(hop));
}

}  // namespace iatk::cloud
