// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <utility>

#include "gateway/vault/seal/root_key.h"

namespace semafoor::vault {
namespace {

Error absent() {
  return {.kind = ErrorKind::failed_precondition,
          .code = "vault.no_dpapi",
          .message =
              "The settings say [seal] source = \"dpapi\", which only Windows has. Use "
              "\"credential\" or \"key_file\"."};
}

}  // namespace

RootSource standard_root_source() {
  return RootSource::key_file;
}

Result<SecretBytes> read_credential(const std::filesystem::path& file) {
  constexpr std::size_t kMost = std::size_t{64} * 1024;
  std::ifstream in(file, std::ios::binary);
  std::string bytes(kMost, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(kMost));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  if (bytes.empty())
    return Error{.kind = ErrorKind::not_found,
                 .code = "vault.locked",
                 .message = file.string() + " is not there, or empty."};
  return SecretBytes(std::move(bytes));
}

Result<std::string> dpapi_protect(const SecretBytes& /*secret*/, std::string_view /*entropy*/) {
  return absent();
}

Result<SecretBytes> dpapi_unprotect(std::string_view /*bytes*/, std::string_view /*entropy*/) {
  return absent();
}

}  // namespace semafoor::vault
