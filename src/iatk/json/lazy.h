// A value that is read from its text when it is first asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "iatk/json/value.h"

namespace iatk::json {

/// Copies share what they were made of until one is changed. Not thread-safe until it has been
/// read.
class Lazy {
 public:
  Lazy() = default;
  // As a value is what it is made of: NOLINTNEXTLINE(google-explicit-constructor)
  Lazy(Value value) : value_(std::make_shared<Value>(std::move(value))) {}
  /// `text` must be JSON of at most `max_depth` levels; it lives as long as `holder` does.
  static Lazy OfText(std::string_view text, std::shared_ptr<const void> holder,
                     std::size_t max_depth);
  /// The same for text in a string of other JSON, where its quotes are escaped, and nothing else.
  static Lazy OfQuoted(std::string_view text, std::shared_ptr<const void> holder,
                       std::size_t max_depth);

  const Value& operator*() const;
  const Value* operator->() const { return &**this; }
  /// To change it.
  Value& Mutable();

  /// The text as it came, if there is one: not for what was made of a value, or may have changed.
  std::optional<std::string_view> source() const;
  /// Whether that text is as in OfQuoted.
  bool is_quoted() const { return is_quoted_; }
  /// What keeps that text.
  const std::shared_ptr<const void>& holder() const { return holder_; }
  /// The text as it came, without what quotes it, or as Write writes it.
  std::string Text() const;
  /// Its size, with what quotes it.
  std::size_t TextSize() const { return holder_ ? text_.size() : Text().size(); }
  void AppendText(std::string* out) const;

 private:
  std::string_view text_;
  std::shared_ptr<const void> holder_;  // none: there is no text
  std::uint32_t max_depth_ = 0;
  bool is_quoted_ = false;
  mutable std::shared_ptr<Value> value_;
};

}  // namespace iatk::json
