// SPDX-License-Identifier: Apache-2.0
#include "gateway/custody/key_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/custody/test_custody.h"

namespace semafoor::custody {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::int64_t kDayMs = 86'400'000;

class KeyWatchTest : public CustodyTest {
 protected:
  std::unique_ptr<KeyWatch> watch(LooseSettings settings = {}) {
    return std::make_unique<KeyWatch>(*store_, inventory_, settings, [this] { return now_s(); });
  }
  // "RED credential.expires", looked at now.
  std::vector<std::string> alarms(KeyWatch& watch) {
    watch.changed();
    const auto looked = watch.look();
    EXPECT_TRUE(looked.ok());
    std::vector<std::string> all;
    for (const v1::Alarm& one : watch.alarms())
      all.push_back(v1::AlarmLevel_Name(one.level()).substr(12) + " " + one.code());
    return all;
  }
  // The steps that plugins of the e-Box were told.
  std::vector<int> told() {
    std::vector<int> days;
    for (const v1::Event& event : store_.events(v1::MODULE_EBOX)) {
      EXPECT_EQ(event.type(), "credential.expiring");
      EXPECT_EQ(event.subject_id(), "key");
      days.push_back(event.expiring_credential().days());
    }
    return days;
  }
};

TEST_F(KeyWatchTest, EachStepIsToldOnceAndAlarmsUntilTheKeyIsReplaced) {
  ASSERT_TRUE(credentials_->import("key", material_for("first", 70)).ok());
  const auto watch_one = watch();
  EXPECT_THAT(alarms(*watch_one), IsEmpty());
  const std::pair<int, const char*> days[] = {
      {60, "NOTICE credential.expires"}, {31, "NOTICE credential.expires"},
      {30, "YELLOW credential.expires"}, {14, "YELLOW credential.expires"},
      {7, "YELLOW credential.expires"},  {3, "RED credential.expires"},
      {2, "RED credential.expires"},     {1, "RED credential.expires"}};
  int left = 70;
  for (const auto& [day, said] : days) {
    clock_.advance((left - day) * kDayMs);
    left = day;
    // Past the hour that material_for() adds, and some seconds that making a key may take.
    if (day == 60) clock_.advance(3'700'000);
    EXPECT_THAT(alarms(*watch_one), ElementsAre(said)) << day;
    EXPECT_THAT(alarms(*watch_one), ElementsAre(said)) << "again, and not told again";
  }
  EXPECT_THAT(told(), ElementsAre(60, 30, 14, 7, 3, 1));
  clock_.advance(kDayMs);
  EXPECT_THAT(alarms(*watch_one), ElementsAre("RED credential.expired"));
  EXPECT_THAT(told(), ElementsAre(60, 30, 14, 7, 3, 1, 0));
  EXPECT_LT(watch_one->expiries()[0].not_after_s, now_s());

  ASSERT_TRUE(credentials_->prepare("key", material_for("second", 400)).ok());
  ASSERT_TRUE(credentials_->test("key", vault::Slot::next).ok());
  EXPECT_THAT(alarms(*watch_one), ElementsAre("RED credential.expired"))
      << "not yet the active one";
  ASSERT_TRUE(credentials_->activate("key").ok());
  EXPECT_THAT(alarms(*watch_one), IsEmpty());
}

TEST_F(KeyWatchTest, ARestartAndAClockSetBackTellNothingTwice) {
  ASSERT_TRUE(credentials_->import("key", material_for("first", 6)).ok());
  const auto before = watch();
  (void)alarms(*before);
  EXPECT_THAT(told(), ElementsAre(7));
  (void)alarms(*watch());
  clock_.jump(-5 * kDayMs);
  (void)alarms(*watch());
  EXPECT_THAT(told(), ElementsAre(7));
  for (const auto module : {v1::MODULE_KNIPPERLICHT, v1::MODULE_FEEDBACK})
    EXPECT_THAT(store_.event_types(module), ElementsAre("credential.expiring"));
}

TEST_F(KeyWatchTest, AKeyThatCannotBeHadIsRed) {
  const auto one = watch();
  EXPECT_THAT(alarms(*one), ElementsAre("RED credential.unusable"));
  EXPECT_THAT(one->alarms()[0].message(), HasSubstr("semafoorctl credentials import"));
  EXPECT_EQ(one->alarms()[0].organisations(0).value(), kTestOrg);
}

TEST_F(KeyWatchTest, LooseSettingsAlarmForEver) {
  ASSERT_TRUE(credentials_->import("key", material_for("first", 100)).ok());
  const auto one = watch({.unsealed = true, .plaintext = true});
  EXPECT_THAT(alarms(*one), ElementsAre("YELLOW seal.none", "YELLOW keys.plaintext"));
}

TEST_F(KeyWatchTest, AKeyOfNobodyAlarmsNobody) {
  ASSERT_TRUE(credentials_->import("key", material_for("first", 100)).ok());
  ASSERT_TRUE(credentials_->import("spare", material_for("spare", 1)).ok());
  const auto one = watch();
  EXPECT_THAT(alarms(*one), IsEmpty());
  ASSERT_EQ(one->expiries().size(), 2U);
}

TEST_F(KeyWatchTest, LooksOnceAMinuteUnlessAKeyChanged) {
  const auto one = watch();
  ASSERT_TRUE(one->look().ok());
  ASSERT_TRUE(credentials_->import("key", material_for("first", 100)).ok());
  ASSERT_TRUE(one->look().ok());
  EXPECT_EQ(one->alarms().size(), 1U);
  clock_.advance(60'000);
  ASSERT_TRUE(one->look().ok());
  EXPECT_THAT(one->alarms(), IsEmpty());
}

}  // namespace
}  // namespace semafoor::custody
