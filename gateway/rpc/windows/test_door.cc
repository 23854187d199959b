// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/test_door.h"

#include <string>

#include "gateway/rpc/tls_door.h"
#include "gateway/rpc/tls_identity.h"
#include "gateway/rpc/windows/connection_owner.h"

namespace semafoor::rpc {

std::unique_ptr<Door> make_test_door(const std::filesystem::path& /*folder*/,
                                     Journal& /*journal*/) {
  return make_tls_door(windows::connection_owner).value();
}

std::shared_ptr<grpc::Channel> channel_to(const Door& door) {
  grpc::SslCredentialsOptions believed;
  believed.pem_root_certs = dynamic_cast<const TlsDoor&>(door).certificate();
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride(kLocalName);
  constexpr std::string_view kKind = "tls:";
  return grpc::CreateCustomChannel(door.address().substr(kKind.size()),
                                   grpc::SslCredentials(believed), arguments);
}

}  // namespace semafoor::rpc
