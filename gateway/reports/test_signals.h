// SPDX-License-Identifier: Apache-2.0
//
// For tests: an organisation with signals and answers at chosen moments.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "gateway/domain/belgian_time.h"
#include "gateway/domain/date.h"
#include "gateway/domain/signal_identity.h"
#include "gateway/duties/test_store.h"
#include "gateway/history/history.h"

namespace semafoor::reports {

using duties::kTestOrg;

// Noon in Belgium on that day (yyyymmdd).
inline std::int64_t noon_of(int day) {
  return domain::belgian_midnight_ms(day) + 12 * 3'600'000;
}

// Of the `number`-th invented person: born in 1901, so that nobody is.
inline std::string person_number(int number) {
  const std::int64_t first = 10'101'000 + number;
  char text[16];
  std::snprintf(text, sizeof text, "0%08lld%02lld", static_cast<long long>(first),
                static_cast<long long>(97 - first % 97));
  return text;
}

struct SignalMaker {
  duties::TestStore& store;

  // Received at noon of `day`; each `id` is a dossier of its own.
  v1::Signal add(const std::string& id, const std::string& person, int day,
                 v1::SignalState state = v1::SIGNAL_STATE_RECEIVED,
                 const std::function<void(v1::Signal&)>& more = {}) const {
    v1::Signal signal;
    signal.set_signal_id(id);
    signal.mutable_organisation()->set_value(kTestOrg);
    signal.set_signal_reference("R-" + id);
    signal.set_law(v1::LAW_RMI);
    signal.mutable_person()->set_value(person);
    signal.set_dossier_number("D" + id);
    signal.set_dossier_number_normalised("D" + id);
    signal.set_signal_type("X-PENSION");
    signal.set_source_flow("PENSION");
    signal.mutable_received_at()->set_unix_ms(noon_of(day));
    *signal.mutable_detected_on() = domain::date_of_number(day);
    auto& arrival = *signal.add_arrivals();
    arrival.set_channel(v1::SIGNAL_CHANNEL_MUTATION);
    arrival.mutable_first_at()->set_unix_ms(noon_of(day));
    arrival.set_times(1);
    signal.set_state(state);
    if (more) more(signal);
    store.write([&](store::Transaction& tx) {
      return tx.put_signal(kTestOrg, domain::signal_key(signal), signal, "");
    });
    return signal;
  }

  // An answer to it at that moment.
  void answer(v1::Signal signal, const std::string& client_id, std::int64_t at_ms,
              v1::FeedbackState state = v1::FEEDBACK_STATE_ACCEPTED,
              const std::string& code = "X-COUNTED") const {
    v1::FeedbackItem item;
    item.set_client_id(client_id);
    item.mutable_organisation()->set_value(kTestOrg);
    item.set_signal_id(signal.signal_id());
    item.set_code(code);
    item.set_state(state);
    item.mutable_submitted_by()->set_id("an");
    item.mutable_submitted_by()->set_name("An Peeters");
    item.mutable_submitted_at()->set_unix_ms(at_ms);
    item.mutable_sent_at()->set_unix_ms(at_ms + 60'000);
    item.mutable_decided_at()->set_unix_ms(at_ms + 3'600'000);
    item.set_authority_reference("A-" + client_id);
    item.set_decision_reference("B-77");
    signal.set_feedback_client_id(client_id);
    v1::SignalStep step;
    step.set_event(v1::SIGNAL_EVENT_ANSWERED);
    step.mutable_time()->set_unix_ms(at_ms);
    step.set_feedback_client_id(client_id);
    store.write([&](store::Transaction& tx) -> Result<void> {
      if (auto put = tx.put_feedback(kTestOrg, "hash", item, ""); !put) return put;
      if (auto added = history::add(tx, kTestOrg, signal, step); !added) return added;
      return tx.put_signal(kTestOrg, domain::signal_key(signal), signal, "");
    });
  }
};

}  // namespace semafoor::reports
