#include "iatk/json/lazy.h"

#include <utility>

#include "iatk/json/parse.h"
#include "iatk/json/write.h"

namespace iatk::json {

Lazy Lazy::OfText(std::string_view text, std::shared_ptr<const void> holder,
                  std::size_t max_depth) {
  Lazy lazy;
  lazy.text_ = text;
  lazy.holder_ = std::move(holder);
  lazy.max_depth_ = max_depth;
  return lazy;
}

const Value& Lazy::operator*() const {
  if (!value_) {
    value_ = std::make_shared<Value>();
    if (holder_) {
      if (Result<Value> read = Parse(text_, {.max_depth = max_depth_})) *value_ = *std::move(read);
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

std::string Lazy::Text() const { return holder_ ? std::string(text_) : Write(**this); }

void Lazy::AppendText(std::string* out) const {
  if (holder_) {
    *out += text_;
  } else {
    Write(**this, out);
  }
}

}  // namespace iatk::json
