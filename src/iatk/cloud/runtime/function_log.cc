#include "iatk/cloud/runtime/function_log.h"

#include <algorithm>
#include <utility>

namespace iatk::cloud {
namespace {

/// `text` with U+FFFD for each byte that is no part of UTF-8: events are text.
std::string ToUtf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80                    ? 1
                               : lead >= 0xC2 && lead <= 0xDF ? 2
                               : (lead & 0xF0U) == 0xE0       ? 3
                               : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                              : 0;
    bool good = length > 0 && i + length <= text.size();
    for (std::size_t k = 1; good && k < length; ++k) {
      good = (static_cast<unsigned char>(text[i + k]) & 0xC0U) == 0x80;
    }
    if (good && length > 2) {
      // Overlong forms, surrogates, and what is past U+10FFFF.
      const auto next = static_cast<unsigned char>(text[i + 1]);
      good = !(lead == 0xE0 && next < 0xA0) && !(lead == 0xED && next > 0x9F) &&
             !(lead == 0xF0 && next < 0x90) && !(lead == 0xF4 && next > 0x8F);
    }
    if (good) {
      out.append(text, i, length);
      i += length;
    } else {
      out += "\xEF\xBF\xBD";
      ++i;
    }
  }
  return out;
}

}  // namespace

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
  std::string text = ToUtf8(line);
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
