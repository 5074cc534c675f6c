#include <gtest/gtest.h>

#include "iatk/cloud/dispatch/access_key.h"

namespace iatk::cloud {
namespace {

TEST(AccessKey, TwelveDigitsAreTheAccount) {
  EXPECT_EQ(AccountOfAccessKey("123456789012"), "123456789012");
}

// The example key of "Get the account ID for an access key" in the IAM guide and of the account
// that AWS's GetAccessKeyInfo gives for keys of this form.
TEST(AccessKey, IssuedKeysCarryTheirAccount) {
  EXPECT_EQ(AccountOfAccessKey("ASIAQNZGKIQY56JQ7WML"), "029608264753");
  const auto ids = MakeSeededIdSource(3);
  for (const char* account : {"123456789012", "000000000000", "999999999999"}) {
    const std::string key = MakeAccessKey("ASIA", account, *ids);
    EXPECT_EQ(key.size(), 20U);
    EXPECT_EQ(AccountOfAccessKey(key), account);
  }
}

TEST(AccessKey, AnyOtherKeyBelongsToTheDefaultAccount) {
  for (const char* key : {"", "test", "AKIAIOSFODNN7EXAMPL", "ASIA0000000000000000"}) {
    EXPECT_EQ(AccountOfAccessKey(key), kDefaultAccount) << key;
  }
}

}  // namespace
}  // namespace iatk::cloud
