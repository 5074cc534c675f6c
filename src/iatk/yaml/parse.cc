#include "iatk/yaml/parse.h"

#include <fmt/format.h>
#include <simdjson.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "iatk/yaml/scalar.h"
#include "iatk/yaml/tags.h"

namespace iatk::yaml {
namespace {

// Leaves yaml-cpp's parser, which knows no other way out; never leaves Parse.
struct Refusal {
  std::string reason;
  YAML::Mark mark;
};

Error Invalid(const std::string& reason, const YAML::Mark& mark) {
  const int line = mark.line + 1;
  const int column = mark.column + 1;
  Error error =
      SenderError("InvalidYaml", fmt::format("{} (line {}, column {})", reason, line, column));
  error.details = {
      {"Line", std::to_string(line)}, {"Column", std::to_string(column)}, {"Reason", reason}};
  return error;
}

YAML::Mark MarkAt(std::string_view text, std::string_view::iterator place) {
  YAML::Mark mark;
  for (auto it = text.begin(); it != place; ++it) {
    ++mark.pos;
    ++mark.column;
    if (*it != '\n') continue;
    ++mark.line;
    mark.column = 0;
  }
  return mark;
}

struct Size {
  std::size_t nodes = 0;
  std::size_t bytes = 0;
};

Size SizeOf(const json::Value& value) {
  Size size{1, 0};
  const auto add = [&size](const json::Value& part) {
    const Size of_part = SizeOf(part);
    size.nodes += of_part.nodes;
    size.bytes += of_part.bytes;
  };
  if (const std::string* const text = value.AsString()) size.bytes += text->size();
  if (const json::Array* const array = value.AsArray()) {
    for (const json::Value& item : *array) add(item);
  }
  if (const json::Object* const object = value.AsObject()) {
    for (const auto& [key, item] : *object) {
      size.bytes += key.size();
      add(item);
    }
  }
  return size;
}

std::size_t DepthOf(const json::Value& value) {
  std::size_t depth = 0;
  if (const json::Array* const array = value.AsArray()) {
    for (const json::Value& item : *array) depth = std::max(depth, DepthOf(item));
    return depth + 1;
  }
  if (const json::Object* const object = value.AsObject()) {
    for (const auto& [key, item] : *object) depth = std::max(depth, DepthOf(item));
    return depth + 1;
  }
  return 0;
}

class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(const ParseLimits& limits) : limits_(limits) {}

  json::Value Take() { return root_ ? *std::move(root_) : json::Value(); }

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (AwaitsKey()) throw Refusal{"null is not allowed as a key", mark};
    Complete(nullptr, "?", anchor, mark);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (AwaitsKey()) {
      if (tag != "?" && tag != "!") throw Refusal{"a tag is not allowed on a key", mark};
      if (anchor != YAML::NullAnchor) anchors_[anchor] = {value, {1, value.size()}, 0};
      TakeKey(value, tag == "?" && value == "<<", mark);
      return;
    }
    Complete(Scalar(tag, value, mark), tag, anchor, mark);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto it = anchors_.find(anchor);
    if (it == anchors_.end()) throw Refusal{"an alias inside of its own anchor", mark};
    const Anchor& target = it->second;
    if (AwaitsKey()) {
      const std::string* const key = target.value.AsString();
      if (key == nullptr) throw Refusal{"only a string can be a key", mark};
      TakeKey(*key, false, mark);
      return;
    }
    if ((frames_.empty() ? 0 : frames_.back().depth) + target.depth > limits_.max_depth)
      throw TooDeep(mark);
    Count(target.size, mark);
    Attach(target.value, mark);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    Open(json::Array(), tag, anchor, mark);
  }
  void OnSequenceEnd() override { Close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    Open(json::Object(), tag, anchor, mark);
  }
  void OnMapEnd() override { Close(); }

 private:
  struct Anchor {
    json::Value value;
    Size size;
    std::size_t depth = 0;
  };
  struct Frame {
    json::Value value;  // the array or object so far
    std::string tag;
    YAML::anchor_t anchor = YAML::NullAnchor;
    YAML::Mark mark;
    std::size_t depth = 0;  // with the long forms of tags around
    std::optional<std::string> key;
    bool key_merges = false;
    std::unordered_set<std::string> keys;
    std::vector<json::Member> merged;
  };

  Refusal TooDeep(const YAML::Mark& mark) const {
    return {fmt::format("nested deeper than {} levels", limits_.max_depth), mark};
  }

  void Count(const Size& size, const YAML::Mark& mark) {
    nodes_ += size.nodes;
    bytes_ += size.bytes;
    if (nodes_ > limits_.max_nodes) {
      throw Refusal{fmt::format("more than {} values", limits_.max_nodes), mark};
    }
    if (bytes_ > limits_.max_expanded_bytes) {
      throw Refusal{fmt::format("more than {} bytes of values", limits_.max_expanded_bytes), mark};
    }
  }

  bool AwaitsKey() const {
    return !frames_.empty() && frames_.back().value.AsObject() != nullptr && !frames_.back().key;
  }

  void TakeKey(const std::string& key, bool merges, const YAML::Mark& mark) {
    Frame& frame = frames_.back();
    if (!merges && !frame.keys.insert(key).second) {
      throw Refusal{fmt::format("duplicate key \"{}\"", key), mark};
    }
    Count({0, key.size()}, mark);
    frame.key = key;
    frame.key_merges = merges;
  }

  void Open(json::Value empty, const std::string& tag, YAML::anchor_t anchor,
            const YAML::Mark& mark) {
    if (AwaitsKey()) throw Refusal{"only a string can be a key", mark};
    const bool wrapped = FunctionOfTag(tag).has_value();
    Frame frame;
    frame.value = std::move(empty);
    frame.tag = tag;
    frame.anchor = anchor;
    frame.mark = mark;
    frame.depth = (frames_.empty() ? 0 : frames_.back().depth) + 1 + (wrapped ? 1 : 0);
    if (frame.depth > limits_.max_depth) throw TooDeep(mark);
    Count({1, 0}, mark);
    frames_.push_back(std::move(frame));
  }

  void Close() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    if (json::Object* const object = frame.value.AsObject()) {
      for (auto& [key, value] : frame.merged) {
        if (frame.keys.insert(key).second) object->Append(std::move(key), std::move(value));
      }
    }
    Complete(std::move(frame.value), frame.tag, frame.anchor, frame.mark, /*counted=*/true);
  }

  static json::Value Scalar(const std::string& tag, const std::string& text,
                            const YAML::Mark& mark) {
    if (tag == "?") return ResolvePlain(text);
    constexpr std::string_view kStandard = "tag:yaml.org,2002:";
    if (!tag.starts_with(kStandard)) return text;
    const std::string_view type = std::string_view(tag).substr(kStandard.size());
    if (type == "str") return text;
    if (type == "null") return nullptr;
    if (type == "bool") {
      if (const auto value = ReadBool(text)) return *value;
    } else if (type == "int") {
      if (auto value = ReadInt(text)) return *std::move(value);
    } else if (type == "float") {
      if (auto value = ReadFloat(text)) return *std::move(value);
      if (auto value = ReadInt(text)) return *std::move(value);
    } else {
      throw Refusal{fmt::format("the tag !!{} is not supported", type), mark};
    }
    throw Refusal{fmt::format("\"{}\" is not of the type !!{}", text, type), mark};
  }

  // A value is whole: puts the long form of its tag around it, remembers its anchor and hands it to
  // the collection that it is in.
  void Complete(json::Value value, const std::string& tag, YAML::anchor_t anchor,
                const YAML::Mark& mark, bool counted = false) {
    if (!counted) {
      const std::string* const text = value.AsString();
      Count({1, text != nullptr ? text->size() : 0}, mark);
    }
    if (auto function = FunctionOfTag(tag)) {
      value = LongForm(*function, std::move(value));
      if ((frames_.empty() ? 0 : frames_.back().depth) + 2 > limits_.max_depth) throw TooDeep(mark);
      Count({2, function->size()}, mark);
    } else if (tag.starts_with("!") && tag.size() > 1) {
      throw Refusal{fmt::format("unknown tag {}", tag), mark};
    } else if (tag.size() > 1 && (value.AsArray() != nullptr || value.AsObject() != nullptr) &&
               tag != (value.AsArray() != nullptr ? "tag:yaml.org,2002:seq"
                                                  : "tag:yaml.org,2002:map")) {
      throw Refusal{fmt::format("the tag {} is not supported", tag), mark};
    }
    if (anchor != YAML::NullAnchor) anchors_[anchor] = {value, SizeOf(value), DepthOf(value)};
    Attach(std::move(value), mark);
  }

  void Attach(json::Value value, const YAML::Mark& mark) {
    if (frames_.empty()) {
      root_ = std::move(value);
      return;
    }
    Frame& frame = frames_.back();
    if (json::Array* const array = frame.value.AsArray()) {
      array->push_back(std::move(value));
      return;
    }
    if (frame.key_merges) {
      Merge(std::move(value), mark);
    } else {
      frame.value.AsObject()->Append(*std::move(frame.key), std::move(value));
    }
    frame.key.reset();
    frame.key_merges = false;
  }

  // differs from AWS: "CloudFormation doesn't support hash merges" ("CloudFormation template
  // format"), but the CLIs that send templates expand them first.
  void Merge(json::Value value, const YAML::Mark& mark) {
    std::vector<json::Member>& merged = frames_.back().merged;
    if (json::Object* const object = value.AsObject()) {
      for (json::Member& member : *object) merged.push_back(std::move(member));
      return;
    }
    json::Array* const array = value.AsArray();
    if (array == nullptr) throw Refusal{"a merge key needs a mapping or a list of them", mark};
    for (json::Value& item : *array) {
      json::Object* const object = item.AsObject();
      if (object == nullptr) throw Refusal{"a merge key needs a mapping or a list of them", mark};
      for (json::Member& member : *object) merged.push_back(std::move(member));
    }
  }

  const ParseLimits& limits_;
  std::size_t nodes_ = 0;
  std::size_t bytes_ = 0;
  std::vector<Frame> frames_;
  std::unordered_map<YAML::anchor_t, Anchor> anchors_;
  std::optional<json::Value> root_;
};

}  // namespace

Result<json::Value> Parse(std::string_view text, const ParseLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return Fail(Invalid(fmt::format("more than {} bytes", limits.max_bytes), YAML::Mark()));
  }
  if (!simdjson::validate_utf8(text.data(), text.size())) {
    return Fail(Invalid("text that is not UTF-8", YAML::Mark()));
  }
  // YAML's printable characters; a 0 would also let yaml-cpp take the text for UTF-16 or UTF-32.
  const auto control = std::ranges::find_if(text, [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') ||
           c == 0x7F;
  });
  if (control != text.end()) return Fail(Invalid("a control character", MarkAt(text, control)));
  std::istringstream stream{std::string(text)};
  Builder builder(limits);
  try {
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) return json::Value();
    class Another final : public YAML::EventHandler {
     public:
      void OnDocumentStart(const YAML::Mark& mark) override {
        throw Refusal{"a second document", mark};
      }
      void OnDocumentEnd() override {}
      void OnNull(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
      void OnAlias(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
      void OnScalar(const YAML::Mark& /*mark*/, const std::string& /*tag*/,
                    YAML::anchor_t /*anchor*/, const std::string& /*value*/) override {}
      void OnSequenceStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/,
                           YAML::anchor_t /*anchor*/, YAML::EmitterStyle::value /*s*/) override {}
      void OnSequenceEnd() override {}
      void OnMapStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/,
                      YAML::anchor_t /*anchor*/, YAML::EmitterStyle::value /*s*/) override {}
      void OnMapEnd() override {}
    } another;
    parser.HandleNextDocument(another);
  } catch (const Refusal& refusal) {
    return Fail(Invalid(refusal.reason, refusal.mark));
  } catch (const YAML::Exception& exception) {
    return Fail(Invalid(exception.msg, exception.mark));
  }
  return builder.Take();
}

}  // namespace iatk::yaml
