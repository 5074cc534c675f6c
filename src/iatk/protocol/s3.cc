#include "iatk/protocol/s3.h"

#include <array>
#include <charconv>

#include "iatk/protocol/checksum.h"
#include "iatk/protocol/scalar.h"

namespace iatk::protocol {
namespace {

struct Root {
  std::string_view operation;
  std::string_view root;
};

constexpr Root kRoots[] = {
    {"CompleteMultipartUpload", "CompleteMultipartUploadResult"},
    {"CreateMultipartUpload", "InitiateMultipartUploadResult"},
    {"DeleteObjects", "DeleteResult"},
    {"GetBucketAcl", "AccessControlPolicy"},
    {"GetBucketCors", "CORSConfiguration"},
    {"GetBucketLifecycleConfiguration", "LifecycleConfiguration"},
    {"GetBucketLogging", "BucketLoggingStatus"},
    {"GetBucketNotificationConfiguration", "NotificationConfiguration"},
    {"GetBucketRequestPayment", "RequestPaymentConfiguration"},
    {"GetBucketTagging", "Tagging"},
    {"GetBucketVersioning", "VersioningConfiguration"},
    {"GetBucketWebsite", "WebsiteConfiguration"},
    {"GetObjectAcl", "AccessControlPolicy"},
    {"GetObjectAttributes", "GetObjectAttributesResponse"},
    {"GetObjectTagging", "Tagging"},
    {"ListBuckets", "ListAllMyBucketsResult"},
    {"ListMultipartUploads", "ListMultipartUploadsResult"},
    {"ListObjectVersions", "ListVersionsResult"},
    {"ListObjects", "ListBucketResult"},
    {"ListObjectsV2", "ListBucketResult"},
    {"ListParts", "ListPartsResult"},
};

// Old names of operations that later ones replaced at the same method and path, and operations that
// have hosts of their own.
constexpr std::string_view kNeverRouted[] = {
    "GetBucketLifecycle", "GetBucketNotification", "ListDirectoryBuckets",
    "PutBucketLifecycle", "PutBucketNotification", "WriteGetObjectResponse",
};

std::string_view HostName(std::string_view host) {
  if (!host.empty() && host.front() == '[') return {};
  return host.substr(0, host.find(':'));
}

// Takes one line off the front, without its line end.
std::string_view TakeLine(std::string_view* rest) {
  const std::size_t end = rest->find('\n');
  std::string_view line = rest->substr(0, end);
  *rest = end == std::string_view::npos ? std::string_view() : rest->substr(end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

Error IncompleteBody() {
  return SenderError("IncompleteBody",
                     "You did not provide the number of bytes specified by the Content-Length HTTP "
                     "header");
}

// "5;chunk-signature=…\r\nhello\r\n0;chunk-signature=…\r\nx-amz-checksum-crc32:…\r\n\r\n"
Result<std::string> Dechunk(std::string_view body, net::Headers* trailers) {
  std::string out;
  out.reserve(body.size());
  while (true) {
    const std::string_view line = TakeLine(&body);
    std::size_t size = 0;
    const std::string_view digits = line.substr(0, line.find(';'));
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
    if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) {
      return Fail(IncompleteBody());
    }
    if (size == 0) break;
    if (size > body.size()) return Fail(IncompleteBody());
    out.append(body.substr(0, size));
    body.remove_prefix(size);
    if (!TakeLine(&body).empty()) return Fail(IncompleteBody());
  }
  while (!body.empty()) {
    const std::string_view line = TakeLine(&body);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    trailers->Set(line.substr(0, colon), std::string(Trim(line.substr(colon + 1))));
  }
  return out;
}

}  // namespace

bool IsS3(const model::Service* service) { return service != nullptr && service->name == "s3"; }

std::string_view S3ResponseRoot(std::string_view operation) {
  for (const Root& root : kRoots) {
    if (root.operation == operation) return root.root;
  }
  return {};
}

bool S3Admits(std::string_view operation, const net::HttpRequest& request,
              const QueryPairs& query) {
  for (std::string_view name : kNeverRouted) {
    if (name == operation) return false;
  }
  if (request.method == "PUT") {
    const bool copies = operation == "CopyObject" || operation == "UploadPartCopy";
    const bool puts = operation == "PutObject" || operation == "UploadPart";
    if (copies || puts) {
      if (copies != (request.headers.Find("x-amz-copy-source") != nullptr)) return false;
      const bool part = operation == "UploadPart" || operation == "UploadPartCopy";
      return part == (FindPair(query, "uploadId") != nullptr);
    }
  }
  const bool of_upload = FindPair(query, "uploadId") != nullptr;
  if (operation == "AbortMultipartUpload" || operation == "ListParts" ||
      operation == "CompleteMultipartUpload") {
    return of_upload;
  }
  if (operation == "DeleteObject" || operation == "GetObject") return !of_upload;
  return true;
}

std::optional<std::string> PathStyleTarget(const net::HttpRequest& request, bool loose) {
  const std::string_view host = HostName(request.headers.Get("Host"));
  std::string_view bucket;
  for (std::string_view mark : {".s3.", ".s3-"}) {
    const std::size_t at = host.find(mark);
    if (at != std::string_view::npos && at != 0) bucket = host.substr(0, at);
  }
  constexpr std::string_view kLocal = ".localhost";
  if (bucket.empty() && loose && host.size() > kLocal.size() && host.ends_with(kLocal)) {
    const std::string_view label = host.substr(0, host.size() - kLocal.size());
    if (label != "s3" && !label.starts_with("s3.")) bucket = label;
  }
  if (bucket.empty()) return std::nullopt;
  std::string target = "/";
  target += bucket;
  if (request.path() != "/") target += request.path();
  if (!request.query().empty()) {
    target += '?';
    target += request.query();
  }
  return target;
}

Result<void> UnwrapS3Body(net::HttpRequest* request) {
  const std::string_view sha = request->headers.Get("x-amz-content-sha256");
  const std::string encoding(request->headers.Get("Content-Encoding"));
  if (sha.starts_with("STREAMING-") || encoding.find("aws-chunked") != std::string::npos) {
    net::Headers trailers;
    IATK_TRY(request->body, Dechunk(request->body, &trailers));
    for (const auto& [name, value] : trailers) request->headers.Set(name, value);
    std::string rest;
    std::string_view left = encoding;
    while (!left.empty()) {
      const std::size_t comma = left.find(',');
      const std::string_view one = Trim(left.substr(0, comma));
      left = comma == std::string_view::npos ? std::string_view() : left.substr(comma + 1);
      if (one == "aws-chunked" || one.empty()) continue;
      if (!rest.empty()) rest += ',';
      rest += one;
    }
    if (rest.empty()) {
      request->headers.Erase("Content-Encoding");
    } else {
      request->headers.Set("Content-Encoding", rest);
    }
  }
  return VerifyChecksums(*request);
}

}  // namespace iatk::protocol
