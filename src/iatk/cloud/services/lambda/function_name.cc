#include "iatk/cloud/services/lambda/function_name.h"

#include <string_view>

#include "iatk/cloud/dispatch/access_key.h"
#include "iatk/cloud/services/lambda/errors.h"

namespace iatk::cloud {

Result<FunctionTarget> ReadFunctionName(const RequestContext& context, const std::string& text,
                                        const std::optional<std::string>& qualifier) {
  constexpr std::string_view kFunction = "function:";
  std::string_view rest = text;
  std::string account = context.account;
  if (text.starts_with("arn:")) {
    const std::optional<Arn> arn = ParseArn(text);
    if (!arn || arn->service != "lambda" || !arn->resource.starts_with(kFunction)) {
      return Fail(lambda_errors::InvalidParameter("Invalid function ARN: " + text));
    }
    if (arn->region != context.region) {
      return Fail(lambda_errors::OtherRegion(arn->region, context.region));
    }
    account = arn->account;
    rest = rest.substr(text.size() - arn->resource.size() + kFunction.size());
  } else {
    if (rest.size() > 12 && rest[12] == ':' && IsAccountId(rest.substr(0, 12))) {
      account = rest.substr(0, 12);
      rest.remove_prefix(13);
    }
    if (rest.starts_with(kFunction)) rest.remove_prefix(kFunction.size());
  }
  FunctionTarget target;
  const std::size_t colon = rest.find(':');
  target.name = rest.substr(0, colon);
  if (colon != std::string_view::npos) target.qualifier = rest.substr(colon + 1);
  if (qualifier && !qualifier->empty()) {
    if (!target.qualifier.empty() && target.qualifier != *qualifier) {
      return Fail(lambda_errors::InvalidParameter(
          "The derived qualifier from the function name does not match the specified qualifier."));
    }
    target.qualifier = *qualifier;
  }
  if (account != context.account) {
    const std::string& caller =
        context.principal.service.empty() ? context.principal.arn : context.principal.service;
    return Fail(lambda_errors::AccessDenied(
        caller, MakeArn("lambda", context.region, account, "function:" + target.name)));
  }
  return target;
}

std::string FunctionArn(const RequestContext& context, const std::string& name,
                        const std::string& qualifier) {
  return context.MakeArn("lambda", "function:" + name + (qualifier.empty() ? "" : ":" + qualifier));
}

}  // namespace iatk::cloud
