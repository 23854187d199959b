// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/read_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/mailbox/reading_fixture.h"

namespace semafoor::mailbox {
namespace {

using duties::kTestOrg;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kFamily = v1::MESSAGE_FAMILY_CORRECTION;

v1::FamilyReadPolicy word(v1::MessageFamily family, v1::ReadPolicy policy) {
  v1::FamilyReadPolicy one;
  one.set_family(family);
  one.set_policy(policy);
  return one;
}

TEST(ReadPolicyOrder, TheOrganisationBeforeTheSettingsAndTheFamilyBeforeTheRest) {
  const ReadDefaults defaults;
  v1::Organisation organisation;
  const auto of = [&](v1::MessageFamily family) {
    return read_policy(defaults, organisation, family);
  };
  EXPECT_EQ(of(kFamily).policy(), v1::READ_POLICY_ON_ARRIVAL);
  EXPECT_EQ(of(v1::MESSAGE_FAMILY_OTHER).policy(), v1::READ_POLICY_ON_OPENING);
  EXPECT_FALSE(of(kFamily).of_organisation());

  set_read_policy(organisation, word(v1::MESSAGE_FAMILY_UNSPECIFIED, v1::READ_POLICY_NEVER));
  EXPECT_EQ(of(kFamily).policy(), v1::READ_POLICY_NEVER);
  EXPECT_EQ(of(v1::MESSAGE_FAMILY_OTHER).policy(), v1::READ_POLICY_NEVER);
  EXPECT_TRUE(of(kFamily).of_organisation());

  set_read_policy(organisation, word(kFamily, v1::READ_POLICY_ON_OPENING));
  set_read_policy(organisation, word(kFamily, v1::READ_POLICY_ON_ARRIVAL));
  EXPECT_EQ(of(kFamily).policy(), v1::READ_POLICY_ON_ARRIVAL);
  EXPECT_EQ(organisation.read_policies_size(), 2) << "each family has one word";

  set_read_policy(organisation, word(kFamily, v1::READ_POLICY_UNSPECIFIED));
  EXPECT_EQ(of(kFamily).policy(), v1::READ_POLICY_NEVER);
  set_read_policy(organisation, word(v1::MESSAGE_FAMILY_UNSPECIFIED, v1::READ_POLICY_UNSPECIFIED));
  EXPECT_EQ(of(v1::MESSAGE_FAMILY_OTHER).policy(), v1::READ_POLICY_ON_OPENING);
}

TEST(ReadPolicyOrder, APolicyOfANewerGatewayReadsNothing) {
  v1::Organisation organisation;
  set_read_policy(organisation, word(kFamily, static_cast<v1::ReadPolicy>(77)));
  EXPECT_EQ(read_policy({}, organisation, kFamily).policy(), v1::READ_POLICY_NEVER);
}

// Every cell: the policy, and what arrival and opening do under it.
struct Cell {
  v1::ReadPolicy policy;
  bool fetched_on_arrival;
  bool fetched_on_opening;
};

class ReadPolicyCells : public ReadingTest, public ::testing::WithParamInterface<Cell> {};

TEST_P(ReadPolicyCells, ArrivalAndOpening) {
  policy(GetParam().policy);
  ebox_->add("m1", clock_.now_ms(), "X-CORRECTION", true);
  start();
  synchronise();
  // Annexes and what is listed mark nothing read, and always come.
  EXPECT_EQ(state("m1", 1), v1::ATTACHMENT_STATE_STORED);
  const bool arrived = GetParam().fetched_on_arrival;
  EXPECT_EQ(state("m1"), arrived ? v1::ATTACHMENT_STATE_STORED : v1::ATTACHMENT_STATE_HELD_BACK);
  EXPECT_EQ(message("m1").read_upstream(), arrived);
  EXPECT_EQ(mailbox_->get(kTestOrg, message("m1").message_id())->attachments(0).opening_fetches(),
            !arrived && GetParam().fetched_on_opening);

  auto opened = open("m1");
  if (arrived) {
    EXPECT_TRUE(opened.ok());
    return;
  }
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, "attachment.not_stored");
  EXPECT_EQ(opened.error().kind, ErrorKind::failed_precondition);
  EXPECT_EQ(opened.error().retryable, GetParam().fetched_on_opening);
  EXPECT_EQ(opened.error().retry_after_ms.has_value(), GetParam().fetched_on_opening);
  if (GetParam().fetched_on_opening) {
    ASSERT_TRUE(comes("m1"));
    EXPECT_TRUE(open("m1").ok());
    EXPECT_TRUE(message("m1").read_upstream());
  } else {
    synchronise();
    EXPECT_THAT(opened.error().message, HasSubstr("held back by policy"));
    EXPECT_EQ(state("m1"), v1::ATTACHMENT_STATE_HELD_BACK);
    EXPECT_THAT(ebox_->fetched(), Not(Contains("m1-main")));
  }
}

INSTANTIATE_TEST_SUITE_P(All, ReadPolicyCells,
                         ::testing::Values(Cell{v1::READ_POLICY_ON_ARRIVAL, true, true},
                                           Cell{v1::READ_POLICY_ON_OPENING, false, true},
                                           Cell{v1::READ_POLICY_NEVER, false, false}),
                         [](const auto& cell) {
                           return v1::ReadPolicy_Name(cell.param.policy).substr(12);
                         });

class ReadPolicyTest : public ReadingTest {};

TEST_F(ReadPolicyTest, TwoWhoOpenAtOnceFetchOnce) {
  policy(v1::READ_POLICY_ON_OPENING);
  ebox_->add("m1", clock_.now_ms());
  start();
  synchronise();
  for (int i = 0; i < 3; ++i) {
    const auto opened = open("m1");
    EXPECT_TRUE(opened.ok() || opened.error().retry_after_ms.has_value());
  }
  ASSERT_TRUE(comes("m1"));
  EXPECT_THAT(ebox_->fetched(), ElementsAre("m1-main"));
}

TEST_F(ReadPolicyTest, WhatCannotBeFetchedIsSaidAndNotWaitedFor) {
  policy(v1::READ_POLICY_ON_OPENING);
  ebox_->add("m1", clock_.now_ms());
  ebox_->on_content = [](const std::string&, std::stop_token) -> Result<void> {
    return Error{.kind = ErrorKind::not_found,
                 .code = "upstream.refused",
                 .message = "Fetching: there is no such message.",
                 .upstream_status = 404};
  };
  start();
  synchronise();
  EXPECT_FALSE(open("m1").ok());
  ASSERT_TRUE(store_.wait_until([&] { return state("m1") == v1::ATTACHMENT_STATE_FAILED; }));
  const auto opened = open("m1");
  EXPECT_FALSE(opened.error().retry_after_ms.has_value());
  EXPECT_THAT(opened.error().message, HasSubstr("could not be fetched"));
}

TEST_F(ReadPolicyTest, AFullDiskFetchesNothingForWhoOpens) {
  policy(v1::READ_POLICY_ON_OPENING);
  ebox_->add("m1", clock_.now_ms());
  start();
  synchronise();
  store_->headroom().set(store::Room::scarce);
  EXPECT_EQ(open("m1").error().code, "store.disk_low");
  EXPECT_EQ(state("m1"), v1::ATTACHMENT_STATE_HELD_BACK);
}

TEST_F(ReadPolicyTest, TheWordOfAnOrganisationIsForItsOwnMailFromTheNextMessageOn) {
  own_policy(kFamily, v1::READ_POLICY_NEVER);
  ebox_->add("m1", clock_.now_ms());
  ebox_->add("m2", clock_.now_ms() - 1'000, "X-OVERLAPPING");
  start();
  synchronise();
  EXPECT_EQ(state("m1"), v1::ATTACHMENT_STATE_HELD_BACK);
  EXPECT_EQ(state("m2"), v1::ATTACHMENT_STATE_STORED);
}

TEST_F(ReadPolicyTest, WhatWasQueuedIsNotFetchedOnceThePolicyIsNever) {
  ebox_->add("m1", clock_.now_ms());
  bool first = true;
  ebox_->on_content = [&](const std::string&, std::stop_token) -> Result<void> {
    if (!std::exchange(first, false)) return {};
    own_policy(kFamily, v1::READ_POLICY_NEVER);
    return Error{.kind = ErrorKind::unavailable,
                 .code = "upstream.refused",
                 .message = "Fetching: away.",
                 .retryable = true};
  };
  start();
  const auto started = sync_->synchronise(kTestOrg, domain::act_of_gateway());
  ASSERT_TRUE(store_.wait_until([&] {
    clock_.advance(500);
    const auto found = message("m1");
    return found.attachments_size() == 1 &&
           found.attachments(0).state() == v1::ATTACHMENT_STATE_HELD_BACK;
  }));
  EXPECT_THAT(ebox_->fetched(), Not(Contains("m1-main")));
  EXPECT_TRUE(store_.wait_until([&] {
    return !store_
                .ask<std::optional<v1::Operation>>([&](store::Reader& reader) {
                  return reader.running_operation(kTestOrg, kSyncOperation);
                })
                .has_value();
  })) << "the synchronisation waits for nothing any more";
}

}  // namespace
}  // namespace semafoor::mailbox
