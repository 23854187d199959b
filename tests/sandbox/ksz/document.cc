// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/ksz/document.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>

namespace semafoor::sandbox::ksz {
namespace {

constexpr std::string_view kWhite = " \t\r\n";

std::string to_string(const xmlChar* text) {
  return text == nullptr ? std::string() : reinterpret_cast<const char*>(text);
}

const xmlChar* to_xml(const std::string& text) {
  return reinterpret_cast<const xmlChar*>(text.c_str());
}

struct FreeText {
  void operator()(xmlChar* text) const { xmlFree(text); }
};
using Text = std::unique_ptr<xmlChar, FreeText>;

// SOAP 1.1 section 3: a message contains no document type declaration. Stopped where it begins,
// before any entity means something.
void refuse_doctype(void* context, const xmlChar* /*name*/, const xmlChar* /*id*/,
                    const xmlChar* /*system*/) {
  auto* parser = static_cast<xmlParserCtxt*>(context);
  *static_cast<bool*>(parser->_private) = true;
  xmlStopParser(parser);
}

}  // namespace

std::string Node::name() const {
  return to_string(node_->name);
}

std::string Node::space() const {
  return node_->ns == nullptr ? std::string() : to_string(node_->ns->href);
}

bool Node::is(std::string_view wanted_space, std::string_view wanted_name) const {
  return node_ != nullptr && name() == wanted_name && space() == wanted_space;
}

std::vector<Node> Node::children() const {
  std::vector<Node> result;
  for (auto* child = xmlFirstElementChild(node_); child != nullptr;
       child = xmlNextElementSibling(child)) {
    result.emplace_back(child);
  }
  return result;
}

std::vector<Node> Node::children(std::string_view wanted_space,
                                 std::string_view wanted_name) const {
  std::vector<Node> result;
  for (const auto& child : children()) {
    if (child.is(wanted_space, wanted_name)) result.push_back(child);
  }
  return result;
}

Node Node::only(std::string_view wanted_space, std::string_view wanted_name) const {
  auto found = children(wanted_space, wanted_name);
  return found.size() == 1 ? found.front() : Node();
}

std::string Node::text() const {
  Text content(xmlNodeGetContent(node_));
  return to_string(content.get());
}

std::string Node::trimmed() const {
  return ksz::trimmed(text());
}

std::optional<std::string> Node::attribute(std::string_view space, std::string_view name) const {
  std::string the_name(name), the_space(space);
  Text value(space.empty() ? xmlGetNoNsProp(node_, to_xml(the_name))
                           : xmlGetNsProp(node_, to_xml(the_name), to_xml(the_space)));
  if (!value) return std::nullopt;
  return to_string(value.get());
}

bool Node::has_stray_text() const {
  for (const auto* child = node_->children; child != nullptr; child = child->next) {
    bool text = child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE;
    if (text && to_string(child->content).find_first_not_of(kWhite) != std::string::npos) {
      return true;
    }
  }
  return false;
}

std::optional<Document> Document::read(std::string_view text, std::string& why,
                                       const char* encoding) {
  if (text.size() > kMostBytes) {
    why = "it is larger than 16 MiB";
    return std::nullopt;
  }
  xmlInitParser();
  std::unique_ptr<xmlParserCtxt, decltype(&xmlFreeParserCtxt)> parser(xmlNewParserCtxt(),
                                                                      xmlFreeParserCtxt);
  if (!parser) {
    why = "there is no memory for it";
    return std::nullopt;
  }
  bool doctype = false;
  parser->_private = &doctype;
  parser->sax->internalSubset = refuse_doctype;
  Document document;
  document.document_.reset(
      xmlCtxtReadMemory(parser.get(), text.data(), static_cast<int>(text.size()), nullptr, encoding,
                        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
  if (doctype) {
    why = "it has a document type declaration";
    return std::nullopt;
  }
  if (!document.document_ || !document.root()) {
    why = "it is not well-formed XML";
    return std::nullopt;
  }
  return document;
}

std::string trimmed(std::string_view text) {
  auto first = text.find_first_not_of(kWhite);
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(kWhite) - first + 1));
}

std::size_t characters(std::string_view utf8) {
  std::size_t count = 0;
  for (char c : utf8) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1U : 0U;
  return count;
}

}  // namespace semafoor::sandbox::ksz
