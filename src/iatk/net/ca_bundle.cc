#include "iatk/net/ca_bundle.h"

#include <array>
#include <system_error>

namespace iatk::net {
namespace {

constexpr std::array kFiles = {
    "etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Arch, Gentoo
    "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora, RHEL, Amazon Linux
    "etc/pki/tls/certs/ca-bundle.crt",                   // older ones of these
    "etc/ssl/ca-bundle.pem",                             // SUSE
    "etc/ssl/cert.pem",                                  // Alpine
};

}  // namespace

std::string SystemCaBundle(const std::filesystem::path& root) {
  for (const char* const file : kFiles) {
    std::filesystem::path path = root / file;
    std::error_code error;
    if (std::filesystem::is_regular_file(path, error)) return path.string();
  }
  return "";
}

}  // namespace iatk::net
