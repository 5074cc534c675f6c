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
  explicit Reader(std::shared_ptr<const std::string> body) : at_(*body), body_(std::move(body)) {}

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
    std::vector<trace::Document>& segments = trace->segments;
    const std::size_t before = at_.left();
    trace::Document& document = segments.emplace_back();
    bool done = false;
    std::string text;
    const bool read = at_.Object([&](std::string_view name) {
      if (name != "Document" || IsNull()) return at_.Skip();
      if (std::exchange(done, false)) document = {};
      done = trace::ReadReceived(at_, body_, &document);
      return done || at_.String(&text);
    });
    if (!read) return false;
    if (!done) {
      Result<trace::Document> from_text = trace::ReadReceived(std::string_view(text));
      if (from_text) {
        document = *std::move(from_text);
      } else {
        segments.pop_back();
        out->unreadable.push_back(from_text.error().message);
      }
    }
    if (segments.size() == 1) {
      // As if the rest of the answer were segments like the first.
      segments.reserve(std::min(before / (before - at_.left()) + 1, kMostReserved));
    }
    return true;
  }

  // The elements of an array, but for nulls.
  bool Each(auto&& element) {
    return at_.Array([&] { return IsNull() ? at_.Skip() : element(); });
  }
  bool IsNull() { return at_.Peek() == 'n'; }

  json::Cursor at_;
  std::shared_ptr<const void> body_;
};

}  // namespace

Result<void> ReadTracesAnswer(std::string body, TracesAnswer* answer) {
  auto kept = std::make_shared<const std::string>(std::move(body));
  if (json::IsUtf8(*kept) && Reader(std::move(kept)).Read(answer)) return {};
  return Fail(SenderError("SerializationException", "not what BatchGetTraces answers"));
}

}  // namespace iatk::kit
