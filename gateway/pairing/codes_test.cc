// SPDX-License-Identifier: Apache-2.0
#include "gateway/pairing/codes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

namespace semafoor::pairing {
namespace {

using ::testing::MatchesRegex;

class CodesTest : public testing::Test {
 protected:
  std::string issue(const std::string& name = "kiosk") { return *codes_.issue({.name = name}); }
  std::string outcome(const std::string& code) {
    const auto grant = codes_.redeem(code);
    return grant.ok() ? grant->name : grant.error().code;
  }
  // Right in the part that names it.
  static std::string wrong(std::string code) {
    code.back() = code.back() == '0' ? '1' : '0';
    return code;
  }

  std::chrono::steady_clock::time_point now_{std::chrono::hours(1)};
  Codes codes_{CodeOptions{.now = [this] { return now_; }}};
};

TEST_F(CodesTest, ACodeIsGoodOnce) {
  const std::string code = issue();
  EXPECT_THAT(code, MatchesRegex("....-....-....-....")) << code;
  EXPECT_EQ(outcome(code), "kiosk");
  EXPECT_EQ(outcome(code), "pairing.code_used");
}

TEST_F(CodesTest, CaseSpacesHyphensAndLookalikesDoNotCount) {
  std::string code = issue();
  std::erase(code, '-');
  for (char& c : code) {
    if (c == '0') c = 'o';
    if (c == '1') c = 'l';
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  EXPECT_EQ(outcome(" " + code.insert(8, " ") + " "), "kiosk");
}

TEST_F(CodesTest, AfterTenMinutesItIsLate) {
  const std::string code = issue();
  now_ += std::chrono::minutes(10) - std::chrono::seconds(1);
  const std::string second = issue("second");
  now_ += std::chrono::seconds(1);
  EXPECT_EQ(outcome(code), "pairing.code_expired");
  EXPECT_EQ(outcome(second), "second");
}

TEST_F(CodesTest, FiveWrongTriesEndIt) {
  const std::string code = issue();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(outcome(wrong(code)), "pairing.code_wrong");
  EXPECT_EQ(outcome(code), "kiosk");
  const std::string second = issue("second");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(outcome(wrong(second)), "pairing.code_wrong");
  EXPECT_EQ(outcome(second), "pairing.code_wrong");
}

TEST_F(CodesTest, AnotherCodesTriesAreNotTouched) {
  const std::string code = issue();
  const std::string other = issue("other");
  for (int i = 0; i < 6; ++i) (void)outcome(wrong(other));
  EXPECT_EQ(outcome(code), "kiosk");
  for (const char* garbage : {"", "-", "ZZZZ", "0000-0000-0000-0000-0", "é"})
    EXPECT_EQ(outcome(garbage), "pairing.code_wrong") << garbage;
  EXPECT_EQ(outcome(std::string(100'000, 'A')), "pairing.code_wrong");
}

TEST_F(CodesTest, AHundredWaitAtMostAndAreForgottenInTheEnd) {
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(codes_.issue({.name = "x"}).ok());
  EXPECT_EQ(codes_.issue({.name = "x"}).error().code, "pairing.too_many");
  now_ += std::chrono::hours(2);
  EXPECT_TRUE(codes_.issue({.name = "x"}).ok());
}

}  // namespace
}  // namespace semafoor::pairing
