// SPDX-License-Identifier: Apache-2.0
//
// The floor for a plugin's footprint: gRPC static and hidden in one library that makes one call and
// nothing else.
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/client_unary_call.h>

extern "C" __attribute__((visibility("default"))) int bench_static_call(const char* address) {
  // Kept for the life of the process, like a plugin's own channel.
  static auto* channel = new std::shared_ptr<grpc::Channel>(
      grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  const grpc::internal::RpcMethod method("/semafoor.v1.Mailbox/ListFamilies",
                                         grpc::internal::RpcMethod::NORMAL_RPC, *channel);
  // A buffer without any slice is no message at all for gRPC.
  const grpc::Slice nothing;
  const grpc::ByteBuffer request(&nothing, 1);
  grpc::ByteBuffer reply;
  const grpc::Status status = grpc::internal::BlockingUnaryCall<grpc::ByteBuffer, grpc::ByteBuffer>(
      channel->get(), method, &context, request, &reply);
  return status.error_code() == grpc::StatusCode::UNAUTHENTICATED || status.ok() ? 0 : 1;
}
