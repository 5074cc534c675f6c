#include "iatk/trace/document.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <unordered_map>
#include <utility>

#include "iatk/base/digest.h"
#include "iatk/json/cursor.h"
#include "iatk/json/lexing.h"
#include "iatk/json/parse.h"
#include "iatk/trace/fields.h"
#include "iatk/trace/header.h"

namespace iatk::trace {
namespace {

// Documents go on in the messages of the kit, some levels deeper.
constexpr std::size_t kMaxReceivedDepth = 256;

json::Array* SubsegmentsOf(json::Value& json) {
  json::Value* found = json.Find("subsegments");
  return found == nullptr ? nullptr : found->AsArray();
}

// The segment or subsegment `id` within `json`, or nullptr.
json::Value* FindById(json::Value& json, std::string_view id) {
  if (const std::string* own = json.FindString("id"); own != nullptr && *own == id) return &json;
  json::Array* subsegments = SubsegmentsOf(json);
  if (subsegments == nullptr) return nullptr;
  for (json::Value& subsegment : *subsegments) {
    if (json::Value* found = FindById(subsegment, id)) return found;
  }
  return nullptr;
}

void SortByStart(std::vector<Document>* documents) {
  std::ranges::stable_sort(*documents, StartsBefore);
}

// Puts a subsegment into the (sub)segment it names as its parent, in place of an earlier version.
bool Attach(const Document& subsegment, std::vector<Document>* segments) {
  for (Document& segment : *segments) {
    json::Value* const parent = FindById(segment.json.Mutable(), subsegment.parent_id);
    if (parent == nullptr || parent->AsObject() == nullptr) continue;
    json::Value& list = (*parent->AsObject())["subsegments"];
    if (list.AsArray() == nullptr) list = json::Array();
    for (json::Value& present : *list.AsArray()) {
      if (const std::string* id = present.FindString("id"); id && *id == subsegment.id) {
        present = *subsegment.json;
        return true;
      }
    }
    list.AsArray()->push_back(*subsegment.json);
    return true;
  }
  return false;
}

std::string_view OriginOf(std::string_view service) {
  static const std::map<std::string_view, std::string_view> origins = {
      {"DynamoDB", "AWS::DynamoDB::Table"},
      {"Events", "AWS::Events"},
      {"EventBridge", "AWS::Events"},
      {"Kinesis", "AWS::Kinesis"},
      {"Lambda", "AWS::Lambda"},
      {"S3", "AWS::S3::Bucket"},
      {"SNS", "AWS::SNS"},
      {"SQS", "AWS::SQS::Queue"},
      {"States", "AWS::StepFunctions::StateMachine"},
  };
  const auto it = origins.find(service);
  return it == origins.end() ? std::string_view() : it->second;
}

// Services that hand a call on to another without a segment of their own.
bool PassesOn(std::string_view service) {
  return service == "Events" || service == "EventBridge" || service == "SQS" || service == "SNS";
}

// Gives a document words of its own.
void Say(std::string_view id, std::string_view trace_id, std::string_view name,
         std::string_view parent_id, std::string_view origin, Document* document) {
  auto words = std::make_shared<std::string>();
  const std::string_view parts[] = {id, trace_id, name, parent_id, origin};
  for (const std::string_view part : parts) *words += part;
  const char* at = words->data();
  const auto next = [&at](std::string_view part) {
    return std::string_view(std::exchange(at, at + part.size()), part.size());
  };
  document->id = next(id);
  document->trace_id = next(trace_id);
  document->name = next(name);
  document->parent_id = next(parent_id);
  document->origin = next(origin);
  document->words = std::move(words);
}

Document Infer(const Document& segment, const json::Value& subsegment) {
  const std::string_view name = TextOf(subsegment, "name");
  const std::string_view caller = TextOf(subsegment, "id");
  const std::string id = HexEncode(Sha256("inferred " + std::string(caller))).substr(0, 16);
  std::string origin;
  const bool aws = TextOf(subsegment, "namespace") == "aws";
  if (aws) origin = OriginOf(name);
  if (aws && origin.empty()) origin = "AWS::" + std::string(name);
  Document inferred;
  Say(id, segment.trace_id, name, caller, origin, &inferred);
  inferred.start_time = NumberOf(subsegment, "start_time").value_or(segment.start_time);
  inferred.end_time = NumberOf(subsegment, "end_time");
  json::Object json;
  json.Set("id", id);
  json.Set("name", name);
  for (const char* key : {"start_time", "end_time", "in_progress"}) {
    if (const json::Value* value = subsegment.Find(key)) json.Set(key, *value);
  }
  json.Set("parent_id", caller);
  json.Set("trace_id", segment.trace_id);
  json.Set("inferred", true);
  if (aws) json.Set("origin", origin);
  for (const char* key : {"http", "aws", "error", "fault", "throttle"}) {
    if (const json::Value* value = subsegment.Find(key)) json.Set(key, *value);
  }
  inferred.json = json::Value(std::move(json));
  return inferred;
}

// What a document says of itself, but its JSON.
Document ReadFields(const json::Value& json) {
  Document document;
  Say(TextOf(json, "id"), TextOf(json, "trace_id"), TextOf(json, "name"), TextOf(json, "parent_id"),
      TextOf(json, "origin"), &document);
  document.is_subsegment = TextOf(json, "type") == "subsegment";
  document.start_time = NumberOf(json, "start_time").value_or(0);
  document.end_time = NumberOf(json, "end_time");
  return document;
}

// Compares in line, where the size of the word is known.
template <std::size_t kSize>
bool Is(std::string_view name, const char (&word)[kSize]) {
  return name.size() == kSize - 1 && std::memcmp(name.data(), word, kSize - 1) == 0;
}

// The same from text, with nothing built but what the document says of itself, which stays in the
// text, which is UTF-8. False if it is not a document, or is one that only a reader of everything
// can tell about.
template <json::Quotes kQuotes>
bool ReadInOneGo(json::BasicCursor<kQuotes>& at, Document* read) {
  Document& document = *read;
  document.is_bare = true;
  std::string_view type;
  const auto take_text = [&at](std::string_view* out) {
    if (at.PeekString()) return at.Plain(out);
    *out = {};
    return at.Skip();
  };
  const auto take_number = [&at](std::optional<double>* out) {
    out->reset();
    const char first = at.Peek();
    if (first != '-' && (first < '0' || first > '9')) return at.Skip();
    return at.Number(&out->emplace());
  };
  std::optional<double> start_time;
  const bool whole = at.Object([&](std::string_view name) {
    if (Is(name, "id")) return take_text(&document.id);
    if (Is(name, "trace_id")) return take_text(&document.trace_id);
    if (Is(name, "name")) return take_text(&document.name);
    if (Is(name, "parent_id")) return take_text(&document.parent_id);
    if (Is(name, "origin")) return take_text(&document.origin);
    if (Is(name, "type")) return take_text(&type);
    if (Is(name, "start_time")) return take_number(&start_time);
    if (Is(name, "end_time")) return take_number(&document.end_time);
    if (Is(name, "subsegments") || Is(name, "links")) document.is_bare = false;
    return at.Skip();
  });
  document.is_subsegment = type == "subsegment";
  document.start_time = start_time.value_or(0);
  return whole && !document.id.empty();
}

Result<Document> ReadWhole(std::string_view text) {
  Result<json::Value> json = json::Parse(text, {.max_depth = kMaxReceivedDepth});
  if (!json) {
    return Fail(SenderError("UnreadableDocument",
                            "a segment document is no JSON: " + json.error().message));
  }
  return ReadReceived(std::move(*json));
}

// The ids of the subsegments in an object that `at` stands before, behind its own at the end of
// `ids`. False where only a reader of everything can tell.
template <json::Quotes kQuotes>
bool AddPartIds(json::BasicCursor<kQuotes>& at, std::vector<std::string>* ids) {
  const std::size_t own = ids->size();
  ids->emplace_back();
  bool had_subsegments = false;
  return at.Object([&](std::string_view name) {
    if (name == "id" && at.PeekString()) return at.String(&(*ids)[own]);
    if (name == "id") return false;
    if (name != "subsegments") return at.Skip();
    if (had_subsegments || at.Peek() != '[') return false;
    had_subsegments = true;
    return at.Array([&] { return at.Peek() == '{' ? AddPartIds(at, ids) : at.Skip(); });
  });
}

bool AddPartIds(const json::Lazy& json, std::vector<std::string>* ids) {
  const std::optional<std::string_view> text = json.source();
  if (!text) return false;
  if (json.is_quoted()) {
    json::BasicCursor<json::Quotes::kEscaped> at(*text, kMaxReceivedDepth);
    return AddPartIds(at, ids);
  }
  json::Cursor at(*text, kMaxReceivedDepth);
  return AddPartIds(at, ids);
}

}  // namespace

void Document::SetParent(std::string_view id) {
  struct Words {
    std::string parent_id;
    std::shared_ptr<const void> others;
  };
  auto own = std::make_shared<const Words>(Words{std::string(id), std::move(words)});
  parent_id = own->parent_id;
  words = std::move(own);
}

void ForEachPart(const json::Value& document,
                 const std::function<void(const json::Value&)>& visit) {
  std::vector<const json::Value*> left = {&document};
  while (!left.empty()) {
    const json::Value& part = *left.back();
    left.pop_back();
    visit(part);
    const json::Array& subsegments = ArrayOf(part, "subsegments");
    for (auto it = subsegments.rbegin(); it != subsegments.rend(); ++it) {
      if (it->AsObject() != nullptr) left.push_back(&*it);
    }
  }
}

std::vector<std::string> PartIdsOf(const Document& document) {
  std::vector<std::string> ids;
  if (document.is_bare) return ids;
  if (AddPartIds(document.json, &ids)) {
    ids.erase(ids.begin());
    return ids;
  }
  ids.clear();
  ForEachPart(*document.json, [&](const json::Value& part) {
    if (&part != &*document.json) ids.emplace_back(TextOf(part, "id"));
  });
  return ids;
}

std::vector<ChildLink> ChildLinksOf(const Document& document) {
  std::vector<ChildLink> found;
  if (document.is_bare) return found;
  ForEachPart(*document.json, [&](const json::Value& part) {
    const std::string* const own_id = part.FindString("id");
    for (const json::Value& link : ArrayOf(part, "links")) {
      const json::Value* const attributes = link.Find("attributes");
      const std::string* const trace_id = link.FindString("trace_id");
      if (attributes == nullptr || trace_id == nullptr) continue;
      const std::string* const type = attributes->FindString("aws.xray.reserved.reference_type");
      if (type == nullptr || *type != "child") continue;
      found.push_back({own_id == nullptr ? std::string(document.id) : *own_id, *trace_id});
    }
  });
  return found;
}

Result<Document> ReadReceived(json::Value json) {
  Document document = ReadFields(json);
  if (document.id.empty()) {
    return Fail(SenderError("UnreadableDocument", json.AsObject() == nullptr
                                                      ? "a segment document is no JSON object"
                                                      : "a segment document has no id"));
  }
  document.json = std::move(json);
  return document;
}

Result<Document> ReadReceived(std::string_view text) {
  if (!json::IsUtf8(text)) return ReadWhole(text);
  auto own = std::make_shared<const std::string>(text);
  Document document;
  json::Cursor at(*own, kMaxReceivedDepth);
  if (!ReadInOneGo(at, &document) || !at.AtEnd()) return ReadWhole(text);
  document.json = json::Lazy::OfText(*own, own, kMaxReceivedDepth);
  document.words = std::move(own);
  return document;
}

bool ReadReceived(json::Cursor& at, const std::shared_ptr<const void>& holder, Document* document) {
  std::string_view text;
  const auto read = [document](auto& inner) { return ReadInOneGo(inner, document); };
  if (!at.Within(kMaxReceivedDepth, &text, read)) {
    *document = {};
    return false;
  }
  document->words = holder;
  document->json = json::Lazy::OfQuoted(text, holder, kMaxReceivedDepth);
  return true;
}

Result<Document> ReadDocument(json::Value json) {
  if (json.AsObject() == nullptr) {
    return Fail(SenderError("ParseError", "Invalid segment. The document is not a JSON object."));
  }
  Document document = ReadFields(json);
  const auto invalid = [](const char* code, const std::string& why) {
    return Fail(SenderError(code, "Invalid segment. " + why));
  };
  if (document.id.empty()) return invalid("MissingId", "ErrorCode: MissingId");
  if (!IsSegmentId(document.id)) return invalid("InvalidId", "ErrorCode: InvalidId");
  if (document.trace_id.empty()) return invalid("MissingTraceId", "ErrorCode: MissingTraceId");
  if (!IsTraceId(document.trace_id)) return invalid("InvalidTraceId", "ErrorCode: InvalidTraceId");
  constexpr std::size_t kMaxNameLength = 200;
  if (document.name.empty()) return invalid("MissingName", "ErrorCode: MissingName");
  if (document.name.size() > kMaxNameLength)
    return invalid("InvalidName", "ErrorCode: InvalidName");
  if (!NumberOf(json, "start_time"))
    return invalid("MissingStartTime", "ErrorCode: MissingStartTime");
  if (!document.end_time && !IsTrue(json, "in_progress")) {
    return invalid("MissingEndTime", "ErrorCode: MissingEndTime");
  }
  if (document.is_subsegment && !IsSegmentId(document.parent_id)) {
    return invalid("MissingParentId", "ErrorCode: MissingParentId");
  }
  document.json = std::move(json);
  return document;
}

Result<Document> ReadDocument(std::string_view text) {
  Result<json::Value> json =
      json::Parse(text, {.max_depth = kMaxDocumentDepth, .max_bytes = kMaxDocumentBytes});
  if (!json) return Fail(SenderError("ParseError", "Invalid segment. ErrorCode: ParseError"));
  return ReadDocument(std::move(*json));
}

std::vector<Document> Assemble(const std::vector<Document>& documents) {
  std::vector<Document> segments;
  std::vector<Document> subsegments;
  std::unordered_map<std::string_view, std::size_t> place;
  for (const Document& document : documents) {
    if (document.is_subsegment) {
      subsegments.push_back(document);
      continue;
    }
    const auto [it, is_new] = place.emplace(document.id, segments.size());
    if (is_new) {
      segments.push_back(document);
    } else if (!document.in_progress() || segments[it->second].in_progress()) {
      segments[it->second] = document;
    }
  }
  // A subsegment's parent may be a subsegment that came by itself, earlier or later.
  bool attached = true;
  while (attached && !subsegments.empty()) {
    attached = std::erase_if(subsegments, [&segments](const Document& subsegment) {
                 return Attach(subsegment, &segments);
               }) > 0;
  }
  segments.insert(segments.end(), subsegments.begin(), subsegments.end());
  SortByStart(&segments);
  return segments;
}

void AddInferredSegments(std::vector<Document>* segments) {
  std::unordered_map<std::string_view, std::vector<std::size_t>> behind;
  for (std::size_t i = 0; i < segments->size(); ++i) {
    behind[(*segments)[i].parent_id].push_back(i);
  }
  std::vector<Document> inferred;
  for (const Document& segment : *segments) {
    ForEachPart(*segment.json, [&](const json::Value& subsegment) {
      if (&subsegment == &*segment.json) return;
      const std::string_view called = TextOf(subsegment, "namespace");
      if (called != "aws" && called != "remote") return;
      const auto found = behind.find(TextOf(subsegment, "id"));
      const bool passes_on = called == "aws" && PassesOn(TextOf(subsegment, "name"));
      if (found == behind.end() || passes_on) inferred.push_back(Infer(segment, subsegment));
    });
  }
  for (const Document& document : inferred) {
    const auto found = behind.find(document.parent_id);
    if (found == behind.end()) continue;
    for (const std::size_t i : found->second) {
      Document& segment = (*segments)[i];
      segment.SetParent(document.id);
      segment.json.Mutable().AsObject()->Set("parent_id", document.id);
    }
  }
  segments->insert(segments->end(), inferred.begin(), inferred.end());
  SortByStart(segments);
}

}  // namespace iatk::trace
