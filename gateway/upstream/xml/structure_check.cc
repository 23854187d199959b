// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/xml/structure_check.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace semafoor::upstream::xml {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

bool is_space(char c) {
  return kSpace.find(c) != std::string_view::npos;
}

bool is_declaration(std::string_view text) {
  return text.size() > 5 && text.starts_with("<?xml") && is_space(text[5]);
}

Error refused(const char* code, const std::string& what, ErrorKind kind) {
  return Error{.kind = kind,
               .code = code,
               .message = "Reading an XML document: it " + what +
                          ", which is refused. Tell the support of the system that sent it"};
}

Error too_many(const char* code, const std::string& what, std::size_t limit) {
  return refused(code, what + " than " + std::to_string(limit), ErrorKind::resource_exhausted);
}

class Scan {
 public:
  Scan(std::string_view text, const Limits& limits) : rest_(text), limits_(limits) {}

  Result<void> run() {
    if (is_declaration(rest_)) skip_to("?>");
    while (!rest_.empty() && !problem_) step();
    if (problem_) return *std::move(problem_);
    return {};
  }

 private:
  void step() {
    const std::size_t open = rest_.find('<');
    add_text(open == std::string_view::npos ? rest_.size() : open);
    if (open == std::string_view::npos) {
      rest_ = {};
      return;
    }
    rest_.remove_prefix(open);
    if (rest_.starts_with("<!--")) {
      rest_.remove_prefix(4);
      skip_to("-->");
    } else if (rest_.starts_with("<![CDATA[")) {
      rest_.remove_prefix(9);
      add_text(skip_to("]]>"));
    } else if (rest_.starts_with("<!")) {
      problem_ = refused("xml.doctype", "has a document type declaration (DOCTYPE)",
                         ErrorKind::invalid_argument);
    } else if (rest_.starts_with("<?")) {
      problem_ =
          refused("xml.instruction", "has a processing instruction", ErrorKind::invalid_argument);
    } else if (rest_.starts_with("</")) {
      text_ = 0;
      skip_to(">");
      if (open_.empty()) return;
      in_scope_ -= open_.back();
      open_.pop_back();
    } else {
      text_ = 0;
      start_tag();
    }
  }

  void start_tag() {
    std::size_t values = 0;
    std::size_t namespaces = 0;
    std::size_t at = 1;
    for (; at < rest_.size() && rest_[at] != '>'; ++at) {
      const char c = rest_[at];
      if (c == '"' || c == '\'') {
        const std::size_t end = rest_.find(c, at + 1);
        if (end == std::string_view::npos) break;
        if (end - at > limits_.text) {
          problem_ = too_many("xml.too_large", "has a value with more bytes", limits_.text);
          return;
        }
        at = end;
        ++values;
      } else if (is_space(rest_[at - 1]) && rest_.substr(at).starts_with("xmlns")) {
        ++namespaces;
      }
    }
    if (at >= rest_.size() || rest_[at] != '>') {
      // Broken off; the parser says so.
      at = rest_.size();
    }
    const bool empty = at < rest_.size() && rest_[at - 1] == '/';
    rest_.remove_prefix(at < rest_.size() ? at + 1 : at);
    if (++elements_ > limits_.elements) {
      problem_ = too_many("xml.too_many", "has more elements", limits_.elements);
    } else if (values > limits_.attributes) {
      problem_ =
          too_many("xml.too_many", "has an element with more attributes", limits_.attributes);
    } else if (in_scope_ + namespaces > limits_.namespaces) {
      problem_ = too_many("xml.too_many", "declares more namespaces", limits_.namespaces);
    } else if (open_.size() + 1 > limits_.depth) {
      problem_ = too_many("xml.too_deep", "has elements that are nested deeper", limits_.depth);
    } else if (!empty) {
      open_.push_back(namespaces);
      in_scope_ += namespaces;
    }
  }

  // Pieces between two tags are one text, however a sender cut it.
  void add_text(std::size_t size) {
    text_ += size;
    if (text_ > limits_.text) {
      problem_ = too_many("xml.too_large", "has a text with more bytes", limits_.text);
    }
  }

  // Bytes that were skipped, `end` not counted.
  std::size_t skip_to(std::string_view end) {
    const std::size_t at = rest_.find(end);
    const std::size_t skipped = at == std::string_view::npos ? rest_.size() : at;
    rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at + end.size());
    return skipped;
  }

  std::string_view rest_;
  const Limits& limits_;
  std::optional<Error> problem_;
  std::size_t text_ = 0;
  std::size_t elements_ = 0;
  std::size_t in_scope_ = 0;
  // Declarations of namespaces of each open element.
  std::vector<std::size_t> open_;
};

}  // namespace

Result<void> check_structure(std::string_view text, const Limits& limits) {
  if (text.size() > limits.bytes) {
    return too_many("xml.too_large", "has more bytes", limits.bytes);
  }
  return Scan(text, limits).run();
}

std::string_view declared_encoding(std::string_view text) {
  if (!is_declaration(text)) return {};
  text = text.substr(0, text.find("?>"));
  const std::size_t name = text.find("encoding");
  if (name == std::string_view::npos) return {};
  const std::size_t open = text.find_first_of("\"'", name);
  if (open == std::string_view::npos) return {};
  const std::size_t close = text.find(text[open], open + 1);
  if (close == std::string_view::npos) return {};
  return text.substr(open + 1, close - open - 1);
}

}  // namespace semafoor::upstream::xml
