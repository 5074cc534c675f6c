#include "iatk/lang/json_schema/solver.h"

#include <fmt/format.h>

#include <algorithm>

#include "iatk/lang/json_schema/validate.h"

namespace iatk::json_schema {
namespace {

constexpr std::size_t kMostSteps = 20'000;
constexpr std::size_t kMaxDepth = 60;
// Attempts at one type of one value.
constexpr std::size_t kScalarAttempts = 40;

enum ChoiceKind { kAnyOf, kOneOf, kIf };

bool Holds(const std::vector<const Node*>& nodes, const Node* node) {
  return std::ranges::find(nodes, node) != nodes.end();
}

// The types that a schema without "type" has in mind.
Types ImpliedTypes(const std::vector<const Node*>& nodes) {
  Types types = 0;
  for (const Node* node : nodes) {
    if (!node->properties.empty() || !node->required.empty() || !node->pattern_properties.empty() ||
        node->additional_properties != nullptr || node->min_properties || node->property_names ||
        !node->dependent_required.empty() || !node->dependent_schemas.empty()) {
      types |= kObject;
    }
    if (!node->prefix_items.empty() || node->items != nullptr || node->contains != nullptr ||
        node->min_items || node->unique_items) {
      types |= kArray;
    }
    if (node->min_length || node->max_length || node->pattern) types |= kString;
    if (!node->format.empty()) {
      const bool numeric = node->format == "int32" || node->format == "int64" ||
                           node->format == "float" || node->format == "double";
      types |= numeric ? kInteger : kString;
    }
    if (node->minimum || node->maximum || node->exclusive_minimum || node->exclusive_maximum ||
        node->multiple_of) {
      types |= kInteger | kNumber;
    }
  }
  return types;
}

}  // namespace

void Solver::Add(const Node* first, Flat* flat) {
  std::vector<const Node*> waiting = {first};
  while (!waiting.empty()) {
    const Node* const node = waiting.back();
    waiting.pop_back();
    if (Holds(flat->nodes, node)) continue;
    flat->nodes.push_back(node);
    if (node->always && !*node->always) flat->impossible = node;
    // Last in, first out: what a schema says of itself comes before what it refers to.
    if (node->reference != nullptr) waiting.push_back(node->reference);
    for (auto it = node->all_of.rbegin(); it != node->all_of.rend(); ++it) waiting.push_back(*it);
    if (node->negated != nullptr) flat->unwanted.push_back(node->negated);
    if (!node->any_of.empty()) flat->choices.emplace_back(node, kAnyOf);
    if (!node->one_of.empty()) flat->choices.emplace_back(node, kOneOf);
    if (node->condition != nullptr) flat->choices.emplace_back(node, kIf);
  }
}

std::optional<json::Value> Solver::Solve(const Goal& goal, const std::string& path,
                                         std::size_t variety) {
  if (depth_ >= kMaxDepth) {
    return Failed(path, "", fmt::format("is nested more than {} deep", kMaxDepth));
  }
  ++depth_;
  Flat flat;
  flat.goal = &goal;
  flat.path = path;
  flat.variety = variety;
  flat.unwanted = goal.unwanted;
  for (const Node* node : goal.wanted) Add(node, &flat);
  // What no schema describes may be anything.
  static const Node kAnything;
  if (flat.nodes.empty()) flat.nodes.push_back(&kAnything);
  Found found = SolveChoices(flat);
  --depth_;
  return found;
}

std::vector<Solver::Branch> Solver::BranchesOf(const std::pair<const Node*, int>& choice,
                                               std::size_t variety) {
  const Node& node = *choice.first;
  std::vector<Branch> branches;
  if (choice.second == kIf) {
    Branch met{{node.condition}, {}};
    if (node.consequence != nullptr) met.wanted.push_back(node.consequence);
    Branch unmet{{}, {node.condition}};
    if (node.alternative != nullptr) unmet.wanted.push_back(node.alternative);
    branches = {std::move(met), std::move(unmet)};
  } else {
    const std::vector<const Node*>& all = choice.second == kAnyOf ? node.any_of : node.one_of;
    for (const Node* one : all) {
      Branch& branch = branches.emplace_back(Branch{{one}, {}});
      if (choice.second == kAnyOf) continue;
      for (const Node* other : all) {
        if (other != one) branch.unwanted.push_back(other);
      }
    }
  }
  const std::size_t turn = full_ ? ids_->Below(branches.size()) + variety : variety;
  std::ranges::rotate(branches,
                      branches.begin() + static_cast<std::ptrdiff_t>(turn % branches.size()));
  std::ranges::stable_sort(branches, {}, [this](const Branch& branch) {
    return TimesEntered({branch.wanted, {}, Extreme::kNone});
  });
  return branches;
}

Solver::Found Solver::SolveChoices(const Flat& flat) {
  if (++steps_ > kMostSteps) return Failed(flat.path, "", "the search has become too long");
  if (flat.impossible != nullptr) {
    return Failed(flat.path, flat.impossible->location, "nothing is allowed here");
  }
  Types types = kAnyType;
  for (const Node* node : flat.nodes) {
    if (!node->types) continue;
    if ((types & *node->types) == 0) {
      return Failed(flat, *node, "type", "schemas that hold together want different types");
    }
    types &= *node->types;
  }
  if (flat.choices.empty()) return SolveFlat(flat);
  const auto choice = flat.choices.front();
  for (const Branch& branch : BranchesOf(choice, flat.variety)) {
    Flat next = flat;
    next.choices.erase(next.choices.begin());
    for (const Node* node : branch.wanted) Add(node, &next);
    next.unwanted.insert(next.unwanted.end(), branch.unwanted.begin(), branch.unwanted.end());
    if (Found found = SolveChoices(next)) return found;
    if (steps_ > kMostSteps) break;
  }
  return std::nullopt;
}

bool Solver::Meets(const Node& node, const json::Value& value) {
  const auto violations = ValidateAgainst(schema_, node, value);
  return violations && violations->empty();
}

bool Solver::Accepts(const Flat& flat, const json::Value& value) {
  for (const Node* node : flat.goal->wanted) {
    const auto violations = ValidateAgainst(schema_, *node, value);
    if (!violations) {
      Failed(flat.path, node->location, violations.error().message);
      steps_ = kMostSteps + 1;  // so it will be for other values
      return false;
    }
    if (violations->empty()) continue;
    const Violation& why = violations->front();
    Failed(flat.path + why.instance_path, why.schema_path, why.message);
    return false;
  }
  return std::ranges::none_of(flat.goal->unwanted,
                              [&](const Node* node) { return Meets(*node, value); });
}

Solver::Found Solver::SolveFlat(const Flat& flat) {
  const bool listed = std::ranges::any_of(flat.nodes, [](const Node* node) {
    return node->constant != nullptr || node->enumeration != nullptr;
  });
  if (listed) return FromList(flat);
  const bool plain = flat.goal->extreme == Extreme::kNone;
  if (plain && full_) {
    if (Found found = FromHints(flat, true)) return found;
  }
  if (plain) {
    if (Found found = FromHints(flat, false)) return found;
  }
  Types allowed = kAnyType;
  bool typed = false;
  for (const Node* node : flat.nodes) {
    typed = typed || node->types.has_value();
    allowed &= node->types.value_or(kAnyType);
  }
  const Types implied = ImpliedTypes(flat.nodes);
  // Without any word on what it is, it is as little as can be.
  const bool anything = !typed && implied == 0 && !full_;
  if (anything) {
    if (Found found = OfType(flat, kNull)) return found;
  }
  constexpr Types kOrder[] = {kObject, kArray, kString, kInteger, kNumber, kBoolean, kNull};
  for (const bool first : {true, false}) {
    std::vector<Types> types;
    for (const Types type : kOrder) {
      const bool wanted = (implied & type) != 0;
      if ((allowed & type) != 0 && wanted == first) types.push_back(type);
    }
    if (!typed && full_) std::ranges::reverse(types);
    if (!types.empty()) {
      std::ranges::rotate(
          types, types.begin() + static_cast<std::ptrdiff_t>(flat.variety / 3 % types.size()));
    }
    for (const Types type : types) {
      if (Found found = OfType(flat, type)) return found;
      if (steps_ > kMostSteps) return std::nullopt;
    }
  }
  return plain ? FromHints(flat, true) : std::nullopt;
}

// The values of the first schema that lists some.
Solver::Found Solver::FromList(const Flat& flat) {
  std::vector<const json::Value*> values;
  const Node* lister = nullptr;
  for (const Node* node : flat.nodes) {
    if (lister != nullptr && node->constant == nullptr) continue;
    if (node->constant == nullptr && node->enumeration == nullptr) continue;
    values.clear();
    lister = node;
    if (node->constant != nullptr) {
      values.push_back(node->constant);
    } else {
      for (const json::Value& value : *node->enumeration) values.push_back(&value);
    }
  }
  const std::size_t turn =
      flat.variety + (full_ && !values.empty() ? ids_->Below(values.size()) : 0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const json::Value& value = *values[(turn + i) % values.size()];
    if (Accepts(flat, value)) return value;
  }
  return Failed(flat, *lister, lister->constant != nullptr ? "const" : "enum",
                "no value of it meets all else");
}

Solver::Found Solver::FromHints(const Flat& flat, bool examples) {
  std::vector<const json::Value*> hints;
  for (const Node* node : flat.nodes) {
    if (examples) {
      hints.insert(hints.end(), node->examples.begin(), node->examples.end());
    } else if (node->default_value != nullptr) {
      hints.push_back(node->default_value);
    }
  }
  if (hints.empty() || flat.variety >= hints.size()) return std::nullopt;
  const std::size_t turn = flat.variety + (full_ ? ids_->Below(hints.size()) : 0);
  const auto failure = failure_;
  for (std::size_t i = 0; i < hints.size(); ++i) {
    const json::Value& hint = *hints[(turn + i) % hints.size()];
    if (Accepts(flat, hint)) return hint;
  }
  failure_ = failure;
  return std::nullopt;
}

Solver::Found Solver::OfType(const Flat& flat, Types type) {
  const bool composite = type == kObject || type == kArray;
  const bool fixed = type == kNull || type == kBoolean;
  const std::size_t attempts = composite ? kCompositeAttempts : fixed ? 2 : kScalarAttempts;
  if (composite) {
    for (const Node* node : flat.nodes) ++entered_[node];
  }
  Found accepted;
  for (std::size_t attempt = 0; attempt < attempts && !accepted; ++attempt) {
    if (++steps_ > kMostSteps) break;
    Found made = Make(flat, type, attempt);
    if (!made) {
      // A number or string that can't be made once can't be made.
      if (!composite) break;
      continue;
    }
    if (Accepts(flat, *made)) accepted = std::move(made);
  }
  if (composite) {
    for (const Node* node : flat.nodes) --entered_[node];
  }
  return accepted;
}

Solver::Found Solver::Make(const Flat& flat, Types type, std::size_t attempt) {
  switch (type) {
    case kObject:
      return MakeObject(flat, attempt);
    case kArray:
      return MakeArray(flat, attempt);
    case kString:
      return MakeString(flat, attempt);
    case kInteger:
    case kNumber:
      return MakeNumber(flat, type == kInteger, attempt);
    case kBoolean: {
      const std::size_t turn = flat.variety + attempt + (full_ ? ids_->Below(2) : 0);
      return json::Value(turn % 2 == 1);
    }
    default:
      return json::Value();
  }
}

std::nullopt_t Solver::Failed(const std::string& path, std::string where, std::string why) {
  if (!failure_ || path.size() > failure_->path.size()) {
    failure_ = Failure{path, std::move(where), std::move(why)};
  }
  return std::nullopt;
}

std::nullopt_t Solver::Failed(const Flat& flat, const Node& node, std::string_view keyword,
                              std::string_view why) {
  return Failed(flat.path, fmt::format("{}/{}", node.location, keyword), std::string(why));
}

Error Solver::failure() const {
  std::string message = "no value was found that meets the schema";
  if (failure_) {
    message += fmt::format(": {}{}{}{}: {}", failure_->path.empty() ? "" : "at ", failure_->path,
                           failure_->path.empty() ? "" : ", ",
                           failure_->where.empty() ? "it" : failure_->where, failure_->why);
  }
  return SenderError("SchemaNotMet", std::move(message));
}

}  // namespace iatk::json_schema
