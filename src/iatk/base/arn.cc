#include "iatk/base/arn.h"

#include <array>

namespace iatk {

std::string Arn::ToString() const {
  std::string text = "arn:";
  for (const std::string* field : {&partition, &service, &region, &account}) {
    text += *field;
    text += ':';
  }
  return text + resource;
}

std::optional<Arn> ParseArn(std::string_view text) {
  if (!text.starts_with("arn:")) return std::nullopt;
  std::array<std::string_view, 5> fields;
  std::size_t begin = 0;
  for (std::string_view& field : fields) {
    const std::size_t colon = text.find(':', begin);
    if (colon == std::string_view::npos) return std::nullopt;
    field = text.substr(begin, colon - begin);
    begin = colon + 1;
  }
  return Arn{std::string(fields[1]), std::string(fields[2]), std::string(fields[3]),
             std::string(fields[4]), std::string(text.substr(begin))};
}

std::string_view PartitionOfRegion(std::string_view region) {
  if (region.starts_with("cn-")) return "aws-cn";
  if (region.starts_with("us-gov-")) return "aws-us-gov";
  if (region.starts_with("us-isob-")) return "aws-iso-b";
  if (region.starts_with("us-iso-")) return "aws-iso";
  return "aws";
}

std::string MakeArn(std::string_view service, std::string_view region, std::string_view account,
                    std::string_view resource) {
  return Arn{std::string(PartitionOfRegion(region)), std::string(service), std::string(region),
             std::string(account), std::string(resource)}
      .ToString();
}

}  // namespace iatk
