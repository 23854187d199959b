// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/layout_commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "gateway/ctl/layout_page.h"
#include "gateway/documents/layouts.h"
#include "gateway/documents/testing/statement_lines.h"
#include "gateway/os/test_folder.h"

namespace semafoor::ctl {
namespace {

using documents::testing::record;
using ::testing::HasSubstr;
using ::testing::Not;

class LayoutCommandsTest : public ::testing::Test {
 protected:
  ~LayoutCommandsTest() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
    return (folder_ / name).string();
  }

  int test(LayoutTest asked, bool json = false) {
    Common common;
    common.json = json;
    std::ostringstream out;
    const int code = test_layout(common, asked, out);
    said_ = out.str();
    return code;
  }

  std::filesystem::path folder_ = os::make_test_folder("ctl-layout");
  std::string said_;
};

TEST_F(LayoutCommandsTest, AStatementIsShownRowByRowWithItsTotals) {
  const auto path = file("maandstaat.txt", record({}) + "\r\n" + record({.sign = "-"}) + "\r\n");
  EXPECT_EQ(test({.file = path}), kDone);
  EXPECT_THAT(said_, HasSubstr("maandstaat.txt: layout MONTHLY-STATEMENT (official, "));
  EXPECT_THAT(said_, HasSubstr("line 1: law=rmi nis=24033 month=2026-10 dossier=20260117 "));
  EXPECT_THAT(said_, HasSubstr("amount=-14.60"));
  EXPECT_THAT(said_, HasSubstr("article X00002: 2 lines, 0.00 EUR, State 0.00 EUR"));
  EXPECT_THAT(said_, HasSubstr("All rows were read: 2 read, 0 not"));
}

TEST_F(LayoutCommandsTest, ARowThatFailedIsShownWithItsLineAndReasonAndTheExitCodeSaysSo) {
  std::string bytes;
  for (int i = 0; i < 30; ++i) bytes += record({}) + "\n";
  bytes += record({.nis = "abcde", .ssin = "85073003329"}) + "\n";
  const auto path = file("a.txt", bytes);
  EXPECT_EQ(test({.file = path, .rows = 2}), kRefused);
  EXPECT_THAT(said_, HasSubstr("line 2: "));
  EXPECT_THAT(said_, Not(HasSubstr("line 3: ")));
  EXPECT_THAT(said_, HasSubstr("... and 28 more rows that were read"));
  EXPECT_THAT(said_, HasSubstr("line 31 NOT READ value.nis: Column \"nis\""));
  EXPECT_THAT(said_, HasSubstr("line 31 NOT READ value.ssin: "));
  EXPECT_THAT(said_, HasSubstr("    | 1abcde202610"));
  EXPECT_THAT(said_, HasSubstr("NOT all rows were read: 30 read, 1 not"));
  EXPECT_EQ(test({.file = path, .all = true}), kRefused);
  EXPECT_THAT(said_, HasSubstr("line 30: "));
}

TEST_F(LayoutCommandsTest, OneJsonDocumentForPrograms) {
  const auto path = file("a.txt", record({}) + "\n" + record({.type = "9"}) + "\n");
  EXPECT_EQ(test({.file = path}, true), kRefused);
  const auto document = nlohmann::json::parse(said_);
  EXPECT_EQ(document["allRead"], false);
  const auto& part = document["parts"][0];
  EXPECT_EQ(part["layout"], "MONTHLY-STATEMENT");
  EXPECT_EQ(part["rows"][0]["values"]["amount"], 1460);
  EXPECT_EQ(part["rows"][1]["line"], 2);
  EXPECT_EQ(part["rows"][1]["problems"][0]["code"], "value.code");
  EXPECT_EQ(part["rows"][1]["problems"][0]["field"], "type");
  EXPECT_EQ(part["totals"]["X00002"]["stateEurocents"], 876);
  EXPECT_EQ(document["counts"]["read"], 1);
}

TEST_F(LayoutCommandsTest, ADocumentWithoutRowsSaysSo) {
  EXPECT_EQ(test({.file = file("brief.pdf", "%PDF-1.4")}), kRefused);
  EXPECT_THAT(said_, HasSubstr("brief.pdf: PDF, no rows (document.not_rows)"));
  EXPECT_EQ(test({.file = file("brief.pdf", "%PDF-1.4")}, true), kRefused);
  EXPECT_EQ(nlohmann::json::parse(said_)["parts"][0]["error"]["code"], "document.not_rows");
}

TEST_F(LayoutCommandsTest, ALayoutByNameByFileAndFromAFolder) {
  std::string mine;
  for (const auto& [name, json] : documents::builtin_layout_files())
    if (name == "monthly-statement-csv.json") mine = json;
  mine.replace(mine.find("X-MONTHLY-STATEMENT-CSV"), 23, "mine");
  mine.replace(mine.find("\"project\""), 9, "\"administrator\"");
  const auto layout = file("mine.json", mine);
  const auto path = file("a.csv", documents::testing::csv_record({}) + "\n");
  EXPECT_EQ(test({.file = path, .layout = "X-MONTHLY-STATEMENT-CSV"}), kDone);
  EXPECT_EQ(test({.file = path, .layout = layout}), kDone);
  EXPECT_THAT(said_, HasSubstr("layout mine (administrator, "));
  EXPECT_EQ(test({.file = path, .layout = "mine", .folder = folder_.string()}), kDone);
  // Now two of them fit.
  EXPECT_EQ(test({.file = path, .folder = folder_.string()}), kRefused);
  EXPECT_THAT(said_, HasSubstr("layout.ambiguous"));
}

TEST_F(LayoutCommandsTest, BudgetArticlesOfTheAdministratorGiveTheShare) {
  const auto articles = file("articles.json", R"({"schema":"semafoor.budget-articles/1",
      "version":"1","origin":"official","articles":[{"article":"101355","validFrom":"2020-01-01",
      "share":5500,"text":{"nl":"a","fr":"b","de":"c"}}]})");
  const auto path = file("a.txt", record({.article = "101355", .amount = "00001000"}) + "\n");
  EXPECT_EQ(test({.file = path}), kDone);
  EXPECT_THAT(said_, HasSubstr("State 0.00 EUR (1 lines of an article whose share is not known)"));
  EXPECT_EQ(test({.file = path, .codes = {articles}}), kDone);
  EXPECT_THAT(said_, HasSubstr("article 101355: 1 lines, 10.00 EUR, State 5.50 EUR\n"));
}

TEST_F(LayoutCommandsTest, WhatCannotBeReadIsWrongUsage) {
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(test({.file = (folder_ / "none.csv").string()}), kUsage);
  const auto path = file("a.csv", "a;b\n");
  EXPECT_EQ(test({.file = path, .layout = "NONE"}), kUsage);
  EXPECT_EQ(test({.file = path, .layout = file("bad.json", "{")}), kUsage);
  EXPECT_EQ(test({.file = path, .codes = {path}}), kUsage);
  EXPECT_EQ(test({.file = path, .family = "none"}), kUsage);
  const auto said = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(said, HasSubstr("none.csv"));
  EXPECT_THAT(said, HasSubstr("The layouts are: "));
  EXPECT_THAT(said, HasSubstr("not JSON"));
}

TEST_F(LayoutCommandsTest, TheListNamesEachWithItsOrigin) {
  Common common;
  std::ostringstream out;
  EXPECT_EQ(list_layouts(common, "", out), kDone);
  EXPECT_THAT(out.str(), HasSubstr("MONTHLY-STATEMENT  fixed, official"));
  EXPECT_THAT(out.str(), HasSubstr("X-KNIPPERLICHT-LIST  delimited, project"));
  common.json = true;
  std::ostringstream json;
  EXPECT_EQ(list_layouts(common, "", json), kDone);
  EXPECT_EQ(nlohmann::json::parse(json.str())["layouts"].size(),
            documents::Layouts::builtin().all().size());
}

TEST(LayoutPage, WhatATerminalWouldObeyIsWrittenOut) {
  EXPECT_EQ(harmless("a\x1b[2Jb\nc\x7f", 100), "a\\x1b[2Jb\\nc\\x7f");
  EXPECT_EQ(harmless("\xc2\x9b"
                     "31m caf\xc3\xa9",
                     100),
            "\\x9b31m caf\xc3\xa9");
  EXPECT_EQ(harmless("abcdef", 3), "abc...");
}

}  // namespace
}  // namespace semafoor::ctl
