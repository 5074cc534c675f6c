// Carries out one operation on a stack, in a fiber of its own: makes, changes and removes resources
// one after another in the order of their dependencies, and undoes what it did if one fails.
//
// Statuses, reasons and their order are those of "View CloudFormation stack events" and
// "Understand CloudFormation stack creation events" in the User Guide.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/cloud/dispatch/request_context.h"
#include "iatk/cloud/dispatch/resource_types.h"
#include "iatk/cloud/services/cloudformation/stack.h"

namespace iatk::cloud::cfn {

/// "The following resource(s) failed to create: [A]. ", with `what` for "create".
std::string FailedToText(std::string_view what, const std::vector<std::string>& names);

class Operation {
 public:
  /// `stacks`: those of the stack's account and region; imports read their exports. `token`: the
  /// request's ClientRequestToken, which marks the events.
  Operation(const ResourceTypes& types, const Stacks& stacks, std::shared_ptr<Stack> stack,
            RequestContext context, std::string token);

  /// Within a fiber. The stack is in CREATE_IN_PROGRESS and has no resources.
  void Create(Revision revision);
  /// The stack failed before there was anything to make: its template can't be transformed.
  void FailToCreate(const Error& error);
  /// Within a fiber. The stack is in UPDATE_IN_PROGRESS.
  void Update(Revision revision);
  /// Within a fiber. The stack is in DELETE_IN_PROGRESS. Resources named in `retain` stay; with
  /// `force`, so do those that can't be removed.
  void Delete(const std::vector<std::string>& retain, bool force,
              const std::string& previous_status);

  /// Sets the stack's status and writes its event.
  void SetStatus(std::string_view status, std::string reason = {});

 private:
  // What an update did to one resource, in the order it did it; undone from the last.
  struct Undo {
    std::string logical_id;
    std::optional<StackResource> before;  // unset: the resource is new
  };

  Result<void> MakeAll(const Revision& revision, std::vector<std::string>* failed);
  Result<void> Make(const Revision& revision, const Resource& definition);
  Result<void> Change(const Revision& revision, const Resource& definition,
                      const TagList& previous_tags, std::vector<Undo>* undo, bool* updating);
  Result<ResourceResult> RunCreate(const Revision& revision, const StackResource& resource);
  void RollBackCreation(const std::string& reason);
  void RollBackUpdate(std::vector<Undo> undo, Revision previous,
                      std::vector<StackOutput> previous_outputs,
                      std::set<std::string> previous_imports, const std::string& reason);
  Result<void> SetOutputs(const Revision& revision);
  /// Removes resources, the last first. Names of those that could not be removed.
  std::vector<std::string> RemoveAll(std::vector<StackResource> resources, bool keeps_records);
  bool Remove(StackResource& resource, bool keeps_record);

  /// Runs `work` on the loop's pool with an evaluator over a copy of what the stack's resources
  /// and the exports are now; notes the imports that it reads.
  template <class Work>
  auto WithEvaluator(const Revision& revision, Work work);
  Result<json::Object> EvaluateProperties(const Revision& revision, const Resource& definition);
  ResourceRequest RequestFor(const Revision& revision, const StackResource& resource);
  void SetResourceStatus(StackResource& resource, std::string_view status, std::string reason = {});
  void AddEvent(const std::string& logical_id, const std::string& physical_id,
                const std::string& type, std::string_view status, std::string reason,
                std::string properties);
  /// The reason of a failed resource, as CloudFormation writes what a resource type says.
  std::string ReasonOf(const StackResource& resource, const Error& error);

  const ResourceTypes& types_;
  const Stacks& stacks_;
  std::shared_ptr<Stack> stack_;
  RequestContext context_;
  std::string token_;
};

}  // namespace iatk::cloud::cfn
