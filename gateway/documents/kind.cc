// SPDX-License-Identifier: Apache-2.0
#include "gateway/documents/kind.h"

#include "gateway/documents/layout.h"
#include "gateway/documents/xml_rows.h"

namespace semafoor::documents {
namespace {

using namespace std::string_view_literals;

bool is_image(std::string_view head) {
  return head.starts_with("\x89PNG") || head.starts_with("\xff\xd8\xff") ||
         head.starts_with("GIF8") || head.starts_with("II*\0"sv) || head.starts_with("MM\0*"sv);
}

bool is_packed(std::string_view head) {
  return head.starts_with("\x1f\x8b") || head.starts_with("7z\xbc\xaf\x27\x1c") ||
         head.starts_with("Rar!") ||
         head.starts_with(
             "\xfd"
             "7zXZ") ||
         head.starts_with("BZh");
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

}  // namespace

Kind kind_of(std::string_view head) {
  if (head.empty()) return Kind::empty;
  if (head.starts_with("%PDF-")) return Kind::pdf;
  if (head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06")) {
    // Office programs since 2007, and OpenDocument, whose first member says what it is.
    if (head.find("[Content_Types].xml") != std::string_view::npos ||
        head.find("mimetypeapplication/vnd.oasis") != std::string_view::npos)
      return head.find("word/") != std::string_view::npos ||
                     head.find("oasis.opendocument.text") != std::string_view::npos
                 ? Kind::word
                 : Kind::spreadsheet;
    return Kind::zip;
  }
  if (head.starts_with("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") || head.starts_with("{\\rtf"))
    return Kind::word;
  if (is_image(head)) return Kind::image;
  if (is_packed(head)) return Kind::packed;
  if (head.starts_with("\xef\xbb\xbf")) head.remove_prefix(3);
  const std::size_t at = head.find_first_not_of(" \t\r\n");
  if (at == std::string_view::npos || head[at] != '<' || at + 1 >= head.size()) return Kind::text;
  const char next = head[at + 1];
  if (next != '?' && next != '!' && !is_word(next)) return Kind::text;
  return fits_name("html", root_name(head)) || fits_name("!doctype html*", head.substr(at + 1, 14))
             ? Kind::html
             : Kind::xml;
}

Kind kind_of(std::string_view head, std::string_view name) {
  const Kind kind = kind_of(head);
  const bool sheet =
      fits_name("*.xls?", name) || fits_name("*.xls", name) || fits_name("*.ods", name);
  const bool letter = fits_name("*.doc?", name) || fits_name("*.doc", name);
  if (kind == Kind::word && sheet) return Kind::spreadsheet;
  if (kind == Kind::spreadsheet && letter) return Kind::word;
  return kind;
}

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::empty:
      return "empty";
    case Kind::text:
      return "text";
    case Kind::xml:
      return "XML";
    case Kind::zip:
      return "ZIP";
    case Kind::pdf:
      return "PDF";
    case Kind::word:
      return "Word or RTF";
    case Kind::spreadsheet:
      return "spreadsheet";
    case Kind::html:
      return "HTML";
    case Kind::image:
      return "image";
    case Kind::packed:
      break;
  }
  return "packed";
}

bool has_rows(Kind kind) {
  return kind == Kind::text || kind == Kind::xml;
}

}  // namespace semafoor::documents
