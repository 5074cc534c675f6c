// X-Ray segment documents: reading, checking, and putting the documents of one trace together.
// AWS X-Ray Developer Guide, "AWS X-Ray segment documents".
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/json/cursor.h"
#include "iatk/json/lazy.h"
#include "iatk/json/value.h"

namespace iatk::trace {

inline constexpr std::size_t kMaxDocumentBytes = 64U * 1024U;
inline constexpr std::size_t kMaxDocumentDepth = 64;

/// A segment, or a subsegment that was sent by itself, as it came.
struct Document {
  // Of `words`.
  std::string_view id;        ///< 16 hex digits
  std::string_view trace_id;  ///< IsTraceId()
  std::string_view name;
  std::string_view parent_id;  ///< empty if there is none
  std::string_view origin;     ///< "AWS::Lambda::Function"; empty if there is none
  double start_time = 0;       ///< seconds since the epoch
  std::optional<double> end_time;
  bool is_subsegment = false;
  bool is_bare = false;  ///< is known to have neither subsegments nor links
  json::Lazy json;
  /// The memory that the views are of: a trace's documents may have theirs in common.
  std::shared_ptr<const void> words;

  bool in_progress() const { return !end_time; }
  void SetParent(std::string_view id);
};

/// The order of segments in everything that is made of them: by start time, then by id.
inline bool StartsBefore(const Document& a, const Document& b) {
  return a.start_time != b.start_time ? a.start_time < b.start_time : a.id < b.id;
}

/// Checks a document and reads what identifies it. The error's code is the one that X-Ray gives for
/// an unprocessed segment ("ParseError", "MissingId", "InvalidTraceId", …).
Result<Document> ReadDocument(std::string_view text);
Result<Document> ReadDocument(json::Value json);

/// Reads a document that X-Ray gives out, which it has checked when it took it: all that is needed
/// is a JSON object with an id. What else it lacks is empty, a start 0, and without an end it is in
/// progress. Fails with code "UnreadableDocument".
Result<Document> ReadReceived(std::string_view text);
/// The same for text in a string of JSON, which is UTF-8 and lives as long as `holder` does; `at`
/// stands before that string. False, and the cursor stays there, for a document that can't be read
/// where it is: one with escapes of its own, or that ReadReceived may fail for. `document` is new,
/// and then stays so.
bool ReadReceived(json::Cursor& at, const std::shared_ptr<const void>& holder, Document* document);
Result<Document> ReadReceived(json::Value json);

/// Calls `visit` with each segment and subsegment of a document, containers before what is in them.
void ForEachPart(const json::Value& document, const std::function<void(const json::Value&)>& visit);

/// The ids of a document's subsegments in the order of ForEachPart; "" for one without.
std::vector<std::string> PartIdsOf(const Document& document);

/// A link of a segment or subsegment to a trace that goes on from it.
struct ChildLink {
  std::string from;  ///< the id of the segment or subsegment that has the link
  std::string trace_id;
};
/// Those of "aws.xray.reserved.reference_type" child, in the order of the document; of any shape.
/// AWS X-Ray Developer Guide, "Tracing event-driven applications".
std::vector<ChildLink> ChildLinksOf(const Document& document);

/// The segments of one trace from all documents that came for it: of several with one id the last
/// complete one stands, subsegments that came by themselves are put into their parents, and those
/// whose parent never came become segments of their own. Sorted by start time.
std::vector<Document> Assemble(const std::vector<Document>& documents);

/// Adds the segments that X-Ray infers from calls to services that send none: one for each "aws" or
/// "remote" subsegment without a segment behind it. What a bus, a queue or a topic passed a call on
/// to then stands behind the inferred segment.
/// AWS X-Ray Developer Guide, "X-Ray concepts", Subsegments (inferred segments).
void AddInferredSegments(std::vector<Document>* segments);

}  // namespace iatk::trace
