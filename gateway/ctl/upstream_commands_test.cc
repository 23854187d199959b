// SPDX-License-Identifier: Apache-2.0
//
// The command against a pretended gateway; the attestation channel is this file's own.
#include "gateway/ctl/upstream_commands.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "gateway/ctl/attestation_channel.h"
#include "gateway/ctl/terminal.h"
#include "gateway/ctl/upstream_page.h"
#include "gateway/os/test_folder.h"
#include "semafoor/v1/admin.grpc.pb.h"
#include "semafoor/v1/modules.grpc.pb.h"

namespace semafoor::ctl {

std::string standard_place() {
  return {};
}
bool shows_colours() {
  return false;
}
// `place` is the address of the pretended gateway; empty: there is none.
std::optional<std::string> exchange_line(const std::string& place, const std::string&,
                                         std::string& problem) {
  if (place.empty()) {
    problem = "No gateway answers.";
    return std::nullopt;
  }
  return nlohmann::json{{"address", place}, {"token", "t"}, {"gateway_version", "0.9"}}.dump();
}

namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

v1::UpstreamStep step(const std::string& connection, const std::string& name,
                      v1::UpstreamStepOutcome outcome) {
  v1::UpstreamStep made;
  made.set_connection(connection);
  made.set_step(name);
  made.set_outcome(outcome);
  return made;
}

v1::UpstreamStep failed_step() {
  v1::UpstreamStep made = step("ebox:nsso", "list", v1::UPSTREAM_STEP_OUTCOME_FAILED);
  made.set_code("upstream.missing_scope");
  made.set_problem("Listing: the answer was 403.");
  made.set_advice("Add the scope.");
  made.set_address("ebox.example:443");
  made.set_duration_ms(12);
  return made;
}

class Pretended final : public v1::Admin::Service {
 public:
  grpc::Status TestUpstream(grpc::ServerContext*, const v1::TestUpstreamRequest*,
                            grpc::ServerWriter<v1::TestUpstreamResponse>* writer) override {
    for (const auto& one : steps) {
      v1::TestUpstreamResponse response;
      *response.mutable_step() = one;
      writer->Write(response);
    }
    return status;
  }
  std::vector<v1::UpstreamStep> steps;
  grpc::Status status;
};

class UpstreamCommandTest : public ::testing::Test {
 protected:
  ~UpstreamCommandTest() override {
    if (server_) server_->Shutdown();
    server_.reset();
    std::filesystem::remove_all(folder_);
  }
  // An old gateway has the service and not the method; what stands for it here has neither.
  void serve(grpc::Service* service) {
    const std::string address = "unix:" + (folder_ / "s").string();
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address, grpc::InsecureServerCredentials());
    builder.RegisterService(service);
    server_ = builder.BuildAndStart();
    common_.socket = address;
  }
  int run(bool as_json = false) {
    common_.json = as_json;
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    const int code = test_upstream(common_, "0212214917");
    out_ = ::testing::internal::GetCapturedStdout();
    err_ = ::testing::internal::GetCapturedStderr();
    return code;
  }

  std::filesystem::path folder_ = os::make_test_folder("ctl");
  Pretended gateway_;
  v1::Modules::Service older_;
  std::unique_ptr<grpc::Server> server_;
  Common common_;
  std::string out_;
  std::string err_;
};

TEST_F(UpstreamCommandTest, WarningsAndWhatIsSkippedAreNoFailure) {
  gateway_.steps = {step("token", "dns", v1::UPSTREAM_STEP_OUTCOME_OK),
                    step("token", "token", v1::UPSTREAM_STEP_OUTCOME_WARNING),
                    step("registry", "registry", v1::UPSTREAM_STEP_OUTCOME_SKIPPED)};
  serve(&gateway_);
  EXPECT_EQ(run(), kDone);
  EXPECT_THAT(out_, StartsWith("OK       token          dns "));
  EXPECT_THAT(out_, HasSubstr("\nWARNING  token"));
  EXPECT_THAT(out_, HasSubstr("\nskipped  registry"));
  EXPECT_THAT(out_, HasSubstr("All is well: 1 OK, 1 warning, 1 skipped.\n"));
  EXPECT_EQ(run(true), kDone);
  const json document = json::parse(out_);
  EXPECT_EQ(document["passed"], true);
  EXPECT_EQ(document["organisation"], "0212214917");
  EXPECT_EQ(document["steps"].size(), 3u);
}

TEST_F(UpstreamCommandTest, AFailedStepSaysWhatHappenedAndWhatToDo) {
  gateway_.steps = {failed_step()};
  serve(&gateway_);
  EXPECT_EQ(run(), kRefused);
  EXPECT_THAT(out_, HasSubstr("12 ms  ebox.example:443"));
  EXPECT_THAT(out_, HasSubstr("what happened: Listing: the answer was 403. "
                              "(upstream.missing_scope)"));
  EXPECT_THAT(out_, HasSubstr("what to do:    Add the scope.\n"));
  EXPECT_THAT(out_, HasSubstr("Not well: 1 step failed, 0 OK. See ebox:nsso list.\n"));
  EXPECT_EQ(run(true), kRefused);
  const json document = json::parse(out_);
  EXPECT_EQ(document["passed"], false);
  EXPECT_EQ(document["counts"]["failed"], 1);
  EXPECT_EQ(document["steps"][0]["outcome"], "UPSTREAM_STEP_OUTCOME_FAILED");
  EXPECT_EQ(document["steps"][0]["advice"], "Add the scope.");
}

TEST_F(UpstreamCommandTest, AnOutcomeOfANewerGatewayIsNoSuccess) {
  gateway_.steps = {step("token", "dns", static_cast<v1::UpstreamStepOutcome>(99))};
  serve(&gateway_);
  EXPECT_EQ(run(), kRefused);
}

TEST_F(UpstreamCommandTest, AGatewayThatIsTooOldIsCalledSo) {
  serve(&older_);
  EXPECT_EQ(run(), kRefused);
  EXPECT_THAT(err_, HasSubstr("older release"));
  EXPECT_EQ(run(true), kRefused);
  EXPECT_EQ(json::parse(out_)["error"]["code"], "gateway.too_old");
}

TEST_F(UpstreamCommandTest, AGatewayThatIsNotThereOrGoesIsUnreachable) {
  EXPECT_EQ(run(), kUnreachable);
  EXPECT_THAT(err_, HasSubstr("No gateway answers."));
  gateway_.steps = {step("token", "dns", v1::UPSTREAM_STEP_OUTCOME_OK)};
  gateway_.status = grpc::Status(grpc::StatusCode::UNAVAILABLE, "gone");
  serve(&gateway_);
  EXPECT_EQ(run(), kUnreachable);
  EXPECT_THAT(out_, HasSubstr("token")) << "what was heard was told";
  EXPECT_THAT(out_, Not(HasSubstr("All is well")));
}

TEST(UpstreamPage, LongTextsAreFolded) {
  v1::UpstreamStep one = failed_step();
  one.set_advice(std::string(60, 'a') + " " + std::string(60, 'b'));
  EXPECT_THAT(step_lines(one, false), HasSubstr("a\n                        b"));
}

}  // namespace
}  // namespace semafoor::ctl
