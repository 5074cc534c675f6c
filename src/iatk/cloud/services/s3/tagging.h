// Checks of tags. S3 User Guide, "Categorizing your objects using tags".
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/cloud/dispatch/tagged_resources.h"
#include "iatk/model/s3/types.h"

namespace iatk::cloud {

/// The tags as a map. Fails with `InvalidTag` or `BadRequest`.
Result<Tags> CheckTags(const std::vector<model::s3::Tag>& tags, std::size_t limit);
/// Those of the x-amz-tagging header: "a=1&b=2".
Result<Tags> ParseObjectTags(const std::string& header);
std::vector<model::s3::Tag> TagSetOf(const Tags& tags);

}  // namespace iatk::cloud
