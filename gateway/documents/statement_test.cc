// SPDX-License-Identifier: Apache-2.0
#include "gateway/documents/statement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/documents/statement_difference.h"
#include "gateway/documents/statement_totals.h"
#include "gateway/documents/testing/collected.h"
#include "gateway/documents/testing/statement_lines.h"
#include "gateway/documents/testing/zip_file.h"

namespace semafoor::documents {
namespace {

using testing::collect;
using testing::csv_record;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using testing::record;
using testing::TestLine;

TEST(Statement, TheRecordOfPodMiIsRead) {
  const auto read = collect(record({.rest = "0042 and what follows"}) + "\r\n", "maandstaat.txt");
  ASSERT_THAT(read.layouts, ElementsAre("MONTHLY-STATEMENT"));
  ASSERT_EQ(read.statements.size(), 1U);
  const StatementLine& line = read.statements[0];
  EXPECT_EQ(line.line, 1);
  EXPECT_EQ(line.law, StatementLaw::rmi);
  EXPECT_EQ(line.nis, "24033");
  EXPECT_EQ(line.month, 202610);
  EXPECT_EQ(line.dossier, "20260117");
  EXPECT_EQ(line.suffix, "");
  EXPECT_EQ(line.ssin, "85073003328");
  EXPECT_EQ(line.reference, "F00000001");
  EXPECT_EQ(line.type, AmountType::grant);
  EXPECT_EQ(line.first_day, 20261001);
  EXPECT_EQ(line.last_day, 20261031);
  EXPECT_EQ(line.article, "X00002");
  EXPECT_EQ(line.eurocents, 1460);
  EXPECT_EQ(line.category, "2");
  EXPECT_EQ(line.name, "Peeters Jan");
  EXPECT_THAT(line.rest, ElementsAre(Pair("rest", "0042 and what follows")));
}

TEST(Statement, EquivalentLeefloonHasASuffixAndARecoveryASign) {
  const auto read = collect(
      record({.law = "2", .suffix = "01", .type = "3", .sign = "-", .name = "Andr\xe9"}) + "\n");
  ASSERT_EQ(read.statements.size(), 1U);
  EXPECT_EQ(read.statements[0].law, StatementLaw::law_1965);
  EXPECT_EQ(read.statements[0].suffix, "01");
  EXPECT_EQ(read.statements[0].type, AmountType::recovery);
  EXPECT_EQ(read.statements[0].eurocents, -1460);
  EXPECT_EQ(read.statements[0].name, "Andr\xc3\xa9");
}

TEST(Statement, ColumnsAreCharactersNotBytes) {
  // A name of characters with several bytes each, and something behind it.
  std::string name;
  for (int i = 0; i < 30; ++i) name += "\xc3\xa9";
  std::string text = record({.name = ""});
  text.resize(81);
  const auto read = collect(text + name + "REST\n");
  ASSERT_EQ(read.statements.size(), 1U);
  EXPECT_EQ(read.statements[0].name, name);
  EXPECT_THAT(read.statements[0].rest, ElementsAre(Pair("rest", "REST")));
}

TEST(Statement, BlanksThatWereCutAtTheEndOfALineAreNoProblem) {
  std::string text = record({.name = "Jan"});
  text.resize(text.find("Jan") + 3);
  EXPECT_EQ(collect(text + "\n").statements.size(), 1U);
  text.resize(60);
  const auto read = collect(record({}) + "\n" + text + "\n");
  ASSERT_EQ(read.bad_rows.size(), 1U);
  EXPECT_EQ(read.bad_rows[0].problems[0].code, "row.short");
  EXPECT_THAT(read.bad_rows[0].problems[0].message, HasSubstr("The row has 60 characters"));
}

TEST(Statement, AsCsvWithAndWithoutHeaderAndInsideZip) {
  const std::string row = csv_record({.sign = "-"}) + "\r\n";
  const std::string head =
      "Wet;NIS;Maand;Dossier;Suffix;INSZ;Referentie;Type bedrag;Eerste dag;Laatste dag;"
      "Begrotingsartikel;Teken;Bedrag;Categorie;Naam\r\n";
  for (const auto& bytes : {row, head + row, testing::zip_of({{.name = "m.csv", .bytes = row}})}) {
    const auto read = collect(bytes, "m.csv");
    ASSERT_THAT(read.layouts, ElementsAre("X-MONTHLY-STATEMENT-CSV"));
    ASSERT_EQ(read.statements.size(), 1U);
    EXPECT_EQ(read.statements[0].eurocents, -1460);
    EXPECT_EQ(read.statements[0].name, "Peeters Jan");
  }
}

TEST(Statement, APeriodThatEndsBeforeItBeginsIsABadRow) {
  const auto read = collect(record({}) + "\n" + record({.last_day = "20260930"}) + "\n");
  EXPECT_EQ(read.statements.size(), 1U);
  ASSERT_EQ(read.bad_rows.size(), 1U);
  EXPECT_EQ(read.bad_rows[0].problems[0].code, "statement.period");
  EXPECT_EQ(read.bad_rows[0].line, 2);
  EXPECT_THAT(read.bad_rows[0].text, HasSubstr("Peeters"));
}

TEST(Statement, ALayoutWithoutAFieldOrWithOtherMeaningsIsRefused) {
  const auto layouts = Layouts::builtin();
  const Layout whole = *layouts.find("MONTHLY-STATEMENT");
  Layout less = whole;
  less.columns.erase(less.columns.begin() + 5);
  EXPECT_THAT(StatementReader::over(less).error().message, HasSubstr("\"ssin\" is missing"));
  Layout other = whole;
  other.columns[0].codes[0].second = "something";
  EXPECT_EQ(StatementReader::over(other).error().code, "layout.statement");
  EXPECT_EQ(collect(record({}), "a.txt", &other).refusals.at(0).code, "layout.statement");
  Layout loose = whole;
  loose.columns[10].mandatory = false;
  EXPECT_THAT(StatementReader::over(loose).error().message, HasSubstr("must be mandatory"));
}

StatementLine line_of(std::int64_t eurocents, const std::string& article = "X00002",
                      const std::string& dossier = "1") {
  StatementLine line;
  line.month = 202610;
  line.dossier = dossier;
  line.ssin = "85073003328";
  line.reference = "F1";
  line.article = article;
  line.eurocents = eurocents;
  return line;
}

TEST(BudgetArticles, TheStatesShareIsRoundedToACent) {
  EXPECT_EQ(state_share(1460, 6000), 876);
  EXPECT_EQ(state_share(1, 5000), 1);
  EXPECT_EQ(state_share(-1, 5000), -1);
  EXPECT_EQ(state_share(3, 1000), 0);
  EXPECT_EQ(state_share(kLargestAmount, 10'000), kLargestAmount);
}

TEST(BudgetArticles, TheBuiltInTableIsReadAndDated) {
  const auto table = BudgetArticles::load();
  ASSERT_TRUE(table.ok()) << table.error().message;
  EXPECT_EQ(table->find("X00002", 202610)->share, 6000);
  EXPECT_EQ(table->find("X00002", 200209), nullptr);
  EXPECT_EQ(table->find("nothing", 202610), nullptr);
}

TEST(BudgetArticles, AFileThatIsWrongSaysWhere) {
  const auto problem = [](const std::string& articles) {
    const auto table = BudgetArticles::parse(
        R"({"schema":"semafoor.budget-articles/1","version":"1","origin":"official","articles":[)" +
            articles + "]}",
        "table.json");
    return table ? std::string() : table.error().message;
  };
  const std::string text = R"("text":{"nl":"a","fr":"b","de":"c"})";
  const std::string one = R"({"article":"101","validFrom":"2020-01-01","share":5500,)" + text + "}";
  EXPECT_EQ(problem(one), "");
  EXPECT_THAT(problem(one + "," + one), HasSubstr("articles[1].article: stands twice"));
  EXPECT_THAT(problem(R"({"article":"X1","validFrom":"2020-01-01","share":5500,)" + text + "}"),
              HasSubstr("does not start with \"X\""));
  EXPECT_THAT(problem(R"({"article":"1","validFrom":"2020-01-01","share":10001,)" + text + "}"),
              HasSubstr("articles[0].share: expected a whole number from 0 to 10000"));
}

TEST(StatementTotals, PerArticleAndPerDossierInAnyOrder) {
  const auto table = BudgetArticles::load().value();
  std::vector<StatementLine> lines{line_of(1460), line_of(-460), line_of(1000, "X00005", "2"),
                                   line_of(77, "999999", "2")};
  const auto sum = [&] {
    StatementTotals totals(table);
    for (const auto& line : lines) EXPECT_TRUE(totals.add(line).ok());
    return totals;
  };
  const auto totals = sum();
  EXPECT_EQ(totals.by_article().at("X00002"),
            (Total{.lines = 2, .paid = 1460, .taken_back = -460, .state = 876 - 276}));
  EXPECT_EQ(totals.by_article().at("999999"), (Total{.lines = 1, .paid = 77, .unknown_lines = 1}));
  EXPECT_EQ(totals.by_dossier().at({"2", ""}).eurocents(), 1077);
  EXPECT_EQ(totals.all().eurocents(), 2077);
  EXPECT_EQ(totals.all().state, 600 + 1000);
  std::swap(lines[0], lines[3]);
  EXPECT_EQ(sum().by_article(), totals.by_article());
}

TEST(StatementTotals, MoreArticlesThanAnyStatementHasAreRefused) {
  const auto table = BudgetArticles::load().value();
  StatementTotals totals(table, false);
  for (std::size_t i = 0; i < StatementTotals::kArticles; ++i)
    ASSERT_TRUE(totals.add(line_of(1, std::to_string(i))).ok());
  EXPECT_EQ(totals.add(line_of(1, "more")).error().code, "statement.too_many_articles");
  EXPECT_TRUE(totals.add(line_of(1, "0")).ok());
  EXPECT_TRUE(totals.by_dossier().empty());
}

TEST(StatementDifference, WhatCameWentAndChanged) {
  StatementDifference difference;
  difference.add_before(line_of(1000, "X00002", "same"));
  difference.add_before(line_of(1000, "X00002", "gone"));
  difference.add_before(line_of(1000, "X00002", "more"));
  difference.add_now(line_of(400, "X00002", "same"));
  difference.add_now(line_of(600, "X00002", "same"));
  difference.add_now(line_of(1100, "X00002", "more"));
  difference.add_now(line_of(-5, "X00002", "new"));
  std::vector<std::string> seen;
  difference.changes([&](const StatementChange& change) {
    seen.push_back(change.key.dossier + " " + std::to_string(static_cast<int>(change.kind)) + " " +
                   std::to_string(change.eurocents_before) + " " +
                   std::to_string(change.eurocents_now));
  });
  EXPECT_THAT(seen, ElementsAre("gone 1 1000 0", "more 2 1000 1100", "new 0 0 -5"));
  EXPECT_EQ(difference.same(), 1);
}

TEST(StatementDifference, EachPartOfTheKeyTellsLinesApart) {
  const auto changed = [](const std::function<void(StatementLine&)>& change) {
    StatementDifference difference;
    difference.add_before(line_of(1));
    StatementLine line = line_of(1);
    change(line);
    difference.add_now(line);
    return difference.same() == 0;
  };
  EXPECT_TRUE(changed([](StatementLine& line) { line.dossier = "2"; }));
  EXPECT_TRUE(changed([](StatementLine& line) { line.suffix = "01"; }));
  EXPECT_TRUE(changed([](StatementLine& line) { line.ssin = "17073003384"; }));
  EXPECT_TRUE(changed([](StatementLine& line) { line.reference = "F2"; }));
  EXPECT_TRUE(changed([](StatementLine& line) { line.type = AmountType::arrears; }));
  EXPECT_TRUE(changed([](StatementLine& line) { line.article = "X00003"; }));
  EXPECT_FALSE(changed([](StatementLine& line) { line.month = 202611; }));
  EXPECT_FALSE(changed([](StatementLine& line) { line.name = "Other"; }));
}

}  // namespace
}  // namespace semafoor::documents
