#include "iatk/cloud/services/iam/cfn_properties.h"

#include "iatk/cloud/dispatch/properties.h"

namespace iatk::cloud {

std::set<std::string> ListProperty(const json::Object& properties, std::string_view name) {
  const std::vector<std::string> texts = TextsOf(properties, name);
  return {texts.begin(), texts.end()};
}

Result<std::map<std::string, std::string>> PoliciesProperty(const json::Object& properties,
                                                            std::string_view name) {
  std::map<std::string, std::string> policies;
  const json::Value* const value = properties.Find(name);
  if (value == nullptr || value->AsArray() == nullptr) return policies;
  for (const json::Value& each : *value->AsArray()) {
    const json::Value* const policy = each.Find("PolicyName");
    const json::Value* const document = each.Find("PolicyDocument");
    if (policy == nullptr || document == nullptr) {
      return Fail(
          SenderError("ValidationError", std::string("Property ") +
                                             (policy == nullptr ? "PolicyName" : "PolicyDocument") +
                                             " cannot be empty."));
    }
    policies.insert_or_assign(TextOf(*policy), TextOf(*document));
  }
  return policies;
}

}  // namespace iatk::cloud
