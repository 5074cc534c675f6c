#include "iatk/lang/json_schema/formats.h"

#include <gtest/gtest.h>

namespace iatk::json_schema {
namespace {

struct Row {
  const char* format;
  std::vector<const char*> good;
  std::vector<const char*> bad;
};

TEST(Formats, TellTextsApart) {
  const std::vector<Row> rows = {
      {"date-time",
       {"2026-11-24T01:02:03Z", "1963-06-19t08:30:06.28z", "1998-12-31T15:59:60.1-08:00"},
       {"2026-11-24", "2026-02-29T00:00:00Z", "2026-11-24T24:00:00Z", "2026-11-24T01:02:60Z"}},
      {"date", {"2024-02-29"}, {"2023-02-29", "2023-2-1", "20230201"}},
      {"time", {"01:02:03+01:30"}, {"01:02:03", "1:02:03Z", "01:02:03+24:00"}},
      {"duration",
       {"P4DT12H30M5S", "P1M", "PT36H", "P2W"},
       {"P", "PT", "P1", "P1D2H", "P1Y2W", "P1YT"}},
      {"email",
       {"a.b+c@example.com", "\"a b\"@example.com", "a@[127.0.0.1]"},
       {"a", "@b", ".a@b", "a..b@c", "a@b@c d"}},
      {"hostname", {"example.com", "a"}, {"", "-a.com", "a..b", "under_score"}},
      {"ipv4", {"192.0.2.1"}, {"256.1.1.1", "1.2.3", "01.2.3.4"}},
      {"ipv6",
       {"::", "::1", "2001:db8::1", "::ffff:192.0.2.1", "1:2:3:4:5:6:7:8"},
       {"1::2::3", ":1", "12345::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9"}},
      {"uri",
       {"https://u@example.com:80/p?q#f", "urn:a:b", "ldap://[2001:db8::7]/c"},
       {"/relative", "http://a b", "http://x/%zz", "http://x/<>", "1http://x"}},
      {"uri-reference", {"/p?q", "#f", ""}, {"a b", "\\\\x"}},
      {"uuid", {"6f9619ff-8b86-4011-b42d-00cf4fc964ff"}, {"6f9619ff8b864011b42d00cf4fc964ff"}},
      {"json-pointer", {"", "/a~1b/0"}, {"a", "/a~2"}},
      {"relative-json-pointer", {"0", "1/a", "2#"}, {"/a", "01", ""}},
      {"regex", {"^a$"}, {"^(a"}},
      {"byte", {"YQ==", ""}, {"YQ", "Y?=="}},
      {"no-such-format", {"anything"}, {}}};
  for (const Row& row : rows) {
    for (const char* text : row.good)
      EXPECT_TRUE(HasFormat(row.format, text)) << row.format << " " << text;
    for (const char* text : row.bad)
      EXPECT_FALSE(HasFormat(row.format, text)) << row.format << " " << text;
  }
}

TEST(Formats, OfNumbersAreRanges) {
  const auto has = [](const char* format, const char* number) {
    return HasFormat(format, json::Value(json::Number(number)));
  };
  EXPECT_TRUE(has("int32", "-2147483648"));
  EXPECT_FALSE(has("int32", "2147483648"));
  EXPECT_FALSE(has("int64", "1.5"));
  EXPECT_TRUE(has("int64", "9223372036854775807"));
  EXPECT_FALSE(has("int64", "9223372036854775808"));
  EXPECT_FALSE(has("float", "1e39"));
  EXPECT_FALSE(has("double", "1e309"));
  EXPECT_TRUE(has("date", "1"));
}

TEST(Formats, SamplesAreOfTheirFormat) {
  const auto ids = MakeSeededIdSource(3);
  for (const char* format :
       {"date-time", "date", "time", "duration", "email", "hostname", "ipv4", "ipv6", "uri",
        "uri-reference", "uuid", "json-pointer", "relative-json-pointer", "regex", "byte"}) {
    const std::string sample =
        SampleOfFormat(format, Time(std::chrono::seconds(1'600'000'000)), *ids);
    EXPECT_FALSE(sample.empty()) << format;
    EXPECT_TRUE(HasFormat(format, sample)) << format << " " << sample;
  }
  EXPECT_EQ(SampleOfFormat("no-such-format", Time(), *ids), "");
}

}  // namespace
}  // namespace iatk::json_schema
