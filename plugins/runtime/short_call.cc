// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/short_call.h"

#include <grpc/support/time.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "plugins/runtime/certificates.h"
#include "plugins/runtime/channel_source.h"
#include "plugins/runtime/host_process.h"

namespace semafoor::runtime {
namespace {

// How soon a wait notices that its caller was called back.
constexpr std::chrono::milliseconds kSlice{20};

gpr_timespec after(std::chrono::milliseconds time) {
  return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                      gpr_time_from_millis(time.count(), GPR_TIMESPAN));
}

std::string text_of(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string text;
  if (!buffer.Valid() || !buffer.Dump(&slices).ok()) return text;
  for (const auto& slice : slices)
    text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return text;
}

// Written by gRPC's thread, also when nobody waits any more.
struct Shown {
  std::mutex mutex;
  std::optional<std::string> chain;
};

// Remembers what is shown, and lets nobody through.
class Onlooker final : public grpc::experimental::ExternalCertificateVerifier {
 public:
  explicit Onlooker(std::shared_ptr<Shown> shown) : shown_(std::move(shown)) {}

  bool Verify(grpc::experimental::TlsCustomVerificationCheckRequest* request,
              std::function<void(grpc::Status)> /*callback*/, grpc::Status* status) override {
    const grpc::string_ref chain = request->peer_cert_full_chain();
    const std::lock_guard lock(shown_->mutex);
    shown_->chain.emplace(chain.data(), chain.size());
    *status = grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "only looked at");
    return true;
  }
  void Cancel(grpc::experimental::TlsCustomVerificationCheckRequest* /*request*/) override {}

 private:
  const std::shared_ptr<Shown> shown_;
};

std::optional<std::string> chain_in(Shown& shown) {
  const std::lock_guard lock(shown.mutex);
  return shown.chain;
}

std::shared_ptr<grpc::Channel> open_onlooker(const std::string& address,
                                             const std::shared_ptr<Shown>& shown) {
  const SignalsBlocked blocked;
  grpc::experimental::TlsChannelCredentialsOptions options;
  options.set_verify_server_certs(false);
  options.set_check_call_host(false);
  options.set_certificate_verifier(
      grpc::experimental::ExternalCertificateVerifier::Create<Onlooker>(shown));
  auto arguments = network_arguments();
  // In the handshake, as by a channel that is used.
  arguments.SetSslTargetNameOverride(kGatewayName);
  return grpc::CreateCustomChannel(network_target(address),
                                   grpc::experimental::TlsCredentials(options), arguments);
}

Problem nobody(const std::string& address, const std::string& why) {
  return {.status = SEMAFOOR_E_GATEWAY_ABSENT,
          .retryable = true,
          .message = "Looked for a Semafoor gateway at " + address + ": " + why +
                     ". Check the address, that the gateway's service runs with [network] listen, "
                     "and that no firewall is between."};
}

}  // namespace

ShortAnswer ask(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                const std::string& request, const Patience& patience) {
  ShortAnswer answer;
  grpc::ClientContext context;
  context.set_deadline(after(patience.left()));
  grpc::GenericStub stub(channel);
  grpc::CompletionQueue queue;
  const grpc::Slice bytes(request);
  const grpc::ByteBuffer message(&bytes, 1);
  grpc::ByteBuffer reply;
  const auto call = stub.PrepareUnaryCall(&context, method, message, &queue);
  call->StartCall();
  call->Finish(&reply, &answer.status, &answer);
  void* tag = nullptr;
  bool ok = false;
  while (queue.AsyncNext(&tag, &ok, after(kSlice)) == grpc::CompletionQueue::TIMEOUT)
    if (patience.called_back()) context.TryCancel();
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) {
  }
  if (answer.status.ok()) answer.body = text_of(reply);
  const auto& trailing = context.GetServerTrailingMetadata();
  if (const auto found = trailing.find("semafoor-error-bin"); found != trailing.end())
    answer.details.assign(found->second.data(), found->second.size());
  return answer;
}

std::variant<std::string, Problem> look_at(const std::string& address, const Patience& patience) {
  const auto shown = std::make_shared<Shown>();
  const auto channel = open_onlooker(address, shown);
  grpc_connectivity_state state = channel->GetState(true);
  while (state != GRPC_CHANNEL_TRANSIENT_FAILURE && !chain_in(*shown)) {
    if (patience.over()) return nobody(address, "nobody there has answered in time");
    channel->WaitForStateChange(state, after(std::min(patience.left(), kSlice)));
    state = channel->GetState(true);
  }
  if (auto chain = chain_in(*shown)) return std::move(*chain);
  // It cannot leave: the channel lets nobody through. Its failure has the reason in words.
  const std::string why =
      ask(channel, "/semafoor.v1.Pairing/Renew", {}, patience).status.error_message();
  if (auto chain = chain_in(*shown)) return std::move(*chain);
  // Others that end a handshake may be a gateway that is going or coming.
  if (why.find("SSL_ERROR_SSL") == std::string::npos) return nobody(address, why);
  return Problem{
      .status = SEMAFOOR_PERMISSION_DENIED,
      .message = "Connected to " + address +
                 ": who answers there does not speak TLS as a gateway "
                 "does (" +
                 why +
                 "). Nothing was sent; nothing ever is in clear. Check the address: it is that of "
                 "[network] listen.",
      .code = "gateway.not_tls"};
}

}  // namespace semafoor::runtime
