// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/list_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace semafoor::ctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

v1::ListReading a_reading() {
  v1::ListReading reading;
  reading.set_reading_id("r1");
  reading.set_message_id("m1");
  reading.set_family(v1::MESSAGE_FAMILY_FORMS_BLOCKED);
  reading.mutable_received_at()->set_unix_ms(1'793'577'600'000);
  reading.set_state(v1::READING_STATE_PARTLY);
  reading.set_rows(12);
  reading.set_bad_rows(2);
  reading.set_notices(12);
  reading.set_times(2);
  auto& part = *reading.add_parts();
  part.set_name("list.csv");
  part.set_kind("text");
  part.set_encoding("utf-8");
  part.mutable_layout()->set_name("X-FORMS-BLOCKED");
  part.mutable_layout()->set_version("2026-11-01");
  part.set_rows(12);
  part.set_bad_rows(2);
  return reading;
}

TEST(ListPage, ALineSaysWhatBecameOfADocument) {
  v1::GetListReadingsResponse response;
  EXPECT_EQ(readings_page(response), "No document was read as a list.\n");
  *response.add_readings() = a_reading();
  response.set_next_page_token("next");
  const std::string page = readings_page(response);
  EXPECT_THAT(page, HasSubstr("r1"));
  EXPECT_THAT(page, HasSubstr("partly"));
  EXPECT_THAT(page, HasSubstr("forms-blocked"));
  EXPECT_THAT(page, HasSubstr("12 rows, 2 bad"));
  EXPECT_THAT(page, HasSubstr("--page-token next"));
}

TEST(ListPage, OneDocumentIsShownWithItsFilesAndTheirLayouts) {
  v1::GetListReadingsResponse response;
  *response.add_readings() = a_reading();
  const std::string page = reading_page(response);
  EXPECT_THAT(page, HasSubstr("became 12 notices"));
  EXPECT_THAT(page, HasSubstr("layout X-FORMS-BLOCKED 2026-11-01"));
  EXPECT_THAT(page, HasSubstr("2 times"));
}

TEST(ListPage, ABadRowIsItsLineAndItsReasons) {
  v1::GetListReadingsResponse response;
  EXPECT_EQ(bad_rows_page(response), "Every row was read.\n");
  *response.add_readings() = a_reading();
  auto& row = *response.add_bad_rows();
  row.set_line(7);
  row.set_part("list.csv");
  auto& problem = *row.add_problems();
  problem.set_code("value.date");
  problem.set_message("Column \"since\": it is no date.");
  response.set_total_count(1);
  const std::string page = bad_rows_page(response);
  EXPECT_THAT(page, HasSubstr("list.csv line 7\n  value.date: Column"));
  EXPECT_THAT(page, HasSubstr("the first 1 of 2"));
  response.set_total_count(2);
  EXPECT_THAT(bad_rows_page(response), Not(HasSubstr("the first")));
}

TEST(ListPage, NothingToReadAgainIsSaid) {
  EXPECT_EQ(again_page({}), "There was nothing to read again.\n");
}

}  // namespace
}  // namespace semafoor::ctl
