// SPDX-License-Identifier: Apache-2.0
#include "gateway/documents/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/documents/testing/collected.h"
#include "gateway/documents/testing/zip_file.h"

namespace semafoor::documents {
namespace {

using testing::collect;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using testing::zip_of;

// As the sandbox's half-yearly list.
const std::string kSignalHead =
    "X-REFERENCE;X-LAW;X-NIS;X-DOSSIER;X-SUFFIX;X-INSZ;X-NAME;X-TYPE;X-FROM;X-TO;X-EUROCENTS;"
    "X-DETECTED;X-FEEDBACK;remark\r\n";
const std::string kSignal =
    "S-1;RMI;24033;2026/0117;;85073003328;Peeters Jan;X-PENSION;2026-09-01;2026-09-30;123450;"
    "2026-10-02;;kept\r\n";

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

TEST(Document, AListIsRecognisedByItsColumns) {
  const auto list = collect(kSignalHead + kSignal);
  ASSERT_THAT(list.layouts, ElementsAre("X-KNIPPERLICHT-LIST"));
  ASSERT_EQ(list.rows.size(), 1U);
  EXPECT_EQ(list.rows[0].line, 2);
  EXPECT_EQ(list.rows[0].values.at("dossier"), "20260117");
  EXPECT_EQ(list.rows[0].values.at("ssin"), "85073003328");
  EXPECT_EQ(list.rows[0].values.at("amount"), "1234.50");
  EXPECT_EQ(list.rows[0].values.at("law"), "rmi");
  EXPECT_THAT(list.rows[0].rest, ElementsAre(Pair("remark", "kept")));
  EXPECT_TRUE(list.counts.all_read());
}

TEST(Document, ColumnsInAnotherOrderUnderTitlesOfAnotherLanguage) {
  const auto list = collect(
      "Clignotants du mois\r\n\r\nNISS\tNum\xc3\xa9ro de dossier\tX-TYPE\tDu\tNOM\r\n"
      "85073003328\t17\tX-PENSION\t2026-09-01\tPeeters\r\n");
  ASSERT_THAT(list.layouts, ElementsAre("X-KNIPPERLICHT-LIST"));
  EXPECT_EQ(list.heads[0].separator, '\t');
  EXPECT_EQ(list.heads[0].header_line, 3);
  ASSERT_EQ(list.rows.size(), 1U);
  EXPECT_EQ(list.rows[0].line, 4);
  EXPECT_EQ(list.rows[0].values.at("dossier"), "17");
  EXPECT_EQ(list.rows[0].values.at("name"), "Peeters");
}

TEST(Document, OneBadRowNeverLosesTheOthers) {
  std::string bytes = kSignalHead + kSignal;
  bytes += replaced(kSignal, "85073003328", "85073003329");
  bytes += "S-2;RMI\r\n";
  bytes += replaced(kSignal, "Peeters Jan", "\"Peeters");
  bytes += replaced(kSignal, "X-PENSION", "X-NOTHING");
  bytes += replaced(kSignal, "kept", "kept;and more");
  bytes += kSignal;
  const auto list = collect(bytes);
  EXPECT_EQ(list.rows.size(), 2U);
  EXPECT_EQ(list.rows.at(1).line, 8);
  std::vector<std::string> seen;
  for (const auto& row : list.bad_rows) {
    seen.push_back(std::to_string(row.line) + " " + row.problems.at(0).code);
    EXPECT_FALSE(row.text.empty());
    for (const auto& problem : row.problems)
      EXPECT_THAT(problem.message, Not(HasSubstr("8507300")));
  }
  EXPECT_THAT(seen, ElementsAre("3 value.ssin", "4 value.missing", "5 row.quotes", "6 value.code",
                                "7 row.cells"));
  EXPECT_EQ(list.counts.bad, 5);
  EXPECT_FALSE(list.counts.all_read());
}

TEST(Document, EveryProblemOfARowIsListed) {
  const auto list = collect(kSignalHead + kSignal + "S;XX;1;;;1;;;;;;;\r\n");
  ASSERT_EQ(list.bad_rows.size(), 1U);
  EXPECT_EQ(list.bad_rows[0].problems.size(), 6U);
}

TEST(Document, TheMoreOfItsColumnsTheBetterALayoutFits) {
  const auto blocked = collect(
      "X-FORM;X-DOSSIER;X-INSZ;X-STATE;X-SINCE\r\nF1;17;85073003328;X-BLOCKED;2026-10-01\r\n");
  EXPECT_THAT(blocked.layouts, ElementsAre("X-FORMS-BLOCKED"));
  const auto other = collect(
      "X-DOSSIER;X-LAW;X-INSZ;X-NAME;X-EUROCENTS;X-STATE;remark\r\n"
      "17;RMI;85073003328;Peeters;100;X-OPEN;\r\n");
  EXPECT_THAT(other.layouts, ElementsAre("X-DOSSIER-LIST"));
}

TEST(Document, AnEmptyListIsAList) {
  const auto list = collect(kSignalHead);
  EXPECT_THAT(list.layouts, ElementsAre("X-KNIPPERLICHT-LIST"));
  EXPECT_TRUE(list.rows.empty());
  EXPECT_TRUE(list.counts.all_read());
}

TEST(Document, WhenNothingFitsEachLayoutsReasonIsSaid) {
  const auto list = collect("Beste collega,\r\n\r\nhierbij de lijst.\r\n", "brief.txt");
  ASSERT_EQ(list.refusals.size(), 1U);
  EXPECT_EQ(list.refusals[0].code, "layout.unknown");
  EXPECT_THAT(list.refusals[0].message, HasSubstr("MONTHLY-STATEMENT: "));
  EXPECT_THAT(list.refusals[0].message, HasSubstr("X-KNIPPERLICHT-LIST: "));
}

TEST(Document, ALayoutThatLiesGivesClearErrors) {
  const auto layouts = Layouts::builtin();
  const auto wrong = collect(kSignalHead + kSignal, "a.csv", layouts.find("MONTHLY-STATEMENT"));
  EXPECT_EQ(wrong.rows.size(), 0U);
  EXPECT_EQ(wrong.bad_rows.size(), 2U);
  EXPECT_THAT(wrong.bad_rows[0].problems[0].message,
              HasSubstr("expected one of 1, 2, 6; found \"X\""));
  const auto columns = collect("a;b\r\n1;2\r\n", "a.csv", layouts.find("X-OVERLAPPING"));
  ASSERT_EQ(columns.refusals.size(), 1U);
  EXPECT_EQ(columns.refusals[0].code, "layout.columns");
  EXPECT_THAT(columns.refusals[0].message, HasSubstr("dossier, ssin"));
}

TEST(Document, TheFamilyOfTheMessageNarrowsTheChoice) {
  const auto layouts = Layouts::builtin();
  const auto lists = CodeLists::builtin();
  const MemorySource source(kSignalHead + kSignal);
  testing::Collected list;
  read_document(source, "a.csv",
                {.layouts = &layouts, .lists = &lists, .family = v1::MESSAGE_FAMILY_STATUS_CHANGE},
                list);
  ASSERT_EQ(list.refusals.size(), 1U);
  EXPECT_THAT(list.refusals[0].message, HasSubstr("it is not for MESSAGE_FAMILY_STATUS_CHANGE"));
}

TEST(Document, TwoLayoutsThatFitEquallyWellAreNamed) {
  auto layouts = Layouts::builtin();
  Layout twin = *layouts.find("X-OVERLAPPING");
  twin.name = "TWIN";
  layouts.put(twin);
  const auto lists = CodeLists::builtin();
  const std::string bytes =
      "X-DOSSIER;X-INSZ;X-OTHER-NIS;X-FROM\n17;85073003328;24033;2026-10-01\n";
  const MemorySource source(bytes);
  testing::Collected list;
  read_document(source, "a.csv", {.layouts = &layouts, .lists = &lists}, list);
  ASSERT_EQ(list.refusals.size(), 1U);
  EXPECT_EQ(list.refusals[0].code, "layout.ambiguous");
  EXPECT_THAT(list.refusals[0].message, HasSubstr("X-OVERLAPPING, TWIN"));

  twin.file_names = {"twin*"};
  layouts.put(twin);
  testing::Collected named;
  read_document(source, "Twin.csv", {.layouts = &layouts, .lists = &lists}, named);
  EXPECT_THAT(named.layouts, ElementsAre("TWIN"));
}

TEST(Document, RowsAreTheSameInEveryEncodingAndPiece) {
  const std::string utf8 =
      kSignalHead + replaced(kSignal, "Peeters Jan", "Andr\xc3\xa9 \xe2\x82\xac");
  const std::string windows = replaced(replaced(utf8, "\xc3\xa9", "\xe9"), "\xe2\x82\xac", "\x80");
  for (const auto& bytes : {utf8, "\xef\xbb\xbf" + utf8, windows})
    for (const std::size_t piece : {1U, 7U, 4096U}) {
      const auto list = collect(bytes, "a.csv", nullptr, piece);
      ASSERT_EQ(list.rows.size(), 1U);
      EXPECT_EQ(list.rows[0].values.at("name"), "Andr\xc3\xa9 \xe2\x82\xac");
    }
}

TEST(Document, XmlWithAnyPrefix) {
  const std::string plain =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<signals>\n"
      "<signal reference=\"S-1\"><dossier><law>1</law><number>17</number></dossier><person>"
      "<ssin>85073003328</ssin><name>Andr\xc3\xa9</name></person><type>X-PENSION</"
      "type><period><from>"
      "2026-09-01</from></period><note>kept</note></signal>\n"
      "<signal><type>X-PENSION</type></signal>\n</signals>\n";
  std::string prefixed = replaced(replaced(plain, "</", "</q:"), "<", "<q:");
  prefixed = replaced(replaced(prefixed, "<q:/q:", "</q:"), "<q:?xml", "<?xml");
  prefixed = replaced(prefixed, "<q:signals>", "<q:signals xmlns:q=\"urn:any\">");
  const std::string latin =
      replaced(replaced(plain, "\xc3\xa9", "\xe9"), "\"UTF-8\"", "\"ISO-8859-1\"");
  for (const auto& bytes : {plain, prefixed, latin}) {
    const auto list = collect(bytes, "a.xml");
    ASSERT_THAT(list.layouts, ElementsAre("X-KNIPPERLICHT-LIST-XML")) << bytes;
    ASSERT_EQ(list.rows.size(), 1U);
    EXPECT_EQ(list.rows[0].line, 3);
    EXPECT_EQ(list.rows[0].values.at("reference"), "S-1");
    EXPECT_EQ(list.rows[0].values.at("name"), "Andr\xc3\xa9");
    EXPECT_EQ(list.rows[0].values.at("law"), "rmi");
    EXPECT_THAT(list.rows[0].rest, ElementsAre(Pair("note", "kept")));
    ASSERT_EQ(list.bad_rows.size(), 1U);
    EXPECT_EQ(list.bad_rows[0].line, 4);
    EXPECT_THAT(list.bad_rows[0].text, HasSubstr("X-PENSION"));
  }
}

TEST(Document, XmlThatIsHostileOrBrokenIsRefusedAsAWhole) {
  const auto layouts = Layouts::builtin();
  const auto* layout = layouts.find("X-KNIPPERLICHT-LIST-XML");
  EXPECT_EQ(collect("<!DOCTYPE a [<!ENTITY b \"c\">]><signals>&b;</signals>", "a.xml", layout)
                .refusals.at(0)
                .code,
            "xml.doctype");
  EXPECT_EQ(collect("<signals><signal></signals>", "a.xml", layout).refusals.at(0).code,
            "xml.malformed");
  EXPECT_EQ(collect("<others/>", "a.xml", layout).refusals.at(0).code, "layout.no_rows");
}

TEST(Document, PdfAndItsLikeHaveNoRowsAndSaySo) {
  const std::vector<std::pair<std::string, Kind>> kinds = {
      {"%PDF-1.4\n...", Kind::pdf},
      {"{\\rtf1\\ansi", Kind::word},
      {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 ...", Kind::word},
      {"\x89PNG\r\n", Kind::image},
      {"\x1f\x8b ...", Kind::packed},
      {"<!DOCTYPE html><html>", Kind::html},
      {"<html lang='nl'>", Kind::html},
      {zip_of({{.name = "[Content_Types].xml", .bytes = "<Types/>"}}), Kind::spreadsheet},
  };
  for (const auto& [bytes, kind] : kinds) {
    const auto document = collect(bytes, "a.bin");
    ASSERT_EQ(document.refusals.size(), 1U) << name_of(kind);
    EXPECT_EQ(document.refusals[0].kind, kind);
    EXPECT_EQ(document.refusals[0].code, "document.not_rows");
    EXPECT_EQ(document.counts.not_rows, 1);
    EXPECT_EQ(document.counts.refused, 0);
  }
  EXPECT_EQ(collect("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.XLS").refusals.at(0).kind,
            Kind::spreadsheet);
  EXPECT_EQ(collect("", "a.csv").refusals.at(0).code, "document.empty");
  EXPECT_EQ(collect("\x1b\x1b", "a.csv").refusals.at(0).code, "layout.unknown");
}

TEST(Document, AZipFileIsItsMembers) {
  const auto list =
      collect(zip_of({{.name = "october/", .bytes = "", .deflated = false},
                      {.name = "october/list.csv", .bytes = kSignalHead + kSignal},
                      {.name = "letter.pdf", .bytes = "%PDF-1.4"},
                      {.name = "more.zip", .bytes = zip_of({{.name = "a", .bytes = "b"}})},
                      {.name = "broken.csv", .bytes = kSignalHead, .crc_off = 1},
                      {.name = "again.csv", .bytes = kSignalHead + kSignal}}),
              "lists.zip");
  EXPECT_THAT(list.parts, ElementsAre("lists.zip/october/list.csv", "lists.zip/again.csv"));
  EXPECT_EQ(list.rows.size(), 2U);
  ASSERT_EQ(list.refusals.size(), 3U);
  EXPECT_EQ(list.refusals[0].code, "document.not_rows");
  EXPECT_EQ(list.refusals[1].code, "zip.nested");
  EXPECT_EQ(list.refusals[2].code, "zip.checksum");
  EXPECT_EQ(list.counts.parts, 5);
  EXPECT_EQ(collect(zip_of({{.name = "../a", .bytes = "b"}}), "a.zip").refusals.at(0).code,
            "zip.name");
}

TEST(Document, ASinkThatHasEnoughEndsIt) {
  struct One : testing::Collected {
    bool row(const Row& row, const StatementLine* line) override {
      Collected::row(row, line);
      return false;
    }
  } sink;
  const auto layouts = Layouts::builtin();
  const auto lists = CodeLists::builtin();
  const MemorySource source(kSignalHead + kSignal + kSignal);
  const auto counts = read_document(source, "a.csv", {.layouts = &layouts, .lists = &lists}, sink);
  EXPECT_EQ(sink.rows.size(), 1U);
  EXPECT_TRUE(counts.stopped);
}

}  // namespace
}  // namespace semafoor::documents
