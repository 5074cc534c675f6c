// Bounds of templates: "Understand CloudFormation quotas" in the AWS CloudFormation User Guide.
#pragma once

#include <cstddef>

namespace iatk::cloud::cfn {

inline constexpr std::size_t kMaxTemplateBodyBytes = 51'200;     ///< in a request
inline constexpr std::size_t kMaxTemplateFileBytes = 1'048'576;  ///< from S3
inline constexpr std::size_t kMaxDescriptionBytes = 1'024;
inline constexpr std::size_t kMaxParameters = 200;
inline constexpr std::size_t kMaxMappings = 200;
inline constexpr std::size_t kMaxResources = 500;
inline constexpr std::size_t kMaxOutputs = 200;
inline constexpr std::size_t kMaxLogicalIdBytes = 255;
inline constexpr std::size_t kMaxParameterValueBytes = 4'096;

/// Of our own, where AWS documents none: nesting of a template, and what its functions may make of
/// it. Strings that grow by Fn::Sub in Fn::Sub would otherwise have no end.
inline constexpr std::size_t kMaxTemplateDepth = 64;
inline constexpr std::size_t kMaxConditions = 500;
inline constexpr std::size_t kMaxEvaluatedBytes = 8U * 1024U * 1024U;

}  // namespace iatk::cloud::cfn
