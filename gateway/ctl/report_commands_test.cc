// SPDX-License-Identifier: Apache-2.0
//
// The commands against a pretended gateway; the attestation channel is upstream_commands_test.cc's.
#include "gateway/ctl/report_commands.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "gateway/os/test_folder.h"
#include "semafoor/v1/admin.grpc.pb.h"
#include "semafoor/v1/reports.grpc.pb.h"

namespace semafoor::ctl {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class Directory final : public v1::Admin::Service {
 public:
  grpc::Status ListOrganisations(grpc::ServerContext*, const v1::ListOrganisationsRequest*,
                                 v1::ListOrganisationsResponse* response) override {
    response->add_organisations()->mutable_organisation()->set_value("0212214917");
    response->add_organisations()->mutable_organisation()->set_value("0212344876");
    return grpc::Status::OK;
  }
};

class Reporter final : public v1::ReportsAdmin::Service {
 public:
  grpc::Status MakeInspection(grpc::ServerContext*, const v1::MakeInspectionRequest* request,
                              grpc::ServerWriter<v1::MakeInspectionResponse>* writer) override {
    asked = *request;
    v1::MakeInspectionResponse response;
    response.mutable_head()->set_signals_shown(2);
    response.mutable_head()->set_beneficiaries_shown(1);
    writer->Write(response);
    for (const char* chunk : {"first,", "second"}) {
      response.set_chunk(chunk);
      writer->Write(response);
    }
    return ends;
  }
  grpc::Status ShowStatistics(grpc::ServerContext*, const v1::ShowStatisticsRequest* request,
                              v1::ShowStatisticsResponse* response) override {
    *response->mutable_statistics()->mutable_organisation() = request->organisation();
    response->mutable_statistics()->set_signals(12);
    *response->mutable_statistics()->mutable_period() = request->period();
    return grpc::Status::OK;
  }
  v1::MakeInspectionRequest asked;
  grpc::Status ends;
};

class ReportCommandsTest : public ::testing::Test {
 protected:
  ReportCommandsTest() {
    common_.socket = "unix:" + (folder_ / "s").string();
    common_.reason = "letter of POD MI";
    grpc::ServerBuilder builder;
    builder.AddListeningPort(common_.socket, grpc::InsecureServerCredentials());
    builder.RegisterService(&reporter_);
    builder.RegisterService(&directory_);
    server_ = builder.BuildAndStart();
  }
  ~ReportCommandsTest() override {
    server_->Shutdown();
    server_.reset();
    std::filesystem::remove_all(folder_);
  }
  int run(const std::string& words) {
    CLI::App app;
    ReportCommands commands(app);
    app.parse(words);
    ::testing::internal::CaptureStdout();
    const int code = commands.run(common_).value_or(-1);
    out_ = ::testing::internal::GetCapturedStdout();
    return code;
  }
  int inspect(const std::string& more = "") {
    return run("inspection 0212214917 --from 2026-01-01 --to 2026-06-30 --format xlsx --file " +
               file_.string() + " " + more);
  }
  std::string content() const {
    std::ifstream file(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  const std::filesystem::path folder_ = os::make_test_folder("ctl");
  const std::filesystem::path file_ = folder_ / "a.xlsx";
  Reporter reporter_;
  Directory directory_;
  std::unique_ptr<grpc::Server> server_;
  Common common_;
  std::string out_;
};

TEST_F(ReportCommandsTest, AnInspectionIsWrittenIntoANewFile) {
  ASSERT_EQ(inspect("--sample 50 --seed 7 --language fr"), kDone);
  EXPECT_EQ(content(), "first,second");
  EXPECT_THAT(out_, HasSubstr("2 signals of 1 beneficiaries"));
  const auto& wish = reporter_.asked.wish();
  EXPECT_EQ(wish.sample().beneficiaries(), 50);
  EXPECT_EQ(wish.sample().seed(), 7);
  EXPECT_EQ(wish.format(), v1::REPORT_FORMAT_XLSX);
  EXPECT_EQ(wish.language(), "fr");
  EXPECT_EQ(wish.period().to().month(), 6);
  EXPECT_EQ(reporter_.asked.reason(), "letter of POD MI");
  EXPECT_EQ(std::filesystem::status(file_).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_EQ(inspect(), kUsage) << "it is there already";
  EXPECT_EQ(content(), "first,second");
}

TEST_F(ReportCommandsTest, WithoutASampleAllAreMeant) {
  common_.json = true;
  ASSERT_EQ(inspect(), kDone);
  EXPECT_FALSE(reporter_.asked.wish().has_sample());
  EXPECT_EQ(json::parse(out_)["signalsShown"], "2");
}

TEST_F(ReportCommandsTest, AFileThatDidNotComeWholeIsNotThere) {
  reporter_.ends = {grpc::StatusCode::UNAVAILABLE, "gone"};
  EXPECT_NE(inspect(), kDone);
  EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(ReportCommandsTest, StatisticsAreAPageOrADocument) {
  ASSERT_EQ(run("stats 0212214917 --from 2026-01-01 --to 2026-06-30"), kDone);
  EXPECT_THAT(out_, HasSubstr("from 2026-01-01 to 2026-06-30"));
  common_.json = true;
  ASSERT_EQ(run("stats 0212214917"), kDone);
  EXPECT_EQ(json::parse(out_)["signals"], "12");
  ASSERT_EQ(run("stats"), kDone);
  const auto all = json::parse(out_);
  ASSERT_EQ(all["statistics"].size(), 2U);
  EXPECT_EQ(all["statistics"][1]["organisation"]["value"], "0212344876");
  common_.json = false;
  ASSERT_EQ(run("stats"), kDone);
  EXPECT_THAT(out_, HasSubstr("0212344876         12"));
  common_.json = true;
  EXPECT_EQ(run("stats 0212214917 --from yesterday"), kUsage);
  EXPECT_EQ(json::parse(out_)["error"]["code"], "usage.date");
}

}  // namespace
}  // namespace semafoor::ctl
