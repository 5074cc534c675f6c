// Retriers and catchers. Amazon States Language, "Errors".
#include <algorithm>
#include <cmath>

#include "iatk/cloud/services/stepfunctions/interpreter.h"

namespace iatk::cloud {
namespace {

bool Matches(const json::Value& rule, const std::string& error) {
  const json::Value* const names = rule.Find("ErrorEquals");
  return std::ranges::any_of(*names->AsArray(), [&error](const json::Value& name) {
    const std::string* const text = name.AsString();
    if (text == nullptr) return false;
    if (*text == error) return true;
    // These are neither a task's failure nor caught by States.ALL.
    const bool terminal = error == "States.DataLimitExceeded" || error == "States.Runtime";
    if (*text == "States.ALL") return !terminal;
    if (*text == "States.TaskFailed") return !terminal && error != "States.Timeout";
    return *text == "States.Timeout" && error == "States.HeartbeatTimeout";
  });
}

double NumberOf(const json::Value& rule, std::string_view name, double otherwise) {
  const json::Value* const value = rule.Find(name);
  return value == nullptr || value->AsNumber() == nullptr ? otherwise
                                                          : value->AsNumber()->AsDouble();
}

}  // namespace

std::optional<Duration> Interpreter::RetryDelay(const json::Value& state, const Error& error,
                                                std::vector<int>* attempts) const {
  const json::Value* const retriers = state.Find("Retry");
  if (retriers == nullptr) return std::nullopt;
  attempts->resize(retriers->AsArray()->size());
  for (std::size_t i = 0; i < attempts->size(); ++i) {
    const json::Value& retrier = (*retriers->AsArray())[i];
    if (!Matches(retrier, error.code)) continue;
    int& made = (*attempts)[i];
    if (made >= static_cast<int>(NumberOf(retrier, "MaxAttempts", 3))) return std::nullopt;
    double seconds = NumberOf(retrier, "IntervalSeconds", 1) *
                     std::pow(NumberOf(retrier, "BackoffRate", 2.0), made);
    seconds = std::min(seconds, NumberOf(retrier, "MaxDelaySeconds", 31'622'400));
    const std::string* const jitter = retrier.FindString("JitterStrategy");
    if (jitter != nullptr && *jitter == "FULL") {
      seconds *= static_cast<double>(environment_.ids.Below(1'000'001)) / 1e6;
    }
    ++made;
    return Duration(static_cast<std::int64_t>(seconds * 1e6));
  }
  return std::nullopt;
}

const json::Value* Interpreter::CatcherOf(const json::Value& state, const Error& error) {
  const json::Value* const catchers = state.Find("Catch");
  if (catchers == nullptr) return nullptr;
  for (const json::Value& catcher : *catchers->AsArray()) {
    if (Matches(catcher, error.code)) return &catcher;
  }
  return nullptr;
}

}  // namespace iatk::cloud
