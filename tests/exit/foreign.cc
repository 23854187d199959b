// SPDX-License-Identifier: Apache-2.0
//
// The distribution's shared gRPC and Protobuf, with the very same .proto files registered: the host
// that made dynamically linked plugins abort.
#include <grpcpp/grpcpp.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "semafoor/v1/modules.grpc.pb.h"
#include "tests/exit/foreign.h"

void use_foreign_grpc(const std::string& socket) {
  const std::string address =
      "unix:" + (std::filesystem::path(socket).parent_path() / "rpc.sock").string();
  auto stub = semafoor::v1::Modules::NewStub(
      grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  semafoor::v1::HandshakeRequest request;
  semafoor::v1::HandshakeResponse response;
  request.set_plugin_version("1.0.0");
  const grpc::Status status = stub->Handshake(&context, request, &response);
  // Without a token the gateway must refuse; any other answer means that this gRPC is not itself.
  if (status.error_code() != grpc::StatusCode::UNAUTHENTICATED) {
    std::fprintf(stderr, "foreign gRPC: expected UNAUTHENTICATED, got %d %s\n", status.error_code(),
                 status.error_message().c_str());
    std::_Exit(1);
  }
}
