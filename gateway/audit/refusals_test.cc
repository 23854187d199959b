// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/refusals.h"

#include <gmock/gmock.h>

#include "gateway/duties/test_store.h"

namespace semafoor::audit {
namespace {

using duties::kTestOrg;
using ::testing::SizeIs;

class RefusalsTest : public ::testing::Test {
 protected:
  RefusalsTest() { store_.add_organisation(); }

  static Refusal refusal(const std::string& account, const std::string& method) {
    Refusal one;
    one.act.caller.kind = domain::Caller::Kind::process;
    one.act.caller.account = account;
    one.method = method;
    one.code = "permission.admin";
    one.organisation = kTestOrg;
    return one;
  }
  std::vector<v1::AuditRecord> records(const store::Org& chain = store::kGatewayChain) {
    // Whatever was queued before is written before this.
    store_.write([](store::Transaction&) -> Result<void> { return {}; });
    return store_.audit(chain);
  }

  duties::ManualClock clock_;
  duties::TestStore store_{clock_};
  Refusals refusals_{*store_, {.most = 2, .now_ms = [this] { return clock_.now_ms(); }}};
};

TEST_F(RefusalsTest, TheFirstIsRecordedAtOnceAndItsRepeatsAreOneRecord) {
  for (int i = 0; i < 1000; ++i) refusals_.note(refusal("uid 1000", "Admin/GetStatus"));
  ASSERT_THAT(records(), SizeIs(1));
  clock_.jump(60'000);
  refusals_.tick();
  const auto all = records();
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].act(), "caller.refused");
  EXPECT_EQ(all[0].caller().account(), "uid 1000");
  EXPECT_EQ(all[0].result(), "permission.admin");
  EXPECT_EQ(all[0].detail(), "Admin/GetStatus");
  EXPECT_EQ(all[0].subject_kind(), "organisation");
  EXPECT_EQ(all[0].subject_id(), kTestOrg);
  EXPECT_EQ(all[0].count(), 0);
  EXPECT_EQ(all[1].count(), 999);
}

TEST_F(RefusalsTest, ANewMinuteBeginsWithARecord) {
  refusals_.note(refusal("uid 1000", "Admin/GetStatus"));
  clock_.jump(60'000);
  refusals_.note(refusal("uid 1000", "Admin/GetStatus"));
  EXPECT_THAT(records(), SizeIs(2));
}

TEST_F(RefusalsTest, ManyDifferentOnesAreOneRecordTogether) {
  for (int i = 0; i < 500; ++i)
    refusals_.note(refusal("uid " + std::to_string(i), "Admin/GetStatus"));
  refusals_.flush();
  const auto all = records();
  ASSERT_THAT(all, SizeIs(4)) << "two, that there are more, and how many more";
  EXPECT_EQ(all[2].result(), "caller.many_refusals");
  EXPECT_EQ(all[2].caller().account(), "");
  EXPECT_EQ(all[3].count(), 497);
}

TEST_F(RefusalsTest, EachIsInItsChain) {
  auto mine = refusal("uid 1000", "Signals/GetSignal");
  mine.chain = kTestOrg;
  refusals_.note(mine);
  EXPECT_THAT(records(), SizeIs(0));
  EXPECT_THAT(records(kTestOrg), SizeIs(1));
}

TEST_F(RefusalsTest, AClockThatWasSetBackKeepsNoWindowOpen) {
  refusals_.note(refusal("uid 1000", "Admin/GetStatus"));
  clock_.jump(-3'600'000);
  refusals_.note(refusal("uid 1000", "Admin/GetStatus"));
  EXPECT_THAT(records(), SizeIs(2));
}

}  // namespace
}  // namespace semafoor::audit
