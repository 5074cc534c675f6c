#include "iatk/net/http_response_head.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <iterator>

namespace iatk::net {
namespace {

std::string_view ReasonPhrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 424:
      return "Failed Dependency";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Unknown";
  }
}

void AppendNumber(std::size_t number, std::string& out) {
  char digits[20];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  out.append(digits, end);
}

/// Whatever a value holds, it stays on its line.
void AppendFieldText(std::string_view text, std::string& out) {
  const auto breaks_line = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
  const auto start = out.size();
  out += text;
  std::replace_if(out.begin() + static_cast<std::ptrdiff_t>(start), out.end(), breaks_line, ' ');
}

bool IsTransports(std::string_view name) {
  switch (name.size()) {
    case 4:
      return EqualsIgnoreCase(name, "Date");
    case 10:
      return EqualsIgnoreCase(name, "Connection") || EqualsIgnoreCase(name, "Keep-Alive");
    case 14:
      return EqualsIgnoreCase(name, "Content-Length");
    case 17:
      return EqualsIgnoreCase(name, "Transfer-Encoding");
    default:
      return false;
  }
}

bool StatusHasBody(int status) { return status >= 200 && status != 204 && status != 304; }

}  // namespace

bool HasBody(const HttpResponse& response, const HttpResponseContext& context) {
  return !context.head_request && StatusHasBody(response.status) && !response.body.empty();
}

void AppendHttpResponseHead(const HttpResponse& response, const HttpResponseContext& context,
                            std::string& out) {
  const int status = response.status >= 200 && response.status <= 599 ? response.status : 500;
  out += "HTTP/1.1 ";
  AppendNumber(static_cast<std::size_t>(status), out);
  out += ' ';
  out += ReasonPhrase(status);
  out += "\r\n";
  for (const auto& [name, value] : response.headers) {
    if (IsTransports(name)) continue;
    AppendFieldText(name, out);
    out += ": ";
    AppendFieldText(value, out);
    out += "\r\n";
  }
  out += "Date: ";
  out += context.date;
  out += "\r\n";
  if (StatusHasBody(status)) {
    out += "Content-Length: ";
    const std::string* const length =
        context.head_request ? response.headers.Find("Content-Length") : nullptr;
    if (length != nullptr) {
      AppendFieldText(*length, out);
    } else {
      AppendNumber(response.body.size(), out);
    }
    out += "\r\n";
  }
  if (!context.keep_alive) {
    out += "Connection: close\r\n";
  } else if (context.http_1_0) {
    out += "Connection: keep-alive\r\n";
  }
  out += "\r\n";
}

}  // namespace iatk::net
