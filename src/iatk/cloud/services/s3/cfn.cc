// AWS::S3::Bucket and AWS::S3::BucketPolicy. CloudFormation Template Reference.
#include "iatk/cloud/dispatch/properties.h"
#include "iatk/cloud/services/s3/errors.h"
#include "iatk/cloud/services/s3/service.h"
#include "iatk/json/write.h"

namespace iatk::cloud {

namespace m = model::s3;

namespace {

// Generated names must be names of buckets.
std::string GeneratedBucketName(const ResourceRequest& request) {
  std::string name = request.GeneratedName(63);
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return name;
}

// What would need a feature that isn't there is refused by its name.
Result<void> RefuseUnsupported(const json::Object& properties) {
  const auto acl = TextOf(properties, "AccessControl");
  if (acl && *acl != "Private" && *acl != "BucketOwnerFullControl") {
    return Fail(s3_errors::InvalidBucketAclWithObjectOwnership());
  }
  const json::Value* const ownership = properties.Find("OwnershipControls");
  const json::Value* const rules = ownership == nullptr ? nullptr : ownership->Find("Rules");
  if (rules == nullptr || rules->AsArray() == nullptr) return {};
  for (const json::Value& rule : *rules->AsArray()) {
    const std::string* const kind = rule.FindString("ObjectOwnership");
    if (kind == nullptr || *kind != "BucketOwnerEnforced") {
      return Fail(s3_errors::NotImplemented("OwnershipControls other than BucketOwnerEnforced"));
    }
  }
  return {};
}

m::PutBucketEncryptionRequest EncryptionOf(const json::Value& property, const std::string& name) {
  m::PutBucketEncryptionRequest input;
  input.bucket = name;
  auto& rules = input.server_side_encryption_configuration.emplace().rules.emplace();
  const json::Value* const list = property.Find("ServerSideEncryptionConfiguration");
  if (list == nullptr || list->AsArray() == nullptr) return input;
  for (const json::Value& each : *list->AsArray()) {
    m::ServerSideEncryptionRule& rule = rules.emplace_back();
    if (const json::Value* const key = each.Find("BucketKeyEnabled")) {
      rule.bucket_key_enabled = IsTrue(key);
    }
    const json::Value* const defaults = each.Find("ServerSideEncryptionByDefault");
    if (defaults == nullptr) continue;
    auto& by_default = rule.apply_server_side_encryption_by_default.emplace();
    if (const auto* algorithm = defaults->FindString("SSEAlgorithm")) {
      by_default.sse_algorithm = *algorithm;
    }
    if (const auto* key = defaults->FindString("KMSMasterKeyID")) {
      by_default.kms_master_key_id = *key;
    }
  }
  return input;
}

ResourceResult ResultOf(const S3Bucket& bucket) {
  const std::string& name = bucket.name;
  const std::string website_separator = bucket.region == "us-east-1" ? "-" : ".";
  return {name,
          json::Object{
              {"Arn", bucket.arn()},
              {"DomainName", name + ".s3.amazonaws.com"},
              {"RegionalDomainName", name + ".s3." + bucket.region + ".amazonaws.com"},
              {"DualStackDomainName", name + ".s3.dualstack." + bucket.region + ".amazonaws.com"},
              {"WebsiteURL", "http://" + name + ".s3-website" + website_separator + bucket.region +
                                 ".amazonaws.com"}}};
}

}  // namespace

void S3::RegisterResourceTypes(Registry& registry) {
  // Brings a bucket to the request's properties; what they leave out gets its default.
  const auto configure = [this](ResourceRequest& request,
                                const std::string& name) -> Result<ResourceResult> {
    RequestContext& context = request.context;
    const json::Object& properties = request.properties;
    if (const json::Value* const encryption = properties.Find("BucketEncryption")) {
      IATK_CHECK(PutBucketEncryption(context, EncryptionOf(*encryption, name)));
    } else if (request.previous_properties.Contains("BucketEncryption")) {
      m::DeleteBucketEncryptionRequest input;
      input.bucket = name;
      IATK_CHECK(DeleteBucketEncryption(context, input));
    }
    if (const json::Value* const block = properties.Find("PublicAccessBlockConfiguration")) {
      m::PutPublicAccessBlockRequest input;
      input.bucket = name;
      auto& configuration = input.public_access_block_configuration.emplace();
      configuration.block_public_acls = IsTrue(block->Find("BlockPublicAcls"));
      configuration.ignore_public_acls = IsTrue(block->Find("IgnorePublicAcls"));
      configuration.block_public_policy = IsTrue(block->Find("BlockPublicPolicy"));
      configuration.restrict_public_buckets = IsTrue(block->Find("RestrictPublicBuckets"));
      IATK_CHECK(PutPublicAccessBlock(context, input));
    }
    const json::Value* const versioning = properties.Find("VersioningConfiguration");
    const bool was_versioned = request.previous_properties.Contains("VersioningConfiguration");
    if (versioning != nullptr || was_versioned) {
      m::PutBucketVersioningRequest input;
      input.bucket = name;
      const std::string* const status =
          versioning == nullptr ? nullptr : versioning->FindString("Status");
      input.versioning_configuration.emplace().status = status == nullptr ? "Suspended" : *status;
      IATK_CHECK(PutBucketVersioning(context, input));
    }
    IATK_TRY(S3Bucket* const bucket, FindOwn(context, name, std::nullopt));
    bucket->tags = TagsOf(request);
    return ResultOf(*bucket);
  };

  ResourceType bucket;
  bucket.name = "AWS::S3::Bucket";
  // differs from AWS: objects don't expire, so that rules of LifecycleConfiguration do nothing.
  bucket.properties = {"AccessControl",
                       "BucketEncryption",
                       "BucketName",
                       "LifecycleConfiguration",
                       "OwnershipControls",
                       "PublicAccessBlockConfiguration",
                       "Tags",
                       "VersioningConfiguration"};
  bucket.create = [this, configure](ResourceRequest& request) -> Result<ResourceResult> {
    IATK_CHECK(RefuseUnsupported(request.properties));
    m::CreateBucketRequest input;
    input.bucket = TextOf(request.properties, "BucketName");
    if (!input.bucket) input.bucket = GeneratedBucketName(request);
    // In us-east-1 creating one's own bucket again is no error, but a stack may not take it over.
    if (const auto existing = buckets_.find(*input.bucket); existing != buckets_.end()) {
      return Fail(existing->second.account == request.context.account
                      ? s3_errors::BucketAlreadyOwnedByYou(*input.bucket)
                      : s3_errors::BucketAlreadyExists(*input.bucket));
    }
    if (request.context.region != "us-east-1") {
      input.create_bucket_configuration.emplace().location_constraint = request.context.region;
    }
    IATK_CHECK(CreateBucket(request.context, input));
    Result<ResourceResult> result = configure(request, *input.bucket);
    // What can't be made whole isn't made: nothing else knows of it.
    if (!result) buckets_.erase(*input.bucket);
    return result;
  };
  bucket.update = [configure,
                   create = bucket.create](ResourceRequest& request) -> Result<ResourceResult> {
    IATK_CHECK(RefuseUnsupported(request.properties));
    if (TextOf(request.properties, "BucketName") !=
        TextOf(request.previous_properties, "BucketName")) {
      return create(request);
    }
    return configure(request, request.physical_id);
  };
  bucket.remove = [this](ResourceRequest& request) -> Result<void> {
    m::DeleteBucketRequest input;
    input.bucket = request.physical_id;
    const Result<model::Empty> done = DeleteBucket(request.context, input);
    if (!done && done.error().code != "NoSuchBucket") return Fail(done.error());
    return {};
  };
  registry.resource_types.Register(std::move(bucket));

  ResourceType policy;
  policy.name = "AWS::S3::BucketPolicy";
  policy.properties = {"Bucket", "PolicyDocument"};
  policy.create = [this](ResourceRequest& request) -> Result<ResourceResult> {
    m::PutBucketPolicyRequest input;
    input.bucket = TextOf(request.properties, "Bucket");
    input.policy = TextOf(request.properties, "PolicyDocument");
    IATK_TRY(const S3Bucket* const bucket, FindOwn(request.context, input.bucket, std::nullopt));
    if (!bucket->policy.empty()) {
      return Fail(SenderError("AlreadyExists",
                              "The bucket policy already exists on bucket " + bucket->name + "."));
    }
    IATK_CHECK(PutBucketPolicy(request.context, input));
    return ResourceResult{*input.bucket, {}};
  };
  policy.update = [this,
                   create = policy.create](ResourceRequest& request) -> Result<ResourceResult> {
    m::PutBucketPolicyRequest input;
    input.bucket = TextOf(request.properties, "Bucket");
    input.policy = TextOf(request.properties, "PolicyDocument");
    if (input.bucket != request.physical_id) return create(request);
    IATK_CHECK(PutBucketPolicy(request.context, input));
    return ResourceResult{*input.bucket, {}};
  };
  policy.remove = [this](ResourceRequest& request) -> Result<void> {
    m::DeleteBucketPolicyRequest input;
    input.bucket = request.physical_id;
    const Result<model::Empty> done = DeleteBucketPolicy(request.context, input);
    if (!done && done.error().code != "NoSuchBucket") return Fail(done.error());
    return {};
  };
  registry.resource_types.Register(std::move(policy));
}

}  // namespace iatk::cloud
