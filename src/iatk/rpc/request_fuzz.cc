// JSON-RPC requests: whatever comes is read or refused.
#include <cstdint>
#include <string_view>

#include "iatk/rpc/methods.h"
#include "iatk/rpc/request.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace iatk::rpc;
  const auto request = ReadRequest({reinterpret_cast<const char*>(data), size});
  if (!request) return 0;
  (void)UserAgentOf(request->metadata);
  if (const Method* method = FindMethod(request->method)) {
    (void)Params::Read(request->params, method->params);
  }
  return 0;
}
