// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/layout_page.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "gateway/documents/statement_totals.h"
#include "gateway/domain/text.h"

namespace semafoor::ctl {
namespace {

constexpr std::size_t kLongestText = 200;

std::string dumped(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string separator_name(char separator) {
  if (separator == ';') return "semicolon";
  return separator == ',' ? "comma" : "tab";
}

// What both pages keep of a part.
class Page : public LayoutPage {
 public:
  Page(std::ostream& out, const documents::BudgetArticles& articles, Shown shown)
      : out_(out), articles_(articles), shown_(shown) {}

  bool begins(const documents::Part& part) override {
    layout_ = part.layout;
    rows_ = 0;
    bad_ = 0;
    totals_.reset();
    head(part);
    return out_.good();
  }

  bool row(const documents::Row& row, const documents::StatementLine* statement) override {
    ++rows_;
    if (statement != nullptr) {
      if (!totals_) totals_.emplace(articles_, false);
      // Too many articles: the page is shown without the rest of them.
      (void)totals_->add(*statement);
    }
    if (shown_.all || rows_ <= shown_.rows) good_row(row);
    return out_.good();
  }

  bool bad(const documents::BadRow& row) override {
    ++bad_;
    bad_row(row);
    return out_.good();
  }

 protected:
  virtual void head(const documents::Part& part) = 0;
  virtual void good_row(const documents::Row& row) = 0;
  virtual void bad_row(const documents::BadRow& row) = 0;

  std::ostream& out_;
  const documents::BudgetArticles& articles_;
  Shown shown_;
  const documents::Layout* layout_ = nullptr;
  long long rows_ = 0;
  long long bad_ = 0;
  std::optional<documents::StatementTotals> totals_;
};

class Text : public Page {
 public:
  using Page::Page;

  void open(const std::string&) override {}

  bool ends() override {
    if (!shown_.all && rows_ > shown_.rows)
      out_ << "  ... and " << rows_ - shown_.rows
           << " more rows that were read (--all shows them)\n";
    if (totals_) {
      for (const auto& [article, total] : totals_->by_article()) total_line(article, total);
      total_line("all", totals_->all());
    }
    out_ << "  " << rows_ << " rows read, " << bad_ << " not\n";
    return out_.good();
  }

  bool refused(const std::string& name, documents::Kind kind, const Error& error) override {
    out_ << harmless(name, kLongestText) << ": " << documents::name_of(kind) << ", no rows ("
         << error.code << ")\n  " << lines_of(error.message) << "\n";
    return out_.good();
  }

  void close(const documents::Counts& counts, bool whole) override {
    out_ << (whole ? "All rows were read: " : "NOT all rows were read: ") << counts.rows
         << " read, " << counts.bad << " not; " << counts.refused << " of " << counts.parts
         << (counts.parts == 1 ? " part" : " parts") << " refused, " << counts.not_rows
         << " without rows.\n";
  }

 private:
  // A message of several lines, each harmless.
  static std::string lines_of(const std::string& message) {
    std::string text;
    for (std::size_t from = 0; from <= message.size();) {
      const std::size_t to = std::min(message.find('\n', from), message.size());
      text += (from == 0 ? "" : "\n  ") + harmless(message.substr(from, to - from), 4000);
      from = to + 1;
    }
    return text;
  }

  void head(const documents::Part& part) override {
    out_ << harmless(part.name, kLongestText) << ": layout " << part.layout->name << " ("
         << documents::name_of(part.layout->origin) << ", " << part.layout->version << "), "
         << documents::name_of(part.layout->format);
    if (part.separator) out_ << ", " << separator_name(*part.separator);
    if (part.header_line) out_ << ", columns named on line " << *part.header_line;
    out_ << ", " << documents::name_of(part.encoding) << "\n";
  }

  void good_row(const documents::Row& row) override {
    out_ << "  line " << row.line << ":";
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      if (!row.values[i].present) continue;
      const auto& column = layout_->columns[i];
      out_ << " " << column.field << "=" << harmless(shown(column, row.values[i]), kLongestText);
    }
    for (const auto& [name, text] : row.rest)
      out_ << " [" << harmless(name, kLongestText) << "]=" << harmless(text, kLongestText);
    out_ << "\n";
  }

  void bad_row(const documents::BadRow& row) override {
    for (const auto& problem : row.problems)
      out_ << "  line " << row.line << " NOT READ " << problem.code << ": "
           << harmless(problem.message, 1000) << "\n";
    out_ << "    | " << harmless(row.text, kLongestText) << "\n";
  }

  void total_line(const std::string& article, const documents::Total& total) {
    out_ << "  article " << harmless(article, 40) << ": " << total.lines << " lines, "
         << documents::shown_amount(total.eurocents()) << " EUR, State "
         << documents::shown_amount(total.state) << " EUR";
    if (total.unknown_lines > 0)
      out_ << " (" << total.unknown_lines << " lines of an article whose share is not known)";
    out_ << "\n";
  }
};

class Json : public Page {
 public:
  using Page::Page;

  void open(const std::string& file) override {
    out_ << "{\"file\":" << dumped(file) << ",\"parts\":[";
  }

  bool ends() override {
    end_rows();
    out_ << ",\"read\":" << rows_ << ",\"notRead\":" << bad_;
    if (totals_) {
      nlohmann::json totals = nlohmann::json::object();
      for (const auto& [article, total] : totals_->by_article()) totals[article] = total_of(total);
      out_ << ",\"totals\":" << dumped(totals) << ",\"total\":" << dumped(total_of(totals_->all()));
    }
    out_ << "}";
    return out_.good();
  }

  bool refused(const std::string& name, documents::Kind kind, const Error& error) override {
    const nlohmann::json reason = {{"code", error.code}, {"message", error.message}};
    if (in_part_) {
      end_rows();
      out_ << ",\"error\":" << dumped(reason) << "}";
    } else {
      next_part();
      out_ << dumped({{"name", name}, {"kind", documents::name_of(kind)}, {"error", reason}});
    }
    return out_.good();
  }

  void close(const documents::Counts& counts, bool whole) override {
    out_ << "],\"counts\":"
         << dumped({{"parts", counts.parts},
                    {"refused", counts.refused},
                    {"notRows", counts.not_rows},
                    {"read", counts.rows},
                    {"notRead", counts.bad}})
         << ",\"allRead\":" << (whole ? "true" : "false") << "}\n";
  }

 private:
  void next_part() {
    if (!first_part_) out_ << ",";
    first_part_ = false;
  }

  void next_row() {
    if (!first_row_) out_ << ",";
    first_row_ = false;
  }

  void end_rows() {
    out_ << "]";
    in_part_ = false;
  }

  void head(const documents::Part& part) override {
    next_part();
    nlohmann::json head = {{"name", part.name},
                           {"kind", documents::name_of(part.kind)},
                           {"layout", part.layout->name},
                           {"version", part.layout->version},
                           {"origin", documents::name_of(part.layout->origin)},
                           {"format", documents::name_of(part.layout->format)},
                           {"encoding", documents::name_of(part.encoding)}};
    if (part.separator) head["separator"] = separator_name(*part.separator);
    if (part.header_line) head["headerLine"] = *part.header_line;
    std::string text = dumped(head);
    text.pop_back();
    out_ << text << ",\"rows\":[";
    first_row_ = true;
    in_part_ = true;
  }

  void good_row(const documents::Row& row) override {
    nlohmann::json values = nlohmann::json::object();
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      const auto& column = layout_->columns[i];
      if (!row.values[i].present) continue;
      if (column.type == documents::ColumnType::number ||
          column.type == documents::ColumnType::amount)
        values[column.field] = row.values[i].number;
      else
        values[column.field] = shown(column, row.values[i]);
    }
    nlohmann::json line = {{"line", row.line}, {"values", values}};
    for (const auto& [name, text] : row.rest) line["rest"][name] = text;
    next_row();
    out_ << dumped(line);
  }

  void bad_row(const documents::BadRow& row) override {
    nlohmann::json problems = nlohmann::json::array();
    for (const auto& problem : row.problems) {
      problems.push_back({{"code", problem.code}, {"message", problem.message}});
      if (!problem.field.empty()) problems.back()["field"] = problem.field;
    }
    next_row();
    out_ << dumped({{"line", row.line}, {"text", row.text}, {"problems", problems}});
  }

  static nlohmann::json total_of(const documents::Total& total) {
    return {{"lines", total.lines},
            {"eurocents", total.eurocents()},
            {"paid", total.paid},
            {"takenBack", total.taken_back},
            {"stateEurocents", total.state},
            {"linesWithoutShare", total.unknown_lines}};
  }

  bool first_part_ = true;
  bool first_row_ = true;
  bool in_part_ = false;
};

}  // namespace

std::string harmless(const std::string& text, std::size_t most) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string safe;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // Also U+0080..U+009F, which some terminals obey.
    const bool second =
        byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if (safe.size() >= most) return domain::as_utf8(safe.substr(0, most)) + "...";
    if (byte == '\n') {
      safe += "\\n";
    } else if (byte == '\t') {
      safe += "\\t";
    } else if (byte < 0x20 || byte == 0x7f || second) {
      const auto shown = second ? static_cast<unsigned char>(text[++i]) : byte;
      safe += {'\\', 'x', kDigits[shown >> 4], kDigits[shown & 15]};
    } else {
      safe += text[i];
    }
  }
  return safe;
}

std::unique_ptr<LayoutPage> layout_text(std::ostream& out,
                                        const documents::BudgetArticles& articles,
                                        LayoutPage::Shown shown) {
  return std::make_unique<Text>(out, articles, shown);
}

std::unique_ptr<LayoutPage> layout_json(std::ostream& out,
                                        const documents::BudgetArticles& articles,
                                        LayoutPage::Shown shown) {
  return std::make_unique<Json>(out, articles, shown);
}

}  // namespace semafoor::ctl
