// SPDX-License-Identifier: Apache-2.0
#include "gateway/changeover/return_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "gateway/os/test_folder.h"

namespace semafoor::changeover {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

v1::ListReturn list_return(const std::vector<std::string>& columns, const std::string& code) {
  v1::ListReturn its;
  its.set_return_id("r1");
  for (const auto& name : columns) its.add_columns(name);
  its.set_code_column(code);
  its.set_list_file_name("..\\map/Lijst oktober: \x01.v2.csv");
  return its;
}

v1::ReturnRow row(const std::vector<std::pair<std::string, std::string>>& columns) {
  v1::ReturnRow made;
  for (const auto& [name, value] : columns) {
    auto& column = *made.add_columns();
    column.set_name(name);
    column.set_value(value);
  }
  return made;
}

TEST(ReturnFile, TheListComesBackInItsOwnOrderWithEveryValueAsItWas) {
  auto its = list_return({"Dossier", "Code", "Bedrag"}, "Code");
  const auto file =
      write_return(its,
                   {row({{"Dossier", "a;\"b\"\nc"}, {"Code", "X-COUNTED"}, {"Bedrag", "-12,50"}}),
                    row({{"Dossier", "2"}, {"Code", ""}, {"Bedrag", "=1"}})},
                   v1::RETURN_FORMAT_CSV, {});
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(file->bytes,
            "\xEF\xBB\xBF"
            "Dossier;Code;Bedrag\r\n"
            "\"a;\"\"b\"\"\nc\";X-COUNTED;-12,50\r\n"
            "2;;=1\r\n");
  EXPECT_EQ(file->media_type, "text/csv");
}

TEST(ReturnFile, AListWithoutAColumnForTheCodeGetsOneBehindItsLast) {
  auto its = list_return({"Dossier"}, "X-FEEDBACK");
  its.set_separator("\t");
  const auto file = write_return(its, {row({{"Dossier", "1"}, {"X-FEEDBACK", "X-EXEMPT"}})},
                                 v1::RETURN_FORMAT_CSV, {});
  EXPECT_THAT(file->bytes, HasSubstr("Dossier\tX-FEEDBACK\r\n1\tX-EXEMPT\r\n"));
}

TEST(ReturnFile, AListWithoutNamesGoesBackWithoutNames) {
  const auto file =
      write_return(list_return({"#1", "#2"}, "#2"), {row({{"#1", "1"}, {"#2", "X-EXEMPT"}})},
                   v1::RETURN_FORMAT_CSV, {});
  EXPECT_EQ(file->bytes,
            "\xEF\xBB\xBF"
            "1;X-EXEMPT\r\n");
}

TEST(ReturnFile, ItsNameIsPlainAndNamesTheReturn) {
  const auto file = write_return(list_return({"a"}, "a"), {}, v1::RETURN_FORMAT_CSV, {});
  EXPECT_EQ(file->name, "Lijst oktober .v2-r1.csv");
  auto nameless = list_return({"a"}, "a");
  nameless.clear_list_file_name();
  EXPECT_THAT(write_return(nameless, {}, v1::RETURN_FORMAT_CSV, {})->name, StartsWith("list-"));
}

TEST(ReturnFile, TheSameRowsGiveTheSameBytes) {
  const auto its = list_return({"a", "b"}, "b");
  const std::vector<v1::ReturnRow> rows{row({{"a", "1"}, {"b", "2"}})};
  EXPECT_EQ(write_return(its, rows, v1::RETURN_FORMAT_CSV, {})->bytes,
            write_return(its, rows, v1::RETURN_FORMAT_CSV, {})->bytes);
}

TEST(ReturnFile, ASpreadsheetIsAZipThatIsTheSameEachTime) {
  const auto folder = os::make_test_folder("sheet");
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
  const auto its = list_return({"a", "b"}, "b");
  const std::vector<v1::ReturnRow> rows{row({{"a", "=1"}, {"b", "X-EXEMPT"}})};
  const auto file = write_return(its, rows, v1::RETURN_FORMAT_XLSX, folder);
  ASSERT_TRUE(file.ok()) << file.error().message;
  EXPECT_THAT(file->bytes, StartsWith("PK"));
  EXPECT_THAT(file->name, HasSubstr("-r1.xlsx"));
  EXPECT_EQ(write_return(its, rows, v1::RETURN_FORMAT_XLSX, folder)->bytes, file->bytes);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace semafoor::changeover
