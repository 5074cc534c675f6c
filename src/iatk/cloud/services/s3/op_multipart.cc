// Objects uploaded in parts. S3 User Guide, "Uploading and copying objects using multipart upload".
#include "iatk/cloud/services/s3/conditions.h"
#include "iatk/cloud/services/s3/copy_source.h"
#include "iatk/cloud/services/s3/new_object.h"
#include "iatk/cloud/services/s3/service.h"

namespace iatk::cloud {

namespace m = model::s3;

namespace {

Result<std::map<std::string, S3Upload, std::less<>>::iterator> FindUpload(
    S3Bucket& bucket, const std::optional<std::string>& key,
    const std::optional<std::string>& upload_id) {
  const auto it = bucket.uploads.find(upload_id.value_or(""));
  if (it == bucket.uploads.end() || it->second.key != key) {
    return Fail(s3_errors::NoSuchUpload(upload_id.value_or("")));
  }
  return it;
}

std::string Unquoted(std::string_view etag) {
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') {
    etag = etag.substr(1, etag.size() - 2);
  }
  return std::string(etag);
}

// The parts that a CompleteMultipartUpload names, in its order.
Result<std::vector<const S3Upload::Part*>> NamedParts(const std::string& id, const S3Upload& upload,
                                                      const std::vector<m::CompletedPart>& named) {
  std::vector<const S3Upload::Part*> parts;
  std::int32_t previous = 0;
  for (const m::CompletedPart& each : named) {
    if (!each.part_number || !each.e_tag) return Fail(s3_errors::MalformedXml());
    if (*each.part_number <= previous) return Fail(s3_errors::InvalidPartOrder(id));
    previous = *each.part_number;
    const auto part = upload.parts.find(*each.part_number);
    if (part == upload.parts.end() || Unquoted(*each.e_tag) != Unquoted(part->second.etag)) {
      return Fail(s3_errors::InvalidPart(id, *each.part_number, Unquoted(*each.e_tag)));
    }
    const auto& checksum = *ChecksumMember(part->second.checksum.algorithm, &each);
    if (checksum && *checksum != part->second.checksum.value) {
      return Fail(s3_errors::InvalidPart(id, *each.part_number, Unquoted(*each.e_tag)));
    }
    parts.push_back(&part->second);
  }
  // A wrong order is told before a part that is too small.
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    if (parts[i]->body->size() < s3_limits::kMinPartBytes) {
      return Fail(s3_errors::EntityTooSmall(parts[i]->body->size(), *named[i].part_number,
                                            Unquoted(parts[i]->etag)));
    }
  }
  return parts;
}

}  // namespace

Result<m::CreateMultipartUploadOutput> S3::CreateMultipartUpload(
    RequestContext& context, const m::CreateMultipartUploadRequest& input) {
  IATK_TRY(S3Bucket* const bucket, Find(context, input.bucket, input.expected_bucket_owner));
  IATK_CHECK(CheckKey(input.key));
  S3Upload upload;
  upload.key = *input.key;
  IATK_TRY(upload.object, DescribeObject(input, *bucket));
  S3Checksum& checksum = upload.object.checksum;
  if (input.checksum_algorithm) {
    if (!IsChecksumAlgorithm(*input.checksum_algorithm)) {
      return Fail(s3_errors::HeaderNotImplemented("x-amz-checksum-algorithm"));
    }
    upload.default_checksum = false;
    checksum.algorithm = *input.checksum_algorithm;
    const bool crc64 = checksum.algorithm == "CRC64NVME";
    checksum.type = input.checksum_type.value_or(crc64 ? "FULL_OBJECT" : "COMPOSITE");
    const bool fits = crc64 ? checksum.type == "FULL_OBJECT"
                            : checksum.type == "COMPOSITE" || checksum.algorithm.starts_with("CRC");
    if (!fits || (checksum.type != "FULL_OBJECT" && checksum.type != "COMPOSITE")) {
      return Fail(s3_errors::InvalidRequest("The " + checksum.type +
                                            " checksum type cannot be used with the " +
                                            checksum.algorithm + " checksum algorithm."));
    }
  }
  if (bucket->uploads.size() >= s3_limits::kMaxUploads) {
    return Fail(ReceiverError("SlowDown", "Please reduce your request rate.", 503));
  }
  const std::string id = context.ids().FromAlphabet(96, kAlphabetAlphanumeric);
  m::CreateMultipartUploadOutput output;
  output.bucket = bucket->name;
  output.key = *input.key;
  output.upload_id = id;
  SetEncryption(upload.object.encryption, &output);
  if (!upload.default_checksum) {
    output.checksum_algorithm = checksum.algorithm;
    output.checksum_type = checksum.type;
  }
  bucket->uploads.emplace(id, std::move(upload));
  return output;
}

Result<m::UploadPartOutput> S3::UploadPart(RequestContext& context,
                                           const m::UploadPartRequest& input) {
  IATK_TRY(S3Bucket* const bucket, Find(context, input.bucket, input.expected_bucket_owner));
  const std::int32_t number = input.part_number.value_or(0);
  if (number < 1 || number > s3_limits::kMaxPartNumber) {
    return Fail(
        s3_errors::InvalidArgument("Part number must be an integer between 1 and 10000, inclusive",
                                   "partNumber", std::to_string(number)));
  }
  IATK_TRY(const auto upload, FindUpload(*bucket, input.key, input.upload_id));
  const std::size_t size = input.body ? input.body->size() : 0;
  std::size_t total = size;
  for (const auto& [other, part] : upload->second.parts) {
    if (other != number) total += part.body->size();
  }
  if (total > s3_limits::kMaxObjectBytes) return Fail(s3_errors::EntityTooLarge(total));
  S3Upload::Part part;
  part.checksum.algorithm = upload->second.object.checksum.algorithm;
  IATK_TRY(const std::string algorithm, RequestedAlgorithm(input, input.checksum_algorithm));
  if (!algorithm.empty() && algorithm != part.checksum.algorithm) {
    if (!upload->second.default_checksum) {
      return Fail(s3_errors::InvalidRequest(
          "Checksum Type mismatch occurred, expected checksum Type: " + part.checksum.algorithm +
          ", actual checksum Type: " + algorithm));
    }
    part.checksum.algorithm = algorithm;
  }
  part.body = std::make_shared<const std::string>(input.body.value_or(""));
  part.etag = QuotedMd5(*part.body);
  part.last_modified = std::chrono::floor<std::chrono::seconds>(context.Now());
  part.checksum.value = ComputeChecksum(part.checksum.algorithm, *part.body);
  m::UploadPartOutput output;
  output.e_tag = part.etag;
  SetChecksum(part.checksum, &output);
  SetEncryption(upload->second.object.encryption, &output);
  upload->second.parts.insert_or_assign(number, std::move(part));
  return output;
}

Result<m::UploadPartCopyOutput> S3::UploadPartCopy(RequestContext& context,
                                                   const m::UploadPartCopyRequest& input) {
  IATK_TRY(const CopySource source, ParseCopySource(input.copy_source.value_or("")));
  IATK_TRY(const S3Bucket* const from,
           Find(context, source.bucket, input.expected_source_bucket_owner));
  IATK_TRY(const S3Object* const original, from->Find(source.key, source.version_id));
  IATK_CHECK(
      CheckConditions({input.copy_source_if_match, input.copy_source_if_none_match,
                       input.copy_source_if_modified_since, input.copy_source_if_unmodified_since},
                      original->etag, original->last_modified, true));
  IATK_TRY(const std::optional<ByteRange> range,
           ParseRange(input.copy_source_range, original->size()));
  m::UploadPartRequest part;
  part.bucket = input.bucket;
  part.key = input.key;
  part.upload_id = input.upload_id;
  part.part_number = input.part_number;
  part.expected_bucket_owner = input.expected_bucket_owner;
  part.body = range ? original->body->substr(range->first, range->length) : *original->body;
  IATK_TRY(const m::UploadPartOutput made, UploadPart(context, part));
  m::UploadPartCopyOutput output;
  if (!from->versioning.empty()) output.copy_source_version_id = original->version_id;
  output.server_side_encryption = made.server_side_encryption;
  m::CopyPartResult& result = output.copy_part_result.emplace();
  result.e_tag = made.e_tag;
  result.last_modified = std::chrono::floor<std::chrono::seconds>(context.Now());
  return output;
}

Result<m::CompleteMultipartUploadOutput> S3::CompleteMultipartUpload(
    RequestContext& context, const m::CompleteMultipartUploadRequest& input) {
  IATK_TRY(S3Bucket* const bucket, Find(context, input.bucket, input.expected_bucket_owner));
  IATK_TRY(const auto upload, FindUpload(*bucket, input.key, input.upload_id));
  if (!input.multipart_upload || !input.multipart_upload->parts ||
      input.multipart_upload->parts->empty()) {
    return Fail(s3_errors::MalformedXml());
  }
  IATK_TRY(const auto parts,
           NamedParts(upload->first, upload->second, *input.multipart_upload->parts));
  IATK_CHECK(CheckWriteConditions(*bucket, *input.key, input.if_match, input.if_none_match));
  S3Object object = upload->second.object;
  auto body = std::make_shared<std::string>();
  std::string digests;
  std::string checksums;
  for (const S3Upload::Part* const part : parts) {
    *body += *part->body;
    digests += Md5(*part->body);
    checksums += Base64Decode(part->checksum.value).value_or("");
    object.part_sizes.push_back(part->body->size());
  }
  if (input.mpu_object_size && *input.mpu_object_size != static_cast<std::int64_t>(body->size())) {
    return Fail(s3_errors::InvalidRequest(
        "The provided 'x-amz-mp-object-size' header value does not match what was computed."));
  }
  const std::string suffix = "-" + std::to_string(parts.size());
  object.etag = '"' + Md5Hex(digests) + suffix + '"';
  object.checksum.value = object.checksum.type == "COMPOSITE"
                              ? ComputeChecksum(object.checksum.algorithm, checksums) + suffix
                              : ComputeChecksum(object.checksum.algorithm, *body);
  const auto& claimed = *ChecksumMember(object.checksum.algorithm, &input);
  const std::string& computed = object.checksum.value;
  // A composite one may be given with or without the number of parts.
  if (claimed && *claimed != computed && *claimed + suffix != computed) {
    return Fail(SenderError("BadDigest", "The " + object.checksum.algorithm +
                                             " you specified did not match the calculated "
                                             "checksum."));
  }
  object.body = std::move(body);
  object.last_modified = std::chrono::floor<std::chrono::seconds>(context.Now());
  bucket->uploads.erase(upload);
  const S3Object& made = bucket->Put(*input.key, std::move(object), NewVersionId(context.ids()));

  m::CompleteMultipartUploadOutput output;
  output.bucket = bucket->name;
  output.key = *input.key;
  output.location = context.base_url + "/" + bucket->name + "/" + *input.key;
  output.e_tag = made.etag;
  SetChecksum(made.checksum, &output);
  output.checksum_type = made.checksum.type;
  SetEncryption(made.encryption, &output);
  SetVersion(*bucket, made, &output);
  return output;
}

Result<m::AbortMultipartUploadOutput> S3::AbortMultipartUpload(
    RequestContext& context, const m::AbortMultipartUploadRequest& input) {
  IATK_TRY(S3Bucket* const bucket, Find(context, input.bucket, input.expected_bucket_owner));
  IATK_TRY(const auto upload, FindUpload(*bucket, input.key, input.upload_id));
  bucket->uploads.erase(upload);
  return m::AbortMultipartUploadOutput{};
}

Result<m::ListPartsOutput> S3::ListParts(RequestContext& context,
                                         const m::ListPartsRequest& input) {
  IATK_TRY(S3Bucket* const bucket, Find(context, input.bucket, input.expected_bucket_owner));
  IATK_TRY(const auto found, FindUpload(*bucket, input.key, input.upload_id));
  constexpr std::int32_t kMaxParts = 1000;
  const std::int32_t wanted = input.max_parts.value_or(kMaxParts);
  if (wanted < 0) {
    return Fail(
        s3_errors::InvalidArgument("Argument max-parts must be an integer between 0 and 2147483647",
                                   "max-parts", std::to_string(wanted)));
  }
  const S3Upload& upload = found->second;
  m::ListPartsOutput output;
  output.bucket = bucket->name;
  output.key = upload.key;
  output.upload_id = found->first;
  output.part_number_marker = input.part_number_marker.value_or(0);
  output.max_parts = std::min(wanted, kMaxParts);
  output.storage_class = upload.object.storage_class;
  output.owner.emplace().id = CanonicalUserId(bucket->account);
  output.initiator.emplace().id = CanonicalUserId(bucket->account);
  output.is_truncated = false;
  for (auto part = upload.parts.upper_bound(*output.part_number_marker); part != upload.parts.end();
       ++part) {
    if (!output.parts) output.parts.emplace();
    if (output.parts->size() == static_cast<std::size_t>(*output.max_parts)) {
      output.is_truncated = true;
      break;
    }
    m::Part& each = output.parts->emplace_back();
    each.part_number = part->first;
    each.last_modified = part->second.last_modified;
    each.e_tag = part->second.etag;
    each.size = static_cast<std::int64_t>(part->second.body->size());
    output.next_part_number_marker = part->first;
  }
  return output;
}

}  // namespace iatk::cloud
