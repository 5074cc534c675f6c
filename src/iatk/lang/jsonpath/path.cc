#include "iatk/lang/jsonpath/path.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>
#include <utility>

#include "iatk/json/parse.h"

namespace iatk::jsonpath {

namespace {

constexpr std::size_t kMaxLength = 4096;
constexpr std::size_t kMaxSteps = 128;
constexpr std::size_t kMaxValues = 100'000;
constexpr int kMaxFilterDepth = 16;
constexpr int kMaxPathDepth = 4;  // paths in filters of paths
constexpr std::array<std::string_view, 6> kFunctions = {"length", "keys", "min",
                                                        "max",    "sum",  "avg"};

Error Invalid(std::string_view path) {
  return SenderError("InvalidPath", fmt::format("Invalid path '{}'", path));
}

}  // namespace

// A condition on "@": either of two others, a negation, a comparison, or that a path leads
// somewhere.
struct Filter {
  enum class Kind { kOr, kAnd, kNot, kCompare, kExists };
  Kind kind = Kind::kExists;
  std::shared_ptr<const Filter> left, right;
  std::string comparison;  // "==", "!=", "<", "<=", ">", ">="
  struct Operand {
    std::shared_ptr<const Path> path;  // from "@"; else the literal
    json::Value literal;
  };
  Operand a, b;

  bool Holds(const json::Value& at) const;
};

namespace {

std::optional<json::Value> ValueOf(const Filter::Operand& operand, const json::Value& at) {
  if (operand.path == nullptr) return operand.literal;
  return operand.path->Evaluate(at);
}

bool Compare(const json::Value& a, std::string_view comparison, const json::Value& b) {
  if (comparison == "==") return json::Equal(a, b);
  if (comparison == "!=") return !json::Equal(a, b);
  int order = 0;
  if (a.AsNumber() != nullptr && b.AsNumber() != nullptr) {
    const double x = a.AsNumber()->AsDouble();
    const double y = b.AsNumber()->AsDouble();
    order = x < y ? -1 : x > y ? 1 : 0;
  } else if (a.AsString() != nullptr && b.AsString() != nullptr) {
    order = a.AsString()->compare(*b.AsString());
  } else {
    return false;
  }
  if (comparison == "<") return order < 0;
  if (comparison == "<=") return order <= 0;
  if (comparison == ">") return order > 0;
  return order >= 0;
}

}  // namespace

// Reads the text of a path.
class Reader {
 public:
  Reader(std::string_view text, int depth) : text_(text), path_depth_(depth) {}

  Result<std::vector<Step>> ReadSteps(std::string* function) {
    std::vector<Step> steps;
    ++at_;  // '$' or '@'
    while (at_ < text_.size()) {
      if (steps.size() >= kMaxSteps) return Fail(Invalid(text_));
      const std::string_view rest = text_.substr(at_);
      for (const std::string_view name : kFunctions) {
        if (rest.size() == name.size() + 3 && rest[0] == '.' && rest.ends_with("()") &&
            rest.substr(1, name.size()) == name) {
          *function = name;
          return steps;
        }
      }
      bool descend = false;
      if (Take('.')) {
        descend = Take('.');
        if (!(descend && Peek() == '[')) {
          IATK_TRY(Step step, ReadName());
          step.descend = descend;
          steps.push_back(std::move(step));
          continue;
        }
      }
      if (!Take('[')) return Fail(Invalid(text_));
      IATK_TRY(Step step, ReadBrackets());
      step.descend = descend;
      steps.push_back(std::move(step));
    }
    return steps;
  }

 private:
  Result<Step> ReadName() {
    Step step;
    if (Take('*')) {
      step.kind = Step::Kind::kWildcard;
      return step;
    }
    const std::size_t end = std::min(text_.find_first_of(".[]() '\"", at_), text_.size());
    if (end == at_) return Fail(Invalid(text_));
    step.names.emplace_back(text_.substr(at_, end - at_));
    at_ = end;
    return step;
  }

  // Behind '[', to behind ']'.
  Result<Step> ReadBrackets() {
    Step step;
    SkipSpace();
    if (Take('*')) {
      step.kind = Step::Kind::kWildcard;
    } else if (Take('?')) {
      SkipSpace();
      if (!Take('(')) return Fail(Invalid(text_));
      step.kind = Step::Kind::kFilter;
      IATK_TRY(step.filter, ReadOr(0));
      SkipSpace();
      if (!Take(')')) return Fail(Invalid(text_));
    } else if (Peek() == '\'' || Peek() == '"') {
      do {
        SkipSpace();
        IATK_TRY(std::string name, ReadQuoted());
        step.names.push_back(std::move(name));
        SkipSpace();
      } while (Take(','));
    } else {
      IATK_CHECK(ReadIndexes(&step));
    }
    SkipSpace();
    if (!Take(']')) return Fail(Invalid(text_));
    return step;
  }

  Result<void> ReadIndexes(Step* step) {
    step->kind = Step::Kind::kIndexes;
    std::optional<std::int64_t> number = ReadInteger();
    SkipSpace();
    if (Peek() == ':') {
      step->kind = Step::Kind::kSlice;
      step->begin = number;
      Take(':');
      step->end = ReadInteger();
      if (Take(':')) step->stride = ReadInteger();
      if (step->stride && *step->stride <= 0) return Fail(Invalid(text_));
      return {};
    }
    if (!number) return Fail(Invalid(text_));
    step->indexes.push_back(*number);
    while (Take(',')) {
      number = ReadInteger();
      if (!number) return Fail(Invalid(text_));
      step->indexes.push_back(*number);
      SkipSpace();
    }
    return {};
  }

  std::optional<std::int64_t> ReadInteger() {
    SkipSpace();
    std::int64_t value = 0;
    const auto parsed = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (parsed.ec != std::errc()) return std::nullopt;
    at_ = static_cast<std::size_t>(parsed.ptr - text_.data());
    return value;
  }

  Result<std::string> ReadQuoted() {
    const char quote = Peek();
    if (quote != '\'' && quote != '"') return Fail(Invalid(text_));
    std::string out;
    for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      out += text_[at_];
    }
    if (!Take(quote)) return Fail(Invalid(text_));
    return out;
  }

  using FilterPtr = std::shared_ptr<const Filter>;

  Result<FilterPtr> ReadOr(int depth) {
    IATK_TRY(FilterPtr left, ReadAnd(depth));
    while (SkipSpace(), TakeText("||")) {
      IATK_TRY(FilterPtr right, ReadAnd(depth));
      auto both = std::make_shared<Filter>();
      both->kind = Filter::Kind::kOr;
      both->left = std::move(left);
      both->right = std::move(right);
      left = std::move(both);
    }
    return left;
  }

  Result<FilterPtr> ReadAnd(int depth) {
    IATK_TRY(FilterPtr left, ReadTerm(depth));
    while (SkipSpace(), TakeText("&&")) {
      IATK_TRY(FilterPtr right, ReadTerm(depth));
      auto both = std::make_shared<Filter>();
      both->kind = Filter::Kind::kAnd;
      both->left = std::move(left);
      both->right = std::move(right);
      left = std::move(both);
    }
    return left;
  }

  Result<FilterPtr> ReadTerm(int depth) {
    if (depth > kMaxFilterDepth) return Fail(Invalid(text_));
    SkipSpace();
    if (Take('!')) {
      auto negation = std::make_shared<Filter>();
      negation->kind = Filter::Kind::kNot;
      IATK_TRY(negation->left, ReadTerm(depth + 1));
      return FilterPtr(std::move(negation));
    }
    if (Take('(')) {
      IATK_TRY(FilterPtr inner, ReadOr(depth + 1));
      SkipSpace();
      if (!Take(')')) return Fail(Invalid(text_));
      return inner;
    }
    auto filter = std::make_shared<Filter>();
    IATK_TRY(filter->a, ReadOperand());
    SkipSpace();
    for (const std::string_view comparison : {"==", "!=", "<=", ">=", "<", ">"}) {
      if (!TakeText(comparison)) continue;
      filter->kind = Filter::Kind::kCompare;
      filter->comparison = comparison;
      IATK_TRY(filter->b, ReadOperand());
      return FilterPtr(std::move(filter));
    }
    if (filter->a.path == nullptr) return Fail(Invalid(text_));
    return FilterPtr(std::move(filter));
  }

  Result<Filter::Operand> ReadOperand() {
    SkipSpace();
    Filter::Operand operand;
    if (Peek() == '@') {
      // To the end of the path: brackets may hold anything.
      std::size_t end = at_;
      int depth = 0;
      for (; end < text_.size(); ++end) {
        const char c = text_[end];
        if (c == '[') ++depth;
        if (c == ']' && depth-- == 0) break;
        if (depth == 0 && std::string_view(" )=!<>&|").find(c) != std::string_view::npos &&
            !(c == ')' && text_[end - 1] == '(')) {
          break;
        }
      }
      std::string path("$");
      path += text_.substr(at_ + 1, end - at_ - 1);
      IATK_TRY(Path compiled, Path::CompileAt(path, path_depth_ + 1));
      operand.path = std::make_shared<const Path>(std::move(compiled));
      at_ = end;
      return operand;
    }
    if (Peek() == '\'' || Peek() == '"') {
      IATK_TRY(std::string text, ReadQuoted());
      operand.literal = std::move(text);
      return operand;
    }
    const std::size_t end = std::min(text_.find_first_of(" )=!<>&|", at_), text_.size());
    auto literal = json::Parse(text_.substr(at_, end - at_));
    if (!literal) return Fail(Invalid(text_));
    operand.literal = *std::move(literal);
    at_ = end;
    return operand;
  }

  void SkipSpace() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool Take(char c) {
    if (Peek() != c || at_ >= text_.size()) return false;
    ++at_;
    return true;
  }
  bool TakeText(std::string_view text) {
    if (!text_.substr(at_).starts_with(text)) return false;
    at_ += text.size();
    return true;
  }

  std::string_view text_;
  int path_depth_;  // of paths within filters
  std::size_t at_ = 0;
};

namespace {

using Values = std::vector<const json::Value*>;

void AddDescendants(const json::Value& value, Values* out) {
  if (out->size() >= kMaxValues) return;
  out->push_back(&value);
  if (const json::Object* object = value.AsObject()) {
    for (const auto& [name, member] : *object) AddDescendants(member, out);
  } else if (const json::Array* array = value.AsArray()) {
    for (const json::Value& item : *array) AddDescendants(item, out);
  }
}

std::optional<std::size_t> Place(std::int64_t index, std::size_t size) {
  const auto count = static_cast<std::int64_t>(size);
  const std::int64_t place = index < 0 ? index + count : index;
  if (place < 0 || place >= count) return std::nullopt;
  return static_cast<std::size_t>(place);
}

void AddSlice(const Step& step, const json::Array& array, Values* out) {
  const auto count = static_cast<std::int64_t>(array.size());
  const auto bound = [count](std::optional<std::int64_t> given, std::int64_t otherwise) {
    const std::int64_t value = given.value_or(otherwise);
    return std::clamp<std::int64_t>(value < 0 ? value + count : value, 0, count);
  };
  const std::int64_t end = bound(step.end, count);
  const std::int64_t stride = step.stride.value_or(1);
  for (std::int64_t i = bound(step.begin, 0); i < end; i += stride) {
    out->push_back(&array[static_cast<std::size_t>(i)]);
    if (stride > count) break;
  }
}

void Apply(const Step& step, const json::Value& value, Values* out) {
  if (out->size() >= kMaxValues) return;
  const json::Object* const object = value.AsObject();
  const json::Array* const array = value.AsArray();
  switch (step.kind) {
    case Step::Kind::kNames:
      if (object == nullptr) return;
      for (const std::string& name : step.names) {
        if (const json::Value* member = object->Find(name)) out->push_back(member);
      }
      return;
    case Step::Kind::kIndexes:
      if (array == nullptr) return;
      for (const std::int64_t index : step.indexes) {
        if (const auto place = Place(index, array->size())) out->push_back(&(*array)[*place]);
      }
      return;
    case Step::Kind::kSlice:
      if (array != nullptr) AddSlice(step, *array, out);
      return;
    case Step::Kind::kWildcard:
    case Step::Kind::kFilter: {
      const auto take = [&](const json::Value& item) {
        if (step.filter == nullptr || step.filter->Holds(item)) out->push_back(&item);
      };
      if (array != nullptr) {
        for (const json::Value& item : *array) take(item);
      } else if (object != nullptr && step.kind == Step::Kind::kWildcard) {
        for (const auto& [name, member] : *object) take(member);
      } else if (object != nullptr) {
        take(value);
      }
    }
  }
}

std::optional<json::Value> Compute(std::string_view function, const json::Value& value) {
  const json::Object* const object = value.AsObject();
  const json::Array* const array = value.AsArray();
  if (function == "length") {
    if (array != nullptr) return json::Value(array->size());
    if (object != nullptr) return json::Value(object->size());
    return std::nullopt;
  }
  if (function == "keys") {
    if (object == nullptr) return std::nullopt;
    json::Array keys;
    for (const auto& [name, member] : *object) keys.emplace_back(name);
    return json::Value(std::move(keys));
  }
  if (array == nullptr) return std::nullopt;
  std::vector<double> numbers;
  for (const json::Value& item : *array) {
    if (item.AsNumber() != nullptr) numbers.push_back(item.AsNumber()->AsDouble());
  }
  if (numbers.empty()) return std::nullopt;
  if (function == "min") return json::Value(std::ranges::min(numbers));
  if (function == "max") return json::Value(std::ranges::max(numbers));
  const double sum = std::accumulate(numbers.begin(), numbers.end(), 0.0);
  return json::Value(function == "sum" ? sum : sum / static_cast<double>(numbers.size()));
}

}  // namespace

bool Filter::Holds(const json::Value& at) const {
  switch (kind) {
    case Kind::kOr:
      return left->Holds(at) || right->Holds(at);
    case Kind::kAnd:
      return left->Holds(at) && right->Holds(at);
    case Kind::kNot:
      return !left->Holds(at);
    case Kind::kExists:
      return a.path->Evaluate(at).has_value();
    case Kind::kCompare: {
      const auto x = ValueOf(a, at);
      const auto y = ValueOf(b, at);
      return x && y && Compare(*x, comparison, *y);
    }
  }
  return false;
}

Result<Path> Path::Compile(std::string_view text) { return CompileAt(text, 0); }

Result<Path> Path::CompileAt(std::string_view text, int depth) {
  if (depth > kMaxPathDepth || text.empty() || text[0] != '$' || text.size() > kMaxLength)
    return Fail(Invalid(text));
  Path path;
  IATK_TRY(path.steps_, Reader(text, depth).ReadSteps(&path.function_));
  return path;
}

bool Path::definite() const {
  return std::ranges::all_of(steps_, [](const Step& step) {
    return !step.descend && ((step.kind == Step::Kind::kNames && step.names.size() == 1) ||
                             (step.kind == Step::Kind::kIndexes && step.indexes.size() == 1));
  });
}

bool Path::is_reference() const {
  return definite() && function_.empty() && std::ranges::all_of(steps_, [](const Step& step) {
           return step.kind == Step::Kind::kNames || step.indexes.front() >= 0;
         });
}

bool Path::MergesNames() const {
  if (steps_.empty() || steps_.back().names.size() < 2 || steps_.back().descend) return false;
  Path before;
  before.steps_.assign(steps_.begin(), steps_.end() - 1);
  return before.definite();
}

std::optional<json::Value> Path::Find(const json::Value& root) const {
  const bool merges = MergesNames();
  Values values = {&root};
  bool definite_so_far = true;
  for (std::size_t i = 0; i < steps_.size() - (merges ? 1U : 0U); ++i) {
    const Step& step = steps_[i];
    Values from;
    if (step.descend) {
      for (const json::Value* value : values) AddDescendants(*value, &from);
    } else {
      from = std::move(values);
    }
    values.clear();
    for (const json::Value* value : from) Apply(step, *value, &values);
    definite_so_far = definite_so_far && !step.descend && step.kind == Step::Kind::kNames &&
                      step.names.size() == 1;
    if (definite_so_far && values.empty()) return std::nullopt;
  }
  if (merges) {
    const json::Object* const object = values.empty() ? nullptr : values.front()->AsObject();
    if (object == nullptr) return std::nullopt;
    json::Object merged;
    for (const std::string& name : steps_.back().names) {
      if (const json::Value* member = object->Find(name)) merged.Set(name, *member);
    }
    return json::Value(std::move(merged));
  }
  if (definite()) {
    return values.empty() ? std::nullopt : std::optional<json::Value>(*values.front());
  }
  json::Array all;
  for (const json::Value* value : values) all.push_back(*value);
  return json::Value(std::move(all));
}

std::optional<json::Value> Path::Evaluate(const json::Value& root) const {
  std::optional<json::Value> found = Find(root);
  if (!found || function_.empty()) return found;
  return Compute(function_, *found);
}

Result<void> Path::Set(json::Value* root, json::Value value) const {
  json::Value* at = root;
  for (const Step& step : steps_) {
    if (step.kind == Step::Kind::kNames) {
      if (at->is_null()) *at = json::Object();
      if (at->AsObject() == nullptr) {
        return Fail(SenderError("NoSuchPlace", "a value on the way is no object"));
      }
      at = &(*at->AsObject())[step.names.front()];
      continue;
    }
    json::Array* const array = at->AsArray();
    const auto place = array == nullptr ? std::nullopt : Place(step.indexes.front(), array->size());
    if (!place) return Fail(SenderError("NoSuchPlace", "an index is past its array"));
    at = &(*array)[*place];
  }
  *at = std::move(value);
  return {};
}

}  // namespace iatk::jsonpath
