// SPDX-License-Identifier: Apache-2.0
//
// XML read with libxml2: no DOCTYPE, nothing from outside.
#pragma once

#include <libxml/tree.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace semafoor::sandbox::ksz {

// What a request may have (of ours; the KSZ's bound is not public).
inline constexpr std::size_t kMostBytes = 16U << 20;

// An element; lives as long as its document. A default one is none.
class Node {
 public:
  Node() = default;
  explicit Node(xmlNode* node) : node_(node) {}
  explicit operator bool() const { return node_ != nullptr; }
  xmlNode* get() const { return node_; }

  std::string name() const;
  // "": in no namespace.
  std::string space() const;
  bool is(std::string_view space, std::string_view name) const;
  // Elements only.
  std::vector<Node> children() const;
  std::vector<Node> children(std::string_view space, std::string_view name) const;
  // The only one of that name; none also when there are several.
  Node only(std::string_view space, std::string_view name) const;
  // Of this element and all below, as it stands.
  std::string text() const;
  // Without the white space at both ends.
  std::string trimmed() const;
  std::optional<std::string> attribute(std::string_view space, std::string_view name) const;
  // Whether there is text that is not white space between its children.
  bool has_stray_text() const;

 private:
  xmlNode* node_ = nullptr;
};

class Document {
 public:
  // nullopt with a sentence in `why`. `encoding`: of the text, whatever its declaration says.
  static std::optional<Document> read(std::string_view text, std::string& why,
                                      const char* encoding = nullptr);
  Node root() const { return Node(xmlDocGetRootElement(document_.get())); }
  xmlDoc* get() const { return document_.get(); }

 private:
  struct Free {
    void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
  };
  std::unique_ptr<xmlDoc, Free> document_;
};

std::string trimmed(std::string_view text);
// Characters, not bytes: what xs:maxLength counts.
std::size_t characters(std::string_view utf8);

}  // namespace semafoor::sandbox::ksz
