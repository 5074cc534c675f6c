#include "iatk/lang/event_pattern/complexity.h"

#include <algorithm>
#include <deque>
#include <set>
#include <utility>

namespace iatk::event_pattern {
namespace {

constexpr std::size_t kMaxSets = 5000;

// A wildcard pattern as steps: a byte that must come, or any run.
struct Step {
  bool any = false;
  char byte = 0;
};

std::vector<Step> StepsOf(const std::string& wildcard) {
  std::vector<Step> steps = {{false, '"'}};
  for (std::size_t i = 0; i < wildcard.size(); ++i) {
    if (wildcard[i] == '*') {
      steps.push_back({true, 0});
    } else {
      if (wildcard[i] == '\\' && i + 1 < wildcard.size()) ++i;
      steps.push_back({false, wildcard[i]});
    }
  }
  steps.push_back({false, '"'});
  return steps;
}

// A place: a pattern and how many of its steps are behind it.
using Place = std::pair<std::size_t, std::size_t>;
using Places = std::set<Place>;

}  // namespace

std::size_t WildcardComplexity(const std::vector<std::string>& wildcards) {
  std::vector<std::vector<Step>> patterns;
  std::set<char> alphabet = {'\0'};
  for (const std::string& wildcard : wildcards) {
    patterns.push_back(StepsOf(wildcard));
    for (const Step& step : patterns.back()) {
      if (!step.any) alphabet.insert(step.byte);
    }
  }
  // Any run may be empty: behind it is also where it stands before it.
  const auto add = [&patterns](Places* places, Place place) {
    const std::vector<Step>& steps = patterns[place.first];
    places->insert(place);
    while (place.second < steps.size() && steps[place.second].any) {
      ++place.second;
      places->insert(place);
    }
  };
  Places start;
  for (std::size_t i = 0; i < patterns.size(); ++i) add(&start, {i, 1});
  std::set<Places> seen = {start};
  std::deque<Places> left = {start};
  std::size_t most = start.size();
  while (!left.empty() && most < kTooComplex) {
    if (seen.size() > kMaxSets) return kTooComplex;
    const Places places = std::move(left.front());
    left.pop_front();
    for (const char byte : alphabet) {
      Places next;
      for (const auto& [pattern, place] : places) {
        const std::vector<Step>& steps = patterns[pattern];
        if (steps[place - 1].any) add(&next, {pattern, place});
        if (place < steps.size() && !steps[place].any && steps[place].byte == byte) {
          add(&next, {pattern, place + 1});
        }
      }
      most = std::max(most, next.size());
      // Behind the closing quote nothing can come.
      if (byte == '"' || next.empty()) continue;
      if (seen.insert(next).second) left.push_back(std::move(next));
    }
  }
  return most;
}

}  // namespace iatk::event_pattern
