// Amazon Resource Names: arn:partition:service:region:account-id:resource.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace iatk {

struct Arn {
  std::string partition = "aws";
  std::string service;
  std::string region;
  std::string account;
  std::string resource;  ///< all that follows the fifth colon, e.g. "rule/my-bus/my-rule"

  std::string ToString() const;
};

/// nullopt if `text` does not begin with "arn:" and hold at least six fields.
std::optional<Arn> ParseArn(std::string_view text);

/// The partition a region belongs to: "aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b".
std::string_view PartitionOfRegion(std::string_view region);

/// The text of an ARN in the partition of `region`. Global services pass an empty region.
std::string MakeArn(std::string_view service, std::string_view region, std::string_view account,
                    std::string_view resource);

}  // namespace iatk
