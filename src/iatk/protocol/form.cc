#include "iatk/protocol/form.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "iatk/protocol/scalar.h"

namespace iatk::protocol {
namespace {

using model::Element;
using model::Member;
using model::Shape;
using model::TimestampFormat;
using model::Type;

constexpr std::size_t kMaxParameters = 20'000;
constexpr std::size_t kMaxLevels = 32;

std::optional<std::uint32_t> Index(std::string_view text) {
  std::uint32_t index = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), index);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
  return index;
}

// The numbered children of `node` in the order of their numbers.
std::vector<const FormNode*> Numbered(const FormNode* node) {
  std::vector<std::pair<std::uint32_t, const FormNode*>> found;
  if (node != nullptr) {
    for (const auto& [name, child] : node->children) {
      if (const auto index = Index(name)) found.emplace_back(*index, &child);
    }
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<const FormNode*> nodes;
  nodes.reserve(found.size());
  for (const auto& [index, child] : found) nodes.push_back(child);
  return nodes;
}

class Reader {
 public:
  explicit Reader(const Naming& naming) : naming_(naming) {}

  Result<void> ReadStructure(const Shape& shape, const FormNode& node, void* object) {
    for (const Member& member : shape.members) {
      const Type type = member.shape->type;
      if (type == Type::kList || type == Type::kMap) {
        const CollectionNames names = naming_.Of(member);
        const FormNode* child = node.Child(names.outer);
        if (child == nullptr) child = node.Child(member.wire_name);
        if (child == nullptr) continue;
        IATK_CHECK(
            ReadCollection(*member.shape, names, *child, member.name, member.make(member, object)));
        continue;
      }
      const FormNode* child = node.Child(member.wire_name);
      if (child == nullptr) continue;
      IATK_CHECK(Read(*member.shape, member.timestamp_format, *child, member.name,
                      member.make(member, object)));
    }
    return {};
  }

 private:
  Result<void> Read(const Shape& shape, TimestampFormat own, const FormNode& node,
                    std::string_view where, void* value) {
    if (shape.type == Type::kStructure) return ReadStructure(shape, node, value);
    if (shape.type == Type::kList || shape.type == Type::kMap) {
      return ReadCollection(shape, naming_.Of(shape), node, where, value);
    }
    const std::string& text = node.value ? *node.value : kEmpty;
    const TimestampFormat format = ResolveFormat(own, shape, TimestampFormat::kIso8601);
    if (ParseScalar(shape, text, format, value)) return {};
    return Fail(SenderError("MalformedInput", "Value '" + text + "' of parameter " +
                                                  std::string(where) + " is not a valid " +
                                                  std::string(TypeName(shape.type))));
  }

  Result<void> ReadCollection(const Shape& shape, const CollectionNames& names,
                              const FormNode& node, std::string_view where, void* value) {
    // Old clients wrote some lists flattened that are not; AWS reads both.
    const FormNode* nested = node.Child(names.element);
    for (const FormNode* entry : Numbered(nested != nullptr ? nested : &node)) {
      if (shape.type == Type::kList) {
        IATK_CHECK(Read(*shape.element.shape, shape.element.timestamp_format, *entry, where,
                        shape.list->append(value)));
        continue;
      }
      const FormNode* key = entry->Child(names.key);
      const FormNode* field = entry->Child(names.value);
      if (key == nullptr || !key->value) {
        return Fail(SenderError("MalformedInput", "An entry of parameter " + std::string(where) +
                                                      " has no " + std::string(names.key)));
      }
      void* made = shape.map->insert(value, *key->value);
      if (field == nullptr) continue;
      IATK_CHECK(Read(*shape.element.shape, shape.element.timestamp_format, *field, where, made));
    }
    return {};
  }

  static std::string_view TypeName(Type type) {
    switch (type) {
      case Type::kBoolean:
        return "Boolean";
      case Type::kInteger:
        return "Integer";
      case Type::kLong:
        return "Long";
      case Type::kFloat:
        return "Float";
      case Type::kDouble:
        return "Double";
      case Type::kBlob:
        return "Base64 string";
      case Type::kTimestamp:
        return "Timestamp";
      default:
        return "String";
    }
  }

  inline static const std::string kEmpty;
  const Naming& naming_;
};

class Writer {
 public:
  Writer(const Naming& naming, std::string* out) : naming_(naming), out_(*out) {}

  void WriteStructure(const Shape& shape, const std::string& prefix, const void* object) {
    for (const Member& member : shape.members) {
      const void* value = member.get(member, object);
      if (value == nullptr) continue;
      const Type type = member.shape->type;
      if (type == Type::kList || type == Type::kMap) {
        const CollectionNames names = naming_.Of(member);
        WriteCollection(*member.shape, names, prefix + std::string(names.outer), value);
      } else {
        Write(*member.shape, member.timestamp_format, prefix + std::string(member.wire_name),
              value);
      }
    }
  }

 private:
  void Write(const Shape& shape, TimestampFormat own, const std::string& name, const void* value) {
    switch (shape.type) {
      case Type::kStructure:
        WriteStructure(shape, name + ".", value);
        break;
      case Type::kList:
      case Type::kMap:
        WriteCollection(shape, naming_.Of(shape), name, value);
        break;
      default:
        Pair(name, ScalarText(shape, value, ResolveFormat(own, shape, TimestampFormat::kIso8601)));
    }
  }

  void WriteCollection(const Shape& shape, const CollectionNames& names, const std::string& name,
                       const void* value) {
    const std::string prefix =
        names.flattened ? name + "." : name + "." + std::string(names.element) + ".";
    if (shape.type == Type::kList) {
      const std::size_t size = shape.list->size(value);
      if (size == 0) Pair(name, "");
      for (std::size_t i = 0; i < size; ++i) {
        Write(*shape.element.shape, shape.element.timestamp_format, prefix + std::to_string(i + 1),
              shape.list->at(value, i));
      }
      return;
    }
    struct Closure {
      Writer* self;
      const Shape* shape;
      const CollectionNames* names;
      const std::string* prefix;
      std::size_t count;
    } closure{this, &shape, &names, &prefix, 0};
    shape.map->each(value, &closure, [](void* raw, std::string_view key, const void* entry) {
      auto& c = As<Closure>(raw);
      const std::string at = *c.prefix + std::to_string(++c.count) + ".";
      c.self->Pair(at + std::string(c.names->key), key);
      c.self->Write(*c.shape->element.shape, c.shape->element.timestamp_format,
                    at + std::string(c.names->value), entry);
    });
  }

  void Pair(std::string_view name, std::string_view value) {
    out_ += '&';
    PercentEncode(name, false, &out_);
    out_ += '=';
    PercentEncode(value, false, &out_);
  }

  const Naming& naming_;
  std::string& out_;
};

}  // namespace

const FormNode* FormNode::Child(std::string_view name) const {
  const auto found = children.find(name);
  return found == children.end() ? nullptr : &found->second;
}

Result<FormNode> ParseForm(QueryPairs pairs) {
  if (pairs.size() > kMaxParameters) {
    return Fail(SenderError("MalformedQueryString", "The query string has too many parameters."));
  }
  FormNode root;
  for (auto& [name, value] : pairs) {
    if (!IsUtf8(name) || !IsUtf8(value)) {
      return Fail(SenderError("MalformedQueryString", "The query string contains a syntax error."));
    }
    FormNode* node = &root;
    std::string_view rest = name;
    for (std::size_t level = 0; !rest.empty(); ++level) {
      if (level == kMaxLevels) {
        return Fail(SenderError("MalformedQueryString",
                                "The query string has a parameter with too many levels."));
      }
      const std::size_t dot = rest.find('.');
      const std::string_view part = rest.substr(0, dot);
      rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
      const auto found = node->children.find(part);
      node = found != node->children.end()
                 ? &found->second
                 : &node->children.emplace(std::string(part), FormNode()).first->second;
    }
    if (node != &root) node->value = std::move(value);
  }
  return root;
}

Result<void> ReadForm(const Shape& shape, const Naming& naming, const FormNode& node,
                      void* object) {
  return Reader(naming).ReadStructure(shape, node, object);
}

void WriteForm(const Shape& shape, const Naming& naming, const void* object, std::string* out) {
  Writer(naming, out).WriteStructure(shape, "", object);
}

}  // namespace iatk::protocol
