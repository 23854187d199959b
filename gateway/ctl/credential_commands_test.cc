// SPDX-License-Identifier: Apache-2.0
//
// The commands against a pretended gateway; the attestation channel is upstream_commands_test.cc's.
#include "gateway/ctl/credential_commands.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "gateway/os/test_folder.h"
#include "semafoor/v1/admin.grpc.pb.h"

namespace semafoor::ctl {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

// Has a key, and takes a second one.
class Vault final : public v1::Admin::Service {
 public:
  grpc::Status ImportCredential(grpc::ServerContext*, const v1::ImportCredentialRequest* request,
                                v1::ImportCredentialResponse* response) override {
    key_.set_name(request->name());
    key_.mutable_active()->set_algorithm("RS256");
    if (!signs_already) key_.mutable_next()->set_algorithm("ES256");
    *response->mutable_credential() = key_;
    return grpc::Status::OK;
  }
  grpc::Status TestCredential(grpc::ServerContext*, const v1::TestCredentialRequest*,
                              v1::TestCredentialResponse* response) override {
    *response->mutable_credential() = key_;
    return grpc::Status::OK;
  }
  grpc::Status TestUpstream(grpc::ServerContext*, const v1::TestUpstreamRequest* request,
                            grpc::ServerWriter<v1::TestUpstreamResponse>* writer) override {
    EXPECT_TRUE(request->prepared_keys());
    v1::TestUpstreamResponse response;
    response.mutable_step()->set_connection("token");
    response.mutable_step()->set_step("token");
    response.mutable_step()->set_outcome(token);
    writer->Write(response);
    return walk_ends;
  }
  grpc::Status StepCredential(grpc::ServerContext*, const v1::StepCredentialRequest* request,
                              v1::StepCredentialResponse* response) override {
    EXPECT_EQ(request->step(), v1::CREDENTIAL_STEP_ACTIVATE);
    *key_.mutable_previous() = key_.active();
    *key_.mutable_active() = key_.next();
    key_.clear_next();
    *response->mutable_credential() = key_;
    return grpc::Status::OK;
  }

  bool signs_already = false;
  v1::UpstreamStepOutcome token = v1::UPSTREAM_STEP_OUTCOME_OK;
  grpc::Status walk_ends;

 private:
  v1::Credential key_;
};

class RotationTest : public ::testing::Test {
 protected:
  RotationTest() {
    std::ofstream(file_) << "-----BEGIN PRIVATE KEY-----";
    common_.socket = "unix:" + (folder_ / "s").string();
    grpc::ServerBuilder builder;
    builder.AddListeningPort(common_.socket, grpc::InsecureServerCredentials());
    builder.RegisterService(&vault_);
    server_ = builder.BuildAndStart();
  }
  ~RotationTest() override {
    server_->Shutdown();
    server_.reset();
    std::filesystem::remove_all(folder_);
  }
  int rotate(bool as_json, const std::string& more) {
    common_.json = as_json;
    CLI::App app;
    CredentialCommands commands(app);
    app.parse("credentials rotate ocmw " + file_.string() + " --reason yearly --yes " + more);
    ::testing::internal::CaptureStdout();
    const int code = commands.run(common_).value_or(-1);
    out_ = ::testing::internal::GetCapturedStdout();
    return code;
  }

  const std::filesystem::path folder_ = os::make_test_folder("ctl");
  const std::filesystem::path file_ = folder_ / "new.pem";
  Vault vault_;
  std::unique_ptr<grpc::Server> server_;
  Common common_;
  std::string out_;
};

TEST_F(RotationTest, IsOneDocumentAlsoWithTheUpstreamsWalked) {
  EXPECT_EQ(rotate(true, "--upstream 0212214917"), kDone);
  const json document = json::parse(out_);
  EXPECT_EQ(document["activated"], true);
  EXPECT_EQ(document["credential"]["active"]["algorithm"], "ES256");
  EXPECT_EQ(document["upstream"]["passed"], true);
  EXPECT_EQ(document["upstream"]["organisation"], "0212214917");
  EXPECT_EQ(document["upstream"]["steps"].size(), 1u);
}

TEST_F(RotationTest, WithoutAWalkTheDocumentHasNone) {
  EXPECT_EQ(rotate(true, ""), kDone);
  const json document = json::parse(out_);
  EXPECT_EQ(document["activated"], true);
  EXPECT_FALSE(document.contains("upstream"));
}

TEST_F(RotationTest, AWalkThatFailsActivatesNothingAndTheOneDocumentSaysSo) {
  vault_.token = v1::UPSTREAM_STEP_OUTCOME_FAILED;
  EXPECT_EQ(rotate(true, "--upstream 0212214917"), kRefused);
  const json document = json::parse(out_);
  EXPECT_EQ(document["activated"], false);
  EXPECT_EQ(document["credential"]["active"]["algorithm"], "RS256");
  EXPECT_EQ(document["upstream"]["passed"], false);
  EXPECT_EQ(rotate(false, "--upstream 0212214917"), kRefused);
  EXPECT_THAT(out_, HasSubstr("Not well: 1 step failed"));
  EXPECT_THAT(out_, HasSubstr("Not activated: the former key signs on."));
}

TEST_F(RotationTest, AWalkThatBreaksOffIsAnError) {
  vault_.walk_ends = grpc::Status(grpc::StatusCode::UNAVAILABLE, "gone");
  EXPECT_EQ(rotate(true, "--upstream 0212214917"), kUnreachable);
  EXPECT_TRUE(json::parse(out_).contains("error"));
}

TEST_F(RotationTest, AKeyThatSignsAlreadyIsDone) {
  vault_.signs_already = true;
  EXPECT_EQ(rotate(true, "--upstream 0212214917"), kDone);
  const json document = json::parse(out_);
  EXPECT_EQ(document["activated"], true);
  EXPECT_FALSE(document.contains("upstream"));
}

}  // namespace
}  // namespace semafoor::ctl
