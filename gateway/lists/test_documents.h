// SPDX-License-Identifier: Apache-2.0
//
// For tests: a store with documents in it, and a reader of lists over it.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gateway/documents/testing/statement_lines.h"
#include "gateway/documents/testing/zip_file.h"
#include "gateway/duties/test_store.h"
#include "gateway/lists/entries.h"
#include "gateway/lists/list_reader.h"
#include "gateway/lists/lists.h"
#include "gateway/store/sha256.h"

namespace semafoor::lists {

using documents::testing::TestLine;
using duties::kTestOrg;

// As signals::deliver_listed(), but that it keeps the signals here: one for each person and type. A
// dossier "REFUSED" is none of a signal.
struct FakeSignals {
  std::vector<std::pair<signals::ListedSignal, signals::ListFacts>> delivered;
  std::map<std::string, std::string> ids;
  // Not nothing: the error of every delivery.
  std::optional<Error> trouble;

  Result<signals::Listed> deliver(const signals::ListedSignal& row,
                                  const signals::ListFacts& list) {
    if (trouble) return *trouble;
    if (row.facts.dossier_number_normalised() == "REFUSED")
      return Error{.kind = ErrorKind::invalid_argument,
                   .code = "signals.no_period",
                   .message = "The row has no period."};
    delivered.emplace_back(row, list);
    const auto [known, is_new] =
        ids.try_emplace(row.facts.person().value() + row.facts.signal_type(),
                        "signal-" + std::to_string(ids.size() + 1));
    return signals::Listed{.signal_id = known->second, .is_new = is_new};
  }
};

class ListsTest : public ::testing::Test {
 protected:
  // 2 November 2026.
  static constexpr std::int64_t kReceived = 1'793'577'600'000;

  ListsTest() {
    store_.add_organisation();
    make_reader();
  }

  void make_reader() {
    reader_ = std::make_unique<ListReader>(
        *store_, clock_, load_rules(files_).value(),
        ReaderOptions{
            .sink = [this](store::Transaction&, const store::Org&, const signals::ListedSignal& row,
                           const signals::ListFacts& list,
                           std::int64_t) { return signals_.deliver(row, list); },
            .load_rules = [this] { return load_rules(files_); }});
  }

  // A message "<id>" with one attachment "<id>-a", stored.
  void put(const std::string& id, v1::MessageFamily family, const std::string& bytes,
           const std::string& file_name = "list.csv", std::int64_t received_ms = kReceived,
           const std::string& event = "message.stored") {
    auto writer = store_->blobs().create(kTestOrg);
    ASSERT_TRUE(writer.ok());
    ASSERT_TRUE((*writer)->append(std::as_bytes(std::span(bytes))).ok());
    auto blob = (*writer)->commit();
    ASSERT_TRUE(blob.ok());
    store_.write([&](store::Transaction& tx) -> Result<void> {
      store::StoredMessage stored;
      auto known = tx.message(kTestOrg, id);
      if (!known) return known.error();
      if (*known) stored = **known;
      stored.message.set_message_id(id);
      stored.message.mutable_organisation()->set_value(kTestOrg);
      stored.message.set_provider_id("nsso");
      stored.message.set_provider_message_id(id);
      stored.message.set_family(family);
      stored.message.mutable_received_at()->set_unix_ms(received_ms);
      stored.message.clear_attachments();
      auto& attachment = *stored.message.add_attachments();
      attachment.set_attachment_id(id + "-a");
      attachment.set_file_name(file_name);
      attachment.set_state(v1::ATTACHMENT_STATE_STORED);
      attachment.set_size_bytes(blob->size);
      attachment.set_sha256(store::digest_bytes(blob->sha256));
      return tx.put_message(kTestOrg, stored, event);
    });
  }

  void run() {
    const auto done = reader_->run_once(kTestOrg);
    ASSERT_TRUE(done.ok()) << done.error().code << ": " << done.error().message;
  }

  // What became of a document; put() and run() in one.
  v1::ListReading read(const std::string& id, v1::MessageFamily family, const std::string& bytes,
                       const std::string& file_name = "list.csv",
                       std::int64_t received_ms = kReceived) {
    put(id, family, bytes, file_name, received_ms);
    run();
    return reading(id + "-a");
  }

  v1::ListReading reading(const std::string& id) {
    auto found = lists_.reading(kTestOrg, id, {});
    EXPECT_TRUE(found.ok()) << id;
    return found.ok() ? found->reading : v1::ListReading();
  }
  std::vector<v1::BadListRow> bad_rows(const std::string& id) {
    auto found = lists_.reading(kTestOrg, id, {});
    return found.ok() ? found->bad_rows.items : std::vector<v1::BadListRow>();
  }
  std::vector<v1::StatementLine> lines(LinesAsked asked) {
    auto page = lists_.lines(kTestOrg, std::move(asked));
    EXPECT_TRUE(page.ok());
    return page.ok() ? page->items : std::vector<v1::StatementLine>();
  }
  std::vector<v1::Notice> notices(const NoticesAsked& asked = {}) {
    auto page = lists_.notices(kTestOrg, asked);
    EXPECT_TRUE(page.ok());
    return page.ok() ? page->items : std::vector<v1::Notice>();
  }
  std::int64_t entries(const char* kind) {
    return store_
        .ask<store::Page<store::Entry>>(
            [&](store::Reader& reader) { return reader.entries(kTestOrg, kind, {}); })
        .total;
  }
  std::int64_t stored_lines() {
    return store_
        .ask<store::Page<store::StatementLine>>(
            [&](store::Reader& reader) { return reader.statement_lines(kTestOrg, {}); })
        .total;
  }

  duties::ManualClock clock_;
  duties::TestStore store_{clock_};
  FakeSignals signals_;
  RuleFiles files_;
  Lists lists_{*store_};
  std::unique_ptr<ListReader> reader_;
};

// Two lines of two persons in two dossiers.
inline std::string small_statement(const std::string& month = "202610") {
  using documents::testing::record;
  return record({.month = month}) + "\r\n" +
         record({.month = month,
                 .dossier = "2026/0200",
                 .ssin = documents::testing::invented_ssin(7),
                 .reference = "F00000002",
                 .article = "X00005",
                 .amount = "00100000",
                 .name = "Dubois Anne"}) +
         "\r\n";
}

inline constexpr char kSignalHeader[] =
    "X-REFERENCE;X-LAW;X-NIS;X-DOSSIER;X-SUFFIX;X-INSZ;X-NAME;X-TYPE;X-FROM;X-TO;X-EUROCENTS;"
    "X-DETECTED;X-FEEDBACK\r\n";

inline std::string signal_row(const std::string& ssin = "85073003328",
                              const std::string& dossier = "2026/117",
                              const std::string& nis = "24033") {
  return "KN1;RMI;" + nis + ";" + dossier + ";;" + ssin +
         ";Peeters Jan;X-WORK-DIMONA;2026-09-01;2026-09-30;145000;2026-10-05;\r\n";
}

}  // namespace semafoor::lists
