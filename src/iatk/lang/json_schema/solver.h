// The search for an instance that meets several schemas at once.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "iatk/base/ids.h"
#include "iatk/lang/json_schema/generate.h"
#include "iatk/lang/json_schema/node.h"

namespace iatk::json_schema {

/// How often an object or an array is made anew if it does not meet what it shall.
inline constexpr std::size_t kCompositeAttempts = 4;

/// Which end of what a goal allows is wanted.
enum class Extreme { kNone, kLeast, kMost };

/// What a value shall meet, and what not.
struct Goal {
  std::vector<const Node*> wanted;
  std::vector<const Node*> unwanted;
  Extreme extreme = Extreme::kNone;
};

/// One search. A goal's schemas are laid side by side, with what they refer to and with one choice
/// of their alternatives at a time; a value is made of all that they say together, and then tested.
class Solver {
 public:
  Solver(const Schema& schema, const GenerateOptions& options)
      : schema_(schema),
        options_(options),
        full_(options.form == Form::kFull),
        ids_(MakeSeededIdSource(options.seed)) {}

  /// A value, or nullopt; then failure() says why. A `variety` above 0 asks for another value than
  /// lower ones gave. `path` is the value's.
  std::optional<json::Value> Solve(const Goal& goal, const std::string& path, std::size_t variety);

  Error failure() const;
  /// How much work it was; a search gives up at 20,000.
  std::size_t steps() const { return steps_; }

 private:
  // The schemas side by side.
  struct Flat {
    std::vector<const Node*> nodes;
    std::vector<const Node*> unwanted;
    std::vector<std::pair<const Node*, int>> choices;  // a node and which of its keywords
    const Node* impossible = nullptr;                  // a `false` among them
    const Goal* goal = nullptr;
    std::string path;
    std::size_t variety = 0;
  };
  struct Branch {
    std::vector<const Node*> wanted;
    std::vector<const Node*> unwanted;
  };
  using Found = std::optional<json::Value>;

  static void Add(const Node* node, Flat* flat);
  std::vector<Branch> BranchesOf(const std::pair<const Node*, int>& choice, std::size_t variety);
  Found SolveChoices(const Flat& flat);
  Found SolveFlat(const Flat& flat);
  Found FromList(const Flat& flat);
  Found FromHints(const Flat& flat, bool examples);
  Found OfType(const Flat& flat, Types type);
  Found Make(const Flat& flat, Types type, std::size_t attempt);
  bool Accepts(const Flat& flat, const json::Value& value);
  bool Meets(const Node& node, const json::Value& value);

  // make_scalar.cc
  Found MakeNumber(const Flat& flat, bool whole, std::size_t attempt);
  Found MakeString(const Flat& flat, std::size_t attempt);
  std::string FromPattern(const Flat& flat, const Regex& pattern, std::size_t least,
                          std::size_t most, std::size_t attempt);

  // make_composite.cc
  struct Member {
    std::string name;
    bool required = false;
  };
  Found MakeObject(const Flat& flat, std::size_t attempt);
  Found FillObject(const Flat& flat, const std::vector<Member>& members, bool recursion_allowed);
  std::vector<Member> MembersOf(const Flat& flat, std::size_t attempt);
  std::optional<Goal> MemberGoal(const Flat& flat, const std::string& name);
  std::optional<std::string> NewName(const Flat& flat, const json::Object& object,
                                     std::size_t attempt);
  Found MakeArray(const Flat& flat, std::size_t attempt);
  Goal ElementGoal(const Flat& flat, std::size_t index) const;
  std::size_t TimesEntered(const Goal& goal) const;

  std::nullopt_t Failed(const std::string& path, std::string where, std::string why);
  std::nullopt_t Failed(const Flat& flat, const Node& node, std::string_view keyword,
                        std::string_view why);

  struct Failure {
    std::string path;
    std::string where;
    std::string why;
  };

  const Schema& schema_;
  GenerateOptions options_;
  bool full_;
  std::unique_ptr<IdSource> ids_;
  std::map<const Node*, std::size_t> entered_;  // objects and arrays that the search is inside of
  std::size_t depth_ = 0;
  std::size_t steps_ = 0;
  std::optional<Failure> failure_;
};

}  // namespace iatk::json_schema
