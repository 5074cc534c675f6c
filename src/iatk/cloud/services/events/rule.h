// Rules, their targets, and the buses they are on.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "iatk/base/clock.h"
#include "iatk/json/value.h"
#include "iatk/lang/event_pattern/rule_set.h"
#include "iatk/lang/input_transformer/transformer.h"
#include "iatk/model/events/types.h"

namespace iatk::cloud {

/// A target as it was put, with its transformation read.
struct RuleTarget {
  model::events::Target model;
  std::optional<input_transformer::Path> input_path;
  std::optional<input_transformer::Transformer> transformer;
};

struct Rule {
  std::string name;
  std::string arn;
  event_pattern::RuleSet::Id id = 0;  ///< in the bus's set of patterns
  std::string event_pattern;          ///< as it was put; empty: none
  std::string schedule_expression;
  std::string state = "ENABLED";
  std::optional<std::string> description;
  std::optional<std::string> role_arn;
  std::map<std::string, std::string> tags;
  std::map<std::string, RuleTarget> targets;  // by id

  bool enabled() const { return state != "DISABLED"; }
};

struct EventBus {
  std::string name;
  std::string arn;
  std::optional<std::string> description;
  Time created;
  Time modified;
  std::map<std::string, std::string> tags;
  json::Array policy_statements;

  std::map<std::string, Rule, std::less<>> rules;  // by name
  event_pattern::RuleSet patterns;                 // of the enabled rules
  std::map<event_pattern::RuleSet::Id, std::string> names_by_id;
  event_pattern::RuleSet::Id last_id = 0;
};

}  // namespace iatk::cloud
