// S3's errors, with S3's texts. Amazon S3 API Reference, "Error responses".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "iatk/base/error.h"

namespace iatk::cloud::s3_errors {

Error NoSuchBucket(std::string_view bucket);
Error InvalidBucketName(std::string_view bucket);
Error BucketAlreadyExists(std::string_view bucket);
Error BucketAlreadyOwnedByYou(std::string_view bucket);
Error BucketNotEmpty(std::string_view bucket, bool versioned);
Error TooManyBuckets();
Error IllegalLocationConstraint(std::string_view constraint);
Error InvalidLocationConstraint(std::string_view constraint);
Error AccessDenied();

Error NoSuchKey(std::string_view key);
Error NoSuchVersion(std::string_view key, std::string_view version);
Error InvalidVersionId(std::string_view version);
Error DeleteMarkerMethodNotAllowed();
Error KeyTooLong(std::size_t size);
Error EntityTooLarge(std::size_t size);
Error MetadataTooLarge(std::size_t size);
Error InvalidStorageClass(std::string_view storage_class);
Error NotModified();
Error PreconditionFailed(std::string_view condition);
Error InvalidRange(std::string_view range, std::size_t size);
Error InvalidPartNumber(std::int32_t requested, std::size_t count);
Error CopyOntoItself();

Error NoSuchUpload(std::string_view upload_id);
Error InvalidPart(std::string_view upload_id, std::int32_t number, std::string_view etag);
Error InvalidPartOrder(std::string_view upload_id);
Error EntityTooSmall(std::size_t size, std::int32_t number, std::string_view etag);

Error NoSuchBucketPolicy(std::string_view bucket);
Error NoSuchTagSet(std::string_view bucket);
Error NoSuchPublicAccessBlockConfiguration(std::string_view bucket);
Error MalformedPolicy(std::string message);
Error InvalidTag(std::string message, std::string_view key);
Error AccessControlListNotSupported();
Error InvalidBucketAclWithObjectOwnership();

Error MalformedXml();
Error InvalidRequest(std::string message);
Error InvalidArgument(std::string message, std::string_view name, std::string_view value);
/// What S3 says of what it doesn't do; `header` is the one that asks for it.
Error HeaderNotImplemented(std::string_view header);
/// The same for a part of a request's body, by its name.
Error NotImplemented(std::string what);

}  // namespace iatk::cloud::s3_errors
