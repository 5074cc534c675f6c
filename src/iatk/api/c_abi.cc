// The C ABI over the JSON-RPC server: include/iatk/iatk.h.
#include <algorithm>
#include <cstddef>
#include <exception>
#include <new>
#include <string_view>

#include "iatk/base/version.h"
#include "iatk/iatk.h"
#include "iatk/rpc/server.h"

namespace {

using iatk::rpc::Packed;

iatk::rpc::Server& TheServer() {
  static iatk::rpc::Server server;
  return server;
}

constexpr char kInternalError[] =
    R"({"jsonrpc":"2.0","id":null,"error":{"code":-32603,"message":"Internal error"}})";

iatk::rpc::Reply Serve(std::string_view request, iatk::rpc::ReplyForm form) {
  try {
    return TheServer().Call(request, form);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    return {.text = kInternalError};
  }
}

char* Call(const char* request, std::size_t request_size, std::size_t* reply_size,
           iatk::rpc::ReplyForm form) {
  try {
    iatk::rpc::Reply reply = Serve({request, request_size}, form);
    std::size_t size = reply.packed.size();
    if (size == 0) {
      size = reply.text.size();
      reply.packed = Packed(size + 1);
      *std::ranges::copy(reply.text, reply.packed.data()).out = '\0';
    }
    if (reply_size != nullptr) *reply_size = size;
    return reply.packed.Release();
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

}  // namespace

const char* iatk_version() { return iatk::kVersion.data(); }

char* iatk_call(const char* request, size_t request_size, size_t* reply_size) {
  return Call(request, request_size, reply_size, iatk::rpc::ReplyForm::kFull);
}

char* iatk_call_packed(const char* request, size_t request_size, size_t* reply_size) {
  return Call(request, request_size, reply_size, iatk::rpc::ReplyForm::kPacked);
}

void iatk_free(char* reply) { Packed::Free(reply); }
