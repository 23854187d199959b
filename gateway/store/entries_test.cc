// SPDX-License-Identifier: Apache-2.0
//
// What every engine promises of small records, of lines of statements, and of the questions that
// signals are found by.
#include <gtest/gtest.h>

#include <filesystem>

#include "gateway/os/test_folder.h"
#include "gateway/store/store.h"
#include "gateway/store/testing/engine.h"

namespace semafoor::store {
namespace {

namespace fs = std::filesystem;

constexpr char kOrg[] = "0212344876";
constexpr char kOther[] = "0212214917";
constexpr char kPerson[] = "85073003328";
constexpr char kElse[] = "17073003384";

class EntriesTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    folder_ = os::make_test_folder("entries");
    std::string why;
    engine_ = testing::make_engine(GetParam(), folder_, why);
    if (!engine_) GTEST_SKIP() << why;
    open();
  }
  void TearDown() override {
    store_.reset();
    fs::remove_all(folder_);
  }
  void open() {
    auto opened = engine_->open([] { return std::int64_t{1'000'000}; });
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    store_ = std::move(opened).value();
  }
  void write(const Store::Work& work) {
    const auto done = store_->write_and_wait(work);
    ASSERT_TRUE(done.ok()) << done.error().message;
  }
  template <typename T>
  T ask(const std::function<Result<T>(Reader&)>& question) {
    T value{};
    const auto done = store_->read([&](Reader& reader) -> Result<void> {
      auto answer = question(reader);
      if (!answer) return answer.error();
      value = std::move(*answer);
      return {};
    });
    EXPECT_TRUE(done.ok()) << done.error().message;
    return value;
  }
  void put(const Entry& entry, const Org& org = kOrg) {
    write([&](Transaction& tx) { return tx.put_entry(org, entry); });
  }
  std::vector<std::string> ids(const std::string& kind, const EntryQuery& query,
                               const Org& org = kOrg) {
    std::vector<std::string> all;
    for (const Entry& entry :
         ask<Page<Entry>>([&](Reader& r) { return r.entries(org, kind, query); }).items)
      all.push_back(entry.id);
    return all;
  }
  std::vector<std::int64_t> lines(const StatementLineQuery& query) {
    std::vector<std::int64_t> all;
    for (const StatementLine& line :
         ask<Page<StatementLine>>([&](Reader& r) { return r.statement_lines(kOrg, query); }).items)
      all.push_back(line.statement * 100 + line.line);
    return all;
  }

  fs::path folder_;
  std::unique_ptr<testing::Engine> engine_;
  std::unique_ptr<Store> store_;
};

using Ids = std::vector<std::string>;
using Lines = std::vector<std::int64_t>;

TEST_P(EntriesTest, AnEntryIsReadBackReplacedAndDropped) {
  put({.kind = "rule", .id = "a", .sort = 7, .body = "first"});
  put({.kind = "rule", .id = "a", .sort = 8, .body = "second"});
  const auto read = ask<std::optional<Entry>>([](Reader& r) { return r.entry(kOrg, "rule", "a"); });
  ASSERT_TRUE(read);
  EXPECT_EQ(read->sort, 8);
  EXPECT_EQ(read->body, "second");
  EXPECT_GT(read->changed, 0);
  EXPECT_FALSE(ask<std::optional<Entry>>([](Reader& r) { return r.entry(kOrg, "other", "a"); }));
  EXPECT_FALSE(ask<std::optional<Entry>>([](Reader& r) { return r.entry(kOther, "rule", "a"); }));
  write([](Transaction& tx) { return tx.drop_entry(kOrg, "rule", "a"); });
  write([](Transaction& tx) { return tx.drop_entry(kOrg, "rule", "a"); });
  EXPECT_FALSE(ask<std::optional<Entry>>([](Reader& r) { return r.entry(kOrg, "rule", "a"); }));
}

TEST_P(EntriesTest, EntriesAreFoundByPersonBySubjectAndByTheirOrder) {
  put({.kind = "notice", .id = "a", .sort = 1, .person = kPerson, .subject = "D1", .body = "x"});
  put({.kind = "notice", .id = "b", .sort = 2, .person = kElse, .subject = "D1", .body = "x"});
  put({.kind = "notice", .id = "c", .sort = 3, .person = kPerson, .subject = "D2", .body = "x"});
  put({.kind = "other", .id = "d", .sort = 4, .person = kPerson, .subject = "D1", .body = "x"});
  put({.kind = "notice", .id = "e", .sort = 5, .person = kPerson, .body = "x"}, kOther);
  EXPECT_EQ(ids("notice", {}), (Ids{"c", "b", "a"}));
  EXPECT_EQ(ids("notice", {.newest_first = false}), (Ids{"a", "b", "c"}));
  EXPECT_EQ(ids("notice", {.person = kPerson}), (Ids{"c", "a"}));
  EXPECT_EQ(ids("notice", {.subject = "D1"}), (Ids{"b", "a"}));
  EXPECT_EQ(ids("notice", {.from = 2, .to = 2}), (Ids{"b"}));
  EXPECT_EQ(ids("notice", {}, kOther), (Ids{"e"}));
}

TEST_P(EntriesTest, PagesOfEntriesHoldEachOnce) {
  for (int i = 0; i < 7; ++i)
    put({.kind = "k", .id = "i" + std::to_string(i), .sort = i / 2, .body = "x"});
  Ids all;
  EntryQuery query{.limit = 3, .newest_first = false};
  do {
    const auto page = ask<Page<Entry>>([&](Reader& r) { return r.entries(kOrg, "k", query); });
    EXPECT_EQ(page.total, 7);
    for (const Entry& entry : page.items) all.push_back(entry.id);
    query.position = page.position;
  } while (!query.position.empty());
  EXPECT_EQ(all, (Ids{"i0", "i1", "i2", "i3", "i4", "i5", "i6"}));
  const auto wrong = store_->read([](Reader& reader) -> Result<void> {
    auto page = reader.entries(kOrg, "k", {.position = "nonsense"});
    return page ? Result<void>() : page.error();
  });
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().code, "list.page_token");
}

TEST_P(EntriesTest, WhatChangedSinceIsListedInOrderOfChange) {
  put({.kind = "k", .id = "a", .sort = 1, .body = "x"});
  put({.kind = "k", .id = "b", .sort = 2, .body = "x"});
  const auto seen = ask<Page<Entry>>([](Reader& r) { return r.entries(kOrg, "k", {}); }).changed;
  put({.kind = "k", .id = "a", .sort = 1, .body = "y"});
  EXPECT_EQ(ids("k", {.changed_since = seen}), (Ids{"a"}));
}

TEST_P(EntriesTest, LinesOfStatementsAreFoundByStatementPersonDossierAndArticle) {
  write([](Transaction& tx) -> Result<void> {
    for (const int month : {202601, 202602}) {
      auto number = tx.new_statement_number(kOrg);
      if (!number) return number.error();
      EXPECT_EQ(*number, month - 202600);
      const auto added =
          tx.add_statement_lines(kOrg, {{*number, 1, month, kPerson, "D1", "300001", "one"},
                                        {*number, 2, month, kElse, "D2", "300001", "two"},
                                        {*number, 3, month, kPerson, "D1", "300002", "three"}});
      if (!added) return added;
    }
    return {};
  });
  EXPECT_EQ(lines({}), (Lines{201, 202, 203, 101, 102, 103}));
  EXPECT_EQ(lines({.statement = 1}), (Lines{101, 102, 103}));
  EXPECT_EQ(lines({.person = kPerson, .month_from = 202602}), (Lines{201, 203}));
  EXPECT_EQ(lines({.dossier = "D2"}), (Lines{202, 102}));
  EXPECT_EQ(lines({.article = "300002", .month_to = 202601}), (Lines{103}));
  StatementLineQuery query{.limit = 4};
  auto page = ask<Page<StatementLine>>([&](Reader& r) { return r.statement_lines(kOrg, query); });
  EXPECT_EQ(page.total, 6);
  EXPECT_EQ(page.items.front().body, "one");
  EXPECT_EQ(page.items.front().article, "300001");
  query.position = page.position;
  EXPECT_EQ(lines(query), (Lines{102, 103}));
  write([](Transaction& tx) { return tx.drop_statement(kOrg, 2); });
  EXPECT_EQ(lines({}), (Lines{101, 102, 103}));
}

TEST_P(EntriesTest, SignalsAreFoundByDossierTeamRecallAndWhetherTheyWait) {
  const auto put_signal = [&](const std::string& id, const auto& with) {
    write([&](Transaction& tx) {
      v1::Signal signal;
      signal.set_signal_id(id);
      signal.mutable_person()->set_value(kPerson);
      signal.set_state(v1::SIGNAL_STATE_RECEIVED);
      with(signal);
      return tx.put_signal(kOrg, id, signal, "");
    });
  };
  const auto found = [&](const SignalQuery& query) {
    Ids all;
    for (const auto& signal :
         ask<Page<v1::Signal>>([&](Reader& r) { return r.signals(kOrg, query); }).items)
      all.push_back(signal.signal_id());
    return all;
  };
  put_signal("a", [](v1::Signal& s) { s.set_dossier_number("00-ab/12"); });
  put_signal("b", [](v1::Signal& s) { s.set_team("north"); });
  put_signal("c", [](v1::Signal& s) { s.add_recalls(); });
  put_signal("d", [](v1::Signal& s) { s.set_state(v1::SIGNAL_STATE_SUPERSEDED); });
  EXPECT_EQ(found({.dossier = "AB12"}), (Ids{"a"}));
  EXPECT_EQ(found({.team = "north"}), (Ids{"b"}));
  EXPECT_EQ(found({.recalled_only = true}), (Ids{"c"}));
  EXPECT_EQ(found({.open_only = true}), (Ids{"c", "b", "a"}));
  const auto counters = ask<Counters>([](Reader& r) { return r.counters(kOrg); });
  EXPECT_EQ(counters.signals_open, 3);
  EXPECT_EQ(counters.signals_total, 4);
}

TEST_P(EntriesTest, ErasingAnOrganisationTakesItsEntriesAndLinesAlong) {
  put({.kind = "k", .id = "a", .sort = 1, .body = "x"});
  put({.kind = "k", .id = "a", .sort = 1, .body = "x"}, kOther);
  write([](Transaction& tx) {
    return tx.add_statement_lines(kOrg, {{1, 1, 202601, kPerson, "D", "300001", "x"}});
  });
  ASSERT_TRUE(store_->erase(kOrg).ok());
  EXPECT_TRUE(ids("k", {}).empty());
  EXPECT_TRUE(lines({}).empty());
  EXPECT_EQ(ids("k", {}, kOther), (Ids{"a"}));
}

INSTANTIATE_TEST_SUITE_P(Engines, EntriesTest, ::testing::ValuesIn(testing::engine_names()),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace semafoor::store
