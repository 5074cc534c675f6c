#include "iatk/cloud/services/cloudformation/stack.h"

#include <algorithm>
#include <utility>

namespace iatk::cloud::cfn {
namespace {

// AWS shows deleted stacks for 90 days; here the last ones.
constexpr std::size_t kMaxDeletedStacks = 500;

}  // namespace

StackResource* Stack::FindResource(std::string_view logical_id) {
  const auto it = std::ranges::find(resources, logical_id, &StackResource::logical_id);
  return it == resources.end() ? nullptr : &*it;
}

std::shared_ptr<Stack> Stacks::Find(std::string_view name_or_id) const {
  for (const auto& stack : all_) {
    if (stack->id == name_or_id || (!stack->deleted && stack->name == name_or_id)) return stack;
  }
  return nullptr;
}

void Stacks::Add(std::shared_ptr<Stack> stack) {
  all_.insert(all_.begin(), std::move(stack));
  std::size_t deleted = 0;
  std::erase_if(all_,
                [&](const auto& one) { return one->deleted && ++deleted > kMaxDeletedStacks; });
}

void Stacks::Erase(const Stack& stack) {
  std::erase_if(all_, [&](const auto& one) { return one.get() == &stack; });
}

std::vector<Stacks::Export> Stacks::Exports() const {
  std::vector<Export> exports;
  for (const auto& stack : all_) {
    if (stack->deleted) continue;
    for (const StackOutput& output : stack->outputs) {
      if (output.export_name) exports.push_back({stack.get(), &output});
    }
  }
  std::ranges::sort(exports, {}, [](const Export& one) { return *one.output->export_name; });
  return exports;
}

std::optional<Stacks::Export> Stacks::FindExport(std::string_view name) const {
  for (const Export& one : Exports()) {
    if (*one.output->export_name == name) return one;
  }
  return std::nullopt;
}

std::vector<std::string> Stacks::ImportersOf(std::string_view export_name) const {
  std::vector<std::string> names;
  for (const auto& stack : all_) {
    if (!stack->deleted && stack->imports.contains(std::string(export_name))) {
      names.push_back(stack->name);
    }
  }
  return names;
}

}  // namespace iatk::cloud::cfn
