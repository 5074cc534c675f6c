// JSON-RPC requests: whatever comes is read or refused.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "iatk/json/parse.h"
#include "iatk/rpc/go_json.h"
#include "iatk/rpc/methods.h"
#include "iatk/rpc/original_form.h"
#include "iatk/rpc/request.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace iatk;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  rpc::FirstValue first;
  first.Add(text.substr(0, size / 2));
  first.Add(text.substr(size / 2));
  const auto request = rpc::ReadRequest(first.text());
  if (const auto value = json::Parse(rpc::ReplaceWhatIsNoUnicode(text))) {
    // What Go would write is JSON, and says the same.
    const auto again = json::Parse(rpc::WriteAsGo(*value));
    if (!again || !json::Equal(*value, *again)) std::abort();
    (void)rpc::InOriginalForm("get_trace_tree", *value);
  }
  if (!request) return 0;
  (void)rpc::UserAgentOf(request->metadata);
  const rpc::Method* const method = rpc::FindMethod(request->method);
  if (method != nullptr && request->params) {
    (void)rpc::Params::Read(*request->params, method->params);
  }
  return 0;
}
