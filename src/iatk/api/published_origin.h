// What is known of the first event of a publication.
#pragma once

#include <memory>
#include <string>

#include "iatk/api/parts.h"
#include "iatk/json/value.h"
#include "iatk/publish.h"

namespace iatk::v0 {

struct Published::Origin {
  std::shared_ptr<kit::Session> session;
  std::string event_bus_name;
  json::Value event;  ///< source, detail-type and detail, as it was put
};

}  // namespace iatk::v0
