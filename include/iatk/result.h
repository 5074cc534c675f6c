// Errors are values: what can fail returns a Result, which is a value or an Error.
//
//   const iatk::Result<std::string> url = kit.PhysicalId("my-stack", "Queue");
//   if (!url) return Report(url.error().message);
//   Use(*url);
#pragma once

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "iatk/export.h"

namespace iatk::v0 {

/// Error::code of an expectation that was not met, and of a check that does not hold: the test
/// fails, and nothing else went wrong.
inline constexpr std::string_view kNotMet = "NotMet";

/// Why a call failed.
struct Error {
  std::string code;     ///< AWS's, such as "ResourceNotFoundException", or the kit's own
  std::string message;  ///< for people; of an unmet expectation several lines: its explanation

  // The call to AWS that failed, if one did:
  std::string service = {};     ///< "EventBridge"; empty if there was no call
  std::string operation = {};   ///< "PutRule"
  std::string request_id = {};  ///< that AWS gave it
  int http_status = 0;          ///< 0 if there was no call
  bool retryable = false;       ///< whether the same call may succeed later

  bool not_met() const { return code == kNotMet; }
};

/// What Result::value() throws if there is none; what() is the error's message.
class BadResult : public std::runtime_error {
 public:
  explicit BadResult(Error error) : std::runtime_error(error.message), error_(std::move(error)) {}
  const Error& error() const { return error_; }

 private:
  Error error_;
};

/// Throws a BadResult; where there are no exceptions, ends the program with the message.
[[noreturn]] inline void ThrowBadResult(const Error& error) {
#ifdef __cpp_exceptions
  throw BadResult(error);
#else
  std::fprintf(stderr, "%s\n", error.message.c_str());
  std::abort();
#endif
}

/// A T or an Error. To ask an error for its value throws BadResult, in the caller's own code: the
/// library throws nothing.
template <class T>
class [[nodiscard]] Result {
 public:
  // A result is what it is made of: NOLINTBEGIN(google-explicit-constructor)
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
  // NOLINTEND(google-explicit-constructor)

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & {
    Check();
    return *std::get_if<0>(&state_);
  }
  const T& value() const& {
    Check();
    return *std::get_if<0>(&state_);
  }
  /// By value, so that `for (auto& one : Call().value())` walks something that is there.
  T value() && { return std::move(value()); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T operator*() && { return std::move(value()); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  /// Only of a result that is not ok().
  const Error& error() const { return *std::get_if<1>(&state_); }

 private:
  void Check() const {
    if (!ok()) ThrowBadResult(error());
  }
  std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return !error_; }
  explicit operator bool() const { return ok(); }
  void value() const {
    if (error_) ThrowBadResult(*error_);
  }
  /// Only of a result that is not ok().
  const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

}  // namespace iatk::v0
