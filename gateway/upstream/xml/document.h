// SPDX-License-Identifier: Apache-2.0
//
// A document that was read, and views of its elements. Names are always (namespace, local name);
// which prefix a sender chose means nothing.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// libxml2's own names.
struct _xmlDoc;   // NOLINT(bugprone-reserved-identifier)
struct _xmlNode;  // NOLINT(bugprone-reserved-identifier)

namespace semafoor::upstream::xml {

// A view; valid as long as its document. Cheap to copy.
class Element {
 public:
  explicit Element(_xmlNode* node) : node_(node) {}

  std::string_view local_name() const;
  // Empty: in no namespace.
  std::string_view namespace_uri() const;
  bool is(std::string_view uri, std::string_view local) const;

  std::vector<Element> children() const;
  std::vector<Element> children(std::string_view uri, std::string_view local) const;
  // The first one.
  std::optional<Element> child(std::string_view uri, std::string_view local) const;
  std::optional<Element> parent() const;

  // The text directly inside; that of elements inside is not.
  std::string text() const;
  // Without white space around it (xsd:token and its kin).
  std::string trimmed_text() const;
  // trimmed_text() of the first such child; empty when there is none.
  std::string child_text(std::string_view uri, std::string_view local) const;
  std::optional<std::string> attribute(std::string_view uri, std::string_view local) const;
  struct Attribute {
    std::string namespace_uri;
    std::string local_name;
    std::string value;
  };
  std::vector<Attribute> attributes() const;

  // This element and all inside it, in document order.
  std::vector<Element> with_descendants() const;

  // Whether both are the same place of the same document, not merely alike.
  bool operator==(const Element& other) const { return node_ == other.node_; }
  _xmlNode* node() const { return node_; }

 private:
  _xmlNode* node_;
};

class Document {
 public:
  // Takes over `document`, which has a root.
  explicit Document(_xmlDoc* document) : document_(document) {}
  Element root() const;

 private:
  struct Freer {
    void operator()(_xmlDoc* document) const;
  };
  std::unique_ptr<_xmlDoc, Freer> document_;
};

std::string trimmed(std::string_view text);

}  // namespace semafoor::upstream::xml
