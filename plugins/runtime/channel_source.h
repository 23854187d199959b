// SPDX-License-Identifier: Apache-2.0
//
// The kinds of address a gateway may hand out, and how each is connected to. A new kind is one
// class here; nobody else looks into an address.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/support/channel_arguments.h>

#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "plugins/runtime/attestation.h"

namespace semafoor::runtime {

class ChannelSource {
 public:
  virtual ~ChannelSource() = default;
  // By the address's prefix alone.
  virtual bool speaks(const Introduction& introduction) const = 0;
  // Makes the channel and does not wait for it.
  virtual std::variant<std::shared_ptr<grpc::Channel>, Problem> open(
      const Introduction& introduction) const = 0;
};

// Asks each source in turn; UNIMPLEMENTED when none speaks this kind of address.
std::variant<std::shared_ptr<grpc::Channel>, Problem> open_channel(
    const Introduction& introduction);

// What the addresses of paired gateways begin with; "host:port" follows.
inline constexpr std::string_view kPairedPrefix = "paired:";
// For other channels to the network: the address as nothing but host and port, and what holds for
// every channel.
std::string network_target(const std::string& address);
grpc::ChannelArguments network_arguments();

}  // namespace semafoor::runtime
