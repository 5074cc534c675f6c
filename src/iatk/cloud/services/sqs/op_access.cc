// Permissions and tags.
#include <fmt/format.h>

#include <algorithm>

#include "iatk/cloud/services/sqs/errors.h"
#include "iatk/cloud/services/sqs/limits.h"
#include "iatk/cloud/services/sqs/service.h"
#include "iatk/json/write.h"

namespace iatk::cloud {

namespace m = model::sqs;

namespace {

json::Array StatementsOf(const json::Value& policy) {
  const json::Value* const statements = policy.Find("Statement");
  if (statements == nullptr) return {};
  return statements->AsArray() != nullptr ? *statements->AsArray() : json::Array{*statements};
}

bool HasSid(const json::Value& statement, const std::string& sid) {
  const std::string* const own = statement.FindString("Sid");
  return own != nullptr && *own == sid;
}

Result<void> SetStatements(Queue& queue, json::Array statements) {
  if (statements.empty()) return queue.attributes.Set({{"Policy", ""}});
  return queue.attributes.Set(
      {{"Policy", json::Write(json::Object{{"Version", "2008-10-17"},
                                           {"Id", queue.arn() + "/SQSDefaultPolicy"},
                                           {"Statement", std::move(statements)}})}});
}

}  // namespace

Result<model::Empty> Sqs::AddPermission(RequestContext& context,
                                        const m::AddPermissionRequest& input) {
  IATK_TRY(const std::shared_ptr<Queue> queue, FindQueue(context, *input.queue_url));
  json::Array statements = StatementsOf(queue->attributes.policy());
  if (std::ranges::any_of(statements,
                          [&](const json::Value& s) { return HasSid(s, *input.label); })) {
    return Fail(sqs_errors::InvalidValueOf("Label", *input.label, "Already exists."));
  }
  json::Array principals;
  for (const std::string& account : *input.aws_account_ids) {
    principals.emplace_back(fmt::format("arn:aws:iam::{}:root", account));
  }
  json::Array actions;
  for (const std::string& action : *input.actions) {
    actions.emplace_back(action == "*" ? "SQS:*" : "SQS:" + action);
  }
  statements.push_back(json::Object{{"Sid", *input.label},
                                    {"Effect", "Allow"},
                                    {"Principal", json::Object{{"AWS", std::move(principals)}}},
                                    {"Action", std::move(actions)},
                                    {"Resource", queue->arn()}});
  IATK_CHECK(SetStatements(*queue, std::move(statements)));
  return model::Empty();
}

Result<model::Empty> Sqs::RemovePermission(RequestContext& context,
                                           const m::RemovePermissionRequest& input) {
  IATK_TRY(const std::shared_ptr<Queue> queue, FindQueue(context, *input.queue_url));
  json::Array statements = StatementsOf(queue->attributes.policy());
  const auto removed =
      std::erase_if(statements, [&](const json::Value& s) { return HasSid(s, *input.label); });
  if (removed == 0) {
    return Fail(
        sqs_errors::InvalidValueOf("Label", *input.label, "can't find label on existing policy."));
  }
  IATK_CHECK(SetStatements(*queue, std::move(statements)));
  return model::Empty();
}

Result<model::Empty> Sqs::TagQueue(RequestContext& context, const m::TagQueueRequest& input) {
  IATK_TRY(const std::shared_ptr<Queue> queue, FindQueue(context, *input.queue_url));
  auto tags = queue->tags;
  for (const auto& [key, value] : *input.tags) tags[key] = value;
  if (tags.size() > sqs_limits::kMaxTags) {
    return Fail(sqs_errors::InvalidParameterValue(
        fmt::format("Too many tags added for queue {}.", queue->name())));
  }
  queue->tags = std::move(tags);
  return model::Empty();
}

Result<model::Empty> Sqs::UntagQueue(RequestContext& context, const m::UntagQueueRequest& input) {
  IATK_TRY(const std::shared_ptr<Queue> queue, FindQueue(context, *input.queue_url));
  for (const std::string& key : *input.tag_keys) queue->tags.erase(key);
  return model::Empty();
}

Result<m::ListQueueTagsResult> Sqs::ListQueueTags(RequestContext& context,
                                                  const m::ListQueueTagsRequest& input) {
  IATK_TRY(const std::shared_ptr<Queue> queue, FindQueue(context, *input.queue_url));
  m::ListQueueTagsResult output;
  if (!queue->tags.empty()) output.tags = queue->tags;
  return output;
}

void Sqs::RegisterTags(Registry& registry) {
  TagSource source;
  source.list = [this](RequestContext& context) {
    std::vector<TaggedResource> resources;
    for (const auto& [name, queue] : regions_.For(context.account, context.region).queues) {
      if (!queue->tags.empty()) resources.push_back({queue->arn(), queue->tags});
    }
    return resources;
  };
  source.tag = [this](RequestContext&, const std::string& arn, const Tags& tags) -> Result<void> {
    const std::shared_ptr<Queue> queue = FindQueueByArn(arn);
    if (queue == nullptr) return Fail(sqs_errors::QueueDoesNotExist());
    for (const auto& [key, value] : tags) queue->tags[key] = value;
    return {};
  };
  source.untag = [this](RequestContext&, const std::string& arn,
                        const std::vector<std::string>& keys) -> Result<void> {
    const std::shared_ptr<Queue> queue = FindQueueByArn(arn);
    if (queue == nullptr) return Fail(sqs_errors::QueueDoesNotExist());
    for (const std::string& key : keys) queue->tags.erase(key);
    return {};
  };
  registry.tagged_resources.Register("sqs", std::move(source));
}

}  // namespace iatk::cloud
