#include <gtest/gtest.h>

#include "iatk/cloud/services/stepfunctions/asl/definition.h"
#include "iatk/json/parse.h"
#include "iatk/json/write.h"

namespace iatk::cloud::asl {
namespace {

std::string Check(const std::string& definition, bool express = false) {
  const Parsed parsed = ParseDefinition(definition, express);
  if (!parsed.unsupported.empty()) return "unsupported: " + parsed.unsupported.front();
  return parsed.workflow != nullptr ? "OK" : InvalidDefinitionText(parsed.diagnostics);
}

std::string CheckState(const std::string& state, bool express = false) {
  return Check(R"({"StartAt":"A","States":{"A":)" + state + "}}", express);
}

std::string Invalid(const std::string& what) {
  return "Invalid State Machine Definition: '" + what + "'";
}

TEST(Definition, SaysWhatIsWrongInTheServicesWords) {
  EXPECT_EQ(Check("{}"),
            Invalid("SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /"));
  EXPECT_EQ(Check(R"({"StartAt":"A"})"),
            Invalid("SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /"));
  EXPECT_EQ(Check(""), Invalid("SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object"));
  EXPECT_TRUE(Check("nothing").starts_with(
      "Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: "));
  EXPECT_EQ(Check(R"({"StartAt":"pass1","States":{"pass1":{"Type":"Pass","Next":"pass3"},
                      "pass2":{"Type":"Pass","End":true}}})"),
            Invalid("MISSING_TRANSITION_TARGET: Missing 'Next' target: pass3 at "
                    "/States/pass1/Next, MISSING_TRANSITION_TARGET: State \"pass2\" is not "
                    "reachable. at /States/pass2"));
  EXPECT_EQ(Check(R"({"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},
                      "B":{"Type":"Pass","Next":"A"}}})"),
            Invalid("MISSING_END_STATE: Workflow has no terminal state"));
  EXPECT_EQ(CheckState(R"({"Type":"Task","Resource":"hello","End":true})"),
            Invalid("SCHEMA_VALIDATION_FAILED: Value is not a valid resource ARN at "
                    "/States/A/Resource"));
  EXPECT_EQ(CheckState(R"({"Type":"Pass","Parameters":{"x.$":"y"},"End":true})"),
            Invalid("SCHEMA_VALIDATION_FAILED: The value for the field 'x.$' must be a valid "
                    "JSONPath or a valid intrinsic function call at /States/A/Parameters"));
  EXPECT_EQ(CheckState(
                R"({"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken",
              "Parameters":{"QueueUrl":"u","MessageBody.$":"$"},"End":true})",
                true),
            Invalid("SCHEMA_VALIDATION_FAILED: Express state machine does not support "
                    "'.waitForTaskToken' service integration  at /States/A/Resource"));
  EXPECT_EQ(CheckState(R"({"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage",
                           "Parameters":{"QueueUrl":"u","Body":1},"End":true})"),
            Invalid("SCHEMA_VALIDATION_FAILED: The field \"Body\" is not supported by Step "
                    "Functions at /States/A/Parameters, SCHEMA_VALIDATION_FAILED: The field "
                    "\"MessageBody\" is required but was missing at /States/A/Parameters"));
  EXPECT_EQ(CheckState(R"({"Type":"Choice","Choices":[{"Variable":"$","StringMatches":"x"}]})"),
            Invalid("SCHEMA_VALIDATION_FAILED: These fields are required: [Next] at "
                    "/States/A/Choices[0]"));
}

TEST(Definition, RefusesByNameWhatIsNotThere) {
  EXPECT_EQ(Check(R"({"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Succeed"}}})"),
            "unsupported: the query language JSONata at /");
  EXPECT_EQ(CheckState(R"({"Type":"Task","Resource":"arn:aws:states:::dynamodb:putItem",
                           "End":true})"),
            "unsupported: the resource 'arn:aws:states:::dynamodb:putItem' at /States/A");
  EXPECT_EQ(CheckState(R"({"Type":"Map","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED"},
                           "StartAt":"B","States":{"B":{"Type":"Succeed"}}},"End":true})"),
            "unsupported: the distributed mode of Map states at "
            "/States/A/ItemProcessor/ProcessorConfig");
}

TEST(Definition, TakesEachTypeOfState) {
  EXPECT_EQ(Check(R"({"StartAt":"P","TimeoutSeconds":60,"States":{
    "P":{"Type":"Parallel","Branches":[{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":1,
        "End":true}}},{"StartAt":"F","States":{"F":{"Type":"Fail","ErrorPath":"$.e"}}}],
        "Retry":[{"ErrorEquals":["States.ALL"],"JitterStrategy":"FULL","MaxDelaySeconds":5}],
        "Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":null,"Next":"M"}],"Next":"M"},
    "M":{"Type":"Map","ItemsPath":"$.items","ItemSelector":{"v.$":"$$.Map.Item.Value"},
        "ItemProcessor":{"StartAt":"T","States":{"T":{"Type":"Task","TimeoutSecondsPath":"$.t",
        "Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","End":true}}},"Next":"C"},
    "C":{"Type":"Choice","Choices":[{"Not":{"Variable":"$.x","NumericLessThanPath":"$.y"},
        "Next":"S"}],"Default":"S"},
    "S":{"Type":"Succeed"}}})"),
            "OK");
}

struct ChoiceCase {
  const char* rule;
  const char* expected;
};

TEST(Choice, EachOperator) {
  const json::Value input = *json::Parse(
      R"({"s":"foo*bar","n":1.50,"b":true,"t":"2026-01-02T03:04:05Z","z":null,"o":{},"m":1.5,
          "same":"foo*bar","later":"2026-01-02T04:04:06+01:00"})");
  const json::Value context;
  const auto ids = MakeSeededIdSource(1);
  const ChoiceCase cases[] = {
      {R"({"Variable":"$.s","StringEquals":"foo*bar"})", "yes"},
      {R"({"Variable":"$.s","StringEqualsPath":"$.same"})", "yes"},
      {R"({"Variable":"$.s","StringLessThan":"g"})", "yes"},
      {R"({"Variable":"$.s","StringGreaterThanEquals":"g"})", "no"},
      {R"({"Variable":"$.s","StringMatches":"f*\\*b*"})", "yes"},
      {R"({"Variable":"$.s","StringMatches":"f*x"})", "no"},
      {R"({"Variable":"$.n","NumericEquals":1.5})", "yes"},
      {R"({"Variable":"$.n","NumericEqualsPath":"$.m"})", "yes"},
      {R"({"Variable":"$.n","NumericGreaterThan":1})", "yes"},
      {R"({"Variable":"$.n","NumericLessThanEquals":1})", "no"},
      {R"({"Variable":"$.s","NumericEquals":1})", "no"},
      {R"({"Variable":"$.b","BooleanEquals":true})", "yes"},
      {R"({"Variable":"$.b","BooleanEqualsPath":"$.b"})", "yes"},
      {R"({"Variable":"$.t","TimestampEquals":"2026-01-02T03:04:05+00:00"})", "yes"},
      {R"({"Variable":"$.t","TimestampLessThanPath":"$.later"})", "yes"},
      {R"({"Variable":"$.t","TimestampGreaterThan":"2026-01-02T03:04:05Z"})", "no"},
      {R"({"Variable":"$.z","IsNull":true})", "yes"},
      {R"({"Variable":"$.none","IsPresent":false})", "yes"},
      {R"({"Variable":"$.z","IsPresent":true})", "yes"},
      {R"({"Variable":"$.n","IsNumeric":true})", "yes"},
      {R"({"Variable":"$.n","IsString":false})", "yes"},
      {R"({"Variable":"$.b","IsBoolean":true})", "yes"},
      {R"({"Variable":"$.t","IsTimestamp":true})", "yes"},
      {R"({"Variable":"$.none","StringEquals":"x"})",
       "States.Runtime Invalid path '$.none': The choice state's condition path references an "
       "invalid value."},
      {R"({"And":[{"Variable":"$.b","BooleanEquals":true},{"Variable":"$.n","IsString":true}]})",
       "no"},
      {R"({"Or":[{"Variable":"$.b","BooleanEquals":true},{"Variable":"$.none","IsString":true}]})",
       "yes"},
      {R"({"Not":{"Variable":"$.b","BooleanEquals":true}})", "no"},
  };
  for (const ChoiceCase& test : cases) {
    std::string rule = test.rule;
    rule.insert(rule.size() - 1, R"(,"Next":"S")");
    const Parsed parsed =
        ParseDefinition(R"({"StartAt":"A","States":{"A":{"Type":"Choice","Choices":[)" + rule +
                            R"(]},"S":{"Type":"Succeed"}}})",
                        false);
    ASSERT_NE(parsed.workflow, nullptr) << InvalidDefinitionText(parsed.diagnostics);
    const auto holds =
        Holds(parsed.workflow->states.at("A").choices.front(), {input, context, *ids});
    const std::string got =
        holds ? (*holds ? "yes" : "no") : holds.error().error + " " + *holds.error().cause;
    EXPECT_EQ(got, test.expected) << test.rule;
  }
}

TEST(Data, TemplatesReadInputAndContext) {
  const json::Value input = *json::Parse(R"({"a":{"b":[1,2]},"n":"x"})");
  const json::Value context = *json::Parse(R"({"Execution":{"Id":"e"}})");
  const auto ids = MakeSeededIdSource(1);
  const Scope scope{input, context, *ids};
  const auto evaluate = [&](const char* text) {
    const auto value = EvaluateTemplate(*json::Parse(text), scope);
    return value ? json::Write(*value) : value.error().error + " " + *value.error().cause;
  };
  EXPECT_EQ(evaluate(R"({"x.$":"$.a.b[1]","y":{"z.$":"$$.Execution.Id"},"w":["$.a"]})"),
            R"({"x":2,"y":{"z":"e"},"w":["$.a"]})");
  EXPECT_EQ(evaluate(R"t({"x.$":"States.Format('{}-{}', $.n, $$.Execution.Id)"})t"),
            R"({"x":"x-e"})");
  EXPECT_EQ(evaluate(R"({"y.$":"$.none"})"),
            "States.Runtime The JSONPath '$.none' specified for the field 'y.$' could not be found "
            "in the input '{\"a\":{\"b\":[1,2]},\"n\":\"x\"}'");
  EXPECT_EQ(evaluate(R"t({"y.$":"States.ArrayGetItem($.a.b, 7)"})t").substr(0, 24),
            "States.IntrinsicFailure ");
}

TEST(Data, ResultsGoWhereTheirPathLeads) {
  const auto apply = [](std::optional<const char*> path, const char* input) {
    const std::optional<PathOrNull> read =
        path ? std::optional(PathOrNull{*DataPath::Read(*path)}) : std::nullopt;
    const auto value = ApplyResult(read, *json::Parse(input), 7);
    return value ? json::Write(*value) : value.error().error + " " + *value.error().cause;
  };
  EXPECT_EQ(apply(std::nullopt, "{}"), "7");
  EXPECT_EQ(apply("$", "{}"), "7");
  EXPECT_EQ(apply("$.a.b", R"({"x":1})"), R"({"x":1,"a":{"b":7}})");
  EXPECT_EQ(apply("$.a", "3"),
            "States.ResultPathMatchFailure Unable to apply ReferencePath $.a to input 3");
  EXPECT_EQ(json::Write(*ApplyResult(PathOrNull{}, *json::Parse(R"({"x":1})"), 7)), R"({"x":1})");
}

TEST(Fault, NamesMatchAsTheLanguageSays) {
  EXPECT_TRUE(Matches({"States.ALL"}, {.error = "Custom", .cause = {}}));
  EXPECT_FALSE(Matches({"States.ALL"}, {.error = "States.Runtime", .cause = {}}));
  EXPECT_FALSE(Matches({"States.TaskFailed"}, {.error = "States.Timeout", .cause = {}}));
  EXPECT_TRUE(Matches({"States.TaskFailed"}, {.error = "Custom", .cause = {}}));
  EXPECT_TRUE(Matches({"States.HeartbeatTimeout"},
                      {.error = "States.Timeout", .cause = {}, .heartbeat = true}));
  EXPECT_FALSE(Matches({"States.HeartbeatTimeout"}, {.error = "States.Timeout", .cause = {}}));
}

}  // namespace
}  // namespace iatk::cloud::asl
