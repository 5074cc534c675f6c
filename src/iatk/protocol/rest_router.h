// Finds a REST service's operation by method, path and query.
#pragma once

#include <vector>

#include "iatk/model/shape.h"
#include "iatk/net/http.h"
#include "iatk/protocol/uri.h"
#include "iatk/protocol/uri_pattern.h"

namespace iatk::protocol {

class RestRouter {
 public:
  /// `service` must outlive the router.
  explicit RestRouter(const model::Service& service);

  /// The operation that fits best, or nullptr if none fits: the one with the most literal segments,
  /// then the one all of whose required query parameters and headers are there, then the one with
  /// the most of them.
  const model::Operation* Find(const net::HttpRequest& request, std::string_view path,
                               const QueryPairs& query) const;

 private:
  struct Route {
    const model::Operation* operation;
    UriPattern pattern;
    int literals = 0;
    std::vector<std::string_view> required_query;
    std::vector<std::string_view> required_headers;
  };

  const model::Service& service_;
  std::vector<Route> routes_;
};

}  // namespace iatk::protocol
