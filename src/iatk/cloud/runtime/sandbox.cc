#include "iatk/cloud/runtime/sandbox.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "iatk/cloud/runtime/function_environment.h"
#include "iatk/net/http_server.h"
#include "iatk/net/process.h"

namespace iatk::cloud {
namespace {

constexpr std::string_view kInvocationPath = "/2018-06-01/runtime/invocation/";
constexpr std::string_view kInitErrorPath = "/2018-06-01/runtime/init/error";
constexpr std::size_t kMaxBodyBytes = std::size_t{64} * 1024 * 1024;
constexpr Duration kMemoryPollPeriod = std::chrono::milliseconds(100);

net::HttpResponse JsonResponse(int status, std::string body) {
  net::HttpResponse response;
  response.status = status;
  response.headers.Add("Content-Type", "application/json");
  response.body = std::move(body);
  return response;
}

net::HttpResponse ErrorResponse(int status, std::string_view type, std::string_view message) {
  return JsonResponse(status,
                      fmt::format(R"({{"errorMessage":"{}","errorType":"{}"}})", message, type));
}

/// A field of /proc/<pid>/status, kilobytes as bytes; 0 if the process is gone.
struct Memory {
  std::int64_t peak_bytes = 0;
  std::int64_t anonymous_bytes = 0;
};
Memory MemoryOf(int pid) {
  Memory memory;
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  std::string line;
  const auto read = [&line](std::string_view name) -> std::int64_t {
    if (!line.starts_with(name)) return 0;
    const std::size_t digits = line.find_first_of("0123456789");
    std::int64_t kilobytes = 0;
    if (digits != std::string::npos) {
      std::from_chars(line.data() + digits, line.data() + line.size(), kilobytes);
    }
    return kilobytes * 1024;
  };
  while (std::getline(status, line)) {
    memory.peak_bytes += read("VmHWM:");
    memory.anonymous_bytes += read("RssAnon:");
  }
  return memory;
}

std::string ExitText(int status) {
  if (status < 0) {
    const char* const name = sigdescr_np(-status);
    std::string text = name == nullptr ? std::to_string(-status) : name;
    std::ranges::transform(text, text.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    return "Runtime exited with error: signal: " + text;
  }
  if (status == 0) return "Runtime exited without providing a reason";
  return fmt::format("Runtime exited with error: exit status {}", status);
}

}  // namespace

// What the fibers of the Runtime API's connections share with the sandbox; they may outlive it.
struct Sandbox::State {
  explicit State(net::EventLoop& loop) : changed(loop) {}

  net::HttpResponse Handle(const net::HttpRequest& request);
  net::HttpResponse Next();
  net::HttpResponse Post(std::string_view request_id, std::string_view what,
                         const net::HttpRequest& request);
  void TakeError(const net::HttpRequest& request);

  net::Signal changed;
  bool closed = false;
  int waiting_for_next = 0;
  std::optional<Invocation> to_take;  // given, but not yet asked for
  std::string running_id;
  Time deadline;
  std::optional<Outcome> outcome;
  std::optional<int> exit_status;
  std::unique_ptr<net::HttpServer> server;
  std::unique_ptr<net::Process> process;
};

net::HttpResponse Sandbox::State::Handle(const net::HttpRequest& request) {
  const std::string_view path = request.path();
  if (path == kInitErrorPath && request.method == "POST") {
    if (!outcome) TakeError(request);
    changed.NotifyAll();
    return JsonResponse(202, "{\"status\":\"OK\"}\n");
  }
  if (!path.starts_with(kInvocationPath)) return ErrorResponse(404, "NotFound", "Not Found");
  const std::string_view rest = path.substr(kInvocationPath.size());
  if (rest == "next") {
    if (request.method == "GET") return Next();
  } else if (const std::size_t slash = rest.find('/'); slash != std::string_view::npos) {
    const std::string_view what = rest.substr(slash + 1);
    if (what != "response" && what != "error") return ErrorResponse(404, "NotFound", "Not Found");
    if (request.method == "POST") return Post(rest.substr(0, slash), what, request);
  } else {
    return ErrorResponse(404, "NotFound", "Not Found");
  }
  return ErrorResponse(405, "MethodNotAllowed", "Method Not Allowed");
}

net::HttpResponse Sandbox::State::Next() {
  ++waiting_for_next;
  changed.NotifyAll();
  while (!closed && !to_take) changed.Wait();
  --waiting_for_next;
  if (closed) return ErrorResponse(500, "Closed", "The execution environment has ended");
  Invocation invocation = std::move(*std::exchange(to_take, std::nullopt));
  net::HttpResponse response = JsonResponse(200, std::move(invocation.payload));
  response.headers.Add("Lambda-Runtime-Aws-Request-Id", invocation.request_id);
  response.headers.Add("Lambda-Runtime-Deadline-Ms",
                       std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(
                                          deadline.time_since_epoch())
                                          .count()));
  response.headers.Add("Lambda-Runtime-Invoked-Function-Arn", invocation.invoked_arn);
  if (invocation.trace) {
    response.headers.Add("Lambda-Runtime-Trace-Id", invocation.trace->ToString());
  }
  if (!invocation.client_context.empty()) {
    response.headers.Add("Lambda-Runtime-Client-Context", invocation.client_context);
  }
  return response;
}

net::HttpResponse Sandbox::State::Post(std::string_view request_id, std::string_view what,
                                       const net::HttpRequest& request) {
  if (request_id != running_id || to_take || outcome) {
    return ErrorResponse(400, "InvalidRequestID", "Invalid request ID");
  }
  net::HttpResponse response = JsonResponse(202, "{\"status\":\"OK\"}\n");
  if (what == "error") {
    TakeError(request);
  } else if (request.body.size() > kMaxResponseBytes) {
    outcome.emplace();
    outcome->end = End::kFailed;
    outcome->error_type = "Function.ResponseSizeTooLarge";
    outcome->body = fmt::format(
        R"({{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded maximum allowed payload size ({} bytes)."}})",
        kMaxResponseBytes);
    response = ErrorResponse(
        413, "RequestEntityTooLarge",
        fmt::format("Exceeded maximum allowed payload size ({} bytes).", kMaxResponseBytes));
  } else {
    outcome.emplace();
    outcome->body = request.body;
  }
  changed.NotifyAll();
  return response;
}

void Sandbox::State::TakeError(const net::HttpRequest& request) {
  outcome.emplace();
  outcome->end = End::kFailed;
  outcome->body = request.body.substr(0, kMaxResponseBytes);
  outcome->error_type = request.headers.Get("Lambda-Runtime-Function-Error-Type");
  outcome->cause = request.headers.Get("Lambda-Runtime-Function-XRay-Error-Cause");
}

Sandbox::Sandbox(Environment& environment, FunctionSpec function, std::string folder,
                 std::string log_stream, std::shared_ptr<FunctionLog> log)
    : environment_(environment),
      function_(std::move(function)),
      folder_(std::move(folder)),
      log_stream_(std::move(log_stream)),
      log_(std::move(log)),
      state_(std::make_shared<State>(environment.loop)) {}

Sandbox::~Sandbox() {
  state_->closed = true;
  state_->changed.NotifyAll();
  state_->process.reset();
  state_->server.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

Result<std::unique_ptr<Sandbox>> Sandbox::Start(Environment& environment, FunctionSpec function,
                                                const Launch& launch,
                                                const std::string& runtime_folder,
                                                std::string folder, std::string log_stream,
                                                std::shared_ptr<FunctionLog> log) {
  std::unique_ptr<Sandbox> sandbox(new Sandbox(environment, std::move(function), std::move(folder),
                                               std::move(log_stream), std::move(log)));
  IATK_CHECK(sandbox->StartProcess(launch, runtime_folder));
  return sandbox;
}

Result<void> Sandbox::StartProcess(const Launch& launch, const std::string& runtime_folder) {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) {
    return Fail(ReceiverError("ServiceException",
                              fmt::format("Cannot make {}: {}.", folder_, error.message())));
  }
  IATK_TRY(state_->server,
           net::HttpServer::Listen(
               environment_.loop, {.host = "127.0.0.1", .port = 0, .max_body_bytes = kMaxBodyBytes},
               [state = std::weak_ptr(state_)](const net::HttpRequest& request) {
                 const std::shared_ptr<State> held = state.lock();
                 return held == nullptr || held->closed
                            ? ErrorResponse(500, "Closed", "The execution environment has ended")
                            : held->Handle(request);
               }));
  net::ProcessOptions options;
  // One pipe for both streams keeps their lines in order.
  options.command = {"/bin/sh", "-c", "exec \"$@\" 2>&1", "sh"};
  options.command.insert(options.command.end(), launch.command.begin(), launch.command.end());
  options.environment =
      FunctionEnvironment(environment_, function_, launch,
                          {.runtime_folder = runtime_folder,
                           .home_folder = folder_,
                           .api_address = fmt::format("127.0.0.1:{}", state_->server->port()),
                           .log_stream = log_stream_});
  options.directory = function_.code_folder;
  const auto output = [log = log_](std::string_view data) { log->Output(data); };
  options.on_stdout = output;
  options.on_stderr = output;
  options.on_exit = [state = std::weak_ptr(state_)](int status) {
    if (const std::shared_ptr<State> held = state.lock()) {
      held->exit_status = status;
      held->changed.NotifyAll();
    }
  };
  IATK_TRY(state_->process, net::Process::Start(environment_.loop, std::move(options)));
  return {};
}

bool Sandbox::alive() const { return !state_->exit_status && state_->process != nullptr; }

int Sandbox::max_memory_mb() const { return max_memory_mb_; }

bool Sandbox::PastMemory() {
  if (!alive()) return false;
  const Memory memory = MemoryOf(state_->process->pid());
  constexpr std::int64_t kMegabyte = std::int64_t{1024} * 1024;
  max_memory_mb_ =
      std::max(max_memory_mb_, static_cast<int>((memory.peak_bytes + kMegabyte - 1) / kMegabyte));
  return memory.anonymous_bytes > function_.memory_mb * kMegabyte;
}

Sandbox::Outcome Sandbox::Await(Time deadline) {
  // Kept here, as whoever ends the cloud may destroy this while the fiber waits.
  const std::shared_ptr<State> state = state_;
  const auto made = [](End end, std::string message) {
    Outcome outcome;
    outcome.end = end;
    outcome.message = std::move(message);
    return outcome;
  };
  while (true) {
    if (state->exit_status) {
      if (state->outcome) return std::move(*std::exchange(state->outcome, std::nullopt));
      return made(End::kExited, ExitText(*state->exit_status));
    }
    // The process is done when it asks for more, not when it has answered.
    if (state->waiting_for_next > 0 && !state->to_take &&
        (state->outcome || state->running_id.empty())) {
      if (PastMemory()) return made(End::kOutOfMemory, {});
      if (!state->outcome) return {};
      return std::move(*std::exchange(state->outcome, std::nullopt));
    }
    const Time now = environment_.loop.clock().Now();
    if (now >= deadline) {
      state->process->Kill(SIGKILL);
      if (state->outcome) return std::move(*std::exchange(state->outcome, std::nullopt));
      return made(End::kTimedOut, {});
    }
    if (PastMemory()) {
      state->process->Kill(SIGKILL);
      return made(End::kOutOfMemory, {});
    }
    state->changed.WaitUntil(std::min(deadline, now + kMemoryPollPeriod));
  }
}

void Sandbox::Drain() {
  // What the process wrote before it spoke to the Runtime API is in its pipe by now; one turn of
  // the loop notices that it is readable, another reads it.
  constexpr int kTurns = 4;
  for (int turn = 0; turn < kTurns; ++turn) environment_.loop.Yield();
  log_->EndLine();
}

Sandbox::Outcome Sandbox::WaitForInit(Time deadline) { return Await(deadline); }

Sandbox::Outcome Sandbox::Run(const Invocation& invocation, Time deadline) {
  state_->outcome.reset();
  state_->running_id = invocation.request_id;
  state_->deadline = deadline;
  state_->to_take = invocation;
  state_->changed.NotifyAll();
  Outcome outcome = Await(deadline);
  state_->running_id.clear();
  return outcome;
}

}  // namespace iatk::cloud
