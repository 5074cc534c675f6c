#include "iatk/lang/intrinsics/intrinsics.h"

#include <gtest/gtest.h>

#include "iatk/json/parse.h"
#include "iatk/json/write.h"

namespace iatk::intrinsics {
namespace {

std::string Eval(const char* text) {
  const auto ids = MakeSeededIdSource(1);
  const json::Value input = *json::Parse(R"({"name":"Ann","list":[1,2,2],"o":{"a":1}})");
  const Scope scope{[&input](std::string_view path) -> Result<json::Value> {
                      const json::Value* found = input.Find(path.substr(2));
                      if (found == nullptr) return Fail(SenderError("NoPath", std::string(path)));
                      return *found;
                    },
                    *ids};
  const auto value = Evaluate(text, scope);
  return value ? json::Write(*value) : value.error().code;
}

TEST(Intrinsics, EachFunction) {
  EXPECT_EQ(Eval("States.Format('Hi {}, {} \\{\\}', $.name, 1.0)"), "\"Hi Ann, 1.0 {}\"");
  EXPECT_EQ(Eval("States.Format('it\\'s {} \\\\', 1)"), R"("it's 1 \\")");
  EXPECT_EQ(Eval("States.Array('\\{x\\}')"), R"(["{x}"])");
  EXPECT_EQ(Eval("States.ArrayRange(9223372036854775806, 9223372036854775807, 1)"),
            "[9223372036854775806,9223372036854775807]");
  EXPECT_EQ(Eval("States.StringToJson('{\"a\":1}')"), "{\"a\":1}");
  EXPECT_EQ(Eval("States.JsonToString($.o)"), R"("{\"a\":1}")");
  EXPECT_EQ(Eval("States.Array($.name, 'x', null, true)"), R"(["Ann","x",null,true])");
  EXPECT_EQ(Eval("States.ArrayPartition($.list, 2)"), "[[1,2],[2]]");
  EXPECT_EQ(Eval("States.ArrayContains($.list, 2)"), "true");
  EXPECT_EQ(Eval("States.ArrayRange(1, 9, 4)"), "[1,5,9]");
  EXPECT_EQ(Eval("States.ArrayGetItem($.list, 1)"), "2");
  EXPECT_EQ(Eval("States.ArrayLength($.list)"), "3");
  EXPECT_EQ(Eval("States.ArrayUnique($.list)"), "[1,2]");
  EXPECT_EQ(Eval("States.Base64Decode(States.Base64Encode('data'))"), "\"data\"");
  EXPECT_EQ(Eval("States.Hash('abc', 'MD5')"), "\"900150983cd24fb0d6963f7d28e17f72\"");
  EXPECT_EQ(Eval("States.JsonMerge($.o, States.StringToJson('{\"b\":2}'), false)"),
            R"({"a":1,"b":2})");
  EXPECT_EQ(Eval("States.MathAdd(3, -5)"), "-2");
  EXPECT_EQ(Eval("States.StringSplit('a,b;;c', ',;')"), R"(["a","b","c"])");
  EXPECT_EQ(Eval("States.MathRandom(1, 100, 7)"), Eval("States.MathRandom(1, 100, 7)"));
  EXPECT_EQ(Eval("States.UUID()").size(), 38U);
}

TEST(Intrinsics, FailuresHaveTheirName) {
  for (const char* text :
       {"States.Format('{}')", "States.Format('x', 1)", "States.ArrayGetItem($.list, 3)",
        "States.JsonMerge($.o, $.o, true)", "States.Nothing()", "States.Format('x'",
        "States.ArrayRange(1, 5000, 1)", "States.Base64Decode('!')", "States.MathAdd('a', 1)"}) {
    EXPECT_EQ(Eval(text), "States.IntrinsicFailure") << text;
  }
  EXPECT_EQ(Eval("States.Format('{}', $.none)"), "NoPath");
}

TEST(Intrinsics, NestingIsBounded) {
  std::string text = "1";
  for (int i = 0; i < 11; ++i) text = "States.Array(" + text + ")";
  EXPECT_FALSE(Check(text).has_value());
}

}  // namespace
}  // namespace iatk::intrinsics
