// The attributes of a queue that users set. Amazon SQS API Reference, SetQueueAttributes.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "iatk/base/result.h"
#include "iatk/json/value.h"

namespace iatk::cloud {

struct RedrivePolicy {
  std::string dead_letter_target_arn;
  int max_receive_count = 0;
};

class QueueAttributes {
 public:
  explicit QueueAttributes(bool fifo);

  /// Checks names and values, and takes them over; all or none.
  Result<void> Set(const std::map<std::string, std::string>& values);
  /// All that are set or have a default, by name.
  const std::map<std::string, std::string>& values() const { return values_; }

  bool fifo() const { return fifo_; }
  std::chrono::seconds Seconds(const std::string& name) const;
  std::size_t max_message_bytes() const;
  bool content_based_deduplication() const;
  /// Whether deduplication ids are compared within their message group only.
  bool deduplicates_by_group() const;
  const std::optional<RedrivePolicy>& redrive_policy() const { return redrive_policy_; }
  /// Null where there is none: nobody but the owner's account may use the queue.
  const json::Value& policy() const { return policy_; }

 private:
  bool fifo_;
  std::map<std::string, std::string> values_;
  std::optional<RedrivePolicy> redrive_policy_;
  json::Value policy_;
};

/// Whether GetQueueAttributes knows the name.
bool IsQueueAttributeName(const std::string& name);

}  // namespace iatk::cloud
