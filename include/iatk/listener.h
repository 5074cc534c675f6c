// Listeners, whose events are kept, and what a test can expect of them.
//
//   auto listener = kit.Listen({.rule_name = "orders"}).value();
//   const auto act = listener.StartAct().value();
//   kit.Publish({{.source = "shop", .detail_type = "order"}}).value();
//   const auto event = listener.Expect(R"({"detail": {"status": ["PAID"]}})",
//                                      {.within = 20s, .since = act});
//   if (!event) std::cout << event.error().message;   // what came, the nearest, and why not
//
// All waits read the same kept log: what one has seen, another can still be met by.
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "iatk/event_pattern.h"
#include "iatk/export.h"
#include "iatk/json.h"
#include "iatk/publish.h"
#include "iatk/result.h"
#include "iatk/time.h"

namespace iatk::v0 {

/// What to listen to: a rule, a pattern, a topic or a queue; none of them: all events of the bus.
struct ListenOptions {
  std::string event_bus_name = {};  ///< a name or ARN; empty: "default", or that of rule_name
  std::string rule_name = {};       ///< a name, an ARN, or CDK's "bus|rule"
  PatternText pattern = {};         ///< a pattern of one's own
  std::string topic_arn = {};       ///< an SNS topic
  std::string queue = {};      ///< an SQS queue or DLQ, by URL, ARN or name; messages stay in it
  std::string target_id = {};  ///< of the rule: the listener gets what it gets; empty: whole events
  std::map<std::string, std::string> tags = {};  ///< of what is made, beside the kit's own
};

/// An event that came to a listener.
struct Event {
  json::Value body;                ///< parsed; a string that holds `text` if that is not JSON
  std::string text;                ///< as it came, to the byte
  std::string id;                  ///< that the bus gave it; empty if it has none
  std::string message_id;          ///< SQS's, of the message it came in
  std::string trace_header;        ///< X-Ray's; empty if it came with none
  std::uint64_t number = 0;        ///< its place in the listener's log, from 0
  Time received_at;                ///< when the kit had it
  std::optional<Time> sent_at;     ///< when the queue took it, by the service's clock
  bool duplicate = false;          ///< an event of this id was delivered before
  std::optional<Seconds> latency;  ///< from the beginning of the act to received_at
};

/// What a test did to start its flow: events count from its beginning on.
struct Act {
  Time began;
  std::uint64_t first = 0;  ///< the number of the first event that comes after it
};

/// What a predicate says of an event: that it is the one, or not, and why not.
struct Verdict {
  bool met = false;
  std::string why = {};
  Verdict(bool is_met, std::string reason = {})  // NOLINT(google-explicit-constructor)
      : met(is_met), why(std::move(reason)) {}
};
using Predicate = std::function<Verdict(const Event&)>;

/// What is expected of an event: that it matches a pattern, EventBridge's own language; or that a
/// function, which returns a bool or a Verdict, says that it is the one. What the function throws
/// goes through the wait to its caller.
class Expected {
 public:
  template <class T>
    requires std::constructible_from<PatternText, T&&>
  Expected(T&& pattern)  // NOLINT(google-explicit-constructor)
      : expected_(PatternText(std::forward<T>(pattern))) {}
  template <class F>
    requires std::is_invocable_r_v<Verdict, F&, const Event&>
  Expected(F predicate)  // NOLINT(google-explicit-constructor)
      : expected_(Predicate(std::move(predicate))) {}

  /// The pattern, or nullptr; and the predicate, or nullptr.
  const PatternText* pattern() const { return std::get_if<PatternText>(&expected_); }
  const Predicate* predicate() const { return std::get_if<Predicate>(&expected_); }

 private:
  std::variant<PatternText, Predicate> expected_;
};

struct WaitOptions {
  std::chrono::milliseconds within{20'000};  ///< how long; the last look is at that moment
  std::optional<Act> since = std::nullopt;   ///< only events from this act on
  /// What Kit::Publish returned: if nothing comes, the explanation goes on to say where the first
  /// of these events was last seen. Not owned.
  const Published* published = nullptr;
};

/// How many events.
struct Times {
  std::size_t at_least = 0;
  std::optional<std::size_t> at_most;
  static Times Exactly(std::size_t n) { return {n, n}; }
  static Times AtLeast(std::size_t n) { return {n, std::nullopt}; }
  static Times AtMost(std::size_t n) { return {0, n}; }
  static Times Between(std::size_t least, std::size_t most) { return {least, most}; }
};

/// That nothing came.
struct NoEvents {
  /// True if a control event came through the same rule at the end, so that "nothing came" is not
  /// "nothing was listening"; nullopt where none can be told from other events: the listener is of
  /// a topic or a queue, or its target makes something else of the events.
  std::optional<bool> controlled;
  std::string explanation;  ///< the same in words
};

/// Something that the kit listens to or made.
struct ListenerResource {
  std::string type;         ///< "AWS::SQS::Queue"
  std::string physical_id;  ///< a queue's URL; the name of a bus or rule; a topic's ARN
  std::string arn;
};

/// A listener, ready when Kit::Listen returns it. What was made for it is removed when it goes
/// away. Moves; what was moved from can only be destroyed or assigned to. Waits may run in several
/// threads; they share the calls to AWS.
///
/// A wait fails with Error::not_met(): then the message says how many events came, which came
/// nearest and what of the pattern it did not meet, the polls made and the last error of a service.
/// It fails with another error if events can't be read, or a pattern is none.
class IATK_EXPORT Listener {
 public:
  ~Listener();  ///< removes it; says so on standard error if that fails
  Listener(Listener&& other) noexcept;
  Listener& operator=(Listener&& other) noexcept;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// What other calls and the kit's other front ends know it by; of a queue, its URL.
  const std::string& id() const;
  const ListenerResource& target_under_test() const;        ///< what it listens to
  const std::vector<ListenerResource>& components() const;  ///< what was made for it
  const std::vector<std::string>& warnings() const;  ///< what there is to know of it, in words

  /// Removes what was made for it; what is gone already counts as removed. Waits fail afterwards.
  Result<void> Remove();
  /// Leaves it: it goes on to listen, and somebody else removes it, by Kit::RemoveListeners.
  void Release();

  /// Marks the beginning of what the test does to start its flow.
  Result<Act> StartAct();

  /// The events that have come so far, without waiting.
  Result<std::vector<Event>> Events(const std::optional<Act>& since = {});
  /// Up to `most` (1 to 10) events that were not polled before, waiting for the first of them for
  /// up to 20 s, in whole seconds. Other waits see them all the same.
  Result<std::vector<Event>> Poll(std::chrono::seconds wait, std::size_t most = 10);

  /// Waits for an event; returns the first that is as expected.
  Result<Event> Expect(const Expected& expected, const WaitOptions& options = {});
  /// Sees that no such event comes for the whole of `within`.
  Result<NoEvents> Never(const Expected& expected, std::chrono::milliseconds within,
                         const std::optional<Act>& since = {});
  /// Waits for so many events; duplicates count once. With an upper bound the whole time passes,
  /// since one more could come. Returns those that are as expected.
  Result<std::vector<Event>> Count(const Expected& expected, const Times& times,
                                   const WaitOptions& options = {});
  /// Waits for an event for each pattern, sent in this order; others may come between.
  Result<std::vector<Event>> Sequence(const std::vector<PatternText>& patterns,
                                      const WaitOptions& options = {});
  /// Waits for an event for each pattern, a different one each, in any order.
  Result<std::vector<Event>> AllOf(const std::vector<PatternText>& patterns,
                                   const WaitOptions& options = {});

  /// The explanations of the waits that were not met.
  std::vector<std::string> failures() const;
  /// For the report of a test that failed: the last events that came, and the failures.
  std::string Log();

  struct Impl;

 private:
  friend class Kit;
  explicit Listener(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace iatk::v0
