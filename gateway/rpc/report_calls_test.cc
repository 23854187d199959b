// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/reports/test_signals.h"
#include "gateway/rpc/test_gateway.h"
#include "semafoor/v1/reports.grpc.pb.h"

namespace semafoor::rpc {
namespace {

using reports::noon_of;
using reports::person_number;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

class ReportCallsTest : public TestGateway {
 protected:
  ReportCallsTest()
      : reports_stub_(v1::Reports::NewStub(channel_)),
        reports_admin_stub_(v1::ReportsAdmin::NewStub(channel_)) {}

  static v1::InspectionWish wish(v1::ReportFormat format = v1::REPORT_FORMAT_CSV) {
    v1::InspectionWish wish;
    *wish.mutable_period() = reports::period_of({20'260'101, 20'261'231});
    wish.set_format(format);
    return wish;
  }

  // Reads the whole stream; what came is in head_ and bytes_.
  template <typename Response>
  Outcome read(grpc::ClientContext& context, grpc::ClientReader<Response>& stream) {
    head_.Clear();
    bytes_.clear();
    Response response;
    for (bool first = true; stream.Read(&response); first = false) {
      EXPECT_EQ(response.has_head(), first);
      if (response.has_head()) head_ = response.head();
      EXPECT_LE(response.chunk().size(), 64U * 1024);
      bytes_ += response.chunk();
    }
    return outcome(context, stream.Finish());
  }
  // As a host asks it.
  Outcome export_file(const v1::InspectionWish& wish, const std::string& purpose = "inspection",
                      const std::string& org = kTestOrg) {
    grpc::ClientContext context;
    prepare(context);
    if (!actor_id_.empty()) context.AddMetadata("semafoor-actor-id-bin", actor_id_);
    context.AddMetadata("semafoor-actor-name-bin", actor_name_);
    if (!purpose.empty()) context.AddMetadata("semafoor-purpose-bin", purpose);
    auto request = about<v1::ExportInspectionRequest>(org);
    *request.mutable_wish() = wish;
    return read(context, *reports_stub_->ExportInspection(&context, request));
  }
  // As an administrator does.
  Outcome make_file(const std::string& reason) {
    grpc::ClientContext context;
    prepare(context);
    auto request = about<v1::MakeInspectionRequest>();
    *request.mutable_wish() = wish();
    request.set_reason(reason);
    return read(context, *reports_admin_stub_->MakeInspection(&context, request));
  }
  int exports_recorded() {
    int count = 0;
    for (const auto& record : store_.audit()) count += record.act() == "inspection.export" ? 1 : 0;
    return count;
  }

  const reports::SignalMaker make_{store_};
  std::unique_ptr<v1::Reports::Stub> reports_stub_;
  std::unique_ptr<v1::ReportsAdmin::Stub> reports_admin_stub_;
  v1::InspectionHead head_;
  std::string bytes_;
};

TEST_F(ReportCallsTest, AnInspectionFileComesInChunksAndIsRecordedWithItsPersons) {
  for (int i = 0; i < 500; ++i) make_.add(std::to_string(i), person_number(i), 20'260'301);
  const auto done = export_file(wish());
  ASSERT_TRUE(done.status.ok()) << done.status.error_message();
  EXPECT_EQ(head_.signals_shown(), 500);
  EXPECT_EQ(head_.file_name(), "inspection-0212214917-20260101-20261231.csv");
  EXPECT_THAT(bytes_, StartsWith("\xef\xbb\xbf"));
  EXPECT_THAT(bytes_, HasSubstr("R-499"));
  EXPECT_GT(bytes_.size(), 64U * 1024) << "more than one chunk";
  const auto record = store_.audit().back();
  EXPECT_EQ(record.act(), "inspection.export");
  EXPECT_THAT(record.persons(), SizeIs(500));
  EXPECT_EQ(record.actor().name(), actor_name_);
  EXPECT_EQ(record.purpose(), "inspection");
  EXPECT_THAT(record.detail(), HasSubstr("500 beneficiaries, 500 signals"));
}

TEST_F(ReportCallsTest, ManyPersonsAreSeveralRecordsOfWhomNoneIsMissing) {
  for (int i = 0; i < 1'003; ++i) make_.add(std::to_string(i), person_number(i), 20'260'301);
  ASSERT_TRUE(export_file(wish(v1::REPORT_FORMAT_XLSX)).status.ok());
  EXPECT_THAT(bytes_, StartsWith("PK"));
  int persons = 0;
  for (const auto& record : store_.audit())
    if (record.act() == "inspection.export") persons += record.persons_size();
  EXPECT_EQ(persons, 1'003);
  EXPECT_EQ(exports_recorded(), 2);
}

TEST_F(ReportCallsTest, WhoAsksAndWhatForMustBeSaid) {
  make_.add("a", person_number(1), 20'260'301);
  EXPECT_EQ(export_file(wish(), "").detail.code(), "reports.what_for");
  actor_id_.clear();
  const auto refused = export_file(wish());
  EXPECT_EQ(refused.code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(refused.detail.code(), "reports.who");
  EXPECT_EQ(bytes_, "");
  EXPECT_EQ(exports_recorded(), 0) << "nothing was shown";
}

TEST_F(ReportCallsTest, ForAnotherOrganisationThereIsNone) {
  store_.add_organisation(kOtherOrg);
  make_.add("a", person_number(1), 20'260'301);
  token_ = token_for({.organisations = {kOtherOrg}});
  EXPECT_EQ(export_file(wish()).detail.code(), "organisation.foreign");
  ASSERT_TRUE(export_file(wish(), "inspection", kOtherOrg).status.ok());
  EXPECT_EQ(head_.signals(), 0);
}

TEST_F(ReportCallsTest, OfTheAdministratorsTheSecurityOfficerMakesTheFileAndSaysWhy) {
  make_.add("a", person_number(1), 20'260'301);
  token_ = token_for({.organisations = {kTestOrg}, .roles = {Role::operating}});
  EXPECT_EQ(make_file("letter of POD MI").detail.code(), "permission.role");
  token_ = token_for({.organisations = {kTestOrg}, .roles = {Role::security_officer}});
  EXPECT_EQ(make_file("").detail.code(), "request.reason_missing");
  ASSERT_TRUE(make_file("letter of POD MI").status.ok());
  EXPECT_EQ(head_.signals_shown(), 1);
  EXPECT_THAT(bytes_, HasSubstr("letter of POD MI"));
  EXPECT_EQ(store_.audit().back().reason(), "letter of POD MI");
}

TEST_F(ReportCallsTest, StatisticsAreForHostsAndForReaders) {
  const auto answered = make_.add("a", person_number(1), 20'261'101, v1::SIGNAL_STATE_CLOSED);
  make_.answer(answered, "c", noon_of(20'261'102));
  make_.add("b", person_number(2), 20'261'102);
  v1::GetStatisticsResponse got;
  ASSERT_TRUE(
      call(reports_stub_, &v1::Reports::Stub::GetStatistics, about<v1::GetStatisticsRequest>(), got)
          .status.ok());
  EXPECT_EQ(got.statistics().signals(), 2);
  EXPECT_EQ(got.statistics().answer_times().median_hours(), 24);
  EXPECT_EQ(got.statistics().organisation().value(), kTestOrg);
  token_ = token_for({.organisations = {kTestOrg}, .roles = {Role::reader}});
  v1::ShowStatisticsResponse shown;
  ASSERT_TRUE(call(reports_admin_stub_, &v1::ReportsAdmin::Stub::ShowStatistics,
                   about<v1::ShowStatisticsRequest>(), shown)
                  .status.ok());
  EXPECT_EQ(shown.statistics().signals(), 2);
  auto wrong = about<v1::ShowStatisticsRequest>();
  wrong.mutable_period()->mutable_from()->set_year(2026);
  EXPECT_EQ(call(reports_admin_stub_, &v1::ReportsAdmin::Stub::ShowStatistics, wrong, shown)
                .detail.code(),
            "reports.period");
}

}  // namespace
}  // namespace semafoor::rpc
