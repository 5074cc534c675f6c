#include "iatk/cloud/dispatch/operation_table.h"

#include <fmt/format.h>

#include <utility>

#include "iatk/model/all.h"
#include "iatk/model/validate.h"
#include "iatk/protocol/json_codec.h"

namespace iatk::cloud {
namespace {

Error NotImplemented(const model::Operation& operation) {
  Error error = ReceiverError("NotImplemented",
                              fmt::format("{}:{}", operation.service->name, operation.name), 501);
  error.retryable = false;
  return error;
}

const model::Service* FindService(std::string_view name) {
  for (const model::Service* service : model::AllServices()) {
    if (service->name == name) return service;
  }
  return nullptr;
}

}  // namespace

void OperationTable::Add(Entry entry) {
  const model::Operation* const operation = entry.operation;
  entries_.insert_or_assign(operation, std::move(entry));
}

const OperationTable::Entry* OperationTable::Find(const model::Operation& operation) const {
  const auto it = entries_.find(&operation);
  return it == entries_.end() ? nullptr : &it->second;
}

Result<void> OperationTable::Run(const model::Operation& operation, RequestContext& context,
                                 const void* input, void* output) const {
  const Entry* const entry = Find(operation);
  if (entry == nullptr) return Fail(NotImplemented(operation));
  Result<void> done = model::Validate(operation, input);
  if (done) done = entry->run(context, input, output);
  if (!done) {
    done.error().service = operation.service->name;
    done.error().operation = operation.name;
    if (done.error().request_id.empty()) done.error().request_id = context.request_id;
  }
  return done;
}

Result<json::Value> OperationTable::CallJson(RequestContext& context, std::string_view service,
                                             std::string_view operation,
                                             const json::Value& input) const {
  const model::Service* const table = FindService(service);
  const model::Operation* const found =
      table == nullptr ? nullptr : model::FindOperation(*table, operation);
  if (found == nullptr) {
    return Fail(ReceiverError("NotImplemented", fmt::format("{}:{}", service, operation), 501));
  }
  const Entry* const entry = Find(*found);
  if (entry == nullptr) return Fail(NotImplemented(*found));
  const std::shared_ptr<void> in = entry->make_input();
  const std::shared_ptr<void> out = entry->make_output();
  IATK_CHECK(protocol::FromJson(*found->input, input, in.get()));
  IATK_CHECK(Run(*found, context, in.get(), out.get()));
  return protocol::ToJson(*found->output, out.get());
}

}  // namespace iatk::cloud
