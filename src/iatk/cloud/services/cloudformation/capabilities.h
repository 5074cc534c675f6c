// What a caller must acknowledge before a template is carried out: "Acknowledging IAM resources in
// CloudFormation templates" in the User Guide.
#pragma once

#include <string>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/json/value.h"

namespace iatk::cloud::cfn {

struct NeededCapabilities {
  std::vector<std::string> capabilities;  ///< "CAPABILITY_IAM", …
  std::string reason;                     ///< empty if none is needed
};

/// Of the template's text as it stands, transformed or not.
NeededCapabilities CapabilitiesOf(const json::Value& document);

/// Fails with InsufficientCapabilitiesException unless `given` covers what the IAM resources of
/// `document` need. With `expands`, transforms need CAPABILITY_AUTO_EXPAND.
Result<void> CheckCapabilities(const json::Value& document, const std::vector<std::string>& given,
                               bool expands);

}  // namespace iatk::cloud::cfn
