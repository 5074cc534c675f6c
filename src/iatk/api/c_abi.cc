// The C ABI over the JSON-RPC server: include/iatk/iatk.h.
#include <cstdlib>
#include <cstring>
#include <exception>

#include "iatk/base/version.h"
#include "iatk/iatk.h"
#include "iatk/rpc/server.h"

namespace {

iatk::rpc::Server& TheServer() {
  static iatk::rpc::Server server;
  return server;
}

constexpr char kInternalError[] =
    R"({"jsonrpc":"2.0","id":null,"error":{"code":-32603,"message":"Internal error"}})";

char* Copy(std::string_view text, size_t* size) {
  char* const copy = static_cast<char*>(std::malloc(text.size() + 1));
  if (copy == nullptr) return nullptr;
  std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  if (size != nullptr) *size = text.size();
  return copy;
}

char* Call(const char* request, size_t request_size, size_t* reply_size,
           iatk::rpc::ReplyForm form) {
  try {
    iatk::rpc::Reply reply = TheServer().Call({request, request_size}, form);
    if (reply.packed.size() == 0) return Copy(reply.text, reply_size);
    if (reply_size != nullptr) *reply_size = reply.packed.size();
    return reply.packed.Release();
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

void iatk_free(char* reply) { std::free(reply); }
