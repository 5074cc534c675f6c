// The serverless transform, by the real translator; skipped where its library is missing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "iatk/cloud/services/cloudformation/local_paths.h"
#include "iatk/cloud/services/cloudformation/request.h"
#include "iatk/cloud/services/cloudformation/sam_transform.h"
#include "iatk/cloud/services/cloudformation/template/template.h"
#include "iatk/json/parse.h"
#include "iatk/json/write.h"

namespace iatk::cloud::cfn {
namespace {

using ::testing::HasSubstr;

class SamTransformTest : public ::testing::Test {
 protected:
  ~SamTransformTest() override { unsetenv("IATK_PYTHON"); }

  Result<json::Value> Apply(std::string_view text) {
    std::optional<Result<json::Value>> answer;
    const auto document = ParseTemplateText(text);
    loop_.Spawn([&] {
      answer = sam_.Apply(*document, {}, "eu-west-1");
      loop_.Stop();
    });
    loop_.Run();
    return *answer;
  }

  net::EventLoop loop_;
  SamTransform sam_{loop_};
};

constexpr std::string_view kFunction = R"(
Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.11
      CodeUri: {Bucket: iatk-local-folder, Key: /app/src}
      Policies: [AWSLambdaBasicExecutionRole]
      Events:
        Hook: {Type: EventBridgeRule, Properties: {Pattern: {source: [a]}}}
)";

TEST_F(SamTransformTest, TranslatesAndTellsFaults) {
  const auto translated = Apply(kFunction);
  if (!translated && translated.error().message.find("aws-sam-translator") != std::string::npos) {
    GTEST_SKIP() << translated.error().message;
  }
  ASSERT_TRUE(translated) << translated.error().message;
  const std::string text = json::Write(*translated);
  EXPECT_THAT(text, HasSubstr(R"("S3Key":"/app/src")"));
  EXPECT_THAT(text, HasSubstr("AWS::Events::Rule"));
  EXPECT_THAT(text, HasSubstr("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"));
}

TEST_F(SamTransformTest, TellsWhatIsWrong) {
  const auto failed = Apply("Resources: {F: {Type: 'AWS::Serverless::Function', Properties: {}}}");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, "ValidationError");
  EXPECT_THAT(failed.error().message,
              HasSubstr("Transform AWS::Serverless-2016-10-31 failed with: "));
}

TEST_F(SamTransformTest, AMissingInterpreterIsOneSentence) {
  setenv("IATK_PYTHON", "/nonexistent/python", 1);
  const auto failed = Apply(kFunction);
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message,
              HasSubstr("failed with: the Python interpreter /nonexistent/python can't be run"));
}

TEST_F(SamTransformTest, AnInterpreterThatEndsIsToldOf) {
  setenv("IATK_PYTHON", "/bin/false", 1);
  const auto failed = Apply(kFunction);
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message, HasSubstr("the Python process ended"));
}

class LocalPathsTest : public ::testing::Test {
 protected:
  LocalPathsTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "iatk-paths-XXXXXX").string();
    folder_ = std::filesystem::canonical(mkdtemp(pattern.data()));
    std::filesystem::create_directory(folder_ / "src");
    std::ofstream(folder_ / "machine.asl.yaml")
        << "StartAt: A\nStates: {A: {Type: Pass, End: true}}\n";
  }
  ~LocalPathsTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_F(LocalPathsTest, BecomeAddresses) {
  const auto packaged = PackageTemplate(R"(
Globals: {Function: {Runtime: python3.11}}
Resources:
  F: {Type: AWS::Serverless::Function, Properties: {CodeUri: ./src}}
  G: {Type: AWS::Serverless::Function, Properties: {InlineCode: x}}
  H: {Type: AWS::Serverless::Function, Properties: {CodeUri: s3://bucket/key}}
  I: {Type: AWS::Serverless::Function}
  S: {Type: AWS::Serverless::StateMachine, Properties: {DefinitionUri: machine.asl.yaml}}
)",
                                        folder_.string());
  ASSERT_TRUE(packaged) << packaged.error().message;
  const auto value = json::Parse(*packaged);
  const json::Value& resources = *value->Find("Resources");
  const auto code = [&](std::string_view id, std::string_view property) {
    const json::Value* const found = resources.Find(id)->Find("Properties")->Find(property);
    return found != nullptr ? json::Write(*found) : "none";
  };
  EXPECT_EQ(code("F", "CodeUri"),
            R"({"Bucket":"iatk-local-folder","Key":")" + (folder_ / "src").string() + R"("})");
  EXPECT_EQ(code("G", "CodeUri"), "none");
  EXPECT_EQ(code("H", "CodeUri"), R"("s3://bucket/key")");
  EXPECT_EQ(code("I", "CodeUri"),
            R"({"Bucket":"iatk-local-folder","Key":")" + folder_.string() + R"("})");
}

TEST_F(LocalPathsTest, MustExist) {
  const auto packaged = PackageTemplate(
      "Resources: {F: {Type: 'AWS::Serverless::Function', Properties: {CodeUri: nope}}}",
      folder_.string());
  ASSERT_FALSE(packaged);
  EXPECT_EQ(packaged.error().message,
            "Parameter CodeUri of resource F refers to a file or folder that does not exist " +
                (folder_ / "nope").string());
}

TEST_F(LocalPathsTest, DefinitionsMoveIntoTheTemplate) {
  auto document =
      json::Parse(R"({"Resources":{"S":{"Type":"AWS::StepFunctions::StateMachine","Properties":)"
                  R"({"DefinitionS3Location":{"Bucket":"iatk-local-folder","Key":")" +
                  (folder_ / "machine.asl.yaml").string() + R"("}}}}})");
  ASSERT_TRUE(InlineLocalDefinitions(&*document));
  EXPECT_THAT(json::Write(*document),
              HasSubstr(R"("DefinitionString":"{\"StartAt\":\"A\",\"States\":)"));
}

TEST(ParseS3Url, ReadsBothStyles) {
  const auto at = [](std::string_view url) {
    const auto place = ParseS3Url(url, "http://127.0.0.1:4566");
    return place ? place->first + "|" + place->second : "none";
  };
  EXPECT_EQ(at("https://bucket.s3.amazonaws.com/a/b%20c.yaml"), "bucket|a/b c.yaml");
  EXPECT_EQ(at("https://my.bucket.s3.eu-west-1.amazonaws.com/k"), "my.bucket|k");
  EXPECT_EQ(at("https://s3.eu-west-1.amazonaws.com/bucket/a/b?versionId=1"), "bucket|a/b");
  EXPECT_EQ(at("http://127.0.0.1:4566/bucket/key"), "bucket|key");
  EXPECT_EQ(at("http://localhost:9999/bucket/key"), "bucket|key");
  EXPECT_EQ(at("https://example.com/bucket/key"), "none");
  EXPECT_EQ(at("s3://bucket/key"), "none");
  EXPECT_EQ(at("https://s3.amazonaws.com/bucket"), "none");
  EXPECT_EQ(at("https://bucket.s3.amazonaws.com/a%2"), "none");
}

}  // namespace
}  // namespace iatk::cloud::cfn
