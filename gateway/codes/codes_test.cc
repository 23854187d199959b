// SPDX-License-Identifier: Apache-2.0
#include "gateway/codes/codes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/codes/in_force.h"
#include "gateway/data/data_file.h"
#include "gateway/domain/belgian_time.h"
#include "gateway/domain/signal_identity.h"
#include "gateway/duties/test_store.h"
#include "gateway/vault/seal/seal_key.h"

namespace semafoor::codes {
namespace {

using duties::kTestOrg;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto kKind = v1::CODE_TABLE_KIND_FEEDBACK_CODES;
constexpr std::int64_t kDay = 86'400'000;

std::string table(const std::string& version, const std::vector<std::string>& codes,
                  const std::string& text = "a") {
  std::string rows;
  for (const auto& code : codes)
    rows += (rows.empty() ? "" : ",") + std::string(R"({"code":")") + code +
            R"(","validFrom":"2020-01-01","text":{"nl":")" + text + R"(","fr":"b","de":"c"}})";
  return R"({"schema":"semafoor.feedback-codes/1","version":")" + version +
         R"(","origin":"official","codes":[)" + rows + "]}";
}

// What a room makes of a file.
struct Names {
  static Result<Names> parse(std::string_view json, const std::string& name) {
    auto read = read_feedback_codes(json, name);
    if (!read) return read.error();
    Names names;
    for (const auto& code : read->codes) names.codes.push_back(code.code());
    return names;
  }
  std::vector<std::string> codes;
};

class CodesTest : public ::testing::Test {
 protected:
  explicit CodesTest(std::shared_ptr<const vault::SealKey> root = nullptr)
      : store_(clock_, std::move(root)) {
    store_.add_organisation();
    act_.reason = "letter of POD MI";
  }

  Result<v1::LoadCodesResponse> load(const std::string& content, std::optional<int> day = {}) {
    clock_.advance(1);
    return codes_.load(content, day, "uid 0", act_);
  }
  void must_load(const std::string& content, std::optional<int> day = {}) {
    const auto loaded = load(content, day);
    ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  }
  std::vector<std::string> in_force(std::optional<std::int64_t> moment = {}) {
    return store_
        .ask<InForce<Names>::Snapshot>([&](store::Reader& reader) {
          return in_force_.at(reader, moment.value_or(clock_.now_ms()));
        })
        ->codes;
  }
  int day_after(int days) { return domain::belgian_time(clock_.now_ms() + days * kDay).date(); }

  duties::ManualClock clock_;
  duties::TestStore store_;
  Codes codes_{*store_, *BaseTables::load({}, {}), [this] { return clock_.now_ms(); }};
  const Names base_{{"base"}};
  InForce<Names> in_force_{kKind, base_};
  domain::Act act_;
};

TEST_F(CodesTest, WithoutALoadedTableThatOfTheSettingsIsInForce) {
  EXPECT_THAT(in_force(), ElementsAre("base"));
  const auto list = codes_.list(kKind, {});
  ASSERT_TRUE(list.ok());
  EXPECT_EQ(list->codes_size(), 8);
  EXPECT_EQ(list->table().origin(), v1::ORIGIN_PROJECT);
  ASSERT_EQ(list->timeline_size(), 1);
  EXPECT_EQ(codes_.list(v1::CODE_TABLE_KIND_SIGNAL_TYPES, {})->types_size(), 10);
  EXPECT_EQ(codes_.list(v1::CODE_TABLE_KIND_UNSPECIFIED, {}).error().code, "codes.unknown_kind");
}

TEST_F(CodesTest, ALoadedTableIsInForceAtOnceAndTheFormerOneWasUntilThen) {
  const auto before = clock_.now_ms();
  const auto loaded = load(table("1", {"001", "002"}));
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_THAT(in_force(), ElementsAre("001", "002"));
  EXPECT_THAT(in_force(before), ElementsAre("base"));
  const auto record = store_.audit(store::kGatewayChain).back();
  EXPECT_EQ(record.act(), "codes.load");
  EXPECT_EQ(record.reason(), "letter of POD MI");
  EXPECT_THAT(record.detail(), HasSubstr("feedback-codes 1, ORIGIN_OFFICIAL, 2 rows, sha256"));
  EXPECT_EQ(loaded->period().table().loaded_by(), "uid 0");
}

TEST_F(CodesTest, APreparedTableTakesOverByItselfOnItsDay) {
  must_load(table("1", {"001"}));
  const int day = day_after(10);
  const auto prepared = load(table("2", {"002"}), day);
  ASSERT_TRUE(prepared.ok()) << prepared.error().message;
  EXPECT_TRUE(prepared->period().prepared());
  EXPECT_THAT(in_force(), ElementsAre("001"));
  const auto midnight = domain::belgian_midnight_ms(day);
  EXPECT_THAT(in_force(midnight - 1), ElementsAre("001"));
  EXPECT_THAT(in_force(midnight), ElementsAre("002"));
  EXPECT_EQ(codes_.list(kKind, day)->codes(0).code(), "002");
  EXPECT_EQ(codes_.list(kKind, domain::belgian_time(midnight - 1).date())->codes(0).code(), "001");
  EXPECT_EQ(load(table("3", {"003"}), day_after(20)).error().code, "codes.prepared");
  EXPECT_EQ(store_.acts(store::kGatewayChain).back(), "codes.prepare");
}

TEST_F(CodesTest, ATableIsPreparedForADayThatIsStillToCome) {
  EXPECT_EQ(load(table("1", {"001"}), day_after(0)).error().code, "codes.day_past");
  EXPECT_TRUE(load(table("1", {"001"}), day_after(1)).ok());
}

TEST_F(CodesTest, WhatIsPreparedIsWithdrawn) {
  EXPECT_EQ(codes_.withdraw(kKind, act_).error().code, "codes.nothing_prepared");
  const int day = day_after(5);
  must_load(table("1", {"001"}), day);
  const auto withdrawn = codes_.withdraw(kKind, act_);
  ASSERT_TRUE(withdrawn.ok());
  EXPECT_EQ(withdrawn->withdrawn().table().version(), "1");
  EXPECT_THAT(in_force(domain::belgian_midnight_ms(day)), ElementsAre("base"));
  EXPECT_EQ(store_.acts(store::kGatewayChain).back(), "codes.withdraw");
}

TEST_F(CodesTest, ARollbackBringsBackTheTableOfBeforeAndKeepsWhatIsPrepared) {
  EXPECT_EQ(codes_.rollback(kKind, act_).error().code, "codes.nothing_before");
  must_load(table("1", {"001"}));
  must_load(table("2", {"002"}));
  const int day = day_after(5);
  must_load(table("3", {"003"}), day);
  clock_.advance(1);
  const auto back = codes_.rollback(kKind, act_);
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(back->period().table().version(), "1");
  EXPECT_THAT(in_force(), ElementsAre("001"));
  EXPECT_THAT(in_force(domain::belgian_midnight_ms(day)), ElementsAre("003"));
  clock_.advance(1);
  EXPECT_EQ(codes_.rollback(kKind, act_)->period().table().version(), "2") << "reversible";
  ASSERT_EQ(back->timeline_size(), 5);
  EXPECT_EQ(back->timeline(3).reason(), "letter of POD MI");
}

TEST_F(CodesTest, ARollbackOfTheFirstTableBringsBackThatOfTheSettings) {
  must_load(table("1", {"001"}));
  clock_.advance(1);
  const auto back = codes_.rollback(kKind, act_);
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->period().table().table_id(), "");
  EXPECT_EQ(back->period().table().rows(), 8);
  EXPECT_THAT(in_force(), ElementsAre("base"));
}

TEST_F(CodesTest, TheSettingsOwnTableIsTheOneInForceAgainAfterARollback) {
  const std::string of_settings(data::builtin_feedback_codes());
  EXPECT_EQ(load(of_settings).error().code, "codes.same");
  must_load(table("1", {"001"}));
  clock_.advance(1);
  ASSERT_TRUE(codes_.rollback(kKind, act_).ok());
  EXPECT_EQ(load(of_settings).error().code, "codes.same");
}

TEST_F(CodesTest, AWrongTableIsRefusedAsAWhole) {
  const auto refused = load(table("1", {"001", "X-2", "a b"}));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "codes.invalid");
  EXPECT_THAT(refused.error().message, HasSubstr("2 things are wrong"));
  EXPECT_THAT(refused.error().message, HasSubstr("Row 3: codes[2].code"));
  EXPECT_THAT(in_force(), ElementsAre("base"));
  EXPECT_THAT(store_.acts(store::kGatewayChain), IsEmpty());
  EXPECT_EQ(load(std::string(kLargestFile + 1, ' ')).error().code, "codes.too_large");
  must_load(table("1", {"001"}));
  EXPECT_EQ(load(table("1", {"001"})).error().code, "codes.same");
}

TEST_F(CodesTest, AnotherGatewayOfTheSameStoreSeesItAtOnce) {
  const InForce<Names> of_another(kKind, base_);
  must_load(table("1", {"001"}));
  const auto seen = store_.ask<InForce<Names>::Snapshot>(
      [&](store::Reader& reader) { return of_another.at(reader, clock_.now_ms()); });
  EXPECT_THAT(seen->codes, ElementsAre("001"));
  store_.reopen();
  EXPECT_THAT(in_force(), ElementsAre("001"));
}

TEST_F(CodesTest, AComparisonSaysWhatIsNewGoneAndChangedAndWhomItTouches) {
  must_load(table("1", {"001", "002", "003"}));
  store_.write([](store::Transaction& tx) -> Result<void> {
    for (const auto& [id, code, state] : {std::tuple("a", "001", v1::FEEDBACK_STATE_QUEUED),
                                          std::tuple("b", "001", v1::FEEDBACK_STATE_QUEUED),
                                          std::tuple("c", "002", v1::FEEDBACK_STATE_SENT),
                                          std::tuple("d", "001", v1::FEEDBACK_STATE_ACCEPTED)}) {
      v1::FeedbackItem item;
      item.set_client_id(id);
      item.set_client_reference(id);
      item.set_code(code);
      item.set_state(state);
      if (auto put = tx.put_feedback(kTestOrg, id, item, ""); !put) return put;
    }
    return {};
  });
  EXPECT_EQ(codes_.compare(kKind, "").error().code, "codes.nothing_prepared");
  must_load(table("2", {"002", "003", "004"}, "other"), day_after(3));
  const auto compared = codes_.compare(kKind, "");
  ASSERT_TRUE(compared.ok()) << compared.error().message;
  std::vector<std::string> said;
  for (const auto& one : compared->differences())
    said.push_back(one.code() + " " + v1::CodeChange_Name(one.change()) +
                   (one.fields().empty() ? "" : " " + one.fields(0)));
  EXPECT_THAT(said, ElementsAre("001 CODE_CHANGE_GONE", "002 CODE_CHANGE_CHANGED text",
                                "003 CODE_CHANGE_CHANGED text", "004 CODE_CHANGE_NEW"));
  ASSERT_EQ(compared->answers_size(), 1);
  EXPECT_EQ(compared->answers(0).code(), "001");
  EXPECT_EQ(compared->answers(0).count(), 2);
  EXPECT_EQ(compared->answers(0).organisation().value(), kTestOrg);
  // A file that is not loaded, against the one in force.
  EXPECT_EQ(codes_.compare(kKind, table("9", {"001"}))->differences_size(), 2);
}

TEST_F(CodesTest, SignalsWhoseTypeGoesAreCounted) {
  v1::Signal signal;
  signal.set_signal_id("s");
  signal.set_signal_type("X-PENSION");
  signal.set_state(v1::SIGNAL_STATE_RECEIVED);
  store_.write([&](store::Transaction& tx) {
    return tx.put_signal(kTestOrg, domain::signal_key(signal), signal, "");
  });
  const auto compared = codes_.compare(
      v1::CODE_TABLE_KIND_UNSPECIFIED,
      R"({"schema":"semafoor.signal-types/1","version":"1","origin":"official","types":[
          {"code":"01","sourceFlow":"F","validFrom":"2020-01-01",
           "text":{"nl":"a","fr":"b","de":"c"}}]})");
  ASSERT_TRUE(compared.ok()) << compared.error().message;
  ASSERT_EQ(compared->signals_size(), 1);
  EXPECT_EQ(compared->signals(0).signal_type(), "X-PENSION");
  EXPECT_EQ(compared->signals(0).count(), 1);
}

TEST_F(CodesTest, CodesMayNameTypesThatArePreparedToo) {
  const std::string codes =
      R"({"schema":"semafoor.feedback-codes/1","version":"1","origin":"official","codes":[
          {"code":"1","validFrom":"2020-01-01","text":{"nl":"a","fr":"b","de":"c"},
           "signalTypes":["01"]}]})";
  EXPECT_EQ(load(codes).error().code, "codes.invalid");
  ASSERT_TRUE(
      load(R"({"schema":"semafoor.signal-types/1","version":"1","origin":"official","types":[
          {"code":"01","sourceFlow":"F","validFrom":"2020-01-01",
           "text":{"nl":"a","fr":"b","de":"c"}}]})",
           day_after(1))
          .ok());
  EXPECT_TRUE(load(codes).ok());
}

std::shared_ptr<const vault::SealKey> root_key() {
  auto key = vault::SealKey::make();
  EXPECT_TRUE(key.ok());
  return std::make_shared<const vault::SealKey>(std::move(*key));
}

// Its key belongs to no organisation.
class SealedCodes : public CodesTest {
 protected:
  SealedCodes() : CodesTest(root_key()) {}
};

TEST_F(SealedCodes, TablesAreReadBackFromASealedStore) {
  must_load(table("1", {"001"}));
  store_.reopen();
  EXPECT_THAT(in_force(), ElementsAre("001"));
}

TEST_F(SealedCodes, TheErasureOfAnOrganisationLeavesThem) {
  must_load(table("1", {"001"}));
  ASSERT_TRUE(store_->erase(kTestOrg).ok());
  EXPECT_THAT(in_force(), ElementsAre("001"));
  store_.reopen();
  EXPECT_THAT(in_force(), ElementsAre("001"));
}

}  // namespace
}  // namespace semafoor::codes
