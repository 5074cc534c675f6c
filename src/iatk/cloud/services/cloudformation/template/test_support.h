// Shortens the tests of templates.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "iatk/cloud/services/cloudformation/template/evaluate.h"
#include "iatk/cloud/services/cloudformation/template/plan.h"
#include "iatk/json/write.h"

namespace iatk::cloud::cfn::testing {

inline PseudoParameters TestPseudoParameters() {
  return {.account = "123456789012",
          .region = "eu-west-1",
          .stack_name = "app",
          .stack_id = "arn:aws:cloudformation:eu-west-1:123456789012:stack/app/1",
          .notification_arns = {}};
}

inline Result<Plan> PlanOf(std::string_view text, const ParameterTexts& parameters = {}) {
  IATK_TRY(const json::Value value, ParseTemplateText(text));
  IATK_TRY(Template document, ReadTemplate(value));
  return MakePlan(std::move(document), parameters, TestPseudoParameters());
}

/// The error of the template, "code: message", or "ok".
inline std::string Fault(std::string_view text, const ParameterTexts& parameters = {}) {
  const auto plan = PlanOf(text, parameters);
  return plan ? "ok" : plan.error().code + ": " + plan.error().message;
}

/// Evaluates with resources whose Ref is "<logical id>-id" and whose attributes are
/// "<logical id>.<name>"; the export "shared" is "imported".
inline Evaluator EvaluatorOf(const Plan& plan) {
  return Evaluator(
      {.document = plan.document,
       .names = plan.names,
       .conditions = plan.conditions,
       .reference = [](const std::string& id) -> Result<json::Value> {
         return json::Value(id + "-id");
       },
       .attribute = [](const std::string& id, const std::string& name) -> Result<json::Value> {
         return json::Value(id + "." + name);
       },
       .import = [](const std::string& name) -> Result<json::Value> {
         if (name == "shared") return json::Value("imported");
         return Fail(SenderError("ValidationError", "No export named " + name));
       }});
}

/// The JSON of the properties of the resource R, or "error: <message>".
inline std::string PropertiesOfR(std::string_view text, const ParameterTexts& parameters = {}) {
  const auto plan = PlanOf(text, parameters);
  if (!plan) return "error: " + plan.error().message;
  Evaluator evaluator = EvaluatorOf(*plan);
  const auto properties = evaluator.EvaluateObject(plan->document.FindResource("R")->properties);
  return properties ? json::Write(*properties) : "error: " + properties.error().message;
}

}  // namespace iatk::cloud::cfn::testing
