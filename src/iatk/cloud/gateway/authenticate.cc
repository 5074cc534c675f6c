#include "iatk/cloud/gateway/authenticate.h"

#include <fmt/format.h>

#include <algorithm>

#include "iatk/base/time_text.h"
#include "iatk/cloud/dispatch/access_key.h"

namespace iatk::cloud {
namespace {

// "us-east-1", "ap-southeast-3", "us-gov-west-1", "us-isob-east-1".
bool IsRegion(std::string_view text) {
  const std::size_t last = text.rfind('-');
  if (text.size() > 32 || last == std::string_view::npos || last + 1 == text.size()) return false;
  const std::string_view number = text.substr(last + 1);
  const std::string_view place = text.substr(0, last);
  return std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; }) &&
         std::ranges::all_of(place, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; }) &&
         std::ranges::count(place, '-') >= 1 && place.front() != '-';
}

bool IsS3(const Exchange& exchange) { return exchange.identified.service->name == "s3"; }

// The codes that differ by protocol for one fault of a signature.
Error BadScope(const Exchange& exchange, std::string message) {
  const bool query = exchange.identified.protocol == model::Protocol::kQuery;
  return SenderError(query ? "SignatureDoesNotMatch" : "InvalidSignatureException",
                     std::move(message), 403);
}

Result<void> CheckExpiry(const Exchange& exchange) {
  const protocol::Authorization& authorization = exchange.authorization;
  std::optional<Time> until = authorization.expires_at;
  if (const auto signed_at = ParseIso8601Basic(authorization.amz_date);
      signed_at && authorization.expires) {
    until = *signed_at + *authorization.expires;
  }
  if (!authorization.presigned || (!until && !authorization.expires)) return {};
  if (until && exchange.context.Now() <= *until) return {};
  return Fail(SenderError("AccessDenied", "Request has expired", 403));
}

}  // namespace

Result<void> Authenticate(Exchange& exchange) {
  if (exchange.identified.operation->unsigned_allowed &&
      !protocol::FindCredentialScope(exchange.request)) {
    exchange.context.account = kDefaultAccount;
    exchange.context.region = "us-east-1";
    return {};
  }
  Result<protocol::Authorization> authorization = protocol::ParseAuthorization(exchange.request);
  if (!authorization && IsS3(exchange)) {
    if (auto older = protocol::ParsePresignedV2(exchange.request))
      authorization = *std::move(older);
  }
  if (!authorization) {
    if (IsS3(exchange) && authorization.error().code == "MissingAuthenticationToken") {
      return Fail(SenderError("AccessDenied", "Access Denied", 403));
    }
    return Fail(std::move(authorization.error()));
  }
  exchange.authorization = *std::move(authorization);
  const protocol::Authorization& found = exchange.authorization;
  if (found.service != exchange.identified.service->signing_name) {
    return Fail(
        BadScope(exchange, fmt::format("Credential should be scoped to correct service: '{}'. ",
                                       exchange.identified.service->signing_name)));
  }
  if (!IsRegion(found.region)) {
    return Fail(BadScope(exchange, "Credential should be scoped to a valid region. "));
  }
  IATK_CHECK(CheckExpiry(exchange));
  RequestContext& context = exchange.context;
  context.account = AccountOfAccessKey(found.access_key);
  context.region = found.region;
  context.principal.access_key = found.access_key;
  context.principal.arn =
      Arn{std::string(PartitionOfRegion(context.region)), "iam", "", context.account, "root"}
          .ToString();
  return {};
}

}  // namespace iatk::cloud
