// SPDX-License-Identifier: Apache-2.0
//
// The commands against a pretended gateway; the attestation channel is that of
// upstream_commands_test.cc.
#include "gateway/ctl/work_commands.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "gateway/ctl/merge_commands.h"
#include "gateway/os/test_folder.h"
#include "semafoor/v1/admin.grpc.pb.h"
#include "semafoor/v1/work.grpc.pb.h"

namespace semafoor::ctl {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class PretendedWork final : public v1::Work::Service {
 public:
  grpc::Status GetWorkRules(grpc::ServerContext*, const v1::GetWorkRulesRequest*,
                            v1::GetWorkRulesResponse* response) override {
    *response->mutable_rules() = rules;
    return grpc::Status::OK;
  }
  grpc::Status SetWorkRules(grpc::ServerContext*, const v1::SetWorkRulesRequest* request,
                            v1::SetWorkRulesResponse* response) override {
    set = *request;
    *response->mutable_rules() = request->rules();
    response->mutable_rules()->set_version(request->expected_version() + 1);
    return grpc::Status::OK;
  }
  grpc::Status SetAbsence(grpc::ServerContext*, const v1::SetAbsenceRequest* request,
                          v1::SetAbsenceResponse* response) override {
    absence = *request;
    *response->mutable_absences()->mutable_actor() = request->actor();
    return grpc::Status::OK;
  }
  v1::WorkRules rules;
  v1::SetWorkRulesRequest set;
  v1::SetAbsenceRequest absence;
};

class PretendedAdmin final : public v1::Admin::Service {
 public:
  grpc::Status MergeOrganisations(grpc::ServerContext* context,
                                  const v1::MergeOrganisationsRequest* request,
                                  v1::MergeOrganisationsResponse* response) override {
    order = *request;
    reasons = context->client_metadata().count("semafoor-reason-bin");
    *response->add_mergers() = standing(v1::MERGER_STATE_MOVING);
    return grpc::Status::OK;
  }
  grpc::Status ListMergers(grpc::ServerContext*, const v1::ListMergersRequest*,
                           v1::ListMergersResponse* response) override {
    ++lists;
    *response->add_mergers() = standing(v1::MERGER_STATE_DONE);
    return grpc::Status::OK;
  }
  static v1::Merger standing(v1::MergerState state) {
    v1::Merger merger;
    merger.mutable_from()->set_value("0212344876");
    merger.mutable_into()->set_value("0212214917");
    merger.set_state(state);
    merger.set_moved(7);
    return merger;
  }
  v1::MergeOrganisationsRequest order;
  std::size_t reasons = 0;
  int lists = 0;
};

class WorkCommandTest : public ::testing::Test {
 protected:
  WorkCommandTest() {
    const std::string address = "unix:" + (folder_ / "s").string();
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address, grpc::InsecureServerCredentials());
    builder.RegisterService(&work_);
    builder.RegisterService(&admin_);
    server_ = builder.BuildAndStart();
    common_.socket = address;
  }
  ~WorkCommandTest() override {
    server_->Shutdown();
    server_.reset();
    std::filesystem::remove_all(folder_);
  }
  int run(const std::string& line, bool as_json = false) {
    common_.json = as_json;
    CLI::App app;
    const WorkCommands work(app);
    const MergeCommands merge(app);
    app.parse(line);
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    const auto done = work.run(common_);
    const int code = done ? *done : merge.run(common_).value_or(-1);
    out_ = ::testing::internal::GetCapturedStdout();
    err_ = ::testing::internal::GetCapturedStderr();
    return code;
  }
  std::string file(const std::string& text) {
    const auto path = folder_ / "rules.json";
    std::ofstream(path) << text;
    return path.string();
  }

  std::filesystem::path folder_ = os::make_test_folder("ctl");
  PretendedWork work_;
  PretendedAdmin admin_;
  std::unique_ptr<grpc::Server> server_;
  Common common_;
  std::string out_;
  std::string err_;
};

constexpr char kGood[] =
    R"({"teams":[{"id":"t"}],"rules":[{"name":"a","gives":{"team":"t"}}],"version":"4"})";
constexpr char kWrong[] = R"({"rules":[{"name":"a","gives":{"team":"t"}},{"name":"a"}]})";

TEST_F(WorkCommandTest, AFileIsCheckedWithoutAGateway) {
  common_.socket.clear();
  EXPECT_EQ(run("work rules check " + file(kGood)), kDone);
  EXPECT_THAT(out_, HasSubstr("1 rules, 1 teams"));
  EXPECT_EQ(run("work rules check " + file(kWrong)), kRefused);
  EXPECT_THAT(out_, HasSubstr("rules[0].gives.team: There is no team \"t\".\nrules[1].name:"));
  EXPECT_EQ(run("work rules check " + file(kWrong), true), kRefused);
  const json document = json::parse(out_);
  EXPECT_EQ(document["valid"], false);
  EXPECT_EQ(document["problems"].size(), 3U);
  EXPECT_EQ(document["problems"][0]["field"], "rules[0].gives.team");
  EXPECT_EQ(run("work rules check " + file("{")), kUsage);
  EXPECT_EQ(run("work rules check /nowhere", true), kUsage);
  EXPECT_EQ(json::parse(out_)["error"]["code"], "usage.file");
}

TEST_F(WorkCommandTest, RulesAreSetOnTheVersionOfTheFileOrOnWhateverIsThere) {
  EXPECT_EQ(run("work rules set 0212214917 " + file(kGood)), kDone);
  EXPECT_EQ(work_.set.expected_version(), 4);
  EXPECT_FALSE(work_.set.spread_waiting());
  work_.rules.set_version(9);
  EXPECT_EQ(run("work rules set 0212214917 " + file(kGood) + " --replace --spread", true), kDone);
  EXPECT_EQ(work_.set.expected_version(), 9);
  EXPECT_TRUE(work_.set.spread_waiting());
  EXPECT_EQ(json::parse(out_)["rules"]["version"], "10");
}

TEST_F(WorkCommandTest, AnAbsenceIsSentAsItWasSaid) {
  EXPECT_EQ(run("work absence 0212214917 an --name An --from 2026-12-21 --stand-in bram"), kDone);
  EXPECT_EQ(work_.absence.actor().name(), "An");
  EXPECT_EQ(work_.absence.absence().from().day(), 21);
  EXPECT_FALSE(work_.absence.absence().has_until());
  EXPECT_EQ(work_.absence.absence().stand_in().id(), "bram");
  EXPECT_THAT(out_, HasSubstr("They are there"));
  EXPECT_EQ(run("work absence 0212214917 an --from 21/12/2026"), kUsage);
  EXPECT_THAT(err_, HasSubstr("\"21/12/2026\" is no date. Write it as yyyy-mm-dd"));
}

TEST_F(WorkCommandTest, TheHelpOfAMergerSaysWhatItsDayIs) {
  CLI::App app;
  const MergeCommands merge(app);
  EXPECT_THAT(app.get_subcommand("merge")->get_option("--date")->get_description(),
              HasSubstr("day of the merger, yyyy-mm-dd"));
}

TEST_F(WorkCommandTest, AMergerIsFollowedUntilAllHasMoved) {
  common_.reason = "decree";
  EXPECT_EQ(run("merge 0212344876 0212214917", true), kDone);
  EXPECT_EQ(admin_.order.organisation().value(), "0212214917");
  ASSERT_EQ(admin_.order.from_size(), 1);
  EXPECT_EQ(admin_.order.from(0).value(), "0212344876");
  EXPECT_EQ(admin_.reasons, 1U);
  EXPECT_EQ(admin_.lists, 1);
  EXPECT_EQ(json::parse(out_)["mergers"][0]["state"], "MERGER_STATE_DONE");
  EXPECT_EQ(run("merge 0212344876 0212214917 --no-wait"), kDone);
  EXPECT_THAT(out_, HasSubstr("moving; 7 moved"));
  EXPECT_EQ(run("merge 0212344876 0403019261 0212214917 --date 2027-01-01 --dry-run"), kDone);
  EXPECT_TRUE(admin_.order.preview());
  EXPECT_EQ(admin_.order.from_size(), 2);
  EXPECT_EQ(admin_.order.date().year(), 2027);
  EXPECT_THAT(out_, HasSubstr("Nothing was changed."));
  EXPECT_EQ(run("merge 0212344876 0212214917 --date 1/1/2027"), kUsage);
  EXPECT_THAT(err_, HasSubstr("\"1/1/2027\" is no date. Write it as yyyy-mm-dd"));
  EXPECT_EQ(run("mergers 0212214917"), kDone);
  EXPECT_THAT(out_, HasSubstr("done; 7 moved"));
}

}  // namespace
}  // namespace semafoor::ctl
