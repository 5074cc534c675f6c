#include "iatk/cloud/services/cloudformation/service.h"

#include <fmt/format.h>

#include <utility>

#include "iatk/cloud/services/cloudformation/types.h"

namespace iatk::cloud {

namespace op = model::cloudformation::op;

CloudFormation::CloudFormation(Registry& registry)
    : types_(registry.resource_types), sam_(registry.environment.loop) {
  using Self = CloudFormation;
  OperationTable& operations = registry.operations;
  operations.On<op::CreateStack>(this, &Self::CreateStack);
  operations.On<op::UpdateStack>(this, &Self::UpdateStack);
  operations.On<op::DeleteStack>(this, &Self::DeleteStack);
  operations.On<op::UpdateTerminationProtection>(this, &Self::UpdateTerminationProtection);
  operations.On<op::CreateChangeSet>(this, &Self::CreateChangeSet);
  operations.On<op::DescribeChangeSet>(this, &Self::DescribeChangeSet);
  operations.On<op::ExecuteChangeSet>(this, &Self::ExecuteChangeSet);
  operations.On<op::DeleteChangeSet>(this, &Self::DeleteChangeSet);
  operations.On<op::ListChangeSets>(this, &Self::ListChangeSets);
  operations.On<op::DescribeStacks>(this, &Self::DescribeStacks);
  operations.On<op::DescribeStackEvents>(this, &Self::DescribeStackEvents);
  operations.On<op::DescribeStackResource>(this, &Self::DescribeStackResource);
  operations.On<op::DescribeStackResources>(this, &Self::DescribeStackResources);
  operations.On<op::ListStackResources>(this, &Self::ListStackResources);
  operations.On<op::ListStacks>(this, &Self::ListStacks);
  operations.On<op::ListExports>(this, &Self::ListExports);
  operations.On<op::ListImports>(this, &Self::ListImports);
  operations.On<op::GetTemplate>(this, &Self::GetTemplate);
  operations.On<op::GetTemplateSummary>(this, &Self::GetTemplateSummary);
  operations.On<op::ValidateTemplate>(this, &Self::ValidateTemplate);
  cfn::RegisterTypes(registry.resource_types);
}

CloudFormation::StackPtr CloudFormation::NewStack(RequestContext& context,
                                                  const std::string& name) {
  auto stack = std::make_shared<cfn::Stack>(context.loop());
  stack->name = name;
  stack->id =
      context.MakeArn("cloudformation", fmt::format("stack/{}/{}", name, context.ids().Uuid()));
  stack->created = context.Now();
  StacksOf(context).Add(stack);
  return stack;
}

void CloudFormation::Start(RequestContext& context, StackPtr stack, std::string token,
                           std::function<void(cfn::Operation&)> work) {
  context.loop().Spawn([this, context, stack = std::move(stack), token = std::move(token),
                        work = std::move(work)]() mutable {
    while (stack->busy) stack->idle.Wait();
    stack->busy = true;
    // Also when the fiber is unwound because the cloud goes away.
    struct Release {
      cfn::Stack& stack;
      ~Release() {
        stack.busy = false;
        stack.idle.NotifyAll();
      }
    } release{*stack};
    cfn::Operation operation(types_, StacksOf(context), stack, context, std::move(token));
    work(operation);
  });
}

std::unique_ptr<Service> MakeCloudFormation(Registry& registry) {
  return std::make_unique<CloudFormation>(registry);
}

}  // namespace iatk::cloud
