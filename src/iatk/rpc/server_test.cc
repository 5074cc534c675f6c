#include "iatk/rpc/server.h"

#include <gtest/gtest.h>

#include "iatk/rpc/go_json.h"
#include "iatk/rpc/request.h"

namespace iatk::rpc {
namespace {

std::string Call(std::string_view request) {
  return Server().Call(request, ReplyForm::kOriginal).text;
}

TEST(JsonRpc, WhatIsNoRequestIsAParseErrorWithTheIdThatCouldBeRead) {
  for (const char* text : {"", "{", "[]", "3", R"({"method":3})"}) {
    const Reply reply = Server().Call(text);
    EXPECT_FALSE(reply.understood) << text;
    EXPECT_EQ(reply.text,
              R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}})");
  }
  EXPECT_EQ(Call(R"({"id":"a","surplus":1})"),
            R"({"jsonrpc":"2.0","id":"a","error":{"code":-32700,"message":"Parse error"}})");
  // An id of a wrong type is answered to as the empty one.
  EXPECT_EQ(Call(R"({"id":1,"method":"get_physical_id"})"),
            R"({"jsonrpc":"2.0","id":"","error":{"code":-32700,"message":"Parse error"}})");
}

TEST(JsonRpc, AnUnknownMethodIsNotFound) {
  EXPECT_EQ(Call(R"({"jsonrpc":"2.0","id":"a","method":"nothing","params":{}})"),
            R"({"jsonrpc":"2.0","id":"a","error":{"code":-32601,"message":"Method not found"}})");
}

TEST(JsonRpc, ParamsThatAreNotTheMethodsAreInvalid) {
  for (const char* params :
       {R"({"Surplus":1})", R"({"ListenerId":3})", "[]", "3", R"({"WaitTimeSeconds":2147483648})",
        R"({"WaitTimeSeconds":1.0})", R"({"WaitTimeSeconds":1e0})"}) {
    EXPECT_EQ(Call(R"({"id":"a","method":"test_harness.eventbridge.poll_events","params":)" +
                   std::string(params) + "}"),
              R"({"jsonrpc":"2.0","id":"a","error":{"code":-32602,"message":"Invalid params"}})")
        << params;
  }
}

TEST(JsonRpc, WhatAMethodNeedsIsNamedWithoutCallingAnyone) {
  EXPECT_EQ(Call(R"({"id":"a","method":"test_harness.eventbridge.add_listener","params":{}})"),
            R"({"jsonrpc":"2.0","id":"a","error":{"code":10,"message":"missing required param )"
            R"(\"EventBusName\""}})");
  EXPECT_EQ(
      Call(R"({"id":null,"method":"mock.generate_barebone_event","params":{"RegistryName":"r"}})"),
      R"({"jsonrpc":"2.0","id":null,"error":{"code":10,"message":"requires both )"
      R"(\"RegistryName\" and \"SchemaName\""}})");
  EXPECT_EQ(Call(R"({"id":"a","method":"test_harness.eventbridge.remove_listeners",)"
                 R"("params":{"ids":["x"],"tagfilters":[{"Key":"k"}]}})"),
            R"({"jsonrpc":"2.0","id":"a","error":{"code":10,"message":"only one of Ids and )"
            R"(TagFilters is needed, not both"}})");
  EXPECT_EQ(Call(R"({"id":"a","method":"test_harness.eventbridge.remove_listeners","params":{}})"),
            R"({"jsonrpc":"2.0","id":"a","result":{"output":"success"}})");
}

TEST(JsonRpc, NullIsARequestWithoutMembersAndParamsWithoutMembers) {
  EXPECT_EQ(Call("null"),
            R"({"jsonrpc":"2.0","id":null,"error":{"code":-32601,"message":"Method not found"}})");
  EXPECT_EQ(Call(R"({"id":"a","method":"test_harness.eventbridge.remove_listeners",)"
                 R"("params":null})"),
            R"({"jsonrpc":"2.0","id":"a","result":{"output":"success"}})");
  EXPECT_EQ(Call(R"({"id":"a","method":"test_harness.eventbridge.remove_listeners"})"),
            R"({"jsonrpc":"2.0","id":"a","error":{"code":-32602,"message":"Invalid params"}})");
}

TEST(JsonRpc, OfMembersThatComeTwiceTheLastCounts) {
  EXPECT_EQ(Call(R"({"id":"a","id":null,"method":"nope"})"),
            R"({"jsonrpc":"2.0","id":null,"error":{"code":-32601,"message":"Method not found"}})");
  EXPECT_EQ(Call(R"({"id":"a","id":3})"),
            R"({"jsonrpc":"2.0","id":"a","error":{"code":-32700,"message":"Parse error"}})");
}

TEST(JsonRpc, ARequestPastTheLimitIsNone) {
  const std::string long_id(FirstValue::kMaxBytes, 'a');
  EXPECT_FALSE(Server().Call(R"({"id":")" + long_id + R"("})").understood);
}

// D2: what failed is told in full to those who can read it.
TEST(JsonRpc, TheFullFormHasTheErrorsData) {
  constexpr std::string_view kRequest =
      R"({"id":"a","method":"test_harness.eventbridge.poll_events","params":{}})";
  EXPECT_EQ(Server().Call(kRequest).text,
            R"({"jsonrpc":"2.0","id":"a","error":{"code":10,"message":"missing required param )"
            R"(\"ListenerId\"","data":{"name":"InvalidParams","retryable":false}}})");
}

TEST(UserAgent, CarriesWhatTheFrontEndSays) {
  EXPECT_EQ(UserAgentOf({"python", "0.1.0", "poll_events", "3.11.7",
                         "123e4567-e89b-12d3-a456-426614174000"}),
            "aws-iatk/python#3.11.7#0.1.0#poll_events#123e4567-e89b-12d3-a456-426614174000");
  EXPECT_EQ(UserAgentOf({"Python", "0.1.0", "a.b", "3", "123e4567-e89b-12d3-a456-426614174000"}),
            "aws-iatk/unknown");  // The language's version is no version.
  EXPECT_EQ(
      UserAgentOf({"Python", "0.1.0", "a.b", "3.1.2", "123e4567-e89b-12d3-a456-426614174000"}),
      "aws-iatk/python#3.1.2#0.1.0#a.b#123e4567-e89b-12d3-a456-426614174000");
  EXPECT_EQ(UserAgentOf({"ruby", "0.1.0", "poll_events", "3", "x"}), "aws-iatk/unknown");
}

}  // namespace
}  // namespace iatk::rpc
