// What an operation knows of the request it serves beside its input.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "iatk/base/arn.h"
#include "iatk/base/clock.h"
#include "iatk/base/ids.h"
#include "iatk/cloud/journal/journal.h"
#include "iatk/net/event_loop.h"
#include "iatk/trace/header.h"

namespace iatk::cloud {

class OperationTable;

/// Who calls: a principal of an account over the wire, or a service of the cloud on its way to a
/// target, which resource policies must allow.
struct Principal {
  std::string access_key;  ///< of a caller over the wire; empty for a service
  std::string arn;         ///< of the caller, e.g. "arn:aws:iam::123456789012:root"
  std::string service;     ///< of a service: "events.amazonaws.com"
  std::string source_arn;  ///< of a service: what it acts for, e.g. the rule's ARN (aws:SourceArn)
};

/// What all requests of one cloud share. It outlives them.
struct Environment {
  net::EventLoop& loop;
  IdSource& ids;
  Journal& journal;
  const OperationTable& operations;
  std::string endpoint_url;  ///< "http://127.0.0.1:4566", for processes that the cloud starts
  std::string work_folder;   ///< of temporary files, removed with the cloud
  std::string xray_daemon_address;  ///< "127.0.0.1:2000", for functions' environments; empty: none
};

/// What an event that a rule sends to another bus keeps of the bus it comes from.
struct ForwardedEvent {
  std::string id;
  std::string account;
  std::string region;
  std::string sender;  ///< the account of the rule
};

struct RequestContext {
  Environment& environment;
  std::string account;  ///< 12 digits
  std::string region;   ///< "us-east-1"
  std::string request_id;
  Principal principal;
  std::optional<trace::TraceHeader> trace;
  std::string base_url;  ///< scheme and host as the client used them, for URLs in answers
  std::optional<ForwardedEvent> forwarded;  ///< of PutEvents on behalf of a rule

  const Clock& clock() const { return environment.loop.clock(); }
  Time Now() const { return clock().Now(); }
  IdSource& ids() const { return environment.ids; }
  net::EventLoop& loop() const { return environment.loop; }
  Journal& journal() const { return environment.journal; }
  const OperationTable& operations() const { return environment.operations; }

  /// An ARN in the account, region and partition of this request.
  std::string MakeArn(std::string_view service, std::string_view resource) const {
    return iatk::MakeArn(service, region, account, resource);
  }

  /// A context for work that a service does by itself for this request: same account, region and
  /// trace, a request id of its own, and the service as its principal.
  RequestContext ForService(std::string service_principal, std::string source_arn) const;
};

/// A context that no request stands behind: timers, deliveries.
RequestContext MakeServiceContext(Environment& environment, std::string account, std::string region,
                                  std::string service_principal, std::string source_arn);

}  // namespace iatk::cloud
