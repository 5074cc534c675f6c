#include "iatk/kit/lost_event.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "iatk/base/arn.h"
#include "iatk/base/time_text.h"
#include "iatk/json/parse.h"
#include "iatk/json/write.h"
#include "iatk/kit/listener_source.h"
#include "iatk/kit/trace_tree.h"
#include "iatk/lang/event_pattern/event.h"
#include "iatk/lang/event_pattern/explain.h"
#include "iatk/model/events/operations.h"
#include "iatk/model/sqs/operations.h"

namespace iatk::kit {

namespace ev = model::events;
namespace sqs = model::sqs;

namespace {

constexpr std::size_t kMostRules = 2000;
constexpr int kDeadLetterLooks = 10;

struct BusRule {
  std::string name;
  bool enabled = true;
  event_pattern::NamedPattern pattern;
};

class Search {
 public:
  Search(Session& session, const LostEventParams& params) : session_(session), params_(params) {
    if (params_.event_bus_name.empty()) params_.event_bus_name = "default";
  }

  Result<Trail> Run() {
    IATK_CHECK(LookAtBus());
    IATK_TRY(const std::vector<BusRule> rules, RulesOfBus());
    std::vector<const BusRule*> matching = LookAtRules(rules);
    for (const BusRule* rule : matching) IATK_CHECK(LookAtTargets(*rule));
    LookAtTrace();
    LookAtListener();
    for (const Station& station : trail_.stations) {
      if (station.seen == Station::Seen::kYes)
        trail_.last_seen = station.place + ": " + station.what;
    }
    if (trail_.last_seen.empty()) trail_.last_seen = "nowhere: nothing shows that the bus took it";
    return std::move(trail_);
  }

 private:
  using enum Station::Seen;

  void Add(std::string place, Station::Seen seen, std::string what) {
    trail_.stations.push_back({std::move(place), seen, std::move(what)});
  }

  // Tells whether the bus took the event, and completes the event as the bus would have.
  Result<void> LookAtBus() {
    ev::DescribeEventBusRequest input;
    input.name = params_.event_bus_name;
    IATK_TRY(const ev::DescribeEventBusResponse bus,
             session_.Call<ev::op::DescribeEventBus>(input));
    const std::string place = fmt::format("event bus {}", params_.event_bus_name);
    if (params_.event_id.empty()) {
      Add(place, kUnknown, "it is not known whether the bus took the event");
    } else {
      Add(place, kYes, fmt::format("it took the event, as {}", params_.event_id));
    }
    const Arn arn = ParseArn(bus.arn.value_or("")).value_or(Arn());
    if (params_.event.AsObject() == nullptr) params_.event = json::Object{};
    json::Object& event = *params_.event.AsObject();
    const auto complete = [&](std::string_view key, json::Value value) {
      if (!event.Contains(key)) event.Set(key, std::move(value));
    };
    complete("version", "0");
    complete("id", params_.event_id);
    complete("detail-type", "");
    complete("source", "");
    complete("account", arn.account);
    complete("time", FormatIso8601(session_.clock().Now()));
    complete("region", arn.region);
    complete("resources", json::Array{});
    complete("detail", json::Object{});
    return {};
  }

  Result<std::vector<BusRule>> RulesOfBus() {
    std::vector<BusRule> rules;
    ev::ListRulesRequest input;
    input.event_bus_name = params_.event_bus_name;
    do {
      IATK_TRY(const ev::ListRulesResponse output, session_.Call<ev::op::ListRules>(input));
      for (const ev::Rule& rule : output.rules.value_or(std::vector<ev::Rule>())) {
        if (!rule.event_pattern || rules.size() >= kMostRules) continue;
        Result<event_pattern::Pattern> pattern = event_pattern::Compile(*rule.event_pattern);
        const std::string name = rule.name.value_or("");
        if (!pattern) {
          Add(fmt::format("rule {}", name), kUnknown,
              fmt::format("its pattern can't be read here: {}", pattern.error().message));
          continue;
        }
        rules.push_back({name, rule.state != "DISABLED", {name, *std::move(pattern)}});
      }
      input.next_token = output.next_token;
    } while (input.next_token && !input.next_token->empty());
    return rules;
  }

  // The rules that the event matches; why the listener's own does not, and which others come
  // nearest.
  std::vector<const BusRule*> LookAtRules(const std::vector<BusRule>& rules) {
    const event_pattern::FlatEvent flat(params_.event);
    std::vector<const BusRule*> matching;
    std::vector<event_pattern::NamedPattern> others;
    bool listener_found = params_.listener_id.empty();
    for (const BusRule& rule : rules) {
      const bool own = rule.name == params_.listener_id;
      listener_found = listener_found || own;
      const std::string place = fmt::format("rule {}{}", rule.name, own ? " (the listener's)" : "");
      if (rule.pattern.pattern.Matches(flat)) {
        Add(place, rule.enabled ? kYes : kNo,
            rule.enabled ? "the event matches it"
                         : "the event matches it, but the rule is disabled");
        if (rule.enabled) matching.push_back(&rule);
      } else if (own) {
        Add(place, kNo,
            event_pattern::ToText(event_pattern::Explain(rule.pattern.pattern, params_.event)));
      } else {
        others.push_back(rule.pattern);
      }
    }
    if (!listener_found) {
      Add(fmt::format("rule {} (the listener's)", params_.listener_id), kNo,
          "there is no such rule on the bus");
    }
    if (matching.empty() && !others.empty()) {
      Add("rules of the bus", kNo,
          fmt::format("none of {} matches; the nearest:\n{}", others.size(),
                      event_pattern::ToText(event_pattern::NearestRules(others, params_.event))));
    } else if (rules.empty()) {
      Add("rules of the bus", kNo, "it has none");
    }
    return matching;
  }

  Result<void> LookAtTargets(const BusRule& rule) {
    ev::ListTargetsByRuleRequest input;
    input.rule = rule.name;
    input.event_bus_name = params_.event_bus_name;
    std::size_t count = 0;
    do {
      IATK_TRY(const ev::ListTargetsByRuleResponse output,
               session_.Call<ev::op::ListTargetsByRule>(input));
      for (const ev::Target& target : output.targets.value_or(std::vector<ev::Target>())) {
        ++count;
        LookAtTarget(rule.name, target);
      }
      input.next_token = output.next_token;
    } while (input.next_token && !input.next_token->empty());
    if (count == 0) Add(fmt::format("rule {}", rule.name), kNo, "it has no targets");
    return {};
  }

  void LookAtTarget(const std::string& rule, const ev::Target& target) {
    const std::string place = fmt::format("target {} of rule {}", target.id.value_or(""), rule);
    const std::string arn = target.arn.value_or("");
    if (const auto parsed = ParseArn(arn); parsed && parsed->service == "sqs") {
      if (const auto url = FindQueueUrl(session_, arn); !url) {
        Add(place, IsGone(url.error()) ? kNo : kUnknown,
            fmt::format("{}: {}", arn, Describe(url.error())));
      }
    }
    if (!target.dead_letter_config || !target.dead_letter_config->arn) {
      Add(place, kUnknown,
          fmt::format("{} has no dead-letter queue: a failed delivery leaves no "
                      "message behind",
                      arn));
      return;
    }
    LookAtDeadLetters(fmt::format("dead-letter queue of {}", place),
                      *target.dead_letter_config->arn);
  }

  void LookAtDeadLetters(const std::string& place, const std::string& queue_arn) {
    const Result<std::string> url = FindQueueUrl(session_, queue_arn);
    if (!url) {
      Add(place, kUnknown, Describe(url.error()));
      return;
    }
    for (int look = 0; look < kDeadLetterLooks; ++look) {
      sqs::ReceiveMessageRequest input;
      input.queue_url = *url;
      input.max_number_of_messages = 10;
      input.visibility_timeout = 2;  // long enough to see the next ones, and given back by itself
      input.message_attribute_names = std::vector<std::string>{"All"};
      const Result<sqs::ReceiveMessageResult> output =
          session_.Call<sqs::op::ReceiveMessage>(input);
      if (!output) {
        Add(place, kUnknown, Describe(output.error()));
        return;
      }
      const auto messages = output->messages.value_or(std::vector<sqs::Message>());
      if (messages.empty()) break;
      for (const sqs::Message& message : messages) {
        if (IsTheEvent(message.body.value_or(""))) {
          Add(place, kYes, WhyDead(message));
          return;
        }
      }
    }
    Add(place, kNo, "the event is not in it");
  }

  bool IsTheEvent(const std::string& body) const {
    if (params_.event_id.empty()) return false;
    return body.find(params_.event_id) != std::string::npos;
  }

  static std::string WhyDead(const sqs::Message& message) {
    std::string why = "the event is in it";
    if (!message.message_attributes) return why;
    for (const auto& [name, value] : *message.message_attributes) {
      why += fmt::format("; {}: {}", name, value.string_value.value_or(""));
    }
    return why;
  }

  void LookAtTrace() {
    if (params_.trace_header.empty()) return;
    const Result<TraceTree> found = GetTraceTree(session_, params_.trace_header, false);
    const std::string place = fmt::format("trace {}", params_.trace_header);
    if (!found) {
      Add(place, kUnknown, Describe(found.error()));
      return;
    }
    std::string hops;
    for (const std::size_t place : found->tree.segments) {
      const trace::Document& segment = found->tree.documents[place];
      hops += fmt::format("{}{} ({})", hops.empty() ? "" : " → ",
                          segment.name.empty() ? "?" : segment.name, segment.origin);
    }
    Add(place, kYes, fmt::format("it went {}", hops));
  }

  // An event that came, and is not what was expected, is not lost.
  void LookAtListener() {
    if (params_.listener_id.empty() || params_.event_id.empty()) return;
    const auto feed = session_.FeedOf(params_.listener_id);
    if (!feed || (*feed)->counts().polls == 0) return;
    const std::string place = fmt::format("listener {}", params_.listener_id);
    if (const auto number = (*feed)->Find(params_.event_id)) {
      Add(place, kYes, fmt::format("it came, as event {}", *number));
    } else {
      Add(place, kNo, "it has not come");
    }
  }

  Session& session_;
  LostEventParams params_;
  Trail trail_;
};

std::string_view Word(Station::Seen seen) {
  switch (seen) {
    case Station::Seen::kYes:
      return "seen";
    case Station::Seen::kNo:
      return "not seen";
    case Station::Seen::kUnknown:
      break;
  }
  return "unknown";
}

}  // namespace

Result<Trail> FindLostEvent(Session& session, const LostEventParams& params) {
  return Search(session, params).Run();
}

std::string ToText(const Trail& trail) {
  std::string text = fmt::format("last seen: {}\n", trail.last_seen);
  for (const Station& station : trail.stations) {
    text += fmt::format("  {:<8}  {}: ", Word(station.seen), station.place);
    for (const char c : station.what) {
      text += c;
      if (c == '\n') text += "            ";
    }
    while (text.ends_with(' ') || text.ends_with('\n')) text.pop_back();
    text += '\n';
  }
  return text;
}

json::Value ToJson(const Trail& trail) {
  json::Array stations;
  for (const Station& station : trail.stations) {
    stations.push_back(json::Object{{"Place", station.place},
                                    {"Seen", std::string(Word(station.seen))},
                                    {"What", station.what}});
  }
  return json::Object{{"LastSeen", trail.last_seen}, {"Stations", std::move(stations)}};
}

}  // namespace iatk::kit
