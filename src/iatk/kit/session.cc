#include "iatk/kit/session.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "iatk/kit/listener_id.h"

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

std::optional<std::string> Session::QueueUrlOf(const std::string& listener_id) const {
  const std::lock_guard lock(mutex_);
  const auto found = queue_urls_.find(listener_id);
  if (found == queue_urls_.end()) return std::nullopt;
  return found->second;
}

void Session::RememberQueueUrl(const std::string& listener_id, std::string url) {
  const std::lock_guard lock(mutex_);
  queue_urls_.insert_or_assign(listener_id, std::move(url));
}

void Session::ForgetQueueUrl(const std::string& listener_id) {
  const std::lock_guard lock(mutex_);
  queue_urls_.erase(listener_id);
}

std::string Session::NewListenerId() {
  const std::lock_guard lock(mutex_);
  return MakeListenerId(clock_, *ids_);
}

std::string Describe(const Error& error) {
  if (error.service.empty()) return error.message;
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
  wrapped.service.clear();
  return wrapped;
}

}  // namespace iatk::kit
