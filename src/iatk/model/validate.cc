#include "iatk/model/validate.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "iatk/base/time_text.h"

namespace iatk::model {
namespace {

constexpr std::size_t kMaxProblems = 10;
constexpr std::size_t kMaxDepth = 64;

// Patterns of the models are Java's; those that RE2 does not know (look-around) are not checked.
const re2::RE2* Compiled(std::string_view pattern) {
  static std::mutex mutex;
  static auto& compiled =
      *new std::unordered_map<std::string_view, std::unique_ptr<const re2::RE2>>();
  const std::lock_guard lock(mutex);
  auto& entry = compiled[pattern];
  if (entry == nullptr) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    entry =
        std::make_unique<const re2::RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
  }
  return entry->ok() ? entry.get() : nullptr;
}

bool MatchesPattern(const std::string& text, std::string_view pattern) {
  // ".*" and the like say nothing; the commonest need no automaton.
  if (pattern == ".*" || pattern == "[\\s\\S]*" || pattern == "[\\s\\S]+") return true;
  const re2::RE2* const compiled = Compiled(pattern);
  return compiled == nullptr || re2::RE2::FullMatch(text, *compiled);
}

std::size_t CountCharacters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (c & 0xC0) != 0x80; }));
}

// AWS names members in its messages as its Java model does: "eventBusName".
std::string LowerFirst(std::string_view name) {
  std::string lower(name);
  if (!lower.empty() && lower[0] >= 'A' && lower[0] <= 'Z') {
    lower[0] = static_cast<char>(lower[0] + 32);
  }
  return lower;
}

std::string NumberText(double value) { return fmt::format("{}", value); }

class Checker {
 public:
  void CheckStruct(const Shape& shape, const void* object, const std::string& path,
                   std::size_t depth) {
    if (depth > kMaxDepth) return;
    for (const Member& member : shape.members) {
      const std::string at =
          path.empty() ? LowerFirst(member.name) : path + "." + LowerFirst(member.name);
      const void* const value = member.get(member, object);
      if (value != nullptr) {
        CheckValue(*member.shape, value, at, depth + 1);
      } else if (member.required) {
        if (first_missing_.empty()) first_missing_ = member.name;
        Add("Value null", at, "Member must not be null");
      }
    }
  }

  const std::vector<std::string>& problems() const { return problems_; }
  const std::string& first_missing() const { return first_missing_; }

 private:
  void CheckValue(const Shape& shape, const void* value, const std::string& path,
                  std::size_t depth) {
    switch (shape.type) {
      case Type::kStructure:
        CheckStruct(shape, value, path, depth);
        return;
      case Type::kList:
        CheckList(shape, value, path, depth);
        return;
      case Type::kMap:
        CheckMap(shape, value, path, depth);
        return;
      case Type::kString:
        if (shape.constraints != nullptr) {
          CheckString(shape, *static_cast<const std::string*>(value), path);
        }
        return;
      case Type::kInteger:
        CheckNumber(shape, *static_cast<const std::int32_t*>(value), path);
        return;
      case Type::kLong:
        CheckNumber(shape, static_cast<double>(*static_cast<const std::int64_t*>(value)), path);
        return;
      case Type::kFloat:
      case Type::kDouble:
        CheckNumber(shape, *static_cast<const double*>(value), path);
        return;
      case Type::kBlob:
        CheckLength(shape, static_cast<const std::string*>(value)->size(),
                    "java.nio.HeapByteBuffer", path);
        return;
      case Type::kBoolean:
      case Type::kTimestamp:
      case Type::kDocument:
        return;
    }
  }

  void CheckList(const Shape& shape, const void* list, const std::string& path, std::size_t depth) {
    const std::size_t size = shape.list->size(list);
    CheckLength(shape, size, "[]", path);
    for (std::size_t i = 0; i < size && problems_.size() < kMaxProblems; ++i) {
      CheckValue(*shape.element.shape, shape.list->at(list, i),
                 fmt::format("{}.{}.member", path, i + 1), depth + 1);
    }
  }

  void CheckMap(const Shape& shape, const void* map, const std::string& path, std::size_t depth) {
    CheckLength(shape, shape.map->size(map), "{}", path);
    struct Closure {
      Checker& checker;
      const Shape& shape;
      const std::string& path;
      std::size_t depth;
    } closure{*this, shape, path, depth};
    shape.map->each(map, &closure, [](void* opaque, std::string_view key, const void* value) {
      auto& c = *static_cast<Closure*>(opaque);
      if (c.checker.problems_.size() >= kMaxProblems) return;
      if (c.shape.key.shape->constraints != nullptr) {
        c.checker.CheckString(*c.shape.key.shape, std::string(key), c.path);
      }
      c.checker.CheckValue(*c.shape.element.shape, value, fmt::format("{}.{}.member", c.path, key),
                           c.depth + 1);
    });
  }

  void CheckString(const Shape& shape, const std::string& text, const std::string& path) {
    const Constraints& constraints = *shape.constraints;
    CheckLength(shape, CountCharacters(text), Shown(shape, text), path);
    if (!constraints.enum_values.empty() &&
        std::ranges::find(constraints.enum_values, text) == constraints.enum_values.end()) {
      Add(Quoted(shape, text), path,
          fmt::format("Member must satisfy enum value set: [{}]",
                      fmt::join(constraints.enum_values, ", ")));
    }
    if (!constraints.pattern.empty() && !MatchesPattern(text, constraints.pattern)) {
      Add(Quoted(shape, text), path,
          fmt::format("Member must satisfy regular expression pattern: {}", constraints.pattern));
    }
  }

  void CheckLength(const Shape& shape, std::size_t length, std::string_view shown,
                   const std::string& path) {
    const Constraints* const constraints = shape.constraints;
    if (constraints == nullptr) return;
    const auto size = static_cast<double>(length);
    if (constraints->has_min && size < constraints->min) {
      Add(fmt::format("Value '{}'", shown), path,
          fmt::format("Member must have length greater than or equal to {}",
                      NumberText(constraints->min)));
    }
    if (constraints->has_max && size > constraints->max) {
      Add(fmt::format("Value '{}'", shown), path,
          fmt::format("Member must have length less than or equal to {}",
                      NumberText(constraints->max)));
    }
  }

  void CheckNumber(const Shape& shape, double value, const std::string& path) {
    const Constraints* const constraints = shape.constraints;
    if (constraints == nullptr) return;
    const std::string shown = fmt::format("Value '{}'", NumberText(value));
    if (constraints->has_min && value < constraints->min) {
      Add(shown, path,
          fmt::format("Member must have value greater than or equal to {}",
                      NumberText(constraints->min)));
    }
    if (constraints->has_max && value > constraints->max) {
      Add(shown, path,
          fmt::format("Member must have value less than or equal to {}",
                      NumberText(constraints->max)));
    }
  }

  static std::string Shown(const Shape& shape, const std::string& text) {
    return shape.sensitive ? "***Sensitive Data Redacted***" : text;
  }
  static std::string Quoted(const Shape& shape, const std::string& text) {
    return fmt::format("Value '{}'", Shown(shape, text));
  }

  void Add(std::string_view value, std::string_view path, std::string_view constraint) {
    if (problems_.size() >= kMaxProblems) return;
    problems_.push_back(
        fmt::format("{} at '{}' failed to satisfy constraint: {}", value, path, constraint));
  }

  std::vector<std::string> problems_;
  std::string first_missing_;
};

// The code that a service gives to input that breaks its model.
std::string_view CodeOf(const Service& service) {
  if (service.protocol == Protocol::kQuery) return "ValidationError";
  if (service.name == "schemas") return "BadRequestException";
  if (service.name == "xray") return "InvalidRequestException";
  if (service.name == "logs" || service.name == "resourcegroupstaggingapi") {
    return "InvalidParameterException";
  }
  return "ValidationException";
}

}  // namespace

Result<void> Validate(const Operation& operation, const void* input) {
  const Service& service = *operation.service;
  if (service.name == "s3") return {};
  Checker checker;
  checker.CheckStruct(*operation.input, input, "", 0);
  const std::vector<std::string>& problems = checker.problems();
  if (service.name == "sqs") {
    if (checker.first_missing().empty()) return {};
    return Fail(SenderError(
        "MissingParameter",
        fmt::format("The request must contain the parameter {}.", checker.first_missing())));
  }
  if (problems.empty()) return {};
  return Fail(SenderError(std::string(CodeOf(service)),
                          fmt::format("{} validation error{} detected: {}", problems.size(),
                                      problems.size() == 1 ? "" : "s", fmt::join(problems, "; "))));
}

}  // namespace iatk::model
