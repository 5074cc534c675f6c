#include "iatk/kit/session.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <semaphore>
#include <thread>
#include <utility>
#include <vector>

#include "iatk/kit/listener_id.h"
#include "iatk/trace/header.h"

namespace iatk::kit {
namespace {

std::string& ThreadUserAgent() {
  thread_local std::string user_agent = "aws-iatk/unknown";
  return user_agent;
}

}  // namespace

const std::string& Session::UserAgent() { return ThreadUserAgent(); }

Session::UserAgentScope::UserAgentScope(std::string user_agent)
    : previous_(std::exchange(ThreadUserAgent(), std::move(user_agent))) {}
Session::UserAgentScope::~UserAgentScope() { ThreadUserAgent() = std::move(previous_); }

Result<std::shared_ptr<ListenerFeed>> Session::FeedOf(const std::string& listener_id) {
  if (!IsListenerId(listener_id) && !IsQueueUrl(listener_id)) {
    return Fail(SenderError("InvalidId", "invalid ID"));
  }
  const std::lock_guard lock(mutex_);
  std::shared_ptr<ListenerFeed>& feed = feeds_[listener_id];
  if (!feed) feed = std::make_shared<ListenerFeed>(*this, listener_id);
  return feed;
}

void Session::ForgetFeed(const std::string& listener_id) {
  const std::lock_guard lock(mutex_);
  feeds_.erase(listener_id);
}

void Session::RememberListener(const std::string& listener_id, ListenerPlace place) {
  const std::lock_guard lock(mutex_);
  places_[listener_id] = std::move(place);
}

std::optional<Session::ListenerPlace> Session::RecallListener(const std::string& listener_id) {
  const std::lock_guard lock(mutex_);
  auto place = places_.extract(listener_id);
  if (place.empty()) return std::nullopt;
  return std::move(place.mapped());
}

std::string Session::NewUuid() {
  const std::lock_guard lock(mutex_);
  return ids_->Uuid();
}

std::string Session::NewListenerId() {
  const std::lock_guard lock(mutex_);
  return MakeListenerId(clock_, *ids_);
}

std::string Session::NewTraceHeader() {
  const std::lock_guard lock(mutex_);
  return trace::TraceHeader{trace::NewTraceId(clock_, *ids_), "", true, ""}.ToString();
}

void InParallel(std::size_t count, const std::function<void(std::size_t)>& run) {
  constexpr std::size_t kMostThreads = 8;
  constexpr std::chrono::milliseconds kAlone(20);
  const std::string user_agent = Session::UserAgent();
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    const Session::UserAgentScope scope(user_agent);
    for (std::size_t i = next++; i < count; i = next++) run(i);
  };
  if (count < 2) return work();
  std::binary_semaphore done(0);
  const std::jthread others([&] {
    if (done.try_acquire_for(kAlone)) return;
    std::vector<std::jthread> threads;
    for (std::size_t n = 2; n < kMostThreads && next + 1 < count; ++n) threads.emplace_back(work);
    work();
  });
  work();
  done.release();
}

bool IsGone(const Error& error) {
  return error.code == "ResourceNotFoundException" || error.code == "QueueDoesNotExist" ||
         error.code == "AWS.SimpleQueueService.NonExistentQueue" ||
         error.code == "NonExistentQueue" || error.code == "NotFound";
}

std::string Describe(const Error& error) {
  constexpr std::string_view kCall = "failed to call service: ";
  // What was wrapped tells of its service already.
  if (error.service.empty() || error.message.find(kCall) != std::string::npos) return error.message;
  if (error.request_id.empty()) {
    return fmt::format("failed to call service: {}, operation: {}, error: {}: {}", error.service,
                       error.operation, error.code, error.message);
  }
  return fmt::format(
      "failed to call service: {}, operation: {}, error: https response error StatusCode: {}, "
      "RequestID: {}, api error {}: {}",
      error.service, error.operation, error.http_status, error.request_id, error.code,
      error.message);
}

Error Wrap(std::string_view before, const Error& error) {
  Error wrapped = error;
  wrapped.message = fmt::format("{}: {}", before, Describe(error));
  return wrapped;
}

}  // namespace iatk::kit
