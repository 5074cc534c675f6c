// What a Task state's Resource names: a Lambda function, or an integration with a service.
// AWS Step Functions Developer Guide, "Integrating services with Step Functions".
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace iatk::cloud::asl {

/// An integration that the local cloud has.
struct IntegrationKind {
  std::string_view service;  ///< "events", as history events name it
  std::string_view action;   ///< "putEvents"
  std::span<const std::string_view> required;
  std::span<const std::string_view> fields;  ///< all that its Parameters may have
  bool syncs;                                ///< whether it has ".sync" and ".sync:2"
};

struct Integration {
  const IntegrationKind* kind = nullptr;  ///< nullptr: `function_arn` stands for itself
  std::string function_arn;
  enum class Pattern { kRequestResponse, kWaitForTaskToken, kSync, kSync2 };
  Pattern pattern = Pattern::kRequestResponse;
  std::string resource;  ///< "putEvents.waitForTaskToken", as history events name it
};

enum class ResourceProblem {
  kNone,
  kNoArn,         ///< no ARN of anything that a Task could be
  kNotSupported,  ///< AWS may have it, the local cloud has not
};

/// Reads a Resource; `problem` says why there is none.
std::optional<Integration> ReadResource(std::string_view arn, ResourceProblem* problem);

}  // namespace iatk::cloud::asl
