#include "iatk/json/write.h"

#include <algorithm>
#include <vector>

namespace iatk::json {
namespace {

enum class Layout { kCompact, kPretty, kSorted };

class Writer {
 public:
  Writer(Layout layout, std::string* out) : layout_(layout), out_(*out) {}

  void Put(const Value& value, std::size_t depth) {
    switch (value.kind()) {
      case Value::Kind::kNull:
        out_ += "null";
        break;
      case Value::Kind::kBool:
        out_ += *value.AsBool() ? "true" : "false";
        break;
      case Value::Kind::kNumber:
        out_ += value.AsNumber()->text();
        break;
      case Value::Kind::kString:
        WriteString(*value.AsString(), &out_);
        break;
      case Value::Kind::kArray:
        PutArray(*value.AsArray(), depth);
        break;
      case Value::Kind::kObject:
        PutObject(*value.AsObject(), depth);
        break;
    }
  }

 private:
  void PutArray(const Array& array, std::size_t depth) {
    if (array.empty()) {
      out_ += "[]";
      return;
    }
    char before = '[';
    for (const Value& item : array) {
      out_ += before;
      NewLine(depth + 1);
      Put(item, depth + 1);
      before = ',';
    }
    NewLine(depth);
    out_ += ']';
  }

  void PutObject(const Object& object, std::size_t depth) {
    if (object.empty()) {
      out_ += "{}";
      return;
    }
    char before = '{';
    const auto put = [&](const Member& member) {
      out_ += before;
      NewLine(depth + 1);
      WriteString(member.first, &out_);
      out_ += layout_ == Layout::kPretty ? ": " : ":";
      Put(member.second, depth + 1);
      before = ',';
    };
    if (layout_ == Layout::kSorted) {
      std::vector<const Member*> sorted;
      for (const Member& member : object) sorted.push_back(&member);
      std::ranges::stable_sort(sorted, {},
                               [](const Member* m) { return std::string_view(m->first); });
      for (const Member* member : sorted) put(*member);
    } else {
      for (const Member& member : object) put(member);
    }
    NewLine(depth);
    out_ += '}';
  }

  void NewLine(std::size_t depth) {
    if (layout_ != Layout::kPretty) return;
    out_ += '\n';
    out_.append(depth * 2, ' ');
  }

  Layout layout_;
  std::string& out_;
};

}  // namespace

void WriteString(std::string_view text, std::string* out) {
  constexpr std::string_view digits = "0123456789abcdef";
  out->push_back('"');
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20) continue;
    out->append(text, plain, i - plain);
    plain = i + 1;
    switch (c) {
      case '"':
        *out += "\\\"";
        break;
      case '\\':
        *out += "\\\\";
        break;
      case '\b':
        *out += "\\b";
        break;
      case '\f':
        *out += "\\f";
        break;
      case '\n':
        *out += "\\n";
        break;
      case '\r':
        *out += "\\r";
        break;
      case '\t':
        *out += "\\t";
        break;
      default:
        *out += "\\u00";
        *out += digits[static_cast<unsigned char>(c) >> 4U];
        *out += digits[static_cast<unsigned char>(c) & 15U];
    }
  }
  out->append(text, plain);
  out->push_back('"');
}

void Write(const Value& value, std::string* out) { Writer(Layout::kCompact, out).Put(value, 0); }

std::string Write(const Value& value) {
  std::string out;
  Write(value, &out);
  return out;
}

std::string WritePretty(const Value& value) {
  std::string out;
  Writer(Layout::kPretty, &out).Put(value, 0);
  return out;
}

std::string WriteSorted(const Value& value) {
  std::string out;
  Writer(Layout::kSorted, &out).Put(value, 0);
  return out;
}

}  // namespace iatk::json
