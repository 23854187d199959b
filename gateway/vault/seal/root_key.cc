// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/seal/root_key.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "gateway/domain/hex.h"

namespace semafoor::vault {
namespace {

using domain::from_hex;
using domain::to_hex;
using nlohmann::json;

constexpr char kItem[] = "root.json";
constexpr int kVersion = 1;
// RFC 7914 section 2; about 32 MiB and a tenth of a second.
constexpr std::uint64_t kScryptN = 1U << 15;
constexpr std::uint64_t kScryptR = 8;
constexpr std::uint64_t kScryptP = 1;
constexpr std::uint64_t kScryptMemory = 64ULL * 1024 * 1024;

struct Named {
  RootSource source;
  std::string_view name;
};
constexpr std::array<Named, 5> kNames{{{RootSource::key_file, "key_file"},
                                       {RootSource::credential, "credential"},
                                       {RootSource::passphrase, "passphrase"},
                                       {RootSource::dpapi, "dpapi"},
                                       {RootSource::none, "none"}}};

// What the shelf remembers of the key.
struct Memory {
  RootSource source = RootSource::key_file;
  std::string fingerprint;
  // Of passphrase and dpapi.
  std::string salt;
  // Of dpapi: the key, protected.
  std::string protected_key;
};

Error failure(const char* code, const std::string& what) {
  return {.kind = ErrorKind::failed_precondition, .code = code, .message = what};
}

Result<std::optional<Memory>> recall(Shelf& shelf) {
  auto stored = shelf.load(kItem);
  if (!stored) return std::move(stored).error();
  if (!stored->has_value()) return std::optional<Memory>();
  const std::string shown = shelf.shown(kItem);
  const json parsed = json::parse(**stored, nullptr, false);
  const auto corrupt = [&] {
    return failure("vault.corrupt", "Read " + shown +
                                        ", which says which key seals: it is damaged. Put it back "
                                        "from a copy; nothing was changed.");
  };
  if (!parsed.is_object() || !parsed.contains("version") || !parsed["version"].is_number_integer())
    return corrupt();
  if (parsed["version"].get<int>() > kVersion)
    return failure("vault.newer_version", "Read " + shown +
                                              ", which says which key seals: a newer gateway has "
                                              "written it. Install that one; nothing was changed.");
  const auto text = [&](const char* member) {
    return parsed.contains(member) && parsed[member].is_string() ? parsed[member].get<std::string>()
                                                                 : std::string();
  };
  const auto source = root_source_of(text("source"));
  auto salt = from_hex(text("salt"));
  auto protected_key = from_hex(text("key"));
  if (!source || text("fingerprint").empty() || !salt || !protected_key) return corrupt();
  return std::optional(
      Memory{*source, text("fingerprint"), std::move(*salt), std::move(*protected_key)});
}

Result<void> remember(Shelf& shelf, const Memory& memory) {
  const json item{{"version", kVersion},
                  {"source", name_of(memory.source)},
                  {"fingerprint", memory.fingerprint},
                  {"salt", to_hex(memory.salt)},
                  {"key", to_hex(memory.protected_key)}};
  return shelf.save(kItem, item.dump(2) + "\n");
}

Result<std::string> make_salt() {
  std::string salt(16, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(salt.data()), static_cast<int>(salt.size())) != 1)
    return failure("vault.no_randomness", "Made a salt: the system gave no random bytes.");
  return salt;
}

Result<SealKey> of_file(const RootSettings& settings, bool may_make) {
  const auto& file = settings.key_file;
  auto read = read_key_file(file.parent_path(), file.filename().string());
  if (read) {
    std::string_view text(read->data(), read->size());
    while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
    auto bytes = from_hex(text);
    if (!bytes || bytes->size() != SealKey::kBytes)
      return failure("vault.corrupt", "Read the sealing key " + file.string() +
                                          ": it is not 64 hexadecimal digits. Put the right file "
                                          "back; nothing was changed.");
    return SealKey::of(SecretBytes(std::move(*bytes)));
  }
  if (read.error().code != "vault.key_missing") return std::move(read).error();
  if (!may_make)
    return failure("vault.locked",
                   "Looked for the sealing key " + file.string() +
                       ": it is not there, and what this gateway stores is sealed with it. Put "
                       "the file back from where its copy is kept. Nothing was changed.");
  auto made = SealKey::make();
  if (!made) return made;
  const SecretBytes text(to_hex({made->bytes().data(), made->bytes().size()}) + "\n");
  if (auto written = settings.write_private(file, {text.data(), text.size()}); !written)
    return std::move(written).error();
  return made;
}

Result<SealKey> of_credential(const RootSettings& settings) {
  const auto locked = [&](const std::string& what) {
    return failure("vault.locked",
                   "Looked for the sealing key among systemd's credentials: " + what +
                       " Give the unit LoadCredentialEncrypted= (systemd-creds "
                       "encrypt), and start it again. Nothing was changed.");
  };
  if (settings.credential_file.empty()) return locked("this process was given none.");
  auto read = read_credential(settings.credential_file);
  if (!read) return locked(read.error().message);
  if (read->size() < SealKey::kBytes) return locked("it is shorter than 32 bytes.");
  // Of whatever length: a digest of all of it.
  std::string digest(SealKey::kBytes, '\0');
  if (EVP_Digest(read->data(), read->size(), reinterpret_cast<unsigned char*>(digest.data()),
                 nullptr, EVP_sha256(), nullptr) != 1)
    return failure("vault.no_digest", "Made the sealing key: OpenSSL has no SHA-256.");
  return SealKey::of(SecretBytes(std::move(digest)));
}

Result<SealKey> of_passphrase(const RootSettings& settings, const std::string& salt) {
  auto passphrase = settings.ask();
  if (!passphrase) return std::move(passphrase).error();
  if (passphrase->size() == 0)
    return failure("vault.locked", "Asked for the passphrase: an empty one was given.");
  std::string key(SealKey::kBytes, '\0');
  if (EVP_PBE_scrypt(passphrase->data(), passphrase->size(),
                     reinterpret_cast<const unsigned char*>(salt.data()), salt.size(), kScryptN,
                     kScryptR, kScryptP, kScryptMemory,
                     reinterpret_cast<unsigned char*>(key.data()), key.size()) != 1)
    return failure("vault.no_scrypt", "Made the sealing key of a passphrase: OpenSSL did not.");
  return SealKey::of(SecretBytes(std::move(key)));
}

Result<SealKey> of_dpapi(Memory& memory, bool first) {
  if (!first) {
    auto bytes = dpapi_unprotect(memory.protected_key, memory.salt);
    if (!bytes) return std::move(bytes).error();
    return SealKey::of(std::move(*bytes));
  }
  auto made = SealKey::make();
  if (!made) return made;
  auto kept = dpapi_protect(made->bytes(), memory.salt);
  if (!kept) return std::move(kept).error();
  memory.protected_key = std::move(*kept);
  return made;
}

Result<SealKey> have_key(const RootSettings& settings, Memory& memory, bool first) {
  switch (settings.source) {
    case RootSource::credential:
      return of_credential(settings);
    case RootSource::passphrase:
      return of_passphrase(settings, memory.salt);
    case RootSource::dpapi:
      return of_dpapi(memory, first);
    case RootSource::key_file:
    case RootSource::none:
      break;
  }
  return of_file(settings, first);
}

}  // namespace

std::string_view name_of(RootSource source) {
  for (const Named& one : kNames)
    if (one.source == source) return one.name;
  return "";
}

std::optional<RootSource> root_source_of(std::string_view name) {
  for (const Named& one : kNames)
    if (one.name == name) return one.source;
  return std::nullopt;
}

Result<std::optional<RootSource>> remembered_source(Shelf& shelf) {
  auto known = recall(shelf);
  if (!known) return std::move(known).error();
  return known->has_value() ? std::optional((*known)->source) : std::optional<RootSource>();
}

Result<std::shared_ptr<const SealKey>> open_root_key(const RootSettings& settings, Shelf& shelf) {
  auto known = recall(shelf);
  if (!known) return std::move(known).error();
  const bool first = !known->has_value();
  if (!first && (*known)->source != settings.source)
    return failure("vault.source_changed",
                   "Looked for the sealing key: the settings say [seal] source = \"" +
                       std::string(name_of(settings.source)) +
                       "\", and what is stored was sealed with \"" +
                       std::string(name_of((*known)->source)) +
                       "\". Put the former source back. Nothing was changed.");
  if (settings.source == RootSource::none) return std::shared_ptr<const SealKey>();
  Memory memory;
  if (first) {
    auto salt = make_salt();
    if (!salt) return std::move(salt).error();
    memory = {.source = settings.source,
              .fingerprint = {},
              .salt = std::move(*salt),
              .protected_key = {}};
  } else {
    memory = std::move(**known);
  }
  auto key = have_key(settings, memory, first);
  if (!key) return std::move(key).error();
  if (first) {
    memory.fingerprint = key->fingerprint();
    if (auto kept = remember(shelf, memory); !kept) return std::move(kept).error();
  } else if (memory.fingerprint != key->fingerprint()) {
    if (settings.source == RootSource::passphrase)
      return failure("vault.locked",
                     "Tried the passphrase: it is not the one that what is stored was sealed "
                     "with. Start again and give the right one; nothing was changed.");
    return failure("vault.other_key", "Looked at the sealing key: it is key " + key->fingerprint() +
                                          ", and what is stored was sealed with key " +
                                          memory.fingerprint +
                                          ". Give the gateway that one back ([seal] in its "
                                          "settings). Nothing was changed.");
  }
  return std::shared_ptr<const SealKey>(std::make_shared<SealKey>(std::move(*key)));
}

}  // namespace semafoor::vault
