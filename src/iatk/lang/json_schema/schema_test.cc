#include "iatk/lang/json_schema/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "iatk/json/parse.h"
#include "iatk/lang/json_schema/uri.h"

namespace iatk::json_schema {
namespace {

using testing::HasSubstr;

Result<Schema> Read(const char* text, Draft assumed = Draft::k2020, const char* root = "#") {
  return Schema::Read(*json::Parse(text), {.assumed = assumed, .root = root});
}

std::string Error(const char* text) {
  const auto schema = Read(text);
  return schema ? "" : schema.error().message;
}

TEST(Schema, TheDraftIsWhatTheDocumentSays) {
  EXPECT_EQ(Read(R"({"$schema":"http://json-schema.org/draft-04/schema#"})")->draft(),
            Draft::kDraft4);
  EXPECT_EQ(Read(R"({"$schema":"https://json-schema.org/draft/2019-09/schema"})")->draft(),
            Draft::k2019);
  EXPECT_EQ(Read(R"({"openapi":"3.0.3"})")->draft(), Draft::kOpenApi30);
  EXPECT_EQ(Read(R"({"openapi":"3.1.0"})")->draft(), Draft::k2020);
  EXPECT_EQ(Read("{}", Draft::kDraft4)->draft(), Draft::kDraft4);
}

TEST(Schema, KeywordsOfALaterDraftCountUnlessTheDocumentNamesItsOwn) {
  EXPECT_NE(Read(R"({"const":1})", Draft::kDraft4)->root().constant, nullptr);
  EXPECT_EQ(
      Read(R"({"$schema":"http://json-schema.org/draft-04/schema#","const":1})")->root().constant,
      nullptr);
}

TEST(Schema, ReferencesAreFollowedWithinTheDocument) {
  EXPECT_EQ(Read(R"({"$ref":"#/$defs/a~1b%25","$defs":{"a/b%":{"minLength":3}}})")
                ->root()
                .reference->min_length,
            3U);
  EXPECT_EQ(Read(R"({"$id":"http://x/y/","$ref":"z#n","$defs":{"q":{"$id":"z",
                     "$defs":{"r":{"$anchor":"n","minLength":4}}}}})")
                ->root()
                .reference->min_length,
            4U);
  EXPECT_EQ(Read(R"({"components":{"schemas":{"A":{"minLength":5}}}})", Draft::kOpenApi30,
                 "#/components/schemas/A")
                ->root()
                .min_length,
            5U);
  EXPECT_THAT(Error(R"({"$ref":"#/nowhere"})"), HasSubstr("reference \"#/nowhere\" names nothing"));
  EXPECT_THAT(Error(R"({"$ref":"http://example.com/s"})"),
              HasSubstr("reference \"http://example.com/s\" leaves the schema"));
  EXPECT_EQ(Error(R"({"$defs":{"unused":{"$ref":"http://example.com/s"}}})"), "");
}

TEST(Schema, WhatCantBeUsedIsRefusedByItsPlace) {
  EXPECT_THAT(Error(R"({"properties":{"a":{"type":"strin"}}})"),
              HasSubstr("#/properties/a/type must be"));
  EXPECT_THAT(Error(R"({"minLength":-1})"), HasSubstr("#/minLength must be a whole number"));
  EXPECT_THAT(Error(R"({"multipleOf":0})"), HasSubstr("#/multipleOf must be a number above 0"));
  EXPECT_THAT(Error(R"({"required":true})"), HasSubstr("#/required must be an array of names"));
  EXPECT_THAT(Error(R"({"items":3})"), HasSubstr("#/items is no schema"));
  EXPECT_THAT(Error(R"x({"pattern":"(?=a)"})x"),
              HasSubstr("#/pattern: the pattern \"(?=a)\" can't be used: (?=…) is not supported"));
  std::string deep = "{}";
  for (int i = 0; i < 210; ++i) deep = R"({"not":)" + deep + "}";
  EXPECT_THAT(Error(deep.c_str()), HasSubstr("nested more than 200 deep"));
}

TEST(Schema, UrisAreResolvedAsRfc3986Says) {
  constexpr char kBase[] = "http://a/b/c/d;p?q";
  EXPECT_EQ(ResolveUri(kBase, "g").absolute, "http://a/b/c/g");
  EXPECT_EQ(ResolveUri(kBase, "../g").absolute, "http://a/b/g");
  EXPECT_EQ(ResolveUri(kBase, "/g").absolute, "http://a/g");
  EXPECT_EQ(ResolveUri(kBase, "//g").absolute, "http://g");
  EXPECT_EQ(ResolveUri(kBase, "?y").absolute, "http://a/b/c/d;p?y");
  EXPECT_EQ(ResolveUri(kBase, "#s%20t").absolute, kBase);
  EXPECT_EQ(ResolveUri(kBase, "#s%20t").fragment, "s t");
  EXPECT_EQ(ResolveUri(kBase, "urn:x:y").absolute, "urn:x:y");
}

}  // namespace
}  // namespace iatk::json_schema
