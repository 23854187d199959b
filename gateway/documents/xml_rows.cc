// SPDX-License-Identifier: Apache-2.0
#include "gateway/documents/xml_rows.h"

#include <libxml/tree.h>

#include <algorithm>
#include <optional>

#include "gateway/upstream/xml/canonical.h"
#include "gateway/upstream/xml/limits.h"
#include "gateway/upstream/xml/reader.h"

namespace semafoor::documents {
namespace {

using upstream::xml::Element;

Result<std::string> whole_text(const Opener& open, const TextFacts& facts) {
  // One more is enough for the reader to say no.
  constexpr std::size_t kMost = upstream::xml::Limits{}.bytes + 1;
  auto stream = open();
  if (!stream) return stream.error();
  std::string bytes(std::min<std::uint64_t>(facts.bytes, kMost), '\0');
  auto got = read_full(**stream, bytes);
  if (!got) return got.error();
  bytes.resize(*got);
  if (facts.encoding != Encoding::windows_1252) return bytes;
  std::string text;
  decode(facts.encoding, bytes, text);
  return text;
}

std::optional<Element> child_named(const Element& parent, std::string_view local) {
  for (const Element& child : parent.children())
    if (child.local_name() == local) return child;
  return std::nullopt;
}

std::string value_at(const Element& row, const std::vector<std::string>& path) {
  Element at = row;
  for (const std::string& step : path) {
    if (step.starts_with('@')) {
      for (const auto& attribute : at.attributes())
        if (attribute.local_name == std::string_view(step).substr(1)) return attribute.value;
      return "";
    }
    const auto child = child_named(at, step);
    if (!child) return "";
    at = *child;
  }
  return at.trimmed_text();
}

Error no_rows(const Layout& layout, const std::string& problem) {
  return Error{.kind = ErrorKind::invalid_argument,
               .code = "layout.no_rows",
               .message = "Reading an XML document with the layout " + layout.name + ": " +
                          problem + ". Correct \"root\" and \"row\" of the layout."};
}

}  // namespace

Result<XmlRows> XmlRows::open(const Opener& open, const TextFacts& facts, const Layout& layout) {
  auto text = whole_text(open, facts);
  if (!text) return text.error();
  // What the declaration says of an encoding held for the bytes before they were decoded.
  auto document = facts.encoding == Encoding::windows_1252 ? upstream::xml::read_decoded(*text)
                                                           : upstream::xml::read(*text);
  if (!document) return document.error();
  const Element root = document->root();
  if (!layout.root.empty() && root.local_name() != layout.root)
    return no_rows(
        layout, "its root is <" + std::string(root.local_name()) + ">, not <" + layout.root + ">");
  std::vector<Element> rows;
  for (const Element& element : root.with_descendants())
    if (element.local_name() == layout.row) rows.push_back(element);
  if (rows.empty()) return no_rows(layout, "there is no element <" + layout.row + ">");
  return XmlRows(std::move(*document), std::move(rows), layout);
}

Result<bool> XmlRows::next(RawRow& row) {
  if (at_ == rows_.size()) return false;
  const Element element = rows_[at_++];
  row.line = xmlGetLineNo(element.node());
  row.problem.reset();
  row.cells.clear();
  cells_.clear();
  for (const Column& column : layout_->columns) cells_.push_back(value_at(element, column.path));
  for (const std::string& cell : cells_) row.cells.emplace_back(cell);
  rest_.clear();
  for (const Element& child : element.children()) {
    const std::string name(child.local_name());
    const bool known =
        std::any_of(layout_->columns.begin(), layout_->columns.end(),
                    [&](const Column& column) { return column.path.front() == name; });
    if (!known) rest_.emplace_back(name, child.trimmed_text());
  }
  auto canonical = upstream::xml::exclusive_canonical(element);
  text_ = canonical ? std::move(*canonical) : std::string();
  row.text = text_;
  return true;
}

std::string root_name(std::string_view head) {
  for (;;) {
    const std::size_t at = head.find('<');
    if (at == std::string_view::npos) return "";
    head.remove_prefix(at + 1);
    if (head.starts_with("!--")) {
      const std::size_t end = head.find("-->");
      if (end == std::string_view::npos) return "";
      head.remove_prefix(end + 3);
      continue;
    }
    if (head.starts_with('?') || head.starts_with('!')) continue;
    const std::string_view name = head.substr(0, head.find_first_of(" \t\r\n/>"));
    const std::size_t colon = name.find(':');
    return std::string(colon == std::string_view::npos ? name : name.substr(colon + 1));
  }
}

}  // namespace semafoor::documents
