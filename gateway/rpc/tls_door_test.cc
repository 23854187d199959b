// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/tls_door.h"

#include <gmock/gmock.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <chrono>

#include "gateway/rpc/tls_identity.h"

namespace semafoor::rpc {
namespace {

using ::testing::StartsWith;

class TlsDoorTest : public testing::Test {
 protected:
  TlsDoorTest() {
    grpc::ServerBuilder builder;
    builder.RegisterCallbackGenericService(&service_);
    EXPECT_TRUE(door_->add_to(builder).ok());
    server_ = builder.BuildAndStart();
    EXPECT_TRUE(door_->open(*server_).ok());
  }
  ~TlsDoorTest() override { server_->Shutdown(std::chrono::system_clock::now()); }

  std::string target() const { return door_->address().substr(4); }
  static bool connects(const std::string& target,
                       const std::shared_ptr<grpc::ChannelCredentials>& credentials,
                       const std::string& name = kLocalName) {
    grpc::ChannelArguments arguments;
    arguments.SetSslTargetNameOverride(name);
    const auto channel = grpc::CreateCustomChannel(target, credentials, arguments);
    return channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(2));
  }
  static std::shared_ptr<grpc::ChannelCredentials> believing(const std::string& certificate) {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = certificate;
    return grpc::SslCredentials(options);
  }

  std::unique_ptr<TlsDoor> door_ = make_tls_door().value();
  // Without any, gRPC starts no server.
  grpc::CallbackGenericService service_;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(TlsDoorTest, WhoKnowsTheCertificateComesIn) {
  EXPECT_THAT(door_->address(), StartsWith("tls:127.0.0.1:"));
  EXPECT_TRUE(connects(target(), believing(door_->certificate())));
}

TEST_F(TlsDoorTest, AnotherCertificateIsNotBelieved) {
  const auto other = make_tls_identity(std::chrono::hours(1));
  ASSERT_TRUE(other.ok());
  EXPECT_FALSE(connects(target(), believing(other->certificate_pem)));
}

TEST_F(TlsDoorTest, TheCertificateIsForOneNameOnly) {
  EXPECT_FALSE(connects(target(), believing(door_->certificate()), "localhost"));
}

TEST_F(TlsDoorTest, NobodyComesInInClear) {
  EXPECT_FALSE(connects(target(), grpc::InsecureChannelCredentials()));
}

TEST(TlsIdentity, IsAnotherOneEachTime) {
  const auto one = make_tls_identity(std::chrono::hours(1));
  const auto other = make_tls_identity(std::chrono::hours(1));
  ASSERT_TRUE(one.ok() && other.ok());
  EXPECT_NE(one->certificate_pem, other->certificate_pem);
  EXPECT_NE(one->key_pem, other->key_pem);
}

}  // namespace
}  // namespace semafoor::rpc
