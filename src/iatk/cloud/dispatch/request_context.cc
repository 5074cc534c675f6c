#include "iatk/cloud/dispatch/request_context.h"

#include <utility>

namespace iatk::cloud {

RequestContext MakeServiceContext(Environment& environment, std::string account, std::string region,
                                  std::string service_principal, std::string source_arn) {
  return {.environment = environment,
          .account = std::move(account),
          .region = std::move(region),
          .request_id = environment.ids.Uuid(),
          .principal = {.access_key = {},
                        .arn = {},
                        .service = std::move(service_principal),
                        .source_arn = std::move(source_arn)},
          .trace = std::nullopt,
          .base_url = environment.endpoint_url,
          .forwarded = std::nullopt};
}

RequestContext RequestContext::ForService(std::string service_principal,
                                          std::string source_arn) const {
  RequestContext context = MakeServiceContext(environment, account, region,
                                              std::move(service_principal), std::move(source_arn));
  context.trace = trace;
  context.base_url = base_url;
  return context;
}

}  // namespace iatk::cloud
