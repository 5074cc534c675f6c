#include "bench/load/aws_json_request.h"

#include <utility>

namespace iatk::load {

net::HttpRequest AwsJsonRequest(const AwsJsonService& service, std::string_view host,
                                std::string_view operation, std::string body) {
  net::HttpRequest request;
  request.method = "POST";
  request.target = "/";
  request.headers.Add("Host", std::string(host));
  request.headers.Add("Content-Type", std::string(service.content_type));
  request.headers.Add("X-Amz-Date", "20260101T000000Z");
  request.headers.Add("X-Amz-Target",
                      std::string(service.target_prefix) + "." + std::string(operation));
  request.headers.Add("Authorization",
                      "AWS4-HMAC-SHA256 Credential=" + std::string(kAccount) + "/20260101/" +
                          std::string(kRegion) + "/" + std::string(service.signing_name) +
                          "/aws4_request, SignedHeaders=host, Signature=" + std::string(64, '0'));
  request.body = std::move(body);
  return request;
}

std::string Serialize(const net::HttpRequest& request) {
  std::string bytes = request.method + " " + request.target + " HTTP/1.1\r\n";
  for (const auto& [name, value] : request.headers) {
    bytes += name;
    bytes += ": ";
    bytes += value;
    bytes += "\r\n";
  }
  bytes += "Content-Length: " + std::to_string(request.body.size()) + "\r\n\r\n";
  bytes += request.body;
  return bytes;
}

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  quoted += '"';
  return quoted;
}

}  // namespace iatk::load
