// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/xml/canonical.h"

#include <libxml/c14n.h>
#include <libxml/tree.h>
#include <libxml/xmlIO.h>
#include <libxml/xmlerror.h>

namespace semafoor::upstream::xml {
namespace {

// A namespace has no parent of its own, and an attribute's is given too.
int is_inside(void* apex, xmlNodePtr node, xmlNodePtr parent) {
  const bool own_place = node->type != XML_NAMESPACE_DECL && node->type != XML_ATTRIBUTE_NODE;
  for (const xmlNode* at = own_place ? node : parent; at != nullptr; at = at->parent) {
    if (at == apex) return 1;
  }
  return 0;
}

int append(void* text, const char* bytes, int size) {
  try {
    static_cast<std::string*>(text)->append(bytes, static_cast<std::size_t>(size));
  } catch (...) {
    // Not through libxml2's frames.
    return -1;
  }
  return size;
}

void ignore(void*, xmlErrorPtr) {}

// libxml2 writes what it finds to stderr unless this thread says otherwise.
class Quiet {
 public:
  Quiet() : handler_(xmlStructuredError), context_(xmlStructuredErrorContext) {
    xmlSetStructuredErrorFunc(nullptr, ignore);
  }
  ~Quiet() { xmlSetStructuredErrorFunc(context_, handler_); }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;

 private:
  xmlStructuredErrorFunc handler_;
  void* context_;
};

}  // namespace

Result<std::string> exclusive_canonical(const Element& element,
                                        const std::vector<std::string>& prefixes) {
  const Quiet quiet;
  std::string text;
  std::vector<xmlChar*> names;
  names.reserve(prefixes.size() + 1);
  for (const std::string& prefix : prefixes) {
    names.push_back(reinterpret_cast<xmlChar*>(const_cast<char*>(prefix.c_str())));
  }
  names.push_back(nullptr);
  xmlOutputBufferPtr out = xmlOutputBufferCreateIO(append, nullptr, &text, nullptr);
  int size = -1;
  if (out != nullptr) {
    size = xmlC14NExecute(element.node()->doc, is_inside, element.node(), XML_C14N_EXCLUSIVE_1_0,
                          prefixes.empty() ? nullptr : names.data(), 0, out);
    if (xmlOutputBufferClose(out) < 0) size = -1;
  }
  if (size < 0 || text.empty()) {
    return Error{.kind = ErrorKind::invalid_argument,
                 .code = "xml.not_canonical",
                 .message =
                     "Bringing an XML element into its canonical form: it has none. Tell the "
                     "support of the system that sent it"};
  }
  return text;
}

}  // namespace semafoor::upstream::xml
