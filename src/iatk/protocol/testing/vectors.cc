#include "iatk/protocol/testing/vectors.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "iatk/base/digest.h"
#include "iatk/json/parse.h"
#include "iatk/protocol/cbor.h"
#include "iatk/protocol/scalar.h"
#include "iatk/protocol/uri.h"
#include "iatk/protocol/xml.h"

namespace iatk::protocol::testing {
namespace {

bool SameElement(const XmlElement& a, const XmlElement& b) {
  if (a.name != b.name || a.children.size() != b.children.size()) return false;
  auto left = a.attributes;
  auto right = b.attributes;
  std::ranges::sort(left);
  std::ranges::sort(right);
  if (left != right) return false;
  if (a.children.empty()) return a.text == b.text;
  // Members' order is of no account, nor is that of a map's entries, which have a key and a value;
  // other elements of one name keep theirs.
  const auto by_name = [](const XmlElement* x, const XmlElement* y) {
    if (x->name != y->name || x->children.size() != 2 || y->children.size() != 2) {
      return x->name < y->name;
    }
    return x->children.front().text < y->children.front().text;
  };
  std::vector<const XmlElement*> mine;
  std::vector<const XmlElement*> others;
  for (const XmlElement& child : a.children) mine.push_back(&child);
  for (const XmlElement& child : b.children) others.push_back(&child);
  std::ranges::stable_sort(mine, by_name);
  std::ranges::stable_sort(others, by_name);
  return std::ranges::equal(
      mine, others, [](const XmlElement* x, const XmlElement* y) { return SameElement(*x, *y); });
}

}  // namespace

std::optional<std::string> ConformanceFolder() {
  const char* folder = std::getenv("IATK_CONFORMANCE_DIR");
  if (folder == nullptr || !std::filesystem::exists(std::string(folder) + "/protocols")) {
    return std::nullopt;
  }
  return folder;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

json::Value ReadJsonFile(const std::string& path) {
  return json::Parse(ReadFile(path)).value_or(json::Value());
}

std::multiset<std::pair<std::string, std::string>> PairSet(std::string_view query) {
  std::multiset<std::pair<std::string, std::string>> pairs;
  for (auto& pair : ParseQuery(query)) pairs.insert(std::move(pair));
  return pairs;
}

bool SameBody(model::Protocol protocol, std::string_view a, std::string_view b) {
  if (a == b) return true;
  switch (protocol) {
    case model::Protocol::kQuery:
      if (!a.empty() && Trim(a).front() == '<') break;
      return PairSet(a) == PairSet(b);
    case model::Protocol::kCbor: {
      const auto left = CborReader(a).Json();
      const auto right = CborReader(b).Json();
      return left && right && json::Equal(*left, *right);
    }
    case model::Protocol::kJson:
    case model::Protocol::kRestJson: {
      const auto left = json::Parse(a);
      const auto right = json::Parse(b);
      return left && right && json::Equal(*left, *right);
    }
    case model::Protocol::kRestXml:
      break;
  }
  auto left = ParseXml(a);
  auto right = ParseXml(b);
  for (auto* side : {&left, &right}) {
    if (*side) {
      std::erase_if((*side)->children,
                    [](const XmlElement& child) { return child.name == "ResponseMetadata"; });
    }
  }
  return left && right && SameElement(*left, *right);
}

net::HttpRequest RequestOf(const json::Value& serialized, model::Protocol protocol) {
  net::HttpRequest request;
  request.method = *serialized.FindString("method");
  request.target = *serialized.FindString("uri");
  const std::string* host = serialized.FindString("host");
  request.headers.Add("Host", host == nullptr ? "example.com" : *host);
  if (const json::Value* headers = serialized.Find("headers")) {
    for (const auto& [name, value] : *headers->AsObject())
      request.headers.Add(name, *value.AsString());
  }
  if (const std::string* body = serialized.FindString("body")) request.body = *body;
  if (protocol == model::Protocol::kCbor) {
    request.body = Base64Decode(request.body).value_or("");
  }
  return request;
}

net::HttpResponse ResponseOf(const json::Value& response, model::Protocol protocol) {
  net::HttpResponse made;
  made.status = static_cast<int>(response.Find("status_code")->AsNumber()->AsDouble());
  if (const json::Value* headers = response.Find("headers")) {
    for (const auto& [name, value] : *headers->AsObject())
      made.headers.Add(name, *value.AsString());
  }
  if (const std::string* body = response.FindString("body")) made.body = *body;
  if (protocol == model::Protocol::kCbor) made.body = Base64Decode(made.body).value_or("");
  return made;
}

}  // namespace iatk::protocol::testing
