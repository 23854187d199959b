// SPDX-License-Identifier: Apache-2.0
//
// What every engine promises of the audit's chains.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <latch>
#include <thread>

#include "gateway/os/test_folder.h"
#include "gateway/store/audit_chain.h"
#include "gateway/store/store.h"
#include "gateway/store/testing/engine.h"
#include "semafoor/v1/audit.pb.h"

namespace semafoor::store {
namespace {

constexpr char kOrg[] = "0212344876";
constexpr char kOther[] = "0212214917";
constexpr char kPerson[] = "85073003328";
constexpr char kAnotherPerson[] = "17073003384";

struct Kept {
  v1::AuditRecord record;
  std::int64_t number;
  std::int64_t time_ms;
  std::string hash;
  std::string body;
};

class AuditLog : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    folder_ = os::make_test_folder("audit");
    std::string why;
    engine_ = testing::make_engine(GetParam(), folder_, why);
    if (!engine_) GTEST_SKIP() << why;
    open();
  }
  void TearDown() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  void open() {
    store_.reset();
    auto opened = engine_->open([this] { return now_.load(); });
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    store_ = std::move(opened).value();
  }
  static AuditEntry entry(const std::string& what) {
    AuditEntry one;
    one.what = what;
    one.act.caller.kind = domain::Caller::Kind::process;
    one.act.caller.account = "uid 1000";
    return one;
  }
  void append(const Org& org, const AuditEntry& one) {
    const auto done =
        store_->write_and_wait([&](Transaction& tx) { return tx.append_audit(org, one); });
    ASSERT_TRUE(done.ok()) << done.error().message;
  }
  std::vector<Kept> chain(const Org& org) {
    std::vector<Kept> all;
    const auto read = store_->read([&](Reader& reader) -> Result<void> {
      auto count = reader.audit_rows(org, 0, 10'000, [&](const AuditRow& row) {
        Kept one{{}, row.number, row.time_ms, std::string(row.hash), std::string(row.body)};
        EXPECT_TRUE(one.record.ParseFromString(one.body));
        all.push_back(std::move(one));
      });
      if (!count) return count.error();
      EXPECT_EQ(static_cast<std::size_t>(*count), all.size());
      return {};
    });
    EXPECT_TRUE(read.ok()) << read.error().message;
    return all;
  }
  AuditHead head(const Org& org) {
    AuditHead found;
    const auto read = store_->read([&](Reader& reader) -> Result<void> {
      auto answer = reader.audit_head(org);
      if (!answer) return answer.error();
      found = *answer;
      return {};
    });
    EXPECT_TRUE(read.ok()) << read.error().message;
    return found;
  }
  // That the records of a chain hold on to each other, up to its head.
  void expect_whole(const Org& org, std::size_t records) {
    const auto kept = chain(org);
    ASSERT_EQ(kept.size(), records);
    AuditHasher hasher;
    std::string before(view(audit_chain_start(org)));
    for (std::size_t i = 0; i < kept.size(); ++i) {
      EXPECT_EQ(kept[i].number, static_cast<std::int64_t>(i) + 1);
      EXPECT_EQ(kept[i].record.number(), kept[i].number);
      EXPECT_EQ(kept[i].record.time_ms(), kept[i].time_ms);
      before = std::string(view(hasher.next(before, kept[i].body)));
      EXPECT_EQ(kept[i].hash, before);
    }
    const auto end = head(org);
    EXPECT_EQ(end.number, static_cast<std::int64_t>(records));
    if (records > 0) {
      EXPECT_EQ(end.hash, before);
    }
  }

  std::filesystem::path folder_;
  std::unique_ptr<testing::Engine> engine_;
  std::atomic<std::int64_t> now_{1'000'000};
  std::unique_ptr<Store> store_;
};

TEST_P(AuditLog, EachOrganisationHasAChainOfItsOwnAndTheGatewayToo) {
  for (int i = 0; i < 3; ++i) append(kOrg, entry("signal.read"));
  append(kOther, entry("signal.read"));
  append(kGatewayChain, entry("caller.refused"));
  expect_whole(kOrg, 3);
  expect_whole(kOther, 1);
  expect_whole(kGatewayChain, 1);
  EXPECT_NE(chain(kOrg)[0].hash, chain(kOther)[0].hash);
  const auto read = store_->read([](Reader& reader) -> Result<void> {
    auto all = reader.audit_chains();
    if (!all) return all.error();
    EXPECT_EQ(*all, (std::vector<Org>{kGatewayChain, kOther, kOrg}));
    return {};
  });
  EXPECT_TRUE(read.ok()) << read.error().message;
}

TEST_P(AuditLog, ARecordSaysWhoWhatAboutWhomWhyAndWithWhatResult) {
  auto one = entry("feedback.submit");
  one.act.caller.program = "/opt/suite/bin/suite";
  one.act.caller.pid = 77;
  one.act.actor_id = "u1";
  one.act.actor_name = "Ann";
  one.act.purpose = "yearly review";
  one.act.reason = "asked by the council";
  one.act.legal_context = "leefloon";
  one.act.correlation_id = "corr-1";
  one.subject_kind = "feedback";
  one.subject_id = "0197";
  one.persons = {kPerson, kAnotherPerson, kPerson};
  one.result = "feedback.conflict";
  one.upstream_ticket = "T-1";
  one.count = 3;
  one.detail = "3 shown";
  append(kOrg, one);
  const auto kept = chain(kOrg).at(0).record;
  EXPECT_EQ(kept.act(), "feedback.submit");
  EXPECT_EQ(kept.caller().kind(), v1::AUDIT_CALLER_KIND_PROCESS);
  EXPECT_EQ(kept.caller().account(), "uid 1000");
  EXPECT_EQ(kept.caller().program(), "/opt/suite/bin/suite");
  EXPECT_EQ(kept.caller().pid(), 77);
  EXPECT_EQ(kept.actor().id(), "u1");
  EXPECT_EQ(kept.purpose(), "yearly review");
  EXPECT_EQ(kept.reason(), "asked by the council");
  EXPECT_EQ(kept.legal_context(), "leefloon");
  EXPECT_EQ(kept.subject_kind(), "feedback");
  EXPECT_EQ(kept.subject_id(), "0197");
  EXPECT_EQ(kept.persons_size(), 2) << "each once";
  EXPECT_EQ(kept.result(), "feedback.conflict");
  EXPECT_EQ(kept.correlation_id(), "corr-1");
  EXPECT_EQ(kept.upstream_ticket(), "T-1");
  EXPECT_EQ(kept.count(), 3);
  EXPECT_EQ(kept.detail(), "3 shown");
  EXPECT_EQ(kept.time_ms(), 1'000'000);
}

TEST_P(AuditLog, APersonIsFoundBackByTheHashOfTheirOrganisationOnly) {
  auto one = entry("signal.read");
  one.persons = {kPerson};
  append(kOrg, one);
  const auto kept = chain(kOrg).at(0);
  ASSERT_EQ(kept.record.persons_size(), 1);
  const std::string hash = kept.record.persons(0);
  EXPECT_EQ(hash.size(), 16U);
  EXPECT_EQ(kept.body.find(kPerson), std::string::npos);
  const auto read = store_->read([&](Reader& reader) -> Result<void> {
    EXPECT_EQ(reader.audit_person_hash(kOrg, kPerson), hash);
    EXPECT_NE(reader.audit_person_hash(kOther, kPerson), hash);
    auto person = reader.audit_person(kOrg, hash);
    if (!person) return person.error();
    EXPECT_EQ(person->value_or(""), kPerson);
    auto nobody = reader.audit_person(kOther, hash);
    if (!nobody) return nobody.error();
    EXPECT_FALSE(nobody->has_value());
    return {};
  });
  EXPECT_TRUE(read.ok()) << read.error().message;
}

TEST_P(AuditLog, WorkThatFailedLeavesNeitherRecordNorGap) {
  append(kOrg, entry("one"));
  const auto failed = store_->write_and_wait([&](Transaction& tx) -> Result<void> {
    if (auto done = tx.append_audit(kOrg, entry("undone")); !done) return done;
    return Error{.kind = ErrorKind::failed_precondition, .code = "test.no", .message = "No."};
  });
  EXPECT_FALSE(failed.ok());
  append(kOrg, entry("two"));
  expect_whole(kOrg, 2);
  EXPECT_EQ(chain(kOrg).at(1).record.act(), "two");
}

TEST_P(AuditLog, ManyWritersMakeOneChainEach) {
  constexpr int kThreads = 6;
  constexpr int kEach = 25;
  std::latch begin(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      begin.arrive_and_wait();
      for (int i = 0; i < kEach; ++i) {
        const auto done = store_->write_and_wait([&](Transaction& tx) -> Result<void> {
          if (auto one = tx.append_audit(kOrg, entry("a")); !one) return one;
          return tx.append_audit(t % 2 == 0 ? kOther : kGatewayChain, entry("b"));
        });
        EXPECT_TRUE(done.ok()) << done.error().message;
      }
    });
  for (auto& thread : threads) thread.join();
  expect_whole(kOrg, kThreads * kEach);
  expect_whole(kOther, kThreads / 2 * kEach);
  expect_whole(kGatewayChain, kThreads / 2 * kEach);
}

TEST_P(AuditLog, TextsFromOutsideAreBoundedReadableAndWithoutNationalNumbers) {
  auto one = entry("signal.read");
  one.act.reason = std::string("about 85.07.30-033.28 \xff ") + std::string(5000, 'x');
  one.upstream_ticket = "85073003328";
  append(kOrg, one);
  const auto kept = chain(kOrg).at(0);
  EXPECT_LE(kept.record.reason().size(), 1100U);
  EXPECT_EQ(kept.body.find("033.28"), std::string::npos);
  EXPECT_EQ(kept.body.find(kPerson), std::string::npos);
}

TEST_P(AuditLog, TheChainGoesOnAfterReopeningAndSaysThatTheStoreWasRestored) {
  append(kOrg, entry("one"));
  open();
  append(kOrg, entry("two"));
  expect_whole(kOrg, 2);
  const auto anew = store_->write_and_wait([](Transaction& tx) { return tx.begin_anew(); });
  ASSERT_TRUE(anew.ok()) << anew.error().message;
  expect_whole(kOrg, 3);
  EXPECT_EQ(chain(kOrg).at(2).record.act(), "store.restored");
}

INSTANTIATE_TEST_SUITE_P(Engines, AuditLog, ::testing::ValuesIn(testing::engine_names()),
                         [](const auto& named) { return named.param; });

}  // namespace
}  // namespace semafoor::store
