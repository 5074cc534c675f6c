#include "iatk/cloud/services/lambda/service.h"

#include <utility>

#include "iatk/cloud/services/lambda/errors.h"
#include "iatk/model/logs/operations.h"

namespace iatk::cloud {

namespace m = model::lambda;
namespace logs = model::logs;

Lambda::Lambda(Registry& registry)
    : environment_(registry.environment),
      pool_(registry.environment,
            [this](const FunctionSpec& function, const std::string& stream,
                   std::vector<LogLine> lines) { TakeLog(function, stream, std::move(lines)); }) {
  OperationTable& on = registry.operations;
  on.On<m::op::CreateFunction>(this, &Lambda::CreateFunction);
  on.On<m::op::UpdateFunctionCode>(this, &Lambda::UpdateFunctionCode);
  on.On<m::op::UpdateFunctionConfiguration>(this, &Lambda::UpdateFunctionConfiguration);
  on.On<m::op::GetFunction>(this, &Lambda::GetFunction);
  on.On<m::op::GetFunctionConfiguration>(this, &Lambda::GetFunctionConfiguration);
  on.On<m::op::ListFunctions>(this, &Lambda::ListFunctions);
  on.On<m::op::DeleteFunction>(this, &Lambda::DeleteFunction);
  on.On<m::op::PublishVersion>(this, &Lambda::PublishVersion);
  on.On<m::op::ListVersionsByFunction>(this, &Lambda::ListVersionsByFunction);
  on.On<m::op::CreateAlias>(this, &Lambda::CreateAlias);
  on.On<m::op::UpdateAlias>(this, &Lambda::UpdateAlias);
  on.On<m::op::GetAlias>(this, &Lambda::GetAlias);
  on.On<m::op::DeleteAlias>(this, &Lambda::DeleteAlias);
  on.On<m::op::ListAliases>(this, &Lambda::ListAliases);
  on.On<m::op::AddPermission>(this, &Lambda::AddPermission);
  on.On<m::op::RemovePermission>(this, &Lambda::RemovePermission);
  on.On<m::op::GetPolicy>(this, &Lambda::GetPolicy);
  on.On<m::op::PutFunctionConcurrency>(this, &Lambda::PutFunctionConcurrency);
  on.On<m::op::GetFunctionConcurrency>(this, &Lambda::GetFunctionConcurrency);
  on.On<m::op::DeleteFunctionConcurrency>(this, &Lambda::DeleteFunctionConcurrency);
  on.On<m::op::GetAccountSettings>(this, &Lambda::GetAccountSettings);
  on.On<m::op::TagResource>(this, &Lambda::TagResource);
  on.On<m::op::UntagResource>(this, &Lambda::UntagResource);
  on.On<m::op::ListTags>(this, &Lambda::ListTags);
  on.On<m::op::Invoke>(this, &Lambda::Invoke);
  RegisterResourceTypes(registry);
  RegisterTagSource(registry);
}

void Lambda::Stop() { pool_.Stop(); }

Result<Function*> Lambda::Find(RequestContext& context, const FunctionTarget& target) {
  auto& functions = In(context).functions;
  const auto found = functions.find(target.name);
  if (found == functions.end()) {
    return Fail(
        lambda_errors::FunctionNotFound(FunctionArn(context, target.name, target.qualifier)));
  }
  return &found->second;
}

Result<Function*> Lambda::Find(RequestContext& context, const std::string& name) {
  IATK_TRY(const FunctionTarget target, ReadFunctionName(context, name));
  return Find(context, target);
}

void Lambda::Retire(RequestContext& context, const std::string& name) {
  pool_.Retire(ProcessKeyPrefix(context.account, context.region, name));
}

void Lambda::TakeLog(const FunctionSpec& function, const std::string& stream,
                     std::vector<LogLine> lines) {
  RequestContext context = MakeServiceContext(environment_, function.account, function.region,
                                              "lambda.amazonaws.com", "");
  logs::PutLogEventsRequest input;
  input.log_group_name = function.log_group;
  input.log_stream_name = stream;
  auto& events = input.log_events.emplace();
  for (LogLine& line : lines) {
    logs::InputLogEvent event;
    event.timestamp =
        std::chrono::duration_cast<std::chrono::milliseconds>(line.time.time_since_epoch()).count();
    event.message = std::move(line.text) + "\n";
    events.push_back(std::move(event));
  }
  const OperationTable& operations = environment_.operations;
  const auto put = operations.Call<logs::op::PutLogEvents>(context, input);
  if (put || put.error().code != "ResourceNotFoundException") return;
  // The group and the stream are made by the first line; both may be there already.
  logs::CreateLogGroupRequest group;
  group.log_group_name = function.log_group;
  (void)operations.Call<logs::op::CreateLogGroup>(context, group);
  logs::CreateLogStreamRequest made;
  made.log_group_name = function.log_group;
  made.log_stream_name = stream;
  (void)operations.Call<logs::op::CreateLogStream>(context, made);
  (void)operations.Call<logs::op::PutLogEvents>(context, input);
}

std::unique_ptr<Service> MakeLambda(Registry& registry) {
  return std::make_unique<Lambda>(registry);
}

}  // namespace iatk::cloud
