// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/data_keys.h"

#include <mutex>
#include <utility>

#include "gateway/vault/seal/envelope.h"

namespace semafoor::store {
namespace {

using sql::DatabaseError;
constexpr char kPlain = '\0';
constexpr char kSealed = '\1';

std::string purpose_of(const Org& org) {
  return "data key of " + org;
}

DatabaseError erased(const Org& org) {
  return {"the data of organisation " + org + " was erased",
          {.kind = ErrorKind::failed_precondition,
           .code = "store.erased",
           .advice = " Its key was destroyed; nothing can bring it back.",
           .retryable = false}};
}

DatabaseError missing(const Org& org) {
  return {"the key of organisation " + org + " is not in the database",
          {.kind = ErrorKind::data_loss,
           .code = "store.key_missing",
           .advice = " What is stored of it cannot be read, and nothing is added. Restore a backup "
                     "together with the copy of the keys that stands beside it.",
           .retryable = false}};
}

DatabaseError unsealable(const Error& why) {
  const bool other = why.code == "vault.other_key";
  return {why.message,
          {.kind = ErrorKind::data_loss,
           .code = other ? "store.key_other" : "store.key_damaged",
           .advice = other ? " The database belongs to a gateway with another sealing key."
                           : " Put the key back from the copy that stands beside the backups.",
           .retryable = false}};
}

}  // namespace

DataKey DataKeys::of(sql::Connection& database, const Org& org) {
  if (!sealing()) return nullptr;
  std::string wrapped;
  {
    auto query = database.query("SELECT wrapped FROM data_keys WHERE org = ?");
    query.text(org);
    if (!query.row()) {
      if (lost_.contains(org)) throw missing(org);
      return nullptr;
    }
    wrapped = query.string_at(0);
  }
  if (wrapped.empty()) throw erased(org);
  {
    const std::shared_lock lock(mutex_);
    const auto found = opened_.find(wrapped);
    if (found != opened_.end()) return found->second;
  }
  auto bytes = vault::unwrap(*root_, purpose_of(org), wrapped, "the data key of " + org);
  if (!bytes) throw unsealable(bytes.error());
  auto key = vault::SealKey::of(std::move(*bytes));
  if (!key) throw unsealable(key.error());
  const std::unique_lock lock(mutex_);
  return opened_.try_emplace(std::move(wrapped), std::make_shared<vault::SealKey>(std::move(*key)))
      .first->second;
}

DataKey DataKeys::make(sql::Connection& database, const Org& org, bool anew) const {
  auto key = vault::SealKey::make();
  if (!key)
    throw DatabaseError(key.error().message, {.kind = ErrorKind::internal,
                                              .code = "store.no_randomness",
                                              .advice = "",
                                              .retryable = false});
  const std::string wrapped =
      vault::wrap(*root_, purpose_of(org), {key->bytes().data(), key->bytes().size()});
  database
      .query(anew ? "INSERT INTO data_keys (org, wrapped, erased_ms) VALUES (?, ?, 0) ON CONFLICT "
                    "(org) DO UPDATE SET wrapped = excluded.wrapped, erased_ms = 0"
                  : "INSERT INTO data_keys (org, wrapped, erased_ms) VALUES (?, ?, 0)")
      .text(org)
      .blob(wrapped)
      .run();
  return std::make_shared<vault::SealKey>(std::move(*key));
}

void DataKeys::forget() {
  const std::unique_lock lock(mutex_);
  opened_.clear();
}

bool is_sealed(std::string_view column) {
  return !column.empty() && column.front() == kSealed;
}

std::string column_of(const DataKey& key, std::string_view context, std::string plain) {
  if (key != nullptr) return kSealed + key->seal(context, plain);
  if (!plain.empty() && (plain.front() == kPlain || plain.front() == kSealed))
    plain.insert(plain.begin(), kPlain);
  return plain;
}

std::string content_of(const DataKey& key, std::string_view context, std::string_view column) {
  if (column.empty()) return {};
  if (column.front() == kPlain) return std::string(column.substr(1));
  if (column.front() != kSealed) return std::string(column);
  if (key == nullptr)
    throw DatabaseError("a stored record is sealed",
                        {.kind = ErrorKind::failed_precondition,
                         .code = "store.sealed",
                         .advice = " Give the gateway its sealing key back ([seal] in its "
                                   "settings).",
                         .retryable = false});
  auto plain = key->open(context, column.substr(1));
  if (!plain) throw sql::damaged_record();
  return std::move(*plain);
}

}  // namespace semafoor::store
