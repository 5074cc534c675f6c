#include "iatk/cloud/services/cloudformation/sam_transform.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "iatk/cloud/services/cloudformation/template/errors.h"
#include "iatk/cloud/services/cloudformation/template/limits.h"
#include "iatk/cloud/services/cloudformation/template/template.h"
#include "iatk/embed/cloudformation_worker.h"
#include "iatk/json/parse.h"
#include "iatk/json/write.h"

namespace iatk::cloud::cfn {
namespace {

constexpr Duration kTimeLimit = std::chrono::seconds(60);
constexpr std::size_t kMaxAnswerBytes = 32U * 1024U * 1024U;
constexpr std::size_t kMaxErrorTail = 2'000;

Error Failed(std::string_view why) {
  return ValidationError(fmt::format("Transform {} failed with: {}", kServerlessTransform, why));
}

std::string Interpreter() {
  if (const char* const named = std::getenv("IATK_PYTHON"); named != nullptr && *named != '\0') {
    return named;
  }
  std::error_code ignored;
  if (std::filesystem::exists(IATK_VENV_PYTHON, ignored)) return IATK_VENV_PYTHON;
  return "python3";
}

// What Python itself needs; the caller's AWS settings are no concern of a translation.
std::vector<std::pair<std::string, std::string>> ProcessEnvironment() {
  std::vector<std::pair<std::string, std::string>> environment = {
      {"AWS_CONFIG_FILE", "/dev/null"},
      {"AWS_SHARED_CREDENTIALS_FILE", "/dev/null"},
      {"AWS_EC2_METADATA_DISABLED", "true"},
      {"PYTHONIOENCODING", "utf-8"}};
  for (const char* const name : {"PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH", "PYTHONHOME",
                                 "LD_LIBRARY_PATH", "TMPDIR", "VIRTUAL_ENV"}) {
    if (const char* const value = std::getenv(name)) environment.emplace_back(name, value);
  }
  return environment;
}

std::string LastLine(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  const std::size_t newline = text.rfind('\n');
  return std::string(newline == std::string_view::npos ? text : text.substr(newline + 1));
}

}  // namespace

Result<json::Value> SamTransform::Apply(const json::Value& document,
                                        const ParameterTexts& parameters,
                                        const std::string& region) {
  json::Object texts;
  for (const auto& [name, text] : parameters) texts.Append(name, text);
  json::Object request;
  request.Append("template", document);
  request.Append("parameters", std::move(texts));
  request.Append("region", region);
  const std::string line = json::Write(request) + "\n";

  while (busy_) changed_.Wait();
  busy_ = true;
  // Also when the fiber is unwound in its wait.
  struct Release {
    SamTransform* self;
    ~Release() {
      self->busy_ = false;
      self->changed_.NotifyAll();
    }
  } release{this};
  Result<json::Value> answer = Ask(line);
  // A process that failed to answer may still be at it: the next template gets a new one.
  if (!answer) process_.reset();
  if (!answer) return Fail(Failed(answer.error().message));
  if (const std::string* const error = answer->FindString("error")) return Fail(Failed(*error));
  const json::Value* const translated = answer->Find("template");
  if (translated == nullptr) return Fail(Failed("Internal transform failure."));
  return *translated;
}

Result<json::Value> SamTransform::Ask(const std::string& line) {
  if (!process_ || ended_) IATK_CHECK(Start());
  // A closed pipe shows as the end of the process.
  process_->WriteStdin(line);
  return Answer();
}

Result<void> SamTransform::Start() {
  process_.reset();
  ended_ = false;
  partial_line_.clear();
  error_tail_.clear();
  lines_.clear();
  const std::string interpreter = Interpreter();
  auto process = net::Process::Start(
      loop_, {.command = {interpreter, "-u", "-c", std::string(embed::kSamWorkerPy)},
              .environment = ProcessEnvironment(),
              .directory = {},
              .memory_limit_bytes = 0,
              .on_stdout = [this](std::string_view text) { TakeOutput(text); },
              .on_stderr =
                  [this](std::string_view text) {
                    error_tail_ += text;
                    if (error_tail_.size() > kMaxErrorTail) {
                      error_tail_.erase(0, error_tail_.size() - kMaxErrorTail);
                    }
                  },
              .on_exit =
                  [this](int) {
                    ended_ = true;
                    changed_.NotifyAll();
                  }});
  if (!process) {
    return Fail(ValidationError(
        fmt::format("the Python interpreter {} can't be run ({}); install python3 with "
                    "aws-sam-translator, or name an interpreter in IATK_PYTHON",
                    interpreter, process.error().message)));
  }
  process_ = *std::move(process);
  IATK_TRY(const json::Value greeting, Answer());
  if (const std::string* const error = greeting.FindString("error")) {
    return Fail(ValidationError(*error));
  }
  return {};
}

Result<json::Value> SamTransform::Answer() {
  const Time deadline = loop_.clock().Now() + kTimeLimit;
  while (lines_.empty()) {
    if (ended_) {
      return Fail(
          ValidationError(fmt::format("the Python process ended: {}", LastLine(error_tail_))));
    }
    if (partial_line_.size() > kMaxAnswerBytes) {
      return Fail(ValidationError("the translated template is too large"));
    }
    if (!changed_.WaitUntil(deadline)) {
      return Fail(ValidationError("Internal transform failure. The transform timed out"));
    }
  }
  const std::string line = std::move(lines_.front());
  lines_.pop_front();
  // What the translator puts around a template's own values nests a few levels.
  auto value = json::Parse(line, {.max_depth = kMaxTemplateDepth + 16});
  if (!value) return Fail(ValidationError("Received malformed response from transform"));
  return value;
}

void SamTransform::TakeOutput(std::string_view text) {
  std::size_t begin = 0;
  for (std::size_t end; (end = text.find('\n', begin)) != std::string_view::npos; begin = end + 1) {
    partial_line_ += text.substr(begin, end - begin);
    lines_.push_back(std::exchange(partial_line_, {}));
  }
  if (partial_line_.size() <= kMaxAnswerBytes) partial_line_ += text.substr(begin);
  changed_.NotifyAll();
}

}  // namespace iatk::cloud::cfn
