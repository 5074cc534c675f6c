// The kit: finds deployed resources, listens to events, publishes them, looks at traces, makes mock
// events. It talks to AWS, or to whatever endpoint AWS_ENDPOINT_URL names, such as the local cloud
// of the program `iatk`.
//
//   auto kit = iatk::Kit::Make({.region = "us-east-1"}).value();
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/export.h"
#include "iatk/json.h"
#include "iatk/listener.h"
#include "iatk/mock.h"
#include "iatk/publish.h"
#include "iatk/result.h"
#include "iatk/time.h"
#include "iatk/trace.h"

namespace iatk::kit {
class Session;
}  // namespace iatk::kit

namespace iatk::v0 {

struct KitOptions {
  std::string region = {};   ///< empty: of the environment, then of the profile
  std::string profile = {};  ///< empty: AWS_PROFILE, then "default"
  /// The URL of all services; empty: as the AWS SDKs find it (AWS_ENDPOINT_URL, profile, AWS's
  /// own).
  std::string endpoint_url = {};
};

/// Which listeners: those that have a tag of this key, with one of these values.
struct TagFilter {
  std::string key = {};
  std::vector<std::string> values = {};  ///< empty: any
};

struct GcOptions {
  bool dry_run = false;  ///< only tells what would go
  /// Also what was made longer ago, whatever its tag says.
  std::optional<std::chrono::seconds> older_than = std::nullopt;
};

/// A listener that was left behind.
struct Leaving {
  std::string id;
  std::vector<std::string> resources;  ///< ARNs; a queue's may be its URL
  Time created;
  std::string reason;  ///< "expired", "a queue without its rule", …
  std::string error;   ///< why it could not be removed; empty if it was, or in a dry run
};

/// Cheap to copy: copies share connections, credentials and the events of listeners. Thread-safe.
class IATK_EXPORT Kit {
 public:
  /// Reads the environment and the shared files of the AWS SDKs, once. Fails if they can't be read,
  /// give no region, or ask for credentials that can't be had.
  static Result<Kit> Make(const KitOptions& options = {});

  const std::string& region() const;

  // Deployed stacks, by name or ARN.
  Result<std::string> PhysicalId(const std::string& stack, const std::string& logical_id) const;
  /// All outputs.
  Result<std::map<std::string, std::string>> StackOutputs(const std::string& stack) const;
  /// These outputs; fails if one is not there, and says which.
  Result<std::map<std::string, std::string>> StackOutputs(
      const std::string& stack, const std::vector<std::string>& names) const;

  /// Listens; ready when it returns. Fails if there is nothing to listen to or nothing could be
  /// made; what was made is removed again.
  Result<Listener> Listen(const ListenOptions& options) const;
  /// Removes listeners by id, of other processes too; what is gone already counts as removed.
  Result<void> RemoveListeners(const std::vector<std::string>& ids) const;
  /// Removes listeners whose tags pass all filters.
  Result<void> RemoveListenersByTags(const std::vector<TagFilter>& filters) const;
  /// Removes what test runs that broke off left behind, of the original kit too.
  Result<std::vector<Leaving>> CollectGarbage(const GcOptions& options = {}) const;

  /// Puts events on a bus. Fails if the bus did not take all of them, with the reason of each.
  Result<Published> Publish(const std::vector<EventToPublish>& events,
                            const PublishOptions& options = {}) const;

  /// An X-Ray header of a new trace, sampled, for requests that the test makes itself.
  std::string NewTraceHeader() const;
  /// Looks at a trace, by an X-Ray header ("Root=1-…") or its id. `linked`: traces that are linked
  /// as children belong to it. A trace that is not there is a view that is not found().
  Result<TraceView> Trace(std::string_view header_or_id, bool linked = false) const;
  /// A trace as one tree, all of it or none: fails with "trace not found" and "found a segment …
  /// with no parent" while it is not complete.
  Result<TraceTree> GetTraceTree(std::string_view tracing_header,
                                 bool fetch_child_traces = false) const;

  /// Makes events that a schema describes. Fails if the schema can't be had or used, or no event
  /// was found that meets it.
  Result<std::vector<MockEvent>> MockEvents(const MockOptions& options) const;

 private:
  explicit Kit(std::shared_ptr<kit::Session> session);
  std::shared_ptr<kit::Session> session_;
};

}  // namespace iatk::v0
