// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/restore.h"

#include <ctime>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>

#include "gateway/app/gateway.h"
#include "gateway/app/passphrase.h"
#include "gateway/app/process.h"
#include "gateway/app/sealing.h"
#include "gateway/backup/key_copies.h"
#include "gateway/backup/restore.h"
#include "gateway/backup/swap.h"
#include "gateway/changeover/returns.h"
#include "gateway/feedback/after_restore.h"
#include "gateway/store/sqlite/snapshot.h"
#include "gateway/store/store.h"

namespace semafoor::app {
namespace {

namespace fs = std::filesystem;

int fail(const Error& error, bool json) {
  if (json)
    std::cout
        << nlohmann::json({{"error", {{"code", error.code}, {"message", error.message}}}}).dump()
        << "\n";
  else
    std::cerr << error.message << "\n";
  return 1;
}

backup::Progress shown(bool json) {
  if (json) return [](const std::string&, std::int64_t, std::int64_t) { return true; };
  return [](const std::string& phase, std::int64_t done, std::int64_t total) {
    std::cerr << "\r" << phase << " " << done << " of " << total
              << (done == total ? "\n" : "        ") << std::flush;
    return true;
  };
}

nlohmann::json summary(const backup::Manifest& manifest, const fs::path& folder) {
  return {{"folder", folder.string()},
          {"made_ms", manifest.made_ms},
          {"made_by", manifest.made_by},
          {"schema", manifest.schema},
          {"counts", manifest.counts},
          {"bytes", manifest.bytes()},
          {"attachments", manifest.attachments.size()},
          {"attachments_missing", manifest.missing.size()}};
}

std::string made_at(const backup::Manifest& manifest) {
  const std::time_t seconds = manifest.made_ms / 1000;
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", std::gmtime(&seconds));
  return text;
}

std::string in_words(const backup::Manifest& manifest) {
  return "made " + made_at(manifest) + " by " + manifest.made_by + ", schema " +
         std::to_string(manifest.schema) + ", " + std::to_string(manifest.attachments.size()) +
         " attachments" +
         (manifest.missing.empty() ? std::string()
                                   : ", without " + std::to_string(manifest.missing.size()) +
                                         " that were damaged when it was made") +
         ", " + std::to_string(manifest.bytes()) + " bytes";
}

using WrappedKeys = std::map<store::Org, store::WrappedKey>;

// The keys that the backup needs: of its copy, and of the data that is to be replaced, which knows
// best who was erased since.
Result<WrappedKeys> find_keys(const fs::path& folder, const fs::path& data) {
  WrappedKeys keys;
  auto copied = backup::read_key_copies(folder.parent_path());
  if (!copied) return std::move(copied).error();
  for (store::WrappedKey& one : *copied) keys[one.org] = std::move(one);
  if (std::error_code ignored; fs::exists(data / "semafoor.db", ignored)) {
    // One that is damaged, which is why it is replaced, may have none.
    auto living = store::sqlite::wrapped_keys_of(data / "semafoor.db");
    if (living)
      for (store::WrappedKey& one : *living) keys[one.org] = std::move(one);
  }
  return keys;
}

Result<void> put_keys(store::Transaction& tx, const WrappedKeys& keys) {
  // A backup of before anything was sealed has just been sealed with keys of its own.
  std::set<store::Org> there;
  auto own = tx.wrapped_keys();
  if (!own) return std::move(own).error();
  for (const store::WrappedKey& one : *own) there.insert(one.org);
  for (const auto& [org, key] : keys) {
    if (!key.wrapped.empty() && there.contains(org)) continue;
    auto put = key.wrapped.empty() ? tx.erase(org) : tx.put_wrapped_key(key);
    if (!put) return put;
  }
  return {};
}

Error keyless(Error error, const fs::path& folder) {
  if (error.code == "store.key_missing")
    error.message += " The keys of the organisations of this backup are looked for in " +
                     (folder.parent_path() / backup::kKeyCopies).string() +
                     ", and in the data that is to be replaced. Nothing was changed.";
  return error;
}

// What a store from the past must know before anything works with it. Also brings it to today's
// schema, and so shows that it opens. Who was erased since stays erased.
Result<int> ready_for_today(const fs::path& staged, const backup::Manifest& manifest,
                            const Seal& seal, const WrappedKeys& keys) {
  store::StoreOptions options;
  options.folder = staged;
  options.readers = 1;
  options.root = seal;
  options.program_version = gateway_version();
  auto store = store::open_sqlite_store(options);
  if (!store) return std::move(store).error();
  int doubted = 0;
  auto readied = (*store)->write_and_wait([&](store::Transaction& tx) -> Result<void> {
    doubted = 0;
    if (auto put = put_keys(tx, keys); !put) return put;
    auto all = tx.organisations();
    if (!all) return std::move(all).error();
    for (const auto& one : *all) {
      // Says so when its key is missing.
      if (auto there = tx.prepare_key(one.organisation().value(), false); !there) return there;
      auto here = feedback::doubt_answers(tx, one.organisation().value());
      if (!here) return std::move(here).error();
      doubted += *here;
      auto lists = changeover::doubt_returns(tx, one.organisation().value());
      if (!lists) return std::move(lists).error();
    }
    if (auto begun = tx.begin_anew(); !begun) return begun;
    return tx.note_history("restored", gateway_version(),
                           "from a backup made " + made_at(manifest) + " by " + manifest.made_by);
  });
  (*store)->close();
  if (!readied) return std::move(readied).error();
  return doubted;
}

struct Restored {
  backup::Manifest manifest;
  fs::path previous;
  int doubted = 0;
};

Result<Restored> restore(const fs::path& folder, const fs::path& data, const VaultPlace& vault,
                         const backup::Progress& progress) {
  // A wrong backup makes no data folder either, which the lock would.
  if (std::error_code ignored; !fs::exists(data, ignored))
    if (auto good = backup::check(folder, progress); !good) return std::move(good).error();
  // Before the rest: while a gateway runs there is nothing to check.
  auto lock = FolderLock::take(data);
  if (!lock) return std::move(lock).error();
  auto manifest = backup::check(folder, progress);
  if (!manifest) return std::move(manifest).error();
  auto seal = open_former_seal(vault_folder({.folder = vault.folder}, data), vault.key_file,
                               [] { return ask_passphrase(false); });
  if (!seal) return std::move(seal).error();
  auto keys = find_keys(folder, data);
  if (!keys) return std::move(keys).error();
  auto staged = backup::stage(folder, data, *manifest, progress);
  if (!staged) return std::move(staged).error();
  const auto give_up = [&](Error error) {
    std::error_code ignored;
    fs::remove_all(*staged, ignored);
    return error;
  };
  auto doubted = ready_for_today(*staged, *manifest, *seal, *keys);
  if (!doubted) return give_up(keyless(std::move(doubted).error(), folder));
  // A gateway that starts at the instant of the exchange meets a lock in either folder.
  auto staged_lock = FolderLock::take(*staged);
  if (!staged_lock) return give_up(std::move(staged_lock).error());
  if (auto owned = backup::own_like(*staged, data); !owned)
    return give_up(std::move(owned).error());
  auto previous = backup::swap_in(*staged, data);
  if (!previous) return std::move(previous).error();
  return Restored{std::move(*manifest), std::move(*previous), *doubted};
}

fs::path whole_path(const fs::path& path) {
  std::error_code problem;
  const fs::path whole = fs::absolute(path, problem).lexically_normal();
  return whole.has_filename() ? whole : whole.parent_path();
}

}  // namespace

int check_backup(const fs::path& folder, bool json) {
  const auto manifest = backup::check(whole_path(folder), shown(json));
  if (!manifest) return fail(manifest.error(), json);
  if (json)
    std::cout << summary(*manifest, whole_path(folder)).dump() << "\n";
  else
    std::cout << "The backup is whole: " << in_words(*manifest) << ".\n";
  return 0;
}

int restore_backup(const fs::path& folder, const fs::path& data, const VaultPlace& vault,
                   bool json) {
  prepare_process();
  const auto restored = restore(whole_path(folder), whole_path(data), vault, shown(json));
  if (!restored) return fail(restored.error(), json);
  if (json) {
    auto document = summary(restored->manifest, whole_path(folder));
    document["data"] = whole_path(data).string();
    document["previous"] = restored->previous.string();
    document["answers_looked_up"] = restored->doubted;
    std::cout << document.dump() << "\n";
    return 0;
  }
  std::cout << "Restored " << whole_path(data).string() << ": " << in_words(restored->manifest)
            << ".\n";
  if (!restored->previous.empty())
    std::cout << "What was there before is in " << restored->previous.string()
              << "; remove it when all is well.\n";
  std::cout << restored->doubted
            << " answers were on their way then; each is looked up under its own id before "
               "anything is sent.\nStart the gateway. Hosts are told to rebuild their lists.\n";
  return 0;
}

}  // namespace semafoor::app
