// Messages: sent, received, deleted, hidden for longer or shorter.
#include <fmt/format.h>

#include <algorithm>

#include "iatk/base/digest.h"
#include "iatk/cloud/delivery/policy.h"
#include "iatk/cloud/services/sqs/errors.h"
#include "iatk/cloud/services/sqs/limits.h"
#include "iatk/cloud/services/sqs/service.h"

namespace iatk::cloud {

namespace m = model::sqs;

namespace {

// A service may send only what the queue's policy lets it.
Result<void> CheckAccess(const RequestContext& context, const Queue& queue) {
  if (context.principal.service.empty() || context.principal.service == "sqs.amazonaws.com" ||
      context.principal.service == "states.amazonaws.com") {
    return {};
  }
  const Decision decision = EvaluateResourcePolicy(queue.attributes.policy(),
                                                   {.principal_service = context.principal.service,
                                                    .principal_account = context.account,
                                                    .action = "sqs:SendMessage",
                                                    .resource = queue.arn(),
                                                    .source_arn = context.principal.source_arn});
  if (decision == Decision::kAllowed) return {};
  return Fail(sqs_errors::AccessDenied(queue.arn()));
}

Result<Duration> DelayOf(const Queue& queue, const std::optional<std::int32_t>& wanted) {
  if (!wanted) return queue.attributes.Seconds("DelaySeconds");
  if (queue.fifo() && *wanted != 0) {
    return Fail(sqs_errors::InvalidValueOf(
        "DelaySeconds", std::to_string(*wanted),
        "The request include parameter that is not valid for this queue type."));
  }
  if (*wanted < 0 || *wanted > sqs_limits::kMaxDelaySeconds) {
    return Fail(sqs_errors::InvalidValueOf("DelaySeconds", std::to_string(*wanted),
                                           "DelaySeconds must be >= 0 and <= 900."));
  }
  return std::chrono::seconds(*wanted);
}

Result<void> AddFifoContent(const Queue& queue, const m::SendMessageRequest& input,
                            MessageContent* content) {
  if (!queue.fifo()) {
    if (input.message_deduplication_id) {
      return Fail(sqs_errors::InvalidValueOf(
          "MessageDeduplicationId", *input.message_deduplication_id,
          "The request includes a parameter that is not valid for this queue type."));
    }
    content->group_id = input.message_group_id.value_or("");
    return {};
  }
  if (!input.message_group_id || input.message_group_id->empty()) {
    return Fail(sqs_errors::MissingParameter("MessageGroupId"));
  }
  content->group_id = *input.message_group_id;
  if (input.message_deduplication_id) {
    content->deduplication_id = *input.message_deduplication_id;
  } else if (queue.attributes.content_based_deduplication()) {
    content->deduplication_id = HexEncode(Sha256(content->body));
  } else {
    return Fail(sqs_errors::InvalidParameterValue(
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId "
        "provided explicitly"));
  }
  return {};
}

bool Wants(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::any_of(names, [name](const std::string& wanted) {
    if (wanted == "All" || wanted == ".*" || wanted == name) return true;
    return wanted.ends_with(".*") &&
           name.starts_with(std::string_view(wanted).substr(0, wanted.size() - 1));
  });
}

std::string Millis(Time time) {
  return std::to_string(
      std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count());
}

std::map<std::string, std::string> SystemAttributesOf(const Message& message,
                                                      const std::vector<std::string>& wanted) {
  const MessageContent& content = message.content;
  std::map<std::string, std::string> attributes;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty() && Wants(wanted, name)) attributes.emplace(name, value);
  };
  add("ApproximateReceiveCount", std::to_string(message.receive_count));
  add("ApproximateFirstReceiveTimestamp", Millis(message.first_received.value_or(Time())));
  add("SentTimestamp", Millis(content.sent));
  add("SenderId", content.sender_id);
  add("AWSTraceHeader", content.aws_trace_header);
  add("MessageGroupId", content.group_id);
  add("MessageDeduplicationId", content.deduplication_id);
  add("SequenceNumber", content.sequence_number);
  add("DeadLetterQueueSourceArn", content.dead_letter_source_arn);
  return attributes;
}

m::Message ToModel(const Queue::Receipt& receipt, const std::vector<std::string>& system_names,
                   const std::vector<std::string>& attribute_names) {
  const MessageContent& content = receipt.message.content;
  m::Message message;
  message.message_id = content.id;
  message.receipt_handle = receipt.handle;
  message.body = content.body;
  message.md5_of_body = content.md5_of_body;
  if (!system_names.empty()) {
    auto attributes = SystemAttributesOf(receipt.message, system_names);
    if (!attributes.empty()) message.attributes = std::move(attributes);
  }
  MessageAttributes attributes;
  for (const auto& [name, value] : content.attributes) {
    if (Wants(attribute_names, name)) attributes.emplace(name, value);
  }
  if (!attributes.empty()) {
    message.md5_of_message_attributes = Md5OfAttributes(attributes);
    message.message_attributes = std::move(attributes);
  }
  return message;
}

Hop HopOf(const RequestContext& context, HopKind kind, const Queue& queue,
          const MessageContent& content) {
  Hop hop;
  hop.kind = kind;
  hop.account = context.account;
  hop.region = context.region;
  hop.resource = queue.arn();
  hop.event_id = content.id;
  if (const auto header = trace::ParseTraceHeader(content.aws_trace_header)) {
    hop.trace_id = header->root;
  }
  return hop;
}

}  // namespace

Result<m::SendMessageResult> Sqs::SendTo(RequestContext& context, Queue& queue,
                                         const m::SendMessageRequest& input) {
  const MessageAttributes attributes = input.message_attributes.value_or(MessageAttributes());
  if (input.message_body->empty()) return Fail(sqs_errors::MissingParameter("MessageBody"));
  if (SizeOf(*input.message_body, attributes) > queue.attributes.max_message_bytes()) {
    return Fail(sqs_errors::InvalidParameterValue(
        fmt::format("One or more parameters are invalid. Reason: Message must be shorter than {} "
                    "bytes.",
                    queue.attributes.max_message_bytes())));
  }
  if (!HasValidCharacters(*input.message_body)) return Fail(sqs_errors::InvalidMessageContents());
  IATK_CHECK(CheckAttributes(attributes));
  IATK_TRY(const Duration delay, DelayOf(queue, input.delay_seconds));
  MessageContent content;
  content.body = *input.message_body;
  IATK_CHECK(AddFifoContent(queue, input, &content));
  content.id = context.ids().Uuid();
  content.md5_of_body = Md5Hex(content.body);
  content.attributes = attributes;
  content.sender_id =
      context.principal.service.empty() ? context.account : context.principal.service;

  m::SendMessageResult output;
  if (input.message_system_attributes) {
    for (const auto& [name, value] : *input.message_system_attributes) {
      if (name != "AWSTraceHeader") {
        return Fail(sqs_errors::InvalidParameterValue(
            fmt::format("Message system attribute name '{}' is invalid.", name)));
      }
      content.aws_trace_header = value.string_value.value_or("");
    }
    output.md5_of_message_system_attributes = Md5OfAttributes(*input.message_system_attributes);
  } else if (context.trace) {
    content.aws_trace_header = context.trace->ToString();
  }
  const MessageContent taken = queue.Send(std::move(content), delay, context.Now());
  context.journal().Record(HopOf(context, HopKind::kMessageSent, queue, taken));
  output.message_id = taken.id;
  output.md5_of_message_body = taken.md5_of_body;
  if (!attributes.empty()) output.md5_of_message_attributes = Md5OfAttributes(attributes);
  if (queue.fifo()) output.sequence_number = taken.sequence_number;
  return output;
}

Result<m::SendMessageResult> Sqs::SendMessage(RequestContext& context,
                                              const m::SendMessageRequest& input) {
  IATK_TRY(const std::shared_ptr<Queue> queue, FindQueue(context, *input.queue_url));
  IATK_CHECK(CheckAccess(context, *queue));
  return SendTo(context, *queue, input);
}

void Sqs::MoveToDeadLetterQueue(RequestContext& context, const Queue& from,
                                std::vector<MessageContent> dead) {
  if (dead.empty()) return;
  const std::string& target_arn = from.attributes.redrive_policy()->dead_letter_target_arn;
  const std::shared_ptr<Queue> target = FindQueueByArn(target_arn);
  for (MessageContent& content : dead) {
    Hop hop = HopOf(context, HopKind::kMessageSent, from, content);
    hop.source = from.arn();
    hop.resource = target_arn;
    hop.detail = "received too often; dead-lettered";
    context.journal().Record(std::move(hop));
    content.dead_letter_source_arn = from.arn();
    target->Send(std::move(content), Duration::zero(), context.Now());
  }
}

Result<m::ReceiveMessageResult> Sqs::ReceiveMessage(RequestContext& context,
                                                    const m::ReceiveMessageRequest& input) {
  IATK_TRY(std::shared_ptr<Queue> queue, FindQueue(context, *input.queue_url));
  const int count = input.max_number_of_messages.value_or(1);
  if (count < 1 || count > 10) {
    return Fail(sqs_errors::InvalidValueOf("MaxNumberOfMessages", std::to_string(count),
                                           "Must be between 1 and 10, if provided."));
  }
  const auto seconds_or = [](const std::optional<std::int32_t>& given, std::chrono::seconds own) {
    return given ? std::chrono::seconds(*given) : own;
  };
  const auto wait = seconds_or(input.wait_time_seconds,
                               queue->attributes.Seconds("ReceiveMessageWaitTimeSeconds"));
  if (wait.count() < 0 || wait.count() > sqs_limits::kMaxWaitSeconds) {
    return Fail(sqs_errors::InvalidValueOf("WaitTimeSeconds", std::to_string(wait.count()),
                                           "Must be >= 0 and <= 20, if provided."));
  }
  const auto visibility =
      seconds_or(input.visibility_timeout, queue->attributes.Seconds("VisibilityTimeout"));
  if (visibility.count() < 0 || visibility.count() > sqs_limits::kMaxVisibilitySeconds) {
    return Fail(sqs_errors::InvalidValueOf("VisibilityTimeout", std::to_string(visibility.count()),
                                           "Must be between 0 and 43200, if provided."));
  }
  std::vector<std::string> system_names =
      input.message_system_attribute_names.value_or(std::vector<std::string>());
  for (const std::string& name : input.attribute_names.value_or(std::vector<std::string>())) {
    system_names.push_back(name);
  }
  const std::vector<std::string> attribute_names =
      input.message_attribute_names.value_or(std::vector<std::string>());

  const Time deadline = context.Now() + wait;
  m::ReceiveMessageResult output;
  while (true) {
    const auto& redrive = queue->attributes.redrive_policy();
    const bool redrives =
        redrive.has_value() && FindQueueByArn(redrive->dead_letter_target_arn) != nullptr;
    Queue::Received received =
        queue->Receive(static_cast<std::size_t>(count), visibility, context.Now(), redrives);
    MoveToDeadLetterQueue(context, *queue, std::move(received.dead));
    for (const Queue::Receipt& receipt : received.receipts) {
      if (!output.messages) output.messages.emplace();
      output.messages->push_back(ToModel(receipt, system_names, attribute_names));
      context.journal().Record(
          HopOf(context, HopKind::kMessageReceived, *queue, receipt.message.content));
    }
    if (output.messages) return output;
    // A full FIFO queue answers with nothing; a standard one says so.
    if (received.over_limit && !queue->fifo()) return Fail(sqs_errors::OverLimit());
    if (context.Now() >= deadline) return output;
    const Time next = std::min(deadline, queue->NextVisible().value_or(deadline));
    const std::shared_ptr<net::Signal> arrival = queue->arrival();
    arrival->WaitUntil(next);
    // The queue may have been deleted meanwhile, or made anew.
    IATK_TRY(queue, FindQueue(context, *input.queue_url));
  }
}

Result<model::Empty> Sqs::DeleteMessage(RequestContext& context,
                                        const m::DeleteMessageRequest& input) {
  IATK_TRY(const std::shared_ptr<Queue> queue, FindQueue(context, *input.queue_url));
  IATK_CHECK(queue->Delete(*input.receipt_handle, context.Now()));
  return model::Empty();
}

Result<model::Empty> Sqs::ChangeMessageVisibility(RequestContext& context,
                                                  const m::ChangeMessageVisibilityRequest& input) {
  IATK_TRY(const std::shared_ptr<Queue> queue, FindQueue(context, *input.queue_url));
  const int seconds = *input.visibility_timeout;
  if (seconds < 0 || seconds > sqs_limits::kMaxVisibilitySeconds) {
    return Fail(sqs_errors::InvalidValueOf("VisibilityTimeout", std::to_string(seconds),
                                           "Must be between 0 and 43200, if provided."));
  }
  IATK_CHECK(
      queue->ChangeVisibility(*input.receipt_handle, std::chrono::seconds(seconds), context.Now()));
  return model::Empty();
}

}  // namespace iatk::cloud
