// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/server.h"

#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/service_type.h>

#include <mutex>
#include <vector>

#include "gateway/rpc/door.h"
#include "gateway/rpc/services.h"

namespace semafoor::rpc {
namespace {

// The largest request there is (500 answers) is a tenth of this.
constexpr int kMaxRequestBytes = 4 * 1024 * 1024 + 64 * 1024;
// One connection carries the calls of a whole host process: hundreds of instances, each with a
// long poll for three plugins.
constexpr int kStreamsPerConnection = 8192;

class GrpcServer final : public Server {
 public:
  GrpcServer(ServerOptions options, UseCases& rooms, const GatewayFacts& facts, Sessions& sessions,
             Door& door, Journal& journal)
      : pool_(options.pool_threads, options.pool_queue),
        paired_(rooms.pairing == nullptr
                    ? nullptr
                    : std::make_unique<PairedCallers>(*rooms.pairing, options.calls_per_second)),
        authenticator_(sessions, door, options.bind_tokens, paired_.get()),
        directory_(rooms.store),
        consumers_(rooms.store),
        gate_(authenticator_, directory_, pool_, journal, rooms.refusals) {
    services_.push_back(make_mailbox_service(gate_, rooms));
    services_.push_back(make_signals_service(gate_, rooms));
    services_.push_back(make_feedback_service(gate_, rooms));
    services_.push_back(make_proposals_service(gate_, rooms));
    services_.push_back(make_codes_service(gate_, rooms));
    services_.push_back(make_lists_service(gate_, rooms));
    services_.push_back(make_work_service(gate_, rooms));
    services_.push_back(make_reports_service(gate_, rooms));
    services_.push_back(make_reports_admin_service(gate_, rooms));
    services_.push_back(make_modules_service(gate_, rooms, hub_, consumers_, facts));
    services_.push_back(make_admin_service(gate_, rooms, directory_, sessions, facts));
    services_.push_back(make_channels_service(gate_, rooms));
    services_.push_back(make_channels_admin_service(gate_, rooms));
    if (paired_) services_.push_back(make_pairing_service(gate_, rooms));
  }

  ~GrpcServer() override { stop(std::chrono::milliseconds(0)); }

  Result<void> listen(Door& door, Door* network) {
    // Process-wide by gRPC's design, and harmless to set twice.
    grpc::EnableDefaultHealthCheckService(true);
    grpc::ServerBuilder builder;
    builder.SetMaxReceiveMessageSize(kMaxRequestBytes);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kStreamsPerConnection);
    // Runtimes may ask whether we are alive also while no call runs.
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 5'000);
    // A second gateway on the same address must fail, not share it.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    if (auto added = door.add_to(builder); !added.ok()) return added;
    if (network != nullptr)
      if (auto added = network->add_to(builder); !added.ok()) return added;
    for (const auto& service : services_) builder.RegisterService(service.get());
    server_ = builder.BuildAndStart();
    if (!server_)
      return Error{ErrorKind::failed_precondition, "rpc.listen",
                   "The gateway was to listen on " + door.address() +
                       (network == nullptr ? "" : " and on " + network->address()) +
                       "; gRPC could not. Look whether another program has that address, and at "
                       "the folder's permissions and free space."};
    set_ready(false);
    if (network != nullptr)
      if (auto opened = network->open(*server_); !opened.ok()) return opened;
    if (auto opened = door.open(*server_); !opened.ok()) return opened;
    door_ = &door;
    return {};
  }

  void set_ready(bool ready) override {
    if (server_) server_->GetHealthCheckService()->SetServingStatus(ready);
  }

  void committed(const store::CommitNotice& notice) override {
    for (const store::Org& org : notice.organisations) hub_.notify(org);
  }

  void stop(std::chrono::milliseconds grace) override {
    const std::lock_guard lock(stopping_);
    if (server_) {
      set_ready(false);
      if (door_ != nullptr) door_->close();
      hub_.close();
      server_->Shutdown(std::chrono::system_clock::now() + grace);
      server_->Wait();
      server_.reset();
    }
    pool_.stop();
    // gRPC has waited for every call; whatever one of them touched may go from here on.
    if (const auto left = gate_.metrics().in_flight(); left != 0)
      gate_.journal().note(Journal::Level::error, "server.calls_left",
                           "The server stopped and calls of it have not ended. Report this.",
                           {{"calls", std::to_string(left)}});
  }

  const CallMetrics& metrics() const override { return gate_.metrics(); }
  std::size_t waiting() const override { return hub_.waiting(); }

 private:
  WorkPool pool_;
  // Null where nobody of the network comes in.
  std::unique_ptr<PairedCallers> paired_;
  AnyCaller authenticator_;
  Directory directory_;
  EventHub hub_;
  Consumers consumers_;
  Gate gate_;
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::unique_ptr<grpc::Server> server_;
  Door* door_ = nullptr;
  std::mutex stopping_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, UseCases& rooms,
                                              const GatewayFacts& facts, Sessions& sessions,
                                              Door& door, Journal& journal, Door* network) {
  auto server = std::make_unique<GrpcServer>(options, rooms, facts, sessions, door, journal);
  if (auto listening = server->listen(door, network); !listening.ok()) return listening.error();
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace semafoor::rpc
