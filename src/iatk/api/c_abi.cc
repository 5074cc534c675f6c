// The C ABI over the JSON-RPC server: include/iatk/iatk.h.
#include <algorithm>
#include <cstddef>
#include <exception>
#include <new>
#include <string_view>
#include <utility>

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

char* Give(Packed reply, std::size_t size, std::size_t* reply_size) {
  if (reply_size != nullptr) *reply_size = size;
  return reply.Release();
}

char* Copy(std::string_view text, std::size_t* reply_size) {
  Packed copy(text.size() + 1);
  *std::ranges::copy(text, copy.data()).out = '\0';
  return Give(std::move(copy), text.size(), reply_size);
}

char* Call(const char* request, std::size_t request_size, std::size_t* reply_size,
           iatk::rpc::ReplyForm form) {
  try {
    iatk::rpc::Reply reply = TheServer().Call({request, request_size}, form);
    const std::size_t size = reply.packed.size();
    if (size == 0) return Copy(reply.text, reply_size);
    return Give(std::move(reply.packed), size, reply_size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  } catch (const std::exception&) {
    return Copy(kInternalError, reply_size);
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
