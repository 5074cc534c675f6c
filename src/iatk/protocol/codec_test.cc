// The codecs over real models: what the vectors don't show. SQS's two protocols, S3's own ways,
// errors, and text that isn't in the form of its protocol.
#include "iatk/protocol/codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "iatk/base/digest.h"
#include "iatk/json/parse.h"
#include "iatk/json/write.h"
#include "iatk/model/lambda/operations.h"
#include "iatk/model/s3/operations.h"
#include "iatk/model/sqs/operations.h"
#include "iatk/model/sts/operations.h"
#include "iatk/protocol/checksum.h"
#include "iatk/protocol/json_codec.h"
#include "iatk/protocol/json_form.h"
#include "iatk/protocol/xml.h"

namespace iatk::protocol {
namespace {

namespace lambda = model::lambda;
namespace s3 = model::s3;
namespace sqs = model::sqs;
using model::Protocol;
using ::testing::HasSubstr;
using ::testing::Not;

net::HttpRequest Form(std::string body, std::string target = "/") {
  net::HttpRequest request;
  request.method = "POST";
  request.target = std::move(target);
  request.headers = {{"Host", "localhost:4566"},
                     {"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = std::move(body);
  return request;
}

template <class Op>
Result<typename Op::Input> Read(Protocol spoken, const net::HttpRequest& request) {
  typename Op::Input input;
  IATK_CHECK(DecodeRequest(Op::Table(), spoken, request, &input));
  return input;
}

TEST(SqsQuery, ReadsTheOldNames) {
  const auto create = Read<sqs::op::CreateQueue>(
      Protocol::kQuery, Form("Action=CreateQueue&QueueName=q&Attribute.1.Name=DelaySeconds&"
                             "Attribute.1.Value=5&Attribute.2.Name=VisibilityTimeout&"
                             "Attribute.2.Value=30&Tag.1.Key=a&Tag.1.Value=b"));
  ASSERT_TRUE(create.has_value()) << create.error().message;
  EXPECT_EQ(create->queue_name, "q");
  EXPECT_EQ(create->attributes->at("DelaySeconds"), "5");
  EXPECT_EQ(create->attributes->at("VisibilityTimeout"), "30");
  EXPECT_EQ(create->tags->at("a"), "b");

  const auto send = Read<sqs::op::SendMessageBatch>(
      Protocol::kQuery,
      Form("Action=SendMessageBatch&QueueUrl=http%3A%2F%2Fh%2F1%2Fq&"
           "SendMessageBatchRequestEntry.1.Id=1&SendMessageBatchRequestEntry.1.MessageBody=x%20y&"
           "SendMessageBatchRequestEntry.1.DelaySeconds=7&"
           "SendMessageBatchRequestEntry.1.MessageAttribute.1.Name=n&"
           "SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.StringValue=v&"
           "SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.DataType=String&"
           "SendMessageBatchRequestEntry.10.Id=3&SendMessageBatchRequestEntry.2.Id=2"));
  ASSERT_TRUE(send.has_value()) << send.error().message;
  ASSERT_EQ(send->entries->size(), 3U);
  const auto& entry = send->entries->front();
  EXPECT_EQ(entry.message_body, "x y");
  EXPECT_EQ(entry.delay_seconds, 7);
  EXPECT_EQ(entry.message_attributes->at("n").string_value, "v");
  EXPECT_EQ(send->entries->at(1).id, "2");
  EXPECT_EQ(send->entries->at(2).id, "3");

  const auto receive = Read<sqs::op::ReceiveMessage>(
      Protocol::kQuery, Form("Action=ReceiveMessage&AttributeName.1=All&MessageAttributeName.1=a&"
                             "MessageAttributeName.2=b&MaxNumberOfMessages=10",
                             "/000000000000/q"));
  ASSERT_TRUE(receive.has_value()) << receive.error().message;
  EXPECT_EQ(receive->queue_url, "http://localhost:4566/000000000000/q");
  EXPECT_THAT(*receive->message_attribute_names, ::testing::ElementsAre("a", "b"));
  EXPECT_EQ(receive->max_number_of_messages, 10);

  const auto wrong = Read<sqs::op::ReceiveMessage>(
      Protocol::kQuery, Form("Action=ReceiveMessage&MaxNumberOfMessages=ten"));
  EXPECT_EQ(wrong.error().code, "MalformedInput");
}

TEST(Query, RefusesWhatIsNotUtf8) {
  for (const char* value : {"%FF", "%C0%80", "%ED%A0%80", "%F4%90%80%80", "%E2%82"}) {
    const auto read = Read<sqs::op::SendMessage>(
        Protocol::kQuery, Form("Action=SendMessage&MessageBody=" + std::string(value)));
    EXPECT_EQ(read.error().code, "MalformedQueryString") << value;
  }
  const auto read = Read<sqs::op::SendMessage>(
      Protocol::kQuery, Form("Action=SendMessage&MessageBody=%C3%A9%E2%82%AC%F0%9F%98%80"));
  EXPECT_EQ(read->message_body, "\u00e9\u20ac\U0001F600");
}

TEST(SqsQuery, AnswersInTheOldNames) {
  sqs::ReceiveMessageResult output;
  sqs::Message message;
  message.message_id = "1";
  message.body = "a < b";
  message.attributes.emplace()["SentTimestamp"] = "7";
  message.message_attributes.emplace()["n"].string_value = "v";
  output.messages.emplace().push_back(message);
  const net::HttpResponse response =
      EncodeResponse(sqs::op::ReceiveMessage::Table(), Protocol::kQuery, &output, "rid");
  EXPECT_EQ(response.headers.Get("Content-Type"), "text/xml");
  EXPECT_EQ(response.headers.Get("x-amzn-requestid"), "rid");
  EXPECT_THAT(
      response.body,
      HasSubstr("<ReceiveMessageResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\">"
                "<ReceiveMessageResult><Message><MessageId>1</MessageId><Body>a &lt; b</Body>"
                "<Attribute><Name>SentTimestamp</Name><Value>7</Value></Attribute>"
                "<MessageAttribute><Name>n</Name><Value><StringValue>v</StringValue></Value>"
                "</MessageAttribute></Message></ReceiveMessageResult><ResponseMetadata>"
                "<RequestId>rid</RequestId></ResponseMetadata></ReceiveMessageResponse>"));
}

TEST(SqsErrors, HaveBothNames) {
  const model::Operation& operation = sqs::op::SendMessage::Table();
  for (const char* code : {"QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"}) {
    const Error error = SenderError(code, "The specified queue does not exist.");
    const net::HttpResponse json =
        EncodeError(operation.service, &operation, Protocol::kJson, error, "rid");
    EXPECT_EQ(json.status, 400);
    EXPECT_EQ(json.headers.Get("x-amzn-query-error"),
              "AWS.SimpleQueueService.NonExistentQueue;Sender");
    EXPECT_EQ(json.headers.Get("Content-Type"), "application/x-amz-json-1.0");
    EXPECT_EQ(json.body,
              "{\"__type\":\"com.amazonaws.sqs#QueueDoesNotExist\","
              "\"message\":\"The specified queue does not exist.\"}");
    const net::HttpResponse query =
        EncodeError(operation.service, &operation, Protocol::kQuery, error, "rid");
    EXPECT_THAT(query.body, HasSubstr("<Error><Type>Sender</Type>"
                                      "<Code>AWS.SimpleQueueService.NonExistentQueue</Code>"
                                      "<Message>The specified queue does not exist.</Message>"));
    sqs::SendMessageResult output;
    const Result<void> read = DecodeResponse(operation, json, &output);
    EXPECT_EQ(read.error().code, "AWS.SimpleQueueService.NonExistentQueue");
    EXPECT_EQ(read.error().request_id, "rid");
    EXPECT_EQ(read.error().service, "sqs");
    EXPECT_EQ(read.error().operation, "SendMessage");
  }
}

TEST(Errors, HaveTheNamesOfTheirProtocol) {
  const Error error = SenderError("SignatureDoesNotMatch", "no", 403);
  const net::HttpResponse json = EncodeError(nullptr, nullptr, Protocol::kJson, error, "rid");
  EXPECT_THAT(json.body, HasSubstr("InvalidSignatureException"));
  EXPECT_EQ(json.status, 403);
  const net::HttpResponse query =
      EncodeError(&model::sts::kService, nullptr, Protocol::kQuery, error, "rid");
  EXPECT_THAT(query.body, HasSubstr("<Code>SignatureDoesNotMatch</Code>"));
  EXPECT_THAT(query.body, HasSubstr("https://sts.amazonaws.com/doc/2011-06-15/"));
}

TEST(Errors, CarryDetailsAsTheirModelHasThem) {
  const model::Operation& operation = lambda::op::GetFunction::Table();
  Error error = SenderError("ResourceNotFoundException", "Function not found: f", 404);
  error.details.emplace_back("Type", "User");
  const net::HttpResponse response =
      EncodeError(operation.service, &operation, Protocol::kRestJson, error, "rid", "GET");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.headers.Get("x-amzn-ErrorType"), "ResourceNotFoundException");
  EXPECT_EQ(response.body, "{\"Type\":\"User\",\"Message\":\"Function not found: f\"}");
  lambda::GetFunctionResponse output;
  const Result<void> read = DecodeResponse(operation, response, &output);
  EXPECT_EQ(read.error().code, "ResourceNotFoundException");
  EXPECT_EQ(read.error().message, "Function not found: f");
  ASSERT_EQ(read.error().details.size(), 1U);
  EXPECT_EQ(read.error().details.front().second, "User");
}

TEST(Errors, OfAStatusAloneNameIt) {
  net::HttpResponse response;
  response.status = 503;
  response.body = "<html>busy</html>";
  s3::GetObjectOutput output;
  Result<void> read = DecodeResponse(s3::op::GetObject::Table(), response, &output);
  EXPECT_EQ(read.error().code, "503");
  EXPECT_EQ(read.error().message, "Service Unavailable");
  EXPECT_TRUE(read.error().retryable);
}

TEST(S3, ErrorsStandAlone) {
  const model::Operation& operation = s3::op::GetObject::Table();
  Error error = SenderError("NoSuchKey", "The specified key does not exist.", 404);
  error.details.emplace_back("Key", "k");
  const net::HttpResponse response =
      EncodeError(operation.service, &operation, Protocol::kRestXml, error, "rid", "GET");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.body,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>"
            "<Key>k</Key><RequestId>rid</RequestId><HostId>rid</HostId></Error>");
  s3::GetObjectOutput output;
  EXPECT_EQ(DecodeResponse(operation, response, &output).error().code, "NoSuchKey");
  const net::HttpResponse head = EncodeError(operation.service, &s3::op::HeadObject::Table(),
                                             Protocol::kRestXml, error, "rid", "HEAD");
  EXPECT_EQ(head.body, "");
  s3::HeadObjectOutput head_output;
  const Result<void> read = DecodeResponse(s3::op::HeadObject::Table(), head, &head_output);
  EXPECT_EQ(read.error().code, "404");
  EXPECT_EQ(read.error().message, "Not Found");
}

TEST(S3, AnswersWithItsOwnRoots) {
  s3::GetBucketLocationOutput location;
  location.location_constraint = "eu-west-1";
  const model::Operation& operation = s3::op::GetBucketLocation::Table();
  const net::HttpResponse response =
      EncodeResponse(operation, Protocol::kRestXml, &location, "rid");
  EXPECT_THAT(response.body,
              HasSubstr("<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                        "eu-west-1</LocationConstraint>"));
  s3::GetBucketLocationOutput read;
  ASSERT_TRUE(DecodeResponse(operation, response, &read).has_value());
  EXPECT_EQ(read.location_constraint, "eu-west-1");

  s3::ListObjectsV2Output list;
  list.name = "b";
  list.contents.emplace().emplace_back().key = "k";
  const net::HttpResponse listed =
      EncodeResponse(s3::op::ListObjectsV2::Table(), Protocol::kRestXml, &list, "rid");
  EXPECT_THAT(listed.body,
              HasSubstr("<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"));
  EXPECT_THAT(listed.body, HasSubstr("<Contents><Key>k</Key></Contents>"));
}

net::HttpRequest Put(std::string body, net::Headers headers) {
  net::HttpRequest request;
  request.method = "PUT";
  request.target = "/bucket/a/key%20with%20spaces";
  request.headers = std::move(headers);
  request.body = std::move(body);
  return request;
}

TEST(S3, ReadsChunkedBodies) {
  const net::HttpRequest request =
      Put("5;chunk-signature=00\r\nhello\r\n6\r\n world\r\n0\r\n"
          "x-amz-checksum-crc32:DUoRhQ==\r\n\r\n",
          {{"x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"},
           {"Content-Encoding", "gzip,aws-chunked"},
           {"x-amz-meta-One", "1"}});
  const auto input = Read<s3::op::PutObject>(Protocol::kRestXml, request);
  ASSERT_TRUE(input.has_value()) << input.error().message;
  EXPECT_EQ(input->bucket, "bucket");
  EXPECT_EQ(input->key, "a/key with spaces");
  EXPECT_EQ(input->body, "hello world");
  EXPECT_EQ(input->content_encoding, "gzip");
  EXPECT_EQ(input->metadata->at("One"), "1");
  const auto cut = Read<s3::op::PutObject>(
      Protocol::kRestXml,
      Put("ff\r\nhello", {{"Content-Encoding", "aws-chunked"}, {"x-amz-a", ""}}));
  EXPECT_EQ(cut.error().code, "IncompleteBody");
}

TEST(S3, ComparesChecksums) {
  EXPECT_EQ(ChecksumText("crc32", "123456789"), "y/Q5Jg==");
  EXPECT_EQ(ChecksumText("crc32c", "123456789"), "4waSgw==");
  EXPECT_EQ(Crc64Nvme("123456789"), 0xAE8B14860A799888ULL);
  const std::string md5 = Base64Encode(Md5("body"));
  EXPECT_TRUE(Read<s3::op::PutObject>(Protocol::kRestXml, Put("body", {{"Content-MD5", md5}})));
  EXPECT_EQ(Read<s3::op::PutObject>(Protocol::kRestXml, Put("tampered", {{"Content-MD5", md5}}))
                .error()
                .code,
            "BadDigest");
  EXPECT_EQ(
      Read<s3::op::PutObject>(Protocol::kRestXml, Put("body", {{"Content-MD5", "x"}})).error().code,
      "InvalidDigest");
  EXPECT_EQ(
      Read<s3::op::PutObject>(Protocol::kRestXml, Put("body", {{"x-amz-checksum-sha256", "AAAA"}}))
          .error()
          .message,
      "The SHA256 you specified did not match the calculated checksum.");
}

TEST(Json, SaysWhatIsOfTheWrongType) {
  const auto refusal = [](std::string_view text) {
    sqs::SendMessageRequest input;
    const Result<void> read =
        FromJson(*sqs::op::SendMessage::Table().input, json::Parse(text).value(), &input);
    return read ? std::string() : read.error().code + ": " + read.error().message;
  };
  EXPECT_EQ(refusal(R"({"QueueUrl":"u","Unknown":1,"DelaySeconds":null})"), "");
  EXPECT_EQ(refusal(R"({"DelaySeconds":"5"})"),
            "SerializationException: STRING_VALUE can not be converted to an Integer");
  EXPECT_EQ(refusal(R"({"DelaySeconds":1.5})"),
            "SerializationException: NUMBER_VALUE can not be converted to an Integer");
  EXPECT_EQ(refusal(R"({"DelaySeconds":3000000000})"),
            "SerializationException: NUMBER_VALUE can not be converted to an Integer");
  EXPECT_EQ(refusal(R"({"QueueUrl":1})"),
            "SerializationException: NUMBER_VALUE can not be converted to a String");
  EXPECT_EQ(refusal(R"({"QueueUrl":{}})"),
            "SerializationException: Start of structure or map found where not expected.");
  EXPECT_EQ(refusal(R"({"QueueUrl":[]})"),
            "SerializationException: Start of list found where not expected");
  EXPECT_THAT(refusal(R"({"MessageAttributes":{"a":null}})"), HasSubstr("ValidationException"));
}

TEST(Json, RefusesWhatIsNotJson) {
  net::HttpRequest request;
  request.method = "POST";
  request.target = "/";
  request.body = "{\"QueueUrl\":";
  EXPECT_EQ(Read<sqs::op::SendMessage>(Protocol::kJson, request).error().code,
            "SerializationException");
  request.body = "";
  EXPECT_TRUE(Read<sqs::op::SendMessage>(Protocol::kJson, request).has_value());
}

TEST(Json, WritesTheSameStraightAndThroughAValue) {
  sqs::SendMessageRequest input;
  input.queue_url = "http://h/1/q";
  input.message_body = "quote \" and \n line";
  input.message_attributes.emplace()["n"].binary_value = std::string("\x00\xff", 2);
  std::string text;
  const model::Shape& shape = *sqs::op::SendMessage::Table().input;
  WriteJson(shape, &input, &text);
  EXPECT_EQ(text, json::Write(ToJson(shape, &input)));
  EXPECT_EQ(text, R"({"QueueUrl":"http://h/1/q","MessageBody":"quote \" and \n line",)"
                  R"("MessageAttributes":{"n":{"BinaryValue":"AP8="}}})");
}

TEST(Lambda, InvokesWithRawPayloads) {
  net::HttpRequest request;
  request.method = "POST";
  request.target = "/2015-03-31/functions/my%3Afunction/invocations?Qualifier=live";
  request.headers = {{"X-Amz-Invocation-Type", "Event"}};
  request.body = "not json";
  const auto input = Read<lambda::op::Invoke>(Protocol::kRestJson, request);
  ASSERT_TRUE(input.has_value()) << input.error().message;
  EXPECT_EQ(input->function_name, "my:function");
  EXPECT_EQ(input->qualifier, "live");
  EXPECT_EQ(input->invocation_type, "Event");
  EXPECT_EQ(input->payload, "not json");

  lambda::InvocationResponse output;
  output.status_code = 202;
  output.payload = "{}";
  output.executed_version = "$LATEST";
  const net::HttpResponse response =
      EncodeResponse(lambda::op::Invoke::Table(), Protocol::kRestJson, &output, "rid");
  EXPECT_EQ(response.status, 202);
  EXPECT_EQ(response.headers.Get("X-Amz-Executed-Version"), "$LATEST");
  EXPECT_EQ(response.body, "{}");
  EXPECT_THAT(response.body, Not(HasSubstr("StatusCode")));
}

TEST(Client, RefusesEmptyLabels) {
  s3::GetObjectRequest input;
  input.bucket = "b";
  input.key = "";
  const auto ids = MakeSeededIdSource(1);
  const auto request = EncodeRequest(s3::op::GetObject::Table(), &input, *ids);
  EXPECT_EQ(request.error().code, "ParamValidation");
}

TEST(Xml, WritesWhatXmlCanNotHoldAsTheReplacementCharacter) {
  std::string out;
  XmlWriter writer(&out);
  writer.Open("a");
  writer.Text(std::string_view("1\0 2\x1F 3\xEF\xBF\xBF 4\t\n\xEF\xBF\xBD", 17));
  writer.Close();
  EXPECT_EQ(out, "<a>1\xEF\xBF\xBD 2\xEF\xBF\xBD 3\xEF\xBF\xBD 4\t\n\xEF\xBF\xBD</a>");
  EXPECT_TRUE(ParseXml(out).has_value());
}

TEST(Xml, RefusesWhatIsNotXml) {
  for (const char* body : {"<a>", "{}", "<Delete><Object/></Delete><more/>",
                           "<!DOCTYPE a [<!ENTITY "
                           "x \"y\">]><a>&x;<a>"}) {
    net::HttpRequest request;
    request.method = "POST";
    request.target = "/b?delete";
    request.body = body;
    EXPECT_EQ(Read<s3::op::DeleteObjects>(Protocol::kRestXml, request).error().code, "MalformedXML")
        << body;
  }
}

// What is read from `text`, written again, or why it could not be read.
template <class T>
std::string ReadAndWritten(const model::Shape& shape, const Result<void>& read, const T& object) {
  if (!read) return read.error().code + ": " + read.error().message;
  std::string written;
  WriteJson(shape, &object, &written);
  return written;
}

template <class Op>
void ExpectSameFromTextAndValue(const std::string& text, const JsonForm& form) {
  const model::Shape& shape = *Op::Table().input;
  typename Op::Input from_text;
  typename Op::Input from_value;
  const Result<void> text_read = ReadJsonText(shape, text, form, &from_text);
  const Result<json::Value> value = json::Parse(text);
  const Result<void> value_read =
      value ? ReadJson(shape, *value, form, &from_value)
            : Fail(SenderError("SerializationException", value.error().message));
  EXPECT_EQ(ReadAndWritten(shape, text_read, from_text),
            ReadAndWritten(shape, value_read, from_value))
      << text;
}

TEST(Json, IsReadFromTextAsFromAValue) {
  constexpr std::string_view kSend =
      R"({"QueueUrl":"q","DelaySeconds":5.0,"MessageAttributes":{"a\n":{"BinaryListValues":["eA=="],)"
      R"("StringValue":null,"DataType":"S"},"b":null},"MessageBody":"\u00e9","Other":[{"x":1}],)"
      R"("MessageBody":"last"})";
  constexpr std::string_view kBatch =
      R"({"Entries":[{"Id":"1"},null,{"Id":"2"}],"Entries":[],"QueueUrl":null})";
  for (const bool skip_nulls : {false, true}) {
    const JsonForm form{.wire_names = true, .skip_null_elements = skip_nulls};
    for (std::size_t at = 0; at < kSend.size(); ++at) {
      for (const char c : {'"', '\\', '{', '}', '[', ']', ',', ':', '1', 'n', ' '}) {
        std::string changed(kSend);
        changed[at] = c;
        ExpectSameFromTextAndValue<sqs::op::SendMessage>(changed, form);
      }
    }
    for (const std::string_view text :
         {kSend, std::string_view("null"), std::string_view("[]"), std::string_view(" { } "),
          std::string_view(R"({"DelaySeconds":1e400})"),
          std::string_view(R"({"DelaySeconds":12345678901234567890})")}) {
      ExpectSameFromTextAndValue<sqs::op::SendMessage>(std::string(text), form);
    }
    for (std::size_t size = 0; size <= kBatch.size(); ++size) {
      ExpectSameFromTextAndValue<sqs::op::SendMessageBatch>(std::string(kBatch.substr(0, size)),
                                                            form);
    }
  }
}

}  // namespace
}  // namespace iatk::protocol
