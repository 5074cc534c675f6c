#include "iatk/rpc/server.h"

#include <gtest/gtest.h>

#include "iatk/rpc/request.h"

namespace iatk::rpc {
namespace {

std::string Call(std::string_view request) { return Server().Call(request).text; }

TEST(JsonRpc, WhatIsNoRequestIsAParseErrorWithTheIdThatCouldBeRead) {
  for (const char* text : {"", "{", "[]", "3", R"({"method":3})"}) {
    const Reply reply = Server().Call(text);
    EXPECT_FALSE(reply.understood) << text;
    EXPECT_EQ(reply.text,
              R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}})");
  }
  EXPECT_EQ(Call(R"({"id":"a","surplus":1})"),
            R"({"jsonrpc":"2.0","id":"a","error":{"code":-32700,"message":"Parse error"}})");
  EXPECT_EQ(Call(R"({"id":1,"method":"get_physical_id"})"),
            R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}})");
}

TEST(JsonRpc, AnUnknownMethodIsNotFound) {
  EXPECT_EQ(Call(R"({"jsonrpc":"2.0","id":"a","method":"nothing","params":{}})"),
            R"({"jsonrpc":"2.0","id":"a","error":{"code":-32601,"message":"Method not found"}})");
}

TEST(JsonRpc, ParamsThatAreNotTheMethodsAreInvalid) {
  for (const char* params : {R"({"Surplus":1})", R"({"ListenerId":3})", "[]", "null",
                             R"({"WaitTimeSeconds":2147483648})"}) {
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

TEST(UserAgent, CarriesWhatTheFrontEndSays) {
  EXPECT_EQ(UserAgentOf({"python", "0.1.0", "poll_events", "3.11.7",
                         "123e4567-e89b-12d3-a456-426614174000"}),
            "aws-iatk/python#3.11.7#0.1.0#poll_events#123e4567-e89b-12d3-a456-426614174000");
  EXPECT_EQ(UserAgentOf({"ruby", "0.1.0", "poll_events", "3", "x"}), "aws-iatk/unknown");
}

}  // namespace
}  // namespace iatk::rpc
