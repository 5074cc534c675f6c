#include "bench/load/event_cycle.h"

#include <utility>

#include "bench/load/aws_json_request.h"

namespace iatk::load {
namespace {

constexpr int kMostEmptyReceives = 5;

/// The JSON text, quotes included, of each member `name` in `json`. The answers of SQS hold such a
/// name nowhere else: within a message's body its quotes are escaped.
std::vector<std::string_view> StringMembers(std::string_view json, std::string_view name) {
  const std::string key = "\"" + std::string(name) + "\":";
  std::vector<std::string_view> values;
  auto at = json.find(key);
  while (at != std::string_view::npos) {
    auto start = at + key.size();
    while (start < json.size() && json[start] == ' ') ++start;
    auto end = start + 1;
    while (end < json.size() && json[end] != '"') end += json[end] == '\\' ? 2 : 1;
    if (end >= json.size()) break;
    values.push_back(json.substr(start, end + 1 - start));
    at = json.find(key, end);
  }
  return values;
}

std::string HostOf(std::string_view endpoint) {
  const auto scheme_end = endpoint.find("://");
  if (scheme_end != std::string_view::npos) endpoint.remove_prefix(scheme_end + 3);
  return std::string(endpoint.substr(0, endpoint.find('/')));
}

Result<std::string> Call(net::HttpClient& client, const std::string& endpoint,
                         const AwsJsonService& service, std::string_view operation,
                         std::string body) {
  const auto request = AwsJsonRequest(service, HostOf(endpoint), operation, std::move(body));
  IATK_TRY(auto answer, client.Send({endpoint, request}));
  if (answer.status == 200) return std::move(answer.body);
  return Fail(SenderError("SetUpFailed", std::string(operation) + ": HTTP status " +
                                             std::to_string(answer.status) + ": " + answer.body));
}

}  // namespace

Result<CycleResources> SetUpCycle(net::HttpClient& client, const std::string& endpoint,
                                  std::size_t number) {
  const std::string name = "load-" + std::to_string(number);
  const std::string arn =
      "arn:aws:sqs:" + std::string(kRegion) + ":" + std::string(kAccount) + ":" + name;
  const std::string policy =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":)"
      R"("events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":)" +
      Quoted(arn) + "}]}";
  IATK_TRY(const auto created, Call(client, endpoint, kSqs, "CreateQueue",
                                    R"({"QueueName":)" + Quoted(name) +
                                        R"(,"Attributes":{"Policy":)" + Quoted(policy) + "}}"));
  const auto urls = StringMembers(created, "QueueUrl");
  if (urls.empty()) return Fail(SenderError("SetUpFailed", "CreateQueue: no URL: " + created));
  IATK_CHECK(Call(client, endpoint, kEvents, "PutRule",
                  R"({"Name":)" + Quoted(name) + R"(,"EventPattern":)" +
                      Quoted(R"({"detail-type":[)" + Quoted(name) + "]}") + "}"));
  IATK_TRY(const auto put, Call(client, endpoint, kEvents, "PutTargets",
                                R"({"Rule":)" + Quoted(name) +
                                    R"(,"Targets":[{"Id":"queue","Arn":)" + Quoted(arn) + "}]}"));
  if (put.find("\"ErrorCode\"") != std::string::npos) {
    return Fail(SenderError("SetUpFailed", "PutTargets: " + put));
  }
  return CycleResources{name, std::string(urls.front())};
}

EventCycle::EventCycle(std::string host, CycleResources resources, std::size_t events_per_put,
                       CycleRecord& record)
    : host_(std::move(host)),
      resources_(std::move(resources)),
      events_per_put_(events_per_put),
      record_(record),
      receive_request_(
          Serialize(AwsJsonRequest(kSqs, host_, "ReceiveMessage",
                                   R"({"QueueUrl":)" + resources_.queue_url +
                                       R"(,"MaxNumberOfMessages":10,"WaitTimeSeconds":1})"))) {}

std::string_view EventCycle::NextRequest(Time now) {
  switch (step_) {
    case Step::kPut:
      put_at_ = now;
      request_ = PutRequest();
      break;
    case Step::kReceive:
      return receive_request_;
    case Step::kDelete:
      request_ = DeleteRequest();
      break;
  }
  return request_;
}

std::string EventCycle::PutRequest() {
  std::string body = R"({"Entries":[)";
  for (std::size_t i = 0; i < events_per_put_; ++i) {
    // The semicolon ends the number, so that no mark is part of another.
    std::string mark = resources_.detail_type + "/" + std::to_string(next_event_++) + ";";
    if (i > 0) body += ',';
    body += R"({"Source":"iatk.load","DetailType":)" + Quoted(resources_.detail_type) +
            R"(,"Detail":)" + Quoted(R"({"mark":)" + Quoted(mark) + "}") + "}";
    awaited_.push_back(std::move(mark));
  }
  body += "]}";
  return Serialize(AwsJsonRequest(kEvents, host_, "PutEvents", std::move(body)));
}

std::string EventCycle::DeleteRequest() const {
  std::string body = R"({"QueueUrl":)" + resources_.queue_url + R"(,"Entries":[)";
  for (std::size_t i = 0; i < handles_.size(); ++i) {
    if (i > 0) body += ',';
    body += R"({"Id":")" + std::to_string(i) + R"(","ReceiptHandle":)" + handles_[i] + "}";
  }
  body += "]}";
  return Serialize(AwsJsonRequest(kSqs, host_, "DeleteMessageBatch", std::move(body)));
}

void EventCycle::OnResponse(int status, std::string_view body, Time now) {
  if (status != 200) {
    ++record_.errors;
    if (record_.first_error.empty()) record_.first_error = body;
    BeginCycle();
    return;
  }
  switch (step_) {
    case Step::kPut:
      step_ = Step::kReceive;
      break;
    case Step::kReceive:
      OnReceived(body, now);
      break;
    case Step::kDelete:
      handles_.clear();
      if (!awaited_.empty()) {
        step_ = Step::kReceive;
        break;
      }
      if (now >= record_.measure_from) record_.until_deleted.Add(now - put_at_);
      BeginCycle();
      break;
  }
}

void EventCycle::OnReceived(std::string_view body, Time now) {
  for (const auto handle : StringMembers(body, "ReceiptHandle")) handles_.emplace_back(handle);
  if (handles_.empty()) {
    if (++empty_receives_ < kMostEmptyReceives) return;
    ++record_.lost;
    BeginCycle();
    return;
  }
  std::erase_if(awaited_,
                [&](const std::string& mark) { return body.find(mark) != std::string_view::npos; });
  if (awaited_.empty() && now >= record_.measure_from) record_.until_received.Add(now - put_at_);
  step_ = Step::kDelete;
}

void EventCycle::BeginCycle() {
  step_ = Step::kPut;
  awaited_.clear();
  handles_.clear();
  empty_receives_ = 0;
}

}  // namespace iatk::load
