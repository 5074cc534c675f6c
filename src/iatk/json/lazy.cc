#include "iatk/json/lazy.h"

#include <utility>

#include "iatk/json/parse.h"
#include "iatk/json/write.h"

namespace iatk::json {

Lazy Lazy::OfText(std::string text, std::size_t max_depth) {
  Lazy lazy;
  lazy.text_ = std::move(text);
  lazy.max_depth_ = max_depth;
  return lazy;
}

const Value& Lazy::operator*() const {
  if (!value_) {
    value_.emplace();
    if (text_) {
      if (Result<Value> read = Parse(*text_, {.max_depth = max_depth_})) *value_ = *std::move(read);
    }
  }
  return *value_;
}

Value& Lazy::Mutable() {
  (void)**this;
  text_.reset();
  return *value_;
}

std::string Lazy::Text() const { return text_ ? *text_ : Write(**this); }

void Lazy::AppendText(std::string* out) const {
  if (text_) {
    *out += *text_;
  } else {
    Write(**this, out);
  }
}

}  // namespace iatk::json
