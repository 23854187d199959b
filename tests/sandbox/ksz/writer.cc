// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/ksz/writer.h"

namespace semafoor::sandbox::ksz {

std::string escaped(std::string_view text) {
  std::string result;
  for (char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\r':
        result += "&#13;";
        break;
      case '\n':
      case '\t':
        result += c;
        break;
      default:
        // XML 1.0 section 2.2 has no place for other controls, not even escaped; JSON has.
        result += static_cast<unsigned char>(c) < ' ' ? '?' : c;
    }
  }
  return result;
}

Writer& Writer::open(const std::string& name, const Attributes& attributes) {
  out_ += '<' + name;
  for (const auto& [attribute, value] : attributes) {
    out_ += ' ' + attribute + "=\"" + escaped(value) + '"';
  }
  out_ += '>';
  open_.push_back(name);
  return *this;
}

Writer& Writer::close() {
  out_ += "</" + open_.back() + '>';
  open_.pop_back();
  return *this;
}

Writer& Writer::leaf(const std::string& name, std::string_view text, const Attributes& attributes) {
  open(name, attributes);
  out_ += escaped(text);
  return close();
}

Writer& Writer::raw(std::string_view xml) {
  out_ += xml;
  return *this;
}

std::string Writer::take() {
  while (!open_.empty()) close();
  return std::move(out_);
}

}  // namespace semafoor::sandbox::ksz
