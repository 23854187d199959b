// SPDX-License-Identifier: Apache-2.0
//
// For the tests of this room: signals, half-yearly and monthly lists as the e-Box brings them, and
// answers given through the real use cases.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "gateway/changeover/changeover.h"
#include "gateway/changeover/list_records.h"
#include "gateway/domain/date.h"
#include "gateway/domain/signal_identity.h"
#include "gateway/duties/test_store.h"
#include "gateway/feedback/feedback.h"
#include "gateway/feedback/outbox.h"
#include "gateway/history/history.h"

namespace semafoor::changeover {

using duties::kTestOrg;

inline constexpr std::int64_t kDayMs = 86'400'000;

inline v1::Date day(int yyyymmdd) {
  return domain::date_of_number(yyyymmdd);
}

class ListsTest : public ::testing::Test {
 protected:
  ListsTest() {
    store_.add_organisation();
    actor_.set_id("u1");
    actor_.set_name("Ann");
  }

  v1::Signal signal(const std::string& id, const std::vector<v1::SignalChannel>& channels = {},
                    int detected = 20261005, const std::string& person = "85073003328") {
    v1::Signal made;
    made.set_signal_id(id);
    made.mutable_organisation()->set_value(kTestOrg);
    made.set_law(v1::LAW_RMI);
    made.set_dossier_number(id);
    made.set_dossier_number_normalised(id);
    made.mutable_person()->set_value(person);
    made.set_signal_type("X-PENSION");
    made.set_state(v1::SIGNAL_STATE_RECEIVED);
    if (detected != 0) *made.mutable_detected_on() = day(detected);
    made.mutable_received_at()->set_unix_ms(detected == 0 ? clock_.now_ms()
                                                          : domain::ms_of_date(day(detected)));
    for (const auto channel : channels) made.add_channels(channel);
    return made;
  }
  void put(v1::Signal made) {
    store_.write([&](store::Transaction& tx) {
      return tx.put_signal(kTestOrg, domain::signal_key(made), made, "");
    });
  }

  // With a column for the code, as its layout says.
  v1::SignalList list(const std::string& id, v1::SignalChannel channel, int cycle,
                      std::int64_t received_ms) {
    v1::SignalList made;
    made.set_list_id(id);
    made.mutable_organisation()->set_value(kTestOrg);
    made.set_channel(channel);
    *made.mutable_cycle() = day(cycle);
    made.mutable_received_at()->set_unix_ms(received_ms);
    made.set_file_name("lijst.csv");
    made.set_separator(";");
    for (const char* name : {"Dossier", "Code", "Naam"}) made.add_columns(name);
    auto& field = *made.add_fields();
    field.set_name("feedback");
    field.set_value("Code");
    return made;
  }
  void put(v1::SignalList made, const std::vector<std::string>& signal_ids = {}) {
    made.set_rows(static_cast<std::int64_t>(signal_ids.size()));
    store_.write([&](store::Transaction& tx) -> Result<void> {
      auto kept = tx.put_entry(kTestOrg, {.kind = kListEntry,
                                          .id = made.list_id(),
                                          .sort = made.received_at().unix_ms(),
                                          .person = {},
                                          .subject = made.message_id(),
                                          .body = made.SerializeAsString()});
      if (!kept) return kept;
      for (std::size_t i = 0; i < signal_ids.size(); ++i) {
        v1::SignalListRow row;
        row.set_list_id(made.list_id());
        row.set_row(static_cast<std::int64_t>(i + 1));
        row.set_line(static_cast<std::int64_t>(i + 2));
        row.set_signal_id(signal_ids[i]);
        for (const auto& [name, value] :
             {std::pair("Dossier", signal_ids[i].c_str()), std::pair("Code", ""),
              std::pair("Naam", "Peeters; \"An\"")}) {
          auto& column = *row.add_columns();
          column.set_name(name);
          column.set_value(value);
        }
        auto put = tx.put_entry(kTestOrg, {.kind = kListRowEntry,
                                           .id = made.list_id() + "/" + std::to_string(i + 1),
                                           .sort = row.row(),
                                           .person = {},
                                           .subject = made.list_id(),
                                           .body = row.SerializeAsString()});
        if (!put) return put;
      }
      return {};
    });
  }
  void put_half_yearly(const std::string& id, int cycle, const std::vector<std::string>& signal_ids,
                       const std::string& message_id = {}) {
    auto made = list(id, v1::SIGNAL_CHANNEL_HALF_YEARLY_LIST, cycle, clock_.now_ms());
    made.set_message_id(message_id);
    put(std::move(made), signal_ids);
  }

  static std::string client_id(int number) {
    std::string text = std::to_string(number);
    return "0190b6f0-7c1e-7d3a-8a52-" + std::string(12 - text.size(), '0') + text;
  }
  v1::FeedbackItem answer(int number, const std::string& signal_id,
                          const std::string& code = "X-COUNTED") {
    v1::FeedbackDraft draft;
    draft.set_client_id(client_id(number));
    draft.set_signal_id(signal_id);
    draft.set_code(code);
    const auto submitted = feedback_.submit(kTestOrg, {draft}, actor_, act_);
    EXPECT_TRUE(submitted.ok());
    EXPECT_FALSE(submitted->results[0].has_problem()) << submitted->results[0].problem().code();
    return submitted->results[0].feedback();
  }
  v1::FeedbackItem item(int number) { return *feedback_.get(kTestOrg, client_id(number)); }
  void answer_is(int number, v1::FeedbackState state) {
    EXPECT_EQ(v1::FeedbackState_Name(item(number).state()), v1::FeedbackState_Name(state));
  }
  v1::SignalState signal_state(const std::string& id) {
    return store_
        .ask<std::optional<v1::Signal>>(
            [&](store::Reader& reader) { return reader.signal(kTestOrg, id); })
        ->state();
  }
  std::int64_t tasks(const std::string& kind) {
    for (const auto& one : store_.ask<std::vector<store::TaskCount>>(
             [](store::Reader& reader) { return reader.task_counts(kTestOrg); }))
      if (one.kind == kind) return one.count;
    return 0;
  }

  v1::SetChannelResponse set(v1::ChannelMode mode) {
    auto changed = room_.set_channel(
        kTestOrg, {.mode = mode, .by = "uid 1000", .reason = "board decision"}, act_);
    EXPECT_TRUE(changed.ok());
    return changed.ok() ? *changed : v1::SetChannelResponse();
  }
  v1::ListReturn prepare(const std::string& list_id) {
    auto prepared = room_.returns().prepare(kTestOrg, list_id, act_);
    EXPECT_TRUE(prepared.ok()) << prepared.error().message;
    return prepared.ok() ? prepared->list_return() : v1::ListReturn();
  }
  v1::ListReturn of(const std::string& return_id) {
    auto page = room_.returns().list(kTestOrg, {});
    EXPECT_TRUE(page.ok());
    for (const auto& one : page->items)
      if (one.return_id() == return_id) return one;
    return {};
  }
  std::string fetch(const std::string& return_id, bool incomplete = false) {
    auto fetched =
        room_.returns().fetch(kTestOrg, {.return_id = return_id, .incomplete = incomplete}, act_);
    return fetched.ok() ? fetched->file.bytes : fetched.error().code;
  }
  std::vector<v1::ReturnRow> rows(const std::string& return_id) {
    auto page = room_.returns().rows(kTestOrg, return_id, {.limit = 500});
    EXPECT_TRUE(page.ok());
    return page->items;
  }

  duties::ManualClock clock_;
  duties::TestStore store_{clock_};
  feedback::CodeList codes_ = *feedback::CodeList::load();
  feedback::Feedback feedback_{*store_, codes_, [this] { return clock_.now_ms(); }};
  Changeover room_{
      *store_,
      {.valid = [this](store::Reader&, const std::string& code, std::int64_t,
                       const v1::Signal&) { return codes_.find(code, 20261001) != nullptr; },
       .judge =
           [this](store::Transaction& tx, const store::Org& org,
                  const upstream::MailboxContent::FeedbackResult& result) {
             return feedback::apply_result(tx, org, codes_, result, clock_.now_ms());
           },
       .now_ms = [this] { return clock_.now_ms(); }}};
  v1::Actor actor_;
  const domain::Act act_{.caller = {.kind = domain::Caller::Kind::process, .account = "uid 1000"},
                         .actor_id = "u1",
                         .actor_name = "Ann"};
};

}  // namespace semafoor::changeover
