#include "iatk/json/lazy.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "iatk/json/parse.h"
#include "iatk/json/write.h"

namespace iatk::json {

Lazy Lazy::OfText(std::string_view text, std::shared_ptr<const void> holder,
                  std::size_t max_depth) {
  Lazy lazy;
  lazy.text_ = text;
  lazy.holder_ = std::move(holder);
  lazy.max_depth_ = static_cast<std::uint32_t>(max_depth);
  return lazy;
}

Lazy Lazy::OfQuoted(std::string_view text, std::shared_ptr<const void> holder,
                    std::size_t max_depth) {
  Lazy lazy = OfText(text, std::move(holder), max_depth);
  lazy.is_quoted_ = true;
  return lazy;
}

const Value& Lazy::operator*() const {
  if (!value_) {
    value_ = std::make_shared<Value>();
    if (holder_) {
      Result<Value> read = is_quoted_ ? Parse(Text(), {.max_depth = max_depth_})
                                      : Parse(text_, {.max_depth = max_depth_});
      if (read) *value_ = *std::move(read);
    }
  }
  return *value_;
}

Value& Lazy::Mutable() {
  const Value& value = **this;
  if (value_.use_count() > 1) value_ = std::make_shared<Value>(value);
  holder_.reset();
  return *value_;
}

std::optional<std::string_view> Lazy::source() const {
  return holder_ ? std::optional(text_) : std::nullopt;
}

std::string Lazy::Text() const {
  std::string text;
  AppendText(&text);
  return text;
}

void Lazy::AppendText(std::string* out) const {
  if (!holder_) {
    Write(**this, out);
  } else if (is_quoted_) {
    std::ranges::copy_if(text_, std::back_inserter(*out), [](char c) { return c != '\\'; });
  } else {
    *out += text_;
  }
}

}  // namespace iatk::json
