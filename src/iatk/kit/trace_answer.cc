#include "iatk/kit/trace_answer.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "iatk/json/cursor.h"

namespace iatk::kit {
namespace {

constexpr std::size_t kMostReserved = 10'000;

class Reader {
 public:
  explicit Reader(std::shared_ptr<std::string> body)
      : at_(*body), free_(body->data()), end_(free_ + body->size()), body_(std::move(body)) {}

  bool Read(TracesAnswer* out) {
    return at_.Object([&](std::string_view name) {
      if (IsNull()) return at_.Skip();
      if (name == "Traces") return ReadTraces(out);
      if (name == "UnprocessedTraceIds") {
        return Each([&] { return at_.String(&out->unprocessed_ids.emplace_back()); });
      }
      if (name == "NextToken") return at_.String(&out->next_token);
      return at_.Skip();
    }) && at_.AtEnd();
  }

 private:
  bool ReadTraces(TracesAnswer* out) {
    return Each([&] {
      trace::Trace& trace = out->traces.emplace_back();
      return at_.Object([&](std::string_view name) {
        if (IsNull()) return at_.Skip();
        if (name == "Id") return at_.String(&trace.id);
        if (name == "Duration") return at_.Number(&trace.duration);
        if (name == "LimitExceeded") {
          trace.limit_exceeded = at_.Peek() == 't';
          return (trace.limit_exceeded || at_.Peek() == 'f') && at_.Skip();
        }
        if (name == "Segments") return Each([&] { return ReadSegment(&trace, out); });
        return at_.Skip();
      });
    });
  }

  bool ReadSegment(trace::Trace* trace, TracesAnswer* out) {
    std::string_view text;
    const bool read = at_.Object([&](std::string_view name) {
      return name == "Document" && !IsNull() ? at_.String(free_, &text) : at_.Skip();
    });
    if (!read) return false;
    free_ += text.size();
    std::vector<trace::Document>& segments = trace->segments;
    if (segments.empty() && !text.empty()) {
      // As if the rest of the answer were segments like the first.
      const auto left = static_cast<std::size_t>(end_ - free_);
      segments.reserve(std::min(left / text.size() + 1, kMostReserved));
    }
    const auto done = trace::ReadReceived(text, body_, &segments.emplace_back());
    if (!done) {
      segments.pop_back();
      out->unreadable.push_back(done.error().message);
    }
    return true;
  }

  // The elements of an array, but for nulls.
  bool Each(auto&& element) {
    return at_.Array([&] { return IsNull() ? at_.Skip() : element(); });
  }
  bool IsNull() { return at_.Peek() == 'n'; }

  json::Cursor at_;
  // Behind the documents that were read. They are written over what has been read of the body: they
  // are shorter than what stood for them there, and what stands before the first is longer than
  // what Cursor::RoomFor adds.
  char* free_;
  char* end_;
  std::shared_ptr<const void> body_;
};

}  // namespace

Result<void> ReadTracesAnswer(std::string body, TracesAnswer* answer) {
  auto kept = std::make_shared<std::string>(std::move(body));
  if (json::IsUtf8(*kept) && Reader(std::move(kept)).Read(answer)) return {};
  return Fail(SenderError("SerializationException", "not what BatchGetTraces answers"));
}

}  // namespace iatk::kit
