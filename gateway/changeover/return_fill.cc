// SPDX-License-Identifier: Apache-2.0
#include "gateway/changeover/return_fill.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "gateway/changeover/list_records.h"
#include "gateway/changeover/reasons.h"
#include "gateway/history/history.h"

namespace semafoor::changeover {
namespace {

// What the layouts call the column of the code.
constexpr std::string_view kFeedbackField = "feedback";
constexpr char kOwnColumn[] = "X-FEEDBACK";

// Why an answer in this state is not filled in; empty: it is.
std::string_view not_by_list(v1::FeedbackState state) {
  switch (state) {
    case v1::FEEDBACK_STATE_FOR_LIST:
      return "";
    case v1::FEEDBACK_STATE_RETURNED:
      return reason::kRowOtherReturn;
    case v1::FEEDBACK_STATE_ACCEPTED:
      return reason::kRowAccepted;
    case v1::FEEDBACK_STATE_REFUSED:
    case v1::FEEDBACK_STATE_PARTIALLY_ACCEPTED:
    case v1::FEEDBACK_STATE_DEAD_LETTER:
    case v1::FEEDBACK_STATE_DISCARDED:
      return reason::kRowAnswerFailed;
    default:
      return reason::kRowOnTheWire;
  }
}

class Filling {
 public:
  Filling(store::Reader& reader, const store::Org& org, std::string return_id, std::string column,
          const CodeCheck& valid)
      : reader_(reader),
        org_(org),
        return_id_(std::move(return_id)),
        column_(std::move(column)),
        valid_(valid) {}

  Result<void> take(const v1::SignalListRow& from) {
    v1::ReturnRow row;
    row.set_return_id(return_id_);
    row.set_line(from.line());
    row.set_signal_id(from.signal_id());
    auto why = from.feedback_code().empty() ? answer(row) : std::string_view(reason::kRowHasCode);
    if (!why) return why.error();
    copy_columns(from, row);
    if (why->empty())
      ++filled_.with_code;
    else
      leave_out(row, *why);
    filled_.rows.push_back(std::move(row));
    return {};
  }

  Filled done() { return std::move(filled_); }

 private:
  // Puts answer and code into `row`; otherwise says why not.
  Result<std::string_view> answer(v1::ReturnRow& row) {
    auto signal = standing_signal(reader_, org_, row.signal_id());
    if (!signal) return signal.error();
    if (*signal) row.set_signal_id((*signal)->signal_id());
    if (!*signal || (*signal)->feedback_client_id().empty()) {
      const bool superseded = *signal && (*signal)->state() == v1::SIGNAL_STATE_SUPERSEDED;
      return superseded ? reason::kRowSuperseded : reason::kRowUnanswered;
    }
    auto item = reader_.feedback(org_, (*signal)->feedback_client_id());
    if (!item) return item.error();
    if (!*item) return reason::kRowUnanswered;
    row.set_client_id((*item)->client_id());
    if (const auto why = not_by_list((*item)->state()); !why.empty()) return why;
    auto valid = valid_(reader_, (*item)->code(), (*item)->submitted_at().unix_ms(), **signal);
    if (!valid) return valid.error();
    if (!*valid) return reason::kRowCodeNotValid;
    if (!used_.insert((*item)->client_id()).second) return reason::kRowTwice;
    row.set_code((*item)->code());
    return std::string_view();
  }

  void copy_columns(const v1::SignalListRow& from, v1::ReturnRow& row) const {
    bool placed = false;
    for (const v1::ListField& field : from.columns()) {
      auto& column = *row.add_columns();
      column.set_name(field.name());
      const bool code = field.name() == column_;
      column.set_value(code && !row.code().empty() ? row.code() : field.value());
      placed = placed || code;
    }
    if (placed) return;
    auto& column = *row.add_columns();
    column.set_name(column_);
    column.set_value(row.code());
  }

  void leave_out(v1::ReturnRow& row, std::string_view why) {
    row.set_reason_code(std::string(why));
    *row.mutable_reason() = text_of(why);
    auto known =
        std::find_if(filled_.unfilled.begin(), filled_.unfilled.end(),
                     [&](const v1::UnfilledCount& one) { return one.reason_code() == why; });
    if (known == filled_.unfilled.end()) {
      known = filled_.unfilled.insert(known, v1::UnfilledCount());
      known->set_reason_code(std::string(why));
      *known->mutable_reason() = text_of(why);
      known->set_missing(is_missing(why));
    }
    known->set_rows(known->rows() + 1);
  }

  store::Reader& reader_;
  const store::Org& org_;
  const std::string return_id_;
  const std::string column_;
  const CodeCheck& valid_;
  std::set<std::string> used_;
  Filled filled_;
};

}  // namespace

std::string code_column(const v1::SignalList& list) {
  for (const v1::ListField& field : list.fields())
    if (field.name() == kFeedbackField && !field.value().empty()) return field.value();
  return kOwnColumn;
}

Result<std::optional<v1::Signal>> standing_signal(store::Reader& reader, const store::Org& org,
                                                  const std::string& signal_id) {
  auto signal = reader.signal(org, signal_id);
  if (!signal || !*signal) return signal;
  auto stands = history::standing(reader, org, std::move(**signal));
  if (!stands) return stands.error();
  return std::optional(std::move(*stands));
}

Result<Filled> fill_list(store::Reader& reader, const store::Org& org, const v1::SignalList& list,
                         const std::string& return_id, const CodeCheck& valid) {
  Filling filling(reader, org, return_id, code_column(list), valid);
  auto read = visit_list_rows(reader, org, list.list_id(),
                              [&](const v1::SignalListRow& row) { return filling.take(row); });
  if (!read) return read.error();
  return filling.done();
}

}  // namespace semafoor::changeover
