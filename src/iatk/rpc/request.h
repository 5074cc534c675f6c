// A JSON-RPC request, read as the original kit's core reads it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "iatk/base/result.h"
#include "iatk/json/value.h"

namespace iatk::rpc {

inline constexpr int kParseError = -32700;
inline constexpr int kMethodNotFound = -32601;
inline constexpr int kInvalidParams = -32602;
inline constexpr int kCallFailed = 10;

struct Metadata {
  std::string client;          ///< "python"
  std::string version;         ///< of the front end
  std::string caller;          ///< the front end's public method
  std::string client_version;  ///< of the language
  std::string dedup_key;       ///< a UUID, one for each call
};

struct Request {
  std::optional<std::string> id;
  std::string method;
  std::optional<json::Value> params;  ///< nullopt if there were none
  Metadata metadata;
};

/// The id to answer to what is no request, if there was any; an id of a wrong type counts as "".
struct BadRequest {
  std::optional<std::string> id;
};

/// Member names match without case. A number as id, a member that is none of a request's, or text
/// that is neither a JSON object nor null is no request. Of members that come twice, the last
/// counts.
tl::expected<Request, BadRequest> ReadRequest(std::string_view text);

/// The User-Agent product of a request: "aws-iatk/python#3.11.7#0.1.0#poll_events#<uuid>", or
/// "aws-iatk/unknown" if its metadata is not what a front end sends.
std::string UserAgentOf(const Metadata& metadata);

}  // namespace iatk::rpc
