// A value that is read from its text when it is first asked for.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "iatk/json/value.h"

namespace iatk::json {

/// Not thread-safe until it has been read.
class Lazy {
 public:
  Lazy() = default;
  // As a value is what it is made of: NOLINTNEXTLINE(google-explicit-constructor)
  Lazy(Value value) : value_(std::move(value)) {}
  /// `text` must be JSON of at most `max_depth` levels.
  static Lazy OfText(std::string text, std::size_t max_depth);

  const Value& operator*() const;
  const Value* operator->() const { return &**this; }
  /// To change it.
  Value& Mutable();

  /// The text as it came, if there is one: not for what was made of a value, or may have changed.
  const std::string* source() const { return text_ ? &*text_ : nullptr; }
  /// The text as it came, or as Write writes it.
  std::string Text() const;
  std::size_t TextSize() const { return text_ ? text_->size() : Text().size(); }
  void AppendText(std::string* out) const;

 private:
  std::optional<std::string> text_;
  std::size_t max_depth_ = 0;
  mutable std::optional<Value> value_;
};

}  // namespace iatk::json
