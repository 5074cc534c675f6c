// AWS Lambda: functions that run as local processes.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "iatk/cloud/dispatch/service.h"
#include "iatk/cloud/runtime/function_pool.h"
#include "iatk/cloud/services/lambda/function.h"
#include "iatk/cloud/services/lambda/function_name.h"
#include "iatk/cloud/services/lambda/tracing.h"
#include "iatk/cloud/store/store.h"
#include "iatk/model/lambda/operations.h"

namespace iatk::cloud {

class Lambda final : public Service {
 public:
  explicit Lambda(Registry& registry);
  void Stop() override;

  // op_functions.cc
  Result<model::lambda::FunctionConfiguration> CreateFunction(
      RequestContext& context, const model::lambda::CreateFunctionRequest& input);
  Result<model::lambda::FunctionConfiguration> UpdateFunctionCode(
      RequestContext& context, const model::lambda::UpdateFunctionCodeRequest& input);
  Result<model::lambda::FunctionConfiguration> UpdateFunctionConfiguration(
      RequestContext& context, const model::lambda::UpdateFunctionConfigurationRequest& input);
  Result<model::lambda::GetFunctionResponse> GetFunction(
      RequestContext& context, const model::lambda::GetFunctionRequest& input);
  Result<model::lambda::FunctionConfiguration> GetFunctionConfiguration(
      RequestContext& context, const model::lambda::GetFunctionConfigurationRequest& input);
  Result<model::lambda::ListFunctionsResponse> ListFunctions(
      RequestContext& context, const model::lambda::ListFunctionsRequest& input);
  Result<model::lambda::DeleteFunctionResponse> DeleteFunction(
      RequestContext& context, const model::lambda::DeleteFunctionRequest& input);

  // op_versions.cc
  Result<model::lambda::FunctionConfiguration> PublishVersion(
      RequestContext& context, const model::lambda::PublishVersionRequest& input);
  Result<model::lambda::ListVersionsByFunctionResponse> ListVersionsByFunction(
      RequestContext& context, const model::lambda::ListVersionsByFunctionRequest& input);
  Result<model::lambda::AliasConfiguration> CreateAlias(
      RequestContext& context, const model::lambda::CreateAliasRequest& input);
  Result<model::lambda::AliasConfiguration> UpdateAlias(
      RequestContext& context, const model::lambda::UpdateAliasRequest& input);
  Result<model::lambda::AliasConfiguration> GetAlias(RequestContext& context,
                                                     const model::lambda::GetAliasRequest& input);
  Result<model::Empty> DeleteAlias(RequestContext& context,
                                   const model::lambda::DeleteAliasRequest& input);
  Result<model::lambda::ListAliasesResponse> ListAliases(
      RequestContext& context, const model::lambda::ListAliasesRequest& input);

  // op_permissions.cc
  Result<model::lambda::AddPermissionResponse> AddPermission(
      RequestContext& context, const model::lambda::AddPermissionRequest& input);
  Result<model::Empty> RemovePermission(RequestContext& context,
                                        const model::lambda::RemovePermissionRequest& input);
  Result<model::lambda::GetPolicyResponse> GetPolicy(RequestContext& context,
                                                     const model::lambda::GetPolicyRequest& input);

  // op_settings.cc
  Result<model::lambda::Concurrency> PutFunctionConcurrency(
      RequestContext& context, const model::lambda::PutFunctionConcurrencyRequest& input);
  Result<model::lambda::GetFunctionConcurrencyResponse> GetFunctionConcurrency(
      RequestContext& context, const model::lambda::GetFunctionConcurrencyRequest& input);
  Result<model::Empty> DeleteFunctionConcurrency(
      RequestContext& context, const model::lambda::DeleteFunctionConcurrencyRequest& input);
  Result<model::lambda::GetAccountSettingsResponse> GetAccountSettings(
      RequestContext& context, const model::lambda::GetAccountSettingsRequest& input);
  Result<model::Empty> TagResource(RequestContext& context,
                                   const model::lambda::TagResourceRequest& input);
  Result<model::Empty> UntagResource(RequestContext& context,
                                     const model::lambda::UntagResourceRequest& input);
  Result<model::lambda::ListTagsResponse> ListTags(RequestContext& context,
                                                   const model::lambda::ListTagsRequest& input);

  // op_invoke.cc
  Result<model::lambda::InvocationResponse> Invoke(RequestContext& context,
                                                   const model::lambda::InvocationRequest& input);

 private:
  struct Region {
    std::map<std::string, Function> functions;
  };
  /// Where code comes from, in the two requests that bring it.
  struct CodeSource {
    const std::optional<std::string>& zip_file;
    const std::optional<std::string>& s3_bucket;
    const std::optional<std::string>& s3_key;
    const std::optional<std::string>& s3_object_version;
  };
  /// An invocation with all that it needs of its function, which may change or go meanwhile.
  struct Call;

  Region& In(const RequestContext& context) {
    return regions_.For(context.account, context.region);
  }
  Result<Function*> Find(RequestContext& context, const FunctionTarget& target);
  Result<Function*> Find(RequestContext& context, const std::string& name);
  /// The configuration as it is shown under a qualifier.
  Result<model::lambda::FunctionConfiguration> Describe(RequestContext& context,
                                                        const Function& function,
                                                        const std::string& qualifier) const;
  /// A version that a qualifier leads to; aliases are resolved, with weights by chance.
  Result<std::string> ResolveVersion(RequestContext& context, const Function& function,
                                     const std::string& qualifier) const;
  Result<std::shared_ptr<const CodePackage>> LoadCode(RequestContext& context, CodeSource source);
  static void Touch(RequestContext& context, FunctionVersion* version);
  void Retire(RequestContext& context, const std::string& name);
  Result<model::lambda::FunctionConfiguration> Publish(RequestContext& context, Function& function,
                                                       const std::optional<std::string>& text);
  static Result<void> SetTags(Function& function, const std::map<std::string, std::string>& tags);
  Result<Function*> FindTagged(RequestContext& context, const std::string& arn);

  Result<void> CheckAllowed(RequestContext& context, const Function& function,
                            const std::string& qualifier) const;
  Result<Call> Prepare(RequestContext& context, const FunctionTarget& target);
  InvocationTrace BeginTrace(RequestContext& context, const Call& call);
  Result<InvocationResult> RunOnce(Call& call, InvocationTrace& trace);
  void RunEvent(Call first, const FunctionTarget& target);
  void GiveUp(const Call& call, const std::string& why, const std::string& error_type);
  void TakeLog(const FunctionSpec& function, const std::string& stream, std::vector<LogLine> lines);

  void RegisterResourceTypes(Registry& registry);  // cfn.cc
  void RegisterTagSource(Registry& registry);      // op_settings.cc

  Environment& environment_;
  Store<Region> regions_;
  std::size_t pending_events_ = 0;
  FunctionPool pool_;
};

std::unique_ptr<Service> MakeLambda(Registry& registry);

}  // namespace iatk::cloud
