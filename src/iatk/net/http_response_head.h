// The head of an HTTP response: what comes before its body. Private to net/.
#pragma once

#include <string>
#include <string_view>

#include "iatk/net/http.h"

namespace iatk::net {

struct HttpResponseContext {
  bool head_request = false;  ///< answers a HEAD: no body follows
  bool keep_alive = true;
  bool http_1_0 = false;
  std::string_view date;  ///< as FormatHttpDate writes it
};

/// Whether a body follows the head.
bool HasBody(const HttpResponse& response, const HttpResponseContext& context);

/// Appends the head to `out`. Writes Date, Content-Length and Connection itself, except that a
/// response to HEAD may set a Content-Length of its own: that of the body which it leaves out.
void AppendHttpResponseHead(const HttpResponse& response, const HttpResponseContext& context,
                            std::string& out);

}  // namespace iatk::net
