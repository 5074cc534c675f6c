#include "iatk/net/http.h"

#include <gtest/gtest.h>

namespace iatk::net {
namespace {

TEST(Headers, NamesCompareWithoutCaseAndKeepTheirOrder) {
  Headers headers = {{"A", "1"}, {"b", "2"}, {"a", "3"}};
  EXPECT_EQ(headers.Get("a"), "1");
  EXPECT_EQ(headers.Find("c"), nullptr);
  EXPECT_EQ(headers.Get("c"), "");
  headers.Set("a", "4");
  EXPECT_EQ(headers.size(), 2U);
  EXPECT_EQ(headers.Get("A"), "4");
  headers.Erase("B");
  EXPECT_EQ(headers.size(), 1U);
}

TEST(HttpRequest, SplitsItsTarget) {
  HttpRequest request;
  request.target = "/a%3Fb?c=d?e";
  EXPECT_EQ(request.path(), "/a%3Fb");
  EXPECT_EQ(request.query(), "c=d?e");
  request.target = "/a";
  EXPECT_EQ(request.path(), "/a");
  EXPECT_EQ(request.query(), "");
}

}  // namespace
}  // namespace iatk::net
