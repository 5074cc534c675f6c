#include "iatk/json/cursor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "iatk/json/lazy.h"
#include "iatk/json/lexing.h"
#include "iatk/json/parse.h"
#include "iatk/json/write.h"

namespace iatk::json {
namespace {

bool Takes(std::string_view text) {
  Cursor at(text);
  return IsUtf8(text) && at.Skip() && at.AtEnd();
}

TEST(Cursor, TakesWhatParseTakes) {
  for (const char* text :
       {R"({"b":1,"a":[1.0,1e5,-0,0.10,12345678901234567890123,1E400],"c":{"d":null}})",
        " [ true , false , null ] ",
        R"({"a" : {} , "b" : [ ] })",
        R"("\n\t\"\\\/é")",
        "3",
        "-0",
        R"({"a":1,"a":2})",
        "",
        " ",
        "{",
        "[1,]",
        "{\"a\"}",
        "nul",
        "nulls",
        "tru",
        "01",
        "1.",
        "+1",
        "1e",
        "[1 2]",
        "{} x",
        "\"\\x\"",
        "\"a",
        "'a'",
        "[nulx]",
        "{\"a\":01}",
        "\xff",
        "\"\xc3\"",
        "NaN",
        "[1]]",
        "\"\n\"",
        "{a:1}",
        "[,]",
        "{,}",
        "{\"a\":}",
        "{\"a\":1,}",
        "\"\\",
        "\"\\\"",
        "[}",
        "{]",
        "1\0"}) {
    EXPECT_EQ(Takes(text), Parse(text).has_value()) << text;
  }
}

TEST(Cursor, TakesWhatParseTakesWithAnyCharacterChanged) {
  const std::string text =
      R"({"a":[1.5e-7,true,null,"x\n\u00e9y"],"\ud83d\ude00":{"":-0}, "b" : [[]]})";
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const char c : std::string_view("\"\\{}[],:0179-+.eEtrufalsnbd /\n\x01\x7f\xc3")) {
      std::string changed = text;
      changed[at] = c;
      EXPECT_EQ(Takes(changed), Parse(changed).has_value()) << changed;
    }
    const std::string cut = text.substr(0, at);
    EXPECT_EQ(Takes(cut), Parse(cut).has_value()) << cut;
  }
}

TEST(Cursor, DecodesAsParseDoesWhereverAnEscapeStands) {
  for (std::size_t before = 0; before < 20; ++before) {
    for (const char* escape :
         {R"(\")", R"(\n)", R"(\u0041)", R"(\u00e9)", R"(\ud83d\ude00)", "é"}) {
      for (std::size_t after = 0; after < 10; ++after) {
        std::string json = "[\"" + std::string(before, 'x') + escape + std::string(after, 'y');
        json += escape;
        json += "\",\"z\"]";
        std::vector<std::string> read;
        Cursor at(json);
        EXPECT_TRUE(at.Array([&] { return at.String(&read.emplace_back()); })) << json;
        const Value parsed = *Parse(json);
        EXPECT_EQ(read[0], *(*parsed.AsArray())[0].AsString());
        EXPECT_EQ(read[1], "z");
      }
    }
  }
}

TEST(Cursor, BoundsDepth) {
  EXPECT_TRUE(Takes(std::string(512, '[') + std::string(512, ']')));
  EXPECT_FALSE(Takes(std::string(513, '[') + std::string(513, ']')));
}

TEST(Cursor, GivesWhatItIsAskedFor) {
  Cursor at(R"( {"text" : "a\"\\\/\b\f\n\r\tz", "numbers":[1,-2.5e1, 1e999]} )");
  std::string text;
  std::vector<double> numbers;
  std::vector<std::string> names;
  EXPECT_TRUE(at.Object([&](std::string_view name) {
    names.emplace_back(name);
    if (at.Peek() == '"') return at.String(&text);
    return at.Array([&] { return at.Number(&numbers.emplace_back()); });
  }));
  EXPECT_TRUE(at.AtEnd());
  EXPECT_EQ(names, (std::vector<std::string>{"text", "numbers"}));
  EXPECT_EQ(text, "a\"\\/\b\f\n\r\tz");
  EXPECT_EQ(numbers, (std::vector<double>{1, -25, std::numeric_limits<double>::infinity()}));
}

TEST(Cursor, GivesAValueAsItIsWritten) {
  Cursor at(R"([ {"a" : [1.0, "\n"]} , 2 ])");
  std::vector<std::string_view> written;
  EXPECT_TRUE(at.Array([&] { return at.Skip(&written.emplace_back()); }));
  EXPECT_EQ(written, (std::vector<std::string_view>{R"({"a" : [1.0, "\n"]})", "2"}));
}

TEST(Cursor, DecodesNames) {
  std::vector<std::string> names;
  Cursor at(R"({"\u0061\"":1,"":2})");
  EXPECT_TRUE(at.Object([&](std::string_view name) {
    names.emplace_back(name);
    return at.Skip();
  }));
  EXPECT_EQ(names, (std::vector<std::string>{"a\"", ""}));
}

TEST(Cursor, EndsWhereItIsTold) {
  Cursor at("[1,2]");
  EXPECT_FALSE(at.Array([] { return false; }));
  std::string text;
  EXPECT_FALSE(Cursor("1").String(&text));
  double number = 0;
  EXPECT_FALSE(Cursor("\"1\"").Number(&number));
}

Lazy OfText(std::string_view text) {
  auto own = std::make_shared<const std::string>(text);
  return Lazy::OfText(*own, own, 2);
}

TEST(Cursor, NumbersAreTheNearestDoubles) {
  for (const char* text :
       {"0", "-0", "0.0", "7", "-12.5", "1796064000.123", "0.1", "123456789012345",
        "1234567890123456", "12345678901234567890", "0.30000000000000004", "1e3", "1.5E-7",
        "9007199254740993", "0.000001", "99999.9999999999", "1e400", "-0.5e1"}) {
    double number = -1;
    Cursor at(text);
    ASSERT_TRUE(at.Number(&number) && at.AtEnd()) << text;
    EXPECT_EQ(number, std::strtod(text, nullptr)) << text;
    EXPECT_EQ(std::signbit(number), text[0] == '-') << text;
  }
  for (const char* text : {"", "-", ".5", "-.5", "1.", "1.e5", "1e", "x", "+1"}) {
    double number = 0;
    EXPECT_FALSE(Cursor(text).Number(&number)) << text;
  }
  for (const char* text : {"01", "1.5.5", "1-"}) {
    double number = 0;
    Cursor at(text);
    EXPECT_FALSE(at.Number(&number) && at.AtEnd()) << text;
  }
}

// `text` in a string of JSON, with its quotes escaped and nothing else.
std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\\\"") : std::string(1, c);
  return quoted + '"';
}

bool TakesWithin(std::string_view json) {
  Cursor at(json);
  std::string_view written;
  return at.Within(512, &written, [](auto& inner) { return inner.Skip(); }) && at.AtEnd();
}

TEST(Cursor, TakesATextWithinAStringIfThatIsWhatIsInTheString) {
  EXPECT_TRUE(TakesWithin(R"("{\"a\": [1.5, \"b\", {\"c\": null}] }" )"));
  const std::string text = R"({"a":[1.5e-7,true,null,"xy"],"é":{"":-0}, "b" : [[]]})";
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const char c : std::string_view("\"\\{}[],:0179-+.eEtrufalsnbd /\n\x01\x7f")) {
      std::string changed = text;
      changed[at] = c;
      if (!IsUtf8(changed)) continue;
      const std::string json = Quoted(changed);
      const auto outer = Parse(json);
      const std::string* const inner = outer ? outer->AsString() : nullptr;
      // What has escapes of its own it need not take.
      const bool is_plain = c != '\\';
      if (TakesWithin(json)) {
        ASSERT_TRUE(inner != nullptr && Parse(*inner).has_value()) << json;
      } else {
        EXPECT_FALSE(is_plain && inner != nullptr && Parse(*inner).has_value()) << json;
      }
    }
    EXPECT_FALSE(TakesWithin(Quoted(text.substr(0, at)))) << at;
    EXPECT_FALSE(TakesWithin(Quoted(text).substr(0, at))) << at;
  }
}

TEST(Cursor, StaysBeforeAStringThatItCanNotReadWithin) {
  for (const char* text : {R"("{\"a\":\"\\\"\"}")", R"("{\"a\":\"\\n\"}")", R"("{}x")", R"("\n{}")",
                           R"("{\u0022a\":1}")", R"("")"}) {
    Cursor at(text);
    std::string_view written;
    EXPECT_FALSE(at.Within(512, &written, [](auto& inner) { return inner.Skip(); })) << text;
    EXPECT_TRUE(at.Skip() && at.AtEnd()) << text;
  }
}

TEST(Cursor, GivesWhatIsWithinAString) {
  Cursor at(R"(["{\"text\": \"a\", \"number\":-1.5}", 2])");
  std::string_view written;
  std::vector<std::string> read;
  double number = 0;
  const auto take = [&](auto& inner) {
    return inner.Object([&](std::string_view name) {
      read.emplace_back(name);
      return inner.PeekString() ? inner.String(&read.emplace_back()) : inner.Number(&number);
    });
  };
  EXPECT_TRUE(at.Array([&] { return at.Within(1, &written, take) || at.Skip(); }));
  EXPECT_EQ(read, (std::vector<std::string>{"text", "a", "number"}));
  EXPECT_EQ(number, -1.5);
  EXPECT_EQ(written, R"({\"text\": \"a\", \"number\":-1.5})");
}

TEST(Cursor, BoundsDepthWithinAString) {
  const auto takes = [](std::size_t depth) {
    Cursor at(R"("[[1]]")");
    std::string_view written;
    return at.Within(depth, &written, [](auto& inner) { return inner.Skip(); });
  };
  EXPECT_TRUE(takes(2));
  EXPECT_FALSE(takes(1));
}

TEST(Cursor, APlainStringHasNoEscapes) {
  std::string_view text;
  Cursor at(R"( "plain" )");
  EXPECT_TRUE(at.Plain(&text) && at.AtEnd());
  EXPECT_EQ(text, "plain");
  for (const char* other : {R"("a\n")", "\"a", "1", "\"a\nb\"", ""}) {
    EXPECT_FALSE(Cursor(other).Plain(&text)) << other;
  }
}

TEST(Lazy, IsReadFromItsTextWhichStaysAsItCame) {
  const Lazy lazy = OfText(R"({ "a": 1.0 })");
  EXPECT_EQ(lazy.TextSize(), 12U);
  EXPECT_EQ(lazy->Find("a")->AsNumber()->text(), "1.0");
  EXPECT_EQ(lazy.Text(), R"({ "a": 1.0 })");
}

TEST(Lazy, IsReadFromTextInAString) {
  const auto own = std::make_shared<const std::string>(R"({ \"a\": 1.0 })");
  const Lazy lazy = Lazy::OfQuoted(*own, own, 2);
  EXPECT_TRUE(lazy.is_quoted());
  EXPECT_EQ(lazy.source(), *own);
  EXPECT_EQ(lazy->Find("a")->AsNumber()->text(), "1.0");
  EXPECT_EQ(lazy.Text(), R"({ "a": 1.0 })");
}

TEST(Lazy, OfAValueItWritesTheText) {
  const Lazy lazy = Value(Object{{"a", 1}});
  EXPECT_EQ(lazy.source(), std::nullopt);
  EXPECT_EQ(lazy.TextSize(), 7U);
  std::string text = "x";
  lazy.AppendText(&text);
  EXPECT_EQ(text, R"(x{"a":1})");
}

TEST(Lazy, WhatChangedItIsInItsText) {
  Lazy lazy = OfText(R"({ "a": 1.0 })");
  const Lazy copy = lazy;
  lazy.Mutable().AsObject()->Set("b", 2);
  EXPECT_EQ(lazy.Text(), R"({"a":1.0,"b":2})");
  EXPECT_EQ(copy.Text(), R"({ "a": 1.0 })");
  EXPECT_FALSE(copy->AsObject()->Contains("b"));
}

}  // namespace
}  // namespace iatk::json
