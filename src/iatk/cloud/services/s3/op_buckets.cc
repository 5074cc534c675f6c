// Buckets.
#include "iatk/base/digest.h"
#include "iatk/cloud/services/s3/errors.h"
#include "iatk/cloud/services/s3/limits.h"
#include "iatk/cloud/services/s3/service.h"
#include "iatk/cloud/services/s3/tagging.h"

namespace iatk::cloud {

namespace m = model::s3;

namespace {

constexpr std::string_view kClassicRegion = "us-east-1";

// The region that a CreateBucket asks for: at the endpoint of us-east-1 any, elsewhere its own.
Result<std::string> RegionOfNewBucket(const RequestContext& context,
                                      const m::CreateBucketRequest& input) {
  const std::string constraint =
      input.create_bucket_configuration
          ? input.create_bucket_configuration->location_constraint.value_or("")
          : "";
  if (constraint == kClassicRegion) return Fail(s3_errors::InvalidLocationConstraint(constraint));
  std::string wanted = constraint == "EU" ? "eu-west-1" : constraint;
  if (context.region == kClassicRegion) {
    return wanted.empty() ? std::string(kClassicRegion) : wanted;
  }
  if (wanted != context.region) return Fail(s3_errors::IllegalLocationConstraint(constraint));
  return wanted;
}

Result<void> RefuseAcls(const m::CreateBucketRequest& input) {
  const bool grants = input.grant_full_control || input.grant_read || input.grant_read_acp ||
                      input.grant_write || input.grant_write_acp;
  const bool enforced =
      input.object_ownership.value_or("BucketOwnerEnforced") == "BucketOwnerEnforced";
  if (!enforced) return Fail(s3_errors::HeaderNotImplemented("x-amz-object-ownership"));
  if (grants || input.acl.value_or("private") != "private") {
    return Fail(s3_errors::InvalidBucketAclWithObjectOwnership());
  }
  if (input.object_lock_enabled_for_bucket.value_or(false)) {
    return Fail(s3_errors::HeaderNotImplemented("x-amz-bucket-object-lock-enabled"));
  }
  if (input.bucket_namespace.value_or("global") != "global") {
    return Fail(s3_errors::HeaderNotImplemented("x-amz-bucket-namespace"));
  }
  return {};
}

}  // namespace

Result<m::CreateBucketOutput> S3::CreateBucket(RequestContext& context,
                                               const m::CreateBucketRequest& input) {
  const std::string name = input.bucket.value_or("");
  if (!IsBucketName(name)) return Fail(s3_errors::InvalidBucketName(name));
  IATK_TRY(const std::string region, RegionOfNewBucket(context, input));
  IATK_CHECK(RefuseAcls(input));
  m::CreateBucketOutput output;
  output.location = region == kClassicRegion ? "/" + name : "http://" + name + ".s3.amazonaws.com/";
  const auto existing = buckets_.find(name);
  if (existing != buckets_.end()) {
    if (existing->second.account != context.account) {
      return Fail(s3_errors::BucketAlreadyExists(name));
    }
    // Only in us-east-1 is it no error to create one's own bucket again ("CreateBucket").
    if (region != kClassicRegion || existing->second.region != kClassicRegion) {
      return Fail(s3_errors::BucketAlreadyOwnedByYou(name));
    }
    return output;
  }
  std::size_t owned = 0;
  for (const auto& [other, bucket] : buckets_) owned += bucket.account == context.account ? 1U : 0U;
  if (owned >= s3_limits::kMaxBuckets) return Fail(s3_errors::TooManyBuckets());
  S3Bucket bucket;
  if (input.create_bucket_configuration && input.create_bucket_configuration->tags) {
    IATK_TRY(bucket.tags,
             CheckTags(*input.create_bucket_configuration->tags, s3_limits::kMaxBucketTags));
  }
  bucket.name = name;
  bucket.account = context.account;
  bucket.region = region;
  bucket.created = std::chrono::floor<std::chrono::seconds>(context.Now());
  buckets_.emplace(name, std::move(bucket));
  return output;
}

Result<model::Empty> S3::DeleteBucket(RequestContext& context,
                                      const m::DeleteBucketRequest& input) {
  IATK_TRY(const S3Bucket* const bucket,
           FindOwn(context, input.bucket, input.expected_bucket_owner));
  if (!bucket->objects.empty()) {
    return Fail(s3_errors::BucketNotEmpty(bucket->name, !bucket->versioning.empty()));
  }
  buckets_.erase(*input.bucket);
  return model::Empty{};
}

Result<m::HeadBucketOutput> S3::HeadBucket(RequestContext& context,
                                           const m::HeadBucketRequest& input) {
  IATK_TRY(const S3Bucket* const bucket, Find(context, input.bucket, input.expected_bucket_owner));
  m::HeadBucketOutput output;
  output.bucket_arn = bucket->arn();
  output.bucket_region = bucket->region;
  output.access_point_alias = false;
  return output;
}

Result<m::ListBucketsOutput> S3::ListBuckets(RequestContext& context,
                                             const m::ListBucketsRequest& input) {
  const std::size_t limit = input.max_buckets && *input.max_buckets > 0
                                ? static_cast<std::size_t>(*input.max_buckets)
                                : s3_limits::kMaxBuckets;
  const std::string prefix = input.prefix.value_or("");
  auto it = buckets_.begin();
  if (input.continuation_token) {
    const auto last = Base64Decode(*input.continuation_token);
    if (!last) {
      return Fail(s3_errors::InvalidArgument("The continuation token provided is incorrect",
                                             "continuation-token", *input.continuation_token));
    }
    it = buckets_.upper_bound(*last);
  }
  m::ListBucketsOutput output;
  output.owner.emplace().id = CanonicalUserId(context.account);
  if (input.prefix) output.prefix = *input.prefix;
  auto& list = output.buckets.emplace();
  for (; it != buckets_.end(); ++it) {
    const S3Bucket& bucket = it->second;
    if (bucket.account != context.account || !bucket.name.starts_with(prefix)) continue;
    if (input.bucket_region && *input.bucket_region != bucket.region) continue;
    if (list.size() == limit) {
      output.continuation_token = Base64Encode(*list.back().name);
      break;
    }
    m::Bucket& each = list.emplace_back();
    each.name = bucket.name;
    each.creation_date = bucket.created;
    // Only a paginated request is told of regions ("ListBuckets").
    if (input.max_buckets || input.bucket_region) each.bucket_region = bucket.region;
  }
  return output;
}

Result<m::GetBucketLocationOutput> S3::GetBucketLocation(RequestContext& context,
                                                         const m::GetBucketLocationRequest& input) {
  IATK_TRY(const S3Bucket* const bucket,
           FindOwn(context, input.bucket, input.expected_bucket_owner));
  m::GetBucketLocationOutput output;
  if (bucket->region != kClassicRegion) output.location_constraint = bucket->region;
  return output;
}

}  // namespace iatk::cloud
