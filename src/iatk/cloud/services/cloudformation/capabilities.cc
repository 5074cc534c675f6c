#include "iatk/cloud/services/cloudformation/capabilities.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "iatk/cloud/services/cloudformation/errors.h"
#include "iatk/cloud/services/cloudformation/template/errors.h"

namespace iatk::cloud::cfn {
namespace {

struct IamType {
  std::string_view type;
  std::string_view name_property;  // empty: it has no name of its own
};
constexpr std::array<IamType, 8> kIamTypes = {{{"AWS::IAM::AccessKey", ""},
                                               {"AWS::IAM::Group", "GroupName"},
                                               {"AWS::IAM::InstanceProfile", "InstanceProfileName"},
                                               {"AWS::IAM::ManagedPolicy", "ManagedPolicyName"},
                                               {"AWS::IAM::Policy", ""},
                                               {"AWS::IAM::Role", "RoleName"},
                                               {"AWS::IAM::User", "UserName"},
                                               {"AWS::IAM::UserToGroupAddition", ""}}};

struct IamNeeds {
  std::set<std::string> types;
  bool named = false;
};

IamNeeds IamOf(const json::Value& document) {
  IamNeeds needs;
  const json::Value* const resources = document.Find("Resources");
  if (resources == nullptr || resources->AsObject() == nullptr) return needs;
  for (const auto& [logical_id, resource] : *resources->AsObject()) {
    const std::string* const type = resource.FindString("Type");
    if (type == nullptr) continue;
    const auto iam = std::ranges::find(kIamTypes, *type, &IamType::type);
    if (iam == kIamTypes.end()) continue;
    needs.types.insert(*type);
    const json::Value* const properties = resource.Find("Properties");
    needs.named = needs.named || (!iam->name_property.empty() && properties != nullptr &&
                                  properties->Find(iam->name_property) != nullptr);
  }
  return needs;
}

bool HasTransform(const json::Value& document) { return document.Find("Transform") != nullptr; }

}  // namespace

NeededCapabilities CapabilitiesOf(const json::Value& document) {
  NeededCapabilities needed;
  const IamNeeds iam = IamOf(document);
  if (!iam.types.empty()) {
    needed.capabilities.emplace_back(iam.named ? "CAPABILITY_NAMED_IAM" : "CAPABILITY_IAM");
    needed.reason = fmt::format("The following resource(s) require capabilities: {}",
                                Bracketed({iam.types.begin(), iam.types.end()}));
  }
  if (HasTransform(document)) {
    needed.capabilities.emplace_back("CAPABILITY_AUTO_EXPAND");
    if (needed.reason.empty()) {
      needed.reason = "The template declares transforms";
    }
  }
  return needed;
}

Result<void> CheckCapabilities(const json::Value& document, const std::vector<std::string>& given,
                               bool expands) {
  const auto has = [&](std::string_view capability) {
    return std::ranges::find(given, capability) != given.end();
  };
  const IamNeeds iam = IamOf(document);
  if (!iam.types.empty() && !has("CAPABILITY_NAMED_IAM") && (iam.named || !has("CAPABILITY_IAM"))) {
    return Fail(
        errors::InsufficientCapabilities(iam.named ? "CAPABILITY_NAMED_IAM" : "CAPABILITY_IAM"));
  }
  if (expands && HasTransform(document) && !has("CAPABILITY_AUTO_EXPAND")) {
    return Fail(errors::InsufficientCapabilities("CAPABILITY_AUTO_EXPAND"));
  }
  return {};
}

}  // namespace iatk::cloud::cfn
