#include "iatk/protocol/http_binding.h"

#include <algorithm>
#include <set>

#include "iatk/base/digest.h"
#include "iatk/json/parse.h"
#include "iatk/json/write.h"
#include "iatk/protocol/s3.h"
#include "iatk/protocol/scalar.h"
#include "iatk/protocol/uri.h"
#include "iatk/protocol/uri_pattern.h"

namespace iatk::protocol {
namespace {

using model::Location;
using model::Member;
using model::Shape;
using model::TimestampFormat;
using model::Type;

Error NotOfType(const Member& member, std::string_view text) {
  return SenderError(
      "SerializationException",
      "Value '" + std::string(text) + "' of '" + std::string(member.name) + "' is not of its type");
}

Error NotAUri(const model::Operation& operation) {
  if (IsS3(operation.service)) {
    return SenderError("InvalidURI", "Couldn't parse the specified URI.");
  }
  return SenderError("SerializationException", "The URI is not in UTF-8");
}

Error MissingLabel(std::string_view name) {
  return SenderError("ParamValidation",
                     "Missing or empty required parameter in input: \"" + std::string(name) + '"');
}

const Member* FindLabel(const Shape& shape, std::string_view name) {
  for (const Member& member : shape.members) {
    if (member.location == Location::kUri && member.wire_name == name) return &member;
  }
  return nullptr;
}

void AppendPair(std::string_view name, std::string_view value, std::string* query) {
  if (!query->empty()) *query += '&';
  PercentEncode(name, false, query);
  *query += '=';
  PercentEncode(value, false, query);
}

// One query parameter, or as many as a list has elements.
void AppendMember(std::string_view name, const Shape& shape, TimestampFormat own, const void* value,
                  std::string* query) {
  if (shape.type == Type::kList) {
    const std::size_t size = shape.list->size(value);
    for (std::size_t i = 0; i < size; ++i) {
      AppendMember(name, *shape.element.shape, shape.element.timestamp_format,
                   shape.list->at(value, i), query);
    }
    return;
  }
  AppendPair(name, ScalarText(shape, value, ResolveFormat(own, shape, TimestampFormat::kIso8601)),
             query);
}

std::string HeaderText(const Shape& shape, TimestampFormat own, const void* value) {
  return ScalarText(shape, value, ResolveFormat(own, shape, TimestampFormat::kHttpDate));
}

// RFC 9110 lists: elements with commas or quotes are quoted.
std::string HeaderListText(const Shape& shape, const void* list) {
  std::string text;
  const std::size_t size = shape.list->size(list);
  for (std::size_t i = 0; i < size; ++i) {
    const std::string element =
        HeaderText(*shape.element.shape, shape.element.timestamp_format, shape.list->at(list, i));
    if (i != 0) text += ", ";
    const bool quote = shape.element.shape->type == Type::kString &&
                       element.find_first_of(",\"") != std::string::npos;
    if (!quote) {
      text += element;
      continue;
    }
    text += '"';
    for (char c : element) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  }
  return text;
}

// `dates`: an HTTP date has a comma of its own.
std::vector<std::string> SplitHeaderList(std::string_view text, bool dates) {
  std::vector<std::string> elements;
  while (true) {
    text = Trim(text);
    std::string element;
    if (!text.empty() && text.front() == '"') {
      text.remove_prefix(1);
      while (!text.empty() && text.front() != '"') {
        if (text.front() == '\\' && text.size() > 1) text.remove_prefix(1);
        element += text.front();
        text.remove_prefix(1);
      }
      text = text.substr(std::min(text.size(), text.find(',')));
    } else {
      std::size_t comma = text.find(',');
      if (dates && comma != std::string_view::npos) comma = text.find(',', comma + 1);
      element = Trim(text.substr(0, comma));
      text = text.substr(std::min(text.size(), comma));
    }
    elements.push_back(std::move(element));
    if (text.empty()) return elements;
    text.remove_prefix(1);
  }
}

bool IsDateList(const Shape& list) {
  const Shape& element = *list.element.shape;
  return element.type == Type::kTimestamp &&
         ResolveFormat(list.element.timestamp_format, element, TimestampFormat::kHttpDate) ==
             TimestampFormat::kHttpDate;
}

Result<void> ReadHeader(const Member& member, std::string_view text, void* object) {
  const Shape& shape = *member.shape;
  if (member.json_value) {
    const std::optional<std::string> decoded = Base64Decode(Trim(text));
    if (!decoded) return Fail(NotOfType(member, text));
    if (shape.type == Type::kString) {
      As<std::string>(member.make(member, object)) = *decoded;
      return {};
    }
    IATK_TRY(As<json::Value>(member.make(member, object)), json::Parse(*decoded));
    return {};
  }
  if (shape.type == Type::kList) {
    void* list = member.make(member, object);
    if (Trim(text).empty()) return {};
    for (const std::string& part : SplitHeaderList(text, IsDateList(shape))) {
      const TimestampFormat format = ResolveFormat(
          shape.element.timestamp_format, *shape.element.shape, TimestampFormat::kHttpDate);
      if (!ParseScalar(*shape.element.shape, part, format, shape.list->append(list))) {
        return Fail(NotOfType(member, part));
      }
    }
    return {};
  }
  const TimestampFormat format =
      ResolveFormat(member.timestamp_format, shape, TimestampFormat::kHttpDate);
  if (shape.type != Type::kString && Trim(text).empty()) return {};
  if (!ParseScalar(shape, text, format, member.make(member, object))) {
    return Fail(NotOfType(member, text));
  }
  return {};
}

bool StartsWithIgnoreCase(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         net::EqualsIgnoreCase(text.substr(0, prefix.size()), prefix);
}

Result<void> ReadQueryMember(const Member& member, const QueryPairs& pairs, void* input) {
  const Shape& shape = *member.shape;
  if (shape.type == Type::kMap) {
    void* map = nullptr;
    const Shape& element = *shape.element.shape;
    std::set<std::string_view> seen;
    for (const auto& [name, value] : pairs) {
      if (map == nullptr) map = member.make(member, input);
      if (element.type == Type::kList) {
        // The map gives one value a name; a list gathers the parameter's repetitions.
        if (!seen.insert(name).second) continue;
        void* list = shape.map->insert(map, name);
        for (const auto& [other, text] : pairs) {
          if (other != name) continue;
          if (!ParseScalar(*element.element.shape, text, TimestampFormat::kIso8601,
                           element.list->append(list))) {
            return Fail(NotOfType(member, text));
          }
        }
        continue;
      }
      if (!ParseScalar(element, value, TimestampFormat::kIso8601, shape.map->insert(map, name))) {
        return Fail(NotOfType(member, value));
      }
    }
    return {};
  }
  void* list = nullptr;
  for (const auto& [name, value] : pairs) {
    if (name != member.wire_name) continue;
    if (shape.type == Type::kList) {
      if (list == nullptr) list = member.make(member, input);
      const TimestampFormat format = ResolveFormat(shape.element.timestamp_format,
                                                   *shape.element.shape, TimestampFormat::kIso8601);
      if (!ParseScalar(*shape.element.shape, value, format, shape.list->append(list))) {
        return Fail(NotOfType(member, value));
      }
      continue;
    }
    const TimestampFormat format =
        ResolveFormat(member.timestamp_format, shape, TimestampFormat::kIso8601);
    if (shape.type != Type::kString && value.empty()) return {};
    if (!ParseScalar(shape, value, format, member.make(member, input))) {
      return Fail(NotOfType(member, value));
    }
    return {};
  }
  return {};
}

}  // namespace

Result<std::string> BindTarget(const model::Operation& operation, const void* input) {
  const Shape& shape = *operation.input;
  const UriPattern pattern = ParseUriPattern(operation.request_uri);
  std::string target;
  for (const UriPattern::Segment& segment : pattern.segments) {
    target += '/';
    if (!segment.label) {
      target += segment.text;
      continue;
    }
    const Member* member = FindLabel(shape, segment.text);
    const void* value = member == nullptr ? nullptr : member->get(*member, input);
    if (value == nullptr) return Fail(MissingLabel(segment.text));
    const std::string text = ScalarText(
        *member->shape, value,
        ResolveFormat(member->timestamp_format, *member->shape, TimestampFormat::kIso8601));
    if (text.empty()) return Fail(MissingLabel(segment.text));
    PercentEncode(text, segment.greedy, &target);
  }
  const std::string_view path = operation.request_uri.substr(0, operation.request_uri.find('?'));
  if (target.empty() || (path.size() > 1 && path.back() == '/')) target += '/';

  std::string query;
  std::set<std::string, std::less<>> taken;
  for (const auto& [name, value] : pattern.query) {
    taken.insert(name);
    if (value) {
      AppendPair(name, *value, &query);
    } else {
      if (!query.empty()) query += '&';
      query += name;
    }
  }
  // Members of their own come before what a map says under the same name.
  for (const bool maps : {false, true}) {
    for (const Member& member : shape.members) {
      if (member.location != Location::kQueryString) continue;
      if ((member.shape->type == Type::kMap) != maps) continue;
      const void* value = member.get(member, input);
      if (value == nullptr) continue;
      if (!maps) {
        taken.insert(std::string(member.wire_name));
        AppendMember(member.wire_name, *member.shape, member.timestamp_format, value, &query);
        continue;
      }
      struct Closure {
        const Shape* map;
        std::set<std::string, std::less<>>* taken;
        std::string* query;
      } closure{member.shape, &taken, &query};
      member.shape->map->each(value, &closure,
                              [](void* raw, std::string_view key, const void* entry) {
                                auto& c = As<Closure>(raw);
                                if (c.taken->contains(key)) return;
                                AppendMember(key, *c.map->element.shape,
                                             c.map->element.timestamp_format, entry, c.query);
                              });
    }
  }
  if (!query.empty()) target += '?' + query;
  return target;
}

void BindHeaders(const Shape& shape, const void* object, net::Headers* headers) {
  for (const Member& member : shape.members) {
    if (member.location != Location::kHeader && member.location != Location::kHeaders) continue;
    const void* value = member.get(member, object);
    if (value == nullptr) continue;
    if (member.location == Location::kHeaders) {
      struct Closure {
        const Member* member;
        net::Headers* headers;
      } closure{&member, headers};
      member.shape->map->each(
          value, &closure, [](void* raw, std::string_view key, const void* entry) {
            auto& c = As<Closure>(raw);
            const Shape& element = *c.member->shape->element.shape;
            std::string name(c.member->wire_name);
            name += key;
            // A header of a member's own wins over one of the map.
            if (c.headers->Find(name) == nullptr) {
              c.headers->Add(std::move(name),
                             HeaderText(element, TimestampFormat::kDefault, entry));
            }
          });
      continue;
    }
    std::string text;
    if (member.json_value) {
      text =
          Base64Encode(member.shape->type == Type::kString ? As<std::string>(value)
                                                           : json::Write(As<json::Value>(value)));
    } else if (member.shape->type == Type::kList) {
      text = HeaderListText(*member.shape, value);
    } else {
      text = HeaderText(*member.shape, member.timestamp_format, value);
    }
    headers->Set(member.wire_name, std::move(text));
  }
}

int BoundStatus(const Shape& shape, const void* output, int fallback) {
  for (const Member& member : shape.members) {
    if (member.location != Location::kStatusCode) continue;
    if (const void* value = member.get(member, output)) return As<std::int32_t>(value);
  }
  return fallback == 0 ? 200 : fallback;
}

Result<void> ReadTarget(const model::Operation& operation, const net::HttpRequest& request,
                        void* input) {
  const Shape& shape = *operation.input;
  const UriPattern pattern = ParseUriPattern(operation.request_uri);
  const std::optional<Labels> labels = MatchPath(pattern, request.path());
  if (labels) {
    for (const auto& [name, text] : *labels) {
      if (!IsUtf8(text)) return Fail(NotAUri(operation));
      const Member* member = FindLabel(shape, name);
      if (member == nullptr) continue;
      const TimestampFormat format =
          ResolveFormat(member->timestamp_format, *member->shape, TimestampFormat::kIso8601);
      if (!ParseScalar(*member->shape, text, format, member->make(*member, input))) {
        return Fail(NotOfType(*member, text));
      }
    }
  }
  const QueryPairs pairs = ParseQuery(request.query());
  if (pairs.empty()) return {};
  for (const auto& [name, value] : pairs) {
    if (!IsUtf8(name) || !IsUtf8(value)) return Fail(NotAUri(operation));
  }
  for (const Member& member : shape.members) {
    if (member.location != Location::kQueryString) continue;
    IATK_CHECK(ReadQueryMember(member, pairs, input));
  }
  return {};
}

Result<void> ReadHeaders(const Shape& shape, const net::Headers& headers, void* object) {
  for (const Member& member : shape.members) {
    if (member.location == Location::kHeader) {
      if (const std::string* text = headers.Find(member.wire_name)) {
        IATK_CHECK(ReadHeader(member, *text, object));
      }
    } else if (member.location == Location::kHeaders) {
      void* map = nullptr;
      for (const auto& [name, text] : headers) {
        if (!StartsWithIgnoreCase(name, member.wire_name)) continue;
        if (map == nullptr) map = member.make(member, object);
        const Shape& element = *member.shape->element.shape;
        if (!ParseScalar(element, text, TimestampFormat::kHttpDate,
                         member.shape->map->insert(map, name.substr(member.wire_name.size())))) {
          return Fail(NotOfType(member, text));
        }
      }
    }
  }
  return {};
}

void ReadStatus(const Shape& shape, int status, void* output) {
  for (const Member& member : shape.members) {
    if (member.location == Location::kStatusCode) {
      As<std::int32_t>(member.make(member, output)) = status;
    }
  }
}

}  // namespace iatk::protocol
