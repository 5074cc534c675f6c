#include "iatk/cloud/services/stepfunctions/execution.h"

#include <utility>

#include "iatk/base/time_text.h"

namespace iatk::cloud {

std::int64_t History::Append(Time time, std::string_view type, std::int64_t previous,
                             std::string_view details_name, json::Object details) {
  const auto id = static_cast<std::int64_t>(events_.size()) + 1;
  json::Object event;
  event.Set("timestamp", json::Number(FormatEpochSeconds(time)));
  event.Set("type", type);
  event.Set("id", id);
  event.Set("previousEventId", previous);
  if (!details_name.empty()) event.Set(details_name, std::move(details));
  events_.push_back(std::move(event));
  return id;
}

}  // namespace iatk::cloud
