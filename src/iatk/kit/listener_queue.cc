#include "iatk/kit/listener_queue.h"

#include "iatk/base/arn.h"
#include "iatk/json/write.h"
#include "iatk/model/sqs/operations.h"

namespace iatk::kit {

namespace sqs = model::sqs;

namespace {

std::string QueuePolicy(const std::string& queue_arn, std::string_view principal,
                        const std::string& source_arn) {
  const json::Value statement = json::Object{
      {"Sid", "eblistener"},
      {"Effect", "Allow"},
      {"Principal", json::Object{{"Service", std::string(principal)}}},
      {"Action", "sqs:SendMessage"},
      {"Resource", queue_arn},
      {"Condition", json::Object{{"ArnEquals", json::Object{{"aws:SourceArn", source_arn}}}}}};
  return json::Write(
      json::Object{{"Version", "2012-10-17"}, {"Statement", json::Array{statement}}});
}

}  // namespace

std::string LikelyQueueArn(const std::string& id, const std::string& source_arn) {
  const Arn source = ParseArn(source_arn).value_or(Arn());
  return Arn{source.partition, "sqs", source.region, source.account, id}.ToString();
}

sqs::CreateQueueRequest CreateListenerQueue(const std::string& id, std::string_view principal,
                                            const std::string& source_arn,
                                            const std::map<std::string, std::string>& tags) {
  sqs::CreateQueueRequest request;
  request.queue_name = id;
  request.attributes = {
      {"MessageRetentionPeriod", "3600"},
      {"Policy", QueuePolicy(LikelyQueueArn(id, source_arn), principal, source_arn)}};
  request.tags = tags;
  return request;
}

sqs::GetQueueAttributesRequest DescribeQueue(const std::string& url) {
  sqs::GetQueueAttributesRequest request;
  request.queue_url = url;
  request.attribute_names = std::vector<std::string>{"QueueArn"};
  return request;
}

std::string QueueArnIn(const sqs::GetQueueAttributesResult& output) {
  if (!output.attributes) return "";
  const auto found = output.attributes->find("QueueArn");
  return found == output.attributes->end() ? "" : found->second;
}

Result<void> SetQueuePolicy(Session& session, const ListenerQueue& queue,
                            std::string_view principal, const std::string& source_arn) {
  sqs::SetQueueAttributesRequest request;
  request.queue_url = queue.url;
  request.attributes.emplace()["Policy"] = QueuePolicy(queue.arn, principal, source_arn);
  IATK_CHECK(session.Call<sqs::op::SetQueueAttributes>(request));
  return {};
}

}  // namespace iatk::kit
