// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/support/sync_stream.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>

#include "plugins/runtime/session.h"

namespace semafoor::runtime {

// An open server stream. One thread reads at a time; cancel, stop and close may come from others.
class Stream {
 public:
  // Returns when the first message or the end is there, so that a refusal is known at once.
  static std::variant<std::shared_ptr<Stream>, Problem> open(std::shared_ptr<Session> session,
                                                             const std::string& method,
                                                             const semafoor_span& request,
                                                             const CallOptions& options);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // The next message; an empty optional is the good end. After a failure: the same failure.
  std::variant<std::optional<grpc::ByteBuffer>, Problem> read();
  // Ends the stream; a read that is under way fails and is waited for.
  void close();

 private:
  // One try on the wire.
  struct Attempt {
    std::shared_ptr<grpc::Channel> channel;
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<grpc::ByteBuffer>> reader;
  };

  Stream(std::shared_ptr<Session> session, std::string method, const CallOptions& options);
  std::optional<Problem> start(const semafoor_span& request, const CallOptions& options);
  // The next message into `message`; false at the end, whose status is then in end_.
  bool take(grpc::ByteBuffer& message);
  void drop_attempt();

  const std::shared_ptr<Session> session_;
  const std::string method_;
  Flight flight_;
  const Session::Registered registered_;
  std::mutex reading_;
  std::unique_ptr<Attempt> attempt_;
  std::optional<grpc::ByteBuffer> first_;
  std::optional<grpc::Status> end_;
};

}  // namespace semafoor::runtime
