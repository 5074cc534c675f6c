// Published events and where they got lost: include/iatk/publish.h.
#include "iatk/publish.h"

#include "iatk/api/published_origin.h"
#include "iatk/kit/lost_event.h"

namespace iatk::v0 {

Result<std::string> Published::LastSeen(const std::string& listener_id) const {
  if (origin == nullptr) return InvalidParams("nothing was published");
  return Run([&]() -> iatk::Result<std::string> {
    kit::LostEventParams lost;
    lost.event_bus_name = origin->event_bus_name;
    lost.event = origin->event;
    lost.event_id = event_ids.front();
    lost.listener_id = listener_id;
    lost.trace_header = trace_header;
    IATK_TRY(const kit::Trail trail, kit::FindLostEvent(*origin->session, lost));
    return kit::ToText(trail);
  });
}

}  // namespace iatk::v0
