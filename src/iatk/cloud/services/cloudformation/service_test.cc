// The service over an operation table of its own, with resource types that only keep count.
#include "iatk/cloud/services/cloudformation/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "iatk/json/write.h"

namespace iatk::cloud {
namespace {

namespace m = model::cloudformation;
namespace op = model::cloudformation::op;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class CloudFormationTest : public ::testing::Test {
 protected:
  CloudFormationTest() {
    types_.Register({.name = "Test::Thing",
                     .create = [this](ResourceRequest& request) { return Create(request); },
                     .update = [this](ResourceRequest& request) { return Update(request); },
                     .remove = [this](ResourceRequest& request) { return Remove(request); },
                     .properties = {"Name", "Size", "Fails", "Other", "Replace"}});
    types_.Register({.name = "Test::Fixed",
                     .create = [this](ResourceRequest& request) { return Create(request); },
                     .update = nullptr,
                     .remove = [this](ResourceRequest& request) { return Remove(request); },
                     .properties = {}});
    service_ = MakeCloudFormation(registry_);
  }
  ~CloudFormationTest() override {
    service_->Stop();
    loop_.EndFibers();
  }

  Result<ResourceResult> Create(ResourceRequest& request) {
    if (request.properties.Contains("Fails")) {
      Error error = SenderError("ResourceNotFoundException", "no such thing");
      error.service = "test";
      return Fail(error);
    }
    const std::string id = request.logical_id + "-" + std::to_string(++made_);
    things_[id] = json::Write(request.properties);
    tags_ = request.stack_tags;
    json::Object attributes;
    attributes.Append("Arn", "arn:" + id);
    return ResourceResult{id, std::move(attributes)};
  }
  Result<ResourceResult> Update(ResourceRequest& request) {
    if (request.properties.Contains("Replace")) return Create(request);
    if (request.properties.Contains("Fails")) return Fail(SenderError("Bad", "can't change"));
    things_[request.physical_id] = json::Write(request.properties);
    json::Object attributes;
    attributes.Append("Arn", "arn:" + request.physical_id);
    return ResourceResult{request.physical_id, std::move(attributes)};
  }
  Result<void> Remove(ResourceRequest& request) {
    if (sticky_ == request.logical_id) return Fail(SenderError("Bad", "still in use"));
    things_.erase(request.physical_id);
    return {};
  }

  // Calls an operation in a fiber, and lets all that it started come to its end.
  template <class Op>
  Result<typename Op::Output> Call(const typename Op::Input& input) {
    std::optional<Result<typename Op::Output>> output;
    loop_.Spawn([&] {
      RequestContext context =
          MakeServiceContext(environment_, "123456789012", "eu-west-1", "", "");
      output = operations_.Call<Op>(context, input);
    });
    loop_.RunUntilIdle();
    return *output;
  }

  Result<std::string> CreateStack(const std::string& name, const std::string& text,
                                  const std::string& on_failure = "") {
    m::CreateStackInput input;
    input.stack_name = name;
    input.template_body = text;
    if (!on_failure.empty()) input.on_failure = on_failure;
    auto output = Call<op::CreateStack>(input);
    if (!output) return Fail(output.error());
    return *output->stack_id;
  }
  std::string Message(const Result<std::string>& result) {
    return result ? "ok" : result.error().code + ": " + result.error().message;
  }
  Result<std::string> UpdateStack(const std::string& name, const std::string& text) {
    m::UpdateStackInput input;
    input.stack_name = name;
    input.template_body = text;
    auto output = Call<op::UpdateStack>(input);
    if (!output) return Fail(output.error());
    return *output->stack_id;
  }
  void DeleteStack(const std::string& name) {
    m::DeleteStackInput input;
    input.stack_name = name;
    ASSERT_TRUE(Call<op::DeleteStack>(input));
  }
  m::Stack Describe(const std::string& name) {
    m::DescribeStacksInput input;
    input.stack_name = name;
    auto output = Call<op::DescribeStacks>(input);
    return output ? output->stacks->front() : m::Stack();
  }
  std::string Status(const std::string& name) {
    return Describe(name).stack_status.value_or("none");
  }
  // "A CREATE_COMPLETE", oldest first; with the reason behind a colon.
  std::vector<std::string> Events(const std::string& name) {
    m::DescribeStackEventsInput input;
    input.stack_name = name;
    auto output = Call<op::DescribeStackEvents>(input);
    std::vector<std::string> lines;
    if (!output) return lines;
    for (const m::StackEvent& event : *output->stack_events) {
      std::string line = *event.logical_resource_id + " " + *event.resource_status;
      if (event.resource_status_reason) line += ": " + *event.resource_status_reason;
      lines.insert(lines.begin(), line);
    }
    return lines;
  }

  net::EventLoop loop_{{.manual_clock_start = Time(std::chrono::hours(500'000)),
                        .pool_threads = 1,
                        .fiber_stack_bytes = 512U * 1024U}};
  std::unique_ptr<IdSource> ids_ = MakeSeededIdSource(1);
  Journal journal_{loop_.clock()};
  OperationTable operations_;
  ResourceTypes types_;
  TaggedResources tagged_;
  Environment environment_{.loop = loop_,
                           .ids = *ids_,
                           .journal = journal_,
                           .operations = operations_,
                           .endpoint_url = "http://127.0.0.1:4566",
                           .work_folder = "/tmp",
                           .xray_daemon_address = ""};
  Registry registry_{environment_, operations_, types_, tagged_};
  std::unique_ptr<Service> service_;
  std::map<std::string, std::string> things_;  // by physical id
  std::vector<std::pair<std::string, std::string>> tags_;
  int made_ = 0;
  std::string sticky_;
};

constexpr std::string_view kTwo = R"(
Resources:
  B: {Type: Test::Thing, Properties: {Name: !GetAtt A.Arn}}
  A: {Type: Test::Thing}
Outputs:
  Id: {Value: !Ref B, Description: what it is, Export: {Name: !Sub "${AWS::StackName}-id"}}
)";

TEST_F(CloudFormationTest, CreateStackMakesResourcesInOrder) {
  ASSERT_EQ(Message(CreateStack("app", std::string(kTwo))), "ok");
  EXPECT_EQ(Status("app"), "CREATE_COMPLETE");
  EXPECT_THAT(
      Events("app"),
      ElementsAre("app CREATE_IN_PROGRESS: User Initiated", "A CREATE_IN_PROGRESS",
                  "A CREATE_IN_PROGRESS: Resource creation Initiated", "A CREATE_COMPLETE",
                  "B CREATE_IN_PROGRESS", "B CREATE_IN_PROGRESS: Resource creation Initiated",
                  "B CREATE_COMPLETE", "app CREATE_COMPLETE"));
  EXPECT_EQ(things_["B-2"], R"({"Name":"arn:A-1"})");
  const m::Stack stack = Describe("app");
  EXPECT_EQ(stack.outputs->front().output_value, "B-2");
  EXPECT_EQ(stack.outputs->front().export_name, "app-id");
  EXPECT_THAT(*stack.stack_id,
              StartsWith("arn:aws:cloudformation:eu-west-1:123456789012:stack/app/"));
  EXPECT_THAT(tags_, ::testing::Contains(std::pair<std::string, std::string>(
                         "aws:cloudformation:logical-id", "B")));
}

TEST_F(CloudFormationTest, CreateStackRefusesBadRequests) {
  EXPECT_EQ(Message(CreateStack("app", "Resources: {A: {Type: T, DependsOn: A}}")),
            "ValidationError: Circular dependency between resources: [A]");
  EXPECT_THAT(Message(CreateStack("1app", std::string(kTwo))), HasSubstr("[a-zA-Z][-a-zA-Z0-9]*"));
  ASSERT_EQ(Message(CreateStack("app", std::string(kTwo))), "ok");
  EXPECT_EQ(Message(CreateStack("app", std::string(kTwo))),
            "AlreadyExistsException: Stack [app] already exists");
  EXPECT_EQ(Message(CreateStack("iam", "Resources: {R: {Type: 'AWS::IAM::Role'}}")),
            "InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_IAM]");
  EXPECT_EQ(Message(CreateStack("iam",
                                "Resources: {R: {Type: 'AWS::IAM::Role', Properties: "
                                "{RoleName: x}}}")),
            "InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_NAMED_IAM]");
}

TEST_F(CloudFormationTest, AFailedResourceRollsTheStackBack) {
  ASSERT_EQ(Message(CreateStack("app",
                                "Resources: {A: {Type: Test::Thing}, Gone: {Type: Test::Thing, "
                                "Properties: {Fails: 1}, DependsOn: A}}")),
            "ok");
  EXPECT_EQ(Status("app"), "ROLLBACK_COMPLETE");
  EXPECT_THAT(things_, IsEmpty());
  const auto events = Events("app");
  EXPECT_THAT(events[5], HasSubstr("Gone CREATE_FAILED: Resource handler returned message: \"no "
                                   "such thing (Service: Thing, Status Code: 400"));
  EXPECT_THAT(events[5], HasSubstr("HandlerErrorCode: NotFound)"));
  EXPECT_EQ(events[6],
            "app ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [Gone]. "
            "Rollback requested by user.");
  EXPECT_EQ(events[7], "A DELETE_IN_PROGRESS");
  EXPECT_EQ(events.back(), "app ROLLBACK_COMPLETE");
}

TEST_F(CloudFormationTest, OnFailureDecidesWhatRemains) {
  const std::string text = "Resources: {A: {Type: AWS::Foo::Bar}}";
  ASSERT_EQ(Message(CreateStack("keep", text, "DO_NOTHING")), "ok");
  EXPECT_THAT(Events("keep"),
              ElementsAre("keep CREATE_IN_PROGRESS: User Initiated", "A CREATE_IN_PROGRESS",
                          "A CREATE_FAILED: AWS::Foo::Bar is not supported",
                          "keep CREATE_FAILED: The following resource(s) failed to create: [A]. "));
  const auto id = CreateStack("drop", text, "DELETE");
  ASSERT_TRUE(id);
  EXPECT_EQ(Status("drop"), "none");
  EXPECT_EQ(Status(*id), "DELETE_COMPLETE");
}

TEST_F(CloudFormationTest, UnknownPropertiesFail) {
  ASSERT_TRUE(CreateStack("app", "Resources: {A: {Type: Test::Thing, Properties: {Colour: 1}}}"));
  EXPECT_EQ(Events("app")[2], "A CREATE_FAILED: Encountered unsupported property Colour");
}

TEST_F(CloudFormationTest, UnknownAttributesFail) {
  ASSERT_TRUE(CreateStack("app",
                          "Resources: {A: {Type: Test::Thing}, B: {Type: Test::Thing, "
                          "Properties: {Name: !GetAtt A.Nope}}}"));
  EXPECT_EQ(Events("app")[5],
            "B CREATE_FAILED: Template error: resource A does not support attribute type Nope in "
            "Fn::GetAtt");
}

TEST_F(CloudFormationTest, DeleteStackRemovesAgainstTheOrder) {
  const auto id = CreateStack("app", std::string(kTwo));
  ASSERT_TRUE(id);
  DeleteStack("app");
  EXPECT_EQ(Status("app"), "none");
  EXPECT_EQ(Status(*id), "DELETE_COMPLETE");
  const auto events = Events(*id);
  EXPECT_THAT(std::vector<std::string>(events.end() - 6, events.end()),
              ElementsAre("app DELETE_IN_PROGRESS: User Initiated", "B DELETE_IN_PROGRESS",
                          "B DELETE_COMPLETE", "A DELETE_IN_PROGRESS", "A DELETE_COMPLETE",
                          "app DELETE_COMPLETE"));
  EXPECT_THAT(things_, IsEmpty());
  DeleteStack("app");
  m::DescribeStacksInput input;
  input.stack_name = "app";
  EXPECT_EQ(Call<op::DescribeStacks>(input).error().message, "Stack with id app does not exist");
}

TEST_F(CloudFormationTest, PartsOfAttributesAreKnownLate) {
  ASSERT_TRUE(CreateStack("app",
                          "Resources: {A: {Type: Test::Thing}, B: {Type: Test::Thing, "
                          "Properties: {Name: !Select [1, !Split [':', !GetAtt A.Arn]]}}}"));
  EXPECT_EQ(things_["B-2"], R"({"Name":"A-1"})");
}

TEST_F(CloudFormationTest, RetainedResourcesStay) {
  ASSERT_TRUE(CreateStack("app", "Resources: {A: {Type: Test::Thing, DeletionPolicy: Retain}}"));
  DeleteStack("app");
  EXPECT_EQ(things_.size(), 1U);
}

TEST_F(CloudFormationTest, WhatCannotBeDeletedCanBeLeftBehind) {
  const auto id = CreateStack("app", std::string(kTwo));
  ASSERT_TRUE(id);
  sticky_ = "A";
  DeleteStack("app");
  EXPECT_EQ(Status("app"), "DELETE_FAILED");
  EXPECT_EQ(Describe("app").stack_status_reason,
            "The following resource(s) failed to delete: [A]. ");
  m::DeleteStackInput input;
  input.stack_name = "app";
  input.retain_resources = {"A"};
  ASSERT_TRUE(Call<op::DeleteStack>(input));
  EXPECT_EQ(Status(*id), "DELETE_COMPLETE");
}

TEST_F(CloudFormationTest, ImportsHoldExports) {
  ASSERT_TRUE(CreateStack("app", std::string(kTwo)));
  ASSERT_TRUE(CreateStack("user",
                          "Resources: {C: {Type: Test::Thing, Properties: {Name: "
                          "!ImportValue app-id}}}"));
  EXPECT_EQ(things_["C-3"], R"({"Name":"B-2"})");
  DeleteStack("app");
  EXPECT_EQ(Status("app"), "CREATE_COMPLETE");
  EXPECT_EQ(Describe("app").stack_status_reason,
            "Delete canceled. Cannot delete export app-id as it is in use by user.");
  ASSERT_TRUE(CreateStack("none",
                          "Resources: {C: {Type: Test::Thing, Properties: {Name: "
                          "!ImportValue nope}}}"));
  EXPECT_EQ(Events("none")[2], "C CREATE_FAILED: No export named nope found");
  ASSERT_TRUE(CreateStack("twin",
                          "Resources: {A: {Type: Test::Thing}}\n"
                          "Outputs: {O: {Value: x, Export: {Name: app-id}}}"));
  EXPECT_EQ(Events("twin")[4],
            "twin ROLLBACK_IN_PROGRESS: Export with name app-id is already exported by stack app. "
            "Rollback requested by user.");
}

TEST_F(CloudFormationTest, UpdateStackChangesAddsAndRemoves) {
  ASSERT_TRUE(CreateStack("app",
                          "Resources: {A: {Type: Test::Thing, Properties: {Size: 1}}, "
                          "Old: {Type: Test::Thing}, Same: {Type: Test::Fixed}}"));
  ASSERT_EQ(Message(UpdateStack("app",
                                "Resources: {A: {Type: Test::Thing, Properties: {Size: 2}}, "
                                "New: {Type: Test::Thing}, Same: {Type: Test::Fixed}}")),
            "ok");
  EXPECT_EQ(Status("app"), "UPDATE_COMPLETE");
  const auto events = Events("app");
  EXPECT_THAT(std::vector<std::string>(events.begin() + 11, events.end()),
              ElementsAre("app UPDATE_IN_PROGRESS: User Initiated", "A UPDATE_IN_PROGRESS",
                          "A UPDATE_COMPLETE", "New CREATE_IN_PROGRESS",
                          "New CREATE_IN_PROGRESS: Resource creation Initiated",
                          "New CREATE_COMPLETE", "app UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
                          "Old DELETE_IN_PROGRESS", "Old DELETE_COMPLETE", "app UPDATE_COMPLETE"));
  EXPECT_EQ(things_["A-1"], R"({"Size":2})");
  EXPECT_FALSE(things_.contains("Old-2"));
}

TEST_F(CloudFormationTest, UpdateStackReplaces) {
  ASSERT_TRUE(CreateStack("app",
                          "Resources: {A: {Type: Test::Thing}, B: {Type: Test::Thing, "
                          "Properties: {Name: !Ref A}}}"));
  ASSERT_TRUE(UpdateStack("app",
                          "Resources: {A: {Type: Test::Thing, Properties: {Replace: 1}}, B: "
                          "{Type: Test::Thing, Properties: {Name: !Ref A}}}"));
  EXPECT_EQ(Status("app"), "UPDATE_COMPLETE");
  EXPECT_EQ(things_["B-2"], R"({"Name":"A-3"})");
  EXPECT_FALSE(things_.contains("A-1"));
  EXPECT_TRUE(things_.contains("A-3"));
}

TEST_F(CloudFormationTest, UpdateStackWithoutChangesIsRefused) {
  ASSERT_TRUE(CreateStack("app", std::string(kTwo)));
  EXPECT_EQ(Message(UpdateStack("app", std::string(kTwo))),
            "ValidationError: No updates are to be performed.");
  EXPECT_EQ(Message(UpdateStack("nope", std::string(kTwo))),
            "ValidationError: Stack [nope] does not exist");
}

TEST_F(CloudFormationTest, AFailedUpdateIsUndone) {
  ASSERT_TRUE(CreateStack("app",
                          "Resources: {A: {Type: Test::Thing, Properties: {Size: 1}}, F: "
                          "{Type: Test::Fixed, Properties: {Size: 1}}}"));
  ASSERT_TRUE(UpdateStack("app",
                          "Resources: {A: {Type: Test::Thing, Properties: {Size: 2}}, N: "
                          "{Type: Test::Thing}, F: {Type: Test::Fixed, Properties: {Size: "
                          "2}}}"));
  EXPECT_EQ(Status("app"), "UPDATE_ROLLBACK_COMPLETE");
  EXPECT_EQ(things_["A-1"], R"({"Size":1})");
  EXPECT_EQ(things_.size(), 2U);
  const auto events = Events("app");
  EXPECT_THAT(events, ::testing::Contains("F UPDATE_FAILED: Updating a resource of the type "
                                          "Test::Fixed is not supported"));
  EXPECT_THAT(events, ::testing::Contains("app UPDATE_ROLLBACK_IN_PROGRESS: The following "
                                          "resource(s) failed to update: [F]. "));
}

TEST_F(CloudFormationTest, ChangeSetsCreateAndUpdate) {
  m::CreateChangeSetInput create;
  create.stack_name = "app";
  create.change_set_name = "first";
  create.change_set_type = "CREATE";
  create.template_body = std::string(kTwo);
  const auto made = Call<op::CreateChangeSet>(create);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(Status("app"), "REVIEW_IN_PROGRESS");
  m::DescribeChangeSetInput describe;
  describe.change_set_name = *made->id;
  auto shown = Call<op::DescribeChangeSet>(describe);
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->status, "CREATE_COMPLETE");
  EXPECT_EQ(shown->execution_status, "AVAILABLE");
  EXPECT_EQ(shown->changes->size(), 2U);
  m::ExecuteChangeSetInput execute;
  execute.change_set_name = "first";
  execute.stack_name = "app";
  ASSERT_TRUE(Call<op::ExecuteChangeSet>(execute));
  EXPECT_EQ(Status("app"), "CREATE_COMPLETE");
  EXPECT_EQ(Call<op::ExecuteChangeSet>(execute).error().code, "InvalidChangeSetStatus");

  create.change_set_type = "UPDATE";
  create.change_set_name = "second";
  ASSERT_TRUE(Call<op::CreateChangeSet>(create));
  describe.change_set_name = "second";
  describe.stack_name = "app";
  shown = Call<op::DescribeChangeSet>(describe);
  EXPECT_EQ(shown->status, "FAILED");
  EXPECT_EQ(shown->status_reason,
            "The submitted information didn't contain changes. Submit different information to "
            "create a change set.");
  create.change_set_name = "third";
  create.template_body = std::string(kTwo) + "  More: {Value: x}\n";
  ASSERT_TRUE(Call<op::CreateChangeSet>(create));
  execute.change_set_name = "third";
  ASSERT_TRUE(Call<op::ExecuteChangeSet>(execute));
  EXPECT_EQ(Status("app"), "UPDATE_COMPLETE");
  EXPECT_EQ(Describe("app").outputs->size(), 2U);
}

// A fiber's stack must hold what the limits on templates allow.
TEST_F(CloudFormationTest, DeepTemplatesFitOnAFibersStack) {
  const auto nested = [](std::string_view head, std::string_view tail, int levels) {
    std::string text = "x";
    for (int i = 0; i < levels; ++i) text = std::string(head) + text + std::string(tail);
    return text;
  };
  const std::vector<std::string> values = {
      nested("{'Fn::Base64': ", "}", 55),
      nested("[", "]", 55),
      nested("{'Fn::Sub': ['${A}', {A: ", "}]}", 17),
      nested("{'Fn::Join': ['', [", "]]}", 17),
      nested("{'Fn::If': [C, ", ", x]}", 25),
      nested("{'Fn::Split': ['-', {'Fn::Select': [0, [", "]]}]}", 0)};
  int number = 0;
  for (const std::string& value : values) {
    const std::string name = "deep" + std::to_string(number++);
    const std::string text =
        "Conditions: {C: !Equals [a, a]}\nResources: {A: {Type: Test::Thing, Properties: {Name: " +
        value + "}}}";
    ASSERT_EQ(Message(CreateStack(name, text)), "ok");
    EXPECT_THAT(Status(name), ::testing::AnyOf("CREATE_COMPLETE", "ROLLBACK_COMPLETE"));
    DeleteStack(name);
  }
  const std::string conditions = "Conditions: {C: " + nested("{'Fn::Not': [", "]}", 25) + "}\n";
  EXPECT_THAT(Message(CreateStack("conditions", conditions + "Resources: {A: {Type: T}}")),
              HasSubstr("Conditions can only be boolean operations"));
}

TEST_F(CloudFormationTest, EventsComeInPages) {
  std::string text = "Resources:\n";
  for (int i = 0; i < 60; ++i) text += "  R" + std::to_string(i) + ": {Type: Test::Thing}\n";
  ASSERT_TRUE(CreateStack("big", text));
  m::DescribeStackEventsInput input;
  input.stack_name = "big";
  const auto first = Call<op::DescribeStackEvents>(input);
  EXPECT_EQ(first->stack_events->size(), 100U);
  EXPECT_EQ(first->stack_events->front().resource_status, "CREATE_COMPLETE");
  input.next_token = first->next_token;
  const auto second = Call<op::DescribeStackEvents>(input);
  EXPECT_EQ(second->stack_events->size(), 82U);
  EXPECT_EQ(second->stack_events->back().resource_status_reason, "User Initiated");
  input.next_token = "x";
  EXPECT_EQ(Call<op::DescribeStackEvents>(input).error().code, "ValidationError");
}

TEST_F(CloudFormationTest, GetTemplateSummaryTellsWhatIsNeeded) {
  m::GetTemplateSummaryInput input;
  input.template_body =
      "Parameters: {P: {Type: String, NoEcho: true, Default: x}}\n"
      "Resources: {R: {Type: 'AWS::IAM::Role'}}";
  const auto summary = Call<op::GetTemplateSummary>(input);
  ASSERT_TRUE(summary);
  EXPECT_THAT(*summary->capabilities, ElementsAre("CAPABILITY_IAM"));
  EXPECT_EQ(summary->capabilities_reason,
            "The following resource(s) require capabilities: [AWS::IAM::Role]");
  EXPECT_EQ(summary->parameters->front().no_echo, true);
}

}  // namespace
}  // namespace iatk::cloud
