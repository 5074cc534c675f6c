// One request on its way through the gateway, with what each step has found out.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "iatk/cloud/dispatch/operation_table.h"
#include "iatk/cloud/dispatch/request_context.h"
#include "iatk/net/http.h"
#include "iatk/protocol/identify.h"
#include "iatk/protocol/sigv4.h"

namespace iatk::cloud {

struct Exchange {
  const net::HttpRequest& request;
  RequestContext context;
  protocol::Identified identified;
  protocol::Authorization authorization;
  const OperationTable::Entry* entry = nullptr;
  std::shared_ptr<void> input;
  std::shared_ptr<void> output;
};

}  // namespace iatk::cloud
