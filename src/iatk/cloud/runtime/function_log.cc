#include "iatk/cloud/runtime/function_log.h"

#include <algorithm>
#include <utility>

namespace iatk::cloud {

void FunctionLog::Output(std::string_view data) {
  std::vector<LogLine> lines;
  while (!data.empty()) {
    const std::size_t room = kMaxLineBytes - open_line_.size();
    const std::size_t end = data.substr(0, room).find('\n');
    if (end == std::string_view::npos) {
      const std::size_t count = std::min(room, data.size());
      open_line_ += data.substr(0, count);
      data.remove_prefix(count);
      if (open_line_.size() < kMaxLineBytes) break;
    } else {
      open_line_ += data.substr(0, end);
      data.remove_prefix(end + 1);
    }
    Add(std::exchange(open_line_, {}), &lines);
  }
  if (!lines.empty()) sink_(std::move(lines));
}

void FunctionLog::Add(std::string_view line, std::vector<LogLine>* lines) {
  if (bytes_ > kMaxInvocationBytes) return;
  bytes_ += line.size() + 1;
  std::string text(line);
  if (bytes_ > kMaxInvocationBytes) {
    text = "iatk: this invocation wrote more than 16 MiB; the rest of its output is dropped";
  }
  if (text.ends_with('\r')) text.pop_back();
  std::ranges::replace(text, '\r', '\n');
  tail_.append(text).append("\n");
  if (tail_.size() > 4 * kTailBytes) tail_.erase(0, tail_.size() - kTailBytes);
  // CloudWatch Logs has no events without text.
  if (!text.empty()) lines->push_back({clock_.Now(), std::move(text)});
}

void FunctionLog::EndLine() {
  if (open_line_.empty()) return;
  std::vector<LogLine> lines;
  Add(std::exchange(open_line_, {}), &lines);
  if (!lines.empty()) sink_(std::move(lines));
}

void FunctionLog::Platform(std::string text) {
  EndLine();
  tail_.append(text).append("\n");
  sink_({{clock_.Now(), std::move(text)}});
}

void FunctionLog::StartInvocation() {
  EndLine();
  tail_.clear();
  bytes_ = 0;
}

std::string FunctionLog::Tail() const {
  return tail_.size() <= kTailBytes ? tail_ : tail_.substr(tail_.size() - kTailBytes);
}

}  // namespace iatk::cloud
