#include "iatk/cloud/delivery/policy.h"

#include <gtest/gtest.h>

#include "iatk/json/parse.h"

namespace iatk::cloud {
namespace {

constexpr char kRule[] = "arn:aws:events:us-east-1:123456789012:rule/r";

Decision Evaluate(const std::string& statements) {
  return EvaluateResourcePolicy(*json::Parse("{\"Statement\":" + statements + "}"),
                                {.principal_service = "events.amazonaws.com",
                                 .principal_account = "123456789012",
                                 .action = "sqs:SendMessage",
                                 .resource = "arn:aws:sqs:us-east-1:123456789012:q",
                                 .source_arn = kRule});
}

std::string Allow(const std::string& more = "") {
  return R"({"Effect":"Allow","Principal":{"Service":["events.amazonaws.com"]},)"
         R"("Action":"sqs:sendmessage","Resource":"arn:aws:sqs:*:q")" +
         more + "}";
}

TEST(ResourcePolicy, AllowsTheServiceItNames) {
  EXPECT_EQ(Evaluate(Allow()), Decision::kAllowed);
  EXPECT_EQ(Evaluate("[" + Allow() + "]"), Decision::kAllowed);
  EXPECT_EQ(Evaluate(R"({"Effect":"Allow","Principal":"*","Action":"*"})"), Decision::kAllowed);
}

TEST(ResourcePolicy, DeniesWhatNoStatementAllows) {
  EXPECT_EQ(Evaluate("[]"), Decision::kDenied);
  EXPECT_EQ(
      Evaluate(R"({"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"*"})"),
      Decision::kDenied);
  EXPECT_EQ(Evaluate(R"({"Effect":"Allow","Principal":"*","Action":"sqs:ReceiveMessage"})"),
            Decision::kDenied);
}

TEST(ResourcePolicy, ConditionsOnTheSourceHold) {
  const auto with = [](const std::string& test, const std::string& key, const std::string& value) {
    return Evaluate(Allow(",\"Condition\":{\"" + test + "\":{\"" + key + "\":\"" + value + "\"}}"));
  };
  EXPECT_EQ(with("ArnEquals", "aws:SourceArn", kRule), Decision::kAllowed);
  EXPECT_EQ(with("ArnLike", "AWS:SourceArn", "arn:aws:events:*:rule/*"), Decision::kAllowed);
  EXPECT_EQ(with("ArnEquals", "aws:SourceArn", "arn:aws:events:us-east-1:123456789012:rule/x"),
            Decision::kDenied);
  EXPECT_EQ(with("StringEquals", "aws:SourceAccount", "123456789012"), Decision::kAllowed);
  EXPECT_EQ(with("StringNotEquals", "aws:SourceAccount", "123456789012"), Decision::kDenied);
  EXPECT_EQ(with("NumericEquals", "aws:SourceAccount", "123456789012"), Decision::kDenied);
  EXPECT_EQ(with("StringEquals", "aws:UserAgent", "x"), Decision::kDenied);
}

TEST(ResourcePolicy, DenyWins) {
  EXPECT_EQ(Evaluate("[" + Allow() + R"(,{"Effect":"Deny","Principal":"*","Action":"sqs:*"}])"),
            Decision::kDenied);
}

TEST(Wildcard, StarsAndQuestionMarks) {
  EXPECT_TRUE(MatchesWildcard("a*b?d", "axxbcd"));
  EXPECT_TRUE(MatchesWildcard("*", ""));
  EXPECT_FALSE(MatchesWildcard("a?", "a"));
  EXPECT_TRUE(MatchesWildcard("*a*a*", "banana"));
}

TEST(ResourcePolicy, AllowsTheAccountItNames) {
  const auto evaluate = [](const std::string& principal) {
    return EvaluateResourcePolicy(
        *json::Parse(R"({"Statement":{"Effect":"Allow","Action":"events:PutEvents","Principal":)" +
                     principal + "}}"),
        {.principal_service = "",
         .principal_account = "111122223333",
         .action = "events:PutEvents",
         .resource = "arn:aws:events:us-east-1:123456789012:event-bus/b",
         .source_arn = ""});
  };
  for (const char* principal : {R"("*")", R"({"AWS":"*"})", R"({"AWS":"111122223333"})",
                                R"({"AWS":["1","arn:aws:iam::111122223333:root"]})"}) {
    EXPECT_EQ(evaluate(principal), Decision::kAllowed) << principal;
  }
  for (const char* principal : {R"({"AWS":"999988887777"})", R"({"Service":""})",
                                R"({"AWS":"arn:aws:iam::999988887777:root"})"}) {
    EXPECT_EQ(evaluate(principal), Decision::kDenied) << principal;
  }
}

}  // namespace
}  // namespace iatk::cloud
