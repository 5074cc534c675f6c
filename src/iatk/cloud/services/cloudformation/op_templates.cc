#include <set>
#include <utility>

#include "iatk/cloud/services/cloudformation/capabilities.h"
#include "iatk/cloud/services/cloudformation/errors.h"
#include "iatk/cloud/services/cloudformation/request.h"
#include "iatk/cloud/services/cloudformation/service.h"
#include "iatk/cloud/services/cloudformation/template/errors.h"
#include "iatk/json/write.h"

namespace iatk::cloud {

namespace m = model::cloudformation;

namespace {

// On the pool: see revision.h.
Result<cfn::Template> ReadHead(RequestContext& context, const std::string& text,
                               json::Value* document) {
  return context.loop().Offload([&]() -> Result<cfn::Template> {
    IATK_TRY(*document, cfn::ParseTemplateText(text));
    return cfn::ReadTemplateHead(*document);
  });
}

}  // namespace

Result<m::GetTemplateOutput> CloudFormation::GetTemplate(RequestContext& context,
                                                         const m::GetTemplateInput& input) {
  const std::string name = input.stack_name.value_or(input.change_set_name.value_or(""));
  const cfn::Revision* revision = nullptr;
  for (const StackPtr& stack : StacksOf(context).all()) {
    for (const auto& change_set : stack->change_sets) {
      if (!input.change_set_name) continue;
      const bool of_stack =
          input.stack_name && (stack->name == *input.stack_name || stack->id == *input.stack_name);
      if (change_set->id == *input.change_set_name ||
          (of_stack && change_set->name == *input.change_set_name)) {
        revision = &change_set->revision;
      }
    }
  }
  if (input.change_set_name && revision == nullptr) {
    return Fail(cfn::errors::ChangeSetNotFound(*input.change_set_name));
  }
  if (revision == nullptr) {
    const StackPtr stack = StacksOf(context).Find(name);
    if (stack == nullptr) return Fail(cfn::errors::StackNotFound(name));
    revision = &stack->revision;
  }
  m::GetTemplateOutput output;
  const bool processed = input.template_stage.value_or("Original") == "Processed";
  // Until its transforms have run, a template is what it was given as.
  output.template_body = processed && !revision->processed.is_null()
                             ? json::Write(revision->processed)
                             : revision->text;
  output.stages_available = {"Original", "Processed"};
  return output;
}

Result<m::GetTemplateSummaryOutput> CloudFormation::GetTemplateSummary(
    RequestContext& context, const m::GetTemplateSummaryInput& input) {
  if (input.stack_set_name) return Fail(cfn::errors::NotSupported("StackSetName"));
  std::string text;
  if (input.stack_name) {
    const StackPtr stack = StacksOf(context).Find(*input.stack_name);
    if (stack == nullptr) return Fail(cfn::errors::StackNotFound(*input.stack_name));
    text = stack->revision.text;
  } else {
    IATK_TRY(text, cfn::TemplateTextOf(context, input.template_body, input.template_url));
  }
  json::Value document;
  IATK_TRY(const cfn::Template head, ReadHead(context, text, &document));
  m::GetTemplateSummaryOutput output;
  auto& parameters = output.parameters.emplace();
  for (const cfn::Parameter& one : head.parameters) {
    m::ParameterDeclaration declaration;
    declaration.parameter_key = one.name;
    declaration.default_value = one.default_value;
    declaration.parameter_type = one.type;
    declaration.no_echo = one.no_echo;
    if (!one.description.empty()) declaration.description = one.description;
    auto& constraints = declaration.parameter_constraints.emplace();
    if (!one.allowed_values.empty()) constraints.allowed_values = one.allowed_values;
    parameters.push_back(std::move(declaration));
  }
  if (!head.description.empty()) output.description = head.description;
  const cfn::NeededCapabilities needed = cfn::CapabilitiesOf(document);
  if (!needed.capabilities.empty()) {
    output.capabilities = needed.capabilities;
    output.capabilities_reason = needed.reason;
  }
  std::set<std::string> types;
  const json::Value* const resources = document.Find("Resources");
  if (resources != nullptr && resources->AsObject() != nullptr) {
    for (const auto& [logical_id, resource] : *resources->AsObject()) {
      if (const std::string* const type = resource.FindString("Type")) types.insert(*type);
    }
  }
  output.resource_types = std::vector<std::string>(types.begin(), types.end());
  if (const std::string* const version = document.FindString("AWSTemplateFormatVersion")) {
    output.version = *version;
  }
  if (!head.metadata.is_null()) output.metadata = json::Write(head.metadata);
  if (!head.transforms.empty()) output.declared_transforms = head.transforms;
  return output;
}

Result<m::ValidateTemplateOutput> CloudFormation::ValidateTemplate(
    RequestContext& context, const m::ValidateTemplateInput& input) {
  IATK_TRY(const std::string text,
           cfn::TemplateTextOf(context, input.template_body, input.template_url));
  json::Value document;
  IATK_TRY(const cfn::Template head, ReadHead(context, text, &document));
  if (!head.HasTransform(cfn::kServerlessTransform)) {
    IATK_CHECK(context.loop().Offload([&]() -> Result<void> {
      IATK_TRY(const cfn::Template all, cfn::ReadTemplate(document));
      return cfn::CheckReferences(all);
    }));
  }
  m::ValidateTemplateOutput output;
  auto& parameters = output.parameters.emplace();
  for (const cfn::Parameter& one : head.parameters) {
    m::TemplateParameter parameter;
    parameter.parameter_key = one.name;
    parameter.default_value = one.default_value;
    parameter.no_echo = one.no_echo;
    if (!one.description.empty()) parameter.description = one.description;
    parameters.push_back(std::move(parameter));
  }
  if (!head.description.empty()) output.description = head.description;
  const cfn::NeededCapabilities needed = cfn::CapabilitiesOf(document);
  if (!needed.capabilities.empty()) {
    output.capabilities = needed.capabilities;
    output.capabilities_reason = needed.reason;
  }
  if (!head.transforms.empty()) output.declared_transforms = head.transforms;
  return output;
}

}  // namespace iatk::cloud
