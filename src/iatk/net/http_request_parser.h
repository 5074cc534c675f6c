// Bytes of a connection to HTTP requests, piece by piece. The only place that knows Beast. Private
// to net/.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "iatk/net/http.h"

namespace iatk::net {

class HttpRequestParser {
 public:
  enum class State { kNeedsMore, kDone, kFailed };

  HttpRequestParser(std::size_t max_header_bytes, std::size_t max_body_bytes);
  ~HttpRequestParser();

  /// Forgets the last request and begins the next.
  void Begin();
  /// Takes what it can of `data`; returns how many bytes that were. The rest must come again, with
  /// what follows it, in the next call. Not to be called once the state is another than kNeedsMore.
  std::size_t Put(std::string_view data);

  State state() const;
  /// Whether anything of the request has come.
  bool begun() const;
  /// Whether the client waits for a word before it sends the body.
  bool wants_continue() const;
  bool keep_alive() const;
  bool http_1_0() const;
  /// Whole once the state is kDone. Its buffers are used again by the next request.
  const HttpRequest& request() const;

  /// When failed: the status to answer with, and a sentence for the client.
  int error_status() const;
  std::string_view error_text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace iatk::net
