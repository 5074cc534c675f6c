// Documents for tests.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "iatk/json/parse.h"
#include "iatk/trace/document.h"

namespace iatk::trace::testing {

/// A segment; `more` is JSON text of further members, beginning with a comma.
inline Document Make(const std::string& id, const std::string& parent, const std::string& name,
                     double start, double end, const std::string& more = "") {
  std::string text = R"({"id":")" + id + R"(","name":")" + name + R"(","origin":"AWS::X")" +
                     R"(,"start_time":)" + std::to_string(start);
  if (!parent.empty()) text += R"(,"parent_id":")" + parent + "\"";
  if (end > 0) text += R"(,"end_time":)" + std::to_string(end);
  return *ReadReceived(std::string_view(text + more + "}"));
}

/// A subsegment, as text.
inline std::string Sub(const std::string& id, const std::string& name, double start, double end,
                       const std::string& more = "") {
  std::string text =
      R"({"id":")" + id + R"(","name":")" + name + R"(","start_time":)" + std::to_string(start);
  if (end > 0) text += R"(,"end_time":)" + std::to_string(end);
  return text + more + "}";
}

/// ,"subsegments":[…]
inline std::string Subs(const std::string& subsegments) {
  return R"(,"subsegments":[)" + subsegments + "]";
}

/// A workflow that puts an event and writes to a table, and the function behind the bus.
inline std::vector<Document> Orders() {
  return {
      Make("a", "", "workflow", 10, 11,
           Subs(Sub("a1", "Events", 10.1, 10.2) + "," + Sub("a2", "DynamoDB", 10.2, 10.3)) +
               R"(,"annotations":{"order":"o-1","n":1})"),
      Make("b", "a1", "bus", 10.1, 10.2),
      Make("c", "b", "function", 10.5, 10.9,
           R"(,"fault":true,"cause":{"exceptions":[{"type":"ValueError","message":"no\nway"}]})")};
}

}  // namespace iatk::trace::testing
