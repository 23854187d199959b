// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/xml/writer.h"

#include <utility>

#include "gateway/domain/text.h"

namespace semafoor::upstream::xml {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// The names of the field are ASCII; a stricter rule than that of XML 1.0.
bool is_ncname(std::string_view name) {
  if (name.empty() || !is_letter(name.front())) return false;
  for (const char c : name) {
    if (!is_letter(c) && !(c >= '0' && c <= '9') && c != '-' && c != '.') return false;
  }
  return true;
}

bool is_qname(std::string_view name) {
  const std::size_t colon = name.find(':');
  if (colon == std::string_view::npos) return is_ncname(name);
  return is_ncname(name.substr(0, colon)) && is_ncname(name.substr(colon + 1));
}

}  // namespace

void Writer::refuse(const std::string& what) {
  if (problem_.empty()) problem_ = what;
}

void Writer::end_tag() {
  if (in_tag_) xml_ += '>';
  in_tag_ = false;
}

bool Writer::check_name(std::string_view name) {
  if (is_qname(name)) return true;
  refuse("a name is not one of XML");
  return false;
}

Writer& Writer::open(std::string_view name) {
  if (!check_name(name)) return *this;
  end_tag();
  xml_ += '<';
  xml_ += name;
  open_.emplace_back(name);
  in_tag_ = true;
  return *this;
}

Writer& Writer::declare(std::string_view prefix, std::string_view uri) {
  if (!is_ncname(prefix) || uri.empty()) refuse("a namespace needs a prefix and a name");
  return attribute("xmlns:" + std::string(prefix), uri);
}

Writer& Writer::attribute(std::string_view name, std::string_view value) {
  if (!check_name(name)) return *this;
  if (!in_tag_) {
    refuse("an attribute came after the content of its element");
    return *this;
  }
  xml_ += ' ';
  xml_ += name;
  xml_ += "=\"";
  escaped(value, true);
  xml_ += '"';
  return *this;
}

Writer& Writer::text(std::string_view value) {
  if (open_.empty()) refuse("text needs an element around it");
  end_tag();
  escaped(value, false);
  return *this;
}

Writer& Writer::close() {
  if (open_.empty()) {
    refuse("an element was closed that was not opened");
    return *this;
  }
  end_tag();
  xml_ += "</";
  xml_ += open_.back();
  xml_ += '>';
  open_.pop_back();
  return *this;
}

Writer& Writer::leaf(std::string_view name, std::string_view value) {
  const std::size_t before = open_.size();
  open(name);
  if (open_.size() == before) return *this;
  return text(value).close();
}

Writer& Writer::fragment(std::string_view xml) {
  end_tag();
  xml_ += xml;
  return *this;
}

void Writer::escaped(std::string_view value, bool in_attribute) {
  if (!domain::is_utf8(value)) refuse("a value is not UTF-8");
  // U+FFFE and U+FFFF, the two of the first plane that UTF-8 can write and XML cannot.
  if (value.find("\xef\xbf\xbe") != std::string_view::npos ||
      value.find("\xef\xbf\xbf") != std::string_view::npos) {
    refuse("a value has a character that XML cannot hold");
  }
  for (const char c : value) {
    switch (c) {
      case '&':
        xml_ += "&amp;";
        break;
      case '<':
        xml_ += "&lt;";
        break;
      case '>':
        xml_ += "&gt;";
        break;
      case '"':
        xml_ += in_attribute ? "&quot;" : "\"";
        break;
      case '\r':
        // As it is, a reader turns it into \n.
        xml_ += "&#xD;";
        break;
      case '\n':
        xml_ += in_attribute ? "&#xA;" : "\n";
        break;
      case '\t':
        xml_ += in_attribute ? "&#x9;" : "\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < ' ') {
          refuse("a value has a control character, which XML cannot hold");
        }
        xml_ += c;
    }
  }
}

Result<std::string> Writer::finish() && {
  if (problem_.empty() && !open_.empty()) refuse("an element was left open");
  if (!problem_.empty()) {
    return Error{.kind = ErrorKind::invalid_argument,
                 .code = "xml.unwritable",
                 .message = "Writing an XML document: " + problem_ + ". Correct the value"};
  }
  return std::move(xml_);
}

}  // namespace semafoor::upstream::xml
