// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/xml/reader.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <memory>
#include <string>

#include "gateway/domain/text.h"
#include "gateway/upstream/http/api_error.h"
#include "gateway/upstream/xml/structure_check.h"

namespace semafoor::upstream::xml {
namespace {

struct Freer {
  void operator()(xmlParserCtxt* context) const { xmlFreeParserCtxt(context); }
  void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
};

// The second lock: check_structure() refused these before.
void refuse_doctype(void* context, const xmlChar*, const xmlChar*, const xmlChar*) {
  xmlStopParser(static_cast<xmlParserCtxt*>(context));
}

Error malformed(const std::string& what) {
  return Error{.kind = ErrorKind::invalid_argument,
               .code = "xml.malformed",
               .message = "Reading an XML document: it is not well-formed (" + what +
                          "). Tell the support of the system that sent it"};
}

Error other_encoding(const std::string& what) {
  return Error{.kind = ErrorKind::invalid_argument,
               .code = "xml.encoding",
               .message = "Reading an XML document: " + what +
                          ", and only UTF-8 is read. Tell the support of the system that sent it"};
}

bool is_utf8_name(std::string_view name) {
  std::string lower;
  for (const char c : name) lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return lower.empty() || lower == "utf-8" || lower == "utf8" || lower == "us-ascii";
}

Result<Document> parsed(std::string_view text) {
  static const bool kReady = (xmlInitParser(), true);
  (void)kReady;
  const std::unique_ptr<xmlParserCtxt, Freer> context(xmlNewParserCtxt());
  if (!context) return malformed("there is no memory to read it");
  context->sax->internalSubset = refuse_doctype;
  context->sax->externalSubset = refuse_doctype;
  context->sax->comment = nullptr;
  // Neither NOENT nor DTDLOAD; NONET counts where all else failed.
  constexpr int kOptions =
      XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
  std::unique_ptr<xmlDoc, Freer> document(xmlCtxtReadMemory(
      context.get(), text.data(), static_cast<int>(text.size()), nullptr, "UTF-8", kOptions));
  if (!document || context->wellFormed != 1 || context->nsWellFormed != 1 ||
      document->intSubset != nullptr || xmlDocGetRootElement(document.get()) == nullptr) {
    const char* said = context->lastError.message;
    return malformed("line " + std::to_string(context->lastError.line) + ": " +
                     trimmed(shown_text(said == nullptr ? "no element" : said)));
  }
  return Document(document.release());
}

Result<Document> read_utf8(std::string_view text, const Limits& limits) {
  if (Result<void> fits = check_structure(text, limits); !fits) return std::move(fits).error();
  if (!domain::is_utf8(text)) return other_encoding("it has bytes that are not UTF-8");
  if (text.find('\0') != std::string_view::npos) return malformed("it has a NUL");
  return parsed(text);
}

}  // namespace

Result<Document> read(std::string_view bytes, const Limits& limits) {
  if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
  if (const std::string_view name = declared_encoding(bytes); !is_utf8_name(name)) {
    return other_encoding("it is written in '" + shown_text(name) + "'");
  }
  return read_utf8(bytes, limits);
}

Result<Document> read_decoded(std::string_view text, const Limits& limits) {
  return read_utf8(text, limits);
}

}  // namespace semafoor::upstream::xml
