// Result<T>: a value or an Error. IATK_TRY unwraps one or returns its error early.
#pragma once

#include <tl/expected.hpp>
#include <utility>

#include "iatk/base/error.h"

namespace iatk {

/// Either a T or an Error. `Result<void>` is success without a value.
template <class T>
using Result = tl::expected<T, Error>;

/// Turns an Error into the failed state of any Result: `return Fail(SenderError(…));`.
inline tl::unexpected<Error> Fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

}  // namespace iatk

#define IATK_CONCAT_INNER(a, b) a##b
#define IATK_CONCAT(a, b) IATK_CONCAT_INNER(a, b)

/// `IATK_TRY(auto value, expression);` declares `value` from a Result, or returns its error from
/// the enclosing function, whose own type must be a Result.
#define IATK_TRY(declaration, ...) \
  IATK_TRY_INNER(IATK_CONCAT(iatk_result_, __LINE__), declaration, __VA_ARGS__)
#define IATK_TRY_INNER(name, declaration, ...)                 \
  auto name = (__VA_ARGS__);                                   \
  if (!name) return ::tl::unexpected(std::move(name).error()); \
  declaration = std::move(*name)

/// `IATK_CHECK(expression);` returns the error of a Result whose value is not needed.
#define IATK_CHECK(...)                                         \
  do {                                                          \
    if (auto iatk_checked = (__VA_ARGS__); !iatk_checked)       \
      return ::tl::unexpected(std::move(iatk_checked).error()); \
  } while (false)
