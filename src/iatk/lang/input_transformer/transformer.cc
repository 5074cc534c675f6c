#include "iatk/lang/input_transformer/transformer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "iatk/json/parse.h"
#include "iatk/json/write.h"

namespace iatk::input_transformer {
namespace {

constexpr std::size_t kMaxVariables = 100;
constexpr std::size_t kMaxTemplate = 8192;

constexpr std::array<std::string_view, 5> kReserved = {
    "aws.events.rule-arn", "aws.events.rule-name", "aws.events.event.ingestion-time",
    "aws.events.event", "aws.events.event.json"};

Error Invalid(std::string message) {
  return SenderError("ValidationException", std::move(message));
}

bool IsNameCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         c == '-' || c == '.';
}

json::Value EventWithoutDetail(const json::Value& event) {
  json::Value copy = event;
  if (json::Object* object = copy.AsObject()) object->Erase("detail");
  return copy;
}

// Text as it stands between the quotes of a JSON string.
std::string Inside(std::string_view text) {
  std::string quoted;
  json::WriteString(text, &quoted);
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

Result<Transformer> Transformer::Make(const std::map<std::string, std::string>& paths,
                                      std::string_view input_template) {
  Transformer transformer;
  if (paths.size() > kMaxVariables) {
    return Fail(Invalid("InputPathsMap must have at most 100 variables."));
  }
  if (input_template.empty() || input_template.size() > kMaxTemplate) {
    return Fail(Invalid("InputTemplate must have between 1 and 8192 characters."));
  }
  for (const auto& [name, text] : paths) {
    if (name.starts_with("AWS")) return Fail(Invalid("Invalid InputPathsMap key : " + name));
    IATK_TRY(Path path, ReadPath(text));
    transformer.paths_.emplace(name, std::move(path));
  }
  bool quoted = false;
  std::string stand_in;  // the template with harmless values, to see whether it is JSON
  Piece literal;
  for (std::size_t i = 0; i < input_template.size(); ++i) {
    const char c = input_template[i];
    std::size_t end = i + 1;
    while (end < input_template.size() && IsNameCharacter(input_template[end])) ++end;
    const bool variable =
        c == '<' && end > i + 1 && end < input_template.size() && input_template[end] == '>';
    if (variable) {
      Piece piece{{}, std::string(input_template.substr(i + 1, end - i - 1)), quoted};
      if (!transformer.paths_.contains(piece.variable) &&
          std::ranges::find(kReserved, piece.variable) == kReserved.end()) {
        return Fail(Invalid(fmt::format(
            "InputTemplate for target contains placeholder(s) that are not defined: <{}>",
            piece.variable)));
      }
      transformer.pieces_.push_back(std::exchange(literal, Piece()));
      transformer.pieces_.push_back(std::move(piece));
      stand_in += quoted ? "x" : "0";
      i = end;
      continue;
    }
    if (c == '"') quoted = !quoted;
    if (c == '\\' && quoted && i + 1 < input_template.size()) {
      literal.literal += c;
      stand_in += c;
      ++i;
    }
    literal.literal += input_template[i];
    stand_in += input_template[i];
  }
  transformer.pieces_.push_back(std::move(literal));
  const bool json_like = stand_in.find_first_of("{[") == stand_in.find_first_not_of(" \t\r\n");
  if (json_like && !json::Parse(stand_in)) {
    return Fail(Invalid("Invalid InputTemplate for target: it is not valid JSON."));
  }
  return transformer;
}

std::string Transformer::Apply(const json::Value& event, const Surroundings& surroundings) const {
  std::string out;
  for (const Piece& piece : pieces_) {
    if (piece.variable.empty()) {
      out += piece.literal;
      continue;
    }
    json::Value held;
    const json::Value* value = nullptr;
    if (const auto path = paths_.find(piece.variable); path != paths_.end()) {
      value = Follow(path->second, event);
    } else {
      if (piece.variable == "aws.events.rule-arn") {
        held = surroundings.rule_arn;
      } else if (piece.variable == "aws.events.rule-name") {
        held = surroundings.rule_name;
      } else if (piece.variable == "aws.events.event.ingestion-time") {
        held = surroundings.ingestion_time;
      } else {
        held = piece.variable == "aws.events.event" ? EventWithoutDetail(event) : event;
      }
      value = &held;
    }
    if (!piece.quoted) {
      out += value == nullptr ? "null" : json::Write(*value);
    } else if (value != nullptr) {
      const std::string* const text = value->AsString();
      out += Inside(text != nullptr ? *text : json::Write(*value));
    }
  }
  return out;
}

}  // namespace iatk::input_transformer
