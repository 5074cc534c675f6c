// Templates that name local folders, as `sam package` and `aws cloudformation package` take them,
// deployed without packaging.
//
// Where those tools upload a folder and put its S3 address into the template, here the address is
// bucket kLocalFolderBucket with the absolute path as the key. Lambda runs such code straight from
// its folder.
#pragma once

#include <string>
#include <string_view>

#include "iatk/base/result.h"
#include "iatk/json/value.h"

namespace iatk::cloud::cfn {

/// No bucket of S3; what its keys name are paths of this machine.
inline constexpr std::string_view kLocalFolderBucket = "iatk-local-folder";

/// Reads a template and gives it back as compact JSON in which every local path (CodeUri,
/// ContentUri, DefinitionUri, Code, Content, DefinitionS3Location, also in Globals), relative to
/// `folder`, is an address as above. A function that names no code has its code in `folder`.
/// Fails like ParseTemplateText, and for a path that is not there:
///   Parameter CodeUri of resource F refers to a file or folder that does not exist /app/src
/// Touches the disk.
Result<std::string> PackageTemplate(std::string_view text, const std::string& folder);

/// Puts the text of state machine definitions at such addresses into their resources, as
/// DefinitionString. YAML becomes JSON. `document` is a template after its transforms. Fails with
/// ValidationError for a file that can't be read. Touches the disk.
Result<void> InlineLocalDefinitions(json::Value* document);

}  // namespace iatk::cloud::cfn
