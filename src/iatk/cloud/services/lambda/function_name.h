// The many ways to name a function. AWS Lambda API Reference, "Invoke", FunctionName.
#pragma once

#include <optional>
#include <string>

#include "iatk/base/result.h"
#include "iatk/cloud/dispatch/request_context.h"

namespace iatk::cloud {

struct FunctionTarget {
  std::string name;
  std::string qualifier;  ///< "$LATEST", a version, an alias; empty if there is none
};

/// Reads a name, a partial ARN ("123456789012:function:name") or an ARN, each with or without a
/// qualifier, beside the `qualifier` of the request. Fails if the two differ, or if the ARN is of
/// another region or account.
Result<FunctionTarget> ReadFunctionName(const RequestContext& context, const std::string& text,
                                        const std::optional<std::string>& qualifier = {});

/// "arn:aws:lambda:us-east-1:123456789012:function:name", with ":qualifier" if it is not empty.
std::string FunctionArn(const RequestContext& context, const std::string& name,
                        const std::string& qualifier = {});

}  // namespace iatk::cloud
