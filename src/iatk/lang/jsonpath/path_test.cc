#include "iatk/lang/jsonpath/path.h"

#include <gtest/gtest.h>

#include "iatk/json/parse.h"
#include "iatk/json/write.h"

namespace iatk::jsonpath {
namespace {

constexpr char kDocument[] =
    R"({"a":{"b":[1,2,{"c":"x"}],"d-e":null},"books":[{"p":5,"t":"A"},{"p":15},{"p":7,"t":"B"}]})";

std::string At(const char* path) {
  const auto compiled = Path::Compile(path);
  if (!compiled) return compiled.error().message;
  const auto value = compiled->Evaluate(*json::Parse(kDocument));
  return value ? json::Write(*value) : "nothing";
}

TEST(JsonPath, DefinitePathsLeadToOneValueOrNone) {
  EXPECT_EQ(At("$.a.b[2].c"), "\"x\"");
  EXPECT_EQ(At("$['a']['d-e']"), "null");
  EXPECT_EQ(At("$.a.d-e"), "null");
  EXPECT_EQ(At("$.a.b[-1].c"), "\"x\"");
  EXPECT_EQ(At("$.a.x"), "nothing");
  EXPECT_EQ(At("$.a.b[3]"), "nothing");
}

TEST(JsonPath, OthersGiveAllTheyFind) {
  EXPECT_EQ(At("$.books[*].p"), "[5,15,7]");
  EXPECT_EQ(At("$..p"), "[5,15,7]");
  EXPECT_EQ(At("$.books[0:2].p"), "[5,15]");
  EXPECT_EQ(At("$.books[0,2].t"), R"(["A","B"])");
  EXPECT_EQ(At("$.books[?(@.p < 10 && @.t)].t"), R"(["A","B"])");
  EXPECT_EQ(At("$.books[?(@.t == 'B' || @.p > 10)].p"), "[15,7]");
  EXPECT_EQ(At("$.books[?(!@.t)].p"), "[15]");
  EXPECT_EQ(At("$.books[*].none"), "[]");
  EXPECT_EQ(At("$.books[7][*]"), "[]");
  EXPECT_EQ(At("$.none[*]"), "nothing");
  EXPECT_EQ(At("$.books[0]['t','p','none']"), R"({"t":"A","p":5})");
}

TEST(JsonPath, FunctionsComputeFromWhatIsFound) {
  EXPECT_EQ(At("$.books[*].p.max()"), "15");
  EXPECT_EQ(At("$.books[*].p.avg()"), "9");
  EXPECT_EQ(At("$.a.keys()"), R"(["b","d-e"])");
  EXPECT_EQ(At("$[?(@.b.length() == 3)].b[0]"), "[]");
  EXPECT_EQ(At("$.books[*].t.sum()"), "nothing");

  EXPECT_EQ(At("$.books.length()"), "3");
  EXPECT_EQ(At("$.a.length()"), "2");
}

TEST(JsonPath, RefusesWhatIsNone) {
  for (const char* path :
       {"", "a", "$.", "$..", "$[", "$[x]", "$.a[?(]", "$.a b", "$[?(@.a ==)]"}) {
    EXPECT_FALSE(Path::Compile(path).has_value()) << path;
  }
}

TEST(JsonPath, SetMakesObjectsOnTheWay) {
  json::Value root = *json::Parse(R"({"a":[{"x":1}]})");
  EXPECT_TRUE(Path::Compile("$.b.c")->Set(&root, 2).has_value());
  EXPECT_TRUE(Path::Compile("$.a[0].x")->Set(&root, 3).has_value());
  EXPECT_FALSE(Path::Compile("$.a[1]")->Set(&root, 3).has_value());
  EXPECT_FALSE(Path::Compile("$.a.x")->Set(&root, 3).has_value());
  EXPECT_EQ(json::Write(root), R"({"a":[{"x":3}],"b":{"c":2}})");
  EXPECT_TRUE(Path::Compile("$.a[0]")->is_reference());
  EXPECT_FALSE(Path::Compile("$.a[*]")->is_reference());
}

}  // namespace
}  // namespace iatk::jsonpath
