// SPDX-License-Identifier: Apache-2.0
//
// What an inspection file shows of a signal and of one answer to it. POD MI has published no
// columns: these are ours.
#pragma once

#include "gateway/reports/languages.h"
#include "gateway/reports/names.h"
#include "gateway/sheets/sheet.h"
#include "gateway/store/store.h"
#include "semafoor/v1/feedback.pb.h"
#include "semafoor/v1/signals.pb.h"

namespace semafoor::reports {

// One row.
struct InspectionFacts {
  // To ask what its codes meant.
  store::Reader& reader;
  const v1::Signal& signal;
  const v1::SignalHistory& history;
  // Null: there is no answer. The first has number 1.
  const v1::FeedbackItem* answer = nullptr;
  int answer_number = 0;
};

struct InspectionShape {
  Language language = Language::nl;
  // Paper has room for few columns, so each holds several facts.
  bool on_paper = false;
};

std::vector<sheets::Column> inspection_columns(const InspectionShape& shape);
sheets::Row inspection_row(const InspectionShape& shape, const Names& names,
                           const InspectionFacts& facts);

}  // namespace semafoor::reports
