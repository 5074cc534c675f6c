#include "iatk/kit/listener_tags.h"

#include "iatk/base/time_text.h"

namespace iatk::kit {

bool IsReservedTag(std::string_view key) {
  return key == kTagId || key == kTagType || key == kTagTarget || key == kTagCreated ||
         key == kTagExpires;
}

std::map<std::string, std::string> ListenerTags(const std::string& id, std::string_view type,
                                                const std::string& target, Time created,
                                                const std::map<std::string, std::string>& own) {
  std::map<std::string, std::string> tags = own;
  tags[std::string(kTagId)] = id;
  tags[std::string(kTagType)] = type;
  tags[std::string(kTagTarget)] = target;
  tags[std::string(kTagCreated)] = FormatIso8601(created);
  tags[std::string(kTagExpires)] = FormatIso8601(created + kListenerLife);
  return tags;
}

}  // namespace iatk::kit
