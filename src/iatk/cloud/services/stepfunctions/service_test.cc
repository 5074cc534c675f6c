#include "iatk/cloud/services/stepfunctions/test_world.h"

namespace iatk::cloud {
namespace {

namespace m = model::stepfunctions;
namespace op = model::stepfunctions::op;

using StepFunctionsService = World;

constexpr char kPass[] = R"({"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}})";
constexpr char kWait[] =
    R"({"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":60,"End":true}}})";

TEST_F(StepFunctionsService, MakesStateMachinesOnce) {
  const std::string arn = Create(kPass);
  EXPECT_EQ(arn, "arn:aws:states:us-east-1:123456789012:stateMachine:m");
  EXPECT_EQ(Create(kPass), arn);
  EXPECT_EQ(Create(kWait),
            "StateMachineAlreadyExists: State Machine Already Exists: '" + arn + "'");
  EXPECT_EQ(Create(kPass, "a b"), "InvalidName: Invalid Name: 'a b'");
  EXPECT_EQ(Create("{}"),
            "InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These "
            "fields are required: [States, StartAt] at /'");
  EXPECT_EQ(
      Create(R"({"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Succeed"}}})"),
      "NotImplemented: stepfunctions:CreateStateMachine with the query language JSONata at "
      "/");
}

TEST_F(StepFunctionsService, UpdatesMakeRevisions) {
  const std::string arn = Create(kPass);
  m::DescribeStateMachineInput describe;
  describe.state_machine_arn = arn;
  EXPECT_EQ(cloud.Call<op::DescribeStateMachine>(describe)->revision_id, std::nullopt);
  m::UpdateStateMachineInput update;
  update.state_machine_arn = arn;
  EXPECT_EQ(cloud.Call<op::UpdateStateMachine>(update).error().code, "MissingRequiredParameter");
  update.definition = kWait;
  const auto first = cloud.Call<op::UpdateStateMachine>(update);
  EXPECT_EQ(cloud.Call<op::UpdateStateMachine>(update)->revision_id, first->revision_id);
  const auto after = cloud.Call<op::DescribeStateMachine>(describe);
  EXPECT_EQ(after->revision_id, first->revision_id);
  EXPECT_EQ(after->definition, kWait);
  EXPECT_EQ(after->logging_configuration->level, "OFF");
}

TEST_F(StepFunctionsService, ArnsAreChecked) {
  m::DescribeStateMachineInput describe;
  describe.state_machine_arn = "not_a_valid_arn";
  EXPECT_EQ(cloud.Call<op::DescribeStateMachine>(describe).error().message,
            "Invalid Arn: 'Invalid ARN prefix: not_a_valid_arn'");
  m::DescribeExecutionInput execution;
  execution.execution_arn = "arn:aws:states:us-east-1:123456789012:execution:m:x";
  EXPECT_EQ(cloud.Call<op::DescribeExecution>(execution).error().message,
            "Execution Does Not Exist: 'arn:aws:states:us-east-1:123456789012:execution:m:x'");
}

TEST_F(StepFunctionsService, ExecutionsHaveTheirNameOnce) {
  const std::string machine = Create(kWait);
  const std::string arn = Start(machine, "{}", "n");
  EXPECT_EQ(Start(machine, "{}", "n"), arn);
  const std::string exists = "ExecutionAlreadyExists: Execution Already Exists: '" + arn + "'";
  EXPECT_EQ(Start(machine, "[]", "n"), exists);
  cloud.loop.AdvanceBy(std::chrono::seconds(60));
  EXPECT_EQ(Start(machine, "{}", "n"), exists);
  EXPECT_TRUE(Start(machine, "not")
                  .starts_with("InvalidExecutionInput: Invalid State Machine Execution Input: '"));
  EXPECT_EQ(Start(machine, ""),
            "InvalidExecutionInput: Invalid State Machine Execution Input: 'Invalid execution "
            "input.'");
}

TEST_F(StepFunctionsService, StoppedExecutionsStayStopped) {
  const std::string arn = Start(Create(kWait));
  m::StopExecutionInput stop;
  stop.execution_arn = arn;
  stop.error = "E";
  EXPECT_TRUE(cloud.Call<op::StopExecution>(stop).has_value());
  cloud.loop.AdvanceBy(std::chrono::seconds(90));
  EXPECT_EQ(Outcome(arn), "ABORTED E -");
  EXPECT_EQ(History(arn), "1<0 ExecutionStarted, 2<0 WaitStateEntered, 3<0 ExecutionAborted");
}

TEST_F(StepFunctionsService, ListsInPagesNewestFirst) {
  const std::string machine = Create(kPass);
  for (const char* name : {"a", "b", "c"}) Start(machine, "{}", name);
  m::ListExecutionsInput list;
  list.state_machine_arn = machine;
  list.max_results = 2;
  const auto first = cloud.Call<op::ListExecutions>(list);
  ASSERT_EQ(first->executions->size(), 2U);
  EXPECT_EQ(first->executions->front().name, "c");
  Start(machine, "{}", "d");
  list.next_token = first->next_token;
  const auto second = cloud.Call<op::ListExecutions>(list);
  ASSERT_EQ(second->executions->size(), 1U);
  EXPECT_EQ(second->executions->front().name, "a");
  EXPECT_EQ(second->next_token, std::nullopt);
  list.next_token = "?";
  EXPECT_EQ(cloud.Call<op::ListExecutions>(list).error().code, "InvalidToken");
}

TEST_F(StepFunctionsService, HistoryComesInPagesAndBackwards) {
  m::GetExecutionHistoryInput input;
  input.execution_arn = Start(Create(kPass));
  input.max_results = 3;
  const auto first = cloud.Call<op::GetExecutionHistory>(input);
  EXPECT_EQ(first->events->size(), 3U);
  input.next_token = first->next_token;
  const auto second = cloud.Call<op::GetExecutionHistory>(input);
  ASSERT_EQ(second->events->size(), 1U);
  EXPECT_EQ(second->events->front().type, "ExecutionSucceeded");
  EXPECT_EQ(second->next_token, std::nullopt);
  input.next_token.reset();
  input.reverse_order = true;
  const auto back = cloud.Call<op::GetExecutionHistory>(input);
  EXPECT_EQ(back->events->front().id, 4);
  EXPECT_EQ(back->events->back().id, 2);
}

TEST_F(StepFunctionsService, DeletionEndsExecutionsAtTheirNextTransition) {
  const std::string machine = Create(R"({"StartAt":"A","States":{
      "A":{"Type":"Wait","Seconds":60,"Next":"B"},"B":{"Type":"Succeed"}}})");
  const std::string arn = Start(machine);
  m::DeleteStateMachineInput input;
  input.state_machine_arn = machine;
  EXPECT_TRUE(cloud.Call<op::DeleteStateMachine>(input).has_value());
  EXPECT_EQ(Start(machine),
            "StateMachineDeleting: State Machine is being deleted: '" + machine + "'");
  cloud.loop.AdvanceBy(std::chrono::seconds(60));
  EXPECT_EQ(Outcome(arn), "ABORTED - -");
  EXPECT_EQ(Start(machine),
            "StateMachineDoesNotExist: State Machine Does Not Exist: '" + machine + "'");
  EXPECT_TRUE(cloud.Call<op::DeleteStateMachine>(input).has_value());
}

TEST_F(StepFunctionsService, ExpressWorkflowsAnswerAtOnce) {
  const std::string machine = Create(kWait, "x", true);
  m::StartSyncExecutionInput input;
  input.state_machine_arn = machine;
  input.input = "[1]";
  std::optional<Result<m::StartSyncExecutionOutput>> output;
  cloud.Run([&] {
    RequestContext context = cloud.Context();
    output = cloud.operations.Call<op::StartSyncExecution>(context, input);
  });
  EXPECT_FALSE(output.has_value());
  cloud.loop.AdvanceBy(std::chrono::seconds(60));
  ASSERT_TRUE(output.has_value() && output->has_value());
  EXPECT_EQ((*output)->status, "SUCCEEDED");
  EXPECT_EQ((*output)->output, "[1]");
  EXPECT_EQ((*output)->billing_details->billed_duration_in_milliseconds, 60'000);
  EXPECT_TRUE(
      (*output)->execution_arn->starts_with("arn:aws:states:us-east-1:123456789012:express:x:"));
  input.state_machine_arn = Create(kPass);
  EXPECT_EQ(cloud.Call<op::StartSyncExecution>(input).error().code, "StateMachineTypeNotSupported");
}

TEST_F(StepFunctionsService, TagsComeAndGo) {
  const std::string machine = Create(kPass);
  m::TagResourceInput tag;
  tag.resource_arn = machine;
  tag.tags.emplace().push_back({.key = "k", .value = "v"});
  EXPECT_TRUE(cloud.Call<op::TagResource>(tag).has_value());
  m::ListTagsForResourceInput list;
  list.resource_arn = machine;
  EXPECT_EQ(cloud.Call<op::ListTagsForResource>(list)->tags->front().value, "v");
  RequestContext context = cloud.Context();
  const TagSource& source = cloud.tagged_resources.sources().at("states");
  ASSERT_EQ(source.list(context).size(), 1U);
  EXPECT_TRUE(source.untag(context, machine, {"k"}).has_value());
  EXPECT_TRUE(source.list(context).empty());
  tag.resource_arn = machine + "x";
  EXPECT_EQ(cloud.Call<op::TagResource>(tag).error().code, "ResourceNotFound");
}

TEST_F(StepFunctionsService, ValidatesWithoutMaking) {
  m::ValidateStateMachineDefinitionInput input;
  input.definition = "{}";
  const auto wrong = cloud.Call<op::ValidateStateMachineDefinition>(input);
  EXPECT_EQ(wrong->result, "FAIL");
  EXPECT_EQ(wrong->diagnostics->front().location, "/");
  input.definition = kPass;
  EXPECT_EQ(cloud.Call<op::ValidateStateMachineDefinition>(input)->result, "OK");
}

TEST_F(StepFunctionsService, TracesTheWayThroughStatesAndCalls) {
  const std::string machine = Create(R"({"StartAt":"A","States":{"A":{"Type":"Task",
      "Resource":"arn:aws:states:::events:putEvents","Parameters":{"Entries":[{"Source":"s",
      "DetailType":"d","Detail":"{}"}]},"End":true}}})",
                                     "m", false, true);
  const std::string root = "1-5759e988-bd862e3fe1be46a994272793";
  Start(machine, "{}", std::nullopt, "Root=" + root + ";Sampled=1");
  ASSERT_EQ(segments.size(), 2U);
  EXPECT_NE(segments[0].Find("in_progress"), nullptr);
  const json::Value& segment = segments[1];
  EXPECT_EQ(*segment.FindString("name"), "m");
  EXPECT_EQ(*segment.FindString("origin"), "AWS::StepFunctions::StateMachine");
  EXPECT_EQ(*segment.FindString("trace_id"), root);
  EXPECT_EQ(segment.Find("fault"), nullptr);
  const json::Value& state = segment.Find("subsegments")->AsArray()->front();
  EXPECT_EQ(*state.FindString("name"), "A");
  const json::Value& call = state.Find("subsegments")->AsArray()->front();
  EXPECT_EQ(*call.FindString("name"), "Events");
  EXPECT_EQ(*call.FindString("namespace"), "aws");
  ASSERT_TRUE(event_trace.has_value());
  EXPECT_EQ(event_trace->ToString(),
            "Root=" + root + ";Parent=" + *call.FindString("id") + ";Sampled=1");
}

TEST_F(StepFunctionsService, WithoutTracingThereAreNoSegments) {
  Start(Create(kPass));
  EXPECT_TRUE(segments.empty());
}

TEST_F(StepFunctionsService, IsAResourceOfStacks) {
  const ResourceType* const type = cloud.resource_types.Find("AWS::StepFunctions::StateMachine");
  ASSERT_NE(type, nullptr);
  cloud.Run([&] {
    RequestContext context = cloud.Context();
    ResourceRequest request{.context = context,
                            .stack_name = "s",
                            .stack_id = "id",
                            .logical_id = "Flow",
                            .properties = {},
                            .previous_properties = {},
                            .physical_id = {},
                            .stack_tags = {{"a", "b"}}};
    request.properties.Set(
        "DefinitionString",
        R"({"StartAt":"A","States":{"A":{"Type":"Pass","Result":["${x}",${n},"${y}"],"End":true}}})");
    request.properties.Set("DefinitionSubstitutions", json::Object{{"x", "one"}, {"n", 2}});
    request.properties.Set("RoleArn", "arn:aws:iam::123456789012:role/r");
    auto made = type->create(request);
    ASSERT_TRUE(made.has_value()) << made.error().message;
    EXPECT_TRUE(
        made->physical_id.starts_with("arn:aws:states:us-east-1:123456789012:stateMachine:Flow-"));
    EXPECT_EQ(*made->attributes.Find("Arn")->AsString(), made->physical_id);
    request.physical_id = made->physical_id;
    m::DescribeStateMachineInput describe;
    describe.state_machine_arn = made->physical_id;
    const auto described = context.operations().Call<op::DescribeStateMachine>(context, describe);
    EXPECT_NE(described->definition->find(R"(["one",2,"${y}"])"), std::string::npos);

    request.previous_properties = request.properties;
    request.properties.Set("TracingConfiguration", json::Object{{"Enabled", true}});
    ASSERT_TRUE(type->update(request).has_value());
    EXPECT_EQ(context.operations()
                  .Call<op::DescribeStateMachine>(context, describe)
                  ->tracing_configuration->enabled,
              true);
    EXPECT_TRUE(type->remove(request).has_value());
    EXPECT_TRUE(type->remove(request).has_value());
    EXPECT_FALSE(
        context.operations().Call<op::DescribeStateMachine>(context, describe).has_value());
  });
}

}  // namespace
}  // namespace iatk::cloud
