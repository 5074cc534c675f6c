// What compare.py measures: something that takes rules and counts what they match.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "iatk/base/result.h"
#include "iatk/json/value.h"
#include "iatk/lang/event_pattern/event_names.h"

namespace iatk::bench {

class Engine {
 public:
  Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  virtual ~Engine() = default;

  /// Takes these rules instead of those before.
  virtual Result<void> SetRules(const json::Array& patterns) = 0;
  /// Matches the events, each in one text with the others and with some bytes behind it. How often
  /// each rule matched.
  virtual std::vector<std::int64_t> Run(const std::vector<std::string_view>& events) = 0;
  /// Of the rules' compiled form; 0 if unknown.
  virtual std::size_t Bytes() const { return 0; }
};

/// iatk's own: a RuleSet, that is told so much of the events' names.
std::unique_ptr<Engine> MakeIatk(event_pattern::EventNames names);

/// What it takes simdjson (On-Demand) to find the fields that the rules test, in the order of the
/// event and to its end, and to read their values; nothing is compared with them. It counts the
/// values found, all for the first rule.
std::unique_ptr<Engine> MakeFloor();

}  // namespace iatk::bench
