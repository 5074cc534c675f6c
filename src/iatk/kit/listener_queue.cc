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

Result<ListenerQueue> MakeListenerQueue(Session& session, const std::string& id,
                                        std::string_view principal, const std::string& source_arn,
                                        const std::map<std::string, std::string>& tags) {
  // Most often both are in one account and region; the queue's attributes say whether it is so.
  const Arn source = ParseArn(source_arn).value_or(Arn());
  const std::string likely_arn =
      Arn{source.partition, "sqs", source.region, source.account, id}.ToString();
  sqs::CreateQueueRequest create;
  create.queue_name = id;
  create.attributes = {{"MessageRetentionPeriod", "3600"},
                       {"Policy", QueuePolicy(likely_arn, principal, source_arn)}};
  create.tags = tags;
  IATK_TRY(const sqs::CreateQueueResult created, session.Call<sqs::op::CreateQueue>(create));

  ListenerQueue queue;
  queue.url = created.queue_url.value_or("");
  sqs::GetQueueAttributesRequest get;
  get.queue_url = queue.url;
  get.attribute_names = std::vector<std::string>{"QueueArn"};
  IATK_TRY(const sqs::GetQueueAttributesResult got, session.Call<sqs::op::GetQueueAttributes>(get));
  if (got.attributes && got.attributes->contains("QueueArn")) {
    queue.arn = got.attributes->at("QueueArn");
  }
  if (queue.arn != likely_arn) {
    sqs::SetQueueAttributesRequest set;
    set.queue_url = queue.url;
    set.attributes.emplace()["Policy"] = QueuePolicy(queue.arn, principal, source_arn);
    IATK_CHECK(session.Call<sqs::op::SetQueueAttributes>(set));
  }
  return queue;
}

}  // namespace iatk::kit
