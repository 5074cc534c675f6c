#include "iatk/cloud/services/s3/checksums.h"

#include "iatk/protocol/checksum.h"

namespace iatk::cloud {

bool IsChecksumAlgorithm(std::string_view algorithm) {
  return algorithm == "CRC32" || algorithm == "CRC32C" || algorithm == "CRC64NVME" ||
         algorithm == "SHA1" || algorithm == "SHA256";
}

std::string ComputeChecksum(std::string_view algorithm, std::string_view data) {
  std::string name(algorithm);
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return protocol::ChecksumText(name, data);
}

}  // namespace iatk::cloud
