// The operations that the cloud has: one function each, over typed input and output.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <unordered_map>

#include "iatk/base/result.h"
#include "iatk/cloud/dispatch/request_context.h"
#include "iatk/json/value.h"
#include "iatk/model/shape.h"

namespace iatk::cloud {

class OperationTable {
 public:
  /// One operation with its types erased.
  struct Entry {
    const model::Operation* operation = nullptr;
    std::function<std::shared_ptr<void>()> make_input;
    std::function<std::shared_ptr<void>()> make_output;
    std::function<Result<void>(RequestContext&, const void* input, void* output)> run;
  };

  /// Registers the function that serves Op, a generated type such as model::sqs::op::SendMessage.
  template <class Op>
  void On(std::function<Result<typename Op::Output>(RequestContext&, const typename Op::Input&)>
              function) {
    using Input = typename Op::Input;
    using Output = typename Op::Output;
    Add({&Op::Table(), [] { return std::make_shared<Input>(); },
         [] { return std::make_shared<Output>(); },
         [function = std::move(function)](RequestContext& context, const void* input,
                                          void* output) -> Result<void> {
           IATK_TRY(*static_cast<Output*>(output),
                    function(context, *static_cast<const Input*>(input)));
           return {};
         }});
  }

  /// The same for a member function: `table.On<op::SendMessage>(this, &Sqs::SendMessage)`.
  template <class Op, class Service>
  void On(Service* service,
          Result<typename Op::Output> (Service::*function)(RequestContext&,
                                                           const typename Op::Input&)) {
    On<Op>([service, function](RequestContext& context, const typename Op::Input& input) {
      return (service->*function)(context, input);
    });
  }

  /// nullptr if the operation is not served.
  const Entry* Find(const model::Operation& operation) const;

  /// Calls an operation in process, as a service or a resource type does. The input is checked
  /// against its model first, as it is over the wire.
  template <class Op>
  Result<typename Op::Output> Call(RequestContext& context, const typename Op::Input& input) const {
    typename Op::Output output;
    IATK_CHECK(Run(Op::Table(), context, &input, &output));
    return output;
  }

  /// The same by name, over AWS's JSON form of input and output ({"QueueUrl": …}).
  Result<json::Value> CallJson(RequestContext& context, std::string_view service,
                               std::string_view operation, const json::Value& input) const;

  /// Checks `input` against its model and runs the operation; the error names both. An operation
  /// that is not served fails with `NotImplemented`, 501, "service:Operation".
  Result<void> Run(const model::Operation& operation, RequestContext& context, const void* input,
                   void* output) const;

 private:
  void Add(Entry entry);
  std::unordered_map<const model::Operation*, Entry> entries_;
};

}  // namespace iatk::cloud
