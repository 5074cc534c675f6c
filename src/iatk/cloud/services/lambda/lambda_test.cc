// Functions over their operations, with the processes and the services behind them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "iatk/base/digest.h"
#include "iatk/cloud/dispatch/test_cloud.h"
#include "iatk/cloud/services/lambda/service.h"
#include "iatk/cloud/services/logs/service.h"
#include "iatk/cloud/services/sqs/service.h"
#include "iatk/json/parse.h"
#include "iatk/json/write.h"
#include "iatk/model/logs/operations.h"
#include "iatk/model/sqs/operations.h"

namespace iatk::cloud {
namespace {

namespace m = model::lambda;
namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::SizeIs;
using testing::StartsWith;

constexpr const char* kRole = "arn:aws:iam::123456789012:role/r";
constexpr const char* kArn = "arn:aws:lambda:us-east-1:123456789012:function:fn";
constexpr const char* kHeader =
    "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

class LambdaTest : public testing::Test {
 protected:
  explicit LambdaTest(std::optional<Time> manual = std::nullopt) : cloud_(manual) {
    cloud_.journal.SetSegmentSink([this](std::string_view, std::string_view, json::Value segment) {
      segments_.push_back(std::move(segment));
    });
  }

  /// Runs an operation until it is done, however long its process takes.
  template <class Op>
  Result<typename Op::Output> Call(const typename Op::Input& input,
                                   const std::function<void(RequestContext&)>& set = {}) {
    std::optional<Result<typename Op::Output>> output;
    cloud_.loop.Spawn([&] {
      RequestContext context = cloud_.Context();
      if (set) set(context);
      output = cloud_.operations.Call<Op>(context, input);
      cloud_.loop.Stop();
    });
    cloud_.loop.Run();
    return std::move(output).value();
  }

  m::CreateFunctionRequest Request(const std::string& code, const std::string& name = "fn") {
    m::CreateFunctionRequest input;
    input.function_name = name;
    input.runtime = "python3.11";
    input.handler = "app.handler";
    input.role = kRole;
    input.timeout = 30;
    input.memory_size = 256;
    input.code.emplace().zip_file = *ZipOfFile("app.py", code);
    return input;
  }
  m::FunctionConfiguration Create(const m::CreateFunctionRequest& input) {
    auto made = Call<m::op::CreateFunction>(input);
    EXPECT_TRUE(made) << made.error().message;
    return made ? *made : m::FunctionConfiguration();
  }
  m::FunctionConfiguration Create(const std::string& code) { return Create(Request(code)); }

  Result<m::InvocationResponse> Invoke(const std::string& payload = "{}",
                                       const std::function<void(RequestContext&)>& set = {},
                                       const std::string& name = "fn") {
    m::InvocationRequest input;
    input.function_name = name;
    input.payload = payload;
    input.log_type = "Tail";
    return Call<m::op::Invoke>(input, set);
  }
  Result<m::InvocationResponse> Send(const std::string& payload) {
    m::InvocationRequest input;
    input.function_name = "fn";
    input.payload = payload;
    input.invocation_type = "Event";
    return Call<m::op::Invoke>(input);
  }
  void AwaitHops(std::size_t count) {
    cloud_.loop.Spawn([this, count] {
      while (cloud_.journal.hops().size() < count) cloud_.loop.Yield();
      cloud_.loop.Stop();
    });
    cloud_.loop.Run();
  }

  template <class Op, class Input>
  Error ErrorOf(const Input& input) {
    const auto output = Call<Op>(input);
    EXPECT_FALSE(output.has_value());
    return output ? Error() : output.error();
  }

  TestCloud cloud_;
  std::vector<json::Value> segments_;
  std::unique_ptr<Service> logs_ = MakeLogs(cloud_.registry);
  std::unique_ptr<Service> sqs_ = MakeSqs(cloud_.registry);
  std::unique_ptr<Service> lambda_ = MakeLambda(cloud_.registry);
};

TEST_F(LambdaTest, CreatesAndDescribes) {
  const m::FunctionConfiguration made = Create("def handler(e, c): return 1");
  EXPECT_EQ(made.function_arn, kArn);
  EXPECT_EQ(made.state, "Active");
  EXPECT_EQ(made.last_update_status, "Successful");
  EXPECT_EQ(made.version, "$LATEST");
  EXPECT_THAT(*made.last_modified, MatchesRegex("20..-..-..T..:..:..\\....\\+0000"));
  EXPECT_EQ(made.logging_config->log_group, "/aws/lambda/fn");
  m::GetFunctionRequest get;
  for (const char* const name : {"fn", kArn, "123456789012:function:fn", "fn:$LATEST"}) {
    get.function_name = name;
    const auto output = Call<m::op::GetFunction>(get);
    ASSERT_TRUE(output) << output.error().message;
    EXPECT_EQ(output->configuration->code_sha256, made.code_sha256);
  }
  get.function_name = "other";
  const Error error = ErrorOf<m::op::GetFunction>(get);
  EXPECT_EQ(error.code, "ResourceNotFoundException");
  EXPECT_EQ(error.http_status, 404);
  EXPECT_EQ(error.message,
            "Function not found: arn:aws:lambda:us-east-1:123456789012:function:other");
  const Error again = ErrorOf<m::op::CreateFunction>(Request("x"));
  EXPECT_EQ(again.code + ": " + again.message,
            "ResourceConflictException: Function already exist: fn");
}

TEST_F(LambdaTest, RefusesByName) {
  const auto message_of = [this](const std::function<void(m::CreateFunctionRequest&)>& change) {
    m::CreateFunctionRequest input = Request("");
    change(input);
    return ErrorOf<m::op::CreateFunction>(input).message;
  };
  EXPECT_EQ(message_of([](auto& i) { i.runtime = "java21"; }),
            "Runtime java21 is not supported by the local cloud.");
  EXPECT_THAT(message_of([](auto& i) { i.runtime = "cobol"; }),
              HasSubstr("at 'runtime' failed to satisfy constraint: Member must satisfy enum"));
  EXPECT_EQ(message_of([](auto& i) { i.package_type = "Image"; }),
            "PackageType Image is not supported by the local cloud.");
  EXPECT_EQ(
      message_of([](auto& i) { i.layers = {"arn:aws:lambda:us-east-1:123456789012:layer:x:1"}; }),
      "Layers is not supported by the local cloud.");
  EXPECT_EQ(message_of([](auto& i) { i.code->zip_file = "no zip"; }),
            "Could not unzip uploaded file. Please check your file, then try to upload again.");
  EXPECT_EQ(message_of([](auto& i) { i.code->zip_file = *ZipOfFile("../../evil.py", ""); }),
            "Could not unzip uploaded file. Please check your file, then try to upload again.");
  EXPECT_EQ(message_of([](auto& i) { i.code.emplace(); }),
            "Please provide a source for function code.");
  EXPECT_THAT(message_of([](auto& i) {
                i.environment.emplace().variables =
                    std::map<std::string, std::string>{{"AWS_REGION", "x"}};
              }),
              HasSubstr("Reserved keys used in this request: AWS_REGION"));
  EXPECT_THAT(message_of([](auto& i) {
                i.environment.emplace().variables =
                    std::map<std::string, std::string>{{"AA", std::string(5000, 'x')}};
              }),
              HasSubstr("exceeded the 4KB limit"));
  for (const auto& entry : fs::directory_iterator(cloud_.work_folder)) {
    ADD_FAILURE() << "left behind: " << entry.path();
  }
}

TEST_F(LambdaTest, InvokesAndLogs) {
  Create("def handler(e, c):\n  print('got', e)\n  return e['a'] + 1\n");
  const auto output = Invoke(R"({"a":1})");
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(output->status_code, 200);
  EXPECT_EQ(output->payload, "2");
  EXPECT_EQ(output->executed_version, "$LATEST");
  EXPECT_FALSE(output->function_error.has_value());
  EXPECT_THAT(*Base64Decode(*output->log_result), HasSubstr("got {'a': 1}\nEND RequestId: "));

  model::logs::FilterLogEventsRequest filter;
  filter.log_group_name = "/aws/lambda/fn";
  filter.filter_pattern = "got";
  const auto events = Call<model::logs::op::FilterLogEvents>(filter);
  ASSERT_TRUE(events) << events.error().message;
  ASSERT_THAT(*events->events, SizeIs(1));
  EXPECT_EQ(events->events->at(0).message, "got {'a': 1}\n");

  const auto failed = Invoke("{}");
  EXPECT_EQ(failed->status_code, 200);
  EXPECT_EQ(failed->function_error, "Unhandled");
  EXPECT_THAT(*failed->payload, HasSubstr(R"("errorType": "KeyError")"));
  ASSERT_THAT(cloud_.journal.hops(), SizeIs(2));
  EXPECT_EQ(cloud_.journal.hops()[0].resource, kArn);
  EXPECT_EQ(cloud_.journal.hops()[0].outcome, "");
  EXPECT_EQ(cloud_.journal.hops()[1].outcome, "KeyError: 'a'");
}

TEST_F(LambdaTest, ChecksWhatItIsInvokedWith) {
  Create("def handler(e, c): return e\n");
  EXPECT_EQ(Invoke("{").error().code, "InvalidRequestContentException");
  EXPECT_THAT(Invoke("{").error().message, StartsWith("Could not parse request body into json: "));
  const Error large = Invoke("\"" + std::string(6'291'456, 'x') + "\"").error();
  EXPECT_EQ(large.http_status, 413);
  EXPECT_EQ(large.message,
            "Request must be smaller than 6291456 bytes for the InvokeFunction operation");
  EXPECT_EQ(
      Send("\"" + std::string(1'048'575, 'x') + "\"").error().message,
      "1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)");
  EXPECT_EQ(*Invoke("")->payload, "{}");
  EXPECT_EQ(Invoke("{}", {}, "arn:aws:lambda:eu-west-1:123456789012:function:fn").error().message,
            "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')");
  m::InvocationRequest dry;
  dry.function_name = "fn";
  dry.invocation_type = "DryRun";
  EXPECT_EQ(Call<m::op::Invoke>(dry)->status_code, 204);
}

TEST_F(LambdaTest, RunsCodeOfALocalFolderInPlace) {
  const fs::path folder = cloud_.work_folder / "my code";
  fs::create_directory(folder);
  std::ofstream(folder / "app.py") << "def handler(e, c): return 'one'";
  m::CreateFunctionRequest input = Request("");
  input.code.emplace().s3_bucket = std::string(kLocalFolderBucket);
  input.code->s3_key = folder.string();
  Create(input);
  EXPECT_EQ(*Invoke()->payload, "\"one\"");
  std::ofstream(folder / "app.py") << "def handler(e, c): return 'changed'";
  EXPECT_EQ(*Invoke()->payload, "\"changed\"");
  m::DeleteFunctionRequest gone;
  gone.function_name = "fn";
  EXPECT_TRUE(Call<m::op::DeleteFunction>(gone));
  EXPECT_TRUE(fs::exists(folder / "app.py"));
}

TEST_F(LambdaTest, UpdatesEndWarmProcesses) {
  Create("n = 0\ndef handler(e, c):\n  global n\n  n += 1\n  return n\n");
  EXPECT_EQ(*Invoke()->payload, "1");
  EXPECT_EQ(*Invoke()->payload, "2");
  m::UpdateFunctionConfigurationRequest settings;
  settings.function_name = "fn";
  settings.environment.emplace().variables = std::map<std::string, std::string>{{"AA", "b"}};
  EXPECT_EQ(Call<m::op::UpdateFunctionConfiguration>(settings)->last_update_status, "Successful");
  EXPECT_EQ(*Invoke()->payload, "1");
  m::UpdateFunctionCodeRequest code;
  code.function_name = "fn";
  code.zip_file = *ZipOfFile("app.py", "import os\ndef handler(e, c): return os.environ['AA']");
  ASSERT_TRUE(Call<m::op::UpdateFunctionCode>(code));
  EXPECT_EQ(*Invoke()->payload, "\"b\"");
  settings.revision_id = "other";
  EXPECT_EQ(ErrorOf<m::op::UpdateFunctionConfiguration>(settings).http_status, 412);
}

TEST_F(LambdaTest, PublishesVersionsAndAliases) {
  Create("def handler(e, c): return c.function_version + ' ' + c.invoked_function_arn");
  m::PublishVersionRequest publish;
  publish.function_name = "fn";
  EXPECT_EQ(Call<m::op::PublishVersion>(publish)->version, "1");
  EXPECT_EQ(Call<m::op::PublishVersion>(publish)->version, "1");
  m::CreateAliasRequest alias;
  alias.function_name = "fn";
  alias.name = "live";
  alias.function_version = "1";
  EXPECT_EQ(Call<m::op::CreateAlias>(alias)->alias_arn, std::string(kArn) + ":live");
  EXPECT_EQ(*Invoke("{}", {}, "fn:live")->payload, "\"1 " + std::string(kArn) + ":live\"");
  EXPECT_EQ(Invoke("{}", {}, "fn:9").error().message,
            "Function not found: " + std::string(kArn) + ":9");
  m::ListVersionsByFunctionRequest list;
  list.function_name = "fn";
  EXPECT_EQ(Call<m::op::ListVersionsByFunction>(list)->versions->at(1).function_arn,
            std::string(kArn) + ":1");
}

TEST_F(LambdaTest, ServicesNeedAPermission) {
  Create("def handler(e, c): return 1");
  const auto as_events = [](RequestContext& context) {
    context.principal = {};
    context.principal.service = "events.amazonaws.com";
    context.principal.source_arn = "arn:aws:events:us-east-1:123456789012:rule/r";
  };
  const Error denied = Invoke("{}", as_events).error();
  EXPECT_EQ(denied.code, "AccessDeniedException");
  EXPECT_EQ(denied.http_status, 403);
  m::AddPermissionRequest add;
  add.function_name = "fn";
  add.statement_id = "s";
  add.action = "lambda:InvokeFunction";
  add.principal = "events.amazonaws.com";
  add.source_arn = "arn:aws:events:us-east-1:123456789012:rule/r";
  EXPECT_EQ(
      Call<m::op::AddPermission>(add)->statement,
      R"({"Sid":"s","Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},)"
      R"("Action":"lambda:InvokeFunction","Resource":")" +
          std::string(kArn) +
          R"(","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:events:us-east-1:123456789012:rule/r"}}})");
  EXPECT_EQ(ErrorOf<m::op::AddPermission>(add).code, "ResourceConflictException");
  EXPECT_TRUE(Invoke("{}", as_events));
  EXPECT_FALSE(Invoke("{}", [&](RequestContext& context) {
    as_events(context);
    context.principal.source_arn += "2";
  }));
  m::RemovePermissionRequest remove;
  remove.function_name = "fn";
  remove.statement_id = "s";
  EXPECT_TRUE(Call<m::op::RemovePermission>(remove));
  EXPECT_FALSE(Invoke("{}", as_events));
  m::GetPolicyRequest policy;
  policy.function_name = "fn";
  EXPECT_EQ(ErrorOf<m::op::GetPolicy>(policy).message,
            "The resource you requested does not exist.");
}

TEST_F(LambdaTest, BoundsConcurrency) {
  Create("def handler(e, c): return 1");
  m::PutFunctionConcurrencyRequest put;
  put.function_name = "fn";
  put.reserved_concurrent_executions = 0;
  ASSERT_TRUE(Call<m::op::PutFunctionConcurrency>(put));
  const Error error = Invoke().error();
  EXPECT_EQ(error.code, "TooManyRequestsException");
  EXPECT_EQ(error.http_status, 429);
  EXPECT_EQ(error.message, "Rate Exceeded.");
  EXPECT_THAT(error.details, Contains(std::pair<std::string, std::string>(
                                 "Reason", "ReservedFunctionConcurrentInvocationLimitExceeded")));
}

TEST_F(LambdaTest, TracesWhatIsSampled) {
  Create(
      "import os\ndef handler(e, c):\n  if e: raise ValueError('x')\n  return "
      "os.environ['_X_AMZN_TRACE_ID']\n");
  const auto traced = [](RequestContext& context) {
    context.trace = trace::ParseTraceHeader(kHeader);
  };
  const std::string seen = *Invoke("{}", traced)->payload;
  ASSERT_THAT(segments_, SizeIs(3));  // in progress, function, service
  const json::Value& function = segments_[1];
  const json::Value& service = segments_[2];
  EXPECT_EQ(*service.FindString("origin"), "AWS::Lambda");
  EXPECT_EQ(*service.FindString("parent_id"), "53995c3f42cd8ad8");
  EXPECT_EQ(*segments_[0].FindString("id"), *service.FindString("id"));
  EXPECT_EQ(service.Find("http")->Find("response")->Find("status")->AsNumber()->text(), "200");
  EXPECT_EQ(service.Find("fault"), nullptr);
  EXPECT_EQ(*function.FindString("origin"), "AWS::Lambda::Function");
  EXPECT_EQ(*function.FindString("parent_id"), *service.FindString("id"));
  EXPECT_EQ(seen, "\"Root=1-5759e988-bd862e3fe1be46a994272793;Parent=" +
                      *function.FindString("id") + ";Sampled=1\"");
  std::vector<std::string> names;
  for (const json::Value& part : *function.Find("subsegments")->AsArray()) {
    names.push_back(*part.FindString("name"));
  }
  EXPECT_THAT(names, ElementsAre("Initialization", "Invocation", "Overhead"));

  segments_.clear();
  ASSERT_TRUE(Invoke(R"({"a":1})", traced));
  EXPECT_TRUE(*segments_[1].Find("fault")->AsBool());
  EXPECT_EQ(*segments_[1].Find("cause")->Find("exceptions")->AsArray()->at(0).FindString("type"),
            "ValueError");
  EXPECT_TRUE(*segments_[2].Find("fault")->AsBool());

  segments_.clear();
  EXPECT_THAT(*Invoke()->payload, HasSubstr(";Sampled=0"));
  EXPECT_THAT(segments_, SizeIs(0));
  m::UpdateFunctionConfigurationRequest active;
  active.function_name = "fn";
  active.tracing_config.emplace().mode = "Active";
  ASSERT_TRUE(Call<m::op::UpdateFunctionConfiguration>(active));
  EXPECT_THAT(*Invoke()->payload, HasSubstr(";Sampled=1"));
  EXPECT_THAT(segments_, SizeIs(3));
  EXPECT_EQ(segments_[2].Find("parent_id"), nullptr);
}

TEST_F(LambdaTest, ResourcesOfAStack) {
  RequestContext context = cloud_.Context();
  ResourceRequest request{.context = context,
                          .stack_name = "stack",
                          .stack_id = "id",
                          .logical_id = "Fn",
                          .properties = {},
                          .previous_properties = {},
                          .physical_id = {},
                          .stack_tags = {{"aws:cloudformation:stack-name", "stack"}}};
  request.properties = json::Object{
      {"Code", json::Object{{"ZipFile", "import os\ndef handler(e, c): return os.environ['NN']"}}},
      {"Handler", "index.handler"},
      {"Role", kRole},
      {"Runtime", "python3.11"},
      {"Timeout", "20"},
      {"Environment", json::Object{{"Variables", json::Object{{"NN", 7}}}}}};
  const ResourceType* const type = cloud_.resource_types.Find("AWS::Lambda::Function");
  const auto run = [&](const std::function<Result<ResourceResult>(ResourceRequest&)>& step) {
    std::optional<Result<ResourceResult>> result;
    cloud_.Run([&] { result = step(request); });
    EXPECT_TRUE(result->has_value()) << result->error().message;
    return **result;
  };
  const ResourceResult made = run(type->create);
  EXPECT_THAT(made.physical_id, StartsWith("stack-Fn-"));
  EXPECT_EQ(*made.attributes.Find("Arn")->AsString(),
            "arn:aws:lambda:us-east-1:123456789012:function:" + made.physical_id);
  EXPECT_EQ(*Invoke("{}", {}, made.physical_id)->payload, "\"7\"");
  request.physical_id = made.physical_id;
  request.previous_properties = request.properties;
  request.properties.Set("Environment", json::Object{{"Variables", json::Object{{"NN", "other"}}}});
  EXPECT_EQ(run(type->update).physical_id, made.physical_id);
  EXPECT_EQ(*Invoke("{}", {}, made.physical_id)->payload, "\"other\"");

  const ResourceType* const permission = cloud_.resource_types.Find("AWS::Lambda::Permission");
  request.logical_id = "Allow";
  request.properties = json::Object{{"FunctionName", made.physical_id},
                                    {"Action", "lambda:InvokeFunction"},
                                    {"Principal", "events.amazonaws.com"}};
  request.physical_id = run(permission->create).physical_id;
  EXPECT_TRUE(permission->remove(request));
  EXPECT_TRUE(permission->remove(request));

  request.logical_id = "Version";
  request.properties = json::Object{{"FunctionName", made.physical_id}};
  const ResourceResult version = run(cloud_.resource_types.Find("AWS::Lambda::Version")->create);
  EXPECT_EQ(*version.attributes.Find("Version")->AsString(), "1");
  request.logical_id = "Live";
  request.properties =
      json::Object{{"FunctionName", made.physical_id}, {"FunctionVersion", "1"}, {"Name", "live"}};
  const ResourceType* const alias = cloud_.resource_types.Find("AWS::Lambda::Alias");
  request.physical_id = run(alias->create).physical_id;
  EXPECT_THAT(request.physical_id, testing::EndsWith(":live"));
  EXPECT_TRUE(alias->remove(request));

  request.physical_id = made.physical_id;
  EXPECT_TRUE(type->remove(request));
  EXPECT_TRUE(type->remove(request));
  EXPECT_EQ(cloud_.resource_types.Find("AWS::Lambda::LayerVersion"), nullptr);
}

// On a clock that stands still: a failing event is tried again after one and after two minutes.
class EventTest : public LambdaTest {
 protected:
  EventTest() : LambdaTest(TestCloud::Start()) {}
};

TEST_F(EventTest, IsTriedAgainAndDeadLettered) {
  model::sqs::CreateQueueRequest queue;
  queue.queue_name = "dead";
  const auto made = Call<model::sqs::op::CreateQueue>(queue);
  ASSERT_TRUE(made);
  m::CreateFunctionRequest input = Request("def handler(e, c): raise ValueError('no')");
  input.dead_letter_config.emplace().target_arn = "arn:aws:sqs:us-east-1:123456789012:dead";
  Create(input);
  EXPECT_EQ(Send(R"({"n":1})")->status_code, 202);
  const auto invocations = [this] {
    return std::ranges::count(cloud_.journal.hops(), HopKind::kInvocation, &Hop::kind);
  };
  AwaitHops(1);
  EXPECT_EQ(invocations(), 1);
  cloud_.loop.AdvanceBy(std::chrono::seconds(59));
  EXPECT_EQ(invocations(), 1);
  cloud_.loop.AdvanceBy(std::chrono::seconds(1));
  AwaitHops(2);
  cloud_.loop.AdvanceBy(std::chrono::minutes(2));
  while (cloud_.journal.hops().back().kind != HopKind::kDeliveryFailed) {
    AwaitHops(cloud_.journal.hops().size() + 1);
  }
  EXPECT_EQ(invocations(), 3);
  EXPECT_EQ(cloud_.journal.hops().back().detail, "dead-lettered");

  model::sqs::ReceiveMessageRequest receive;
  receive.queue_url = made->queue_url;
  receive.message_attribute_names = std::vector<std::string>{"All"};
  const auto messages = Call<model::sqs::op::ReceiveMessage>(receive);
  ASSERT_TRUE(messages);
  ASSERT_THAT(*messages->messages, SizeIs(1));
  const auto& message = messages->messages->at(0);
  EXPECT_EQ(message.body, R"({"n":1})");
  EXPECT_EQ(message.message_attributes->at("ErrorMessage").string_value, "no");
  EXPECT_EQ(message.message_attributes->at("ErrorCode").string_value, "200");
}

}  // namespace
}  // namespace iatk::cloud
