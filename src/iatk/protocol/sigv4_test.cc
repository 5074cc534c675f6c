// AWS's own SigV4 suite, and what the gateway says to requests that aren't signed as they should.
#include "iatk/protocol/sigv4.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "iatk/base/digest.h"
#include "iatk/base/time_text.h"
#include "iatk/protocol/scalar.h"
#include "iatk/protocol/testing/vectors.h"

namespace iatk::protocol {
namespace {

using ::testing::HasSubstr;

const SigningKeys kSuiteKeys{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""};

// A request as the suite writes one: lines that begin with white space go on with the line before.
net::HttpRequest ParseRequest(const std::string& text) {
  net::HttpRequest request;
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  const std::size_t method_end = line.find(' ');
  request.method = line.substr(0, method_end);
  request.target = line.substr(method_end + 1, line.rfind(' ') - method_end - 1);
  std::vector<std::pair<std::string, std::string>> fields;
  while (std::getline(lines, line) && !line.empty()) {
    if (line.front() == ' ' || line.front() == '\t') {
      fields.back().second += line;
      continue;
    }
    const std::size_t colon = line.find(':');
    fields.emplace_back(line.substr(0, colon), line.substr(colon + 1));
  }
  for (auto& [name, value] : fields) request.headers.Add(name, value);
  std::ostringstream rest;
  rest << lines.rdbuf();
  request.body = rest.str();
  return request;
}

std::vector<std::filesystem::path> SuiteFolders() {
  std::vector<std::filesystem::path> folders;
  const auto folder = testing::ConformanceFolder();
  if (!folder) return folders;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(*folder + "/sigv4")) {
    const std::filesystem::path& path = entry.path();
    if (entry.is_directory() &&
        std::filesystem::exists(path / (path.filename().string() + ".req"))) {
      folders.push_back(path);
    }
  }
  std::ranges::sort(folders);
  return folders;
}

TEST(SigV4, PassesTheSuite) {
  const std::vector<std::filesystem::path> folders = SuiteFolders();
  if (folders.empty()) GTEST_SKIP() << "IATK_CONFORMANCE_DIR names no folder with sigv4 in it";
  EXPECT_EQ(folders.size(), 34U);
  SigningKeyCache cache;
  for (const std::filesystem::path& folder : folders) {
    const std::string name = folder.filename();
    SCOPED_TRACE(name);
    const auto file = [&](const char* extension) {
      std::string text = testing::ReadFile(folder / (name + extension));
      std::erase(text, '\r');
      return text;
    };
    net::HttpRequest request = ParseRequest(file(".req"));
    SigningKeys keys = kSuiteKeys;
    // A session is the signed request's; where the token isn't signed, it was added afterwards.
    if (file(".authz").find("x-amz-security-token") != std::string::npos) {
      keys.session_token = ParseRequest(file(".sreq")).headers.Get("X-Amz-Security-Token");
    }
    const Time time = ParseIso8601Basic(request.headers.Get("X-Amz-Date")).value();
    Sign(keys, {time, "us-east-1", "service"}, &request, &cache);
    EXPECT_EQ(request.headers.Get("Authorization"), file(".authz"));

    const Result<Authorization> found = ParseAuthorization(request);
    ASSERT_TRUE(found.has_value()) << found.error().message;
    const std::string canonical = CanonicalRequest(request, found->signed_headers, "service",
                                                   HexEncode(Sha256(request.body)));
    EXPECT_EQ(canonical, file(".creq"));
    EXPECT_EQ(StringToSign(found->amz_date, "20150830/us-east-1/service/aws4_request", canonical),
              file(".sts"));
    const Result<void> verified = Verify(request, *found, keys.secret_key, time, &cache);
    EXPECT_TRUE(verified.has_value()) << verified.error().message;
  }
}

net::HttpRequest SimpleRequest() {
  net::HttpRequest request;
  request.method = "POST";
  request.target = "/";
  request.headers = {{"Host", "sqs.us-east-1.amazonaws.com"}};
  request.body = "{}";
  return request;
}

const Time kNow = ParseIso8601("2026-11-23T18:26:00Z").value();

TEST(SigV4, FailsForAnotherSecretBodyOrTime) {
  net::HttpRequest request = SimpleRequest();
  Sign({"AKID", "secret", "token"}, {kNow, "eu-west-1", "sqs"}, &request);
  const Authorization found = ParseAuthorization(request).value();
  EXPECT_EQ(found.access_key, "AKID");
  EXPECT_EQ(found.region, "eu-west-1");
  EXPECT_EQ(found.service, "sqs");
  EXPECT_EQ(found.session_token, "token");
  EXPECT_FALSE(found.presigned);
  EXPECT_TRUE(Verify(request, found, "secret", kNow + std::chrono::minutes(14)).has_value());

  EXPECT_EQ(Verify(request, found, "other", kNow).error().code, "SignatureDoesNotMatch");
  const Result<void> late = Verify(request, found, "secret", kNow + std::chrono::minutes(16));
  EXPECT_EQ(late.error().message,
            "Signature expired: 20261123T182600Z is now earlier than 20261123T182700Z "
            "(20261123T184200Z - 15 min.)");
  EXPECT_THAT(Verify(request, found, "secret", kNow - std::chrono::hours(1)).error().message,
              HasSubstr("Signature not yet current: 20261123T182600Z is now later than"));
  request.body = "{ }";
  EXPECT_EQ(Verify(request, found, "secret", kNow).error().code, "SignatureDoesNotMatch");
}

TEST(SigV4, PresignsForAsLongAsIsSaid) {
  net::HttpRequest request;
  request.method = "GET";
  request.target = "/bucket/a%20key?versionId=1";
  request.headers = {{"Host", "s3.amazonaws.com"}};
  Presign({"AKID", "secret", "to+ken"}, {kNow, "us-east-1", "s3"}, std::chrono::minutes(5),
          &request);
  const Result<Authorization> found = ParseAuthorization(request);
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_TRUE(found->presigned);
  EXPECT_EQ(found->session_token, "to+ken");
  EXPECT_EQ(found->expires, std::chrono::minutes(5));
  EXPECT_TRUE(Verify(request, *found, "secret", kNow).has_value());
  EXPECT_TRUE(Verify(request, *found, "secret", kNow + std::chrono::minutes(5)).has_value());
  const Result<void> late = Verify(request, *found, "secret", kNow + std::chrono::minutes(6));
  EXPECT_EQ(late.error().code, "AccessDenied");
  EXPECT_EQ(late.error().message, "Request has expired");
  const auto scope = FindCredentialScope(request);
  ASSERT_TRUE(scope.has_value());
  EXPECT_EQ(scope->access_key, "AKID");
  EXPECT_EQ(scope->service, "s3");
}

TEST(SigV4, KeepsS3PathsAndSignsTheirPayloadsDigest) {
  net::HttpRequest request;
  request.method = "PUT";
  request.target = "/bucket/a%2Fb//./c%20d";
  request.headers = {{"Host", "s3.amazonaws.com"}};
  request.body = "content";
  Sign({"AKID", "secret", ""}, {kNow, "us-east-1", "s3"}, &request);
  EXPECT_EQ(request.headers.Get("X-Amz-Content-Sha256"), HexEncode(Sha256("content")));
  const Authorization found = ParseAuthorization(request).value();
  EXPECT_THAT(CanonicalRequest(request, found.signed_headers, "s3", "hash"),
              HasSubstr("\n/bucket/a/b//./c%20d\n"));
  EXPECT_THAT(CanonicalRequest(request, found.signed_headers, "sqs", "hash"),
              HasSubstr("\n/bucket/a%252Fb/c%2520d\n"));
  EXPECT_TRUE(Verify(request, found, "secret", kNow).has_value());
  request.body = "other";
  EXPECT_EQ(Verify(request, found, "secret", kNow).error().code, "XAmzContentSHA256Mismatch");
}

TEST(ParseAuthorization, SaysWhatIsMissing) {
  net::HttpRequest request = SimpleRequest();
  const Result<Authorization> none = ParseAuthorization(request);
  EXPECT_EQ(none.error().code, "MissingAuthenticationToken");
  EXPECT_EQ(none.error().message, "Missing Authentication Token");
  EXPECT_EQ(none.error().http_status, 403);

  request.headers.Set("Authorization", "Bearer abc");
  EXPECT_EQ(ParseAuthorization(request).error().message,
            "Authorization header requires 'Credential' parameter. Authorization header requires "
            "'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. "
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
            "Authorization=Bearer abc");
  request.headers.Set("X-Amz-Date", "20261123T182600Z");
  request.headers.Set("Authorization",
                      "AWS4-HMAC-SHA256 Credential=AKID/20261123/us-east-1, "
                      "SignedHeaders=host, Signature=00");
  EXPECT_EQ(ParseAuthorization(request).error().code, "IncompleteSignature");
  EXPECT_THAT(ParseAuthorization(request).error().message,
              HasSubstr("Credential must have exactly 5 slash-delimited elements"));
  request.headers.Set("Authorization",
                      "AWS4-HMAC-SHA256 Credential=AKID/20261122/us-east-1/sqs/aws4_request, "
                      "SignedHeaders=host, Signature=00");
  EXPECT_THAT(ParseAuthorization(request).error().message,
              HasSubstr("Date in Credential scope does not match"));
}

TEST(SigningKeyCache, GivesTheSameKeysAndForgetsTheOldest) {
  SigningKeyCache cache;
  const std::string first = cache.Get("secret", "20261123", "us-east-1", "sqs");
  EXPECT_EQ(first.size(), 32U);
  for (int i = 0; i < 200; ++i) cache.Get("secret", std::to_string(i), "us-east-1", "sqs");
  EXPECT_EQ(cache.Get("secret", "20261123", "us-east-1", "sqs"), first);
  EXPECT_NE(cache.Get("other", "20261123", "us-east-1", "sqs"), first);
}

}  // namespace
}  // namespace iatk::protocol
