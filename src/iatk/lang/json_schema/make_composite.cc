// Objects and arrays that meet several schemas at once.
#include <fmt/format.h>

#include <algorithm>

#include "iatk/lang/json_schema/solver.h"
#include "iatk/lang/json_schema/uri.h"

namespace iatk::json_schema {
namespace {

constexpr std::size_t kMostElements = 10'000;
constexpr std::size_t kMostMembers = 10'000;
// Attempts at an element that is unlike the others.
constexpr std::size_t kUniqueAttempts = 30;
// How often a required part may lie within itself before the search gives up.
constexpr std::size_t kMostEntries = 4;

bool IsFalse(const Node* node) { return node->always && !*node->always; }

// How a composite is made, attempt by attempt: as wished, with required parts alone, then by
// chance.
constexpr std::size_t kBareAttempt = 1;

}  // namespace

// How often the search is inside of what the goal leads to.
std::size_t Solver::TimesEntered(const Goal& goal) const {
  std::vector<const Node*> seen;
  std::vector<const Node*> waiting = goal.wanted;
  std::size_t most = 0;
  while (!waiting.empty() && seen.size() < 200) {
    const Node* const node = waiting.back();
    waiting.pop_back();
    if (std::ranges::find(seen, node) != seen.end()) continue;
    seen.push_back(node);
    if (const auto entered = entered_.find(node); entered != entered_.end()) {
      most = std::max(most, entered->second);
    }
    if (node->reference != nullptr) waiting.push_back(node->reference);
    waiting.insert(waiting.end(), node->all_of.begin(), node->all_of.end());
  }
  return most;
}

std::optional<Goal> Solver::MemberGoal(const Flat& flat, const std::string& name) {
  Goal goal;
  bool evaluated = false;
  std::vector<const Node*> unevaluated;
  for (const Node* node : flat.nodes) {
    if (node->property_names != nullptr && !Meets(*node->property_names, name)) return std::nullopt;
    const std::size_t before = goal.wanted.size();
    if (const Node* property = node->Property(name)) goal.wanted.push_back(property);
    for (const auto& [pattern, property] : node->pattern_properties) {
      if (pattern.Matches(name)) goal.wanted.push_back(property);
    }
    if (goal.wanted.size() == before && node->additional_properties != nullptr) {
      goal.wanted.push_back(node->additional_properties);
    }
    evaluated = evaluated || goal.wanted.size() > before;
    if (node->unevaluated_properties != nullptr) {
      unevaluated.push_back(node->unevaluated_properties);
    }
  }
  if (!evaluated) goal.wanted.insert(goal.wanted.end(), unevaluated.begin(), unevaluated.end());
  if (std::ranges::any_of(goal.wanted, IsFalse)) return std::nullopt;
  return goal;
}

// In the order in which the schemas name them.
std::vector<Solver::Member> Solver::MembersOf(const Flat& flat, std::size_t attempt) {
  std::vector<std::string> required;
  const auto require = [&required](const std::string& name) {
    if (std::ranges::find(required, name) == required.end()) required.push_back(name);
  };
  for (const Node* node : flat.nodes) std::ranges::for_each(node->required, require);
  const bool bare =
      attempt == kBareAttempt || (flat.goal->extreme == Extreme::kLeast && attempt == 0);
  // Alternatives may tell one another apart by optional members alone.
  const bool with_optional = !bare && (!options_.skip_optional || attempt > kBareAttempt);
  // What shall not be met might be, if all that it requires were there.
  std::vector<std::string> avoided;
  for (const Node* node : flat.unwanted) {
    for (int hops = 0; node->reference != nullptr && hops < 20; ++hops) node = node->reference;
    const auto optional = std::ranges::find_if(node->required, [&](const std::string& name) {
      return std::ranges::find(required, name) == required.end();
    });
    if (optional != node->required.end()) avoided.push_back(*optional);
  }
  std::vector<Member> members;
  const auto add = [&members](const std::string& name, bool is_required) {
    if (std::ranges::find(members, name, &Member::name) == members.end()) {
      members.push_back({name, is_required});
    }
  };
  for (const Node* node : flat.nodes) {
    for (const auto& [name, property] : node->properties) {
      const bool is_required = std::ranges::find(required, name) != required.end();
      const bool is_avoided = std::ranges::find(avoided, name) != avoided.end();
      const bool by_chance = attempt > kBareAttempt && ids_->Below(2) == 0;
      if (is_required || (with_optional && !is_avoided && !by_chance)) add(name, is_required);
    }
  }
  for (const std::string& name : required) add(name, true);
  // What goes with what is there; with optional members, it is as optional.
  for (std::size_t i = 0; i < members.size() && members.size() < kMostMembers; ++i) {
    for (const Node* node : flat.nodes) {
      for (const auto& [name, wanted] : node->dependent_required) {
        if (name != members[i].name) continue;
        for (const std::string& other : wanted) add(other, members[i].required);
      }
    }
  }
  return members;
}

Solver::Found Solver::MakeObject(const Flat& flat, std::size_t attempt) {
  const std::vector<Member> members = MembersOf(flat, attempt);
  Flat more = flat;
  for (const Node* node : flat.nodes) {
    for (const auto& [name, dependent] : node->dependent_schemas) {
      if (std::ranges::find(members, name, &Member::name) == members.end()) continue;
      Add(dependent, &more);
    }
  }
  // They may ask for other members, and for choices.
  if (more.nodes.size() > flat.nodes.size()) return SolveChoices(more);
  std::size_t least = 0;
  for (const Node* node : flat.nodes) least = std::max(least, node->min_properties.value_or(0));
  const Node& first = *flat.nodes.front();
  if (least > kMostMembers) return Failed(flat, first, "minProperties", "is too many to make");

  Found made = FillObject(flat, members, full_ && attempt == 0);
  if (!made) return std::nullopt;
  json::Object& object = *made->AsObject();
  const bool open = std::ranges::any_of(flat.nodes, [](const Node* node) {
    return !node->pattern_properties.empty() ||
           (node->additional_properties != nullptr && !node->additional_properties->always);
  });
  // A map in full has a member.
  if (full_ && attempt == 0 && object.empty() && open && !options_.skip_optional &&
      flat.goal->extreme != Extreme::kLeast) {
    least = std::max<std::size_t>(least, 1);
  }
  // The last attempt: with a member that no schema names, something may no longer be met that must
  // not be.
  if (attempt + 1 == kCompositeAttempts) least = std::max(least, object.size() + 1);
  const auto failure = failure_;
  for (std::size_t i = 0; object.size() < least && i < 2 * least + 20; ++i) {
    const auto name = NewName(flat, object, i);
    if (!name) continue;
    const auto goal = MemberGoal(flat, *name);
    if (!goal || TimesEntered(*goal) >= kMostEntries) continue;
    if (Found value = Solve(*goal, flat.path + "/" + EscapeToken(*name), i)) {
      object.Append(*name, std::move(*value));
    }
  }
  if (object.size() >= least) failure_ = failure;
  return made;
}

Solver::Found Solver::FillObject(const Flat& flat, const std::vector<Member>& members,
                                 bool recursion_allowed) {
  std::size_t most = kMostMembers;
  for (const Node* node : flat.nodes) most = std::min(most, node->max_properties.value_or(most));
  auto optional_left =
      static_cast<std::ptrdiff_t>(most) - std::ranges::count(members, true, &Member::required);
  json::Object object;
  for (const auto& [name, required] : members) {
    if (!required && optional_left <= 0) continue;
    const auto failure = failure_;
    const std::string path = flat.path + "/" + EscapeToken(name);
    const auto goal = MemberGoal(flat, name);
    const std::size_t entered = goal ? TimesEntered(*goal) : 0;
    Found value;
    if (!goal) {
      if (required) Failed(path, "it", "is required, and not allowed");
    } else if (entered >= kMostEntries) {
      Failed(path, "it", "refers to itself without end");
    } else if (required || entered < (recursion_allowed ? 2U : 1U)) {
      value = Solve(*goal, path, flat.variety);
    }
    if (!value && required) return std::nullopt;
    if (!required) failure_ = failure;
    if (!value) continue;
    if (!required) --optional_left;
    object.Append(name, std::move(*value));
  }
  return json::Value(std::move(object));
}

// A name that the object has not and that the schemas may allow.
std::optional<std::string> Solver::NewName(const Flat& flat, const json::Object& object,
                                           std::size_t attempt) {
  std::vector<std::string> names;
  const Node* rule = nullptr;
  for (const Node* node : flat.nodes) {
    for (const auto& [name, property] : node->properties) names.push_back(name);
    for (const auto& [pattern, property] : node->pattern_properties) {
      names.push_back(pattern.Sample({attempt, attempt > 0}, *ids_));
    }
    if (node->property_names != nullptr) rule = node->property_names;
  }
  if (rule != nullptr) {
    const Found name = Solve({{rule}, {}, Extreme::kNone}, flat.path, attempt);
    if (name && name->AsString() != nullptr) names.push_back(*name->AsString());
  }
  names.push_back(fmt::format("key{}", attempt + 1));
  for (const std::string& name : names) {
    if (!object.Contains(name) && MemberGoal(flat, name)) return name;
  }
  return std::nullopt;
}

Goal Solver::ElementGoal(const Flat& flat, std::size_t index) const {
  Goal goal;
  bool evaluated = false;
  std::vector<const Node*> unevaluated;
  for (const Node* node : flat.nodes) {
    const Node* const item =
        index < node->prefix_items.size() ? node->prefix_items[index] : node->items;
    if (item != nullptr) goal.wanted.push_back(item);
    evaluated = evaluated || item != nullptr;
    if (node->unevaluated_items != nullptr) unevaluated.push_back(node->unevaluated_items);
  }
  if (!evaluated) goal.wanted.insert(goal.wanted.end(), unevaluated.begin(), unevaluated.end());
  return goal;
}

Solver::Found Solver::MakeArray(const Flat& flat, std::size_t attempt) {
  std::size_t least = 0;
  std::size_t most = kMostElements;
  std::size_t prefix = 0;
  std::size_t contained = 0;
  bool unique = false;
  const Node* least_node = flat.nodes.front();
  for (const Node* node : flat.nodes) {
    if (node->min_items.value_or(0) > least) {
      least = *node->min_items;
      least_node = node;
    }
    most = std::min(most, node->max_items.value_or(most));
    prefix = std::max(prefix, node->prefix_items.size());
    unique = unique || node->unique_items;
    if (node->contains != nullptr) contained = std::max(contained, node->min_contains.value_or(1));
  }
  if (std::max(least, contained) > kMostElements) {
    return Failed(flat, *least_node, "minItems", "is too many to make");
  }
  // Behind what is asked for, elements stand where they may.
  for (std::size_t i = 0; i <= prefix && i < most; ++i) {
    if (std::ranges::any_of(ElementGoal(flat, i).wanted, IsFalse)) most = i;
  }
  const bool behind_prefix = attempt % 2 == 0 && prefix + contained <= most;
  const std::size_t start = behind_prefix && contained > 0 ? prefix : 0;
  std::size_t count = std::max(least, contained == 0 ? 0 : start + contained);
  const std::size_t entered = TimesEntered(ElementGoal(flat, prefix));
  if (flat.goal->extreme == Extreme::kMost) {
    count = most;
  } else if (full_ && flat.goal->extreme == Extreme::kNone && attempt != kBareAttempt &&
             entered < 2) {
    count = std::max({count, prefix, 1 + ids_->Below(2)});
  } else if (attempt > kBareAttempt) {
    count = std::max(count, prefix);
  } else if (flat.variety > 0 && entered == 0) {
    count = std::max(count, flat.variety);
  }
  count = std::min(count, most);
  if (count < least) return Failed(flat, *least_node, "minItems", "is above what is allowed");
  json::Array array;
  for (std::size_t i = 0; i < count; ++i) {
    Goal goal = ElementGoal(flat, i);
    for (const Node* node : flat.nodes) {
      if (node->contains == nullptr) continue;
      const std::size_t wanted = node->min_contains.value_or(1);
      if (i >= start && i < start + wanted) {
        goal.wanted.push_back(node->contains);
      } else if (node->max_contains) {
        goal.unwanted.push_back(node->contains);
      }
    }
    const std::string path = fmt::format("{}/{}", flat.path, i);
    if (TimesEntered(goal) >= kMostEntries) {
      if (i >= least) break;
      return Failed(path, "it", "refers to itself without end");
    }
    Found element;
    for (std::size_t turn = 0; turn < (unique ? kUniqueAttempts : 1) && !element; ++turn) {
      Found made = Solve(goal, path, flat.variety + turn + (unique || full_ ? i : 0));
      if (!made) break;
      const auto same = [&made](const json::Value& one) { return json::Equal(one, *made); };
      if (!unique || std::ranges::none_of(array, same)) element = std::move(made);
    }
    if (!element && i >= least && i >= start + contained) break;
    if (!element) {
      return Failed(path, fmt::format("{}/items", least_node->location),
                    unique ? "no element unlike the others was found" : "no element was found");
    }
    array.push_back(std::move(*element));
  }
  return json::Value(std::move(array));
}

}  // namespace iatk::json_schema
