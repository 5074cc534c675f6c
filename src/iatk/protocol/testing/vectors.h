// The published protocol test vectors of the conformance folder (IATK_CONFORMANCE_DIR).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "iatk/json/value.h"
#include "iatk/model/shape.h"
#include "iatk/net/http.h"

namespace iatk::protocol::testing {

/// The folder, or nullopt, with which tests skip.
std::optional<std::string> ConformanceFolder();
std::string ReadFile(const std::string& path);
json::Value ReadJsonFile(const std::string& path);

/// Whether two bodies say the same in a protocol: JSON, XML, CBOR or form, or else plain bytes. The
/// ResponseMetadata of query answers, which the vectors leave out, is passed over.
bool SameBody(model::Protocol protocol, std::string_view a, std::string_view b);

/// Names and values of a query or form, in no order.
std::multiset<std::pair<std::string, std::string>> PairSet(std::string_view query);

/// The request that a case's "serialized" says, and the answer of its "response".
net::HttpRequest RequestOf(const json::Value& serialized, model::Protocol protocol);
net::HttpResponse ResponseOf(const json::Value& response, model::Protocol protocol);

}  // namespace iatk::protocol::testing
