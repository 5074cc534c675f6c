// What listeners left behind, found and removed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/kit/session.h"

namespace iatk::kit {

struct GcParams {
  bool dry_run = false;
  /// Whatever was made longer ago counts as expired, whatever its tag says.
  std::optional<Duration> older_than;
};

/// A listener of which something is there, ours or of the original kit.
struct Leaving {
  std::string id;
  std::vector<std::string> resources;  ///< ARNs; a queue's may be its URL
  Time created;
  std::string reason;  ///< "expired", "older than …", "a queue without its rule", …
  std::string error;   ///< why it could not be removed; empty if it was, or in a dry run
};

/// Finds listeners by their tags and, since the tagging service learns of tags late, by the names
/// of their queues and rules. A listener goes when its time has expired (without a tag that says
/// when: kListenerLife after it was made, as its id tells), or when a part of it is missing and it
/// is older than five minutes, so that one that is just being made stays. Returns what went, or
/// would have.
Result<std::vector<Leaving>> CollectGarbage(Session& session, const GcParams& params);

}  // namespace iatk::kit
