// CloudFormation's resource types. Each service registers its own (its cfn.cc) and knows how to
// make, change and remove one; CloudFormation decides when.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/cloud/dispatch/request_context.h"
#include "iatk/json/value.h"

namespace iatk::cloud {

/// One resource of a stack, as its type sees it.
struct ResourceRequest {
  RequestContext& context;  ///< account, region and caller of the stack operation
  std::string stack_name;
  std::string stack_id;
  std::string logical_id;
  json::Object properties;           ///< with all intrinsic functions resolved
  json::Object previous_properties;  ///< on update
  std::string physical_id;           ///< on update and remove
  /// The stack's tags and aws:cloudformation:{stack-name,stack-id,logical-id}, for types that take
  /// tags; they come behind the resource's own.
  std::vector<std::pair<std::string, std::string>> stack_tags;

  /// "<stack>-<logical id>-<12 random characters>", cut to `max_length`: the name CloudFormation
  /// gives to what its template leaves unnamed.
  std::string GeneratedName(std::size_t max_length) const;
};

struct ResourceResult {
  std::string physical_id;  ///< what Ref gives
  json::Object attributes;  ///< what Fn::GetAtt gives, by name (nested names with dots)
};

struct ResourceType {
  std::string name;  ///< "AWS::SQS::Queue"
  std::function<Result<ResourceResult>(ResourceRequest&)> create;
  /// Brings the resource to `properties`. A result with another physical id is a replacement: the
  /// old one is removed at the end of the stack's update. Null: the type can't be updated.
  std::function<Result<ResourceResult>(ResourceRequest&)> update;
  /// Removing what is already gone succeeds.
  std::function<Result<void>(ResourceRequest&)> remove;
  /// Names of properties that the type knows; any other fails the resource with AWS's
  /// "Encountered unsupported property X".
  std::vector<std::string_view> properties;
};

class ResourceTypes {
 public:
  void Register(ResourceType type);
  const ResourceType* Find(std::string_view name) const;  ///< nullptr if it is not supported

 private:
  std::map<std::string, ResourceType, std::less<>> types_;
};

}  // namespace iatk::cloud
