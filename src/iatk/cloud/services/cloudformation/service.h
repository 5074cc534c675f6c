// AWS CloudFormation: stacks of resources, made from templates.
//
// Operations answer at once and leave the work to a fiber of their own, as AWS does: callers poll
// the stack's status.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "iatk/cloud/dispatch/service.h"
#include "iatk/cloud/services/cloudformation/operation.h"
#include "iatk/cloud/services/cloudformation/revision.h"
#include "iatk/cloud/services/cloudformation/sam_transform.h"
#include "iatk/cloud/services/cloudformation/stack.h"
#include "iatk/cloud/store/store.h"
#include "iatk/model/cloudformation/operations.h"

namespace iatk::cloud {

class CloudFormation final : public Service {
 public:
  explicit CloudFormation(Registry& registry);
  void Stop() override { sam_.Stop(); }

  // op_stacks.cc
  Result<model::cloudformation::CreateStackOutput> CreateStack(
      RequestContext& context, const model::cloudformation::CreateStackInput& input);
  Result<model::cloudformation::UpdateStackOutput> UpdateStack(
      RequestContext& context, const model::cloudformation::UpdateStackInput& input);
  Result<model::Empty> DeleteStack(RequestContext& context,
                                   const model::cloudformation::DeleteStackInput& input);
  Result<model::cloudformation::UpdateTerminationProtectionOutput> UpdateTerminationProtection(
      RequestContext& context,
      const model::cloudformation::UpdateTerminationProtectionInput& input);

  // op_change_sets.cc
  Result<model::cloudformation::CreateChangeSetOutput> CreateChangeSet(
      RequestContext& context, const model::cloudformation::CreateChangeSetInput& input);
  Result<model::cloudformation::DescribeChangeSetOutput> DescribeChangeSet(
      RequestContext& context, const model::cloudformation::DescribeChangeSetInput& input);
  Result<model::cloudformation::ExecuteChangeSetOutput> ExecuteChangeSet(
      RequestContext& context, const model::cloudformation::ExecuteChangeSetInput& input);
  Result<model::cloudformation::DeleteChangeSetOutput> DeleteChangeSet(
      RequestContext& context, const model::cloudformation::DeleteChangeSetInput& input);
  Result<model::cloudformation::ListChangeSetsOutput> ListChangeSets(
      RequestContext& context, const model::cloudformation::ListChangeSetsInput& input);

  // op_describe.cc
  Result<model::cloudformation::DescribeStacksOutput> DescribeStacks(
      RequestContext& context, const model::cloudformation::DescribeStacksInput& input);
  Result<model::cloudformation::DescribeStackEventsOutput> DescribeStackEvents(
      RequestContext& context, const model::cloudformation::DescribeStackEventsInput& input);
  Result<model::cloudformation::DescribeStackResourceOutput> DescribeStackResource(
      RequestContext& context, const model::cloudformation::DescribeStackResourceInput& input);
  Result<model::cloudformation::DescribeStackResourcesOutput> DescribeStackResources(
      RequestContext& context, const model::cloudformation::DescribeStackResourcesInput& input);
  Result<model::cloudformation::ListStackResourcesOutput> ListStackResources(
      RequestContext& context, const model::cloudformation::ListStackResourcesInput& input);
  Result<model::cloudformation::ListStacksOutput> ListStacks(
      RequestContext& context, const model::cloudformation::ListStacksInput& input);
  Result<model::cloudformation::ListExportsOutput> ListExports(
      RequestContext& context, const model::cloudformation::ListExportsInput& input);
  Result<model::cloudformation::ListImportsOutput> ListImports(
      RequestContext& context, const model::cloudformation::ListImportsInput& input);

  // op_templates.cc
  Result<model::cloudformation::GetTemplateOutput> GetTemplate(
      RequestContext& context, const model::cloudformation::GetTemplateInput& input);
  Result<model::cloudformation::GetTemplateSummaryOutput> GetTemplateSummary(
      RequestContext& context, const model::cloudformation::GetTemplateSummaryInput& input);
  Result<model::cloudformation::ValidateTemplateOutput> ValidateTemplate(
      RequestContext& context, const model::cloudformation::ValidateTemplateInput& input);

 private:
  using StackPtr = std::shared_ptr<cfn::Stack>;

  cfn::Stacks& StacksOf(const RequestContext& context) {
    return stacks_.For(context.account, context.region);
  }
  StackPtr NewStack(RequestContext& context, const std::string& name);
  /// Runs `work` in a fiber while no other operation works on the stack.
  void Start(RequestContext& context, StackPtr stack, std::string token,
             std::function<void(cfn::Operation&)> work);

  ResourceTypes& types_;
  cfn::SamTransform sam_;
  Store<cfn::Stacks> stacks_;
};

std::unique_ptr<Service> MakeCloudFormation(Registry& registry);

}  // namespace iatk::cloud
