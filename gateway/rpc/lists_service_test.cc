// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/documents/testing/statement_lines.h"
#include "gateway/rpc/test_gateway.h"
#include "gateway/store/sha256.h"

namespace semafoor::rpc {
namespace {

using documents::testing::record;
using ::testing::Contains;

constexpr auto kLeefloon = v1::MESSAGE_FAMILY_MONTHLY_STATEMENT_LEEFLOON;
constexpr auto kBlocked = v1::MESSAGE_FAMILY_FORMS_BLOCKED;
constexpr char kPerson[] = "85073003328";

class ListsService : public TestGateway {
 protected:
  ListsService() { lists_stub_ = v1::Lists::NewStub(channel_); }

  // A document "<id>-a" that was read.
  void read(const std::string& id, v1::MessageFamily family, const std::string& bytes) {
    add_message(id, bytes, "");
    store_.write([&](store::Transaction& tx) -> Result<void> {
      auto stored = tx.message(kTestOrg, id);
      if (!stored.ok()) return stored.error();
      (*stored)->message.set_family(family);
      (*stored)->message.mutable_received_at()->set_unix_ms(1'793'577'600'000);
      (*stored)->message.mutable_attachments(0)->set_file_name(family == kLeefloon ? "list.txt"
                                                                                   : "list.csv");
      return tx.put_message(kTestOrg, **stored, "");
    });
    const auto done = list_reader_.read(kTestOrg, id, id + "-a");
    ASSERT_TRUE(done.ok() && done->has_value());
  }
  void read_notices() {
    read("b", kBlocked,
         std::string("X-FORM;X-LAW;X-DOSSIER;X-INSZ;X-STATE;X-SINCE\r\n") + "B;RMI;2026/117;" +
             kPerson + ";X-BLOCKED;2026-10-12\r\n" + "B;RMI;2026/118;" + kPerson +
             ";X-BLOCKED;never\r\n");
  }
  void read_statement(const std::string& id, const std::string& month,
                      const std::string& amount = "00001460") {
    read(id, kLeefloon,
         record({.month = month, .amount = amount}) + "\n" +
             record({.month = month, .dossier = "A2", .reference = "F2"}) + "\n");
  }
  v1::ListStatementLinesResponse lines(const v1::ListStatementLinesRequest& request) {
    v1::ListStatementLinesResponse response;
    last_ = call(lists_stub_, &v1::Lists::Stub::ListStatementLines, request, response);
    return response;
  }
  std::vector<std::string> acts() {
    recorder_.flush();
    return store_.acts();
  }

  std::unique_ptr<v1::Lists::Stub> lists_stub_;
  Outcome last_;
};

TEST_F(ListsService, AReadingIsShownWithItsBadRows) {
  read_notices();
  v1::ListReadingsResponse list;
  auto all = about<v1::ListReadingsRequest>();
  all.set_problems_only(true);
  ASSERT_TRUE(call(lists_stub_, &v1::Lists::Stub::ListReadings, all, list).status.ok());
  ASSERT_EQ(list.readings_size(), 1);
  EXPECT_EQ(list.readings(0).state(), v1::READING_STATE_PARTLY);
  EXPECT_NE(list.cursor(), "");
  auto request = about<v1::GetReadingRequest>();
  request.set_reading_id("b-a");
  v1::GetReadingResponse response;
  ASSERT_TRUE(call(lists_stub_, &v1::Lists::Stub::GetReading, request, response).status.ok());
  ASSERT_EQ(response.bad_rows_size(), 1);
  EXPECT_EQ(response.bad_rows(0).line(), 3);
  EXPECT_NE(response.bad_rows(0).text(), "");
  EXPECT_THAT(acts(), Contains("list.bad_rows"));
  request.set_reading_id("nobody");
  EXPECT_EQ(call(lists_stub_, &v1::Lists::Stub::GetReading, request, response).detail.code(),
            "lists.reading_unknown");
}

TEST_F(ListsService, StatementsAreListedSummedAndCompared) {
  read_statement("m1", "202609");
  read_statement("m2", "202610", "00002000");
  v1::ListStatementsResponse list;
  ASSERT_TRUE(
      call(lists_stub_, &v1::Lists::Stub::ListStatements, about<v1::ListStatementsRequest>(), list)
          .status.ok());
  ASSERT_EQ(list.statements_size(), 2);
  EXPECT_EQ(list.statements(0).statement_id(), "m2-a");
  auto one = about<v1::GetStatementRequest>();
  one.set_statement_id("m2-a");
  v1::GetStatementResponse statement;
  ASSERT_TRUE(call(lists_stub_, &v1::Lists::Stub::GetStatement, one, statement).status.ok());
  EXPECT_EQ(statement.articles_size(), 1);
  EXPECT_EQ(statement.statement().total().paid_eurocents(), 2000 + 1460);
  auto compare = about<v1::CompareStatementsRequest>();
  compare.set_statement_id("m2-a");
  v1::CompareStatementsResponse compared;
  ASSERT_TRUE(
      call(lists_stub_, &v1::Lists::Stub::CompareStatements, compare, compared).status.ok());
  ASSERT_EQ(compared.changes_size(), 1);
  EXPECT_EQ(compared.changes(0).eurocents_now(), 2000);
  EXPECT_EQ(compared.same(), 1);
  EXPECT_THAT(acts(), Contains("statement.compare"));
}

TEST_F(ListsService, LinesAreAskedForByPersonOrDossierAndNeverAllTogether) {
  read_statement("m1", "202609");
  read_statement("m2", "202610");
  auto request = about<v1::ListStatementLinesRequest>();
  EXPECT_EQ(lines(request).lines_size(), 0);
  EXPECT_EQ(last_.detail.code(), "request.invalid");
  request.set_dossier_number("a-2");
  EXPECT_EQ(lines(request).lines_size(), 2);
  request.mutable_months()->mutable_from()->set_year(2026);
  request.mutable_months()->mutable_from()->set_month(10);
  request.mutable_months()->mutable_from()->set_day(1);
  EXPECT_EQ(lines(request).lines_size(), 1);
  request = about<v1::ListStatementLinesRequest>();
  request.mutable_person()->set_value("85073003329");
  lines(request);
  EXPECT_EQ(last_.detail.code(), "request.invalid");
  EXPECT_EQ(last_.status.error_message().find("85073003329"), std::string::npos);
  request.mutable_person()->set_value(kPerson);
  request.set_page_size(3);
  auto page = lines(request);
  EXPECT_EQ(page.lines_size(), 3);
  EXPECT_EQ(page.total_count(), 4);
  request.set_page_token(page.next_page_token());
  page = lines(request);
  ASSERT_EQ(page.lines_size(), 1);
  EXPECT_EQ(page.lines(0).statement_id(), "m1-a");
  EXPECT_THAT(acts(), Contains("statement.lines"));
}

TEST_F(ListsService, NoticesAreFoundByDossierAndTheirReadersNoted) {
  read_notices();
  auto request = about<v1::ListNoticesRequest>();
  request.set_dossier_number("2026-117");
  request.set_kind(kBlocked);
  v1::ListNoticesResponse response;
  ASSERT_TRUE(call(lists_stub_, &v1::Lists::Stub::ListNotices, request, response).status.ok());
  ASSERT_EQ(response.notices_size(), 1);
  EXPECT_EQ(response.notices(0).code(), "blocked");
  recorder_.flush();
  const auto record = store_.audit().back();
  EXPECT_EQ(record.act(), "notice.list");
  EXPECT_EQ(record.persons_size(), 1);
}

TEST_F(ListsService, ADossierOfWhichNothingIsLeftIsNoQuestionForAll) {
  read_notices();
  auto notices = about<v1::ListNoticesRequest>();
  notices.set_dossier_number("-");
  v1::ListNoticesResponse response;
  EXPECT_EQ(call(lists_stub_, &v1::Lists::Stub::ListNotices, notices, response).detail.field(),
            "dossierNumber");
  auto asked = about<v1::ListStatementLinesRequest>();
  asked.set_dossier_number("000");
  lines(asked);
  EXPECT_EQ(last_.detail.field(), "dossierNumber");
}

TEST_F(ListsService, ListsOfSignalsAreShownAsTheirFilesHaveThem) {
  read("k", v1::MESSAGE_FAMILY_KNIPPERLICHT_MONTHLY_LIST,
       std::string("X-REFERENCE;X-LAW;X-DOSSIER;X-INSZ;X-TYPE;X-FROM;X-EXTRA\r\n") +
           "KN1;RMI;2026/117;" + kPerson + ";X-WORK-DIMONA;2026-09-01;as it is\r\n");
  v1::ListSignalListsResponse list;
  ASSERT_TRUE(call(lists_stub_, &v1::Lists::Stub::ListSignalLists,
                   about<v1::ListSignalListsRequest>(), list)
                  .status.ok());
  ASSERT_EQ(list.lists_size(), 1);
  auto request = about<v1::ListSignalListRowsRequest>();
  request.set_list_id(list.lists(0).list_id());
  v1::ListSignalListRowsResponse response;
  ASSERT_TRUE(
      call(lists_stub_, &v1::Lists::Stub::ListSignalListRows, request, response).status.ok());
  ASSERT_EQ(response.rows_size(), 1);
  EXPECT_EQ(response.rows(0).columns(6).value(), "as it is");
}

TEST_F(ListsService, AnAdministratorSeesWhyAndNotWhat) {
  read_notices();
  auto request = about<v1::GetListReadingsRequest>();
  request.set_reading_id("b-a");
  v1::GetListReadingsResponse response;
  ASSERT_TRUE(call(admin_stub_, &v1::Admin::Stub::GetListReadings, request, response).status.ok());
  ASSERT_EQ(response.readings_size(), 1);
  ASSERT_EQ(response.bad_rows_size(), 1);
  EXPECT_EQ(response.bad_rows(0).problems(0).code(), "value.date");
  EXPECT_EQ(response.bad_rows(0).text(), "");
}

TEST_F(ListsService, AnAdministratorHasThoseWithProblemsReadAgain) {
  read_notices();
  read_statement("m1", "202609");
  v1::ReadListsAgainResponse response;
  ASSERT_TRUE(call(admin_stub_, &v1::Admin::Stub::ReadListsAgain,
                   about<v1::ReadListsAgainRequest>(), response)
                  .status.ok());
  ASSERT_EQ(response.readings_size(), 1);
  EXPECT_EQ(response.readings(0).reading_id(), "b-a");
  EXPECT_EQ(response.readings(0).times(), 2);
  EXPECT_THAT(acts(), Contains("list.read_again"));
}

TEST_F(ListsService, NisCodesOfAnOrganisationAreFiveDigits) {
  v1::PutOrganisationRequest request;
  request.mutable_organisation()->mutable_organisation()->set_value(kTestOrg);
  request.mutable_organisation()->add_nis_codes("2403");
  v1::PutOrganisationResponse response;
  const auto put = [&] {
    return call(admin_stub_, &v1::Admin::Stub::PutOrganisation, request, response).detail.code();
  };
  EXPECT_EQ(put(), "request.invalid");
  request.mutable_organisation()->set_nis_codes(0, "24033");
  EXPECT_EQ(put(), "");
  EXPECT_EQ(response.organisation().nis_codes(0), "24033");
  request.mutable_organisation()->clear_nis_codes();
  EXPECT_EQ(put(), "");
  EXPECT_EQ(response.organisation().nis_codes_size(), 1);
  request.mutable_organisation()->add_nis_codes("-");
  EXPECT_EQ(put(), "");
  EXPECT_EQ(response.organisation().nis_codes_size(), 0);
}

}  // namespace
}  // namespace semafoor::rpc
