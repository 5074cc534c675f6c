// AWS Signature Version 4: signing and verifying requests, by headers and by presigned query.
// AWS General Reference: "Signature Version 4 signing process"; for S3: "Authenticating Requests
// (AWS Signature Version 4)".
#pragma once

#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "iatk/base/clock.h"
#include "iatk/base/result.h"
#include "iatk/net/http.h"

namespace iatk::protocol {

struct SigningKeys {
  std::string access_key;
  std::string secret_key;
  std::string session_token;  ///< empty: none
};

/// Where and when a signature holds. `service` is the signing name; "s3" and "s3-object-lambda"
/// sign their paths as they stand and their payload's digest in X-Amz-Content-Sha256.
struct SigningScope {
  Time time;
  std::string region;
  std::string service;
};

inline constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";

/// Keeps the keys derived from secrets, which cost four HMACs each, for the scopes used last.
/// Not thread-safe.
class SigningKeyCache {
 public:
  const std::string& Get(std::string_view secret_key, std::string_view date,
                         std::string_view region, std::string_view service);

 private:
  std::list<std::pair<std::string, std::string>> entries_;  // newest first
  std::unordered_map<std::string, std::list<std::pair<std::string, std::string>>::iterator> index_;
};

/// Adds X-Amz-Date, X-Amz-Security-Token (for a session), for S3 X-Amz-Content-Sha256, and
/// Authorization. The request must have its Host header, and is sent as it is afterwards.
/// Headers that proxies change are not signed (User-Agent, Connection, Expect, X-Amzn-Trace-Id …).
/// `payload_hash` stands in for the body's digest (kUnsignedPayload).
void Sign(const SigningKeys& keys, const SigningScope& scope, net::HttpRequest* request,
          SigningKeyCache* cache = nullptr, std::string_view payload_hash = {});

/// Signs in the query instead, so that the target alone carries the right to the request until
/// `expires` has passed. Rewrites request->target.
void Presign(const SigningKeys& keys, const SigningScope& scope, std::chrono::seconds expires,
             net::HttpRequest* request, SigningKeyCache* cache = nullptr);

/// The canonical request and the string to sign: for diagnosis, and S3's
/// `SignatureDoesNotMatch` answers carry them.
std::string CanonicalRequest(const net::HttpRequest& request,
                             const std::vector<std::string>& signed_headers,
                             std::string_view service, std::string_view payload_hash);
std::string StringToSign(std::string_view amz_date, std::string_view credential_scope,
                         std::string_view canonical_request);

/// Who signed a request, as the request itself says: nothing of it is proven before Verify.
struct Authorization {
  std::string access_key;
  std::string date;                         ///< "20261123", of the credential scope
  std::string region;                       ///< "us-east-1"
  std::string service;                      ///< the signing name: "sqs"
  std::vector<std::string> signed_headers;  ///< lower case, in the request's order
  std::string signature;                    ///< 64 hex digits
  std::string amz_date;                     ///< "20261123T182600Z"
  std::string session_token;                ///< empty: none
  bool presigned = false;
  std::optional<std::chrono::seconds> expires;  ///< of a presigned request
  std::optional<Time> expires_at;               ///< of one presigned in S3's older way
};

/// Reads the Authorization header or the presigned query. Fails with AWS's errors:
/// `MissingAuthenticationToken` "Missing Authentication Token" (403) without either,
/// `IncompleteSignature` naming what is missing or malformed (403).
Result<Authorization> ParseAuthorization(const net::HttpRequest& request);

/// S3's older way to presign, which SDKs still use in us-east-1: AWSAccessKeyId, Signature and
/// Expires (a time, in seconds) in the query. nullopt for any other request. Its signature is not
/// verified. Amazon S3 User Guide, "Query string request authentication alternative" (Signature
/// Version 2).
std::optional<Authorization> ParsePresignedV2(const net::HttpRequest& request);

/// The signing name and region of a request's credential scope, where it has one; empty otherwise.
/// Accepts what ParseAuthorization would refuse.
struct CredentialScope {
  std::string access_key;
  std::string date;
  std::string region;
  std::string service;
};
std::optional<CredentialScope> FindCredentialScope(const net::HttpRequest& request);

/// Checks the signature, and that it holds at `now` (15 minutes either way, or as long as a
/// presigned request allows). Fails with `SignatureDoesNotMatch` (which EncodeError writes as the
/// `InvalidSignatureException` of the JSON services), S3's `RequestTimeTooSkewed` and
/// `XAmzContentSHA256Mismatch` or, for presigned requests, `AccessDenied` "Request has expired".
Result<void> Verify(const net::HttpRequest& request, const Authorization& authorization,
                    std::string_view secret_key, Time now, SigningKeyCache* cache = nullptr);

}  // namespace iatk::protocol
