// The log of one function process: lines of its output and of the platform, bounded.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/clock.h"
#include "iatk/cloud/runtime/function_spec.h"

namespace iatk::cloud {

class FunctionLog {
 public:
  static constexpr std::size_t kMaxLineBytes = std::size_t{256} * 1024;
  static constexpr std::size_t kTailBytes = 4096;
  /// What an invocation may write; one line says that more was dropped.
  // differs from AWS: CloudWatch Logs takes all of it.
  static constexpr std::size_t kMaxInvocationBytes = std::size_t{16} * 1024 * 1024;

  using Sink = std::function<void(std::vector<LogLine>)>;
  FunctionLog(const Clock& clock, Sink sink) : clock_(clock), sink_(std::move(sink)) {}

  /// Output of the process as it comes: a line is an event, and carriage returns inside of it are
  /// line feeds of the event. Lines longer than kMaxLineBytes become several.
  void Output(std::string_view data);
  /// A line of the platform: "START RequestId: …". Ends a line that the process left open.
  void Platform(std::string text);
  /// Passes on a line that the process left open.
  void EndLine();

  /// Starts the tail and the bound of an invocation anew.
  void StartInvocation();
  /// The last kTailBytes since then, lines with their ends.
  std::string Tail() const;

 private:
  void Add(std::string_view line, std::vector<LogLine>* lines);

  const Clock& clock_;
  Sink sink_;
  std::string open_line_;
  std::string tail_;
  std::size_t bytes_ = 0;
};

}  // namespace iatk::cloud
