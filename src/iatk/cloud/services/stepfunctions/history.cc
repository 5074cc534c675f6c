#include "iatk/cloud/services/stepfunctions/history.h"

#include <utility>

#include "iatk/cloud/services/stepfunctions/limits.h"

namespace iatk::cloud {

std::int64_t History::Add(std::string_view type, std::int64_t previous,
                          model::stepfunctions::HistoryEvent event) {
  event.timestamp = InMilliseconds(clock_.Now());
  event.type = type;
  event.id = static_cast<std::int64_t>(events_.size()) + 1;
  event.previous_event_id = previous;
  events_.push_back(std::move(event));
  return *events_.back().id;
}

void History::SetData(
    std::string text, std::optional<std::string>* field,
    std::optional<model::stepfunctions::HistoryEventExecutionDataDetails>* details) {
  const bool fits = data_bytes_ + text.size() <= sfn_limits::kMaxHistoryBytes;
  details->emplace().truncated = !fits;
  if (!fits) return;
  data_bytes_ += text.size();
  *field = std::move(text);
}

}  // namespace iatk::cloud
