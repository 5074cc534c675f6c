#include "iatk/cloud/services/cloudformation/local_paths.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include "iatk/cloud/services/cloudformation/template/errors.h"
#include "iatk/cloud/services/cloudformation/template/limits.h"
#include "iatk/cloud/services/cloudformation/template/template.h"
#include "iatk/json/write.h"
#include "iatk/yaml/parse.h"

namespace iatk::cloud::cfn {
namespace {

namespace fs = std::filesystem;

// A property that may be a path, and the names of the address's two members there.
struct PathProperty {
  std::string_view type;  // of the resource; in Globals its last part
  std::string_view property;
  std::string_view bucket;
  std::string_view key;
};

constexpr std::array<PathProperty, 8> kPathProperties = {{
    {"AWS::Serverless::Function", "CodeUri", "Bucket", "Key"},
    {"AWS::Serverless::LayerVersion", "ContentUri", "Bucket", "Key"},
    {"AWS::Serverless::StateMachine", "DefinitionUri", "Bucket", "Key"},
    {"AWS::Serverless::Api", "DefinitionUri", "Bucket", "Key"},
    {"AWS::Serverless::HttpApi", "DefinitionUri", "Bucket", "Key"},
    {"AWS::Lambda::Function", "Code", "S3Bucket", "S3Key"},
    {"AWS::Lambda::LayerVersion", "Content", "S3Bucket", "S3Key"},
    {"AWS::StepFunctions::StateMachine", "DefinitionS3Location", "Bucket", "Key"},
}};

json::Value Address(const PathProperty& kind, const std::string& path) {
  json::Object address;
  address.Append(std::string(kind.bucket), kLocalFolderBucket);
  address.Append(std::string(kind.key), path);
  return address;
}

bool IsUrl(std::string_view text) { return text.find("://") != std::string_view::npos; }

Result<void> Replace(const PathProperty& kind, const std::string& resource, const fs::path& folder,
                     json::Object* properties) {
  json::Value* const value = properties->Find(kind.property);
  const std::string* const text = value != nullptr ? value->AsString() : nullptr;
  if (text == nullptr || IsUrl(*text)) return {};
  std::error_code error;
  const fs::path path = fs::weakly_canonical(folder / *text, error);
  if (error || !fs::exists(path, error)) {
    return Fail(ValidationError(
        fmt::format("Parameter {} of resource {} refers to a file or folder that does not exist {}",
                    kind.property, resource, (folder / *text).lexically_normal().string())));
  }
  *value = Address(kind, path.string());
  return {};
}

Result<void> ReplaceGlobals(const fs::path& folder, json::Value* globals) {
  if (globals == nullptr || globals->AsObject() == nullptr) return {};
  constexpr std::string_view kPrefix = "AWS::Serverless::";
  for (const PathProperty& kind : kPathProperties) {
    if (!kind.type.starts_with(kPrefix)) continue;
    const std::string_view section = kind.type.substr(kPrefix.size());
    json::Value* const properties = globals->Find(section);
    if (properties == nullptr || properties->AsObject() == nullptr) continue;
    IATK_CHECK(Replace(kind, fmt::format("Globals.{}", section), folder, properties->AsObject()));
  }
  return {};
}

// A function without code means the template's own folder.
void AddMissingCode(const json::Value* globals, const fs::path& folder, json::Object* properties) {
  const json::Value* const of_functions = globals != nullptr ? globals->Find("Function") : nullptr;
  for (const std::string_view name : {"CodeUri", "InlineCode", "ImageUri", "PackageType"}) {
    if (properties->Contains(name)) return;
    if (of_functions != nullptr && of_functions->Find(name) != nullptr) return;
  }
  properties->Append("CodeUri", Address(kPathProperties[0], folder.string()));
}

Result<std::string> ReadDefinition(const std::string& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  std::ifstream file(path, std::ios::binary);
  if (error || !file) {
    return Fail(ValidationError(fmt::format("The definition {} can't be read", path)));
  }
  if (size > kMaxTemplateFileBytes) {
    return Fail(ValidationError(
        fmt::format("The definition {} is larger than {} bytes", path, kMaxTemplateFileBytes)));
  }
  std::ostringstream text;
  text << file.rdbuf();
  const std::string extension = fs::path(path).extension();
  if (extension != ".yaml" && extension != ".yml") return std::move(text).str();
  auto value = yaml::Parse(std::move(text).str());
  if (!value) {
    return Fail(ValidationError(
        fmt::format("The definition {} is not well-formed: {}", path, value.error().message)));
  }
  return json::Write(*value);
}

}  // namespace

Result<std::string> PackageTemplate(std::string_view text, const std::string& folder) {
  IATK_TRY(json::Value document, ParseTemplateText(text));
  std::error_code error;
  const fs::path base = fs::canonical(folder, error);
  if (error) return Fail(ValidationError(fmt::format("The folder {} does not exist", folder)));
  json::Value* const globals = document.Find("Globals");
  IATK_CHECK(ReplaceGlobals(base, globals));
  json::Value* const resources = document.Find("Resources");
  if (resources == nullptr || resources->AsObject() == nullptr) return json::Write(document);
  for (auto& [logical_id, resource] : *resources->AsObject()) {
    const std::string* const named = resource.FindString("Type");
    json::Object* const members = resource.AsObject();
    if (named == nullptr || members == nullptr) continue;
    const std::string type = *named;  // adding a member below moves what `named` points to
    for (const PathProperty& kind : kPathProperties) {
      if (type != kind.type) continue;
      if (!members->Contains("Properties")) members->Append("Properties", json::Object());
      json::Object* const properties = members->Find("Properties")->AsObject();
      if (properties == nullptr) continue;
      IATK_CHECK(Replace(kind, logical_id, base, properties));
      if (kind.property == "CodeUri") AddMissingCode(globals, base, properties);
    }
  }
  return json::Write(document);
}

Result<void> InlineLocalDefinitions(json::Value* document) {
  json::Value* const resources = document->Find("Resources");
  if (resources == nullptr || resources->AsObject() == nullptr) return {};
  for (auto& [logical_id, resource] : *resources->AsObject()) {
    const std::string* const type = resource.FindString("Type");
    if (type == nullptr || *type != "AWS::StepFunctions::StateMachine") continue;
    json::Value* const properties = resource.Find("Properties");
    const json::Value* const location =
        properties != nullptr ? properties->Find("DefinitionS3Location") : nullptr;
    const std::string* const bucket =
        location != nullptr ? location->FindString("Bucket") : nullptr;
    const std::string* const key = location != nullptr ? location->FindString("Key") : nullptr;
    if (bucket == nullptr || key == nullptr || *bucket != kLocalFolderBucket) continue;
    IATK_TRY(std::string definition, ReadDefinition(*key));
    properties->AsObject()->Erase("DefinitionS3Location");
    properties->AsObject()->Set("DefinitionString", std::move(definition));
  }
  return {};
}

}  // namespace iatk::cloud::cfn
