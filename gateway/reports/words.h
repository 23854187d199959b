// SPDX-License-Identifier: Apache-2.0
//
// The fixed words of the reports, in the languages of the country and in English.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/reports/languages.h"
#include "semafoor/v1/feedback.pb.h"
#include "semafoor/v1/signals.pb.h"

namespace semafoor::reports {

enum class Word {
  title,
  cover,
  // Of the cover.
  organisation,
  matter,
  matter_text,
  period,
  sample,
  sample_all,
  sample_drawn,
  counts,
  counts_text,
  proof,
  proof_text,
  columns,
  columns_text,
  generated,
  generated_by,
  purpose,
  footer,
  unshown,
  // Headings.
  beneficiary,
  former_numbers,
  law,
  dossier,
  reference,
  type,
  type_text,
  source_flow,
  from,
  to,
  amount,
  detected,
  received,
  channels,
  recalls,
  state,
  treated_by,
  answer_number,
  code,
  code_text,
  given_by,
  given_at,
  sent_at,
  outcome,
  decided_at,
  authority_reference,
  errors,
  decision_reference,
  decision_date,
  own_dossiers,
  steps,
  // Headings of columns that hold several of these.
  signal,
  facts,
  arrival,
  answer,
  given,
  result,
  count_of_words,
};

std::string_view word(Language language, Word which);
std::string_view word(Language language, v1::Law law);
std::string_view word(Language language, v1::SignalChannel channel);
std::string_view word(Language language, v1::SignalState state);
std::string_view word(Language language, v1::FeedbackState state);
std::string_view word(Language language, v1::SignalEvent event);

// `text` with "{1}", "{2}", ... replaced by the values.
std::string filled(std::string_view text, const std::vector<std::string>& values);

}  // namespace semafoor::reports
