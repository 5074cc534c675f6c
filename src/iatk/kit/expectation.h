// What a test expects of a listener's events, and how far it is met. Pure: no waiting, no calls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/json/value.h"
#include "iatk/kit/event_log.h"
#include "iatk/lang/event_pattern/explain.h"

namespace iatk::kit {

/// An expectation over event patterns, EventBridge's own language. A body that is no JSON object
/// matches none. Duplicates of an event (EventBridge delivers at least once) count once.
class Expectation {
 public:
  enum class Kind {
    kEvent,     ///< an event that matches the pattern
    kNever,     ///< none that does, for the whole time
    kCount,     ///< at least, and at most, so many
    kSequence,  ///< an event for each pattern, in this order of being sent
    kAllOf,     ///< an event for each pattern, a different one each, in any order
  };
  static constexpr std::size_t kMostPatterns = 100;

  /// Compiles the patterns; the kinds but kSequence and kAllOf take one. `at_least` and `at_most`
  /// are of kCount. Fails with the service's text for a pattern that is none.
  static Result<Expectation> Make(Kind kind, const std::vector<std::string>& patterns,
                                  std::size_t at_least = 1,
                                  std::optional<std::size_t> at_most = std::nullopt);

  Kind kind() const { return kind_; }
  std::size_t at_least() const { return at_least_; }
  std::optional<std::size_t> at_most() const { return at_most_; }
  const std::vector<event_pattern::NamedPattern>& patterns() const { return patterns_; }

 private:
  Kind kind_ = Kind::kEvent;
  std::vector<event_pattern::NamedPattern> patterns_;  // named by their text
  std::size_t at_least_ = 1;
  std::optional<std::size_t> at_most_;
};

/// An expectation, event by event.
class Progress {
 public:
  enum class State {
    kOpen,    ///< more events can change it
    kMet,     ///< whatever comes
    kBroken,  ///< whatever comes
  };

  /// Of the events from number `from` on.
  explicit Progress(Expectation expectation, std::uint64_t from = 0);

  /// In the order of the numbers. Those that are left out were forgotten (event_log.h).
  void See(const ReceivedEvent& event);
  State state() const;
  /// Whether it is met if nothing more comes.
  bool MetAtTheEnd() const;

  /// The events that it rests on, by number: the one, all that were counted, the sequence; of a
  /// broken kNever, the one that broke it.
  std::vector<std::uint64_t> events() const;
  std::uint64_t seen() const { return seen_; }
  /// The number of the first event that was not seen yet.
  std::uint64_t next() const { return next_; }
  std::uint64_t forgotten() const { return forgotten_; }
  /// Whether an event that was forgotten could have broken what is met now.
  bool RestsOnForgotten() const;

  /// A pattern that wants an event, with the event that came nearest to it.
  struct Unmet {
    std::size_t pattern = 0;  ///< of Expectation::patterns()
    std::optional<ReceivedEvent> nearest;
    std::optional<event_pattern::Explanation> why;  ///< none: the nearest is no JSON object
    /// The events that match it and can't stand for it: out of order, or needed for another
    /// pattern.
    std::vector<std::uint64_t> displaced;
  };
  /// In the order of the patterns. Looks at the last events that were seen: kMostExplained of them,
  /// fewer if they are longer than kMostBytesExplained.
  std::vector<Unmet> UnmetPatterns() const;
  static constexpr std::size_t kMostExplained = 1000;
  static constexpr std::size_t kMostBytesExplained = std::size_t{16} << 20;

  const Expectation& expectation() const { return expectation_; }

 private:
  struct Match {
    std::uint64_t number;
    Time sent;
    std::vector<bool> patterns;  // which of them it matches
  };
  std::vector<std::optional<std::uint64_t>> Assign() const;
  std::vector<std::optional<std::uint64_t>> AssignInOrder() const;
  std::vector<std::optional<std::uint64_t>> AssignAny() const;

  Expectation expectation_;
  std::vector<Match> matches_;        // events that match some pattern
  std::deque<ReceivedEvent> lately_;  // the last that were seen
  std::size_t lately_bytes_ = 0;
  std::uint64_t next_;
  std::uint64_t forgotten_ = 0;
  std::uint64_t seen_ = 0;
};

}  // namespace iatk::kit
