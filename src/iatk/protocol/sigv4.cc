#include "iatk/protocol/sigv4.h"

#include <algorithm>
#include <map>

#include "iatk/base/digest.h"
#include "iatk/base/time_text.h"
#include "iatk/protocol/scalar.h"
#include "iatk/protocol/uri.h"

namespace iatk::protocol {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::size_t kCachedKeys = 64;

// Proxies change these, or the transport sets them after the signature is made.
constexpr std::string_view kNeverSigned[] = {"authorization",     "connection", "expect",
                                             "transfer-encoding", "user-agent", "x-amzn-trace-id"};

bool KeepsPath(std::string_view service) {
  return service == "s3" || service == "s3-object-lambda" || service == "s3-outposts" ||
         service == "s3express";
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

std::string CanonicalPath(std::string_view path, std::string_view service) {
  if (path.empty()) return "/";
  // S3's keys may hold dots and slashes of any kind, and its paths are encoded only once.
  if (KeepsPath(service)) return PercentEncode(PercentDecode(path), true);
  std::vector<std::string_view> segments;
  std::string_view rest = path;
  while (!rest.empty()) {
    const std::size_t slash = rest.find('/');
    const std::string_view segment = rest.substr(0, slash);
    rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (!segment.empty() && segment != ".") {
      segments.push_back(segment);
    }
  }
  std::string canonical;
  for (const std::string_view segment : segments) {
    canonical += '/';
    PercentEncode(segment, false, &canonical);
  }
  if (canonical.empty() || path.back() == '/') canonical += '/';
  return canonical;
}

std::string CanonicalQuery(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view part = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    std::string name = PercentEncode(PercentDecode(part.substr(0, equals)));
    if (name == "X-Amz-Signature") continue;
    pairs.emplace_back(std::move(name),
                       equals == std::string_view::npos
                           ? std::string()
                           : PercentEncode(PercentDecode(part.substr(equals + 1))));
  }
  std::ranges::sort(pairs);
  std::string canonical;
  for (const auto& [name, value] : pairs) {
    if (!canonical.empty()) canonical += '&';
    canonical += name;
    canonical += '=';
    canonical += value;
  }
  return canonical;
}

// Without the white space around it, and single spaces inside.
std::string CanonicalValue(std::string_view value) {
  std::string canonical;
  canonical.reserve(value.size());
  bool space = false;
  for (const char c : Trim(value)) {
    if (c == ' ' || c == '\t') {
      space = true;
      continue;
    }
    if (space) canonical += ' ';
    space = false;
    canonical += c;
  }
  return canonical;
}

std::string Scope(std::string_view date, std::string_view region, std::string_view service) {
  std::string scope(date);
  scope += '/';
  scope += region;
  scope += '/';
  scope += service;
  return scope + "/aws4_request";
}

std::string DeriveKey(std::string_view secret_key, std::string_view date, std::string_view region,
                      std::string_view service) {
  std::string key = HmacSha256("AWS4" + std::string(secret_key), date);
  key = HmacSha256(key, region);
  key = HmacSha256(key, service);
  return HmacSha256(key, "aws4_request");
}

std::vector<std::string> SignedHeaders(const net::Headers& headers) {
  std::vector<std::string> names;
  for (const auto& [name, value] : headers) {
    std::string lower = Lower(name);
    if (std::ranges::find(kNeverSigned, lower) != std::end(kNeverSigned)) continue;
    names.push_back(std::move(lower));
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::string Join(const std::vector<std::string>& parts) {
  std::string joined;
  for (const std::string& part : parts) {
    if (!joined.empty()) joined += ';';
    joined += part;
  }
  return joined;
}

std::string Signature(std::string_view secret_key, std::string_view date, std::string_view region,
                      std::string_view service, std::string_view string_to_sign,
                      SigningKeyCache* cache) {
  if (cache != nullptr) {
    return HexEncode(HmacSha256(cache->Get(secret_key, date, region, service), string_to_sign));
  }
  return HexEncode(HmacSha256(DeriveKey(secret_key, date, region, service), string_to_sign));
}

bool SameInConstantTime(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  }
  return difference == 0;
}

}  // namespace

const std::string& SigningKeyCache::Get(std::string_view secret_key, std::string_view date,
                                        std::string_view region, std::string_view service) {
  std::string name;
  for (const std::string_view part : {date, region, service, secret_key}) {
    name += part;
    name += '\n';
  }
  if (const auto found = index_.find(name); found != index_.end()) {
    entries_.splice(entries_.begin(), entries_, found->second);
    return entries_.front().second;
  }
  entries_.emplace_front(name, DeriveKey(secret_key, date, region, service));
  index_.emplace(std::move(name), entries_.begin());
  if (entries_.size() > kCachedKeys) {
    index_.erase(entries_.back().first);
    entries_.pop_back();
  }
  return entries_.front().second;
}

std::string CanonicalRequest(const net::HttpRequest& request,
                             const std::vector<std::string>& signed_headers,
                             std::string_view service, std::string_view payload_hash) {
  std::map<std::string_view, std::optional<std::string>> values;
  for (const std::string& name : signed_headers) values.emplace(name, std::nullopt);
  for (const auto& [name, value] : request.headers) {
    const auto found = values.find(Lower(name));
    if (found == values.end()) continue;
    std::optional<std::string>& all = found->second;
    all = all ? *all + ',' + CanonicalValue(value) : CanonicalValue(value);
  }
  std::string canonical = request.method;
  canonical += '\n';
  canonical += CanonicalPath(request.path(), service);
  canonical += '\n';
  canonical += CanonicalQuery(request.query());
  canonical += '\n';
  for (const auto& [name, value] : values) {
    canonical += name;
    canonical += ':';
    canonical += value.value_or("");
    canonical += '\n';
  }
  canonical += '\n';
  canonical += Join(signed_headers);
  canonical += '\n';
  canonical += payload_hash;
  return canonical;
}

std::string StringToSign(std::string_view amz_date, std::string_view credential_scope,
                         std::string_view canonical_request) {
  std::string text(kAlgorithm);
  text += '\n';
  text += amz_date;
  text += '\n';
  text += credential_scope;
  text += '\n';
  text += HexEncode(Sha256(canonical_request));
  return text;
}

void Sign(const SigningKeys& keys, const SigningScope& scope, net::HttpRequest* request,
          SigningKeyCache* cache, std::string_view payload_hash) {
  const std::string amz_date = FormatIso8601Basic(scope.time);
  const std::string date = amz_date.substr(0, 8);
  const std::string hash =
      payload_hash.empty() ? HexEncode(Sha256(request->body)) : std::string(payload_hash);
  request->headers.Erase("Authorization");
  request->headers.Set("X-Amz-Date", amz_date);
  if (!keys.session_token.empty()) {
    request->headers.Set("X-Amz-Security-Token", keys.session_token);
  }
  if (KeepsPath(scope.service)) request->headers.Set("X-Amz-Content-Sha256", hash);

  const std::vector<std::string> signed_headers = SignedHeaders(request->headers);
  const std::string credential_scope = Scope(date, scope.region, scope.service);
  const std::string canonical = CanonicalRequest(*request, signed_headers, scope.service, hash);
  const std::string to_sign = StringToSign(amz_date, credential_scope, canonical);
  std::string authorization(kAlgorithm);
  authorization += " Credential=" + keys.access_key + '/' + credential_scope;
  authorization += ", SignedHeaders=" + Join(signed_headers);
  authorization += ", Signature=" +
                   Signature(keys.secret_key, date, scope.region, scope.service, to_sign, cache);
  request->headers.Set("Authorization", std::move(authorization));
}

void Presign(const SigningKeys& keys, const SigningScope& scope, std::chrono::seconds expires,
             net::HttpRequest* request, SigningKeyCache* cache) {
  const std::string amz_date = FormatIso8601Basic(scope.time);
  const std::string date = amz_date.substr(0, 8);
  const std::string credential_scope = Scope(date, scope.region, scope.service);
  const std::vector<std::string> signed_headers = SignedHeaders(request->headers);
  const auto append = [request](std::string_view name, std::string_view value) {
    request->target += request->target.find('?') == std::string::npos ? '?' : '&';
    request->target += name;
    request->target += '=';
    PercentEncode(value, false, &request->target);
  };
  append("X-Amz-Algorithm", kAlgorithm);
  append("X-Amz-Credential", keys.access_key + '/' + credential_scope);
  append("X-Amz-Date", amz_date);
  append("X-Amz-Expires", std::to_string(expires.count()));
  append("X-Amz-SignedHeaders", Join(signed_headers));
  if (!keys.session_token.empty()) append("X-Amz-Security-Token", keys.session_token);
  const std::string hash =
      KeepsPath(scope.service) ? std::string(kUnsignedPayload) : HexEncode(Sha256(request->body));
  const std::string canonical = CanonicalRequest(*request, signed_headers, scope.service, hash);
  const std::string to_sign = StringToSign(amz_date, credential_scope, canonical);
  append("X-Amz-Signature",
         Signature(keys.secret_key, date, scope.region, scope.service, to_sign, cache));
}

Result<void> Verify(const net::HttpRequest& request, const Authorization& authorization,
                    std::string_view secret_key, Time now, SigningKeyCache* cache) {
  const std::optional<Time> signed_at = ParseIso8601Basic(authorization.amz_date);
  if (!signed_at) {
    return Fail(SenderError("IncompleteSignature",
                            "Date must be in ISO-8601 'basic format'. Got '" +
                                authorization.amz_date +
                                "'. See http://en.wikipedia.org/wiki/ISO_8601",
                            403));
  }
  constexpr auto kSkew = std::chrono::minutes(15);
  const Time until =
      *signed_at + (authorization.expires ? Duration(*authorization.expires) : Duration(kSkew));
  if (authorization.presigned && now > until) {
    return Fail(SenderError("AccessDenied", "Request has expired", 403));
  }
  if (now > until || now < *signed_at - kSkew) {
    if (KeepsPath(authorization.service)) {
      return Fail(SenderError("RequestTimeTooSkewed",
                              "The difference between the request time and the current time is too "
                              "large.",
                              403));
    }
    const bool late = now > until;
    return Fail(
        SenderError("SignatureDoesNotMatch",
                    std::string(late ? "Signature expired: " : "Signature not yet current: ") +
                        authorization.amz_date + " is now " + (late ? "earlier" : "later") +
                        " than " + FormatIso8601Basic(late ? now - kSkew : now + kSkew) + " (" +
                        FormatIso8601Basic(now) + (late ? " - 15 min.)" : " + 15 min.)"),
                    403));
  }

  const std::string* sent_hash = request.headers.Find("X-Amz-Content-Sha256");
  std::string hash;
  if (sent_hash != nullptr) {
    hash = *sent_hash;
    const bool is_digest = hash.size() == 64;
    if (is_digest && hash != HexEncode(Sha256(request.body))) {
      return Fail(SenderError("XAmzContentSHA256Mismatch",
                              "The provided 'x-amz-content-sha256' header does not match what was "
                              "computed."));
    }
  } else if (authorization.presigned && KeepsPath(authorization.service)) {
    hash = kUnsignedPayload;
  } else {
    hash = HexEncode(Sha256(request.body));
  }
  const std::string canonical =
      CanonicalRequest(request, authorization.signed_headers, authorization.service, hash);
  const std::string to_sign = StringToSign(
      authorization.amz_date,
      Scope(authorization.date, authorization.region, authorization.service), canonical);
  const std::string expected = Signature(secret_key, authorization.date, authorization.region,
                                         authorization.service, to_sign, cache);
  if (SameInConstantTime(expected, authorization.signature)) return {};
  return Fail(SenderError(
      "SignatureDoesNotMatch",
      KeepsPath(authorization.service)
          ? "The request signature we calculated does not match the signature you provided. Check "
            "your key and signing method."
          : "The request signature we calculated does not match the signature you provided. Check "
            "your AWS Secret Access Key and signing method. Consult the service documentation for "
            "details.",
      403));
}

}  // namespace iatk::protocol
