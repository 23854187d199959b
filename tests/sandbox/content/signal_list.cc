// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/content/signal_list.h"

#include <algorithm>

namespace semafoor::sandbox::content {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

// Semicolons; quotes, doubled inside; LF or CRLF. nullopt when a quote does not end.
std::optional<Rows> read_csv(std::string_view text) {
  Rows rows(1);
  std::string cell;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        cell += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        cell += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ';' || c == '\n') {
      rows.back().push_back(std::move(cell));
      cell.clear();
      if (c == '\n') rows.emplace_back();
    } else if (c != '\r') {
      cell += c;
    }
  }
  if (quoted) return std::nullopt;
  if (!cell.empty() || !rows.back().empty()) rows.back().push_back(std::move(cell));
  return rows;
}

std::optional<std::size_t> column(const std::vector<std::string>& header, std::string_view name) {
  const auto found = std::find(header.begin(), header.end(), name);
  if (found == header.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header.begin());
}

void element(std::string& text, const char* name, const std::string& value) {
  if (value.empty()) return;
  text += std::string("<k:") + name + ">" + xml_text(value) + "</k:" + name + ">";
}

}  // namespace

const std::vector<std::string>& signal_columns() {
  static const std::vector<std::string> kColumns{
      "X-REFERENCE", "X-LAW",  "X-NIS", "X-DOSSIER",   "X-SUFFIX",   "X-INSZ",    "X-NAME",
      "X-TYPE",      "X-FROM", "X-TO",  "X-EUROCENTS", "X-DETECTED", "X-FEEDBACK"};
  return kColumns;
}

Rows signal_rows(const std::vector<Signal>& signals) {
  Rows rows;
  for (const auto& signal : signals) {
    rows.push_back({signal.reference, signal.law, signal.nis_code, signal.dossier_number,
                    signal.suffix, signal.ssin, signal.person_name, signal.type,
                    iso_day(signal.from), iso_day(signal.to),
                    signal.eurocents ? std::to_string(*signal.eurocents) : "",
                    iso_day(signal.detected_on), ""});
  }
  return rows;
}

FilePtr make_signal_xml(const std::vector<Signal>& signals, std::uint64_t key) {
  std::string text =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<k:signals xmlns:k=\"urn:x-semafoor:sandbox:signals\">\n";
  for (const auto& signal : signals) {
    text += "  <k:signal reference=\"" + xml_text(signal.reference) + "\"><k:dossier>";
    element(text, "law", signal.law);
    element(text, "number", signal.dossier_number);
    element(text, "suffix", signal.suffix);
    text += "</k:dossier><k:person>";
    element(text, "ssin", signal.ssin);
    element(text, "name", signal.person_name);
    text += "</k:person>";
    element(text, "type", signal.type);
    text += "<k:period>";
    element(text, "from", iso_day(signal.from));
    element(text, "to", iso_day(signal.to));
    text += "</k:period>";
    if (signal.eurocents) element(text, "amount", std::to_string(*signal.eurocents));
    text += "</k:signal>\n";
  }
  return std::make_shared<const File>(std::move(text), 0, key, "</k:signals>\n");
}

std::optional<std::vector<ReturnedAnswer>> read_returned(std::string_view bytes) {
  if (bytes.starts_with(kUtf8Mark)) bytes.remove_prefix(kUtf8Mark.size());
  const auto rows = read_csv(bytes);
  if (!rows) return std::nullopt;
  const auto reference = column(rows->front(), "X-REFERENCE");
  const auto code = column(rows->front(), "X-FEEDBACK");
  if (!reference || !code) return std::nullopt;
  std::vector<ReturnedAnswer> answers;
  for (auto row = rows->begin() + 1; row != rows->end(); ++row) {
    if (row->size() <= std::max(*reference, *code)) continue;
    if ((*row)[*reference].empty() || (*row)[*code].empty()) continue;
    answers.push_back({(*row)[*reference], (*row)[*code]});
  }
  return answers;
}

}  // namespace semafoor::sandbox::content
