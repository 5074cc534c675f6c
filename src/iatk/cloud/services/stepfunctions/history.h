// What happened in an execution, as GetExecutionHistory tells it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/clock.h"
#include "iatk/model/stepfunctions/types.h"

namespace iatk::cloud {

class History {
 public:
  explicit History(const Clock& clock) : clock_(clock) {}

  /// Adds an event; ids count from 1. The event comes with its details, without id and time.
  std::int64_t Add(std::string_view type, std::int64_t previous,
                   model::stepfunctions::HistoryEvent event);
  const std::vector<model::stepfunctions::HistoryEvent>& events() const { return events_; }

  /// Puts JSON text into a field of an event's details. What would make the history too large is
  /// left out and marked as truncated.
  void SetData(std::string text, std::optional<std::string>* field,
               std::optional<model::stepfunctions::HistoryEventExecutionDataDetails>* details);

 private:
  const Clock& clock_;
  std::vector<model::stepfunctions::HistoryEvent> events_;
  std::size_t data_bytes_ = 0;
};

/// AWS keeps times of executions in milliseconds.
inline Time InMilliseconds(Time time) {
  return std::chrono::floor<std::chrono::milliseconds>(time);
}

}  // namespace iatk::cloud
