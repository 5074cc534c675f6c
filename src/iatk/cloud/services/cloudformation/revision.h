// From a request's template to what a stack can be brought to.
#pragma once

#include <string>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/cloud/dispatch/request_context.h"
#include "iatk/cloud/services/cloudformation/sam_transform.h"
#include "iatk/cloud/services/cloudformation/stack.h"

namespace iatk::cloud::cfn {

/// A template as a request gives it, read but not transformed.
struct Draft {
  std::string text;
  json::Value document;
  Template head;  ///< description, transforms, parameters
  ParameterTexts parameters;
  TagList tags;
  std::vector<std::string> capabilities;

  /// Whether it must be translated, which takes a while.
  bool IsServerless() const { return head.HasTransform(kServerlessTransform); }
};

/// A template can nest deeper than a fiber's stack holds: all that walks one runs on the loop's
/// pool (EventLoop::Offload), with nothing of the loop's state.

/// Reads the text, checks its parameters, and all of it if it is not serverless. Fails as AWS does
/// before it accepts a request.
/// Within a fiber.
Result<Draft> ReadDraft(RequestContext& context, std::string text, ParameterTexts parameters,
                        const PseudoParameters& pseudo);

/// Within a fiber: applies the transforms, and plans.
Result<Revision> MakeRevision(RequestContext& context, SamTransform& sam, const Draft& draft,
                              const std::string& stack_name, const std::string& stack_id);

/// What carrying out `revision` would change. Empty if nothing but perhaps outputs.
std::vector<ResourceChange> ChangesTo(const Stack& stack, const Revision& revision);

/// Whether carrying out `revision` would change anything at all.
bool IsUpdate(const Stack& stack, const Revision& revision,
              const std::vector<ResourceChange>& changes);

}  // namespace iatk::cloud::cfn
