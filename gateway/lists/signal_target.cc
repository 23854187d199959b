// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <memory>
#include <string>
#include <utility>

#include "gateway/domain/belgian_time.h"
#include "gateway/domain/date.h"
#include "gateway/lists/entries.h"
#include "gateway/lists/row_fields.h"
#include "gateway/lists/statement_lines.h"
#include "gateway/lists/target.h"

namespace semafoor::lists {
namespace {

// As POD MI has it (law of 1965, form A); with hyphens and slashes a list's may be longer.
constexpr std::size_t kLongestDossier = 11;

v1::Date month_of(const v1::Date& day) {
  v1::Date month = day;
  month.set_day(1);
  return month;
}

class SignalTarget final : public Target {
 public:
  SignalTarget(store::Transaction& tx, const DocumentFacts& facts, const SignalSink& sink)
      : tx_(tx), facts_(facts), sink_(sink) {
    list_facts_.channel = facts.message.family() == v1::MESSAGE_FAMILY_KNIPPERLICHT_MONTHLY_LIST
                              ? v1::SIGNAL_CHANNEL_MONTHLY_LIST
                              : v1::SIGNAL_CHANNEL_HALF_YEARLY_LIST;
    list_facts_.message_id = facts.message.message_id();
    list_facts_.received_ms = facts.message.received_at().unix_ms();
  }

  Result<void> begins(const documents::Part& part, int number) override {
    fields_ = RowFields(part);
    list_facts_.cycle = month_of(domain::belgian_day(list_facts_.received_ms));
    list_.Clear();
    list_.set_list_id(facts_.attachment.attachment_id() +
                      (number == 1 ? "" : "." + std::to_string(number)));
    list_.mutable_organisation()->set_value(facts_.org);
    list_.set_message_id(facts_.message.message_id());
    list_.set_attachment_id(facts_.attachment.attachment_id());
    list_.set_channel(list_facts_.channel);
    *list_.mutable_cycle() = list_facts_.cycle;
    *list_.mutable_received_at() = facts_.message.received_at();
    *list_.mutable_layout() = fields_.named();
    for (const std::string& column : fields_.columns()) list_.add_columns(column);
    for (const documents::Column& column : fields_.layout().columns) {
      const auto at = fields_.column_of(column.field);
      if (!at) continue;
      auto& field = *list_.add_fields();
      field.set_name(column.field);
      field.set_value(fields_.columns()[*at]);
    }
    if (part.separator) list_.set_separator(std::string(1, *part.separator));
    list_.set_file_name(part.name);
    return {};
  }

  Result<std::optional<documents::Problem>> row(const documents::Row& row,
                                                const documents::StatementLine* /*line*/,
                                                const Place& place) override {
    if (auto problem = other_nis(fields_.text(row, "nis"), facts_)) return problem;
    if (auto problem = other_cbe(fields_.text(row, "organisation"), facts_)) return problem;
    if (fields_.text(row, "law") == "organic")
      return std::optional(documents::Problem{
          .code = "lists.law",
          .message = "The row names the organic law, under which there are no knipperlichten.",
          .field = "law"});
    note_cycle(row);
    const signals::ListedSignal listed{.facts = signal_of(row),
                                       .replaced_ssin = fields_.text(row, "replacedSsin")};
    auto delivered = sink_(tx_, facts_.org, listed, list_facts_, facts_.now_ms);
    if (!delivered) {
      if (!delivered.error().code.starts_with("signals.")) return delivered.error();
      return std::optional(documents::Problem{
          .code = delivered.error().code, .message = delivered.error().message, .field = ""});
    }
    if (delivered->is_new) ++new_signals_;
    if (auto put = put_row(row, *delivered, place); !put) return put.error();
    list_.set_rows(list_.rows() + 1);
    return std::optional<documents::Problem>();
  }

  Result<void> ends(std::int64_t bad) override {
    list_.set_bad_rows(bad);
    ids_.push_back(list_.list_id());
    return tx_.put_entry(facts_.org, {.kind = kSignalListEntry,
                                      .id = list_.list_id(),
                                      .sort = list_facts_.received_ms,
                                      .person = {},
                                      .subject = list_.message_id(),
                                      .body = list_.SerializeAsString()});
  }

  Result<void> finish(v1::ListReading& reading) override {
    for (std::string& id : ids_) reading.add_signal_list_ids(std::move(id));
    reading.set_new_signals(new_signals_);
    return {};
  }

 private:
  // Of the first row that says it: that of the list.
  void note_cycle(const documents::Row& row) {
    const auto number = static_cast<int>(fields_.number(row, "cycle"));
    if (number == 0) return;
    // yyyymm or yyyymmdd, as the layout has it.
    list_facts_.cycle = month_date(number > 999'999 ? number / 100 : number);
    if (list_.rows() == 0) *list_.mutable_cycle() = list_facts_.cycle;
  }

  v1::Signal signal_of(const documents::Row& row) const {
    v1::Signal signal;
    signal.mutable_organisation()->set_value(facts_.org);
    signal.set_signal_reference(fields_.text(row, "reference"));
    signal.set_law(law_of(fields_.text(row, "law")));
    signal.mutable_person()->set_value(fields_.text(row, "ssin"));
    const std::string written = fields_.raw(row, "dossier");
    const std::string& compared = fields_.text(row, "dossier");
    signal.set_dossier_number(written.size() <= kLongestDossier ? written : compared);
    signal.set_dossier_number_normalised(compared);
    signal.set_suffix(fields_.text(row, "suffix"));
    signal.set_signal_type(fields_.text(row, "type"));
    signal.set_source_flow(fields_.text(row, "sourceFlow"));
    const auto day = [&](const char* field) {
      return static_cast<int>(fields_.number(row, field));
    };
    if (const int from = day("from"))
      *signal.mutable_reference_period()->mutable_from() = domain::date_of_number(from);
    if (const int to = day("to"))
      *signal.mutable_reference_period()->mutable_to() = domain::date_of_number(to);
    if (fields_.value(row, "amount") != nullptr)
      signal.mutable_amount()->set_eurocents(fields_.number(row, "amount"));
    if (const int detected = day("detectedOn"))
      *signal.mutable_detected_on() = domain::date_of_number(detected);
    return signal;
  }

  Result<void> put_row(const documents::Row& row, const signals::Listed& delivered,
                       const Place& place) {
    v1::SignalListRow kept;
    kept.set_list_id(list_.list_id());
    kept.set_line(row.line);
    kept.set_row(place.in_part);
    kept.set_signal_id(delivered.signal_id);
    kept.set_is_new(delivered.is_new);
    kept.set_feedback_code(fields_.text(row, "feedback"));
    kept.set_problem(delivered.problem);
    for (std::size_t i = 0; i < fields_.columns().size(); ++i) {
      auto& column = *kept.add_columns();
      column.set_name(fields_.columns()[i]);
      column.set_value(fields_.column(row, i));
    }
    return tx_.put_entry(facts_.org, {.kind = kSignalRowEntry,
                                      .id = row_id(list_.list_id(), place.in_part),
                                      .sort = place.in_part,
                                      .person = fields_.text(row, "ssin"),
                                      .subject = list_.list_id(),
                                      .body = kept.SerializeAsString()});
  }

  store::Transaction& tx_;
  const DocumentFacts& facts_;
  const SignalSink& sink_;
  signals::ListFacts list_facts_;
  RowFields fields_;
  v1::SignalList list_;
  std::vector<std::string> ids_;
  std::int64_t new_signals_ = 0;
};

}  // namespace

std::unique_ptr<Target> make_signal_target(store::Transaction& tx, const DocumentFacts& facts,
                                           const SignalSink& sink) {
  return std::make_unique<SignalTarget>(tx, facts, sink);
}

}  // namespace semafoor::lists
