#include <utility>

#include "engine.h"
#include "iatk/json/write.h"
#include "iatk/lang/event_pattern/pattern.h"
#include "iatk/lang/event_pattern/rule_set.h"

namespace iatk::bench {
namespace {

class Iatk : public Engine {
 public:
  explicit Iatk(event_pattern::EventNames names) : names_(names) {}

  Result<void> SetRules(const json::Array& patterns) override {
    rules_ = std::make_unique<event_pattern::RuleSet>();
    for (std::size_t i = 0; i < patterns.size(); ++i) {
      IATK_TRY(const event_pattern::Pattern pattern,
               event_pattern::Compile(json::Write(patterns[i])));
      rules_->Add(i, pattern);
    }
    return {};
  }

  std::vector<std::int64_t> Run(const std::vector<std::string_view>& events) override {
    std::vector<std::int64_t> counts(rules_->size());
    std::vector<event_pattern::EventText> texts;
    texts.reserve(events.size());
    for (const std::string_view event : events) texts.push_back({event, names_});
    rules_->MatchEach(texts, [&counts](std::size_t, const std::vector<Id>& matches) {
      for (const Id id : matches) ++counts[id];
    });
    return counts;
  }

  std::size_t Bytes() const override { return rules_->Bytes(); }

 private:
  using Id = event_pattern::RuleSet::Id;

  event_pattern::EventNames names_;
  std::unique_ptr<event_pattern::RuleSet> rules_;
};

}  // namespace

std::unique_ptr<Engine> MakeIatk(event_pattern::EventNames names) {
  return std::make_unique<Iatk>(names);
}

}  // namespace iatk::bench
