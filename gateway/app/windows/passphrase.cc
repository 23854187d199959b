// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/passphrase.h"

namespace semafoor::app {
namespace {

Error locked() {
  return {
      .kind = ErrorKind::failed_precondition,
      .code = "vault.locked",
      .message =
          "The settings say [seal] source = \"passphrase\"; a Windows service has nobody to ask. "
          "Use \"dpapi\". Nothing was changed."};
}

}  // namespace

Result<vault::SecretBytes> ask_passphrase(bool /*from_stdin*/) {
  return locked();
}

Result<vault::SecretBytes> handed_passphrase() {
  return locked();
}

}  // namespace semafoor::app
