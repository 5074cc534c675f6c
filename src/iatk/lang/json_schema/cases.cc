// Instances at the limits of a schema and past them.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <deque>
#include <map>
#include <set>

#include "iatk/json/write.h"
#include "iatk/lang/json_schema/generate.h"
#include "iatk/lang/json_schema/solver.h"
#include "iatk/lang/json_schema/uri.h"
#include "iatk/lang/json_schema/validate.h"

namespace iatk::json_schema {
namespace {

constexpr std::size_t kMostCases = 500;
constexpr std::size_t kMostTries = 5'000;
// Of all searches together.
constexpr std::size_t kMostSteps = 50'000;
constexpr std::size_t kMostListed = 50;
// Limits beyond which a value at the limit is too large to be of use.
constexpr std::size_t kLongestString = 20'000;
constexpr std::size_t kMostElements = 1'000;

json::Value* Locate(json::Value* value, std::string_view path) {
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string token = UnescapeToken(path.substr(0, end));
    path.remove_prefix(end);
    if (json::Array* array = value->AsArray()) {
      std::size_t index = 0;
      std::from_chars(token.data(), token.data() + token.size(), index);
      value = &(*array)[index];
    } else {
      value = value->Find(token);
    }
  }
  return value;
}

// The schemas that each part of an instance meets, in the order of the instance's text.
using Sites = std::map<std::string, std::vector<const Node*>>;

class CaseMaker {
 public:
  CaseMaker(const Schema& schema, const GenerateOptions& options)
      : schema_(schema), options_(options) {}

  Result<void> Begin() {
    IATK_TRY(base_, Generate(schema_, options_));
    ValidateOptions collect;
    collect.met = [this](const std::string& path, const Node& node) {
      std::vector<const Node*>& nodes = sites_[path];
      if (nodes.empty()) order_.push_back(path);
      if (std::ranges::find(nodes, &node) == nodes.end()) nodes.push_back(&node);
    };
    IATK_CHECK(Validate(schema_, base_, collect));
    return {};
  }

  std::vector<Case> Boundary() {
    for (const std::string& path : order_) {
      for (const Node* node : sites_[path]) Limits(path, *node);
      if (Full()) break;
    }
    return std::move(cases_);
  }

  std::vector<Case> Invalid() {
    for (const std::string& path : order_) {
      const json::Value value = *Locate(&base_, path);
      BreakType(path);
      for (const Node* node : sites_[path]) Break(path, *node, value);
      if (Full()) break;
    }
    return std::move(cases_);
  }

 private:
  bool Full() const {
    return cases_.size() >= kMostCases || tries_ >= kMostTries || steps_ >= kMostSteps;
  }

  std::optional<json::Value> Solved(const Goal& goal, const std::string& path,
                                    bool skip_optional = false) {
    GenerateOptions options = options_;
    options.skip_optional = options.skip_optional || skip_optional;
    if (Full()) return std::nullopt;
    ++tries_;
    Solver solver(schema_, options);
    auto value = solver.Solve(goal, path, 0);
    steps_ += solver.steps();
    return value;
  }

  void Keep(const std::string& path, const Node& node, std::string_view keyword,
            std::optional<json::Value> value, std::string note) {
    if (!value || Full()) return;
    json::Value whole = base_;
    *Locate(&whole, path) = std::move(*value);
    const auto violations = Validate(schema_, whole);
    if (!violations || !violations->empty()) return;
    if (!seen_.insert(path + " " + json::Write(whole)).second) return;
    cases_.push_back({std::move(whole), path, fmt::format("{}/{}", node.location, keyword),
                      std::string(keyword), std::move(note)});
  }

  void Limits(const std::string& path, const Node& node) {
    const Goal goal{sites_[path], {}, Extreme::kNone};
    const auto extreme = [&](std::string_view keyword, Extreme which) {
      Keep(path, node, keyword, Solved({goal.wanted, {}, which}, path, which == Extreme::kLeast),
           which == Extreme::kLeast ? "the least" : "the most");
    };
    if (node.minimum) extreme("minimum", Extreme::kLeast);
    if (node.exclusive_minimum) extreme("exclusiveMinimum", Extreme::kLeast);
    if (node.maximum) extreme("maximum", Extreme::kMost);
    if (node.exclusive_maximum) extreme("exclusiveMaximum", Extreme::kMost);
    if (node.format == "int32" || node.format == "int64") {
      extreme("format", Extreme::kLeast);
      extreme("format", Extreme::kMost);
    }
    const json::Value* const value = Locate(&base_, path);
    if (value->AsString() != nullptr) {
      extreme(node.min_length ? "minLength" : "type", Extreme::kLeast);
      if (node.max_length && *node.max_length <= kLongestString) {
        extreme("maxLength", Extreme::kMost);
      }
    }
    if (value->AsArray() != nullptr) {
      extreme(node.min_items ? "minItems" : "type", Extreme::kLeast);
      if (node.max_items && *node.max_items <= kMostElements) extreme("maxItems", Extreme::kMost);
    }
    if (value->AsObject() != nullptr) {
      extreme(node.min_properties ? "minProperties" : "required", Extreme::kLeast);
    }
    Listed(path, node);
    Typed(path, node);
    Alternatives(path, node, "anyOf", node.any_of);
    Alternatives(path, node, "oneOf", node.one_of);
  }

  void Listed(const std::string& path, const Node& node) {
    if (node.enumeration == nullptr) return;
    for (std::size_t i = 0; i < node.enumeration->size() && i < kMostListed; ++i) {
      const json::Value& value = (*node.enumeration)[i];
      Keep(path, node, "enum", value, json::Write(value));
    }
  }

  void Typed(const std::string& path, const Node& node) {
    if (!node.types) return;
    if ((*node.types & kBoolean) != 0) {
      for (const bool value : {false, true}) {
        Keep(path, node, "type", json::Value(value), value ? "true" : "false");
      }
    }
    for (const Types type : {kNull, kString, kInteger, kNumber, kArray, kObject}) {
      const bool several = (*node.types & ~(kInteger | kNumber)) != 0 || type == kNumber;
      if ((*node.types & type) == 0 || *node.types == type || !several) continue;
      Goal goal{sites_[path], {}, Extreme::kNone};
      Node& only = made_.emplace_back();
      only.types = type;
      goal.wanted.push_back(&only);
      Keep(path, node, "type", Solved(goal, path), TypeNames(type));
    }
  }

  void Alternatives(const std::string& path, const Node& node, std::string_view keyword,
                    const std::vector<const Node*>& alternatives) {
    // All that holds here, but for what the alternative taken in the base brings along.
    std::vector<const Node*> brought = alternatives;
    for (std::size_t i = 0; i < brought.size() && brought.size() < 1000; ++i) {
      const auto bring = [&brought](const Node* more) {
        if (more != nullptr && std::ranges::find(brought, more) == brought.end()) {
          brought.push_back(more);
        }
      };
      bring(brought[i]->reference);
      for (const auto* list : {&brought[i]->all_of, &brought[i]->any_of, &brought[i]->one_of}) {
        std::ranges::for_each(*list, bring);
      }
    }
    for (const Node* alternative : alternatives) {
      Goal goal{{}, {}, Extreme::kNone};
      for (const Node* one : sites_[path]) {
        if (std::ranges::find(brought, one) == brought.end()) goal.wanted.push_back(one);
      }
      goal.wanted.push_back(alternative);
      Keep(path, node, keyword, Solved(goal, path), alternative->location);
    }
  }

  // Keeps the change if it breaks one keyword that no case has broken yet.
  void TryBroken(const std::string& path, json::Value value) {
    if (Full()) return;
    ++tries_;
    json::Value whole = base_;
    *Locate(&whole, path) = std::move(value);
    const auto violations = Validate(schema_, whole);
    if (!violations || violations->size() != 1) return;
    const Violation& broken = violations->front();
    if (!seen_.insert(broken.instance_path + " " + broken.schema_path).second) return;
    cases_.push_back({std::move(whole), broken.instance_path, broken.schema_path, broken.keyword,
                      broken.message});
  }

  // A value of the site's schemas but for one, which stands relaxed.
  void TryRelaxed(const std::string& path, const Node& node, const Node& relaxed,
                  const Node& beyond) {
    Goal goal{{}, {}, Extreme::kNone};
    for (const Node* one : sites_[path]) {
      if (one == &node) {
        goal.wanted.push_back(&made_.emplace_back(relaxed));
      } else if (one->all_of.empty() && one->any_of.empty() && one->one_of.empty() &&
                 one->reference == nullptr) {
        goal.wanted.push_back(one);
      }
    }
    goal.wanted.push_back(&made_.emplace_back(beyond));
    if (auto value = Solved(goal, path)) TryBroken(path, std::move(*value));
  }

  void BreakType(const std::string& path) {
    for (json::Value other :
         {json::Value(), json::Value("text"), json::Value(0), json::Value(json::Number("0.5")),
          json::Value(true), json::Value(json::Array()), json::Value(json::Object())}) {
      TryBroken(path, std::move(other));
    }
  }

  void Break(const std::string& path, const Node& node, const json::Value& value) {
    if (value.AsNumber() != nullptr) BreakNumber(path, node);
    if (value.AsString() != nullptr) BreakString(path, node, *value.AsString());
    if (value.AsArray() != nullptr) BreakArray(path, node, *value.AsArray());
    if (value.AsObject() != nullptr) BreakObject(path, node, *value.AsObject());
  }

  void BreakNumber(const std::string& path, const Node& node) {
    const auto relaxed = [&](auto limit, auto beyond_limit) {
      if (!(node.*limit)) return;
      Node without = node;
      Node beyond;
      (without.*limit).reset();
      beyond.*beyond_limit = node.*limit;
      TryRelaxed(path, node, without, beyond);
    };
    relaxed(&Node::minimum, &Node::exclusive_maximum);
    relaxed(&Node::maximum, &Node::exclusive_minimum);
    relaxed(&Node::exclusive_minimum, &Node::maximum);
    relaxed(&Node::exclusive_maximum, &Node::minimum);
    if (node.multiple_of) {
      Node without = node;
      without.multiple_of.reset();
      Node beyond;
      Node& multiple = made_.emplace_back();
      multiple.multiple_of = node.multiple_of;
      beyond.negated = &multiple;
      TryRelaxed(path, node, without, beyond);
    }
  }

  void BreakString(const std::string& path, const Node& node, const std::string& text) {
    if (node.min_length && *node.min_length > 0) {
      Node without = node;
      without.min_length.reset();
      Node beyond;
      beyond.min_length = beyond.max_length = *node.min_length - 1;
      TryRelaxed(path, node, without, beyond);
    }
    if (node.max_length && *node.max_length < kLongestString) {
      Node without = node;
      without.max_length.reset();
      Node beyond;
      beyond.min_length = beyond.max_length = *node.max_length + 1;
      TryRelaxed(path, node, without, beyond);
    }
    if (node.pattern || !node.format.empty() || node.enumeration != nullptr ||
        node.constant != nullptr) {
      // Of the same length first: that other keywords may count.
      std::string same = text;
      if (!same.empty()) same.back() = '~';
      TryBroken(path, same);
      TryBroken(path, std::string(text.size(), '~'));
      TryBroken(path, std::string(text.size(), ' '));
      for (const char* other : {"~", "", "not of the kind", "0"}) TryBroken(path, other);
      TryBroken(path, text + "~");
    }
  }

  void BreakArray(const std::string& path, const Node& node, const json::Array& array) {
    if (node.min_items && *node.min_items > 0 && array.size() >= *node.min_items) {
      json::Array fewer = array;
      fewer.resize(*node.min_items - 1);
      TryBroken(path, std::move(fewer));
    }
    if (node.max_items && *node.max_items < kMostElements) {
      Node without = node;
      without.max_items.reset();
      Node beyond;
      beyond.min_items = beyond.max_items = *node.max_items + 1;
      TryRelaxed(path, node, without, beyond);
    }
    if (node.unique_items && !array.empty()) {
      json::Array twice = array;
      twice.push_back(array.front());
      TryBroken(path, std::move(twice));
      twice = array;
      twice.back() = array.front();
      TryBroken(path, std::move(twice));
    }
    if (node.contains != nullptr || node.items != nullptr || node.unevaluated_items != nullptr) {
      for (const json::Value& more : {json::Value(), json::Value("text"), json::Value(0)}) {
        json::Array with = array;
        with.push_back(more);
        TryBroken(path, std::move(with));
        TryBroken(path, json::Array(array.size(), more));
      }
    }
  }

  void BreakObject(const std::string& path, const Node& node, const json::Object& object) {
    const auto without = [&](const std::string& name) {
      json::Object fewer = object;
      if (fewer.Erase(name)) TryBroken(path, std::move(fewer));
    };
    std::ranges::for_each(node.required, without);
    for (const auto& [name, wanted] : node.dependent_required) {
      std::ranges::for_each(wanted, without);
    }
    if (node.min_properties) {
      json::Object fewer = object;
      while (!fewer.empty() && fewer.size() >= *node.min_properties) {
        fewer.Erase(std::prev(fewer.end())->first);
      }
      TryBroken(path, std::move(fewer));
    }
    if (node.max_properties && *node.max_properties < kMostElements) {
      json::Object more = object;
      for (std::size_t i = 0; more.size() <= *node.max_properties; ++i) {
        more.Set(fmt::format("unexpected{}", i), "text");
      }
      TryBroken(path, std::move(more));
    }
    for (const json::Value& extra : {json::Value("text"), json::Value(), json::Value(0)}) {
      json::Object more = object;
      more.Set("unexpected", extra);
      TryBroken(path, std::move(more));
    }
  }

  const Schema& schema_;
  GenerateOptions options_;
  json::Value base_;
  Sites sites_;
  std::vector<std::string> order_;
  std::deque<Node> made_;
  std::set<std::string> seen_;
  std::vector<Case> cases_;
  std::size_t tries_ = 0;
  std::size_t steps_ = 0;
};

}  // namespace

Result<std::vector<Case>> BoundaryCases(const Schema& schema, GenerateOptions options) {
  options.form = Form::kFull;
  CaseMaker maker(schema, options);
  IATK_CHECK(maker.Begin());
  return maker.Boundary();
}

Result<std::vector<Case>> InvalidCases(const Schema& schema, GenerateOptions options) {
  options.form = Form::kFull;
  CaseMaker maker(schema, options);
  IATK_CHECK(maker.Begin());
  return maker.Invalid();
}

}  // namespace iatk::json_schema
