#include "iatk/cloud/dispatch/resource_types.h"

#include <utility>

namespace iatk::cloud {

std::string ResourceRequest::GeneratedName(std::size_t max_length) const {
  constexpr std::size_t kRandomLength = 12;
  const std::string random = context.ids().FromAlphabet(kRandomLength, kAlphabetAlphanumeric);
  const std::size_t room = max_length - kRandomLength - 2;
  const std::string_view stack = std::string_view(stack_name).substr(0, room / 2);
  const std::string_view logical = std::string_view(logical_id).substr(0, room - stack.size());
  return std::string(stack) + "-" + std::string(logical) + "-" + random;
}

void ResourceTypes::Register(ResourceType type) {
  std::string name = type.name;
  types_.insert_or_assign(std::move(name), std::move(type));
}

const ResourceType* ResourceTypes::Find(std::string_view name) const {
  const auto it = types_.find(name);
  return it == types_.end() ? nullptr : &it->second;
}

}  // namespace iatk::cloud
