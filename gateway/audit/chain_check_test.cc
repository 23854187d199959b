// SPDX-License-Identifier: Apache-2.0
//
// What verification says of what was done to a chain; that it finds everything is shown by
// mutation_test.cc.
#include "gateway/audit/chain_check.h"

#include <gmock/gmock.h>

#include "gateway/audit/test_chain.h"

namespace semafoor::audit {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class ChainCheckTest : public ::testing::Test {
 protected:
  std::vector<v1::AuditFault> faults(const AnchorsRead& anchors = {}) {
    found_ = chain_.verify(anchors);
    std::vector<v1::AuditFault> all;
    for (const auto& one : found_.findings()) all.push_back(one.fault());
    return all;
  }
  TestChain chain_{10};
  const std::vector<Row> rows_ = chain_.rows();
  v1::VerifyAuditResponse found_;
};

TEST_F(ChainCheckTest, AWholeChainGoesThroughItsAnchors) {
  EXPECT_THAT(faults(anchors_at(rows_, {3, 9})), SizeIs(0));
  EXPECT_EQ(found_.records(), 10);
  EXPECT_EQ(found_.anchors(), 2);
}

TEST_F(ChainCheckTest, AChangedRecordIsOneFindingAtItsNumber) {
  auto rows = rows_;
  rows[4].body.back() = static_cast<char>(rows[4].body.back() ^ 1);
  chain_.restore(rows);
  EXPECT_THAT(faults(), ::testing::ElementsAre(v1::AUDIT_FAULT_CHANGED));
  EXPECT_EQ(found_.findings(0).number(), 5);
  EXPECT_EQ(found_.findings(0).organisation().value(), kTestOrg);
}

TEST_F(ChainCheckTest, AChangedHashDoesNotAccuseItsNeighbour) {
  auto rows = rows_;
  rows[4].hash[0] = static_cast<char>(rows[4].hash[0] ^ 1);
  chain_.restore(rows);
  EXPECT_THAT(faults(), ::testing::ElementsAre(v1::AUDIT_FAULT_CHANGED));
  EXPECT_EQ(found_.findings(0).number(), 5);
}

TEST_F(ChainCheckTest, MissingRecordsAreNamed) {
  chain_.drop(4, 6);
  EXPECT_THAT(faults(), ::testing::ElementsAre(v1::AUDIT_FAULT_MISSING));
  EXPECT_THAT(found_.findings(0).message(), HasSubstr("4 to 6"));
}

TEST_F(ChainCheckTest, SwappedRecordsAreFoundInBothPlaces) {
  auto rows = rows_;
  std::swap(rows[2].body, rows[5].body);
  std::swap(rows[2].hash, rows[5].hash);
  chain_.restore(rows);
  EXPECT_THAT(faults(), ::testing::Contains(v1::AUDIT_FAULT_ORDER).Times(2));
}

TEST_F(ChainCheckTest, ACutTailIsFoundByTheCounterAndBehindItByAnAnchor) {
  chain_.drop(9, 10);
  EXPECT_THAT(faults(), ::testing::ElementsAre(v1::AUDIT_FAULT_CUT));
  chain_.set_head(8, rows_[7].hash);
  EXPECT_THAT(faults(), SizeIs(0));
  EXPECT_THAT(faults(anchors_at(rows_, {9})), ::testing::ElementsAre(v1::AUDIT_FAULT_CUT));
  EXPECT_THAT(found_.findings(0).message(), HasSubstr("2026-11-28"));
}

TEST_F(ChainCheckTest, AChainThatIsGoneAltogetherIsKnownToItsAnchor) {
  chain_.run("DELETE FROM audit");
  chain_.run("DELETE FROM sequences");
  EXPECT_THAT(faults(), SizeIs(0));
  EXPECT_THAT(faults(anchors_at(rows_, {9})), ::testing::ElementsAre(v1::AUDIT_FAULT_CUT));
}

TEST_F(ChainCheckTest, ManyFaultsAreAllCountedAndTheFirstTold) {
  TestChain long_chain(150);
  auto rows = long_chain.rows();
  for (Row& row : rows) row.time_ms += 1;
  long_chain.restore(rows);
  const auto found = long_chain.verify();
  EXPECT_EQ(found.faults(), 150);
  EXPECT_EQ(found.findings_size(), 100);
}

TEST_F(ChainCheckTest, AnErasedOrganisationsChainStillVerifies) {
  ASSERT_TRUE(chain_.store().erase(kTestOrg).ok());
  EXPECT_THAT(faults(anchors_at(rows_, {9})), SizeIs(0));
  EXPECT_GE(found_.records(), 10);
}

TEST_F(ChainCheckTest, AFileSaysInWhichLineItWasChanged) {
  std::string text = chain_.file();
  text[text.find("\"hash\"") + 10] = '!';
  std::istringstream stream(text);
  const auto found = check_file(stream, {});
  ASSERT_TRUE(found.ok());
  EXPECT_THAT(found->findings(0).message(), HasSubstr("Line 2 of the file"));
  std::istringstream other("hello\n");
  EXPECT_EQ(check_file(other, {}).error().code, "audit.not_an_export");
}

}  // namespace
}  // namespace semafoor::audit
