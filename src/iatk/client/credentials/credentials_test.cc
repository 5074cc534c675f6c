#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "iatk/base/digest.h"
#include "iatk/base/time_text.h"
#include "iatk/client/credentials/chain.h"
#include "iatk/client/credentials/command_line.h"
#include "iatk/client/credentials/refreshing.h"
#include "iatk/client/test_world.h"
#include "iatk/model/sts/operations.h"

namespace iatk::client {
namespace {

using std::chrono::minutes;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

constexpr const char* kAssumed =
    "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>"
    "<Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>role-secret"
    "</SecretAccessKey><SessionToken>role-token</SessionToken>"
    "<Expiration>2026-11-18T12:00:00Z</Expiration></Credentials></AssumeRoleResult>"
    "</AssumeRoleResponse>";

class CredentialsTest : public ClientWorld {
 protected:
  CredentialsTest() { environment_["AWS_ENDPOINT_URL"] = server_.origin(); }

  Result<Credentials> Fetch(const std::string& profile = "") {
    IATK_TRY(const Settings settings, Settings::Load(environment(), profile));
    IATK_TRY(sender_, Sender::Make(settings, timing(), Sender::Route::kByProxy));
    IATK_TRY(metadata_, Sender::Make(settings, timing(), Sender::Route::kDirect));
    IATK_TRY(provider_, MakeChain({settings, "eu-west-1", sender_.get(), metadata_.get()}));
    return provider_->Fetch();
  }
  // The code of the error; its text must not have the secrets that these tests use.
  std::string ErrorOf(const std::string& profile = "") {
    const auto credentials = Fetch(profile);
    if (credentials) return "no error";
    message_ = credentials.error().message;
    EXPECT_THAT(message_, Not(HasSubstr("secret")));
    return credentials.error().code;
  }
  std::string KeyOf(const std::string& profile = "") {
    const auto credentials = Fetch(profile);
    EXPECT_TRUE(credentials.has_value()) << credentials.error().message;
    return credentials ? credentials->keys.access_key : "";
  }
  void AnswerText(int status, const std::string& text) {
    Answer([=](const net::HttpRequest&) { return Response(status, text); });
  }

  std::unique_ptr<Sender> sender_;
  std::unique_ptr<Sender> metadata_;
  ProviderPtr provider_;
  std::string message_;
};

TEST_F(CredentialsTest, TheEnvironmentGoesBeforeTheProfileUnlessTheCallerNamedOne) {
  Write(".aws/credentials",
        "[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = x-secret\n"
        "[dev]\naws_access_key_id = AKIDDEV\naws_secret_access_key = y-secret\n");
  EXPECT_EQ(KeyOf(), "AKIDDEFAULT");
  environment_["AWS_DEFAULT_PROFILE"] = "dev";
  EXPECT_EQ(KeyOf(), "AKIDDEV");
  environment_["AWS_DEFAULT_PROFILE"] = "default";
  environment_["AWS_PROFILE"] = "dev";
  EXPECT_EQ(KeyOf(), "AKIDDEV");
  environment_["AWS_ACCESS_KEY_ID"] = "AKIDENV";
  environment_["AWS_SECRET_ACCESS_KEY"] = "env-secret";
  environment_["AWS_SESSION_TOKEN"] = "env-token";
  EXPECT_EQ(KeyOf(), "AKIDENV");
  EXPECT_EQ(Fetch()->keys.session_token, "env-token");
  EXPECT_EQ(KeyOf("dev"), "AKIDDEV");
}

TEST_F(CredentialsTest, NoneAreAClearError) {
  EXPECT_EQ(ErrorOf(), "NoCredentials");
  EXPECT_EQ(ErrorOf("nobody"), "ProfileNotFound");
}

TEST_F(CredentialsTest, ARoleIsAssumedWithTheSourceProfilesKeys) {
  Write(".aws/config",
        "[profile app]\nrole_arn = arn:aws:iam::123456789012:role/app\nsource_profile = base\n"
        "external_id = ext\nduration_seconds = 900\nrole_session_name = tests\n");
  Write(".aws/credentials",
        "[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = base-secret\n");
  AnswerText(200, kAssumed);
  const auto credentials = Fetch("app");
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->keys.access_key, "ASIAROLE");
  EXPECT_EQ(credentials->keys.session_token, "role-token");
  EXPECT_EQ(credentials->expires, ParseIso8601("2026-11-18T12:00:00Z"));
  ASSERT_THAT(requests(), SizeIs(1));
  const std::string body = requests()[0].body;
  for (const char* const part :
       {"Action=AssumeRole&", "RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fapp",
        "ExternalId=ext", "DurationSeconds=900", "RoleSessionName=tests"}) {
    EXPECT_THAT(body, HasSubstr(part));
  }
  EXPECT_THAT(std::string(requests()[0].headers.Get("Authorization")), HasSubstr("AKIDBASE"));
}

TEST_F(CredentialsTest, RolesMayBeChained) {
  Write(".aws/config",
        "[profile one]\nrole_arn = arn:aws:iam::1:role/one\nsource_profile = two\n"
        "[profile two]\nrole_arn = arn:aws:iam::1:role/two\ncredential_source = Environment\n");
  environment_["AWS_ACCESS_KEY_ID"] = "AKIDENV";
  environment_["AWS_SECRET_ACCESS_KEY"] = "env-secret";
  AnswerText(200, kAssumed);
  EXPECT_EQ(KeyOf("one"), "ASIAROLE");
  ASSERT_THAT(requests(), SizeIs(2));
  EXPECT_THAT(std::string(requests()[0].headers.Get("Authorization")), HasSubstr("AKIDENV"));
  EXPECT_THAT(std::string(requests()[1].headers.Get("Authorization")), HasSubstr("ASIAROLE"));
}

TEST_F(CredentialsTest, WhatCannotLeadToARoleIsRefusedByName) {
  Write(".aws/config",
        "[profile loop]\nrole_arn = r\nsource_profile = pool\n"
        "[profile pool]\nrole_arn = r\nsource_profile = loop\n"
        "[profile bare]\nrole_arn = r\n"
        "[profile both]\nrole_arn = r\nsource_profile = x\ncredential_source = Environment\n"
        "[profile where]\nrole_arn = r\ncredential_source = Moon\n"
        "[profile gone]\nrole_arn = r\nsource_profile = nobody\n"
        "[profile code]\nrole_arn = r\nsource_profile = keys\nmfa_serial = m\n"
        "[profile keys]\naws_access_key_id = A\naws_secret_access_key = k-secret\n"
        "[profile login]\nlogin_session = s\n");
  EXPECT_EQ(ErrorOf("loop"), "ProfileLoop");
  EXPECT_EQ(ErrorOf("bare"), "CredentialsIncomplete");
  EXPECT_THAT(message_, HasSubstr("source_profile"));
  EXPECT_EQ(ErrorOf("both"), "CredentialsIncomplete");
  EXPECT_EQ(ErrorOf("where"), "CredentialsNotSupported");
  EXPECT_EQ(ErrorOf("gone"), "ProfileNotFound");
  EXPECT_EQ(ErrorOf("code"), "MfaNotSupported");
  EXPECT_THAT(message_, HasSubstr("mfa_serial"));
  EXPECT_EQ(ErrorOf("login"), "CredentialsNotSupported");
  EXPECT_THAT(requests(), SizeIs(0));
}

TEST_F(CredentialsTest, AProfileMayNameItselfForItsKeys) {
  Write(".aws/credentials",
        "[me]\naws_access_key_id = AKIDME\naws_secret_access_key = m-secret\n"
        "role_arn = arn:aws:iam::1:role/me\nsource_profile = me\n");
  AnswerText(200, kAssumed);
  EXPECT_EQ(KeyOf("me"), "ASIAROLE");
}

TEST_F(CredentialsTest, AWebIdentityTokenIsReadAtEachFetchAndSentUnsigned) {
  std::string answer = kAssumed;
  for (std::size_t at; (at = answer.find("AssumeRoleRe")) != std::string::npos;) {
    answer.replace(at, 10, "AssumeRoleWithWebIdentity");
  }
  AnswerText(200, answer);
  Write("token", "the-first");
  environment_["AWS_WEB_IDENTITY_TOKEN_FILE"] = (home_ / "token").string();
  environment_["AWS_ROLE_ARN"] = "arn:aws:iam::1:role/web";
  EXPECT_EQ(KeyOf(), "ASIAROLE");
  Write("token", "the-second");
  EXPECT_TRUE(provider_->Fetch().has_value());
  ASSERT_THAT(requests(), SizeIs(2));
  EXPECT_THAT(requests()[0].body, HasSubstr("WebIdentityToken=the-first"));
  EXPECT_THAT(requests()[1].body, HasSubstr("WebIdentityToken=the-second"));
  EXPECT_EQ(requests()[0].headers.Find("Authorization"), nullptr);
  environment_["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/nowhere";
  EXPECT_EQ(ErrorOf(), "WebIdentityTokenNotRead");
}

class SsoTest : public CredentialsTest {
 protected:
  SsoTest() {
    Write(".aws/config",
          "[profile dev]\nsso_session = corp\nsso_account_id = 123456789012\n"
          "sso_role_name = Tester\n"
          "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\n"
          "sso_region = eu-central-1\n");
    cache_ = ".aws/sso/cache/" + HexEncode(Sha1("corp")) + ".json";
    Answer([](const net::HttpRequest& request) {
      if (request.path() == "/token") {
        return Response(200, R"({"accessToken":"new-token","expiresIn":3600,"refreshToken":"r2"})");
      }
      return Response(200,
                      R"({"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"s-secret",)"
                      R"("sessionToken":"t","expiration":1795003600000}})");
    });
  }
  void Token(Duration left, const std::string& more = "") {
    Write(cache_, R"({"accessToken":"old-token","expiresAt":")" +
                      FormatIso8601(clock_.Now() + left) + "\"" + more + "}");
  }
  std::string Registration() const {
    return R"(,"clientId":"c","clientSecret":"cs","refreshToken":"r","registrationExpiresAt":")" +
           FormatIso8601(clock_.Now() + std::chrono::hours(100)) + "\"";
  }
  std::string cache_;
};

TEST_F(SsoTest, TheTokenOfTheSignInGivesTheRolesCredentials) {
  Token(std::chrono::hours(2));
  const auto credentials = Fetch("dev");
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->keys.access_key, "ASIASSO");
  EXPECT_EQ(credentials->expires, Time(std::chrono::seconds(1'795'003'600)));
  ASSERT_THAT(requests(), SizeIs(1));
  EXPECT_EQ(requests()[0].target,
            "/federation/credentials?role_name=Tester&account_id=123456789012");
  EXPECT_EQ(requests()[0].headers.Get("x-amz-sso_bearer_token"), "old-token");
}

TEST_F(SsoTest, ATokenThatIsAboutToExpireIsRefreshedInItsFile) {
  Token(minutes(5), Registration());
  EXPECT_EQ(KeyOf("dev"), "ASIASSO");
  ASSERT_THAT(requests(), SizeIs(2));
  EXPECT_THAT(requests()[0].body, HasSubstr(R"("refreshToken":"r")"));
  EXPECT_EQ(requests()[1].headers.Get("x-amz-sso_bearer_token"), "new-token");
  EXPECT_THAT(ReadFile(cache_), HasSubstr(R"("accessToken":"new-token")"));
  EXPECT_THAT(ReadFile(cache_), HasSubstr(R"("refreshToken":"r2")"));
  EXPECT_THAT(ReadFile(cache_), HasSubstr(R"("clientId":"c")"));
}

TEST_F(SsoTest, ASignInThatIsOverAsksForAnother) {
  EXPECT_EQ(ErrorOf("dev"), "SsoLoginNeeded");
  EXPECT_THAT(message_, HasSubstr("aws sso login --profile dev"));
  Token(minutes(-1));
  EXPECT_EQ(ErrorOf("dev"), "SsoLoginNeeded");
  EXPECT_THAT(message_, HasSubstr("has expired"));
  Write(cache_, "no json");
  EXPECT_EQ(ErrorOf("dev"), "SsoLoginNeeded");
  Token(std::chrono::hours(1));
  AnswerText(401, "{}");
  EXPECT_EQ(ErrorOf("dev"), "SsoLoginNeeded");
  AnswerText(403, R"({"message":"No access"})");
  EXPECT_EQ(ErrorOf("dev"), "SsoRefused");
  EXPECT_THAT(message_, HasSubstr("No access"));
}

TEST_F(SsoTest, WhatTheProfileLacksIsNamed) {
  Write(".aws/config", "[profile dev]\nsso_start_url = https://x\nsso_region = eu-west-1\n");
  EXPECT_EQ(ErrorOf("dev"), "CredentialsIncomplete");
  EXPECT_THAT(message_, HasSubstr("sso_account_id"));
}

TEST_F(CredentialsTest, AProcessPrintsThem) {
  Write("print.sh", R"(echo '{"Version":1,"AccessKeyId":"ASIAPROC","SecretAccessKey":"p-secret",)"
                    R"("SessionToken":"t","Expiration":"2026-11-18T10:00:00Z"}')");
  Write(".aws/config", "[profile p]\ncredential_process = sh \"" + (home_ / "print.sh").string() +
                           "\" 'an argument'\n");
  const auto credentials = Fetch("p");
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->keys.access_key, "ASIAPROC");
  EXPECT_EQ(credentials->keys.session_token, "t");
  EXPECT_EQ(credentials->expires, ParseIso8601("2026-11-18T10:00:00Z"));
}

TEST_F(CredentialsTest, AProcessThatFailsIsToldWithoutItsOutput) {
  const auto script = [&](const std::string& text) {
    Write("bad.sh", text);
    Write(".aws/config",
          "[profile p]\ncredential_process = sh " + (home_ / "bad.sh").string() + "\n");
    return ErrorOf("p");
  };
  EXPECT_EQ(script("echo my-secret >&2; exit 3"), "CredentialProcessFailed");
  EXPECT_THAT(message_, HasSubstr("status 3"));
  EXPECT_EQ(script("echo my-secret"), "CredentialProcessFailed");
  EXPECT_EQ(script("echo '{\"Version\":2}'"), "CredentialProcessFailed");
  EXPECT_EQ(script("echo '{\"Version\":1,\"AccessKeyId\":\"A\"}'"), "CredentialProcessFailed");
  EXPECT_THAT(message_, HasSubstr("SecretAccessKey"));
  EXPECT_EQ(script("head -c 200000 /dev/zero"), "CredentialProcessFailed");
  EXPECT_THAT(message_, HasSubstr("64 KiB"));
  Write(".aws/config", "[profile p]\ncredential_process = /nowhere/at-all\n");
  EXPECT_EQ(ErrorOf("p"), "CredentialProcessFailed");
}

TEST_F(CredentialsTest, AContainersCredentialsComeFromTheAddressInTheEnvironment) {
  environment_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = server_.origin() + "/v2/creds?x=1";
  environment_["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "Bearer b";
  environment_["HTTP_PROXY"] = "http://127.0.0.1:1";
  AnswerText(200, R"({"AccessKeyId":"ASIAECS","SecretAccessKey":"e-secret","Token":"t",)"
                  R"("Expiration":"2026-11-18T10:00:00Z"})");
  EXPECT_EQ(KeyOf(), "ASIAECS");
  EXPECT_EQ(requests()[0].target, "/v2/creds?x=1");
  EXPECT_EQ(requests()[0].headers.Get("Authorization"), "Bearer b");
  Write("token", "from-file");
  environment_["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = (home_ / "token").string();
  EXPECT_EQ(KeyOf(), "ASIAECS");
  EXPECT_EQ(requests()[1].headers.Get("Authorization"), "from-file");
  AnswerText(500, "");
  EXPECT_EQ(ErrorOf(), "MetadataUnavailable");
  EXPECT_THAT(requests(), SizeIs(5));
  environment_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://evil.example/creds";
  EXPECT_EQ(ErrorOf(), "MetadataUnavailable");
  EXPECT_THAT(message_, HasSubstr("evil.example"));
}

TEST_F(CredentialsTest, AnInstancesRoleIsAskedForWithAToken) {
  environment_.erase("AWS_EC2_METADATA_DISABLED");
  environment_["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = server_.origin() + "/";
  Answer([](const net::HttpRequest& request) -> net::HttpResponse {
    if (request.target == "/latest/api/token") {
      return Response(request.method == "PUT" ? 200 : 405, "imds-token");
    }
    if (request.headers.Get("x-aws-ec2-metadata-token") != "imds-token") return Response(401);
    if (request.target == "/latest/meta-data/iam/security-credentials/") {
      return Response(200, "worker\n");
    }
    if (request.target != "/latest/meta-data/iam/security-credentials/worker") {
      return Response(404);
    }
    return Response(200,
                    R"({"Code":"Success","AccessKeyId":"ASIAEC2","SecretAccessKey":"i-secret",)"
                    R"("Token":"t","Expiration":"2026-11-18T10:00:00Z"})");
  });
  EXPECT_EQ(KeyOf(), "ASIAEC2");
  EXPECT_THAT(requests(), SizeIs(3));
}

TEST_F(CredentialsTest, AnOlderMetadataServiceNeedsNoTokenUnlessTheUserInsists) {
  environment_.erase("AWS_EC2_METADATA_DISABLED");
  environment_["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = server_.origin();
  Answer([](const net::HttpRequest& request) -> net::HttpResponse {
    if (request.method == "PUT") return Response(404);
    if (request.target.ends_with("/")) return Response(200, "worker");
    return Response(200, R"({"AccessKeyId":"ASIAV1","SecretAccessKey":"v-secret"})");
  });
  EXPECT_EQ(KeyOf(), "ASIAV1");
  environment_["AWS_EC2_METADATA_V1_DISABLED"] = "true";
  EXPECT_EQ(ErrorOf(), "NoCredentials");
}

TEST(SplitCommandLineTest, MakesWordsAsAShellDoesWithoutExpansion) {
  EXPECT_THAT(*SplitCommandLine(R"(a  'b c' "d \"e\" \x" f\ g $HOME "")"),
              ElementsAre("a", "b c", R"(d "e" \x)", "f g", "$HOME", ""));
  EXPECT_FALSE(SplitCommandLine("'open").has_value());
  EXPECT_FALSE(SplitCommandLine("end\\").has_value());
  EXPECT_THAT(*SplitCommandLine("   "), SizeIs(0));
}

class Counting : public CredentialsProvider {
 public:
  explicit Counting(std::function<Result<Credentials>()> fetch) : fetch_(std::move(fetch)) {}
  Result<Credentials> Fetch() override { return fetch_(); }

 private:
  std::function<Result<Credentials>()> fetch_;
};

TEST(RefreshingCredentialsTest, AreKeptUntilTheyAreAboutToExpire) {
  ManualClock clock{Time(std::chrono::seconds(1'000'000))};
  int fetches = 0;
  RefreshingCredentials credentials(std::make_unique<Counting>([&]() -> Result<Credentials> {
                                      ++fetches;
                                      return Credentials{{std::to_string(fetches), "s", ""},
                                                         clock.Now() + std::chrono::hours(1)};
                                    }),
                                    clock);
  EXPECT_EQ(credentials.Get()->access_key, "1");
  clock.Advance(minutes(44));
  EXPECT_EQ(credentials.Get()->access_key, "1");
  clock.Advance(minutes(2));
  EXPECT_EQ(credentials.Get()->access_key, "2");
  EXPECT_EQ(fetches, 2);
}

TEST(RefreshingCredentialsTest, AFailureMattersOnlyWhenTheOldOnesAreOver) {
  ManualClock clock{Time(std::chrono::seconds(1'000'000))};
  bool fails = false;
  RefreshingCredentials credentials(std::make_unique<Counting>([&]() -> Result<Credentials> {
                                      if (fails) return Fail(SenderError("Down", "down"));
                                      return Credentials{{"A", "s", ""},
                                                         clock.Now() + std::chrono::hours(1)};
                                    }),
                                    clock);
  EXPECT_TRUE(credentials.Get().has_value());
  fails = true;
  clock.Advance(minutes(55));
  EXPECT_EQ(credentials.Get()->access_key, "A");
  clock.Advance(minutes(6));
  EXPECT_EQ(credentials.Get().error().code, "Down");
  fails = false;
  EXPECT_TRUE(credentials.Get().has_value());
}

TEST(RefreshingCredentialsTest, ManyThreadsAskOnce) {
  const SystemClock clock;
  std::atomic<int> fetches = 0;
  RefreshingCredentials credentials(std::make_unique<Counting>([&]() -> Result<Credentials> {
                                      ++fetches;
                                      return Credentials{{"A", "s", ""}, {}};
                                    }),
                                    clock);
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { EXPECT_TRUE(credentials.Get().has_value()); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(fetches, 1);
}

}  // namespace
}  // namespace iatk::client
