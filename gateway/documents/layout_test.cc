// SPDX-License-Identifier: Apache-2.0
#include "gateway/documents/layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "gateway/documents/layouts.h"
#include "gateway/documents/statement.h"
#include "gateway/os/test_folder.h"

namespace semafoor::documents {
namespace {

using ::testing::HasSubstr;

constexpr char kHead[] = R"("schema":"semafoor.layout/1","version":"1",
  "title":{"nl":"a","fr":"b","de":"c"},"families":["MESSAGE_FAMILY_OTHER"],)";

std::string layout_with(const std::string& rest) {
  return "{" + std::string(kHead) + rest + "}";
}

std::string fixed(const std::string& columns) {
  return layout_with(
      R"("name":"own","origin":"administrator","format":{"kind":"fixed"},"columns":[)" + columns +
      "]");
}

std::string delimited(const std::string& header, const std::string& columns) {
  return layout_with(
      R"("name":"own","origin":"administrator","format":{"kind":"delimited","header":")" + header +
      R"("},"columns":[)" + columns + "]");
}

std::string problem_of(const std::string& json) {
  const auto layout = parse_layout(json, "own.json");
  if (layout) return "";
  EXPECT_EQ(layout.error().code, "layout.invalid");
  EXPECT_THAT(layout.error().message, HasSubstr("own.json"));
  return layout.error().message;
}

TEST(Layout, EachThatIsCompiledInIsReadAndMarked) {
  EXPECT_EQ(Layouts::builtin().all().size(), builtin_layout_files().size());
  for (const auto& [name, json] : builtin_layout_files()) {
    const auto layout = parse_layout(json, std::string(name));
    ASSERT_TRUE(layout.ok()) << layout.error().message;
    EXPECT_EQ(layout->origin == v1::ORIGIN_OFFICIAL, !layout->name.starts_with("X-")) << name;
    if (StatementReader::is_statement(*layout)) {
      EXPECT_TRUE(StatementReader::over(*layout).ok()) << name;
    }
  }
}

TEST(Layout, APlaceInTheFileIsNamed) {
  EXPECT_EQ(problem_of(fixed(R"({"field":"a","at":1,"length":2,"type":"text"})")), "");
  EXPECT_THAT(problem_of(fixed(R"({"field":"a","at":0,"length":2,"type":"text"})")),
              HasSubstr("columns[0].at: expected a whole number"));
  EXPECT_THAT(problem_of(fixed(R"({"field":"a","at":1,"length":2,"type":"words"})")),
              HasSubstr("columns[0].type: expected one of text, number, ssin"));
  EXPECT_THAT(problem_of(fixed(R"({"field":"A b","at":1,"length":2,"type":"text"})")),
              HasSubstr("columns[0].field"));
  EXPECT_THAT(problem_of(fixed(
                  R"({"field":"a","at":1,"length":2,"type":"text","names":["x"],"sign":"b"})")),
              HasSubstr("\"sign\" is not known here"));
  EXPECT_THAT(problem_of(fixed("")), HasSubstr("expected 1 to 300 columns"));
}

TEST(Layout, ColumnsDoNotLieOverEachOther) {
  EXPECT_THAT(problem_of(fixed(R"({"field":"a","at":1,"length":5,"type":"text"},
                                  {"field":"b","at":5,"length":2,"type":"text"})")),
              HasSubstr("columns[1].at: lies over the column \"a\""));
  EXPECT_THAT(problem_of(fixed(R"({"field":"a","at":1,"length":2,"type":"text"},
                                  {"field":"a","at":5,"length":2,"type":"text"})")),
              HasSubstr("columns[1].field: stands twice"));
  EXPECT_THAT(problem_of(delimited("names", R"({"field":"a","names":["Naam"],"type":"text"},
                                               {"field":"b","names":["NAAM "],"type":"text"})")),
              HasSubstr("\"naam\" names two columns"));
  EXPECT_THAT(problem_of(delimited("none", R"({"field":"a","position":1,"type":"text"},
                                              {"field":"b","position":1,"type":"text"})")),
              HasSubstr("two columns stand there"));
}

TEST(Layout, TypesHaveWhatTheyNeed) {
  EXPECT_THAT(
      problem_of(fixed(R"({"field":"a","at":1,"length":8,"type":"date","pattern":"ddmmyy"})")),
      HasSubstr("something like dd/mm/yyyy"));
  EXPECT_THAT(problem_of(fixed(R"({"field":"a","at":1,"length":8,"type":"amount"})")),
              HasSubstr("\"amount\" is missing"));
  EXPECT_THAT(
      problem_of(
          fixed(R"({"field":"a","at":1,"length":8,"type":"amount","amount":"cents","sign":"b"})")),
      HasSubstr("no column \"b\" of the type sign"));
  EXPECT_THAT(problem_of(fixed(R"({"field":"a","at":1,"length":1,"type":"code","codes":[]})")),
              HasSubstr("must not be empty"));
  EXPECT_THAT(problem_of(fixed(R"({"field":"a","at":1,"length":1,"type":"code","codeList":"x"})")),
              HasSubstr("expected signal-types"));
}

TEST(Layout, OurNamesAreMarkedAndOfficialOnesAreNot) {
  const std::string rest =
      R"("format":{"kind":"fixed"},"columns":[{"field":"a","at":1,"length":1,"type":"text"}])";
  EXPECT_THAT(problem_of(layout_with(R"("name":"A","origin":"project",)" + rest)),
              HasSubstr("starts with \"X-\""));
  EXPECT_THAT(problem_of(layout_with(R"("name":"X-A","origin":"official","source":"s",)" + rest)),
              HasSubstr("does not start with \"X-\""));
  EXPECT_THAT(problem_of(layout_with(R"("name":"A","origin":"official",)" + rest)),
              HasSubstr("\"source\" is missing"));
}

TEST(Layout, FileNamesFitWithoutCaseAndFolder) {
  EXPECT_TRUE(fits_name("*maandstaat*.txt", "oktober/Maandstaat_202610.TXT"));
  EXPECT_TRUE(fits_name("a?c", "abc"));
  EXPECT_TRUE(fits_name("*", ""));
  EXPECT_FALSE(fits_name("*.csv", "a.csv.pdf"));
  EXPECT_FALSE(fits_name("*a*b*c", "xxaxxbxx"));
}

TEST(Layouts, AFileReplacesTheLayoutOfItsName) {
  const auto folder = os::make_test_folder("layouts");
  std::ofstream(folder / "mine.json")
      << layout_with(R"("name":"X-DOSSIER-LIST","origin":"administrator",
          "format":{"kind":"fixed"},"columns":[{"field":"a","at":1,"length":1,"type":"text"}])");
  std::ofstream(folder / "read me.txt") << "no layout";
  const auto layouts = Layouts::load(folder);
  ASSERT_TRUE(layouts.ok()) << layouts.error().message;
  EXPECT_EQ(layouts->all().size(), Layouts::builtin().all().size());
  EXPECT_EQ(layouts->find("X-DOSSIER-LIST")->format, Format::fixed);

  std::filesystem::copy_file(folder / "mine.json", folder / "other.json");
  EXPECT_EQ(Layouts::load(folder).error().code, "layout.twice");
  std::ofstream(folder / "other.json") << "{";
  EXPECT_EQ(Layouts::load(folder).error().code, "layout.invalid");
  std::filesystem::remove_all(folder);
  EXPECT_EQ(Layouts::load(folder).error().code, "layout.unreadable");
}

}  // namespace
}  // namespace semafoor::documents
