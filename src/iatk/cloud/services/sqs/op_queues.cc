// Queues: made, found, described, changed, emptied, deleted.
#include <fmt/format.h>

#include <algorithm>

#include "iatk/base/digest.h"
#include "iatk/cloud/services/sqs/errors.h"
#include "iatk/cloud/services/sqs/limits.h"
#include "iatk/cloud/services/sqs/service.h"

namespace iatk::cloud {

namespace m = model::sqs;

namespace {

constexpr std::size_t kMaxListed = 1000;

bool IsNameCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         c == '-';
}

Result<bool> CheckName(std::string_view name, const std::map<std::string, std::string>& wanted) {
  constexpr std::string_view kFifo = ".fifo";
  const auto attribute = wanted.find("FifoQueue");
  const bool wants_fifo = attribute != wanted.end() && attribute->second == "true";
  const bool named_fifo = name.ends_with(kFifo);
  const std::string_view stem = named_fifo ? name.substr(0, name.size() - kFifo.size()) : name;
  if (name.empty() || name.size() > 80 || stem.empty() ||
      !std::ranges::all_of(stem, IsNameCharacter)) {
    return Fail(sqs_errors::InvalidParameterValue(
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"));
  }
  if (wants_fifo && !named_fifo) {
    return Fail(sqs_errors::InvalidParameterValue(
        "The name of a FIFO queue can only include alphanumeric characters, hyphens, or "
        "underscores, must end with .fifo suffix and be 1 to 80 in length."));
  }
  if (!wants_fifo && named_fifo) {
    return Fail(sqs_errors::InvalidParameterValue(
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"));
  }
  return wants_fifo;
}

// Names after the one that a page's token holds.
Result<std::string> AfterToken(const std::optional<std::string>& token) {
  if (!token || token->empty()) return std::string();
  std::optional<std::string> name = Base64Decode(*token);
  if (!name) {
    return Fail(sqs_errors::InvalidParameterValue("Invalid or expired next token."));
  }
  return *std::move(name);
}

}  // namespace

Result<void> Sqs::CheckRedrivePolicy(const std::map<std::string, std::string>& wanted,
                                     const QueueAttributes& attributes) {
  const auto given = wanted.find("RedrivePolicy");
  const auto& redrive = attributes.redrive_policy();
  if (given == wanted.end() || !redrive) return {};
  const std::shared_ptr<Queue> target = FindQueueByArn(redrive->dead_letter_target_arn);
  if (target == nullptr) {
    return Fail(sqs_errors::InvalidValueOf("RedrivePolicy", given->second,
                                           "Dead letter target does not exist."));
  }
  if (target->fifo() != attributes.fifo()) {
    return Fail(
        sqs_errors::InvalidValueOf("RedrivePolicy", given->second,
                                   "Dead-letter queue must be same type of queue as the source."));
  }
  return {};
}

Result<m::CreateQueueResult> Sqs::CreateQueue(RequestContext& context,
                                              const m::CreateQueueRequest& input) {
  const auto wanted = input.attributes.value_or(std::map<std::string, std::string>());
  IATK_TRY(const bool fifo, CheckName(*input.queue_name, wanted));
  const auto wanted_tags = input.tags.value_or(std::map<std::string, std::string>());
  if (wanted_tags.size() > sqs_limits::kMaxTags) {
    return Fail(sqs_errors::InvalidParameterValue("Too many tags added for queue."));
  }
  QueueAttributes attributes(fifo);
  IATK_CHECK(attributes.Set(wanted));
  IATK_CHECK(CheckRedrivePolicy(wanted, attributes));
  Region& region = regions_.For(context.account, context.region);
  m::CreateQueueResult output;
  if (const auto found = region.queues.find(*input.queue_name); found != region.queues.end()) {
    for (const auto& [name, value] : wanted) {
      const auto& present = found->second->attributes.values();
      const auto same = present.find(name);
      if (same == present.end() || same->second != value) {
        return Fail(sqs_errors::QueueNameExists(name));
      }
    }
    output.queue_url = UrlOf(context, *found->second);
    return output;
  }
  auto queue = std::make_shared<Queue>(context.loop(), *input.queue_name,
                                       context.MakeArn("sqs", *input.queue_name),
                                       std::move(attributes), context.Now());
  queue->tags = wanted_tags;
  output.queue_url = UrlOf(context, *queue);
  region.queues.emplace(*input.queue_name, std::move(queue));
  return output;
}

Result<model::Empty> Sqs::DeleteQueue(RequestContext& context, const m::DeleteQueueRequest& input) {
  IATK_TRY(const std::shared_ptr<Queue> queue, FindQueue(context, *input.queue_url));
  const Arn arn = ParseArn(queue->arn()).value_or(Arn());
  regions_.For(arn.account, arn.region).queues.erase(queue->name());
  queue->arrival()->NotifyAll();
  return model::Empty();
}

Result<m::GetQueueUrlResult> Sqs::GetQueueUrl(RequestContext& context,
                                              const m::GetQueueUrlRequest& input) {
  Region& region =
      regions_.For(input.queue_owner_aws_account_id.value_or(context.account), context.region);
  const auto found = region.queues.find(*input.queue_name);
  if (found == region.queues.end()) return Fail(sqs_errors::QueueDoesNotExist());
  m::GetQueueUrlResult output;
  output.queue_url = UrlOf(context, *found->second);
  return output;
}

Result<m::ListQueuesResult> Sqs::ListQueues(RequestContext& context,
                                            const m::ListQueuesRequest& input) {
  if (input.max_results && (*input.max_results < 1 || *input.max_results > 1000)) {
    return Fail(
        sqs_errors::InvalidParameterValue("Value for parameter MaxResults is invalid. "
                                          "Reason: Must be between 1 and 1000, if provided."));
  }
  IATK_TRY(const std::string after, AfterToken(input.next_token));
  const std::size_t limit =
      input.max_results ? static_cast<std::size_t>(*input.max_results) : kMaxListed;
  m::ListQueuesResult output;
  std::string last;
  for (const auto& [name, queue] : regions_.For(context.account, context.region).queues) {
    if (name <= after || !name.starts_with(input.queue_name_prefix.value_or(""))) continue;
    if (!output.queue_urls) output.queue_urls.emplace();
    if (output.queue_urls->size() == limit) {
      if (input.max_results) output.next_token = Base64Encode(last);
      break;
    }
    output.queue_urls->push_back(UrlOf(context, *queue));
    last = name;
  }
  return output;
}

Result<m::GetQueueAttributesResult> Sqs::GetQueueAttributes(
    RequestContext& context, const m::GetQueueAttributesRequest& input) {
  IATK_TRY(const std::shared_ptr<Queue> queue, FindQueue(context, *input.queue_url));
  const Queue::Counts counts = queue->CountMessages(context.Now());
  const auto seconds = [](Time time) {
    return std::to_string(
        std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
  };
  std::map<std::string, std::string> all = queue->attributes.values();
  all["QueueArn"] = queue->arn();
  all["CreatedTimestamp"] = seconds(queue->created());
  all["LastModifiedTimestamp"] = seconds(queue->modified);
  all["ApproximateNumberOfMessages"] = std::to_string(counts.visible);
  all["ApproximateNumberOfMessagesDelayed"] = std::to_string(counts.delayed);
  all["ApproximateNumberOfMessagesNotVisible"] = std::to_string(counts.in_flight);
  m::GetQueueAttributesResult output;
  for (const std::string& name : input.attribute_names.value_or(std::vector<std::string>())) {
    if (!IsQueueAttributeName(name)) return Fail(sqs_errors::InvalidAttributeName(name));
    if (!output.attributes) output.attributes.emplace();
    if (name == "All") {
      output.attributes = all;
    } else if (const auto found = all.find(name); found != all.end()) {
      output.attributes->insert(*found);
    }
  }
  return output;
}

Result<model::Empty> Sqs::SetQueueAttributes(RequestContext& context,
                                             const m::SetQueueAttributesRequest& input) {
  IATK_TRY(const std::shared_ptr<Queue> queue, FindQueue(context, *input.queue_url));
  QueueAttributes changed = queue->attributes;
  IATK_CHECK(changed.Set(*input.attributes));
  IATK_CHECK(CheckRedrivePolicy(*input.attributes, changed));
  queue->attributes = std::move(changed);
  queue->modified = context.Now();
  return model::Empty();
}

Result<model::Empty> Sqs::PurgeQueue(RequestContext& context, const m::PurgeQueueRequest& input) {
  IATK_TRY(const std::shared_ptr<Queue> queue, FindQueue(context, *input.queue_url));
  if (queue->purged && *queue->purged + sqs_limits::kPurgeInterval > context.Now()) {
    return Fail(sqs_errors::PurgeQueueInProgress(queue->name()));
  }
  queue->purged = context.Now();
  queue->Purge();
  return model::Empty();
}

Result<m::ListDeadLetterSourceQueuesResult> Sqs::ListDeadLetterSourceQueues(
    RequestContext& context, const m::ListDeadLetterSourceQueuesRequest& input) {
  IATK_TRY(const std::shared_ptr<Queue> target, FindQueue(context, *input.queue_url));
  IATK_TRY(const std::string after, AfterToken(input.next_token));
  const std::size_t limit = input.max_results
                                ? static_cast<std::size_t>(std::clamp(*input.max_results, 1, 1000))
                                : kMaxListed;
  m::ListDeadLetterSourceQueuesResult output;
  auto& urls = output.queue_urls.emplace();
  std::string last;
  for (const auto& [name, queue] : regions_.For(context.account, context.region).queues) {
    const auto& redrive = queue->attributes.redrive_policy();
    if (name <= after || !redrive || redrive->dead_letter_target_arn != target->arn()) continue;
    if (urls.size() == limit) {
      output.next_token = Base64Encode(last);
      break;
    }
    urls.push_back(UrlOf(context, *queue));
    last = name;
  }
  return output;
}

}  // namespace iatk::cloud
