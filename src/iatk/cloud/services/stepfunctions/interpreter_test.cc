// Executions on a clock that stands still until it is told.
#include "iatk/cloud/services/stepfunctions/test_world.h"

namespace iatk::cloud {
namespace {

using Executions = World;

constexpr char kFunction[] = "arn:aws:lambda:us-east-1:123456789012:function:f";

TEST_F(Executions, PassesDataOn) {
  EXPECT_EQ(Outcome(StartState(R"({"Type":"Pass","Result":{"a":1.0},"ResultPath":"$.r",
                                   "OutputPath":"$.r.a","End":true})",
                               R"({"x":1})")),
            "SUCCEEDED 1.0");
}

TEST_F(Executions, ContextTellsOfTheExecution) {
  const std::string machine = Create(R"({"StartAt":"A","States":{"A":{"Type":"Pass","Parameters":
      {"id.$":"$$.Execution.Id","start.$":"$$.Execution.StartTime","state.$":"$$.State.Name",
       "machine.$":"$$.StateMachine.Name","in.$":"$$.Execution.Input.k"},"End":true}}})");
  EXPECT_EQ(Outcome(Start(machine, R"({"k":"v"})", "run")),
            R"(SUCCEEDED {"id":"arn:aws:states:us-east-1:123456789012:execution:m:run",)"
            R"("start":"2026-01-02T03:04:05.000Z","state":"A","machine":"m","in":"v"})");
}

TEST_F(Executions, AWaitOfADayRunsInNoTime) {
  const std::string arn = StartState(R"({"Type":"Wait","Seconds":86400,"End":true})");
  cloud.loop.AdvanceBy(std::chrono::seconds(86399));
  EXPECT_EQ(Outcome(arn), "RUNNING - -");
  cloud.loop.AdvanceBy(std::chrono::seconds(1));
  EXPECT_EQ(Outcome(arn), "SUCCEEDED {}");
  EXPECT_EQ(History(arn),
            "1<0 ExecutionStarted, 2<0 WaitStateEntered, 3<2 WaitStateExited, "
            "4<3 ExecutionSucceeded");
}

TEST_F(Executions, WaitsForTimestampsAndByPath) {
  const std::string arn = StartState(R"({"Type":"Wait","TimestampPath":"$.t","End":true})",
                                     R"({"t":"2026-01-02T03:05:05Z"})");
  EXPECT_EQ(Outcome(arn), "RUNNING - -");
  cloud.loop.AdvanceBy(std::chrono::minutes(1));
  EXPECT_TRUE(Outcome(arn).starts_with("SUCCEEDED"));
}

TEST_F(Executions, FailStatesFail) {
  const std::string arn =
      StartState(R"t({"Type":"Fail","Error":"E","CausePath":"States.Format('no {}', $.x)"})t",
                 R"({"x":"luck"})");
  EXPECT_EQ(Outcome(arn), "FAILED E no luck");
  EXPECT_EQ(History(arn), "1<0 ExecutionStarted, 2<0 FailStateEntered, 3<2 ExecutionFailed");
}

TEST_F(Executions, PathsThatLeadNowhereEndAnExecution) {
  EXPECT_EQ(Outcome(StartState(R"({"Type":"Pass","Parameters":{"y.$":"$.x"},"End":true})")),
            "FAILED States.Runtime An error occurred while executing the state 'A' (entered at the "
            "event id #2). The JSONPath '$.x' specified for the field 'y.$' could not be found in "
            "the input '{}'");
}

TEST_F(Executions, ChoicesThatMatchNothingFail) {
  const std::string machine = Create(R"({"StartAt":"A","States":{"A":{"Type":"Choice","Choices":
      [{"Variable":"$.n","NumericGreaterThan":5,"Next":"B"}]},"B":{"Type":"Succeed"}}})");
  EXPECT_EQ(Outcome(Start(machine, R"({"n":6})")), R"(SUCCEEDED {"n":6})");
  EXPECT_TRUE(Outcome(Start(machine, R"({"n":5})")).starts_with("FAILED States.NoChoiceMatched "));
}

TEST_F(Executions, FunctionsGetTheInputAndGiveTheResult) {
  const std::string arn =
      StartState(std::string(R"({"Type":"Task","Resource":")") + kFunction +
                     R"(","ResultSelector":{"got.$":"$"},"ResultPath":"$.r","End":true})",
                 R"({"x":1})");
  EXPECT_EQ(Outcome(arn), R"(SUCCEEDED {"x":1,"r":{"got":{"x":1}}})");
  EXPECT_EQ(History(arn),
            "1<0 ExecutionStarted, 2<0 TaskStateEntered, 3<2 LambdaFunctionScheduled, "
            "4<3 LambdaFunctionStarted, 5<4 LambdaFunctionSucceeded, 6<5 TaskStateExited, "
            "7<6 ExecutionSucceeded");
}

TEST_F(Executions, RetriesBackOffAndThenCatch) {
  lambda = [](RequestContext&, const model::lambda::InvocationRequest&) {
    return Payload(R"({"errorType":"Boom","errorMessage":"no"})", true);
  };
  const std::string machine = Create(R"({"StartAt":"A","States":{
      "A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke",
           "Parameters":{"FunctionName":"f"},
           "Retry":[{"ErrorEquals":["Boom"],"IntervalSeconds":2,"MaxAttempts":2,"BackoffRate":3}],
           "Catch":[{"ErrorEquals":["States.TaskFailed"],"ResultPath":"$.e","Next":"B"}],
           "End":true},
      "B":{"Type":"Pass","OutputPath":"$.e.Error","End":true}}})");
  const std::string arn = Start(machine);
  EXPECT_EQ(invocations, 1);
  cloud.loop.AdvanceBy(std::chrono::seconds(2));
  EXPECT_EQ(invocations, 2);
  cloud.loop.AdvanceBy(std::chrono::seconds(5));
  EXPECT_EQ(invocations, 2);
  cloud.loop.AdvanceBy(std::chrono::seconds(1));
  EXPECT_EQ(invocations, 3);
  EXPECT_EQ(Outcome(arn), "SUCCEEDED \"Boom\"");
  EXPECT_EQ(History(arn),
            "1<0 ExecutionStarted, 2<0 TaskStateEntered, 3<2 TaskScheduled, 4<3 TaskStarted, "
            "5<4 TaskFailed, 6<5 TaskScheduled, 7<6 TaskStarted, 8<7 TaskFailed, "
            "9<8 TaskScheduled, 10<9 TaskStarted, 11<10 TaskFailed, 12<11 TaskStateExited, "
            "13<12 PassStateEntered, 14<13 PassStateExited, 15<14 ExecutionSucceeded");
}

TEST_F(Executions, ACallTakesNoLongerThanItsTaskMay) {
  lambda = [](RequestContext& context, const model::lambda::InvocationRequest&) {
    context.loop().SleepFor(std::chrono::seconds(60));
    return Payload("1");
  };
  const std::string arn = StartState(std::string(R"({"Type":"Task","TimeoutSeconds":5,)") +
                                     R"("Resource":")" + kFunction + R"(","End":true})");
  cloud.loop.AdvanceBy(std::chrono::seconds(5));
  EXPECT_EQ(Outcome(arn), "FAILED States.Timeout -");
  EXPECT_EQ(History(arn),
            "1<0 ExecutionStarted, 2<0 TaskStateEntered, 3<2 LambdaFunctionScheduled, "
            "4<3 LambdaFunctionStarted, 5<4 LambdaFunctionTimedOut, 6<5 ExecutionFailed");
  cloud.loop.AdvanceBy(std::chrono::seconds(60));
}

constexpr char kPutEvents[] = R"({"Type":"Task",
    "Resource":"arn:aws:states:::events:putEvents.waitForTaskToken","TimeoutSeconds":180,
    "Parameters":{"Entries":[{"Source":"s","DetailType":"d",
                              "Detail":{"token.$":"$$.Task.Token"}}]},"End":true})";

TEST_F(Executions, ATokenIsAnsweredOnce) {
  const std::string arn = StartState(kPutEvents);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].resources->size(), 2U);
  EXPECT_EQ(events[0].resources->back(), arn);
  EXPECT_EQ(SendSuccess("nothing", "1"), "InvalidToken: Invalid Token: 'Invalid token'");
  const std::string token = TokenOf(*events[0].detail);
  EXPECT_TRUE(SendSuccess(token, "{").starts_with("InvalidOutput: Invalid Output: '"));
  EXPECT_EQ(SendSuccess(token, R"({"valid":true})"), "sent");
  EXPECT_EQ(SendSuccess(token, "1"),
            "TaskTimedOut: Task Timed Out: 'Provided task does not exist anymore'");
  EXPECT_EQ(Outcome(arn), R"(SUCCEEDED {"valid":true})");
  EXPECT_EQ(History(arn),
            "1<0 ExecutionStarted, 2<0 TaskStateEntered, 3<2 TaskScheduled, 4<3 TaskStarted, "
            "5<4 TaskSubmitted, 6<5 TaskSucceeded, 7<6 TaskStateExited, 8<7 ExecutionSucceeded");
  EXPECT_EQ(Events(arn)[2].task_scheduled_event_details->timeout_in_seconds, 180);
}

TEST_F(Executions, ATokenTimesOut) {
  const std::string arn = StartState(kPutEvents);
  cloud.loop.AdvanceBy(std::chrono::seconds(179));
  EXPECT_EQ(Outcome(arn), "RUNNING - -");
  cloud.loop.AdvanceBy(std::chrono::seconds(1));
  EXPECT_EQ(Outcome(arn), "FAILED States.Timeout -");
  EXPECT_EQ(SendSuccess(TokenOf(*events[0].detail), "1"),
            "TaskTimedOut: Task Timed Out: 'Provided task does not exist anymore'");
}

TEST_F(Executions, HeartbeatsKeepATaskAlive) {
  const std::string machine = Create(R"({"StartAt":"A","States":{
      "A":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken",
           "HeartbeatSeconds":10,"Parameters":{"QueueUrl":"http://q",
           "MessageBody":{"token.$":"$$.Task.Token"}},
           "Catch":[{"ErrorEquals":["States.HeartbeatTimeout"],"Next":"B"}],"End":true},
      "B":{"Type":"Pass","End":true}}})");
  const std::string arn = Start(machine);
  ASSERT_EQ(messages.size(), 1U);
  for (int i = 0; i < 3; ++i) {
    cloud.loop.AdvanceBy(std::chrono::seconds(9));
    model::stepfunctions::SendTaskHeartbeatInput input;
    input.task_token = TokenOf(messages[0]);
    EXPECT_TRUE(cloud.Call<model::stepfunctions::op::SendTaskHeartbeat>(input).has_value());
  }
  EXPECT_EQ(Outcome(arn), "RUNNING - -");
  cloud.loop.AdvanceBy(std::chrono::seconds(10));
  EXPECT_EQ(Outcome(arn), R"(SUCCEEDED {"Error":"States.Timeout","Cause":""})");
}

TEST_F(Executions, FailuresOfATokenAreTheTasks) {
  const std::string arn = StartState(kPutEvents);
  model::stepfunctions::SendTaskFailureInput input;
  input.task_token = TokenOf(*events[0].detail);
  input.error = "E";
  input.cause = "C";
  EXPECT_TRUE(cloud.Call<model::stepfunctions::op::SendTaskFailure>(input).has_value());
  EXPECT_EQ(Outcome(arn), "FAILED E C");
}

TEST_F(Executions, EntriesThatFailFailTheTask) {
  EXPECT_EQ(Outcome(StartState(R"({"Type":"Task","Resource":"arn:aws:states:::events:putEvents",
                                   "Parameters":{"Entries":[{"DetailType":"d"}]},"End":true})")),
            R"(FAILED EventBridge.FailedEntry {"Entries":[{"ErrorCode":"InvalidArgument"}],)"
            R"("FailedEntryCount":1})");
}

TEST_F(Executions, ErrorsOfServicesHaveTheirNames) {
  lambda =
      [](RequestContext&,
         const model::lambda::InvocationRequest&) -> Result<model::lambda::InvocationResponse> {
    return Fail(SenderError("ResourceNotFoundException", "Function not found: x", 404));
  };
  const std::string outcome = Outcome(StartState(
      R"({"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":
          {"FunctionName":"f","Payload.$":"$"},"End":true})"));
  EXPECT_TRUE(outcome.starts_with(
      "FAILED Lambda.ResourceNotFoundException Function not found: x (Service: AWSLambda; Status "
      "Code: 404; Error Code: ResourceNotFoundException; Request ID: "))
      << outcome;
}

TEST_F(Executions, InvocationsComeWithTheirSurroundings) {
  const std::string arn =
      StartState(R"({"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":
                     {"FunctionName":"f","Payload":{"a.$":"$.x"}},"End":true})",
                 R"({"x":[1]})");
  const json::Value output = *json::Parse(*Describe(arn).output);
  EXPECT_EQ(json::Write(*output.Find("Payload")), R"({"a":[1]})");
  EXPECT_EQ(*output.FindString("ExecutedVersion"), "$LATEST");
  EXPECT_EQ(json::Write(*output.Find("StatusCode")), "200");
  EXPECT_NE(output.Find("SdkHttpMetadata")->Find("HttpHeaders"), nullptr);
  EXPECT_NE(output.Find("SdkResponseMetadata"), nullptr);
}

TEST_F(Executions, ParallelGathersItsBranches) {
  const std::string arn = StartState(R"({"Type":"Parallel","Branches":[
      {"StartAt":"B","States":{"B":{"Type":"Wait","Seconds":5,"Next":"C"},
                               "C":{"Type":"Pass","Result":1,"End":true}}},
      {"StartAt":"D","States":{"D":{"Type":"Pass","Result":2,"End":true}}}],"End":true})");
  cloud.loop.AdvanceBy(std::chrono::seconds(5));
  EXPECT_EQ(Outcome(arn), "SUCCEEDED [1,2]");
  EXPECT_EQ(History(arn),
            "1<0 ExecutionStarted, 2<0 ParallelStateEntered, 3<2 ParallelStateStarted, "
            "4<3 WaitStateEntered, 5<3 PassStateEntered, 6<5 PassStateExited, 7<4 WaitStateExited, "
            "8<7 PassStateEntered, 9<8 PassStateExited, 10<9 ParallelStateSucceeded, "
            "11<9 ParallelStateExited, 12<11 ExecutionSucceeded");
}

TEST_F(Executions, ABranchThatFailsStopsTheOthers) {
  const std::string arn = StartState(R"({"Type":"Parallel","Branches":[
      {"StartAt":"B","States":{"B":{"Type":"Wait","Seconds":50,"End":true}}},
      {"StartAt":"D","States":{"D":{"Type":"Fail","Error":"E"}}}],"End":true})");
  EXPECT_EQ(Outcome(arn), "FAILED E -");
  EXPECT_EQ(History(arn),
            "1<0 ExecutionStarted, 2<0 ParallelStateEntered, 3<2 ParallelStateStarted, "
            "4<3 WaitStateEntered, 5<3 FailStateEntered, 6<5 WaitStateAborted, "
            "7<5 ParallelStateFailed, 8<5 ExecutionFailed");
}

TEST_F(Executions, MapsRunItemByItem) {
  const std::string arn = StartState(
      R"({"Type":"Map","ItemsPath":"$.items","MaxConcurrency":1,
          "ItemSelector":{"i.$":"$$.Map.Item.Index","v.$":"$$.Map.Item.Value","k.$":"$.k"},
          "ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}},"End":true})",
      R"({"items":["a","b"],"k":0})");
  EXPECT_EQ(Outcome(arn), R"(SUCCEEDED [{"i":0,"v":"a","k":0},{"i":1,"v":"b","k":0}])");
  EXPECT_EQ(History(arn),
            "1<0 ExecutionStarted, 2<0 MapStateEntered, 3<2 MapStateStarted, "
            "4<3 MapIterationStarted, 5<4 PassStateEntered, 6<5 PassStateExited, "
            "7<6 MapIterationSucceeded, 8<6 MapIterationStarted, 9<8 PassStateEntered, "
            "10<9 PassStateExited, 11<10 MapIterationSucceeded, 12<10 MapStateSucceeded, "
            "13<10 MapStateExited, 14<13 ExecutionSucceeded");
  const std::string machine = Create(R"({"StartAt":"A","States":{"A":{"Type":"Map",
      "Iterator":{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}},"End":true}}})",
                                     "other");
  EXPECT_EQ(Outcome(Start(machine, "[]")), "SUCCEEDED []");
  EXPECT_EQ(Outcome(Start(machine, "{}")),
            "FAILED States.Runtime An error occurred while executing the state 'A' (entered at the "
            "event id #2). Reference path \"$\" must point to array.");
}

TEST_F(Executions, AMapStopsAtTheFirstFailure) {
  const std::string machine = Create(R"({"StartAt":"A","States":{"A":{"Type":"Map",
      "ItemProcessor":{"StartAt":"B","States":{
        "B":{"Type":"Choice","Choices":[{"Variable":"$","NumericEquals":2,"Next":"F"}],
             "Default":"W"},
        "F":{"Type":"Fail","Error":"Two"},"W":{"Type":"Wait","Seconds":9,"End":true}}},
      "Catch":[{"ErrorEquals":["Two"],"Next":"C"}],"Next":"C"},
      "C":{"Type":"Pass","OutputPath":"$.Error","End":true}}})");
  EXPECT_EQ(Outcome(Start(machine, "[1,2,3]")), "SUCCEEDED \"Two\"");
}

TEST_F(Executions, OneExecutionWaitsForAnother) {
  const std::string child =
      Create(R"({"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":7,"End":true}}})", "child");
  const std::string arn =
      StartState(R"({"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2",
                     "Parameters":{"StateMachineArn":")" +
                 child + R"(","Input":{"x":1}},"OutputPath":"$.Output","End":true})");
  EXPECT_EQ(Outcome(arn), "RUNNING - -");
  cloud.loop.AdvanceBy(std::chrono::seconds(7));
  EXPECT_EQ(Outcome(arn), R"(SUCCEEDED {"x":1})");
}

TEST_F(Executions, HaveATimeOfTheirOwn) {
  const std::string arn = Start(Create(R"({"StartAt":"A","TimeoutSeconds":3,"States":{
      "A":{"Type":"Wait","Seconds":7,"End":true}}})"));
  cloud.loop.AdvanceBy(std::chrono::seconds(3));
  EXPECT_EQ(Outcome(arn), "TIMED_OUT States.Timeout -");
  cloud.loop.AdvanceBy(std::chrono::seconds(60));
  EXPECT_EQ(History(arn), "1<0 ExecutionStarted, 2<0 WaitStateEntered, 3<0 ExecutionTimedOut");
}

TEST_F(Executions, CirclesEndAtTheHistorysLimit) {
  const std::string arn = Start(Create(R"({"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},
      "B":{"Type":"Choice","Choices":[{"Variable":"$.x","IsPresent":true,"Next":"C"}],
           "Default":"A"},"C":{"Type":"Succeed"}}})"));
  EXPECT_EQ(Outcome(arn),
            "FAILED States.Runtime The execution reached the maximum number of history events "
            "(25000).");
}

}  // namespace
}  // namespace iatk::cloud
