// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/channel_source.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include "plugins/runtime/certificates.h"
#include "plugins/runtime/host_process.h"

namespace semafoor::runtime {
namespace {

// A gateway on this machine is either there or not: look often, and slow down to once in two
// seconds.
constexpr int kFirstBackoffMs = 50;
constexpr int kLongestBackoffMs = 2'000;
constexpr int kLargestMessage = 64 * 1024 * 1024;
// Of one attempt to connect, its handshake included: gRPC takes its shortest back-off for that too.
constexpr int kConnectMs = 10'000;
// A machine of the network may vanish without a word. More often than once in five minutes a server
// of gRPC's takes for an attack.
constexpr int kPingMs = 6 * 60'000;
constexpr int kPingAnswerMs = 20'000;

grpc::ChannelArguments common_arguments(int connect_ms = kFirstBackoffMs) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kFirstBackoffMs);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, connect_ms);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kLongestBackoffMs);
  arguments.SetMaxReceiveMessageSize(kLargestMessage);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  // Whether a call may be repeated is decided in Session, where it is known what was sent.
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  // A channel made anew connects anew, instead of inheriting an old one's pause.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return arguments;
}

class UnixSource : public ChannelSource {
 public:
  bool speaks(const Introduction& introduction) const override {
    return introduction.address.starts_with("unix:");
  }
  std::variant<std::shared_ptr<grpc::Channel>, Problem> open(
      const Introduction& introduction) const override {
    return grpc::CreateCustomChannel(introduction.address, grpc::InsecureChannelCredentials(),
                                     common_arguments());
  }
};

// TLS on loopback with one pinned certificate: what a gateway on Windows hands out. The certificate
// came over the attestation channel, from a process that the operating system vouched for; it is
// the only one that is believed, under the one name the gateway gives it, and may sign no other.
class PinnedTlsSource : public ChannelSource {
 public:
  bool speaks(const Introduction& introduction) const override {
    return introduction.address.starts_with("tls:");
  }
  std::variant<std::shared_ptr<grpc::Channel>, Problem> open(
      const Introduction& introduction) const override {
    const std::string target = introduction.address.substr(kPrefix.size());
    // The token that goes along is a credential: it stays on this machine.
    if (!target.starts_with("127.0.0.1:") || introduction.tls_certificate.empty())
      return Problem{
          .status = SEMAFOOR_UNIMPLEMENTED,
          .message = "The gateway (version " + introduction.gateway_version +
                     ") asked to be called at '" + introduction.address +
                     "'. This runtime calls by TLS on 127.0.0.1 only, and with the "
                     "certificate that the gateway shows beside it. Update the plugins."};
    auto arguments = common_arguments(kConnectMs);
    arguments.SetSslTargetNameOverride(kGatewayName);
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = introduction.tls_certificate;
    return grpc::CreateCustomChannel(target, grpc::SslCredentials(options), arguments);
  }

 private:
  static constexpr std::string_view kPrefix = "tls:";
};

// Mutual TLS with a gateway on another machine. Its own authority is believed and no other, under
// the one name it gives a gateway; the client's certificate is our only word on who calls.
class PairedTlsSource : public ChannelSource {
 public:
  bool speaks(const Introduction& introduction) const override {
    return introduction.address.starts_with(kPairedPrefix);
  }
  std::variant<std::shared_ptr<grpc::Channel>, Problem> open(
      const Introduction& introduction) const override {
    auto arguments = network_arguments();
    arguments.SetSslTargetNameOverride(kGatewayName);
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = introduction.tls_certificate;
    options.pem_private_key = introduction.client_key;
    options.pem_cert_chain = introduction.client_certificate;
    return grpc::CreateCustomChannel(
        network_target(introduction.address.substr(kPairedPrefix.size())),
        grpc::SslCredentials(options), arguments);
  }
};

}  // namespace

// The scheme is said: a host of the name "unix" would be taken for one.
std::string network_target(const std::string& address) {
  return "dns:///" + address;
}

grpc::ChannelArguments network_arguments() {
  auto arguments = common_arguments(kConnectMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kPingMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kPingAnswerMs);
  return arguments;
}

std::variant<std::shared_ptr<grpc::Channel>, Problem> open_channel(
    const Introduction& introduction) {
  // gRPC's threads must not take the host's signals.
  const SignalsBlocked blocked;
  const UnixSource unix_source;
  const PinnedTlsSource tls_source;
  const PairedTlsSource paired_source;
  for (const ChannelSource* source : {static_cast<const ChannelSource*>(&unix_source),
                                      static_cast<const ChannelSource*>(&tls_source),
                                      static_cast<const ChannelSource*>(&paired_source)})
    if (source->speaks(introduction)) return source->open(introduction);
  return Problem{.status = SEMAFOOR_UNIMPLEMENTED,
                 .message = "The gateway (version " + introduction.gateway_version +
                            ") offers an address of the kind '" +
                            introduction.address.substr(0, introduction.address.find(':')) +
                            "', which this runtime does not know. Update the plugins."};
}

}  // namespace semafoor::runtime
