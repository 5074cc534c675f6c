#include "iatk/protocol/identify.h"

#include <gtest/gtest.h>

#include "iatk/model/all.h"

namespace iatk::protocol {
namespace {

using model::Protocol;

class IdentifyTest : public ::testing::Test {
 protected:
  Identified Identify(std::string method, std::string target, net::Headers headers = {},
                      std::string body = "") {
    net::HttpRequest request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.headers = std::move(headers);
    if (request.headers.Find("Host") == nullptr) request.headers.Add("Host", "127.0.0.1:4566");
    request.body = std::move(body);
    return identifier_.Identify(request);
  }

  // "s3:GetObject", or the error's code.
  static std::string Name(const Identified& found) {
    if (found.error) return found.error->code;
    return std::string(found.service->name) + ':' + std::string(found.operation->name);
  }

  static net::Headers Signed(const std::string& service) {
    return {{"Authorization", "AWS4-HMAC-SHA256 Credential=AKID/20261123/us-east-1/" + service +
                                  "/aws4_request, SignedHeaders=host, Signature=00"}};
  }

  std::string S3(std::string method, std::string target) {
    return Name(Identify(std::move(method), std::move(target), Signed("s3")));
  }

  Identifier identifier_{model::AllServices()};
};

const net::Headers kForm = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};

TEST_F(IdentifyTest, FindsJsonByTarget) {
  const Identified found = Identify("POST", "/", {{"X-Amz-Target", "AmazonSQS.SendMessage"}});
  EXPECT_EQ(Name(found), "sqs:SendMessage");
  EXPECT_EQ(found.protocol, Protocol::kJson);
  EXPECT_EQ(Name(Identify("POST", "/", {{"X-Amz-Target", "AWSEvents.PutEvents"}})),
            "events:PutEvents");
  EXPECT_EQ(Name(Identify("POST", "/", {{"X-Amz-Target", "AWSStepFunctions.StartExecution"}})),
            "stepfunctions:StartExecution");
  const Identified unknown = Identify("POST", "/", {{"X-Amz-Target", "AmazonSQS.Nothing"}});
  EXPECT_EQ(Name(unknown), "UnknownOperationException");
  EXPECT_EQ(unknown.service->name, "sqs");
  EXPECT_EQ(Name(Identify("POST", "/", {{"X-Amz-Target", "Nobody.Nothing"}})),
            "UnknownOperationException");
}

TEST_F(IdentifyTest, FindsQueriesByScopeThenByVersionAndAction) {
  const Identified found = Identify("POST", "/", kForm, "Action=DescribeStacks&Version=2010-05-15");
  EXPECT_EQ(Name(found), "cloudformation:DescribeStacks");
  EXPECT_EQ(found.protocol, Protocol::kQuery);
  EXPECT_EQ(Name(Identify("GET", "/?Action=GetCallerIdentity&Version=2011-06-15")),
            "sts:GetCallerIdentity");
  EXPECT_EQ(Name(Identify("POST", "/000000000000/q", kForm, "Action=SendMessage&MessageBody=x")),
            "sqs:SendMessage");

  net::Headers headers = Signed("iam");
  headers.Add("Content-Type", "application/x-www-form-urlencoded");
  EXPECT_EQ(Name(Identify("POST", "/", headers, "Action=ListRoles&Version=2010-05-08")),
            "iam:ListRoles");
  const Identified unknown = Identify("POST", "/", headers, "Action=Fly&Version=2010-05-08");
  EXPECT_EQ(Name(unknown), "InvalidAction");
  EXPECT_EQ(unknown.error->message, "The action Fly is not valid for this web service.");
  EXPECT_EQ(unknown.service->name, "iam");
  EXPECT_EQ(unknown.protocol, Protocol::kQuery);
  const Identified old = Identify("POST", "/", headers, "Action=ListRoles&Version=2009-01-01");
  EXPECT_EQ(old.error->message, "Could not find operation ListRoles for version 2009-01-01");
  EXPECT_EQ(Name(Identify("POST", "/", headers, "Version=2010-05-08")), "MissingAction");
}

TEST_F(IdentifyTest, FindsRestByPath) {
  EXPECT_EQ(Name(Identify("POST", "/2015-03-31/functions/f/invocations")), "lambda:Invoke");
  EXPECT_EQ(Name(Identify("POST", "/2015-03-31/functions")), "lambda:CreateFunction");
  EXPECT_EQ(Name(Identify("GET", "/2015-03-31/functions/")), "lambda:ListFunctions");
  EXPECT_EQ(Name(Identify("POST", "/TraceSegments", Signed("xray"))), "xray:PutTraceSegments");
  EXPECT_EQ(Name(Identify("GET", "/v1/registries/name/r", Signed("schemas"))),
            "schemas:DescribeRegistry");
  EXPECT_EQ(Name(Identify("GET", "/nowhere", Signed("lambda"))), "UnknownOperationException");
  // A function's name may be an ARN, encoded or not.
  EXPECT_EQ(Name(Identify("GET",
                          "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A1%3Afunction%3Af/"
                          "configuration")),
            "lambda:GetFunctionConfiguration");
}

TEST_F(IdentifyTest, TellsS3OperationsApart) {
  EXPECT_EQ(S3("GET", "/"), "s3:ListBuckets");
  EXPECT_EQ(S3("GET", "/b"), "s3:ListObjects");
  EXPECT_EQ(S3("GET", "/b/"), "s3:ListObjects");
  EXPECT_EQ(S3("GET", "/b?list-type=2&prefix=p"), "s3:ListObjectsV2");
  EXPECT_EQ(S3("GET", "/b?location"), "s3:GetBucketLocation");
  EXPECT_EQ(S3("GET", "/b?versions"), "s3:ListObjectVersions");
  EXPECT_EQ(S3("PUT", "/b"), "s3:CreateBucket");
  EXPECT_EQ(S3("PUT", "/b?tagging"), "s3:PutBucketTagging");
  EXPECT_EQ(S3("HEAD", "/b"), "s3:HeadBucket");
  EXPECT_EQ(S3("HEAD", "/b/k"), "s3:HeadObject");
  EXPECT_EQ(S3("GET", "/b/k/with/slashes"), "s3:GetObject");
  EXPECT_EQ(S3("GET", "/b/k?tagging"), "s3:GetObjectTagging");
  EXPECT_EQ(S3("GET", "/b/k?uploadId=u"), "s3:ListParts");
  EXPECT_EQ(S3("PUT", "/b/k?x-id=PutObject"), "s3:PutObject");
  EXPECT_EQ(S3("PUT", "/b/k?partNumber=1&uploadId=u"), "s3:UploadPart");
  EXPECT_EQ(S3("POST", "/b/k?uploads"), "s3:CreateMultipartUpload");
  EXPECT_EQ(S3("POST", "/b/k?uploadId=u"), "s3:CompleteMultipartUpload");
  EXPECT_EQ(S3("POST", "/b?delete"), "s3:DeleteObjects");
  EXPECT_EQ(S3("DELETE", "/b/k"), "s3:DeleteObject");
  EXPECT_EQ(S3("DELETE", "/b/k?uploadId=u"), "s3:AbortMultipartUpload");
  EXPECT_EQ(S3("PATCH", "/b/k"), "MethodNotAllowed");
  net::Headers copy = Signed("s3");
  copy.Add("x-amz-copy-source", "/b/other");
  EXPECT_EQ(Name(Identify("PUT", "/b/k", copy)), "s3:CopyObject");
  EXPECT_EQ(Name(Identify("PUT", "/b/k?partNumber=1&uploadId=u", copy)), "s3:UploadPartCopy");
}

TEST_F(IdentifyTest, RewritesHostsThatNameBuckets) {
  net::Headers headers = Signed("s3");
  headers.Add("Host", "my.bucket.s3.eu-west-1.amazonaws.com");
  Identified found = Identify("GET", "/a%20key?versionId=1", headers);
  EXPECT_EQ(Name(found), "s3:GetObject");
  EXPECT_EQ(found.path_style_target, "/my.bucket/a%20key?versionId=1");
  headers.Set("Host", "bucket.localhost:4566");
  found = Identify("PUT", "/", headers);
  EXPECT_EQ(Name(found), "s3:CreateBucket");
  EXPECT_EQ(found.path_style_target, "/bucket");
  headers.Set("Host", "s3.localhost:4566");
  EXPECT_EQ(Identify("PUT", "/bucket", headers).path_style_target, "");
  // Unsigned too, as presigned posts and public objects are asked for.
  EXPECT_EQ(Name(Identify("GET", "/k", {{"Host", "b.s3.localhost:4566"}})), "s3:GetObject");
}

TEST_F(IdentifyTest, RefusesJsonServicesWithoutTarget) {
  const Identified found = Identify("POST", "/", Signed("events"), "{}");
  EXPECT_EQ(Name(found), "UnknownOperationException");
  EXPECT_EQ(found.protocol, Protocol::kJson);
}

}  // namespace
}  // namespace iatk::protocol
