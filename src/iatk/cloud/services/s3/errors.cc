#include "iatk/cloud/services/s3/errors.h"

#include <fmt/format.h>

#include "iatk/cloud/services/s3/limits.h"

namespace iatk::cloud::s3_errors {
namespace {

using Details = std::vector<std::pair<std::string, std::string>>;

Error Make(std::string code, int status, std::string message, Details details = {}) {
  Error error = SenderError(std::move(code), std::move(message), status);
  error.details = std::move(details);
  return error;
}

Details Bucket(std::string_view bucket) { return {{"BucketName", std::string(bucket)}}; }

}  // namespace

Error NoSuchBucket(std::string_view bucket) {
  return Make("NoSuchBucket", 404, "The specified bucket does not exist", Bucket(bucket));
}

Error InvalidBucketName(std::string_view bucket) {
  return Make("InvalidBucketName", 400, "The specified bucket is not valid.", Bucket(bucket));
}

Error BucketAlreadyExists(std::string_view bucket) {
  return Make("BucketAlreadyExists", 409,
              "The requested bucket name is not available. The bucket namespace is shared by all "
              "users of the system. Please select a different name and try again.",
              Bucket(bucket));
}

Error BucketAlreadyOwnedByYou(std::string_view bucket) {
  return Make("BucketAlreadyOwnedByYou", 409,
              "Your previous request to create the named bucket succeeded and you already own it.",
              Bucket(bucket));
}

Error BucketNotEmpty(std::string_view bucket, bool versioned) {
  return Make("BucketNotEmpty", 409,
              versioned ? "The bucket you tried to delete is not empty. You must delete all "
                          "versions in the bucket."
                        : "The bucket you tried to delete is not empty",
              Bucket(bucket));
}

Error TooManyBuckets() {
  return Make("TooManyBuckets", 400, "You have attempted to create more buckets than allowed");
}

Error IllegalLocationConstraint(std::string_view constraint) {
  return Make("IllegalLocationConstraintException", 400,
              fmt::format("The {} location constraint is incompatible for the region specific "
                          "endpoint this request was sent to.",
                          constraint.empty() ? "unspecified" : constraint));
}

Error InvalidLocationConstraint(std::string_view constraint) {
  return Make("InvalidLocationConstraint", 400, "The specified location-constraint is not valid",
              {{"LocationConstraint", std::string(constraint)}});
}

Error AccessDenied() { return Make("AccessDenied", 403, "Access Denied"); }

Error NoSuchKey(std::string_view key) {
  return Make("NoSuchKey", 404, "The specified key does not exist.", {{"Key", std::string(key)}});
}

Error NoSuchVersion(std::string_view key, std::string_view version) {
  return Make("NoSuchVersion", 404, "The specified version does not exist.",
              {{"Key", std::string(key)}, {"VersionId", std::string(version)}});
}

Error InvalidVersionId(std::string_view version) {
  return InvalidArgument("Invalid version id specified", "versionId", version);
}

Error DeleteMarkerMethodNotAllowed() {
  return Make("MethodNotAllowed", 405, "The specified method is not allowed against this resource.",
              {{"Method", "GET"}, {"ResourceType", "DeleteMarker"}});
}

Error KeyTooLong(std::size_t size) {
  return Make("KeyTooLongError", 400, "Your key is too long",
              {{"Size", std::to_string(size)},
               {"MaxSizeAllowed", std::to_string(s3_limits::kMaxKeyBytes)}});
}

Error EntityTooLarge(std::size_t size) {
  return Make("EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size",
              {{"ProposedSize", std::to_string(size)},
               {"MaxSizeAllowed", std::to_string(s3_limits::kMaxObjectBytes)}});
}

Error MetadataTooLarge(std::size_t size) {
  return Make("MetadataTooLarge", 400,
              "Your metadata headers exceed the maximum allowed metadata size",
              {{"Size", std::to_string(size)},
               {"MaxSizeAllowed", std::to_string(s3_limits::kMaxMetadataBytes)}});
}

Error InvalidStorageClass(std::string_view storage_class) {
  return Make("InvalidStorageClass", 400, "The storage class you specified is not valid",
              {{"StorageClassRequested", std::string(storage_class)}});
}

Error NotModified() { return Make("NotModified", 304, "Not Modified"); }

Error PreconditionFailed(std::string_view condition) {
  return Make("PreconditionFailed", 412,
              "At least one of the pre-conditions you specified did not hold",
              {{"Condition", std::string(condition)}});
}

Error InvalidRange(std::string_view range, std::size_t size) {
  return Make("InvalidRange", 416, "The requested range is not satisfiable",
              {{"RangeRequested", std::string(range)}, {"ActualObjectSize", std::to_string(size)}});
}

Error InvalidPartNumber(std::int32_t requested, std::size_t count) {
  return Make("InvalidPartNumber", 416, "The requested partnumber is not satisfiable",
              {{"PartNumberRequested", std::to_string(requested)},
               {"ActualPartCount", std::to_string(count)}});
}

Error CopyOntoItself() {
  return InvalidRequest(
      "This copy request is illegal because it is trying to copy an object to itself without "
      "changing the object's metadata, storage class, website redirect location or encryption "
      "attributes.");
}

Error NoSuchUpload(std::string_view upload_id) {
  return Make("NoSuchUpload", 404,
              "The specified upload does not exist. The upload ID may be invalid, or the upload "
              "may have been aborted or completed.",
              {{"UploadId", std::string(upload_id)}});
}

Error InvalidPart(std::string_view upload_id, std::int32_t number, std::string_view etag) {
  return Make("InvalidPart", 400,
              "One or more of the specified parts could not be found.  The part may not have been "
              "uploaded, or the specified entity tag may not match the part's entity tag.",
              {{"UploadId", std::string(upload_id)},
               {"PartNumber", std::to_string(number)},
               {"ETag", std::string(etag)}});
}

Error InvalidPartOrder(std::string_view upload_id) {
  return Make("InvalidPartOrder", 400,
              "The list of parts was not in ascending order. Parts must be ordered by part number.",
              {{"UploadId", std::string(upload_id)}});
}

Error EntityTooSmall(std::size_t size, std::int32_t number, std::string_view etag) {
  return Make("EntityTooSmall", 400,
              "Your proposed upload is smaller than the minimum allowed size",
              {{"ProposedSize", std::to_string(size)},
               {"MinSizeAllowed", std::to_string(s3_limits::kMinPartBytes)},
               {"PartNumber", std::to_string(number)},
               {"ETag", std::string(etag)}});
}

Error NoSuchBucketPolicy(std::string_view bucket) {
  return Make("NoSuchBucketPolicy", 404, "The bucket policy does not exist", Bucket(bucket));
}

Error NoSuchTagSet(std::string_view bucket) {
  return Make("NoSuchTagSet", 404, "The TagSet does not exist", Bucket(bucket));
}

Error NoSuchPublicAccessBlockConfiguration(std::string_view bucket) {
  return Make("NoSuchPublicAccessBlockConfiguration", 404,
              "The public access block configuration was not found", Bucket(bucket));
}

Error MalformedPolicy(std::string message) {
  return Make("MalformedPolicy", 400, std::move(message));
}

Error InvalidTag(std::string message, std::string_view key) {
  return Make("InvalidTag", 400, std::move(message), {{"TagKey", std::string(key)}});
}

Error AccessControlListNotSupported() {
  return Make("AccessControlListNotSupported", 400, "The bucket does not allow ACLs");
}

Error InvalidBucketAclWithObjectOwnership() {
  return Make("InvalidBucketAclWithObjectOwnership", 400,
              "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting");
}

Error MalformedXml() {
  return Make("MalformedXML", 400,
              "The XML you provided was not well-formed or did not validate against our published "
              "schema");
}

Error InvalidRequest(std::string message) {
  return Make("InvalidRequest", 400, std::move(message));
}

Error InvalidArgument(std::string message, std::string_view name, std::string_view value) {
  return Make("InvalidArgument", 400, std::move(message),
              {{"ArgumentName", std::string(name)}, {"ArgumentValue", std::string(value)}});
}

Error HeaderNotImplemented(std::string_view header) {
  return Make("NotImplemented", 501,
              "A header you provided implies functionality that is not implemented",
              {{"Header", std::string(header)}});
}

Error NotImplemented(std::string what) { return Make("NotImplemented", 501, std::move(what)); }

}  // namespace iatk::cloud::s3_errors
