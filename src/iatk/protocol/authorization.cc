// Reading who signed a request.
#include <algorithm>
#include <charconv>

#include "iatk/base/time_text.h"
#include "iatk/protocol/scalar.h"
#include "iatk/protocol/sigv4.h"
#include "iatk/protocol/uri.h"

namespace iatk::protocol {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::size_t kMaxHeader = 16'384;

Error Incomplete(std::string text) {
  return SenderError("IncompleteSignature", std::move(text), 403);
}

// The value of `name=` among comma-separated parameters; nullopt if it isn't there.
std::optional<std::string_view> Parameter(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const std::size_t comma = header.find(',');
    const std::string_view part = Trim(header.substr(0, comma));
    header = comma == std::string_view::npos ? std::string_view() : header.substr(comma + 1);
    const std::size_t equals = part.find('=');
    if (equals != std::string_view::npos && part.substr(0, equals) == name) {
      return Trim(part.substr(equals + 1));
    }
  }
  return std::nullopt;
}

// "AKID/20261123/us-east-1/sqs/aws4_request", from behind: a key may hold slashes in theory.
std::optional<CredentialScope> ParseCredential(std::string_view credential) {
  CredentialScope scope;
  std::string terminator;
  for (std::string* part : {&terminator, &scope.service, &scope.region, &scope.date}) {
    const std::size_t slash = credential.rfind('/');
    if (slash == std::string_view::npos) return std::nullopt;
    *part = credential.substr(slash + 1);
    credential = credential.substr(0, slash);
  }
  scope.access_key = credential;
  if (terminator != "aws4_request" || scope.access_key.empty() || scope.service.empty()) {
    return std::nullopt;
  }
  return scope;
}

std::vector<std::string> SplitSignedHeaders(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const std::size_t end = text.find(';');
    if (end != 0) names.emplace_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return names;
}

Result<void> TakeCredential(std::string_view credential, Authorization* out) {
  const std::optional<CredentialScope> scope = ParseCredential(credential);
  if (!scope) {
    return Fail(
        Incomplete("Credential must have exactly 5 slash-delimited elements, e.g. "
                   "keyid/date/region/service/term, got '" +
                   std::string(credential) + "'"));
  }
  out->access_key = scope->access_key;
  out->date = scope->date;
  out->region = scope->region;
  out->service = scope->service;
  return {};
}

Result<void> CheckDate(const Authorization& found) {
  if (ParseIso8601Basic(found.amz_date) && found.amz_date.starts_with(found.date)) return {};
  if (!ParseIso8601Basic(found.amz_date)) {
    return Fail(Incomplete("Date must be in ISO-8601 'basic format'. Got '" + found.amz_date +
                           "'. See http://en.wikipedia.org/wiki/ISO_8601"));
  }
  return Fail(SenderError("SignatureDoesNotMatch",
                          "Date in Credential scope does not match YYYYMMDD from ISO-8601 version "
                          "of date from HTTP: '" +
                              found.date + "' != '" + found.amz_date.substr(0, 8) + "', from '" +
                              found.amz_date + "'.",
                          403));
}

Result<Authorization> FromHeader(const net::HttpRequest& request, std::string_view header) {
  const bool ours = header.starts_with(kAlgorithm);
  const std::string_view parameters = ours ? header.substr(kAlgorithm.size()) : header;
  const auto credential = Parameter(parameters, "Credential");
  const auto signature = Parameter(parameters, "Signature");
  const auto signed_headers = Parameter(parameters, "SignedHeaders");
  std::string date(request.headers.Get("X-Amz-Date"));
  if (date.empty()) {
    if (const auto time = ParseHttpDate(request.headers.Get("Date"))) {
      date = FormatIso8601Basic(*time);
    }
  }
  std::string missing;
  const auto require = [&missing](bool present, std::string_view name) {
    if (!present) {
      missing += "Authorization header requires '" + std::string(name) + "' parameter. ";
    }
  };
  require(credential.has_value(), "Credential");
  require(signature.has_value(), "Signature");
  require(signed_headers.has_value(), "SignedHeaders");
  if (date.empty()) {
    missing +=
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  }
  if (!credential || !signature || !signed_headers || date.empty()) {
    return Fail(Incomplete(missing + "Authorization=" + std::string(header)));
  }
  Authorization found;
  IATK_CHECK(TakeCredential(*credential, &found));
  found.signature = *signature;
  found.signed_headers = SplitSignedHeaders(*signed_headers);
  found.amz_date = std::move(date);
  found.session_token = request.headers.Get("X-Amz-Security-Token");
  IATK_CHECK(CheckDate(found));
  return found;
}

Result<Authorization> FromQuery(const QueryPairs& query) {
  const auto value = [&query](std::string_view name) -> const std::string* {
    return FindPair(query, name);
  };
  std::string missing;
  for (const std::string_view name :
       {"X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"}) {
    if (value(name) == nullptr) {
      missing += "AWS query-string parameters must include '" + std::string(name) + "'. ";
    }
  }
  if (!missing.empty()) {
    return Fail(Incomplete(missing + "Re-examine the query-string parameters."));
  }
  Authorization found;
  IATK_CHECK(TakeCredential(*value("X-Amz-Credential"), &found));
  found.presigned = true;
  found.signature = *value("X-Amz-Signature");
  found.signed_headers = SplitSignedHeaders(*value("X-Amz-SignedHeaders"));
  found.amz_date = *value("X-Amz-Date");
  if (const std::string* token = value("X-Amz-Security-Token")) found.session_token = *token;
  if (const std::string* text = value("X-Amz-Expires")) {
    std::int64_t seconds = 0;
    const auto result = std::from_chars(text->data(), text->data() + text->size(), seconds);
    constexpr std::int64_t kWeek = 604800;
    if (result.ec != std::errc() || result.ptr != text->data() + text->size() || seconds < 0) {
      return Fail(
          SenderError("AuthorizationQueryParametersError", "X-Amz-Expires should be a number"));
    }
    if (seconds > kWeek) {
      return Fail(SenderError("AuthorizationQueryParametersError",
                              "X-Amz-Expires must be less than a week (in seconds); that is, the "
                              "given X-Amz-Expires must be less than 604800 seconds"));
    }
    found.expires = std::chrono::seconds(seconds);
  }
  IATK_CHECK(CheckDate(found));
  return found;
}

}  // namespace

Result<Authorization> ParseAuthorization(const net::HttpRequest& request) {
  if (const std::string* header = request.headers.Find("Authorization")) {
    if (header->size() > kMaxHeader) return Fail(Incomplete("Authorization header is too long"));
    return FromHeader(request, *header);
  }
  const QueryPairs query = ParseQuery(request.query());
  if (FindPair(query, "X-Amz-Algorithm") != nullptr) return FromQuery(query);
  return Fail(SenderError("MissingAuthenticationToken", "Missing Authentication Token", 403));
}

std::optional<Authorization> ParsePresignedV2(const net::HttpRequest& request) {
  const QueryPairs query = ParseQuery(request.query());
  const std::string* const key = FindPair(query, "AWSAccessKeyId");
  const std::string* const signature = FindPair(query, "Signature");
  const std::string* const expires = FindPair(query, "Expires");
  if (key == nullptr || key->empty() || signature == nullptr || expires == nullptr) {
    return std::nullopt;
  }
  Authorization found;
  found.access_key = *key;
  found.region = "us-east-1";
  found.service = "s3";
  found.signature = *signature;
  found.presigned = true;
  found.expires_at = ParseEpochSeconds(*expires);
  if (!found.expires_at) return std::nullopt;
  return found;
}

std::optional<CredentialScope> FindCredentialScope(const net::HttpRequest& request) {
  if (const std::string* header = request.headers.Find("Authorization")) {
    std::string_view parameters = *header;
    if (parameters.starts_with(kAlgorithm)) parameters.remove_prefix(kAlgorithm.size());
    const auto credential = Parameter(parameters, "Credential");
    return credential ? ParseCredential(*credential) : std::nullopt;
  }
  const std::string_view query = request.query();
  const std::size_t at = query.find("X-Amz-Credential=");
  if (at == std::string_view::npos || (at != 0 && query[at - 1] != '&')) return std::nullopt;
  std::string_view value = query.substr(at + std::string_view("X-Amz-Credential=").size());
  value = value.substr(0, value.find('&'));
  return ParseCredential(PercentDecode(value));
}

}  // namespace iatk::protocol
