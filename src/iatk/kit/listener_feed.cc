#include "iatk/kit/listener_feed.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "iatk/client/retry.h"
#include "iatk/json/parse.h"
#include "iatk/kit/control_event.h"
#include "iatk/kit/listener_id.h"
#include "iatk/kit/session.h"
#include "iatk/model/sqs/operations.h"

namespace iatk::kit {

namespace sqs = model::sqs;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr seconds kLongestPoll{20};  // SQS's own limit
constexpr std::size_t kMostPerReceive = 10;
// What was received is hidden for so long, be it that it is deleted or that the answer was lost.
constexpr int kHiddenSeconds = 5;
// In the last second before a deadline, where no long poll fits, and after a call that failed.
constexpr milliseconds kFirstPause{25};
constexpr milliseconds kLongestPause{200};
constexpr seconds kLongestPauseAfterFailures{1};

std::string AttributeOf(const sqs::Message& message, const std::string& name) {
  if (!message.attributes) return "";
  const auto found = message.attributes->find(name);
  return found == message.attributes->end() ? "" : found->second;
}

std::optional<Time> SentAt(const sqs::Message& message) {
  const std::string text = AttributeOf(message, "SentTimestamp");
  if (text.empty() || text.size() > 15 ||
      !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
    return std::nullopt;
  }
  return Time(milliseconds(std::stoll(text)));
}

IncomingMessage ToIncoming(sqs::Message message, Time now) {
  IncomingMessage incoming;
  incoming.event.message_id = message.message_id.value_or("");
  incoming.event.trace_header = AttributeOf(message, "AWSTraceHeader");
  incoming.event.sent_at = SentAt(message);
  incoming.event.received_at = now;
  incoming.event.body = std::move(message.body).value_or("");
  incoming.receipt_handle = std::move(message.receipt_handle).value_or("");
  return incoming;
}

}  // namespace

ListenerFeed::ListenerFeed(Session& session, std::string listener_id)
    : session_(session), id_(std::move(listener_id)), consumes_(IsListenerId(id_)) {
  if (!consumes_) queue_url_ = id_;
}

void ListenerFeed::SetQueueUrl(std::string url) {
  const std::lock_guard lock(mutex_);
  queue_url_ = std::move(url);
}

Result<std::string> ListenerFeed::QueueUrl() {
  sqs::GetQueueUrlRequest input;
  input.queue_name = id_;
  IATK_TRY(const sqs::GetQueueUrlResult output,
           session_.Call<sqs::op::GetQueueUrl>(input).map_error([&](const Error& error) {
             return Wrap(fmt::format("failed to get eb listener {}", id_), error);
           }));
  return output.queue_url.value_or("");
}

Result<void> ListenerFeed::Receive(std::unique_lock<std::mutex>& lock, Duration wait,
                                   std::size_t most) {
  if (receiving_) {
    // What the other thread receives, it receives for all.
    received_.wait_for(lock, std::max<Duration>(wait, kFirstPause));
    return {};
  }
  if (log_.full()) {
    return Fail(SenderError("ListenerLogFull",
                            fmt::format("{} events of listener {} wait to be read; read them first",
                                        log_.end() - log_.first(), id_)));
  }
  receiving_ = true;
  const std::optional<std::string> known_url = queue_url_;
  lock.unlock();

  Result<std::string> url = known_url ? Result<std::string>(*known_url) : QueueUrl();
  const auto wait_seconds = std::chrono::duration_cast<seconds>(wait);
  Result<sqs::ReceiveMessageResult> output;
  if (url) {
    sqs::ReceiveMessageRequest input;
    input.queue_url = *url;
    input.max_number_of_messages = static_cast<int>(most);
    input.wait_time_seconds = static_cast<int>(wait_seconds.count());
    input.visibility_timeout = kHiddenSeconds;
    // The newer name of the parameter is not known everywhere yet, and the older one still is.
    input.attribute_names = std::vector<std::string>{"All"};
    output = session_.CallAndWait<sqs::op::ReceiveMessage>(input, wait_seconds);
  }

  lock.lock();
  receiving_ = false;
  received_.notify_all();
  if (!url) {
    last_error_ = url.error().message;
    return Fail(std::move(url.error()));
  }
  queue_url_ = *url;
  ++polls_;
  if (!output) {
    if (consumes_ && IsGone(output.error())) queue_url_.reset();
    last_error_ = Describe(output.error());
    return Fail(Wrap("failed to poll events", output.error()));
  }
  const Time now = session_.clock().Now();
  for (sqs::Message& message : output->messages.value_or(std::vector<sqs::Message>())) {
    IncomingMessage incoming = ToIncoming(std::move(message), now);
    if (const auto event = json::Parse(incoming.event.body)) {
      if (auto token = ControlTokenOf(*event, id_)) {
        log_.Keep(std::move(incoming.receipt_handle));
        controls_.insert(*std::move(token));
        continue;
      }
      if (const std::string* event_id = event->FindString("id"))
        incoming.event.event_id = *event_id;
    }
    log_.Add(std::move(incoming));
  }
  return {};
}

// Gives up the lock for a pause, which grows from call to call; not beyond `until`.
void ListenerFeed::Pause(std::unique_lock<std::mutex>& lock, Time until, Duration longest,
                         Duration* pause) {
  const Duration left = until - session_.clock().Now();
  received_.wait_for(lock, std::clamp<Duration>(left, Duration::zero(), *pause));
  *pause = std::min(*pause * 2, longest);
}

Result<void> ListenerFeed::ReceiveUntil(std::unique_lock<std::mutex>& lock, Time until,
                                        const auto& is_there) {
  Duration pause = kFirstPause;
  while (!is_there()) {
    const Duration left = until - session_.clock().Now();
    const bool last = left <= Duration::zero();
    const Duration wait =
        std::clamp<Duration>(std::chrono::floor<seconds>(left), Duration::zero(), kLongestPoll);
    Result<void> received = Receive(lock, wait, kMostPerReceive);
    // A failure that may pass is no answer before the deadline.
    if (!received && (last || !client::IsRetryable(received.error()))) return received;
    if (last) return {};
    if (!received) {
      Pause(lock, until, kLongestPauseAfterFailures, &pause);
    } else if (wait == Duration::zero() && !is_there()) {
      Pause(lock, until, kLongestPause, &pause);
    }
  }
  return {};
}

Result<void> ListenerFeed::WaitFor(std::uint64_t from, Time until) {
  std::unique_lock lock(mutex_);
  return ReceiveUntil(lock, until, [&] { return log_.end() > from; });
}

Result<bool> ListenerFeed::WaitForControl(const std::string& token, Time until) {
  std::unique_lock lock(mutex_);
  const auto came = [&] { return controls_.contains(token); };
  IATK_CHECK(ReceiveUntil(lock, until, came));
  const bool there = came();
  controls_.erase(token);
  return there;
}

std::vector<ReceivedEvent> ListenerFeed::Read(std::uint64_t from, std::size_t most) const {
  const std::lock_guard lock(mutex_);
  return log_.Read(from, most);
}

std::uint64_t ListenerFeed::end() const {
  const std::lock_guard lock(mutex_);
  return log_.end();
}

std::optional<std::uint64_t> ListenerFeed::Find(std::string_view event_id) const {
  const std::lock_guard lock(mutex_);
  return log_.Find(event_id);
}

FeedCounts ListenerFeed::counts() const {
  const std::lock_guard lock(mutex_);
  return {polls_, log_.end(), log_.duplicates(), last_error_};
}

void ListenerFeed::HandOver(std::uint64_t end) {
  std::unique_lock lock(mutex_);
  log_.HandOver(end);
  Delete(lock);
}

sqs::DeleteMessageBatchRequest ListenerFeed::Deletion::Request() const {
  sqs::DeleteMessageBatchRequest request;
  request.queue_url = queue_url;
  auto& entries = request.entries.emplace();
  for (const std::string& receipt : receipts) {
    sqs::DeleteMessageBatchRequestEntry& entry = entries.emplace_back();
    entry.id = std::to_string(entries.size() - 1);
    entry.receipt_handle = receipt;
  }
  return request;
}

std::optional<ListenerFeed::Deletion> ListenerFeed::TakeDeletion() {
  std::vector<std::string> receipts = log_.TakeReceipts(kMostPerReceive);
  // Of somebody else's queue, the messages stay.
  while (!consumes_ && !receipts.empty()) receipts = log_.TakeReceipts(kMostPerReceive);
  if (receipts.empty()) return std::nullopt;
  return Deletion{queue_url_.value_or(""), std::move(receipts)};
}

bool ListenerFeed::TakeOutput(const Deletion& deletion,
                              const Result<sqs::DeleteMessageBatchResult>& output) {
  const std::vector<std::string>& receipts = deletion.receipts;
  if (!output) {
    // The events have been handed over; a later deletion takes these along.
    last_error_ = Describe(output.error());
    for (const std::string& receipt : receipts) log_.Keep(receipt);
    return false;
  }
  if (!output->failed || output->failed->empty()) return true;
  for (const sqs::BatchResultErrorEntry& entry : *output->failed) {
    last_error_ = fmt::format("an event could not be deleted from the queue: {}: {}",
                              entry.code.value_or(""), entry.message.value_or(""));
    const std::size_t index = std::strtoul(entry.id.value_or("").c_str(), nullptr, 10);
    // A receipt that the sender got wrong will never do; the message comes again with another.
    if (index < receipts.size() && !entry.sender_fault.value_or(false)) log_.Keep(receipts[index]);
  }
  return false;
}

std::optional<ListenerFeed::Deletion> ListenerFeed::StartDeletion() {
  const std::lock_guard lock(mutex_);
  return TakeDeletion();
}

void ListenerFeed::FinishDeletion(const Deletion& deletion,
                                  const Result<sqs::DeleteMessageBatchResult>& output) {
  const std::lock_guard lock(mutex_);
  TakeOutput(deletion, output);
}

void ListenerFeed::Delete(std::unique_lock<std::mutex>& lock) {
  bool all_well = true;
  while (all_well) {
    const std::optional<Deletion> deletion = TakeDeletion();
    if (!deletion) return;
    lock.unlock();
    const Result<sqs::DeleteMessageBatchResult> output =
        session_.Call<sqs::op::DeleteMessageBatch>(deletion->Request());
    lock.lock();
    all_well = TakeOutput(*deletion, output);
  }
}

Result<std::vector<ReceivedEvent>> ListenerFeed::Poll(Duration wait, std::size_t most) {
  std::unique_lock lock(mutex_);
  const Time until = session_.clock().Now() + wait;
  Duration left = wait;
  Duration pause = kFirstPause;
  while (log_.end() <= polled_) {
    const bool by_another = receiving_;
    const Result<void> received = Receive(lock, std::chrono::ceil<seconds>(left), most);
    if (!received) {
      if (left == Duration::zero() || !client::IsRetryable(received.error())) {
        return Fail(received.error());
      }
      Pause(lock, until, kLongestPauseAfterFailures, &pause);
    } else if (!by_another || left == Duration::zero()) {
      break;
    }
    // Another thread was receiving for this one, or the call failed: the wait goes on.
    left = std::max(until - session_.clock().Now(), Duration::zero());
  }
  std::vector<ReceivedEvent> events = log_.Read(polled_, most);
  if (!events.empty()) polled_ = events.back().number + 1;
  log_.HandOver(polled_);
  Delete(lock);
  return events;
}

void ListenerFeed::Unpoll(std::uint64_t count) {
  const std::lock_guard lock(mutex_);
  polled_ -= std::min(count, polled_);
}

}  // namespace iatk::kit
