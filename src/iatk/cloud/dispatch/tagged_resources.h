// Where the tagging API finds the resources of all services.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/cloud/dispatch/request_context.h"

namespace iatk::cloud {

using Tags = std::map<std::string, std::string>;

struct TaggedResource {
  std::string arn;
  Tags tags;
};

/// One service's tagged resources.
struct TagSource {
  /// All resources of the context's account and region that have tags or once had.
  std::function<std::vector<TaggedResource>(RequestContext&)> list;
  /// Adds or replaces tags of a resource of this service; fails if there is no such resource.
  std::function<Result<void>(RequestContext&, const std::string& arn, const Tags& tags)> tag;
  std::function<Result<void>(RequestContext&, const std::string& arn,
                             const std::vector<std::string>& keys)>
      untag;
};

class TaggedResources {
 public:
  /// `service`: the third field of the resources' ARNs, e.g. "sqs".
  void Register(std::string service, TagSource source) {
    sources_.insert_or_assign(std::move(service), std::move(source));
  }
  const std::map<std::string, TagSource, std::less<>>& sources() const { return sources_; }

 private:
  std::map<std::string, TagSource, std::less<>> sources_;
};

}  // namespace iatk::cloud
