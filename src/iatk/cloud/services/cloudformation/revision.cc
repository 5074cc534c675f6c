#include "iatk/cloud/services/cloudformation/revision.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "iatk/cloud/services/cloudformation/local_paths.h"
#include "iatk/cloud/services/cloudformation/template/errors.h"

namespace iatk::cloud::cfn {
namespace {

// Names that no physical id has.
std::string Placeholder(const std::string& logical_id, std::string_view attribute) {
  return fmt::format("${{{}.{}}}", logical_id, attribute);
}

Scope SignatureScope(const Plan& plan) {
  return {.document = plan.document,
          .names = plan.names,
          .conditions = plan.conditions,
          .reference = [](const std::string& id) -> Result<json::Value> {
            return json::Value(Placeholder(id, "Ref"));
          },
          .attribute = [](const std::string& id, const std::string& name) -> Result<json::Value> {
            return json::Value(Placeholder(id, name));
          },
          .import = [](const std::string& name) -> Result<json::Value> {
            return json::Value(Placeholder("Import", name));
          }};
}

bool TagsEqual(const TagList& left, const TagList& right) {
  return std::ranges::is_permutation(left, right);
}

}  // namespace

namespace {

Result<Draft> ReadDraftHere(std::string text, ParameterTexts parameters,
                            const PseudoParameters& pseudo) {
  Draft draft;
  IATK_TRY(draft.document, ParseTemplateText(text));
  IATK_TRY(draft.head, ReadTemplateHead(draft.document));
  IATK_CHECK(ResolveParameters(draft.head.parameters, parameters));
  if (!draft.IsServerless()) {
    IATK_TRY(Template document, ReadTemplate(draft.document));
    IATK_CHECK(MakePlan(std::move(document), parameters, pseudo));
  }
  draft.text = std::move(text);
  draft.parameters = std::move(parameters);
  return draft;
}

// Text cut out of a name gives nothing, so what can't be evaluated yet stands for itself, together
// with the parameters it may depend on.
json::Value SignatureOf(const Plan& plan, const json::Value& value) {
  auto evaluated = Evaluator(SignatureScope(plan)).Evaluate(value);
  if (evaluated) return *evaluated ? **std::move(evaluated) : json::Value();
  json::Array parts = {value};
  for (const auto& [name, text] : plan.parameters) parts.emplace_back(text);
  return parts;
}

Signatures SignaturesOf(const Plan& plan) {
  Signatures signatures;
  for (const std::string& logical_id : plan.order) {
    json::Object& signature = signatures.resources[logical_id];
    for (const auto& [name, value] : plan.document.FindResource(logical_id)->properties) {
      json::Value evaluated = SignatureOf(plan, value);
      if (!evaluated.is_null()) signature.Append(name, std::move(evaluated));
    }
  }
  json::Object outputs;
  for (const Output& output : plan.document.outputs) {
    if (output.condition && !plan.conditions.at(*output.condition)) continue;
    json::Array parts;
    parts.push_back(SignatureOf(plan, output.value));
    parts.emplace_back(output.description);
    if (output.export_name) parts.push_back(SignatureOf(plan, *output.export_name));
    outputs.Append(output.name, std::move(parts));
  }
  signatures.outputs = std::move(outputs);
  return signatures;
}

}  // namespace

Result<Draft> ReadDraft(RequestContext& context, std::string text, ParameterTexts parameters,
                        const PseudoParameters& pseudo) {
  return context.loop().Offload(
      [&] { return ReadDraftHere(std::move(text), std::move(parameters), pseudo); });
}

Result<Revision> MakeRevision(RequestContext& context, SamTransform& sam, const Draft& draft,
                              const std::string& stack_name, const std::string& stack_id) {
  Revision revision;
  revision.text = draft.text;
  revision.tags = draft.tags;
  revision.capabilities = draft.capabilities;
  if (draft.IsServerless()) {
    IATK_TRY(revision.processed, sam.Apply(draft.document, draft.parameters, context.region));
    if (json::Object* const document = revision.processed.AsObject()) {
      document->Erase("Globals");
      document->Erase("Transform");
      // The translator takes all transforms away; the functions of the other still need its name.
      if (draft.head.HasTransform(kLanguageExtensions)) {
        document->Set("Transform", kLanguageExtensions);
      }
    }
  } else {
    revision.processed = draft.document;
  }
  const PseudoParameters pseudo = {.account = context.account,
                                   .region = context.region,
                                   .stack_name = stack_name,
                                   .stack_id = stack_id,
                                   .notification_arns = {}};
  IATK_CHECK(context.loop().Offload([&]() -> Result<void> {
    IATK_CHECK(InlineLocalDefinitions(&revision.processed));
    IATK_TRY(Template document, ReadTemplate(revision.processed));
    IATK_TRY(Plan plan, MakePlan(std::move(document), draft.parameters, pseudo));
    revision.signatures = std::make_shared<const Signatures>(SignaturesOf(plan));
    revision.plan = std::make_shared<const Plan>(std::move(plan));
    return {};
  }));
  return revision;
}

std::vector<ResourceChange> ChangesTo(const Stack& stack, const Revision& revision) {
  std::vector<ResourceChange> changes;
  const Plan& plan = *revision.plan;
  const bool tags_change = !TagsEqual(stack.revision.tags, revision.tags);
  for (const std::string& logical_id : plan.order) {
    const Resource& resource = *plan.document.FindResource(logical_id);
    const auto old = std::ranges::find(stack.resources, logical_id, &StackResource::logical_id);
    ResourceChange change;
    change.logical_id = logical_id;
    change.type = resource.type;
    if (old == stack.resources.end() || old->physical_id.empty()) {
      changes.push_back(std::move(change));
      continue;
    }
    change.action = ResourceAction::kModify;
    change.physical_id = old->physical_id;
    const json::Object& signature = revision.signatures->resources.at(logical_id);
    for (const auto& [name, value] : signature) {
      const json::Value* const before = old->signature.Find(name);
      if (before == nullptr || !json::Equal(*before, value)) change.properties.push_back(name);
    }
    for (const auto& [name, value] : old->signature) {
      if (!signature.Contains(name)) change.properties.push_back(name);
    }
    change.tags = tags_change;
    change.metadata = !json::Equal(old->metadata, resource.metadata);
    if (!change.properties.empty() || change.tags || change.metadata) {
      changes.push_back(std::move(change));
    }
  }
  for (const StackResource& old : stack.resources) {
    if (std::ranges::find(plan.order, old.logical_id) != plan.order.end()) continue;
    ResourceChange change;
    change.action = ResourceAction::kRemove;
    change.logical_id = old.logical_id;
    change.physical_id = old.physical_id;
    change.type = old.type;
    changes.push_back(std::move(change));
  }
  return changes;
}

bool IsUpdate(const Stack& stack, const Revision& revision,
              const std::vector<ResourceChange>& changes) {
  if (!changes.empty() || !TagsEqual(stack.revision.tags, revision.tags)) return true;
  return stack.revision.signatures == nullptr ||
         !json::Equal(stack.revision.signatures->outputs, revision.signatures->outputs);
}

}  // namespace iatk::cloud::cfn
