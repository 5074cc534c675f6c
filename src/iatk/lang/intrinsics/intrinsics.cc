#include "iatk/lang/intrinsics/intrinsics.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <vector>

#include "iatk/base/digest.h"
#include "iatk/json/parse.h"
#include "iatk/json/write.h"
#include "iatk/lang/intrinsics/call.h"

namespace iatk::intrinsics {
namespace {

constexpr std::size_t kMaxText = 10'000;  // of Base64 and hash inputs
constexpr std::int64_t kMaxRange = 1000;  // items of States.ArrayRange

using Values = std::vector<json::Value>;

Error Failure(std::string message) {
  return SenderError("States.IntrinsicFailure", std::move(message));
}

struct Reading {
  const std::string& name;
  const Values& values;
  const Call& call;
  IdSource& ids;

  Error Bad() const { return Failure(fmt::format("Invalid arguments in {}", name)); }
  Result<std::string> Text(std::size_t i) const {
    if (values[i].AsString() == nullptr) return Fail(Bad());
    return *values[i].AsString();
  }
  Result<const json::Array*> List(std::size_t i) const {
    if (values[i].AsArray() == nullptr) return Fail(Bad());
    return values[i].AsArray();
  }
  Result<std::int64_t> Integer(std::size_t i) const {
    const json::Number* const number = values[i].AsNumber();
    if (number == nullptr) return Fail(Bad());
    if (const auto whole = number->AsInt64()) return *whole;
    const double rounded = std::round(number->AsDouble());
    if (!(std::abs(rounded) < 9e18)) return Fail(Bad());
    return static_cast<std::int64_t>(rounded);
  }
};

Result<json::Value> Format(const Reading& in) {
  // A literal's escapes are read here, where "\\{}" and "{}" differ.
  const Argument& first = in.call.arguments.front();
  IATK_TRY(std::string pattern, in.Text(0));
  if (first.literal.AsString() != nullptr) pattern = first.raw;
  std::string out;
  std::size_t next = 1;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\' && i + 1 < pattern.size()) {
      out += pattern[++i];
    } else if (pattern[i] == '{' && i + 1 < pattern.size() && pattern[i + 1] == '}') {
      ++i;
      if (next >= in.values.size()) {
        return Fail(
            Failure("number of arguments does not match the occurrences of {} in States.Format"));
      }
      const json::Value& value = in.values[next++];
      out += value.AsString() != nullptr ? *value.AsString() : json::Write(value);
    } else {
      out += pattern[i];
    }
  }
  if (next != in.values.size()) {
    return Fail(
        Failure("number of arguments does not match the occurrences of {} in States.Format"));
  }
  return json::Value(std::move(out));
}

Result<json::Value> StringToJson(const Reading& in) {
  IATK_TRY(const std::string text, in.Text(0));
  auto value = json::Parse(text);
  if (!value) return Fail(Failure("States.StringToJson was given text that is not JSON"));
  return *std::move(value);
}

Result<json::Value> JsonToString(const Reading& in) {
  return json::Value(json::Write(in.values[0]));
}

Result<json::Value> ArrayOf(const Reading& in) {
  return json::Value(json::Array(in.values.begin(), in.values.end()));
}

Result<json::Value> ArrayPartition(const Reading& in) {
  IATK_TRY(const json::Array* const array, in.List(0));
  IATK_TRY(const std::int64_t size, in.Integer(1));
  if (size <= 0) return Fail(in.Bad());
  json::Array chunks;
  for (const json::Value& item : *array) {
    if (chunks.empty() || static_cast<std::int64_t>(chunks.back().AsArray()->size()) == size) {
      chunks.emplace_back(json::Array());
    }
    chunks.back().AsArray()->push_back(item);
  }
  return json::Value(std::move(chunks));
}

Result<json::Value> ArrayContains(const Reading& in) {
  IATK_TRY(const json::Array* const array, in.List(0));
  return json::Value(std::ranges::any_of(
      *array, [&](const json::Value& item) { return json::Equal(item, in.values[1]); }));
}

Result<json::Value> ArrayRange(const Reading& in) {
  IATK_TRY(const std::int64_t first, in.Integer(0));
  IATK_TRY(const std::int64_t last, in.Integer(1));
  IATK_TRY(const std::int64_t step, in.Integer(2));
  if (step == 0) return Fail(in.Bad());
  json::Array range;
  for (std::int64_t i = first; step > 0 ? i <= last : i >= last;) {
    if (static_cast<std::int64_t>(range.size()) >= kMaxRange) {
      return Fail(Failure("States.ArrayRange makes more than 1000 items"));
    }
    range.emplace_back(i);
    if (__builtin_add_overflow(i, step, &i)) break;
  }
  return json::Value(std::move(range));
}

Result<json::Value> ArrayGetItem(const Reading& in) {
  IATK_TRY(const json::Array* const array, in.List(0));
  IATK_TRY(const std::int64_t index, in.Integer(1));
  if (index < 0 || index >= static_cast<std::int64_t>(array->size())) {
    return Fail(Failure("States.ArrayGetItem was given an index outside of its array"));
  }
  return (*array)[static_cast<std::size_t>(index)];
}

Result<json::Value> ArrayLength(const Reading& in) {
  IATK_TRY(const json::Array* const array, in.List(0));
  return json::Value(array->size());
}

Result<json::Value> ArrayUnique(const Reading& in) {
  IATK_TRY(const json::Array* const array, in.List(0));
  json::Array unique;
  for (const json::Value& item : *array) {
    if (std::ranges::none_of(unique,
                             [&](const json::Value& seen) { return json::Equal(seen, item); })) {
      unique.push_back(item);
    }
  }
  return json::Value(std::move(unique));
}

Result<std::string> BoundedText(const Reading& in) {
  IATK_TRY(std::string text, in.Text(0));
  if (text.size() > kMaxText)
    return Fail(Failure(in.name + " was given more than 10000 characters"));
  return text;
}

Result<json::Value> Encode64(const Reading& in) {
  IATK_TRY(const std::string text, BoundedText(in));
  return json::Value(Base64Encode(text));
}

Result<json::Value> Decode64(const Reading& in) {
  IATK_TRY(const std::string text, BoundedText(in));
  auto bytes = Base64Decode(text);
  if (!bytes) return Fail(Failure("States.Base64Decode was given text that is not base64"));
  json::Value decoded(*std::move(bytes));
  if (!json::Parse(json::Write(decoded))) {
    return Fail(Failure("States.Base64Decode was given bytes that are no UTF-8 text"));
  }
  return decoded;
}

Result<json::Value> Hash(const Reading& in) {
  std::string data =
      in.values[0].AsString() != nullptr ? *in.values[0].AsString() : json::Write(in.values[0]);
  if (data.size() > kMaxText)
    return Fail(Failure(in.name + " was given more than 10000 characters"));
  IATK_TRY(const std::string algorithm, in.Text(1));
  static const std::map<std::string, const EVP_MD* (*)()> algorithms = {{"MD5", EVP_md5},
                                                                        {"SHA-1", EVP_sha1},
                                                                        {"SHA-256", EVP_sha256},
                                                                        {"SHA-384", EVP_sha384},
                                                                        {"SHA-512", EVP_sha512}};
  const auto found = algorithms.find(algorithm);
  if (found == algorithms.end()) return Fail(in.Bad());
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  if (EVP_Digest(data.data(), data.size(), bytes.data(), &size, found->second(), nullptr) != 1) {
    return Fail(in.Bad());
  }
  return json::Value(HexEncode({reinterpret_cast<const char*>(bytes.data()), size}));
}

Result<json::Value> JsonMerge(const Reading& in) {
  const json::Object* const first = in.values[0].AsObject();
  const json::Object* const second = in.values[1].AsObject();
  const bool* const deep = in.values[2].AsBool();
  if (first == nullptr || second == nullptr || deep == nullptr) return Fail(in.Bad());
  if (*deep) return Fail(Failure("States.JsonMerge supports the shallow merging mode only"));
  json::Object merged = *first;
  for (const auto& [name, value] : *second) merged.Set(name, value);
  return json::Value(std::move(merged));
}

Result<json::Value> MathRandom(const Reading& in) {
  IATK_TRY(const std::int64_t low, in.Integer(0));
  IATK_TRY(const std::int64_t high, in.Integer(1));
  if (low >= high) return Fail(in.Bad());
  const std::uint64_t span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
  const auto draw = [low, span](IdSource& ids) {
    return json::Value(
        static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + ids.Below(span)));
  };
  if (in.values.size() == 3) {
    // A seed makes the same number each time.
    IATK_TRY(const std::int64_t seed, in.Integer(2));
    const auto seeded = MakeSeededIdSource(static_cast<std::uint64_t>(seed));
    return draw(*seeded);
  }
  return draw(in.ids);
}

Result<json::Value> MathAdd(const Reading& in) {
  IATK_TRY(const std::int64_t a, in.Integer(0));
  IATK_TRY(const std::int64_t b, in.Integer(1));
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return Fail(in.Bad());
  return json::Value(sum);
}

Result<json::Value> StringSplit(const Reading& in) {
  IATK_TRY(const std::string text, in.Text(0));
  IATK_TRY(const std::string delimiters, in.Text(1));
  json::Array parts;
  std::string part;
  for (const char c : text) {
    if (delimiters.find(c) == std::string::npos) {
      part += c;
    } else if (!part.empty()) {
      parts.emplace_back(std::exchange(part, {}));
    }
  }
  if (!part.empty()) parts.emplace_back(part);
  return json::Value(std::move(parts));
}

Result<json::Value> Uuid(const Reading& in) { return json::Value(in.ids.Uuid()); }

struct Function {
  std::size_t min_arguments;
  std::size_t max_arguments;
  Result<json::Value> (*run)(const Reading&);
};

const std::map<std::string, Function, std::less<>>& Functions() {
  constexpr std::size_t kAny = 1000;
  static const std::map<std::string, Function, std::less<>> functions = {
      {"States.Array", {0, kAny, ArrayOf}},
      {"States.ArrayContains", {2, 2, ArrayContains}},
      {"States.ArrayGetItem", {2, 2, ArrayGetItem}},
      {"States.ArrayLength", {1, 1, ArrayLength}},
      {"States.ArrayPartition", {2, 2, ArrayPartition}},
      {"States.ArrayRange", {3, 3, ArrayRange}},
      {"States.ArrayUnique", {1, 1, ArrayUnique}},
      {"States.Base64Decode", {1, 1, Decode64}},
      {"States.Base64Encode", {1, 1, Encode64}},
      {"States.Format", {1, kAny, Format}},
      {"States.Hash", {2, 2, Hash}},
      {"States.JsonMerge", {3, 3, JsonMerge}},
      {"States.JsonToString", {1, 1, JsonToString}},
      {"States.MathAdd", {2, 2, MathAdd}},
      {"States.MathRandom", {2, 3, MathRandom}},
      {"States.StringSplit", {2, 2, StringSplit}},
      {"States.StringToJson", {1, 1, StringToJson}},
      {"States.UUID", {0, 0, Uuid}},
  };
  return functions;
}

Result<void> CheckCall(const Call& call) {
  const auto found = Functions().find(call.name);
  if (found == Functions().end() || call.arguments.size() < found->second.min_arguments ||
      call.arguments.size() > found->second.max_arguments) {
    return Fail(SenderError("InvalidIntrinsic",
                            fmt::format("The function '{}' had the wrong number of arguments or is "
                                        "not known",
                                        call.name)));
  }
  for (const Argument& argument : call.arguments) {
    for (const Call& inner : argument.calls) IATK_CHECK(CheckCall(inner));
  }
  return {};
}

Result<json::Value> Run(const Call& call, const Scope& scope) {
  Values values;
  for (const Argument& argument : call.arguments) {
    if (!argument.calls.empty()) {
      IATK_TRY(json::Value value, Run(argument.calls.front(), scope));
      values.push_back(std::move(value));
    } else if (!argument.path.empty()) {
      IATK_TRY(json::Value value, scope.path(argument.path));
      values.push_back(std::move(value));
    } else {
      values.push_back(argument.literal);
    }
  }
  return Functions().at(call.name).run({call.name, values, call, scope.ids});
}

}  // namespace

bool IsCall(std::string_view text) { return text.starts_with("States."); }

Result<void> Check(std::string_view text) {
  IATK_TRY(const Call call, ReadCall(text));
  return CheckCall(call);
}

Result<json::Value> Evaluate(std::string_view text, const Scope& scope) {
  const auto failed = [](Error error) { return Failure(std::move(error.message)); };
  IATK_TRY(const Call call, ReadCall(text).map_error(failed));
  IATK_CHECK(CheckCall(call).map_error(failed));
  return Run(call, scope);
}

}  // namespace iatk::intrinsics
