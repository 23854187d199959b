// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/documents/statement_totals.h"
#include "gateway/lists/current_statement.h"
#include "gateway/lists/distinct.h"
#include "gateway/lists/entries.h"
#include "gateway/lists/row_fields.h"
#include "gateway/lists/statement_lines.h"
#include "gateway/lists/target.h"

namespace semafoor::lists {
namespace {

// Lines that are handed to the store at once.
constexpr std::size_t kChunk = 5'000;

void fill_total(const documents::Total& total, v1::StatementTotal& to) {
  to.set_lines(total.lines);
  to.set_paid_eurocents(total.paid);
  to.set_taken_back_eurocents(total.taken_back);
  to.set_state_eurocents(total.state);
  to.set_unknown_lines(total.unknown_lines);
}

class StatementTarget final : public Target {
 public:
  StatementTarget(store::Transaction& tx, const DocumentFacts& facts,
                  const documents::BudgetArticles& articles, std::int64_t number)
      : tx_(tx), facts_(facts), articles_(articles), totals_(articles, false), number_(number) {}

  Result<void> begins(const documents::Part& part, int /*number*/) override {
    if (layout_.name().empty()) layout_ = RowFields(part).named();
    return {};
  }

  Result<std::optional<documents::Problem>> row(const documents::Row& /*row*/,
                                                const documents::StatementLine* line,
                                                const Place& /*place*/) override {
    if (auto problem = other_nis(line->nis, facts_)) return problem;
    if (month_ == 0) month_ = line->month;
    if (line->month != month_) return std::optional(other_month(line->month));
    if (auto added = totals_.add(*line); !added)
      return std::optional(documents::Problem{
          .code = added.error().code, .message = added.error().message, .field = "article"});
    dossiers_.add(line->dossier);
    persons_.add(line->ssin);
    fill_line(*line, message_);
    auto& kept = chunk_.emplace_back();
    kept.line = ++lines_;
    kept.month = month_;
    kept.person = line->ssin;
    kept.dossier = line->dossier;
    kept.article = line->article;
    message_.SerializeToString(&kept.body);
    if (chunk_.size() == kChunk)
      if (auto added = add_chunk(); !added) return added.error();
    return std::optional<documents::Problem>();
  }

  Result<void> ends(std::int64_t /*bad*/) override { return {}; }

  Result<void> finish(v1::ListReading& reading) override {
    if (auto added = add_chunk(); !added) return added;
    if (lines_ == 0) return {};
    v1::StoredStatement stored;
    fill(reading, *stored.mutable_statement());
    for (const auto& [article, total] : totals_.by_article())
      fill_article(article, total, *stored.add_articles());
    stored.set_number(number_);
    reading.set_statement_id(stored.statement().statement_id());
    if (auto put = put_statement(tx_, stored); !put) return put;
    if (auto settled = settle_current(tx_, facts_.org, month_, facts_.message.family()); !settled)
      return settled;
    return tell(tx_, facts_.org, "statement.stored", reading.statement_id(), reading.times());
  }

 private:
  documents::Problem other_month(int month) const {
    return {.code = "lists.other_month",
            .message = "The line is of the month " + std::to_string(month) +
                       ", and the statement's first line of " + std::to_string(month_) + ".",
            .field = "month"};
  }

  Result<void> add_chunk() {
    if (chunk_.empty()) return {};
    if (number_ == 0) {
      auto number = tx_.new_statement_number(facts_.org);
      if (!number) return number.error();
      number_ = *number;
    }
    for (store::StatementLine& line : chunk_) line.statement = number_;
    auto added = tx_.add_statement_lines(facts_.org, chunk_);
    chunk_.clear();
    return added;
  }

  void fill(const v1::ListReading& reading, v1::Statement& statement) {
    statement.set_statement_id(reading.attachment_id());
    statement.mutable_organisation()->set_value(facts_.org);
    statement.set_message_id(reading.message_id());
    statement.set_attachment_id(reading.attachment_id());
    statement.set_kind(reading.family());
    *statement.mutable_month() = month_date(month_);
    *statement.mutable_received_at() = reading.received_at();
    *statement.mutable_read_at() = reading.read_at();
    statement.set_lines(lines_);
    statement.set_bad_rows(reading.bad_rows());
    *statement.mutable_layout() = layout_;
    statement.set_dossiers(dossiers_.count());
    statement.set_persons(persons_.count());
    fill_total(totals_.all(), *statement.mutable_total());
  }

  void fill_article(const std::string& article, const documents::Total& total,
                    v1::StatementTotal& to) const {
    to.set_article(article);
    fill_total(total, to);
    const auto* const known = articles_.find(article, month_);
    if (known == nullptr) return;
    *to.mutable_text() = known->text;
    to.set_origin(known->origin);
    to.set_state_share(known->share);
  }

  store::Transaction& tx_;
  const DocumentFacts& facts_;
  const documents::BudgetArticles& articles_;
  documents::StatementTotals totals_;
  Distinct dossiers_;
  Distinct persons_;
  v1::ListLayout layout_;
  // yyyymm.
  int month_ = 0;
  std::int64_t number_;
  std::int64_t lines_ = 0;
  std::vector<store::StatementLine> chunk_;
  v1::StatementLine message_;
};

}  // namespace

std::unique_ptr<Target> make_statement_target(store::Transaction& tx, const DocumentFacts& facts,
                                              const documents::BudgetArticles& articles,
                                              std::int64_t number) {
  return std::make_unique<StatementTarget>(tx, facts, articles, number);
}

}  // namespace semafoor::lists
