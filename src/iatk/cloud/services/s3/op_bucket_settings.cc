// What is set on buckets, kept and read back.
#include <algorithm>

#include "iatk/cloud/services/s3/errors.h"
#include "iatk/cloud/services/s3/limits.h"
#include "iatk/cloud/services/s3/service.h"
#include "iatk/cloud/services/s3/tagging.h"
#include "iatk/json/parse.h"

namespace iatk::cloud {

namespace m = model::s3;

namespace {

bool IsOf(const std::string& resource, const std::string& bucket_arn) {
  return resource == bucket_arn || resource.starts_with(bucket_arn + "/") ||
         resource.starts_with(bucket_arn + "*");
}

Result<void> CheckStatement(const json::Value& statement, const std::string& bucket_arn) {
  if (statement.AsObject() == nullptr) {
    return Fail(s3_errors::MalformedPolicy("Invalid policy syntax."));
  }
  for (const char* required : {"Effect", "Principal", "Action", "Resource"}) {
    if (statement.Find(required) == nullptr &&
        statement.Find("Not" + std::string(required)) == nullptr) {
      return Fail(s3_errors::MalformedPolicy("Missing required field " + std::string(required)));
    }
  }
  const json::Value* const resource = statement.Find("Resource");
  if (resource == nullptr) return {};
  const auto check = [&](const json::Value& each) {
    return each.AsString() != nullptr && IsOf(*each.AsString(), bucket_arn);
  };
  const bool fits = resource->AsArray() != nullptr
                        ? std::ranges::all_of(*resource->AsArray(), check)
                        : check(*resource);
  if (!fits) return Fail(s3_errors::MalformedPolicy("Policy has invalid resource"));
  return {};
}

Result<void> CheckPolicy(const std::string& policy, const std::string& bucket_arn) {
  const Result<json::Value> document = json::Parse(policy, {.max_depth = 32});
  if (!document || document->AsObject() == nullptr) {
    return Fail(
        s3_errors::MalformedPolicy("Policies must be valid JSON and the first byte must be '{'"));
  }
  if (policy.size() > s3_limits::kMaxPolicyBytes) {
    return Fail(s3_errors::MalformedPolicy("Policy exceeds the maximum allowed document size."));
  }
  const json::Value* const statement = document->Find("Statement");
  if (statement == nullptr) {
    return Fail(s3_errors::MalformedPolicy("Missing required field Statement"));
  }
  if (statement->AsArray() == nullptr) return CheckStatement(*statement, bucket_arn);
  if (statement->AsArray()->empty()) {
    return Fail(s3_errors::MalformedPolicy("Could not parse the policy: Statement is empty!"));
  }
  for (const json::Value& each : *statement->AsArray()) {
    IATK_CHECK(CheckStatement(each, bucket_arn));
  }
  return {};
}

Result<void> CheckEncryption(const std::optional<m::ServerSideEncryptionConfiguration>& input) {
  if (!input || !input->rules || input->rules->size() != 1) {
    return Fail(s3_errors::MalformedXml());
  }
  const m::ServerSideEncryptionRule& rule = input->rules->front();
  const auto& defaults = rule.apply_server_side_encryption_by_default;
  if (!defaults || !defaults->sse_algorithm) return Fail(s3_errors::MalformedXml());
  const std::string& algorithm = *defaults->sse_algorithm;
  if (algorithm != "AES256" && algorithm != "aws:kms" && algorithm != "aws:kms:dsse") {
    return Fail(s3_errors::MalformedXml());
  }
  if (algorithm == "AES256" && defaults->kms_master_key_id) {
    return Fail(s3_errors::InvalidArgument(
        "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or "
        "aws:kms:dsse",
        "ApplyServerSideEncryptionByDefault", *defaults->kms_master_key_id));
  }
  return {};
}

}  // namespace

Result<m::GetBucketVersioningOutput> S3::GetBucketVersioning(
    RequestContext& context, const m::GetBucketVersioningRequest& input) {
  IATK_TRY(const S3Bucket* const bucket,
           FindOwn(context, input.bucket, input.expected_bucket_owner));
  m::GetBucketVersioningOutput output;
  if (!bucket->versioning.empty()) output.status = bucket->versioning;
  return output;
}

Result<model::Empty> S3::PutBucketVersioning(RequestContext& context,
                                             const m::PutBucketVersioningRequest& input) {
  IATK_TRY(S3Bucket* const bucket, FindOwn(context, input.bucket, input.expected_bucket_owner));
  if (!input.versioning_configuration || !input.versioning_configuration->status) {
    return Fail(SenderError("IllegalVersioningConfigurationException",
                            "The Versioning element must be specified"));
  }
  if (input.mfa || input.versioning_configuration->mfa_delete == "Enabled") {
    return Fail(s3_errors::NotImplemented("MfaDelete"));
  }
  const std::string& status = *input.versioning_configuration->status;
  if (status != "Enabled" && status != "Suspended") return Fail(s3_errors::MalformedXml());
  bucket->versioning = status;
  return model::Empty{};
}

Result<m::GetBucketPolicyOutput> S3::GetBucketPolicy(RequestContext& context,
                                                     const m::GetBucketPolicyRequest& input) {
  IATK_TRY(const S3Bucket* const bucket,
           FindOwn(context, input.bucket, input.expected_bucket_owner));
  if (bucket->policy.empty()) return Fail(s3_errors::NoSuchBucketPolicy(bucket->name));
  m::GetBucketPolicyOutput output;
  output.policy = bucket->policy;
  return output;
}

Result<model::Empty> S3::PutBucketPolicy(RequestContext& context,
                                         const m::PutBucketPolicyRequest& input) {
  IATK_TRY(S3Bucket* const bucket, FindOwn(context, input.bucket, input.expected_bucket_owner));
  IATK_CHECK(CheckPolicy(input.policy.value_or(""), bucket->arn()));
  bucket->policy = *input.policy;
  return model::Empty{};
}

Result<model::Empty> S3::DeleteBucketPolicy(RequestContext& context,
                                            const m::DeleteBucketPolicyRequest& input) {
  IATK_TRY(S3Bucket* const bucket, FindOwn(context, input.bucket, input.expected_bucket_owner));
  bucket->policy.clear();
  return model::Empty{};
}

Result<m::GetBucketTaggingOutput> S3::GetBucketTagging(RequestContext& context,
                                                       const m::GetBucketTaggingRequest& input) {
  IATK_TRY(const S3Bucket* const bucket,
           FindOwn(context, input.bucket, input.expected_bucket_owner));
  if (bucket->tags.empty()) return Fail(s3_errors::NoSuchTagSet(bucket->name));
  m::GetBucketTaggingOutput output;
  output.tag_set = TagSetOf(bucket->tags);
  return output;
}

Result<model::Empty> S3::PutBucketTagging(RequestContext& context,
                                          const m::PutBucketTaggingRequest& input) {
  IATK_TRY(S3Bucket* const bucket, FindOwn(context, input.bucket, input.expected_bucket_owner));
  if (!input.tagging) return Fail(s3_errors::MalformedXml());
  IATK_TRY(Tags tags, CheckTags(input.tagging->tag_set.value_or(std::vector<m::Tag>()),
                                s3_limits::kMaxBucketTags));
  // CloudFormation's own tags stay, as S3 has it.
  for (const auto& [key, value] : bucket->tags) {
    if (key.starts_with("aws:")) tags.emplace(key, value);
  }
  bucket->tags = std::move(tags);
  return model::Empty{};
}

Result<model::Empty> S3::DeleteBucketTagging(RequestContext& context,
                                             const m::DeleteBucketTaggingRequest& input) {
  IATK_TRY(S3Bucket* const bucket, FindOwn(context, input.bucket, input.expected_bucket_owner));
  std::erase_if(bucket->tags, [](const auto& tag) { return !tag.first.starts_with("aws:"); });
  return model::Empty{};
}

Result<m::GetBucketEncryptionOutput> S3::GetBucketEncryption(
    RequestContext& context, const m::GetBucketEncryptionRequest& input) {
  IATK_TRY(const S3Bucket* const bucket,
           FindOwn(context, input.bucket, input.expected_bucket_owner));
  m::GetBucketEncryptionOutput output;
  output.server_side_encryption_configuration = bucket->encryption;
  return output;
}

Result<model::Empty> S3::PutBucketEncryption(RequestContext& context,
                                             const m::PutBucketEncryptionRequest& input) {
  IATK_TRY(S3Bucket* const bucket, FindOwn(context, input.bucket, input.expected_bucket_owner));
  IATK_CHECK(CheckEncryption(input.server_side_encryption_configuration));
  bucket->encryption = *input.server_side_encryption_configuration;
  m::ServerSideEncryptionRule& rule = bucket->encryption.rules->front();
  if (!rule.bucket_key_enabled) rule.bucket_key_enabled = false;
  return model::Empty{};
}

// There is always some encryption: without one of its own the bucket has S3's default again.
Result<model::Empty> S3::DeleteBucketEncryption(RequestContext& context,
                                                const m::DeleteBucketEncryptionRequest& input) {
  IATK_TRY(S3Bucket* const bucket, FindOwn(context, input.bucket, input.expected_bucket_owner));
  bucket->encryption = DefaultEncryptionConfiguration();
  return model::Empty{};
}

Result<m::GetPublicAccessBlockOutput> S3::GetPublicAccessBlock(
    RequestContext& context, const m::GetPublicAccessBlockRequest& input) {
  IATK_TRY(const S3Bucket* const bucket,
           FindOwn(context, input.bucket, input.expected_bucket_owner));
  if (!bucket->public_access_block) {
    return Fail(s3_errors::NoSuchPublicAccessBlockConfiguration(bucket->name));
  }
  m::GetPublicAccessBlockOutput output;
  output.public_access_block_configuration = bucket->public_access_block;
  return output;
}

Result<model::Empty> S3::PutPublicAccessBlock(RequestContext& context,
                                              const m::PutPublicAccessBlockRequest& input) {
  IATK_TRY(S3Bucket* const bucket, FindOwn(context, input.bucket, input.expected_bucket_owner));
  if (!input.public_access_block_configuration) return Fail(s3_errors::MalformedXml());
  m::PublicAccessBlockConfiguration block = *input.public_access_block_configuration;
  for (auto* each : {&block.block_public_acls, &block.ignore_public_acls,
                     &block.block_public_policy, &block.restrict_public_buckets}) {
    if (!*each) *each = false;
  }
  bucket->public_access_block = block;
  return model::Empty{};
}

Result<model::Empty> S3::DeletePublicAccessBlock(RequestContext& context,
                                                 const m::DeletePublicAccessBlockRequest& input) {
  IATK_TRY(S3Bucket* const bucket, FindOwn(context, input.bucket, input.expected_bucket_owner));
  bucket->public_access_block.reset();
  return model::Empty{};
}

}  // namespace iatk::cloud
