// All of botocore's protocol vectors, each in both directions: a vector that says what a client
// sends also says what a server reads, and one that says what a client reads, what a server sends.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "iatk/json/parse.h"
#include "iatk/json/write.h"
#include "iatk/protocol/codec.h"
#include "iatk/protocol/identify.h"
#include "iatk/protocol/json_form.h"
#include "iatk/protocol/testing/dynamic_model.h"
#include "iatk/protocol/testing/vectors.h"

namespace iatk::protocol::testing {
namespace {

using model::Member;
using model::Operation;
using model::Protocol;
using model::Shape;

// Cases that are left out of a direction, with the reason. Those that botocore leaves out and that
// we pass are not here: the ignore list says what a client need not do, not what it must not.
using Exclusions = std::map<std::string, std::string, std::less<>>;

const Exclusions& ExcludedFromAll() {
  static const Exclusions kCases = {
      {"SDKAppliedContentEncoding_awsJson1_0", "botocore's list; no model of ours compresses"},
      {"SDKAppliedContentEncoding_awsJson1_1", "botocore's list; no model of ours compresses"},
      {"SDKAppliedContentEncoding_awsQuery", "botocore's list; no model of ours compresses"},
      {"SDKAppliedContentEncoding_restJson1", "botocore's list; no model of ours compresses"},
      {"SDKAppliedContentEncoding_restXml", "botocore's list; no model of ours compresses"},
      {"SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_0", "botocore's list; as above"},
      {"SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_1", "botocore's list; as above"},
      {"SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsQuery", "botocore's list; as above"},
      {"SDKAppendedGzipAfterProvidedEncoding_restJson1", "botocore's list; as above"},
      {"SDKAppendedGzipAfterProvidedEncoding_restXml", "botocore's list; as above"},
      {"AwsJson10HostWithPath", "botocore's list; the endpoint's path is the client's to prepend"},
      {"AwsJson11HostWithPath", "botocore's list; the endpoint's path is the client's to prepend"},
      {"QueryHostWithPath", "botocore's list; the endpoint's path is the client's to prepend"},
      {"RestJsonHostWithPath", "botocore's list; the endpoint's path is the client's to prepend"},
  };
  return kCases;
}

class Vectors : public ::testing::TestWithParam<const char*> {
 protected:
  // Calls `run` for every case of a file.
  template <class Run>
  void EachCase(const std::string& kind, Run run) {
    const std::optional<std::string> folder = ConformanceFolder();
    if (!folder) GTEST_SKIP() << "IATK_CONFORMANCE_DIR names no folder with protocols in it";
    const json::Value file =
        ReadJsonFile(*folder + "/protocols/" + kind + "/" + GetParam() + ".json");
    ASSERT_NE(file.AsArray(), nullptr);
    int count = 0;
    for (const json::Value& suite : *file.AsArray()) {
      const DynamicModel model(suite);
      for (const json::Value& test : *suite.Find("cases")->AsArray()) {
        const std::string& id = *test.FindString("id");
        if (ExcludedFromAll().contains(id)) continue;
        SCOPED_TRACE(id);
        ++count;
        run(suite, model, model.Operation(*test.Find("given")->FindString("name")), test);
      }
    }
    RecordProperty("cases", count);
  }
};

DynamicPointer Filled(const Shape& shape, const json::Value* value) {
  DynamicPointer object = NewValue(shape);
  if (value != nullptr && value->AsObject() != nullptr) FillValue(shape, *value, object.get());
  return object;
}

std::string MediaType(std::string_view type) { return std::string(type.substr(0, type.find(';'))); }

class ZeroIds final : public IdSource {
 public:
  std::uint64_t Next64() override { return 0; }
};

class InputVectors : public Vectors {};
class OutputVectors : public Vectors {};

TEST_P(InputVectors, ClientWrites) {
  EachCase("input", [](const json::Value&, const DynamicModel& model, const Operation& operation,
                       const json::Value& test) {
    const Protocol protocol = model.service().protocol;
    const json::Value& serialized = *test.Find("serialized");
    const DynamicPointer input = Filled(*operation.input, test.Find("params"));
    ZeroIds ids;
    const Result<net::HttpRequest> request = EncodeRequest(operation, input.get(), ids);
    ASSERT_TRUE(request.has_value()) << request.error().message;
    const net::HttpRequest expected = RequestOf(serialized, protocol);
    EXPECT_EQ(request->method, expected.method);
    EXPECT_EQ(request->path(), expected.path());
    EXPECT_EQ(PairSet(request->query()), PairSet(expected.query())) << request->target;
    for (const auto& [name, value] : expected.headers) {
      if (name == "Host") continue;
      const std::string* mine = request->headers.Find(name);
      ASSERT_NE(mine, nullptr) << name;
      if (net::EqualsIgnoreCase(name, "Content-Type")) {
        EXPECT_EQ(MediaType(*mine), MediaType(value));
      } else {
        EXPECT_EQ(*mine, value) << name;
      }
    }
    if (const json::Value* forbidden = serialized.Find("forbidHeaders")) {
      for (const json::Value& name : *forbidden->AsArray()) {
        EXPECT_EQ(request->headers.Find(*name.AsString()), nullptr) << *name.AsString();
      }
    }
    if (const json::Value* required = serialized.Find("requireHeaders")) {
      for (const json::Value& name : *required->AsArray()) {
        if (*name.AsString() == "Content-Length") continue;
        EXPECT_NE(request->headers.Find(*name.AsString()), nullptr) << *name.AsString();
      }
    }
    if (serialized.FindString("body") != nullptr) {
      EXPECT_TRUE(SameBody(protocol, request->body, expected.body))
          << request->body << "\nexpected:\n"
          << expected.body;
    }
    const Result<std::string> prefix = ResolveHostPrefix(operation, input.get());
    ASSERT_TRUE(prefix.has_value()) << prefix.error().message;
    EXPECT_EQ(*prefix + "example.com", expected.headers.Get("Host"));
  });
}

// Where the wire has one form for what is empty and what isn't there, so that the way back can't
// tell which it was.
bool WritesEmptyAsAbsent(std::string_view id) {
  static const std::set<std::string_view> kCases = {
      "HttpPrefixHeadersAreNotPresent",         "QueryEmptyQueryMaps",
      "RestJsonHttpPrefixHeadersAreNotPresent", "RestJsonHttpWithEmptyStructurePayload",
      "RestJsonHttpWithHeadersButNoPayload",    "RestJsonOmitsEmptyListQueryValues",
  };
  return kCases.contains(id);
}

json::Value WithoutEmpty(const json::Value& object) {
  json::Object kept;
  for (const auto& [name, value] : *object.AsObject()) {
    const bool empty = (value.AsArray() != nullptr && value.AsArray()->empty()) ||
                       (value.AsObject() != nullptr && value.AsObject()->empty());
    if (!empty) kept.Append(name, value);
  }
  return kept;
}

TEST_P(InputVectors, ServerReads) {
  EachCase("input", [](const json::Value&, const DynamicModel& model, const Operation& operation,
                       const json::Value& test) {
    const std::string& id = *test.FindString("id");
    // A token that the client made is among what the server reads.
    if (id.ends_with("IdempotencyTokenAutoFill")) return;
    const Protocol protocol = model.service().protocol;
    const json::Value& serialized = *test.Find("serialized");
    net::HttpRequest request = RequestOf(serialized, protocol);
    if (protocol == Protocol::kQuery) {
      request.headers.Set("Content-Type", "application/x-www-form-urlencoded");
    }

    // Two vectors leave this header unsaid.
    if (protocol == Protocol::kJson && request.headers.Find("X-Amz-Target") == nullptr) {
      request.headers.Set("X-Amz-Target", std::string(model.service().target_prefix) + '.' +
                                              std::string(operation.name));
    }
    const model::Service* const services[] = {&model.service()};
    const Identified identified = Identifier(services).Identify(request);
    EXPECT_FALSE(identified.error.has_value()) << identified.error->message;
    EXPECT_EQ(identified.operation, &operation)
        << (identified.operation == nullptr ? "none" : identified.operation->name);
    EXPECT_EQ(identified.protocol, protocol);

    DynamicPointer expected = Filled(*operation.input, test.Find("params"));
    const DynamicPointer input = NewValue(*operation.input);
    const Result<void> read = DecodeRequest(operation, protocol, request, input.get());
    ASSERT_TRUE(read.has_value()) << read.error().message;
    json::Value mine = DumpValue(*operation.input, input.get());
    json::Value theirs = DumpValue(*operation.input, expected.get());
    // A map of query parameters has all of them for a server, those of other members too; only
    // some vectors say so.
    for (const Member& member : operation.input->members) {
      if (member.location == model::Location::kQueryString &&
          member.shape->type == model::Type::kMap) {
        mine.AsObject()->Erase(member.name);
        theirs.AsObject()->Erase(member.name);
      }
    }
    if (WritesEmptyAsAbsent(id)) {
      mine = WithoutEmpty(mine);
      theirs = WithoutEmpty(theirs);
    }
    EXPECT_TRUE(json::Equal(mine, theirs))
        << json::Write(mine) << "\nexpected:\n"
        << json::Write(theirs) << "\nof " << request.target << "\n"
        << request.body;
  });
}

// What an error's details say, as its shape has it.
json::Value ErrorMembers(const Shape& shape, const Error& error) {
  json::Object body;
  for (const Member& member : shape.members) {
    if (net::EqualsIgnoreCase(member.wire_name, "message") && !error.message.empty()) {
      body.Append(std::string(member.wire_name), error.message);
    }
    for (const auto& [name, text] : error.details) {
      if (name != member.wire_name) continue;
      const bool scalar = member.shape->type == model::Type::kString;
      body.Append(name, scalar ? json::Value(text) : json::Parse(text).value_or(json::Value()));
    }
  }
  const DynamicPointer object = NewValue(shape);
  EXPECT_TRUE(ReadJson(shape, body, JsonForm{.wire_names = true}, object.get()).has_value());
  return DumpValue(shape, object.get());
}

void ExpectError(const Operation& operation, const json::Value& test, const Error& error) {
  EXPECT_EQ(error.code, *test.FindString("errorCode"));
  if (const std::string* message = test.FindString("errorMessage")) {
    EXPECT_EQ(error.message, *message);
  }
  if (const json::Value* members = test.Find("error")) {
    const Shape& shape = *operation.errors.front();
    const json::Value mine = ErrorMembers(shape, error);
    const json::Value theirs = DumpValue(shape, Filled(shape, members).get());
    EXPECT_TRUE(json::Equal(mine, theirs)) << json::Write(mine) << " and " << json::Write(theirs);
  }
}

TEST_P(OutputVectors, ClientReads) {
  EachCase("output", [](const json::Value&, const DynamicModel& model, const Operation& operation,
                        const json::Value& test) {
    const net::HttpResponse response = ResponseOf(*test.Find("response"), model.service().protocol);
    const DynamicPointer output = NewValue(*operation.output);
    const Result<void> read = DecodeResponse(operation, response, output.get());
    if (test.Find("errorCode") != nullptr) {
      ASSERT_FALSE(read.has_value());
      EXPECT_EQ(read.error().http_status, response.status);
      ExpectError(operation, test, read.error());
      return;
    }
    ASSERT_TRUE(read.has_value()) << read.error().code << ": " << read.error().message;
    json::Value mine = DumpValue(*operation.output, output.get());
    json::Value theirs =
        DumpValue(*operation.output, Filled(*operation.output, test.Find("result")).get());
    if (WritesEmptyAsAbsent(*test.FindString("id"))) {
      mine = WithoutEmpty(mine);
      theirs = WithoutEmpty(theirs);
    }
    EXPECT_TRUE(json::Equal(mine, theirs)) << json::Write(mine) << "\nexpected:\n"
                                           << json::Write(theirs) << "\nof\n"
                                           << response.body;
  });
}

// Answers in a form that clients must read but our server doesn't write, with what is different:
// of these, only the round trip is checked.
bool HasOneForm(std::string_view id) {
  static const Exclusions kForms = {
      {"AwsJson10DeserializeAllowNulls", "nulls of absent members"},
      {"AwsJson10DeserializeIgnoreType", "a __type in a union"},
      {"AwsJson10HandlesEmptyOutputShape",
       "{} for an operation without output; AWS's services send nothing"},
      {"AwsJson10HandlesUnexpectedJsonOutput", "a member that the model doesn't know"},
      {"AwsJson11DateTimeWithNegativeOffset", "an offset from UTC"},
      {"AwsJson11DateTimeWithPositiveOffset", "an offset from UTC"},
      {"AwsJson11DeserializeIgnoreType", "a __type in a union"},
      {"AwsJson11StructuresDontDeserializeNullValues", "nulls of absent members"},
      {"AwsQueryDateTimeWithNegativeOffset", "an offset from UTC"},
      {"AwsQueryDateTimeWithPositiveOffset", "an offset from UTC"},
      {"NoOutputClientAllowsEmptyCbor", "an empty map for an operation without output"},
      {"QueryEmptyInputAndEmptyOutput", "no body at all; AWS's services send the metadata"},
      {"QueryNoInputAndNoOutput", "no body at all; AWS's services send the metadata"},
      {"QueryNoInputAndOutput", "no body at all; AWS's services send the metadata"},
      {"QueryXmlEmptyMaps", "white space in an empty map"},
      {"QueryXmlNamespaces", "a shape's namespace left out"},
      {"RestJsonDateTimeWithNegativeOffset", "an offset from UTC"},
      {"RestJsonDateTimeWithPositiveOffset", "an offset from UTC"},
      {"RestJsonDeserializeIgnoreType", "a __type in a union"},
      {"RestJsonDeserializesDenseSetMapAndSkipsNull", "a null in a dense map"},
      {"RestJsonDoesntDeserializeNullStructureValues", "nulls of absent members"},
      {"RestJsonEmptyInputAndEmptyOutput", "{} for an output that is nowhere in the body"},
      {"RestJsonGreetingWithErrors", "{} for an output that is nowhere in the body"},
      {"RestJsonHttpResponseCode", "{} for an output that is nowhere in the body"},
      {"RestJsonIgnoreQueryParamsInResponseNoPayload",
       "no body for absent members; another vector has {}"},
      {"RestJsonNoInputAndOutputWithJson", "{} for an output that is nowhere in the body"},
      {"RestXmlDateTimeWithNegativeOffset", "an offset from UTC"},
      {"RestXmlDateTimeWithPositiveOffset", "an offset from UTC"},
      {"RpcV2CborClientDoesntDeserializeNullStructureValues", "nulls of absent members"},
      {"RpcV2CborDeserializesDenseSetMapAndSkipsNull", "a null in a dense map"},
      {"RpcV2CborExtraFieldsInTheBodyShouldBeSkippedByClients",
       "members that the model doesn't know"},
      {"RpcV2CborPayloadWithUnsetUnion", "members that the model doesn't know"},
      {"empty_output_no_body", "no body at all; another vector has an empty map"},
      {"handles_empty_output_shape",
       "{} for an operation without output; AWS's services send nothing"},
      {"handles_unexpected_json_output", "a member that the model doesn't know"},
  };
  return !kForms.contains(id);
}

TEST_P(OutputVectors, ServerWrites) {
  EachCase("output", [](const json::Value&, const DynamicModel& model, const Operation& operation,
                        const json::Value& test) {
    const Protocol protocol = model.service().protocol;
    const net::HttpResponse expected = ResponseOf(*test.Find("response"), protocol);
    const DynamicPointer read_back = NewValue(*operation.output);
    if (const std::string* code = test.FindString("errorCode")) {
      Error error = SenderError(*code, "", expected.status);
      if (const std::string* message = test.FindString("errorMessage")) error.message = *message;
      const Shape& shape = *operation.errors.front();
      if (const json::Value* members = test.Find("error")) {
        const DynamicPointer object = Filled(shape, members);
        std::string text;
        WriteJson(shape, object.get(), JsonForm{.wire_names = true}, &text);
        const json::Value body = json::Parse(text).value();
        for (const auto& [name, value] : *body.AsObject()) {
          if (net::EqualsIgnoreCase(name, "message")) continue;
          error.details.emplace_back(
              name, value.AsString() != nullptr ? *value.AsString() : json::Write(value));
        }
      }
      const net::HttpResponse answer = EncodeError(&model.service(), &operation, protocol, error,
                                                   "00000000-0000-4000-8000-000000000000");
      EXPECT_EQ(answer.status, expected.status);
      const Result<void> read = DecodeResponse(operation, answer, read_back.get());
      ASSERT_FALSE(read.has_value());
      EXPECT_EQ(read.error().request_id, "00000000-0000-4000-8000-000000000000");
      ExpectError(operation, test, read.error());
      return;
    }
    const DynamicPointer output = Filled(*operation.output, test.Find("result"));
    const net::HttpResponse answer = EncodeResponse(operation, protocol, output.get(), "");
    EXPECT_EQ(answer.status, expected.status);
    const Result<void> read = DecodeResponse(operation, answer, read_back.get());
    ASSERT_TRUE(read.has_value()) << read.error().message << "\n" << answer.body;
    json::Value mine = DumpValue(*operation.output, read_back.get());
    json::Value theirs = DumpValue(*operation.output, output.get());
    if (WritesEmptyAsAbsent(*test.FindString("id"))) {
      mine = WithoutEmpty(mine);
      theirs = WithoutEmpty(theirs);
    }
    EXPECT_TRUE(json::Equal(mine, theirs)) << json::Write(mine) << "\nexpected:\n"
                                           << json::Write(theirs) << "\nof\n"
                                           << answer.body;
    if (!HasOneForm(*test.FindString("id"))) return;
    for (const auto& [name, value] : expected.headers) {
      if (net::EqualsIgnoreCase(name, "Content-Type") ||
          net::EqualsIgnoreCase(name, "Content-Length") ||
          net::EqualsIgnoreCase(name, "X-Amz-Target") ||  // a slip of one vector
          net::EqualsIgnoreCase(name, "x-amzn-RequestId")) {
        continue;
      }
      EXPECT_EQ(answer.headers.Get(name), value) << name;
    }
    EXPECT_TRUE(SameBody(protocol, answer.body, expected.body)) << answer.body << "\nexpected:\n"
                                                                << expected.body;
  });
}

std::string NameOf(const ::testing::TestParamInfo<const char*>& info) {
  std::string name = info.param;
  for (char& c : name) {
    if (c == '-') c = '_';
  }
  return name;
}

constexpr const char* kFiles[] = {"json",
                                  "json_1_0",
                                  "json_1_0-query-compatible",
                                  "query",
                                  "rest-json",
                                  "rest-xml",
                                  "smithy-rpc-v2-cbor",
                                  "smithy-rpc-v2-cbor-non-query-compatible",
                                  "smithy-rpc-v2-cbor-query-compatible"};

INSTANTIATE_TEST_SUITE_P(All, InputVectors, ::testing::ValuesIn(kFiles), NameOf);
INSTANTIATE_TEST_SUITE_P(All, OutputVectors, ::testing::ValuesIn(kFiles), NameOf);

}  // namespace
}  // namespace iatk::protocol::testing
