// AWS::SQS::Queue and AWS::SQS::QueuePolicy.
#include <array>

#include "iatk/cloud/dispatch/properties.h"
#include "iatk/cloud/services/sqs/errors.h"
#include "iatk/cloud/services/sqs/service.h"
#include "iatk/json/write.h"

namespace iatk::cloud {

namespace m = model::sqs;

namespace {

constexpr std::array<std::string_view, 15> kAttributeProperties = {"ContentBasedDeduplication",
                                                                   "DeduplicationScope",
                                                                   "DelaySeconds",
                                                                   "FifoQueue",
                                                                   "FifoThroughputLimit",
                                                                   "KmsDataKeyReusePeriodSeconds",
                                                                   "KmsMasterKeyId",
                                                                   "MaximumMessageSize",
                                                                   "MessageRetentionPeriod",
                                                                   "ReceiveMessageWaitTimeSeconds",
                                                                   "RedriveAllowPolicy",
                                                                   "RedrivePolicy",
                                                                   "SqsManagedSseEnabled",
                                                                   "VisibilityTimeout",
                                                                   "Policy"};

std::map<std::string, std::string> AttributesOf(const json::Object& properties) {
  std::map<std::string, std::string> attributes;
  for (const std::string_view name : kAttributeProperties) {
    const json::Value* const value = properties.Find(name);
    // CloudFormation leaves "FifoQueue: false" out; SQS would refuse it.
    if (value == nullptr || (name == "FifoQueue" && TextOf(*value) == "false")) continue;
    attributes.emplace(name, TextOf(*value));
  }
  return attributes;
}

}  // namespace

void Sqs::RegisterResourceTypes(Registry& registry) {
  const auto result_of = [this](ResourceRequest& request,
                                const std::string& url) -> Result<ResourceResult> {
    IATK_TRY(const std::shared_ptr<Queue> queue, FindQueue(request.context, url));
    return ResourceResult{
        url, json::Object{{"Arn", queue->arn()}, {"QueueName", queue->name()}, {"QueueUrl", url}}};
  };
  ResourceType queue;
  queue.name = "AWS::SQS::Queue";
  queue.properties.assign(kAttributeProperties.begin(), kAttributeProperties.end() - 1);
  queue.properties.insert(queue.properties.end(), {"QueueName", "Tags"});
  queue.create = [this, result_of](ResourceRequest& request) -> Result<ResourceResult> {
    m::CreateQueueRequest input;
    input.attributes = AttributesOf(request.properties);
    const json::Value* const name = request.properties.Find("QueueName");
    const bool fifo = input.attributes->contains("FifoQueue");
    input.queue_name = name != nullptr ? TextOf(*name)
                       : fifo          ? request.GeneratedName(75) + ".fifo"
                                       : request.GeneratedName(80);
    input.tags = TagsOf(request);
    // A stack may not take over a queue that is there.
    if (regions_.For(request.context.account, request.context.region)
            .queues.contains(*input.queue_name)) {
      return Fail(
          SenderError("AlreadyExists", "Resource of type 'AWS::SQS::Queue' with identifier '" +
                                           *input.queue_name + "' already exists."));
    }
    IATK_TRY(const m::CreateQueueResult output, CreateQueue(request.context, input));
    return result_of(request, *output.queue_url);
  };
  queue.update = [this, result_of,
                  create = queue.create](ResourceRequest& request) -> Result<ResourceResult> {
    const auto text = [](const json::Object& properties, std::string_view name) {
      const json::Value* const value = properties.Find(name);
      return value == nullptr ? std::string() : TextOf(*value);
    };
    for (const std::string_view name : {"QueueName", "FifoQueue"}) {
      if (text(request.properties, name) != text(request.previous_properties, name)) {
        return create(request);
      }
    }
    m::SetQueueAttributesRequest input;
    input.queue_url = request.physical_id;
    input.attributes = AttributesOf(request.properties);
    input.attributes->erase("FifoQueue");
    // What the template no longer names gets its default back.
    const QueueAttributes defaults(text(request.properties, "FifoQueue") == "true");
    for (const auto& [name, value] : AttributesOf(request.previous_properties)) {
      const auto found = defaults.values().find(name);
      input.attributes->emplace(name, found == defaults.values().end() ? "" : found->second);
    }
    IATK_CHECK(SetQueueAttributes(request.context, input));
    IATK_TRY(const std::shared_ptr<Queue> changed, FindQueue(request.context, request.physical_id));
    changed->tags = TagsOf(request);
    return result_of(request, request.physical_id);
  };
  queue.remove = [this](ResourceRequest& request) -> Result<void> {
    m::DeleteQueueRequest input;
    input.queue_url = request.physical_id;
    const Result<model::Empty> done = DeleteQueue(request.context, input);
    if (!done && done.error().code != "QueueDoesNotExist") return Fail(done.error());
    return {};
  };
  registry.resource_types.Register(std::move(queue));

  ResourceType policy;
  policy.name = "AWS::SQS::QueuePolicy";
  policy.properties = {"PolicyDocument", "Queues"};
  const auto set_policy = [this](ResourceRequest& request, const std::string& url,
                                 const std::string& text) -> Result<void> {
    m::SetQueueAttributesRequest input;
    input.queue_url = url;
    input.attributes = {{"Policy", text}};
    IATK_CHECK(SetQueueAttributes(request.context, input));
    return {};
  };
  policy.create = [set_policy](ResourceRequest& request) -> Result<ResourceResult> {
    const json::Value* const document = request.properties.Find("PolicyDocument");
    for (const std::string& url : TextsOf(request.properties, "Queues")) {
      IATK_CHECK(set_policy(request, url, document == nullptr ? "" : TextOf(*document)));
    }
    return ResourceResult{
        request.physical_id.empty() ? request.GeneratedName(128) : request.physical_id, {}};
  };
  policy.remove = [set_policy](ResourceRequest& request) -> Result<void> {
    for (const std::string& url : TextsOf(request.properties, "Queues")) {
      const Result<void> done = set_policy(request, url, "");
      if (!done && done.error().code != "QueueDoesNotExist") return done;
    }
    return {};
  };
  policy.update = policy.create;
  registry.resource_types.Register(std::move(policy));
}

}  // namespace iatk::cloud
