// Tables that describe AWS's service models. codegen writes them, one set a service, from
// botocore's service-2.json; the codecs of protocol/ are written once against them and serve the
// client and the local cloud alike. A table reaches into the generated struct it describes through
// plain functions, so a codec reads and fills typed structs without knowing them, and tests can
// describe shapes that were never generated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace iatk::model {

/// How a shape is represented in C++:
///   kBoolean bool · kInteger std::int32_t · kLong std::int64_t · kFloat, kDouble double ·
///   kString, kBlob std::string (a blob's raw bytes) · kTimestamp iatk::Time ·
///   kDocument iatk::json::Value · kList std::vector<T> · kMap std::map<std::string, T> ·
///   kStructure a generated struct whose members are all std::optional (or Boxed, where recursive).
enum class Type : std::uint8_t {
  kBoolean,
  kInteger,
  kLong,
  kFloat,
  kDouble,
  kString,
  kBlob,
  kTimestamp,
  kDocument,
  kList,
  kMap,
  kStructure,
};

/// Where in the HTTP message a member of an operation's input or output goes.
enum class Location : std::uint8_t {
  kBody,
  kHeader,       ///< one header, named wire_name
  kHeaders,      ///< a map; wire_name is the prefix of its headers
  kUri,          ///< a {label} of the request URI
  kQueryString,  ///< one query parameter, or all of a map's
  kStatusCode,
};

enum class TimestampFormat : std::uint8_t { kDefault, kIso8601, kUnixSeconds, kHttpDate };

struct Shape;

struct XmlNamespace {
  std::string_view prefix{};
  std::string_view uri{};
};

struct Member {
  std::string_view name{};       ///< as in the model: "QueueUrl"
  std::string_view wire_name{};  ///< locationName, else name
  const Shape* shape = nullptr;
  /// The value in `object`, a struct that this member is of, or nullptr if it is absent.
  const void* (*get)(const Member& member, const void* object) = nullptr;
  /// The value in `object`, made if it is absent.
  void* (*make)(const Member& member, void* object) = nullptr;

  Location location = Location::kBody;
  TimestampFormat timestamp_format = TimestampFormat::kDefault;
  bool required = false;
  bool flattened = false;  ///< of the member itself; see also Shape::flattened
  bool xml_attribute = false;
  bool idempotency_token = false;
  bool json_value = false;  ///< a header that carries base64 of JSON
  bool host_label = false;
  bool streaming = false;
  std::string_view query_name{};  ///< ec2's queryName; else empty
  XmlNamespace xml_namespace{};
  std::uint16_t index = 0;  ///< in Shape::members
};

/// The element of a list, or the key or value of a map.
struct Element {
  const Shape* shape = nullptr;
  std::string_view
      wire_name{};  ///< locationName, or empty for the protocol's own ("member", "key", …)
  TimestampFormat timestamp_format = TimestampFormat::kDefault;
  XmlNamespace xml_namespace{};
};

struct ListAccess {
  std::size_t (*size)(const void* list);
  const void* (*at)(const void* list, std::size_t index);
  void* (*append)(void* list);  ///< the new element
};

struct MapAccess {
  std::size_t (*size)(const void* map);
  /// Calls `visit` for each entry in the map's own order.
  void (*each)(const void* map, void* closure,
               void (*visit)(void* closure, std::string_view key, const void* value));
  void* (*insert)(void* map, std::string key);  ///< the new value
};

/// What the model says of a shape's values; 'unset' for a bound is its default.
struct Constraints {
  bool has_min = false;
  bool has_max = false;
  double min = 0;  ///< of a number; or of the length of a string, blob, list or map
  double max = 0;
  std::string_view pattern{};                       ///< of a string: a Java regular expression
  std::span<const std::string_view> enum_values{};  ///< of a string
};

/// How an exception shape reaches the wire.
struct ErrorTraits {
  std::string_view code{};  ///< error.code, else the shape's name
  int http_status = 400;
  bool sender_fault = true;
};

struct Shape {
  Type type = Type::kStructure;
  std::string_view name{};

  std::span<const Member> members{};  ///< kStructure, in the model's order
  const Member* payload = nullptr;    ///< the member that is the whole body
  bool is_union = false;
  const ErrorTraits* error = nullptr;

  Element element{};  ///< kList: the element; kMap: the value
  Element key{};      ///< kMap
  const ListAccess* list = nullptr;
  const MapAccess* map = nullptr;
  bool flattened = false;

  TimestampFormat timestamp_format = TimestampFormat::kDefault;
  const Constraints* constraints = nullptr;
  bool sensitive = false;
  std::string_view
      xml_name{};  ///< locationName of the shape: the root element of a rest-xml payload
  XmlNamespace xml_namespace{};
};

enum class Protocol : std::uint8_t { kJson, kRestJson, kQuery, kRestXml, kCbor };

struct Service;

struct Operation {
  std::string_view name{};  ///< "SendMessage"
  const Service* service = nullptr;
  std::string_view http_method = "POST";
  std::string_view request_uri = "/";  ///< with {labels}, {greedy+} labels and a fixed query
  int response_code = 200;
  std::string_view result_wrapper{};  ///< query: the element around the result
  /// Input and output. `modelled` is false for operations known by name alone, which the local
  /// cloud refuses by that name; both are then nullptr. Without input or output: `kEmptyShape`.
  bool modelled = false;
  const Shape* input = nullptr;
  const Shape* output = nullptr;
  std::string_view input_root{};  ///< rest-xml: root element of the request
  XmlNamespace input_namespace{};
  std::span<const Shape* const> errors{};
  bool unsigned_allowed = false;  ///< authtype none
  bool checksum_required = false;
  std::string_view host_prefix{};  ///< endpoint.hostPrefix, with {labels}
};

struct Service {
  std::string_view name{};             ///< botocore's and the CLI's: "stepfunctions", "events"
  std::string_view endpoint_prefix{};  ///< "states"; the host's first label
  std::string_view signing_name{};     ///< of the credential scope
  std::string_view service_id{};       ///< "SFN", "EventBridge"
  std::string_view full_name{};
  std::string_view api_version{};           ///< "2016-11-23"
  std::string_view target_prefix{};         ///< X-Amz-Target of the JSON protocols
  std::string_view json_version{};          ///< "1.0" or "1.1"
  Protocol protocol = Protocol::kJson;      ///< the one that our client speaks
  std::string_view xml_namespace{};         ///< query, rest-xml: default namespace of answers
  bool query_compatible = false;            ///< awsQueryCompatible
  std::span<const Operation> operations{};  ///< all of the model, sorted by name
};

/// The operation named `name`, or nullptr.
const Operation* FindOperation(const Service& service, std::string_view name);

/// What operations without input or output take and give.
struct Empty {};
extern const Shape kEmptyShape;

}  // namespace iatk::model
