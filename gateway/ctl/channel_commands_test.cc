// SPDX-License-Identifier: Apache-2.0
//
// The commands against a pretended gateway; the attestation channel is upstream_commands_test.cc's.
#include "gateway/ctl/channel_commands.h"

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
#include "semafoor/v1/channels.grpc.pb.h"

namespace semafoor::ctl {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

// Has one list, whose file comes in two pieces.
class Channels final : public v1::ChannelsAdmin::Service {
 public:
  grpc::Status SetChannel(grpc::ServerContext* context, const v1::SetChannelRequest* request,
                          v1::SetChannelResponse* response) override {
    const auto& sent = context->client_metadata();
    if (const auto found = sent.find("semafoor-reason-bin"); found != sent.end())
      reason.assign(found->second.data(), found->second.size());
    response->mutable_channel()->set_mode(request->mode());
    response->set_answers_queued(3);
    return grpc::Status::OK;
  }
  grpc::Status GetReconciliation(grpc::ServerContext*, const v1::GetReconciliationRequest* request,
                                 v1::GetReconciliationResponse* response) override {
    asked = *request;
    response->set_advice(v1::CHANNEL_ADVICE_WAIT);
    return grpc::Status::OK;
  }
  grpc::Status PrepareReturn(grpc::ServerContext*, const v1::PrepareReturnRequest* request,
                             v1::PrepareReturnResponse* response) override {
    response->mutable_list_return()->set_return_id("r-" + request->list_id());
    response->mutable_list_return()->set_state(v1::RETURN_STATE_PREPARED);
    return grpc::Status::OK;
  }
  grpc::Status GetReturnFile(grpc::ServerContext*, const v1::GetReturnFileRequest* request,
                             v1::GetReturnFileResponse* response) override {
    response->set_piece(request->offset() == 0 ? "first;" : "second");
    response->set_next_offset(request->offset() == 0 ? 6 : 0);
    response->mutable_list_return()->set_state(v1::RETURN_STATE_FETCHED);
    return grpc::Status::OK;
  }
  grpc::Status SendReturn(grpc::ServerContext*, const v1::SendReturnRequest* request,
                          v1::SendReturnResponse* response) override {
    if (!request->incomplete())
      return {grpc::StatusCode::FAILED_PRECONDITION, "Two rows have no answer."};
    response->mutable_list_return()->set_state(v1::RETURN_STATE_QUEUED);
    return grpc::Status::OK;
  }
  grpc::Status ConfirmReturn(grpc::ServerContext*, const v1::ConfirmReturnRequest* request,
                             v1::ConfirmReturnResponse* response) override {
    EXPECT_EQ(request->outcome(), v1::RETURN_OUTCOME_ARRIVED);
    *response->mutable_list_return()->mutable_arrived_on() = request->arrived_on();
    return grpc::Status::OK;
  }

  std::string reason;
  v1::GetReconciliationRequest asked;
};

class ChannelCommandsTest : public ::testing::Test {
 protected:
  ChannelCommandsTest() {
    common_.socket = "unix:" + (folder_ / "s").string();
    common_.reason = "board decision";
    common_.json = true;
    grpc::ServerBuilder builder;
    builder.AddListeningPort(common_.socket, grpc::InsecureServerCredentials());
    builder.RegisterService(&channels_);
    server_ = builder.BuildAndStart();
  }
  ~ChannelCommandsTest() override {
    server_->Shutdown();
    server_.reset();
    std::filesystem::remove_all(folder_);
  }
  int run(const std::string& words) {
    CLI::App app;
    ChannelCommands commands(app);
    app.parse("channel " + words);
    ::testing::internal::CaptureStdout();
    const int code = commands.run(common_).value_or(-1);
    out_ = ::testing::internal::GetCapturedStdout();
    return code;
  }

  const std::filesystem::path folder_ = os::make_test_folder("ctl");
  Channels channels_;
  std::unique_ptr<grpc::Server> server_;
  Common common_;
  std::string out_;
};

TEST_F(ChannelCommandsTest, TheChannelIsSetWithItsReasonAndOneDocumentSaysSo) {
  ASSERT_EQ(run("set 0212214917 parallel"), kDone);
  EXPECT_EQ(channels_.reason, "board decision");
  const json document = json::parse(out_);
  EXPECT_EQ(document["channel"]["mode"], "CHANNEL_MODE_PARALLEL");
  EXPECT_EQ(document["answersQueued"], "3");
  common_.json = false;
  ASSERT_EQ(run("set 0212214917 parallel"), kDone);
  EXPECT_THAT(out_, HasSubstr("3 answers that waited for a list"));
  EXPECT_THROW(run("set 0212214917 fax"), CLI::ParseError);
}

TEST_F(ChannelCommandsTest, AReportIsOfWholeMonths) {
  ASSERT_EQ(run("report 0212214917 --from 2026-01 --to 2026-02 --differences 5"), kDone);
  EXPECT_EQ(channels_.asked.period().to().day(), 28);
  EXPECT_EQ(channels_.asked.most_differences(), 5);
  ASSERT_EQ(run("report 0212214917"), kDone);
  EXPECT_FALSE(channels_.asked.has_period());
  EXPECT_EQ(run("report 0212214917 --from 2026"), kUsage);
  EXPECT_EQ(json::parse(out_)["error"]["code"], "usage.month");
}

TEST_F(ChannelCommandsTest, WithoutMoreAListIsOnlyPrepared) {
  ASSERT_EQ(run("return 0212214917 l1"), kDone);
  EXPECT_EQ(json::parse(out_)["listReturn"]["returnId"], "r-l1");
}

TEST_F(ChannelCommandsTest, TheFileIsPutTogetherAndNeverWrittenOverAnother) {
  const auto file = folder_ / "list.csv";
  ASSERT_EQ(run("return 0212214917 l1 --file " + file.string()), kDone);
  std::ifstream stream(file);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(stream), {}), "first;second");
  EXPECT_EQ(std::filesystem::status(file).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_EQ(json::parse(out_)["piece"], "") << "the document holds no file";
  EXPECT_EQ(run("return 0212214917 l1 --file " + file.string()), kUsage);
  EXPECT_THROW(run("return 0212214917 l1 --send --file x"), CLI::ParseError);
}

TEST_F(ChannelCommandsTest, WhatIsRefusedIsSaid) {
  EXPECT_EQ(run("return 0212214917 l1 --send"), kRefused);
  EXPECT_THAT(out_, HasSubstr("Two rows have no answer."));
  EXPECT_EQ(run("return 0212214917 l1 --send --incomplete"), kDone);
}

TEST_F(ChannelCommandsTest, APersonConfirmsWithADay) {
  ASSERT_EQ(run("confirm 0212214917 r1 arrived --on 2026-11-20"), kDone);
  EXPECT_EQ(json::parse(out_)["listReturn"]["arrivedOn"]["day"], 20);
  EXPECT_EQ(run("confirm 0212214917 r1 arrived --on yesterday"), kUsage);
  EXPECT_EQ(json::parse(out_)["error"]["code"], "usage.date");
}

}  // namespace
}  // namespace semafoor::ctl
