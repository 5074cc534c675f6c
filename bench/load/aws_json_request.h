// Requests of AWS's JSON protocols as bytes, signed in form only: the local clouds under load read
// account and region from the credential and don't verify the rest.
#pragma once

#include <string>
#include <string_view>

#include "iatk/net/http.h"

namespace iatk::load {

inline constexpr std::string_view kAccount = "123456789012";
inline constexpr std::string_view kRegion = "us-east-1";

struct AwsJsonService {
  std::string_view signing_name;
  std::string_view target_prefix;
  std::string_view content_type;
};
inline constexpr AwsJsonService kEvents{"events", "AWSEvents", "application/x-amz-json-1.1"};
inline constexpr AwsJsonService kSqs{"sqs", "AmazonSQS", "application/x-amz-json-1.0"};

/// POST / to `host` for `operation` with the JSON text `body`.
net::HttpRequest AwsJsonRequest(const AwsJsonService& service, std::string_view host,
                                std::string_view operation, std::string body);

/// `request` as it goes over the wire.
std::string Serialize(const net::HttpRequest& request);

/// `text` as a JSON string, with its quotes. For ASCII without control characters.
std::string Quoted(std::string_view text);

}  // namespace iatk::load
