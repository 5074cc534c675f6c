#include "iatk/protocol/identify.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "iatk/protocol/rest_router.h"
#include "iatk/protocol/s3.h"
#include "iatk/protocol/sigv4.h"
#include "iatk/protocol/sqs_query.h"
#include "iatk/protocol/uri.h"

namespace iatk::protocol {
namespace {

using model::Operation;
using model::Protocol;
using model::Service;

Identified Failed(const Service* service, Protocol protocol, Error error) {
  Identified found;
  found.service = service;
  found.protocol = protocol;
  found.error = std::move(error);
  return found;
}

Identified Found(const Service* service, const Operation* operation, Protocol protocol) {
  Identified found;
  found.service = service;
  found.operation = operation;
  found.protocol = protocol;
  return found;
}

Error UnknownOperation(std::string_view name, int http_status) {
  return SenderError("UnknownOperationException",
                     name.empty() ? "" : "Unknown operation " + std::string(name), http_status);
}

// A service of AWS that is not among ours: known by the name that the request is signed for.
Identified NotServed(const CredentialScope& scope, Protocol protocol, std::string_view operation) {
  std::string name = scope.service;
  if (!operation.empty()) name.append(":").append(operation);
  Error error = ReceiverError("NotImplemented", std::move(name), 501);
  error.retryable = false;
  return Failed(nullptr, protocol, std::move(error));
}

bool SpeaksQuery(const Service& service) {
  return service.protocol == Protocol::kQuery || service.query_compatible;
}

bool IsRest(const Service& service) {
  return service.protocol == Protocol::kRestJson || service.protocol == Protocol::kRestXml;
}

bool IsForm(const net::HttpRequest& request) {
  return request.headers.Get("Content-Type").starts_with("application/x-www-form-urlencoded");
}

// The service that a host like "lambda.us-east-1.amazonaws.com" names.
std::string_view FirstLabel(const net::HttpRequest& request) {
  const std::string_view host = request.headers.Get("Host");
  return host.substr(0, host.find_first_of(".:"));
}

}  // namespace

struct Identifier::Index {
  std::vector<const Service*> services;
  std::map<std::string, const Service*, std::less<>> by_target;
  std::map<const Service*, RestRouter> routers;

  std::vector<const Service*> SignedFor(std::string_view signing_name) const {
    std::vector<const Service*> found;
    for (const Service* service : services) {
      if (service->signing_name == signing_name) found.push_back(service);
    }
    return found;
  }

  Identified ByTarget(std::string_view target) const {
    const std::size_t dot = target.rfind('.');
    const auto service = by_target.find(target.substr(0, dot));
    if (dot == std::string_view::npos || service == by_target.end()) {
      return Failed(nullptr, Protocol::kJson, UnknownOperation(target, 400));
    }
    const std::string_view name = target.substr(dot + 1);
    const Operation* operation = model::FindOperation(*service->second, name);
    if (operation == nullptr) {
      return Failed(service->second, Protocol::kJson, UnknownOperation(name, 400));
    }
    return Found(service->second, operation, Protocol::kJson);
  }

  Identified ByCborPath(std::string_view path) const {
    constexpr std::string_view kService = "/service/";
    constexpr std::string_view kOperation = "/operation/";
    const std::size_t middle = path.find(kOperation);
    const std::size_t begin = path.find(kService);
    if (begin == std::string_view::npos || middle == std::string_view::npos ||
        middle < begin + kService.size()) {
      return Failed(nullptr, Protocol::kCbor, UnknownOperation(path, 404));
    }
    std::string_view name = path.substr(begin + kService.size(), middle - begin - kService.size());
    // A service may stand there with its namespace, "aws.protocoltests.rpcv2Cbor.RpcV2Protocol".
    auto service = by_target.find(name);
    if (service == by_target.end()) {
      name = name.substr(name.rfind('.') + 1);
      service = by_target.find(name);
    }
    const std::string_view action = path.substr(middle + kOperation.size());
    if (service == by_target.end()) {
      return Failed(nullptr, Protocol::kCbor, UnknownOperation(action, 404));
    }
    const Operation* operation = model::FindOperation(*service->second, action);
    if (operation == nullptr) {
      return Failed(service->second, Protocol::kCbor, UnknownOperation(action, 404));
    }
    return Found(service->second, operation, Protocol::kCbor);
  }

  // `candidates` are the services of the credential scope; empty if there is none.
  Identified ByAction(const std::string& action, std::string_view version,
                      const std::vector<const Service*>& candidates) const {
    const Service* service = nullptr;
    const auto consider = [&](const Service* candidate, bool by_version) {
      if (service != nullptr || !SpeaksQuery(*candidate)) return;
      if (by_version && candidate->api_version != version) return;
      if (model::FindOperation(*candidate, action) != nullptr) service = candidate;
    };
    for (const bool by_version : {true, false}) {
      for (const Service* candidate : candidates.empty() ? services : candidates) {
        consider(candidate, by_version);
      }
    }
    if (service == nullptr) {
      for (const Service* candidate : candidates) {
        if (SpeaksQuery(*candidate)) service = candidate;
      }
      return Failed(service, Protocol::kQuery,
                    SenderError("InvalidAction",
                                "The action " + action + " is not valid for this web service."));
    }
    const bool other_version =
        !version.empty() && version != service->api_version && !IsSqs(service);
    if (other_version) {
      return Failed(service, Protocol::kQuery,
                    SenderError("InvalidAction", "Could not find operation " + action +
                                                     " for version " + std::string(version)));
    }
    return Found(service, model::FindOperation(*service, action), Protocol::kQuery);
  }

  Identified ByRoute(const net::HttpRequest& request,
                     const std::vector<const Service*>& candidates) const {
    const QueryPairs query = ParseQuery(request.query());
    const Service* first = nullptr;
    const auto attempt = [&](const Service* service) -> std::optional<Identified> {
      if (first == nullptr) first = service;
      std::optional<std::string> target;
      if (IsS3(service)) target = PathStyleTarget(request, true);
      std::string_view path = target ? std::string_view(*target) : std::string_view(request.target);
      path = path.substr(0, path.find('?'));
      const Operation* operation = routers.at(service).Find(request, path, query);
      if (operation == nullptr) return std::nullopt;
      Identified found = Found(service, operation, service->protocol);
      if (target) found.path_style_target = std::move(*target);
      return found;
    };
    std::vector<const Service*> order = candidates;
    if (order.empty()) {
      const bool bucket_host = PathStyleTarget(request, false).has_value();
      const std::string_view label = FirstLabel(request);
      for (const Service* service : services) {
        if (IsRest(*service) && !IsS3(service)) order.push_back(service);
      }
      std::ranges::stable_partition(
          order, [&](const Service* service) { return service->endpoint_prefix == label; });
      // S3's patterns fit nearly everything: it comes last, unless the host is its own.
      for (const Service* service : services) {
        if (!IsS3(service)) continue;
        order.insert(bucket_host || label == "s3" ? order.begin() : order.end(), service);
      }
    }
    for (const Service* service : order) {
      if (!IsRest(*service)) continue;
      if (std::optional<Identified> found = attempt(service)) return std::move(*found);
    }
    if (IsS3(first)) {
      return Failed(first, first->protocol,
                    SenderError("MethodNotAllowed",
                                "The specified method is not allowed against this resource.", 405));
    }
    const Protocol protocol = first == nullptr ? Protocol::kRestJson : first->protocol;
    return Failed(first, protocol, UnknownOperation("", 404));
  }
};

Identifier::Identifier(std::span<const Service* const> services) {
  auto index = std::make_unique<Index>();
  for (const Service* service : services) {
    index->services.push_back(service);
    if (!service->target_prefix.empty()) {
      index->by_target.emplace(service->target_prefix, service);
    }
    if (IsRest(*service)) index->routers.emplace(service, *service);
  }
  index_ = std::move(index);
}

Identifier::~Identifier() = default;
Identifier::Identifier(Identifier&&) noexcept = default;
Identifier& Identifier::operator=(Identifier&&) noexcept = default;

Identified Identifier::Identify(const net::HttpRequest& request) const {
  const std::optional<CredentialScope> scope = FindCredentialScope(request);
  const bool not_served = scope && index_->SignedFor(scope->service).empty();
  if (const std::string* target = request.headers.Find("X-Amz-Target")) {
    Identified found = index_->ByTarget(*target);
    if (found.operation != nullptr || !not_served) return found;
    return NotServed(*scope, Protocol::kJson, target->substr(target->rfind('.') + 1));
  }
  if (request.headers.Get("smithy-protocol") == "rpc-v2-cbor") {
    return index_->ByCborPath(request.path());
  }

  std::vector<const Service*> candidates;
  if (scope) candidates = index_->SignedFor(scope->service);
  const bool may_query =
      candidates.empty() ||
      std::ranges::any_of(candidates, [](const Service* s) { return SpeaksQuery(*s); });
  if (may_query) {
    const bool form = request.method == "POST" && IsForm(request);
    QueryPairs pairs = ParseQuery(request.query());
    const std::string* action = FindPair(pairs, "Action");
    if (action == nullptr && form) {
      pairs = ParseQuery(request.body);
      action = FindPair(pairs, "Action");
    }
    if (not_served) {
      const Protocol protocol = action != nullptr ? Protocol::kQuery : Protocol::kRestJson;
      return NotServed(*scope, protocol, action == nullptr ? "" : *action);
    }
    if (action != nullptr) {
      const std::string* version = FindPair(pairs, "Version");
      return index_->ByAction(*action, version == nullptr ? "" : *version, candidates);
    }
    if (!candidates.empty() || form) {
      const Service* service = candidates.empty() ? nullptr : candidates.front();
      return Failed(service, Protocol::kQuery,
                    SenderError("MissingAction", "The request must contain the parameter Action."));
    }
  }
  const bool rest = std::ranges::any_of(candidates, [](const Service* s) { return IsRest(*s); });
  if (!candidates.empty() && !rest) {
    return Failed(candidates.front(), Protocol::kJson, UnknownOperation("", 404));
  }
  return index_->ByRoute(request, candidates);
}

}  // namespace iatk::protocol
