#include "iatk/kit/listener_tags.h"

#include "iatk/base/time_text.h"

namespace iatk::kit {

bool IsReservedTag(std::string_view key) {
  return key == kTagId || key == kTagType || key == kTagTarget || key == kTagCreated;
}

std::map<std::string, std::string> ListenerTags(const std::string& id, const std::string& bus_arn,
                                                Time created,
                                                const std::map<std::string, std::string>& own) {
  std::map<std::string, std::string> tags = own;
  tags[std::string(kTagId)] = id;
  tags[std::string(kTagType)] = "EventBridge.Listener";
  tags[std::string(kTagTarget)] = bus_arn;
  tags[std::string(kTagCreated)] = FormatIso8601(created);
  return tags;
}

}  // namespace iatk::kit
