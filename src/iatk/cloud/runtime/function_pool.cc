#include "iatk/cloud/runtime/function_pool.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "iatk/base/time_text.h"
#include "iatk/cloud/runtime/code_stamp.h"
#include "iatk/json/parse.h"
#include "iatk/json/write.h"

namespace iatk::cloud {
namespace {

double Milliseconds(Duration duration) { return static_cast<double>(duration.count()) / 1000.0; }

std::string ErrorJson(std::string_view type, const std::string& message) {
  return json::Write(json::Object{{"errorType", type}, {"errorMessage", message}});
}

/// "2026/11/23/[$LATEST]" and 32 hex digits.
std::string NewLogStream(Time now, const FunctionSpec& function, IdSource& ids) {
  std::string day = FormatIso8601(now).substr(0, 10);
  std::ranges::replace(day, '-', '/');
  return fmt::format("{}/[{}]{}", day, function.version, ids.Hex(32));
}

}  // namespace

class FunctionPool::Slot {
 public:
  explicit Slot(FunctionPool& pool) : pool_(pool) { ++pool_.busy_; }
  ~Slot() { --pool_.busy_; }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;

 private:
  FunctionPool& pool_;
};

struct FunctionPool::Run {
  const FunctionSpec& function;
  const Invocation& invocation;
  std::shared_ptr<FunctionLog> log{};
  std::string stream{};
  InvocationResult result{};
  std::optional<Duration> init{};
  Time deadline{};
  int max_memory_mb = 0;

  void Begin(Time now) {
    result.started = now;
    deadline = now + function.timeout;
    log->Platform(
        fmt::format("START RequestId: {} Version: {}", invocation.request_id, function.version));
  }
};

FunctionPool::FunctionPool(Environment& environment, LogSink sink)
    : environment_(environment),
      sink_(std::move(sink)),
      interpreters_(environment.loop, environment.work_folder + "/lambda-runtime"),
      self_(std::make_shared<FunctionPool*>(this)) {}

FunctionPool::~FunctionPool() = default;

void FunctionPool::Stop() { idle_.clear(); }

std::uint64_t FunctionPool::Retirements(const std::string& key) const {
  std::uint64_t count = 0;
  for (const auto& [prefix, times] : retired_) {
    if (key.starts_with(prefix)) count += times;
  }
  return count;
}

void FunctionPool::Retire(const std::string& prefix) {
  std::erase_if(idle_,
                [&](const Idle& idle) { return idle.sandbox->function().key.starts_with(prefix); });
  if (busy_ > 0) {
    ++retired_[prefix];
  } else {
    retired_.clear();
  }
}

std::unique_ptr<Sandbox> FunctionPool::TakeWarm(const std::string& key, std::uint64_t code_stamp) {
  std::erase_if(idle_, [&](const Idle& idle) {
    return !idle.sandbox->alive() ||
           (idle.sandbox->function().key == key && idle.code_stamp != code_stamp);
  });
  const auto found = std::ranges::find_if(idle_.rbegin(), idle_.rend(), [&](const Idle& idle) {
    return idle.sandbox->function().key == key;
  });
  if (found == idle_.rend()) return nullptr;
  std::unique_ptr<Sandbox> sandbox = std::move(found->sandbox);
  idle_.erase(std::next(found).base());
  return sandbox;
}

bool FunctionPool::MakeRoom() {
  if (busy_ >= kMaxProcesses) return false;
  while (busy_ + idle_.size() >= kMaxProcesses) idle_.erase(idle_.begin());
  return true;
}

Result<std::unique_ptr<Sandbox>> FunctionPool::Start(Run& run, const Launch& launch) {
  return Sandbox::Start(
      environment_, run.function, launch, interpreters_.folder(),
      fmt::format("{}/sandbox-{}", environment_.work_folder, environment_.ids.Hex(16)), run.stream,
      run.log);
}

Sandbox::Outcome FunctionPool::RefuseToStart(Run& run, const Error& error) {
  const std::string message =
      fmt::format("RequestId: {} Error: {}", run.invocation.request_id, error.message);
  run.log->Platform(fmt::format("{}\n{}", message, error.code));
  Sandbox::Outcome outcome;
  outcome.end = Sandbox::End::kFailed;
  outcome.error_type = error.code;
  outcome.body = ErrorJson(error.code, message);
  return outcome;
}

std::unique_ptr<Sandbox> FunctionPool::Initialise(Run& run, Sandbox::Outcome* outcome) {
  const Clock& clock = environment_.loop.clock();
  const Time init_started = clock.Now();
  run.result.init_started = init_started;
  const Result<Launch> launch = interpreters_.For(run.function.runtime, run.function.code_folder);
  if (!launch) {
    run.Begin(clock.Now());
    *outcome = RefuseToStart(run, launch.error());
    return nullptr;
  }
  // differs from AWS: it names its own build of the runtime here.
  run.log->Platform(fmt::format(
      "INIT_START Runtime Version: {}{}", run.function.runtime,
      launch->version.empty() ? "" : fmt::format("\tInterpreter: {}", launch->version)));
  if (!launch->note.empty()) run.log->Platform(launch->note);

  Result<std::unique_ptr<Sandbox>> sandbox = Start(run, *launch);
  if (!sandbox) {
    run.Begin(clock.Now());
    *outcome = RefuseToStart(run, sandbox.error());
    return nullptr;
  }
  *outcome = (*sandbox)->WaitForInit(init_started + kInitTime);
  (*sandbox)->Drain();
  run.max_memory_mb = (*sandbox)->max_memory_mb();
  const Duration init = clock.Now() - init_started;
  if (outcome->end == Sandbox::End::kDone) {
    run.init = init;
    run.log->StartInvocation();
    run.Begin(clock.Now());
    return std::move(*sandbox);
  }
  const bool timed_out = outcome->end == Sandbox::End::kTimedOut;
  run.log->Platform(fmt::format(
      "INIT_REPORT Init Duration: {:.2f} ms\tPhase: init\tStatus: {}", Milliseconds(init),
      timed_out
          ? "timeout"
          : fmt::format("error\tError Type: {}",
                        outcome->error_type.empty() ? "Runtime.ExitError" : outcome->error_type)));
  run.Begin(clock.Now());
  if (!timed_out) return nullptr;

  // An initialisation that takes too long gets one more chance, within the invocation.
  sandbox->reset();
  sandbox = Start(run, *launch);
  if (!sandbox) {
    *outcome = RefuseToStart(run, sandbox.error());
    return nullptr;
  }
  *outcome = (*sandbox)->WaitForInit(run.deadline);
  (*sandbox)->Drain();
  return outcome->end == Sandbox::End::kDone ? std::move(*sandbox) : nullptr;
}

Result<InvocationResult> FunctionPool::Invoke(const FunctionSpec& function,
                                              const Invocation& invocation) {
  const std::uint64_t stamp = function.watch_code ? CodeStamp(function.code_folder) : 0;
  const std::uint64_t retirements = Retirements(function.key);
  std::unique_ptr<Sandbox> sandbox = TakeWarm(function.key, stamp);
  if (sandbox == nullptr && !MakeRoom()) {
    Error error = SenderError("TooManyRequestsException", "Rate Exceeded.", 429);
    error.retryable = true;
    error.details = {{"Reason", "ConcurrentInvocationLimitExceeded"}, {"Type", "User"}};
    return Fail(std::move(error));
  }
  const Slot slot(*this);
  Run run{.function = function, .invocation = invocation};
  Sandbox::Outcome outcome;
  if (sandbox != nullptr) {
    run.log = sandbox->shared_log();
    run.log->StartInvocation();
    run.Begin(environment_.loop.clock().Now());
  } else {
    run.stream = NewLogStream(environment_.loop.clock().Now(), function, environment_.ids);
    run.log = std::make_shared<FunctionLog>(
        environment_.loop.clock(),
        [sink = sink_, function, stream = run.stream](std::vector<LogLine> lines) {
          sink(function, stream, std::move(lines));
        });
    sandbox = Initialise(run, &outcome);
  }
  if (sandbox != nullptr) {
    outcome = sandbox->Run(invocation, run.deadline);
    sandbox->Drain();
    run.max_memory_mb = sandbox->max_memory_mb();
  }
  InvocationResult result = Finish(run, outcome);

  const bool usable = outcome.end == Sandbox::End::kDone || outcome.end == Sandbox::End::kFailed;
  if (usable && sandbox != nullptr && sandbox->alive() &&
      retirements == Retirements(function.key)) {
    idle_.push_back({std::move(sandbox), environment_.loop.clock().Now(), stamp});
    ScheduleReaping();
  }
  return result;
}

InvocationResult FunctionPool::Finish(Run& run, const Sandbox::Outcome& outcome) {
  InvocationResult& result = run.result;
  const std::string& request_id = run.invocation.request_id;
  result.ended = environment_.loop.clock().Now();
  result.failed = outcome.end != Sandbox::End::kDone;
  std::string status;
  const auto platform_error = [&](std::string_view type, const std::string& message) {
    result.error_type = type;
    result.error_message = fmt::format("RequestId: {} Error: {}", request_id, message);
    result.payload = ErrorJson(type, result.error_message);
    status = fmt::format("\tStatus: error\tError Type: {}", type);
    run.log->Platform(fmt::format("{}\n{}", result.error_message, type));
  };
  switch (outcome.end) {
    case Sandbox::End::kDone:
      result.payload = outcome.body;
      break;
    case Sandbox::End::kFailed: {
      result.payload = outcome.body;
      result.error_type = outcome.error_type;
      if (const auto parsed = json::Parse(outcome.body)) {
        if (const std::string* type = parsed->FindString("errorType")) result.error_type = *type;
        if (const std::string* text = parsed->FindString("errorMessage")) {
          result.error_message = *text;
        }
      }
      if (auto cause = json::Parse(outcome.cause)) result.cause = *std::move(cause);
      // A function's own error is its answer; the platform reports only those of its runtime.
      if (result.error_type.starts_with("Runtime.") || result.error_type.starts_with("Function.")) {
        status = fmt::format("\tStatus: error\tError Type: {}", result.error_type);
      }
      break;
    }
    case Sandbox::End::kExited:
      platform_error("Runtime.ExitError", outcome.message);
      break;
    case Sandbox::End::kOutOfMemory:
      platform_error("Runtime.OutOfMemory", "Runtime exited with error: signal: killed");
      break;
    case Sandbox::End::kTimedOut: {
      const std::string text = fmt::format(
          "Task timed out after {:.2f} seconds",
          std::chrono::duration_cast<std::chrono::duration<double>>(run.function.timeout).count());
      result.error_type = "Sandbox.Timedout";
      result.error_message = fmt::format("RequestId: {} Error: {}", request_id, text);
      result.payload = ErrorJson(result.error_type, result.error_message);
      status = "\tStatus: timeout";
      run.log->Platform(fmt::format("{} {} {}", FormatIso8601(result.ended, Fraction::kMillis),
                                    request_id, text));
      break;
    }
  }
  const double duration = Milliseconds(result.ended - result.started);
  const double billed = std::max(
      1.0, std::ceil(duration + (run.init ? Milliseconds(*run.init) : 0.0)));  // init is billed too
  std::string report = fmt::format(
      "REPORT RequestId: {}\tDuration: {:.2f} ms\tBilled Duration: {:.0f} ms\tMemory Size: {} MB\t"
      "Max Memory Used: {} MB\t",
      request_id, duration, billed, run.function.memory_mb, run.max_memory_mb);
  if (run.init) report += fmt::format("Init Duration: {:.2f} ms\t", Milliseconds(*run.init));
  report += status.empty() ? "" : status.substr(1);
  if (run.invocation.trace && run.invocation.trace->sampled == true) {
    report += fmt::format("\nXRAY TraceId: {}\tSegmentId: {}\tSampled: true\t",
                          run.invocation.trace->root, run.invocation.trace->parent);
  }
  run.log->Platform("END RequestId: " + request_id);
  run.log->Platform(std::move(report));
  result.log_tail = run.log->Tail();
  return std::move(result);
}

void FunctionPool::ScheduleReaping() {
  if (reaping_scheduled_ || idle_.empty()) return;
  reaping_scheduled_ = true;
  environment_.loop.At(idle_.front().since + kIdleTime, [self = std::weak_ptr(self_)] {
    if (const auto pool = self.lock()) (*pool)->Reap();
  });
}

void FunctionPool::Reap() {
  reaping_scheduled_ = false;
  const Time now = environment_.loop.clock().Now();
  std::erase_if(idle_, [&](const Idle& idle) { return idle.since + kIdleTime <= now; });
  ScheduleReaping();
}

}  // namespace iatk::cloud
