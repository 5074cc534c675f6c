// XML text to a tree and back: as much of XML as AWS's protocols use.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "iatk/base/result.h"

namespace iatk::protocol {

/// An element without its namespace. Text is that of all its text nodes, white space kept.
struct XmlElement {
  std::string name;                                             ///< the local name
  std::vector<std::pair<std::string, std::string>> attributes;  ///< with their prefixes
  std::string text;
  std::vector<XmlElement> children;

  /// The first child named `name`, or nullptr.
  const XmlElement* Child(std::string_view name) const;
  const std::string* Attribute(std::string_view name) const;
  /// The text of the first child named `name`; empty if there is none.
  std::string_view ChildText(std::string_view name) const;
};

/// The root of a document. No DTD is read and no entity but XML's own resolved. Fails with
/// `MalformedXML` and S3's text for what is not well-formed UTF-8, nested deeper than 128 levels,
/// or has more than a million elements.
Result<XmlElement> ParseXml(std::string_view text);

/// Writes elements in order; end tags are written by Close, and escape what needs it. Characters
/// that XML has no way to write become U+FFFD.
class XmlWriter {
 public:
  explicit XmlWriter(std::string* out) : out_(*out) {}

  void Declaration();
  void Open(std::string_view name);
  /// Of the element opened last, before its content.
  void Attribute(std::string_view name, std::string_view value);
  void Text(std::string_view text);
  void Close();
  void Leaf(std::string_view name, std::string_view text) {
    Open(name);
    Text(text);
    Close();
  }

 private:
  void FinishTag();

  std::string& out_;
  std::vector<std::string> open_;
  bool in_tag_ = false;
};

}  // namespace iatk::protocol
