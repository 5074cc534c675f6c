// Tags of objects. S3 User Guide, "Categorizing your objects using tags".
#include "iatk/cloud/services/s3/limits.h"
#include "iatk/cloud/services/s3/new_object.h"
#include "iatk/cloud/services/s3/service.h"
#include "iatk/cloud/services/s3/tagging.h"

namespace iatk::cloud {

namespace m = model::s3;

Result<m::GetObjectTaggingOutput> S3::GetObjectTagging(RequestContext& context,
                                                       const m::GetObjectTaggingRequest& input) {
  IATK_TRY(const S3Bucket* const bucket, Find(context, input.bucket, input.expected_bucket_owner));
  IATK_TRY(const S3Object* const object, bucket->Find(*input.key, input.version_id));
  m::GetObjectTaggingOutput output;
  output.tag_set = TagSetOf(object->tags);
  SetVersion(*bucket, *object, &output);
  return output;
}

Result<m::PutObjectTaggingOutput> S3::PutObjectTagging(RequestContext& context,
                                                       const m::PutObjectTaggingRequest& input) {
  IATK_TRY(S3Bucket* const bucket, Find(context, input.bucket, input.expected_bucket_owner));
  IATK_TRY(S3Object* const object, bucket->Find(*input.key, input.version_id));
  if (!input.tagging || !input.tagging->tag_set) return Fail(s3_errors::MalformedXml());
  IATK_TRY(object->tags, CheckTags(*input.tagging->tag_set, s3_limits::kMaxObjectTags));
  m::PutObjectTaggingOutput output;
  SetVersion(*bucket, *object, &output);
  return output;
}

Result<m::DeleteObjectTaggingOutput> S3::DeleteObjectTagging(
    RequestContext& context, const m::DeleteObjectTaggingRequest& input) {
  IATK_TRY(S3Bucket* const bucket, Find(context, input.bucket, input.expected_bucket_owner));
  IATK_TRY(S3Object* const object, bucket->Find(*input.key, input.version_id));
  object->tags.clear();
  m::DeleteObjectTaggingOutput output;
  SetVersion(*bucket, *object, &output);
  return output;
}

}  // namespace iatk::cloud
