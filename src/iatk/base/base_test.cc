#include <gtest/gtest.h>

#include "iatk/base/arn.h"
#include "iatk/base/clock.h"
#include "iatk/base/digest.h"
#include "iatk/base/ids.h"
#include "iatk/base/result.h"
#include "iatk/base/time_text.h"

namespace iatk {
namespace {

const Time kMoment = Time(Duration(1'574'375'665'123'456));

TEST(TimeText, WritesTheFormsOfTheProtocols) {
  EXPECT_EQ(FormatIso8601(kMoment), "2019-11-21T22:34:25Z");
  EXPECT_EQ(FormatIso8601(kMoment, Fraction::kMillis), "2019-11-21T22:34:25.123Z");
  EXPECT_EQ(FormatIso8601Basic(kMoment), "20191121T223425Z");
  EXPECT_EQ(FormatHttpDate(kMoment), "Thu, 21 Nov 2019 22:34:25 GMT");
  EXPECT_EQ(FormatEpochSeconds(kMoment), "1574375665.123456");
  EXPECT_EQ(FormatEpochSeconds(Time(Duration(-1'500'000))), "-1.5");
}

TEST(TimeText, ReadsWhatItWritesAndOffsets) {
  EXPECT_EQ(ParseIso8601(FormatIso8601(kMoment, Fraction::kMicros)), kMoment);
  EXPECT_EQ(ParseIso8601("2019-11-21T23:34:25.123456789+01:00"), kMoment);
  EXPECT_EQ(ParseEpochSeconds("1574375665.123456"), kMoment);
  EXPECT_EQ(ParseHttpDate("Thu, 21 Nov 2019 22:34:25 GMT"),
            std::chrono::floor<std::chrono::seconds>(kMoment));
  for (const char* text :
       {"", "2019-13-01T00:00:00Z", "2019-11-21T22:34:25", "2019-02-30T00:00:00Z",
        "2019-11-21T22:34:25Zx", "2019-11-21T25:00:00Z"}) {
    EXPECT_EQ(ParseIso8601(text), std::nullopt) << text;
  }
}

TEST(Arn, ResourceKeepsItsColons) {
  const auto arn = ParseArn("arn:aws:states:us-east-1:123456789012:execution:a:b");
  ASSERT_TRUE(arn.has_value());
  EXPECT_EQ(arn->resource, "execution:a:b");
  EXPECT_EQ(arn->ToString(), "arn:aws:states:us-east-1:123456789012:execution:a:b");
  EXPECT_EQ(ParseArn("arn:aws:states:us-east-1"), std::nullopt);
  EXPECT_EQ(MakeArn("sqs", "cn-north-1", "1", "q"), "arn:aws-cn:sqs:cn-north-1:1:q");
}

TEST(Digest, MatchesKnownVectors) {
  EXPECT_EQ(Md5Hex("abc"), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(HexEncode(HmacSha256("key", "The quick brown fox jumps over the lazy dog")),
            "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8");
  EXPECT_EQ(HexEncode(HmacSha256("", "")),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
  EXPECT_EQ(HexEncode(Sha256("")),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(HexEncode(Sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(Base64Encode("foob"), "Zm9vYg==");
  EXPECT_EQ(Base64Decode("Zm9vYg=="), "foob");
  EXPECT_EQ(Base64Decode("Zm9vYg="), std::nullopt);
  EXPECT_EQ(Base64Decode("Zm9 Yg=="), std::nullopt);
}

TEST(IdSource, SeedRepeatsAndUuidIsVersion4) {
  const auto a = MakeSeededIdSource(7);
  const auto b = MakeSeededIdSource(7);
  const std::string uuid = a->Uuid();
  EXPECT_EQ(uuid, b->Uuid());
  EXPECT_EQ(uuid.size(), 36U);
  EXPECT_EQ(uuid[14], '4');
  EXPECT_EQ(a->Hex(20).size(), 20U);
}

Result<int> Half(int number) {
  if (number % 2 != 0) return Fail(SenderError("Odd", "odd"));
  return number / 2;
}
Result<int> Quarter(int number) {
  IATK_TRY(const int half, Half(number));
  return Half(half);
}

TEST(Result, TryReturnsTheFirstError) {
  EXPECT_EQ(Quarter(8).value(), 2);
  EXPECT_EQ(Quarter(6).error().code, "Odd");
}

}  // namespace
}  // namespace iatk
