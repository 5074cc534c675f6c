#include "iatk/rpc/request.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "iatk/json/parse.h"
#include "iatk/rpc/go_json.h"

namespace iatk::rpc {
namespace {

constexpr std::size_t kMaxDepth = 512;

// Takes a string member; a null counts as absent.
bool TakeString(const json::Value& value, std::string* out) {
  if (value.is_null()) return true;
  if (value.AsString() == nullptr) return false;
  *out = *value.AsString();
  return true;
}

bool TakeId(const json::Value& value, std::optional<std::string>* id) {
  if (value.is_null()) {
    id->reset();
  } else if (value.AsString() != nullptr) {
    *id = *value.AsString();
  } else {
    if (!*id) *id = "";
    return false;
  }
  return true;
}

bool TakeMetadata(const json::Value& value, Metadata* out) {
  if (value.is_null()) return true;
  if (value.AsObject() == nullptr) return false;
  for (const auto& [name, member] : *value.AsObject()) {
    const std::string key = FoldName(name);
    std::string* const field = key == "client"           ? &out->client
                               : key == "version"        ? &out->version
                               : key == "caller"         ? &out->caller
                               : key == "client_version" ? &out->client_version
                               : key == "dedup_key"      ? &out->dedup_key
                                                         : nullptr;
    if (field == nullptr || !TakeString(member, field)) return false;
  }
  return true;
}

bool AllOf(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

bool IsVersion(std::string_view text) {
  return AllOf(text, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.+-") &&
         std::ranges::count(text, '.') >= 2 && text.size() <= 64;
}

bool IsCaller(std::string_view text) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
  constexpr std::string_view kRest =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789.";
  return text.size() >= 2 && text.size() <= 100 && AllOf(text.substr(0, 1), kLetters) &&
         AllOf(text.substr(1), kRest);
}

bool IsUuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !AllOf(text.substr(i, 1), "0123456789abcdefABCDEF")) return false;
  }
  return true;
}

}  // namespace

tl::expected<Request, BadRequest> ReadRequest(std::string_view text) {
  BadRequest bad;
  if (text.size() > FirstValue::kMaxBytes) return tl::unexpected(std::move(bad));
  const auto json = json::Parse(ReplaceWhatIsNoUnicode(text), {.max_depth = kMaxDepth});
  if (!json) return tl::unexpected(std::move(bad));
  if (json->is_null()) return Request();
  if (json->AsObject() == nullptr) return tl::unexpected(std::move(bad));
  Request request;
  bool good = true;
  std::string ignored;
  for (const auto& [name, value] : *json->AsObject()) {
    const std::string key = FoldName(name);
    if (key == "id") {
      good = TakeId(value, &request.id) && good;
      bad.id = request.id;
    } else if (key == "method") {
      good = TakeString(value, &request.method) && good;
    } else if (key == "jsonrpc") {
      good = TakeString(value, &ignored) && good;
    } else if (key == "params") {
      request.params = value;
    } else if (key == "metadata") {
      good = TakeMetadata(value, &request.metadata) && good;
    } else {
      good = false;
    }
  }
  if (!good) return tl::unexpected(std::move(bad));
  return request;
}

std::string UserAgentOf(const Metadata& metadata) {
  if (FoldName(metadata.client) != "python" || !IsVersion(metadata.version) ||
      !IsCaller(metadata.caller) || !IsUuid(metadata.dedup_key) ||
      !IsVersion(metadata.client_version)) {
    return "aws-iatk/unknown";
  }
  return fmt::format("aws-iatk/python#{}#{}#{}#{}", metadata.client_version, metadata.version,
                     metadata.caller, metadata.dedup_key);
}

}  // namespace iatk::rpc
