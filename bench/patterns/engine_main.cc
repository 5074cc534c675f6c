// One engine under compare.py, which speaks to all engines alike, a line of JSON each way:
//   {"rules": [pattern, …]}  ->  {"bytes": B}, or {"refused": "…"} if it can't take them
//   {"run": true}            ->  {"seconds": S, "matches": [count of each rule, …]}
#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "engine.h"
#include "iatk/json/parse.h"
#include "iatk/json/write.h"

namespace iatk::bench {
namespace {

constexpr std::size_t kBehind = 64;  // bytes that may be read behind an event

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

Result<json::Value> Answer(std::string_view line, const std::vector<std::string_view>& events,
                           Engine* engine) {
  IATK_TRY(const json::Value request, json::Parse(line));
  const json::Value* const rules = request.Find("rules");
  if (rules != nullptr && rules->AsArray() != nullptr) {
    IATK_CHECK(engine->SetRules(*rules->AsArray()));
    return json::Object{{"bytes", json::Number(static_cast<std::int64_t>(engine->Bytes()))}};
  }
  const auto begin = std::chrono::steady_clock::now();
  const std::vector<std::int64_t> counts = engine->Run(events);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  json::Array matches;
  for (const std::int64_t count : counts) matches.emplace_back(json::Number(count));
  return json::Object{{"seconds", json::Number(took.count())}, {"matches", std::move(matches)}};
}

bool HasPlainNames(std::string_view event) {
  const auto read = json::Parse(event);
  return read && event_pattern::NamesOf(*read) == event_pattern::EventNames::kPlain;
}

std::unique_ptr<Engine> MakeEngine(std::string_view name) {
  if (name == "iatk") return MakeIatk(event_pattern::EventNames::kAny);
  if (name == "iatk-plain") return MakeIatk(event_pattern::EventNames::kPlain);
  return name == "floor" ? MakeFloor() : nullptr;
}

int Serve(const char* events_path, bool are_plain, Engine* engine) {
  std::ifstream file(events_path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file) {
    std::cerr << "iatk_bench_patterns: " << events_path << " can't be read\n";
    return 2;
  }
  const std::size_t size = text.size();
  text.append(kBehind, ' ');
  const std::vector<std::string_view> events = Lines(std::string_view(text).substr(0, size));
  if (are_plain && !std::ranges::all_of(events, HasPlainNames)) {
    std::cerr << "iatk_bench_patterns: the events' names are not plain\n";
    return 2;
  }
  for (std::string line; std::getline(std::cin, line);) {
    const auto answer = Answer(line, events, engine);
    std::cout << json::Write(answer ? *answer : json::Object{{"refused", answer.error().message}})
              << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace iatk::bench

int main(int count, char** arguments) {
  const std::string_view name = count == 3 ? arguments[1] : "";
  const auto engine = iatk::bench::MakeEngine(name);
  if (engine == nullptr) {
    std::cerr << "Usage: iatk_bench_patterns iatk|iatk-plain|floor EVENTS.jsonl\n";
    return 2;
  }
  return iatk::bench::Serve(arguments[2], name == "iatk-plain", engine.get());
}
