// JSON-RPC 2.0 over the kit: the one way into it for every other language.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "iatk/rpc/packed.h"

namespace iatk::rpc {

struct Reply {
  std::string text = {};   ///< one line of JSON, without its newline
  Packed packed = {};      ///< in the place of `text` where it has a size; see kPacked
  bool understood = true;  ///< false for what was no JSON-RPC request (error -32700)
};

enum class ReplyForm {
  /// Error 10 has "data": {"name", "service", "operation", "request_id", "http_status",
  /// "retryable"}, the last three where a service was reached; outputs have all that is known.
  kFull,
  /// To the byte what the original kit's core writes: its members, its order, its forms of numbers.
  kOriginal,
  /// kFull, but what may be large is packed: include/iatk/iatk.h, iatk_call_packed.
  kPacked,
};

/// Serves requests {"jsonrpc", "id", "method", "params", "metadata"}. Errors: -32700 for what is no
/// request, -32601 for an unknown method, -32602 for params that are not the method's, 10 for what
/// failed while it ran. Thread-safe: requests run side by side.
class Server {
 public:
  Server();
  ~Server();

  Reply Call(std::string_view request, ReplyForm form = ReplyForm::kFull);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace iatk::rpc
