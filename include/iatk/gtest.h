// GoogleTest over the kit: a fixture, a matcher, and assertions on results. Needs GoogleTest 1.11
// or later with GoogleMock; in CMake, link iatk::gtest.
//
//   struct Orders : iatk::KitTest {};
//
//   TEST_F(Orders, ArePaid) {
//     iatk::Listener& listener = Listen({.rule_name = "order-paid"});
//     IATK_ASSERT_OK_AND_ASSIGN(const iatk::Act act, listener.StartAct());
//     IATK_ASSERT_OK(kit().Publish({{.source = "shop", .detail_type = "order"}}));
//     constexpr auto kPaid = R"({"detail": {"status": ["PAID"]}})";
//     IATK_ASSERT_OK_AND_ASSIGN(const iatk::Event event, listener.Expect(kPaid, {.since = act}));
//     EXPECT_THAT(event, iatk::MatchesPattern(R"({"detail": {"total": [42]}})"));
//   }
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <iostream>
#include <optional>
#include <ostream>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "iatk/event_pattern.h"
#include "iatk/json.h"
#include "iatk/kit.h"
#include "iatk/listener.h"
#include "iatk/result.h"
#include "iatk/trace.h"

namespace iatk::v0 {

/// How GoogleTest prints an event: its text.
inline void PrintTo(const Event& event, std::ostream* out) { *out << event.text; }

/// What the assertions below say of a result that is an error: the expression and the message. Of
/// an expectation that was not met the message is its explanation; other errors have their code
/// too.
class OkFormat {
 public:
  explicit OkFormat(std::string_view expression) : expression_(expression) {}

  template <class T>
  ::testing::AssertionResult operator()(const char* /*text*/, const Result<T>& result) const {
    if (result.ok()) return ::testing::AssertionSuccess();
    const Error& error = result.error();
    return ::testing::AssertionFailure()
           << expression_ << "\n"
           << (error.not_met() ? "" : error.code + ": ") << error.message;
  }

 private:
  std::string_view expression_;
};

/// Matches an Event, a json::Value, or JSON text that matches an event pattern; if it does not,
/// says which fields are not met, and what would make it match.
class PatternMatcher {
 public:
  using is_gtest_matcher = void;

  explicit PatternMatcher(const PatternText& pattern)
      : text_(pattern.text()), pattern_(EventPattern::Compile(pattern)) {}

  template <class T>
  bool MatchAndExplain(const T& event, ::testing::MatchResultListener* listener) const {
    if (!pattern_) {
      *listener << pattern_.error().message;
      return false;
    }
    const Result<json::Value> body = BodyOf(event);
    if (!body || body->AsObject() == nullptr) {
      *listener << "which is no JSON object";
      return false;
    }
    const Explanation why = pattern_->Explain(*body);
    if (!why.matches) *listener << "\n" << why.text;
    return why.matches;
  }
  void DescribeTo(std::ostream* out) const { *out << "matches the event pattern " << text_; }
  void DescribeNegationTo(std::ostream* out) const {
    *out << "does not match the event pattern " << text_;
  }

 private:
  static Result<json::Value> BodyOf(const Event& event) { return event.body; }
  static Result<json::Value> BodyOf(const json::Value& event) { return event; }
  template <class T>
    requires std::is_convertible_v<const T&, std::string_view>
  static Result<json::Value> BodyOf(const T& text) {
    return ParseJson(text);
  }

  std::string text_;
  Result<EventPattern> pattern_;
};
inline PatternMatcher MatchesPattern(const PatternText& pattern) { return PatternMatcher(pattern); }

/// For Listener's waits: a predicate that any matcher of an Event makes, with the matcher's
/// explanation as the reason of those that it rejects.
template <class M>
Predicate Satisfies(M matcher) {
  return [wanted = ::testing::SafeMatcherCast<const Event&>(matcher)](const Event& event) {
    ::testing::StringMatchResultListener why;
    const bool met = wanted.MatchAndExplain(event, &why);
    if (met) return Verdict(true);
    std::ostringstream text;
    wanted.DescribeNegationTo(&text);
    return Verdict(false, text.str() + (why.str().empty() ? "" : ", " + why.str()));
  };
}

/// A test with a kit. What it listens to goes at its end. If it failed, the listeners' events and
/// the expectations that were not met, and the traces that it looked at, are printed, and recorded
/// as properties of the test (iatk_listener_1, iatk_trace_1, …), which --gtest_output writes to the
/// report.
class KitTest : public ::testing::Test {
 public:
  // Here, and not in TearDown, which a test may have of its own.
  ~KitTest() override {
    if (HasFailure()) Report();
    for (Listener& listener : listeners_) {
      if (const Result<void> removed = listener.Remove(); !removed) {
        ADD_FAILURE() << removed.error().message;
        listener.Release();
      }
    }
  }

 protected:
  /// The kit's options: those of the environment, unless a test says otherwise.
  virtual KitOptions Options() const { return {}; }

  /// Made when it is first asked for. Throws BadResult if it can't be made, which fails the test.
  Kit& kit() {
    if (!kit_) kit_ = Kit::Make(Options()).value();
    return *kit_;
  }

  /// A listener for this test. Throws BadResult, which fails the test, if there can't be one.
  Listener& Listen(const ListenOptions& options) {
    return listeners_.emplace_back(kit().Listen(options).value());
  }

  /// A trace that the report of this test shows. Throws BadResult, which fails the test, if X-Ray
  /// can't be asked.
  TraceView Trace(std::string_view header_or_id, bool linked = false) {
    return traces_.emplace_back(kit().Trace(header_or_id, linked).value());
  }

 private:
  void Report() {
    for (std::size_t i = 0; i < listeners_.size(); ++i) {
      Attach("iatk_listener_" + std::to_string(i + 1),
             "listener " + listeners_[i].id() + ": " + listeners_[i].Log());
    }
    for (std::size_t i = 0; i < traces_.size(); ++i) {
      Attach("iatk_trace_" + std::to_string(i + 1),
             "trace " + traces_[i].id() + ":\n" + traces_[i].Text());
    }
  }
  static void Attach(const std::string& key, const std::string& text) {
    RecordProperty(key, text);
    std::cout << text << std::flush;
  }

  std::optional<Kit> kit_;
  std::deque<Listener> listeners_;  // which does not move them
  std::deque<TraceView> traces_;
};

}  // namespace iatk::v0

/// Fails the test if a Result is an error, and goes on, or ends it.
#define IATK_EXPECT_OK(...) EXPECT_PRED_FORMAT1(::iatk::OkFormat(#__VA_ARGS__), (__VA_ARGS__))
#define IATK_ASSERT_OK(...) ASSERT_PRED_FORMAT1(::iatk::OkFormat(#__VA_ARGS__), (__VA_ARGS__))

/// `IATK_ASSERT_OK_AND_ASSIGN(const iatk::Event event, listener.Expect(…));` declares `event` from
/// a Result, or fails the test and ends it.
#define IATK_ASSERT_OK_AND_ASSIGN(declaration, ...) \
  IATK_ASSERT_OK_AND_ASSIGN_(IATK_GTEST_JOIN_(iatk_result_, __LINE__), declaration, __VA_ARGS__)
#define IATK_ASSERT_OK_AND_ASSIGN_(result, declaration, ...)   \
  auto result = (__VA_ARGS__);                                 \
  ASSERT_PRED_FORMAT1(::iatk::OkFormat(#__VA_ARGS__), result); \
  declaration = std::move(result).value()
#define IATK_GTEST_JOIN_(a, b) IATK_GTEST_JOIN_2_(a, b)
#define IATK_GTEST_JOIN_2_(a, b) a##b
