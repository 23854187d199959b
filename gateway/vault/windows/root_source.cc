// SPDX-License-Identifier: Apache-2.0
#include <windows.h>
// After windows.h, whose types they use.
#include <dpapi.h>

#include "gateway/os/windows/handle.h"
#include "gateway/vault/seal/root_key.h"

namespace semafoor::vault {
namespace {

// Machine scope: a virtual service account has no profile to bind to. Any program of the machine
// could ask for it, so it is bound to a secret of ours too, which stands beside it in a file that
// only the service may read. Source: CryptProtectData, CRYPTPROTECT_LOCAL_MACHINE.
constexpr DWORD kFlags = CRYPTPROTECT_LOCAL_MACHINE | CRYPTPROTECT_UI_FORBIDDEN;

DATA_BLOB blob_of(std::string_view bytes) {
  return {static_cast<DWORD>(bytes.size()),
          reinterpret_cast<BYTE*>(const_cast<char*>(bytes.data()))};
}

Error refused(const char* tried, DWORD number) {
  return {.kind = ErrorKind::failed_precondition,
          .code = "vault.locked",
          .message = std::string(tried) + ": Windows refused (" + os::windows::words_of(number) +
                     "). It is bound to the machine on which it was made: on another one put the "
                     "sealing key's copy in place. Nothing was changed."};
}

std::string taken(DATA_BLOB& out) {
  std::string bytes(reinterpret_cast<const char*>(out.pbData), out.cbData);
  SecureZeroMemory(out.pbData, out.cbData);
  LocalFree(out.pbData);
  return bytes;
}

}  // namespace

RootSource standard_root_source() {
  return RootSource::dpapi;
}

Result<SecretBytes> read_credential(const std::filesystem::path& /*file*/) {
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "vault.locked",
               .message = "systemd is not on Windows; use [seal] source = \"dpapi\"."};
}

Result<std::string> dpapi_protect(const SecretBytes& secret, std::string_view entropy) {
  DATA_BLOB in = blob_of({secret.data(), secret.size()});
  DATA_BLOB extra = blob_of(entropy);
  DATA_BLOB out{};
  if (!CryptProtectData(&in, L"Semafoor", &extra, nullptr, nullptr, kFlags, &out))
    return refused("Protected the sealing key", GetLastError());
  return taken(out);
}

Result<SecretBytes> dpapi_unprotect(std::string_view protected_bytes, std::string_view entropy) {
  DATA_BLOB in = blob_of(protected_bytes);
  DATA_BLOB extra = blob_of(entropy);
  DATA_BLOB out{};
  if (!CryptUnprotectData(&in, nullptr, &extra, nullptr, nullptr, kFlags, &out))
    return refused("Opened the sealing key", GetLastError());
  return SecretBytes(taken(out));
}

}  // namespace semafoor::vault
