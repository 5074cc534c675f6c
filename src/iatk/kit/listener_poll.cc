#include <chrono>

#include "iatk/kit/listener.h"

namespace iatk::kit {

Result<std::vector<std::string>> PollEvents(Session& session, const std::string& listener_id,
                                            int wait_seconds, int max_messages) {
  IATK_TRY(const auto feed, session.FeedOf(listener_id));
  IATK_TRY(std::vector<ReceivedEvent> events,
           feed->Poll(std::chrono::seconds(wait_seconds), static_cast<std::size_t>(max_messages)));
  std::vector<std::string> bodies;
  bodies.reserve(events.size());
  for (ReceivedEvent& event : events) bodies.push_back(std::move(event.body));
  return bodies;
}

}  // namespace iatk::kit
