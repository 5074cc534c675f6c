#include "iatk/lang/event_pattern/event_names.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace iatk::event_pattern {
namespace {

bool AllDiffer(const json::Object& object) {
  constexpr std::size_t kFew = 8;  // are compared faster than sorted
  if (object.size() <= kFew) {
    for (auto one = object.begin(); one != object.end(); ++one) {
      for (auto other = object.begin(); other != one; ++other) {
        if (other->first == one->first) return false;
      }
    }
    return true;
  }
  std::vector<std::string_view> names;
  names.reserve(object.size());
  for (const auto& [name, value] : object) names.push_back(name);
  std::ranges::sort(names);
  return std::ranges::adjacent_find(names) == names.end();
}

bool IsPlain(const json::Value& value) {
  if (const json::Array* const array = value.AsArray()) return std::ranges::all_of(*array, IsPlain);
  const json::Object* const object = value.AsObject();
  if (object == nullptr) return true;
  return std::ranges::all_of(*object,
                             [](const json::Member& member) {
                               return !member.first.empty() &&
                                      member.first.find('.') == std::string::npos &&
                                      IsPlain(member.second);
                             }) &&
         AllDiffer(*object);
}

}  // namespace

EventNames NamesOf(const json::Value& event) {
  return IsPlain(event) ? EventNames::kPlain : EventNames::kAny;
}

}  // namespace iatk::event_pattern
