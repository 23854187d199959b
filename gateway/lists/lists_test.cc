// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string_view>

#include "gateway/codes/codes.h"
#include "gateway/lists/bad_rows.h"
#include "gateway/lists/test_documents.h"

namespace semafoor::lists {
namespace {

using documents::testing::csv_record;
using documents::testing::invented_ssin;
using documents::testing::record;
using documents::testing::zip_of;

constexpr auto kLeefloon = v1::MESSAGE_FAMILY_MONTHLY_STATEMENT_LEEFLOON;
constexpr auto kMonthlyList = v1::MESSAGE_FAMILY_KNIPPERLICHT_MONTHLY_LIST;
constexpr auto kHalfYearlyList = v1::MESSAGE_FAMILY_KNIPPERLICHT_HALF_YEARLY_LIST;
constexpr auto kBlocked = v1::MESSAGE_FAMILY_FORMS_BLOCKED;

constexpr char kBlockedHeader[] =
    "X-FORM;X-LAW;X-DOSSIER;X-INSZ;X-NAME;X-STATE;X-REASON;X-SINCE\r\n";

std::string blocked_row(const std::string& since = "2026-10-12",
                        const std::string& dossier = "2026/117") {
  return "B;RMI;" + dossier + ";85073003328;Peeters Jan;X-BLOCKED;no INSZ;" + since + "\r\n";
}

class StatementReading : public ListsTest {};
class SignalListReading : public ListsTest {};
class NoticeReading : public ListsTest {};
class Readings : public ListsTest {};

TEST_F(StatementReading, FieldsAreTypedAndTheRestIsKeptAsItCame) {
  const auto reading = read("m", kLeefloon, record({.rest = "  what follows"}) + "\r\n", "m.txt");
  EXPECT_EQ(reading.state(), v1::READING_STATE_READ);
  EXPECT_EQ(reading.parts(0).layout().name(), "MONTHLY-STATEMENT");
  const auto found = lines({.lines = {}, .statement_id = "m-a"});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].law(), v1::STATEMENT_LAW_RMI);
  EXPECT_EQ(found[0].nis(), "24033");
  EXPECT_EQ(found[0].month().month(), 10);
  EXPECT_EQ(found[0].dossier_number(), "20260117");
  EXPECT_EQ(found[0].person().value(), "85073003328");
  EXPECT_EQ(found[0].type(), v1::STATEMENT_AMOUNT_TYPE_GRANT);
  EXPECT_EQ(found[0].period().from().day(), 1);
  EXPECT_EQ(found[0].period().to().day(), 31);
  EXPECT_EQ(found[0].amount().eurocents(), 1460);
  EXPECT_EQ(found[0].name(), "Peeters Jan");
  EXPECT_EQ(found[0].rest(0).value(), "  what follows");
  EXPECT_EQ(found[0].statement_id(), "m-a");
  EXPECT_EQ(found[0].line(), 1);
}

TEST_F(StatementReading, SumsItsArticlesWithTheShareOfTheState) {
  read("m", kLeefloon, small_statement(), "m.txt");
  const auto stored = lists_.statement(kTestOrg, "m-a").value();
  EXPECT_EQ(stored.statement().lines(), 2);
  EXPECT_EQ(stored.statement().dossiers(), 2);
  EXPECT_EQ(stored.statement().persons(), 2);
  EXPECT_EQ(stored.statement().total().paid_eurocents(), 101'460);
  // 60 % of 14.60 and all of 1,000.00.
  EXPECT_EQ(stored.statement().total().state_eurocents(), 876 + 100'000);
  ASSERT_EQ(stored.articles_size(), 2);
  EXPECT_EQ(stored.articles(0).article(), "X00002");
  EXPECT_EQ(stored.articles(0).state_share(), 6000);
  EXPECT_EQ(stored.articles(0).origin(), v1::ORIGIN_PROJECT);
}

TEST_F(StatementReading, LinesAreFoundByPersonAndDossierOverStatements) {
  read("m1", kLeefloon, small_statement("202609"), "m.txt");
  read("m2", kLeefloon, small_statement("202610"), "m.txt", kReceived + 1000);
  LinesAsked by_person;
  by_person.lines.person = "85073003328";
  const auto of_person = lines(by_person);
  ASSERT_EQ(of_person.size(), 2U);
  EXPECT_EQ(of_person[0].statement_id(), "m2-a");
  EXPECT_EQ(of_person[1].statement_id(), "m1-a");
  LinesAsked by_dossier;
  by_dossier.lines.dossier = "20260200";
  by_dossier.lines.month_from = 202610;
  EXPECT_EQ(lines(by_dossier).size(), 1U);
}

TEST_F(StatementReading, OneBadLineLosesNoOther) {
  const std::string bytes = record({}) + "\n" + record({.ssin = "85073003329"}) + "\n" +
                            record({.reference = "F00000003"}) + "\n" +
                            record({.month = "202609"}) + "\n";
  const auto reading = read("m", kLeefloon, bytes, "m.txt");
  EXPECT_EQ(reading.state(), v1::READING_STATE_PARTLY);
  EXPECT_EQ(reading.rows(), 2);
  EXPECT_EQ(reading.bad_rows(), 2);
  const auto bad = bad_rows("m-a");
  ASSERT_EQ(bad.size(), 2U);
  EXPECT_EQ(bad[0].line(), 2);
  EXPECT_EQ(bad[0].problems(0).code(), "value.ssin");
  EXPECT_EQ(bad[1].line(), 4);
  EXPECT_EQ(bad[1].problems(0).code(), "lists.other_month");
  EXPECT_EQ(lines({.lines = {}, .statement_id = "m-a"}).size(), 2U);
}

TEST_F(StatementReading, LinesOfAnotherMunicipalityAreNotStored) {
  store_.write([](store::Transaction& tx) -> Result<void> {
    auto organisation = tx.organisation(kTestOrg);
    if (!organisation) return organisation.error();
    (*organisation)->add_nis_codes("24033");
    return tx.put_organisation(**organisation);
  });
  const auto reading =
      read("m", kLeefloon, record({}) + "\n" + record({.nis = "11002"}) + "\n", "m.txt");
  EXPECT_EQ(reading.rows(), 1);
  EXPECT_EQ(bad_rows("m-a")[0].problems(0).code(), "lists.other_organisation");
}

TEST_F(StatementReading, TheLastOneReceivedIsCurrentInWhateverOrderTheyAreRead) {
  read("late", kLeefloon, small_statement(), "m.txt", kReceived + 5000);
  read("early", kLeefloon, small_statement(), "m.txt", kReceived);
  EXPECT_TRUE(lists_.statement(kTestOrg, "late-a")->statement().current());
  EXPECT_FALSE(lists_.statement(kTestOrg, "early-a")->statement().current());
  EXPECT_EQ(lines({.lines = {}, .statement_id = "early-a"}).size(), 2U);
  StatementsAsked asked;
  asked.current_only = true;
  EXPECT_EQ(lists_.statements(kTestOrg, asked)->items.size(), 1U);
  // Another kind has its own.
  read("other", v1::MESSAGE_FAMILY_MONTHLY_STATEMENT_EMPLOYMENT, small_statement(), "m.txt");
  EXPECT_EQ(lists_.statements(kTestOrg, asked)->items.size(), 2U);
}

TEST_F(StatementReading, AMonthIsComparedWithTheOneBefore) {
  read("m1", kLeefloon, small_statement("202609"), "m.txt");
  read("m2", kLeefloon, record({.amount = "00002000"}) + "\n" + record({.dossier = "NEW1"}) + "\n",
       "m.txt");
  const auto compared = lists_.compare(kTestOrg, "m2-a", "", 100, "");
  ASSERT_TRUE(compared.ok()) << compared.error().message;
  EXPECT_EQ(compared->before.statement_id(), "m1-a");
  ASSERT_EQ(compared->changes.total, 3);
  std::map<v1::StatementChangeKind, std::string> dossiers;
  for (const auto& change : compared->changes.items)
    dossiers[change.kind()] = change.dossier_number();
  EXPECT_EQ(dossiers[v1::STATEMENT_CHANGE_KIND_AMOUNT], "20260117");
  EXPECT_EQ(dossiers[v1::STATEMENT_CHANGE_KIND_GONE], "20260200");
  EXPECT_EQ(dossiers[v1::STATEMENT_CHANGE_KIND_ADDED], "NEW1");
  // In pages of one.
  const auto second = lists_.compare(kTestOrg, "m2-a", "", 1, "1");
  EXPECT_EQ(second->changes.items.size(), 1U);
  EXPECT_EQ(second->changes.position, "2");
  EXPECT_EQ(lists_.compare(kTestOrg, "m1-a", "", 100, "").error().code, "lists.nothing_before");
}

TEST_F(StatementReading, MoreLinesThanAreHandedOnAtOnceAllArrive) {
  std::string bytes;
  for (std::uint32_t i = 0; i < 11'003; ++i)
    bytes +=
        record({.dossier = std::to_string(1'000'000 + i / 2), .ssin = invented_ssin(i / 2)}) + "\n";
  const auto reading = read("m", kLeefloon, bytes, "m.txt");
  EXPECT_EQ(reading.rows(), 11'003);
  EXPECT_EQ(lists_.statement(kTestOrg, "m-a")->statement().dossiers(), 5'502);
  EXPECT_EQ(stored_lines(), 11'003);
}

TEST_F(StatementReading, CsvInsideZipIsReadAsTheFile) {
  const auto reading = read("m", kLeefloon,
                            zip_of({{.name = "october.csv", .bytes = csv_record({}) + "\r\n"},
                                    {.name = "letter.pdf", .bytes = "%PDF-1.4 x"}}),
                            "m.zip");
  EXPECT_EQ(reading.state(), v1::READING_STATE_READ);
  ASSERT_EQ(reading.parts_size(), 2);
  EXPECT_EQ(reading.parts(0).name(), "m.zip/october.csv");
  EXPECT_EQ(reading.parts(1).problem_code(), "document.not_rows");
  EXPECT_EQ(stored_lines(), 1);
}

TEST_F(StatementReading, AnArchiveOfMoreFilesThanAreShownIsJudgedByAllOfThem) {
  std::vector<documents::testing::TestMember> files(100, {.name = {}, .bytes = "%PDF-1.4 x"});
  for (std::size_t i = 0; i < files.size(); ++i) files[i].name = std::to_string(i) + ".pdf";
  auto with_rows = files;
  with_rows.push_back({.name = "october.csv", .bytes = csv_record({}) + "\r\n"});
  const auto reading = read("m", kLeefloon, zip_of(with_rows), "m.zip");
  EXPECT_EQ(reading.state(), v1::READING_STATE_READ);
  EXPECT_EQ(reading.parts_size(), 100);
  EXPECT_EQ(reading.rows(), 1);
  files.push_back({.name = "last.pdf", .bytes = "%PDF-1.4 x"});
  EXPECT_EQ(read("n", kLeefloon, zip_of(files), "n.zip").state(), v1::READING_STATE_NO_ROWS);
}

TEST_F(StatementReading, Windows1252BecomesUtf8) {
  read("m", kLeefloon, record({.name = "Andr\xe9 Peeters"}) + "\r\n", "m.txt");
  const auto found = lines({.lines = {}, .statement_id = "m-a"});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].name(), "André Peeters");
}

TEST_F(SignalListReading, EveryRowIsDeliveredAndKeptAsTheFileHasIt) {
  const auto reading = read("k", kMonthlyList, kSignalHeader + signal_row());
  EXPECT_EQ(reading.state(), v1::READING_STATE_READ);
  EXPECT_EQ(reading.new_signals(), 1);
  ASSERT_EQ(signals_.delivered.size(), 1U);
  const auto& [row, facts] = signals_.delivered[0];
  EXPECT_EQ(row.facts.signal_reference(), "KN1");
  EXPECT_EQ(row.facts.law(), v1::LAW_RMI);
  EXPECT_EQ(row.facts.dossier_number(), "2026/117");
  EXPECT_EQ(row.facts.dossier_number_normalised(), "2026117");
  EXPECT_EQ(row.facts.reference_period().from().month(), 9);
  EXPECT_EQ(row.facts.amount().eurocents(), 145'000);
  EXPECT_EQ(row.facts.detected_on().day(), 5);
  EXPECT_EQ(facts.channel, v1::SIGNAL_CHANNEL_MONTHLY_LIST);
  EXPECT_EQ(facts.message_id, "k");
  // Of the message: the file names no month.
  EXPECT_EQ(facts.cycle.month(), 11);
  EXPECT_EQ(facts.cycle.day(), 1);
  const auto list = lists_.signal_list_rows(kTestOrg, "k-a", {});
  ASSERT_TRUE(list.ok());
  EXPECT_EQ(list->list.columns(5), "X-INSZ");
  EXPECT_EQ(list->list.rows(), 1);
  EXPECT_EQ(list->list.separator(), ";");
  ASSERT_EQ(list->rows.items.size(), 1U);
  const auto& kept = list->rows.items[0];
  EXPECT_EQ(kept.signal_id(), "signal-1");
  EXPECT_EQ(kept.line(), 2);
  ASSERT_EQ(kept.columns_size(), 13);
  EXPECT_EQ(kept.columns(3).name(), "X-DOSSIER");
  EXPECT_EQ(kept.columns(3).value(), "2026/117");
  std::map<std::string, std::string> fields;
  for (const auto& field : list->list.fields()) fields[field.name()] = field.value();
  EXPECT_EQ(fields["feedback"], "X-FEEDBACK");
}

TEST_F(SignalListReading, ARowThatIsNoSignalIsABadRowAndTheOthersStand) {
  const auto reading = read("k", kHalfYearlyList,
                            kSignalHeader + signal_row() + signal_row("85073003328", "REFUSED") +
                                signal_row(invented_ssin(3)));
  EXPECT_EQ(reading.state(), v1::READING_STATE_PARTLY);
  EXPECT_EQ(reading.rows(), 2);
  const auto bad = bad_rows("k-a");
  ASSERT_EQ(bad.size(), 1U);
  EXPECT_EQ(bad[0].line(), 3);
  EXPECT_EQ(bad[0].problems(0).code(), "signals.no_period");
  EXPECT_EQ(signals_.delivered[0].second.channel, v1::SIGNAL_CHANNEL_HALF_YEARLY_LIST);
  // Its place is that of the file.
  const auto rows = lists_.signal_list_rows(kTestOrg, "k-a", {})->rows.items;
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].row(), 3);
}

TEST_F(SignalListReading, ColumnsAreHeldToTheCodesThatAreInForce) {
  codes::Codes codes(*store_, codes::BaseTables::load({}, {}).value(),
                     [this] { return clock_.now_ms(); });
  constexpr std::string_view kType = "X-WORK-DIMONA";
  const auto rows_of = [&](const std::string& id, const std::string& type) {
    std::string row = signal_row();
    row.replace(row.find(kType), kType.size(), type);
    return read(id, kMonthlyList, kSignalHeader + row).rows();
  };
  EXPECT_EQ(rows_of("k1", "DIMONA-77"), 0);
  ASSERT_TRUE(codes
                  .load(R"({"schema":"semafoor.signal-types/1","version":"2027","origin":"official",
                            "types":[{"code":"DIMONA-77","sourceFlow":"DIMONA",
                             "validFrom":"2014-01-01","text":{"nl":"a","fr":"b","de":"c"}}]})",
                        std::nullopt, "uid 0", domain::act_of_gateway())
                  .ok());
  EXPECT_EQ(rows_of("k2", "DIMONA-77"), 1);
  EXPECT_EQ(rows_of("k3", "X-WORK-DIMONA"), 0);
  // What could not be read then can be now; the files' rules are read again with it.
  EXPECT_EQ(reader_->again(kTestOrg, {"k1-a"}, domain::act_of_gateway())->at(0).rows(), 1);
  clock_.advance(1);
  ASSERT_TRUE(codes.rollback(v1::CODE_TABLE_KIND_SIGNAL_TYPES, domain::act_of_gateway()).ok());
  EXPECT_EQ(rows_of("k4", "DIMONA-77"), 0);
  EXPECT_EQ(rows_of("k5", "X-WORK-DIMONA"), 1);
}

TEST_F(SignalListReading, AStoreThatFailsIsNoBadRow) {
  signals_.trouble = Error{.kind = ErrorKind::unavailable, .code = "store.disk", .message = "x"};
  put("k", kMonthlyList, kSignalHeader + signal_row());
  EXPECT_EQ(reader_->run_once(kTestOrg).error().code, "store.disk");
  EXPECT_EQ(entries(kReadingEntry), 0);
  signals_.trouble.reset();
  run();
  EXPECT_EQ(reading("k-a").rows(), 1);
}

TEST_F(SignalListReading, XmlIsReadWithAnyPrefix) {
  const std::string xml =
      "<?xml version=\"1.0\"?><k:signals xmlns:k=\"urn:x\"><k:signal reference=\"KN9\"><k:dossier>"
      "<k:law>RMI</k:law><k:number>A-1</k:number></k:dossier><k:person><k:ssin>85073003328</k:ssin>"
      "</k:person><k:type>X-WORK-DIMONA</k:type><k:period><k:from>2026-09-01</k:from></k:period>"
      "</k:signal></k:signals>";
  const auto reading = read("k", kMonthlyList, xml, "list.xml");
  EXPECT_EQ(reading.state(), v1::READING_STATE_READ) << reading.problem();
  const auto list = lists_.signal_list_rows(kTestOrg, "k-a", {});
  ASSERT_EQ(list->rows.items.size(), 1U);
  EXPECT_EQ(list->rows.items[0].columns(0).name(), "@reference");
  EXPECT_EQ(list->rows.items[0].columns(0).value(), "KN9");
}

TEST_F(SignalListReading, EachFileOfAnArchiveIsAListOfItsOwn) {
  const auto reading = read("k", kMonthlyList,
                            zip_of({{.name = "a.csv", .bytes = kSignalHeader + signal_row()},
                                    {.name = "b.csv", .bytes = kSignalHeader + signal_row()}}),
                            "k.zip");
  ASSERT_EQ(reading.signal_list_ids_size(), 2);
  EXPECT_EQ(reading.signal_list_ids(1), "k-a.2");
  EXPECT_EQ(reading.new_signals(), 1);
}

TEST_F(SignalListReading, AnEmptyListIsAListWithoutRows) {
  const auto reading = read("k", kMonthlyList, kSignalHeader);
  EXPECT_EQ(reading.state(), v1::READING_STATE_READ);
  EXPECT_EQ(lists_.signal_list_rows(kTestOrg, "k-a", {})->list.rows(), 0);
}

TEST_F(SignalListReading, OnBothListsASignalIsOneAndTheSecondRecallsIt) {
  reader_ = std::make_unique<ListReader>(
      *store_, clock_, load_rules({}).value(),
      ReaderOptions{.sink = &signals::deliver_listed, .load_rules = {}, .read = {}});
  const auto monthly = read("k", kMonthlyList, kSignalHeader + signal_row());
  EXPECT_EQ(monthly.new_signals(), 1);
  const auto recall = read("h", kHalfYearlyList, kSignalHeader + signal_row());
  EXPECT_EQ(recall.rows(), 1);
  EXPECT_EQ(recall.new_signals(), 0);
  const auto id = lists_.signal_list_rows(kTestOrg, "h-a", {})->rows.items.at(0).signal_id();
  const auto signal = store_.ask<std::optional<v1::Signal>>(
      [&](store::Reader& reader) { return reader.signal(kTestOrg, id); });
  ASSERT_TRUE(signal);
  EXPECT_EQ(signal->channels_size(), 2);
  EXPECT_EQ(signal->recalls_size(), 1);
}

TEST_F(NoticeReading, RowsAreTiedToPersonAndDossier) {
  const auto reading = read("b", kBlocked, kBlockedHeader + blocked_row());
  EXPECT_EQ(reading.notices(), 1);
  NoticesAsked by_dossier;
  by_dossier.entries.subject = "2026117";
  const auto found = notices(by_dossier);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].person().value(), "85073003328");
  EXPECT_EQ(found[0].code(), "blocked");
  EXPECT_EQ(found[0].date().day(), 12);
  std::map<std::string, std::string> fields;
  for (const auto& field : found[0].fields()) fields[field.name()] = field.value();
  EXPECT_EQ(fields["reason"], "no INSZ");
  EXPECT_EQ(fields["since"], "2026-10-12");
  EXPECT_FALSE(fields.contains("ssin"));
  NoticesAsked by_person;
  by_person.entries.person = "85073003328";
  EXPECT_EQ(notices(by_person).size(), 1U);
  by_person.entries.person = invented_ssin(1);
  EXPECT_TRUE(notices(by_person).empty());
}

TEST_F(NoticeReading, AreListedByKindInPages) {
  read("b", kBlocked, kBlockedHeader + blocked_row("2026-10-12") + blocked_row("2026-10-13"));
  read("s", v1::MESSAGE_FAMILY_STATUS_CHANGE,
       "X-DOSSIER;X-INSZ;X-STATUS-NOW;X-SINCE\r\nA1;85073003328;X-S2;2026-10-20\r\n");
  NoticesAsked asked;
  asked.kind = kBlocked;
  asked.entries.limit = 1;
  auto page = lists_.notices(kTestOrg, asked).value();
  ASSERT_EQ(page.items.size(), 1U);
  EXPECT_EQ(page.items[0].date().day(), 13);
  asked.entries.position = page.position;
  page = lists_.notices(kTestOrg, asked).value();
  ASSERT_EQ(page.items.size(), 1U);
  EXPECT_EQ(page.items[0].date().day(), 12);
  EXPECT_EQ(page.position, "");
}

TEST_F(Readings, AreMadeOnceHoweverOftenTheDocumentIsHeardOf) {
  read("b", kBlocked, kBlockedHeader + blocked_row());
  for (int i = 0; i < 3; ++i) {
    put("b", kBlocked, kBlockedHeader + blocked_row(), "list.csv", kReceived, "attachment.stored");
    run();
  }
  run();
  make_reader();
  run();
  EXPECT_EQ(reading("b-a").times(), 1);
  EXPECT_EQ(notices().size(), 1U);
  const auto types = store_.event_types(v1::MODULE_EBOX);
  EXPECT_EQ(std::count(types.begin(), types.end(), "list.read"), 1);
  EXPECT_EQ(std::count(types.begin(), types.end(), "notice.stored"), 1);
}

TEST_F(Readings, AreOfWhatWasStoredBeforeThereWasAReader) {
  put("b", kBlocked, kBlockedHeader + blocked_row(), "list.csv", kReceived, "");
  run();
  EXPECT_EQ(notices().size(), 1U);
}

TEST_F(Readings, AreReplacedWhenTheBytesAreOthers) {
  read("b", kBlocked, kBlockedHeader + blocked_row());
  const auto reading = read("b", kBlocked, kBlockedHeader + blocked_row() + blocked_row());
  EXPECT_EQ(reading.times(), 2);
  EXPECT_EQ(notices().size(), 2U);
}

TEST_F(Readings, OfAFileWithoutRowsSayThat) {
  const auto pdf = read("p", kBlocked, "%PDF-1.4 something", "letter.pdf");
  EXPECT_EQ(pdf.state(), v1::READING_STATE_NO_ROWS);
  EXPECT_EQ(pdf.parts(0).kind(), "PDF");
  const auto unknown = read("u", kBlocked, "a;b;c\r\n1;2;3\r\n");
  EXPECT_EQ(unknown.state(), v1::READING_STATE_FAILED);
  EXPECT_EQ(unknown.problem_code(), "layout.unknown");
  const auto page = lists_.readings(kTestOrg, {}, true);
  ASSERT_EQ(page->items.size(), 1U);
  EXPECT_EQ(page->items[0].reading_id(), "u-a");
}

TEST_F(Readings, OfAFamilyThatIsNoListAreNotMade) {
  put("d", v1::MESSAGE_FAMILY_DECLARATION_COPY, kBlockedHeader + blocked_row());
  run();
  EXPECT_EQ(entries(kReadingEntry), 0);
}

TEST_F(Readings, KeepSomeOfManyBadRowsAndCountThemAll) {
  std::string bytes = kBlockedHeader + blocked_row();
  for (int i = 0; i < 1'200; ++i) bytes += blocked_row("not a day");
  const auto reading = read("b", kBlocked, bytes);
  EXPECT_EQ(reading.bad_rows(), 1'200);
  EXPECT_EQ(entries(kBadRowEntry), kBadRowsKept);
  EXPECT_EQ(bad_rows("b-a")[0].problems(0).field(), "since");
}

TEST_F(Readings, TextOfABadRowIsCutBetweenCharacters) {
  std::string name;
  for (int i = 0; i < 300; ++i) name += "é";
  read("b", kBlocked,
       kBlockedHeader + blocked_row() + ("B;RMI;A1;85073003328;" + name + ";X-BLOCKED;;never\r\n"));
  const auto bad = bad_rows("b-a");
  ASSERT_EQ(bad.size(), 1U);
  EXPECT_EQ(bad[0].text(), "B;RMI;A1;85073003328;" + name.substr(0, 2 * (kBadRowText - 21)));
}

TEST_F(Readings, AgainByAnotherLayoutReplaceWhatWasThere) {
  const auto before = read("b", kBlocked, "DOS;RRN;TOESTAND\r\nA1;85073003328;B\r\n");
  EXPECT_EQ(before.problem_code(), "layout.unknown");
  const auto folder = os::make_test_folder("layouts");
  std::ofstream(folder / "mine.json") << R"({"schema": "semafoor.layout/1", "name": "mine",
    "version": "1", "origin": "administrator", "families": ["MESSAGE_FAMILY_FORMS_BLOCKED"],
    "title": {"nl": "Mijn lijst", "fr": "Ma liste", "de": "Meine Liste"},
    "format": {"kind": "delimited", "header": "names"},
    "columns": [
      {"field": "dossier", "names": ["DOS"], "type": "dossier", "mandatory": true},
      {"field": "ssin", "names": ["RRN"], "type": "ssin", "mandatory": true},
      {"field": "state", "names": ["TOESTAND"], "type": "text", "mandatory": true}]})";
  files_.layouts = folder;
  domain::Act act;
  act.actor_id = "admin";
  const auto again = reader_->again(kTestOrg, {"b-a"}, act);
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ((*again)[0].state(), v1::READING_STATE_READ) << (*again)[0].problem();
  EXPECT_EQ((*again)[0].times(), 2);
  EXPECT_EQ((*again)[0].read_by().id(), "admin");
  const auto found = notices();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].code(), "B");
  EXPECT_EQ(store_.acts().back(), "list.read_again");
  EXPECT_EQ(reader_->again(kTestOrg, {"nobody"}, act).error().code, "lists.reading_unknown");
  std::ofstream(folder / "mine.json") << "{";
  EXPECT_EQ(reader_->again(kTestOrg, {"b-a"}, act).error().code, "layout.invalid");
  EXPECT_EQ(notices().size(), 1U);
  std::filesystem::remove_all(folder);
}

TEST_F(Readings, AgainOfAStatementKeepsItsPlaceAndDoublesNothing) {
  read("m", kLeefloon, small_statement(), "m.txt");
  read("n", kLeefloon, small_statement("202611"), "m.txt");
  const auto again = reader_->again(kTestOrg, {"m-a"}, {});
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(stored_lines(), 4);
  EXPECT_EQ(lists_.statement(kTestOrg, "m-a")->number(), 1);
  EXPECT_TRUE(lists_.statement(kTestOrg, "m-a")->statement().current());
}

TEST_F(Readings, GoWithTheirMessage) {
  read("m", kLeefloon, small_statement() + record({.ssin = "1"}), "m.txt");
  read("early", kLeefloon, small_statement(), "m.txt", kReceived - 5000);
  read("k", kMonthlyList, kSignalHeader + signal_row());
  read("b", kBlocked, kBlockedHeader + blocked_row("no day") + blocked_row());
  for (const char* id : {"m", "k", "b"})
    store_.write([&](store::Transaction& tx) { return tx.remove_message(kTestOrg, id, 30); });
  run();
  EXPECT_EQ(entries(kReadingEntry), 1);
  EXPECT_EQ(entries(kBadRowEntry), 0);
  EXPECT_EQ(entries(kSignalListEntry), 0);
  EXPECT_EQ(entries(kSignalRowEntry), 0);
  EXPECT_EQ(entries(kNoticeEntry), 0);
  EXPECT_EQ(stored_lines(), 2);
  EXPECT_TRUE(lists_.statement(kTestOrg, "early-a")->statement().current());
  EXPECT_EQ(store_.acts().back(), "list.remove");
}

TEST_F(Readings, AreAuditedWithTheirCounts) {
  read("b", kBlocked, kBlockedHeader + blocked_row() + blocked_row("x"));
  const auto record = store_.audit().back();
  EXPECT_EQ(record.act(), "list.read");
  EXPECT_EQ(record.detail(), "MESSAGE_FAMILY_FORMS_BLOCKED, 1 rows, 1 bad");
}

}  // namespace
}  // namespace semafoor::lists
