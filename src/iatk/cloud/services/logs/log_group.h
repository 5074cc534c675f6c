// Log groups, their streams and events.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "iatk/base/clock.h"

namespace iatk::cloud {

struct LogEvent {
  std::int64_t timestamp = 0;       ///< as its writer says, milliseconds
  std::int64_t ingestion_time = 0;  ///< milliseconds
  std::uint64_t sequence = 0;       ///< of all events of an account and region
  std::string message;

  std::string Id() const;  ///< 56 digits
};

/// Events by timestamp, and of equal ones in the order they came. Positions count from the stream's
/// first event on, also past those that were dropped.
class LogStream {
 public:
  explicit LogStream(std::int64_t creation_time) : creation_time_(creation_time) {}

  void Add(LogEvent event);
  /// Drops the oldest events until at most `bytes` are left, and those before `timestamp`.
  void Trim(std::size_t bytes, std::int64_t timestamp);

  const std::vector<LogEvent>& events() const { return events_; }
  std::uint64_t first_position() const { return dropped_; }
  std::int64_t creation_time() const { return creation_time_; }
  std::int64_t last_ingestion_time() const { return last_ingestion_time_; }
  std::size_t bytes() const { return bytes_; }

 private:
  std::vector<LogEvent> events_;
  std::uint64_t dropped_ = 0;
  std::int64_t creation_time_;
  std::int64_t last_ingestion_time_ = 0;
  std::size_t bytes_ = 0;
};

struct LogGroup {
  std::string name;
  std::string arn;  ///< without the ":*" that DescribeLogGroups' `arn` ends with
  std::int64_t creation_time = 0;
  std::optional<std::int32_t> retention_days;
  std::string log_class = "STANDARD";
  std::optional<std::string> kms_key_id;
  bool deletion_protection = false;
  std::map<std::string, std::string> tags;
  std::map<std::string, LogStream> streams;

  std::size_t bytes() const;
  /// The oldest timestamp that retention keeps; 0 for all.
  std::int64_t OldestKept(std::int64_t now) const;
};

std::int64_t ToMillis(Time time);

}  // namespace iatk::cloud
