#include "iatk/net/ca_bundle.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace iatk::net {
namespace {

namespace fs = std::filesystem;

TEST(SystemCaBundle, IsFoundWhereTheDistributionKeepsIt) {
  const fs::path root = fs::path(testing::TempDir()) / "ca_bundle_test";
  fs::remove_all(root);
  EXPECT_EQ(SystemCaBundle(root), "");
  const auto make = [&root](const char* name) {
    const fs::path file = root / name;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << "-";
    return file.string();
  };
  // The last wish first: each that is made then goes before those.
  for (const char* const name :
       {"etc/ssl/cert.pem", "etc/ssl/ca-bundle.pem", "etc/pki/tls/certs/ca-bundle.crt",
        "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "etc/ssl/certs/ca-certificates.crt"}) {
    const std::string made = make(name);
    EXPECT_EQ(SystemCaBundle(root), made);
  }
  fs::remove_all(root);
}

}  // namespace
}  // namespace iatk::net
