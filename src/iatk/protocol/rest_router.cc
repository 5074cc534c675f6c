#include "iatk/protocol/rest_router.h"

#include <algorithm>
#include <tuple>

#include "iatk/protocol/s3.h"

namespace iatk::protocol {

RestRouter::RestRouter(const model::Service& service) : service_(service) {
  for (const model::Operation& operation : service.operations) {
    Route route{&operation, ParseUriPattern(operation.request_uri), 0, {}, {}};
    for (const UriPattern::Segment& segment : route.pattern.segments) {
      if (!segment.label) ++route.literals;
    }
    if (operation.input != nullptr) {
      for (const model::Member& member : operation.input->members) {
        if (!member.required) continue;
        if (member.location == model::Location::kQueryString) {
          route.required_query.push_back(member.wire_name);
        } else if (member.location == model::Location::kHeader) {
          route.required_headers.push_back(member.wire_name);
        }
      }
    }
    routes_.push_back(std::move(route));
  }
}

const model::Operation* RestRouter::Find(const net::HttpRequest& request, std::string_view path,
                                         const QueryPairs& query) const {
  using Rank = std::tuple<int, bool, std::size_t, bool, std::size_t>;
  const Route* best = nullptr;
  Rank best_rank;
  for (const Route& route : routes_) {
    if (route.operation->http_method != request.method) continue;
    const bool fixed = std::ranges::all_of(route.pattern.query, [&](const auto& wanted) {
      const std::string* value = FindPair(query, wanted.first);
      return value != nullptr && (!wanted.second || *wanted.second == *value);
    });
    if (!fixed || !MatchPath(route.pattern, path)) continue;
    if (IsS3(&service_) && !S3Admits(route.operation->name, request, query)) continue;
    const auto has_query = [&](std::string_view name) { return FindPair(query, name) != nullptr; };
    const auto has_header = [&](std::string_view name) {
      return request.headers.Find(name) != nullptr;
    };
    const bool complete = std::ranges::all_of(route.required_query, has_query) &&
                          std::ranges::all_of(route.required_headers, has_header);
    const std::size_t bound = route.required_query.size() + route.required_headers.size();
    const Rank rank(route.literals, complete, route.pattern.query.size() + (complete ? bound : 0),
                    route.operation->modelled, route.pattern.segments.size());
    if (best == nullptr || rank > best_rank) {
      best = &route;
      best_rank = rank;
    }
  }
  return best == nullptr ? nullptr : best->operation;
}

}  // namespace iatk::protocol
