// What a public listener is made of, and waits for predicates.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "iatk/api/parts.h"
#include "iatk/kit/listener.h"
#include "iatk/listener.h"

namespace iatk::v0 {

struct Listener::Impl {
  Impl(std::shared_ptr<kit::Session> kit_session, kit::Listener made);

  std::shared_ptr<kit::Session> session;
  std::string id;
  ListenerResource target_under_test;
  std::vector<ListenerResource> components;
  std::vector<std::string> warnings;
  bool is_ours = true;  ///< it goes when the object goes

  std::mutex mutex;
  std::vector<std::string> failures;  // guarded by mutex

  /// Keeps what a wait that was not met says.
  Error NotMet(std::string explanation);
};

/// What became of a wait for events that pass a predicate.
struct Passed {
  std::vector<Event> events;
  std::uint64_t forgotten = 0;  ///< events that were not looked at: they are no longer kept
  std::string explanation;      ///< what became of the others, several lines
};

/// Waits until `enough` events have passed, or `within` is over. Duplicates are left out. What the
/// predicate throws goes through.
iatk::Result<Passed> AwaitPredicate(kit::Session& session, const std::string& listener_id,
                                    const Predicate& predicate, std::chrono::milliseconds within,
                                    const std::optional<Act>& since, std::size_t enough);

}  // namespace iatk::v0
