// SPDX-License-Identifier: Apache-2.0
//
// The key under which everything else is sealed, and where it comes from.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/domain/result.h"
#include "gateway/vault/seal/seal_key.h"
#include "gateway/vault/shelf.h"

namespace semafoor::vault {

enum class RootSource {
  // A file that only this account can read; made at the first start.
  key_file,
  // What systemd hands to the service (LoadCredentialEncrypted=), sealed by the TPM or the machine.
  credential,
  // Asked for at each start.
  passphrase,
  // Windows' data protection, bound to this machine and to a secret of ours beside it; made at the
  // first start.
  dpapi,
  // Nothing is sealed. Only for who asks for it by name.
  none,
};

// "key_file", "credential", "passphrase", "dpapi", "none".
std::string_view name_of(RootSource source);
// Nothing for another word.
std::optional<RootSource> root_source_of(std::string_view name);
// What this operating system has.
RootSource standard_root_source();

struct RootSettings {
  RootSource source = standard_root_source();
  // Of key_file.
  std::filesystem::path key_file;
  // Of credential: the file that systemd puts in $CREDENTIALS_DIRECTORY. At least 32 bytes.
  std::filesystem::path credential_file;
  // Of passphrase; blocks until somebody gave one.
  std::function<Result<SecretBytes>()> ask;
  // Durable, private to this account.
  std::function<Result<void>(const std::filesystem::path&, std::string_view)> write_private;
};

// The root key; null for RootSource::none. `shelf` remembers which key it is ("root.json"), so that
// another or a missing one is told from a first start: only where nothing was ever sealed is a key
// made, and nothing is ever overwritten.
//
// "vault.locked": the key cannot be had now (no credential, no key file, a wrong passphrase).
// "vault.other_key": it is not the one that was used. "vault.corrupt", "vault.newer_version": of
// what the shelf remembers. "vault.source_changed": the settings name another source than was used.
// "vault.key_unreadable": others can read it.
Result<std::shared_ptr<const SealKey>> open_root_key(const RootSettings& settings, Shelf& shelf);

// Where the key of this shelf came from; nothing when there was never one.
Result<std::optional<RootSource>> remembered_source(Shelf& shelf);

// Of the operating system (posix/, windows/).

// What systemd put there for this service: whose it is and who may read it is systemd's affair (it
// may be root's, with an access list).
Result<SecretBytes> read_credential(const std::filesystem::path& file);
// "vault.no_dpapi" where there is none.
Result<std::string> dpapi_protect(const SecretBytes& secret, std::string_view entropy);
Result<SecretBytes> dpapi_unprotect(std::string_view protected_bytes, std::string_view entropy);

}  // namespace semafoor::vault
