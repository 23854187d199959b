// SPDX-License-Identifier: Apache-2.0
//
// A key for each organisation, under which its data is sealed. It stands in the database, sealed in
// turn under the gateway's root key; who takes it away has made the organisation's data unreadable
// wherever a copy of it is.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/store/records.h"
#include "gateway/store/sql/connection.h"
#include "gateway/vault/seal/seal_key.h"

namespace semafoor::store {

// Null: the organisation's data is not sealed.
using DataKey = std::shared_ptr<const vault::SealKey>;

// Those that were looked up, of organisations, while the database was in one state.
using KnownKeys = std::map<Org, DataKey, std::less<>>;

// Safe from several threads. Errors are exceptions of sql::DatabaseError: "store.erased",
// "store.key_missing", "store.key_other", "store.key_damaged".
class DataKeys {
 public:
  // `root` null: nothing is sealed.
  explicit DataKeys(std::shared_ptr<const vault::SealKey> root) : root_(std::move(root)) {}

  bool sealing() const { return root_ != nullptr; }
  // As the database has it now: another gateway may have taken it away, and a transaction may be
  // undone. What costs time, to open it, is done once for each key. Null when there is none yet.
  DataKey of(sql::Connection& database, const Org& org);
  // A new one, of an organisation that has none; also of one whose former key was taken away when
  // `anew`.
  DataKey make(sql::Connection& database, const Org& org, bool anew) const;
  // Of these the key is missing, though something sealed is there: none is made in its place, and
  // they are told so ("store.key_missing"). Before the store is used.
  void note_lost(std::set<Org> organisations) { lost_ = std::move(organisations); }
  // Wipes the opened keys from memory: after an erasure.
  void forget();

 private:
  const std::shared_ptr<const vault::SealKey> root_;
  std::set<Org> lost_;
  mutable std::shared_mutex mutex_;
  // By what stands in the database, so that none can be taken for another.
  std::map<std::string, DataKey, std::less<>> opened_;
};

// What stands in a column. A value begins with a byte that neither a record nor a text of ours
// begins with when it is sealed; one that is not sealed is what it is, and has a zero before it if
// it happens to begin with that byte (or with a zero). So what was stored before anything was
// sealed needs no change to be read.
std::string column_of(const DataKey& key, std::string_view context, std::string plain);
// "store.sealed": sealed, and there is no key. "store.key_damaged".
std::string content_of(const DataKey& key, std::string_view context, std::string_view column);
bool is_sealed(std::string_view column);

}  // namespace semafoor::store
