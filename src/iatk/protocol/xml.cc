#include "iatk/protocol/xml.h"

#include <pugixml.hpp>

#include "iatk/protocol/uri.h"

namespace iatk::protocol {
namespace {

constexpr int kMaxDepth = 128;
constexpr std::size_t kMaxElements = 1'000'000;

Error Malformed() {
  return SenderError("MalformedXML",
                     "The XML you provided was not well-formed or did not validate against our "
                     "published schema");
}

std::string_view LocalName(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

bool Copy(const pugi::xml_node& node, int depth, std::size_t* count, XmlElement* out) {
  if (depth > kMaxDepth || ++*count > kMaxElements) return false;
  out->name = LocalName(node.name());
  for (const pugi::xml_attribute& attribute : node.attributes()) {
    out->attributes.emplace_back(attribute.name(), attribute.value());
  }
  for (const pugi::xml_node& child : node.children()) {
    switch (child.type()) {
      case pugi::node_pcdata:
      case pugi::node_cdata:
        out->text += child.value();
        break;
      case pugi::node_element:
        if (!Copy(child, depth + 1, count, &out->children.emplace_back())) return false;
        break;
      default:
        break;
    }
  }
  return true;
}

// The length of the character at `i` if XML 1.0 has no way to write it, else 0: most control
// characters, U+FFFE and U+FFFF (EF BF BE and EF BF BF).
std::size_t UnwritableAt(std::string_view text, std::size_t i) {
  const auto byte = static_cast<unsigned char>(text[i]);
  if (byte < 0x20) return byte == '\t' || byte == '\n' || byte == '\r' ? 0 : 1;
  const std::string_view three = text.substr(i, 3);
  return three == "\xEF\xBF\xBE" || three == "\xEF\xBF\xBF" ? 3 : 0;
}

void Escape(std::string_view text, bool in_attribute, std::string* out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (const std::size_t length = UnwritableAt(text, i); length > 0) {
      *out += "\xEF\xBF\xBD";
      i += length - 1;
      continue;
    }
    const char c = text[i];
    switch (c) {
      case '&':
        *out += "&amp;";
        break;
      case '<':
        *out += "&lt;";
        break;
      case '>':
        *out += "&gt;";
        break;
      case '"':
        *out += "&quot;";
        break;
      case '\r':
        *out += "&#xD;";
        break;
      case '\n':
        *out += in_attribute ? "&#xA;" : "\n";
        break;
      case '\t':
        *out += in_attribute ? "&#x9;" : "\t";
        break;
      default:
        *out += c;
    }
  }
}

}  // namespace

const XmlElement* XmlElement::Child(std::string_view wanted) const {
  for (const XmlElement& child : children) {
    if (child.name == wanted) return &child;
  }
  return nullptr;
}

const std::string* XmlElement::Attribute(std::string_view wanted) const {
  for (const auto& [key, value] : attributes) {
    if (key == wanted) return &value;
  }
  return nullptr;
}

std::string_view XmlElement::ChildText(std::string_view wanted) const {
  const XmlElement* child = Child(wanted);
  return child == nullptr ? std::string_view() : std::string_view(child->text);
}

Result<XmlElement> ParseXml(std::string_view text) {
  if (!IsUtf8(text)) return Fail(Malformed());
  pugi::xml_document document;
  const pugi::xml_parse_result result =
      document.load_buffer(text.data(), text.size(),
                           pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol |
                               pugi::parse_ws_pcdata | pugi::parse_wconv_attribute,
                           pugi::encoding_utf8);
  if (!result) return Fail(Malformed());
  const pugi::xml_node root = document.document_element();
  if (!root || root.next_sibling()) {
    // White space behind the root is fine, another root is not.
    for (pugi::xml_node next = root.next_sibling(); next; next = next.next_sibling()) {
      if (next.type() == pugi::node_element) return Fail(Malformed());
    }
    if (!root) return Fail(Malformed());
  }
  XmlElement element;
  std::size_t count = 0;
  if (!Copy(root, 1, &count, &element)) return Fail(Malformed());
  return element;
}

void XmlWriter::Declaration() { out_ += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"; }

void XmlWriter::Open(std::string_view name) {
  FinishTag();
  out_ += '<';
  out_ += name;
  open_.emplace_back(name);
  in_tag_ = true;
}

void XmlWriter::Attribute(std::string_view name, std::string_view value) {
  out_ += ' ';
  out_ += name;
  out_ += "=\"";
  Escape(value, true, &out_);
  out_ += '"';
}

void XmlWriter::Text(std::string_view text) {
  FinishTag();
  Escape(text, false, &out_);
}

void XmlWriter::Close() {
  if (in_tag_) {
    out_ += "/>";
    in_tag_ = false;
  } else {
    out_ += "</";
    out_ += open_.back();
    out_ += '>';
  }
  open_.pop_back();
}

void XmlWriter::FinishTag() {
  if (in_tag_) out_ += '>';
  in_tag_ = false;
}

}  // namespace iatk::protocol
