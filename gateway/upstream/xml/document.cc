// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/xml/document.h"

#include <libxml/tree.h>

namespace semafoor::upstream::xml {
namespace {

std::string_view view(const xmlChar* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

bool is_text(const xmlNode* node) {
  return node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
}

std::string text_of(const xmlNode* first) {
  std::string text;
  for (const xmlNode* node = first; node != nullptr; node = node->next) {
    if (is_text(node)) text += view(node->content);
  }
  return text;
}

}  // namespace

std::string trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(kSpace) - first + 1));
}

std::string_view Element::local_name() const {
  return view(node_->name);
}

std::string_view Element::namespace_uri() const {
  return node_->ns == nullptr ? std::string_view() : view(node_->ns->href);
}

bool Element::is(std::string_view uri, std::string_view local) const {
  return local_name() == local && namespace_uri() == uri;
}

std::vector<Element> Element::children() const {
  std::vector<Element> found;
  for (xmlNode* node = node_->children; node != nullptr; node = node->next) {
    if (node->type == XML_ELEMENT_NODE) found.emplace_back(node);
  }
  return found;
}

std::vector<Element> Element::children(std::string_view uri, std::string_view local) const {
  std::vector<Element> found = children();
  std::erase_if(found, [&](const Element& one) { return !one.is(uri, local); });
  return found;
}

std::optional<Element> Element::child(std::string_view uri, std::string_view local) const {
  for (xmlNode* node = node_->children; node != nullptr; node = node->next) {
    if (node->type == XML_ELEMENT_NODE && Element(node).is(uri, local)) return Element(node);
  }
  return std::nullopt;
}

std::optional<Element> Element::parent() const {
  if (node_->parent == nullptr || node_->parent->type != XML_ELEMENT_NODE) return std::nullopt;
  return Element(node_->parent);
}

std::string Element::text() const {
  return text_of(node_->children);
}

std::string Element::trimmed_text() const {
  return trimmed(text());
}

std::string Element::child_text(std::string_view uri, std::string_view local) const {
  const std::optional<Element> found = child(uri, local);
  return found ? found->trimmed_text() : std::string();
}

std::vector<Element::Attribute> Element::attributes() const {
  std::vector<Attribute> found;
  for (const xmlAttr* one = node_->properties; one != nullptr; one = one->next) {
    found.push_back({std::string(one->ns == nullptr ? std::string_view() : view(one->ns->href)),
                     std::string(view(one->name)), text_of(one->children)});
  }
  return found;
}

std::optional<std::string> Element::attribute(std::string_view uri, std::string_view local) const {
  for (const xmlAttr* one = node_->properties; one != nullptr; one = one->next) {
    const std::string_view in = one->ns == nullptr ? std::string_view() : view(one->ns->href);
    if (in == uri && view(one->name) == local) return text_of(one->children);
  }
  return std::nullopt;
}

std::vector<Element> Element::with_descendants() const {
  std::vector<Element> found{*this};
  // Without recursion: the place to go on is found by the links of the tree.
  for (xmlNode* node = node_;;) {
    xmlNode* next = node->children;
    if (node->type != XML_ELEMENT_NODE) next = nullptr;
    while (next == nullptr) {
      if (node == node_) return found;
      next = node->next;
      if (next == nullptr) node = node->parent;
    }
    node = next;
    if (node->type == XML_ELEMENT_NODE) found.emplace_back(node);
  }
}

Element Document::root() const {
  return Element(xmlDocGetRootElement(document_.get()));
}

void Document::Freer::operator()(_xmlDoc* document) const {
  xmlFreeDoc(document);
}

}  // namespace semafoor::upstream::xml
