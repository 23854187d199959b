// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/pairing_calls.h"
#include "gateway/rpc/rate_limit.h"
#include "gateway/rpc/services.h"
#include "semafoor/v1/pairing.grpc.pb.h"

namespace semafoor::rpc {
namespace {

// Strangers may ask; nobody guesses sixty bits at this pace, and nobody keeps the gateway busy.
constexpr std::int64_t kPairingsPerSecond = 10;

class PairingService final : public v1::Pairing::CallbackService {
 public:
  PairingService(Gate& gate, UseCases& rooms)
      : gate_(gate), store_(rooms.store), pairing_(*rooms.pairing) {}

  grpc::ServerUnaryReactor* Pair(Context* context, const v1::PairRequest* request,
                                 v1::PairResponse* response) override {
    return gate_.for_strangers(
        *context, Method::pair, strangers_, [this, request, response]() -> Result<void> {
          return pair_machine(pairing_, store_, gate_.journal(), *request, *response);
        });
  }

  grpc::ServerUnaryReactor* Renew(Context* context, const v1::RenewRequest* request,
                                  v1::RenewResponse* response) override {
    return gate_.on_pool(
        *context, Method::renew_pairing, {},
        [this, request, response](const Call& call) -> Result<void> {
          const std::string& serial = call.session->certificate;
          if (serial.empty())
            return failure(ErrorKind::unauthenticated, "session.missing",
                           "A certificate was to be renewed; the call came without one. Call at "
                           "the address of [network] listen with the certificate there is.");
          return renew_machine(pairing_, store_, gate_.journal(), serial, *request, *response);
        });
  }

 private:
  Gate& gate_;
  store::Store& store_;
  pairing::Pairing& pairing_;
  RateLimit strangers_{kPairingsPerSecond};
};

}  // namespace

std::unique_ptr<grpc::Service> make_pairing_service(Gate& gate, UseCases& rooms) {
  return std::make_unique<PairingService>(gate, rooms);
}

}  // namespace semafoor::rpc
