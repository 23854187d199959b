// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/codes_commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "gateway/ctl/codes_page.h"
#include "gateway/os/test_folder.h"

namespace semafoor::ctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class CodesCommandsTest : public ::testing::Test {
 protected:
  ~CodesCommandsTest() override { std::filesystem::remove_all(folder_); }
  std::string file(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return (folder_ / name).string();
  }
  int check(const std::string& path, bool json = false, const std::string& types = "") {
    Common common;
    common.json = json;
    std::ostringstream out;
    const int code = check_codes(common, path, types, out);
    said_ = out.str();
    return code;
  }
  static std::string codes(const std::string& rows) {
    return R"({"schema":"semafoor.feedback-codes/1","version":"7","origin":"official","codes":[)" +
           rows + "]}";
  }
  static std::string row(const std::string& code, const std::string& more = "") {
    return R"({"code":")" + code +
           R"(","validFrom":"2020-01-01","text":{"nl":"a","fr":"b","de":"c"})" + more + "}";
  }

  std::filesystem::path folder_ = os::make_test_folder("ctl-codes");
  std::string said_;
};

TEST_F(CodesCommandsTest, AGoodTableIsGood) {
  EXPECT_EQ(check(file("a.json", codes(row("1") + "," + row("2")))), kDone);
  EXPECT_THAT(said_, HasSubstr("feedback-codes 7 (official, 2 rows"));
  EXPECT_THAT(said_, HasSubstr("All rows are good."));
}

TEST_F(CodesCommandsTest, EveryWrongRowIsShownAndTheExitCodeSaysSo) {
  const auto path = file(
      "a.json", codes(row("1") + "," + row("X-2") + "," + row("3", R"(,"signalTypes":["NONE"])")));
  EXPECT_EQ(check(path), kRefused);
  EXPECT_THAT(said_, HasSubstr("row 2 X-2: codes[1].code: an official code"));
  EXPECT_THAT(said_, HasSubstr("row 3 3: codes[2].signalTypes[0]: \"NONE\" is not on the list"));
  EXPECT_THAT(said_, HasSubstr("2 things are wrong"));
  EXPECT_THAT(said_, Not(HasSubstr("row 1")));
  EXPECT_EQ(check(path, true), kRefused);
  const auto document = nlohmann::json::parse(said_);
  EXPECT_EQ(document["good"], false);
  EXPECT_EQ(document["problems"][0]["row"], 2);
  EXPECT_EQ(document["problems"].size(), 2U);
}

TEST_F(CodesCommandsTest, TheSignalTypesMayBeOnesOwn) {
  const auto types = file("types.json", R"({"schema":"semafoor.signal-types/1","version":"1",
      "origin":"official","types":[{"code":"T1","sourceFlow":"F","validFrom":"2020-01-01",
      "text":{"nl":"a","fr":"b","de":"c"}}]})");
  const auto path = file("a.json", codes(row("1", R"(,"signalTypes":["T1"])")));
  EXPECT_EQ(check(path), kRefused);
  EXPECT_EQ(check(path, false, types), kDone);
  EXPECT_EQ(check(types), kDone);
}

TEST_F(CodesCommandsTest, WhatIsNoTableIsWrongUsage) {
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(check((folder_ / "none.json").string()), kUsage);
  EXPECT_EQ(check(file("a.json", "{}")), kUsage);
  const auto said = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(said, HasSubstr("none.json"));
  EXPECT_THAT(said, HasSubstr("semafoor.feedback-codes/1"));
}

TEST(CodesPage, TheTableIsShownWithWhichIsInForceAndWhatIsPrepared) {
  v1::ListCodesResponse response;
  auto& table = *response.mutable_table();
  table.set_kind(v1::CODE_TABLE_KIND_FEEDBACK_CODES);
  table.set_version("2026");
  table.set_origin(v1::ORIGIN_PROJECT);
  auto& code = *response.add_codes();
  code.set_code("X-A");
  code.set_origin(v1::ORIGIN_PROJECT);
  code.mutable_text()->set_nl("Al geteld");
  code.mutable_valid_from()->set_year(2020);
  code.mutable_valid_from()->set_month(1);
  code.mutable_valid_from()->set_day(1);
  code.set_keeps_open(true);
  response.add_timeline()->mutable_table()->CopyFrom(table);
  auto& next = *response.add_timeline();
  next.set_prepared(true);
  next.mutable_from()->set_unix_ms(1'798'758'000'000);
  next.mutable_table()->set_kind(table.kind());
  next.mutable_table()->set_table_id("t");
  next.mutable_table()->set_version("2027");
  next.mutable_table()->set_reason("letter");
  next.mutable_table()->set_loaded_by("uid 0");
  const auto page = codes_page(response);
  EXPECT_THAT(page, HasSubstr("feedback-codes 2026 (project, 0 rows, of the settings)"));
  EXPECT_THAT(page, HasSubstr("2020-01-01 to -"));
  EXPECT_THAT(page, HasSubstr("Al geteld"));
  EXPECT_THAT(page, HasSubstr("since ever"));
  EXPECT_THAT(page, HasSubstr("2027-01-01  feedback-codes 2027"));
  EXPECT_THAT(page, HasSubstr("PREPARED  uid 0: letter"));
  EXPECT_THAT(code_page(response, "X-A"), HasSubstr("leaves the signal open"));
  EXPECT_EQ(code_page(response, "X-B"), "");
}

TEST(CodesPage, AComparisonSaysWhatItMeansForAnswersOnTheirWay) {
  v1::CompareCodesResponse response;
  EXPECT_THAT(comparison_page(response), HasSubstr("no code differs"));
  auto& gone = *response.add_differences();
  gone.set_code("001");
  gone.set_change(v1::CODE_CHANGE_GONE);
  auto& answers = *response.add_answers();
  answers.mutable_organisation()->set_value("0212214917");
  answers.set_code("001");
  answers.set_state(v1::FEEDBACK_STATE_QUEUED);
  answers.set_count(3);
  const auto page = comparison_page(response);
  EXPECT_THAT(page, HasSubstr("gone     001"));
  EXPECT_THAT(page, HasSubstr("0212214917: 3 answers with 001 are FEEDBACK_STATE_QUEUED; they were "
                              "right when they were given, and go out"));
}

}  // namespace
}  // namespace semafoor::ctl
