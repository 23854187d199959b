// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sql/dossier_index.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/domain/dossier_number.h"
#include "gateway/store/sql/meta.h"

namespace semafoor::store::sql {
namespace {

constexpr int kRowsATime = 500;

struct Indexed {
  std::string id;
  std::string hash;
};

// Of the index's own order: one that cannot be read is passed by.
struct Place {
  std::int64_t received_ms = -1;
  std::string id;
};

std::vector<Org> organisations(Connection& database) {
  std::vector<Org> all;
  auto query = database.query("SELECT org FROM organisations UNION SELECT org FROM sequences");
  while (query.row()) all.push_back(query.string_at(0));
  return all;
}

// Of the next signals after `place`, which moves on, that no program wrote a hash for. None: that
// were all.
std::vector<Indexed> next_hashes(Connection& database, Keys& keys, const Org& org, Place& place) {
  std::vector<Indexed> found;
  // '' is the column's default: SQLite keeps a hash that is empty apart from it.
  auto query = database.query(
      "SELECT received_ms, id, body FROM signals WHERE org = ? AND dossier_hash = '' AND "
      "(received_ms, id) > (?, ?) ORDER BY received_ms, id LIMIT ?");
  const Place from = place;
  query.text(org).number(from.received_ms).text(from.id).number(kRowsATime);
  while (query.row()) {
    place = {.received_ms = query.number_at(0), .id = query.string_at(1)};
    const auto column = query.bytes_at(2);
    // One whose key is gone, or that is damaged, is told about by whoever reads it.
    try {
      const DataKey key = is_sealed(column) ? keys.data.of(database, org) : nullptr;
      const auto signal = parsed<v1::Signal>(content_of(key, context_of("signals", org), column));
      found.push_back({place.id, dossier_hash_of(keys.index, org, signal)});
    } catch (const DatabaseError&) {
      found.push_back({place.id, {}});
    }
  }
  return found;
}

}  // namespace

std::string dossier_hash_of(const BlindIndex& index, const Org& org, const v1::Signal& signal) {
  return index.hash_or_none("dossier", org, domain::normalised_dossier(signal.dossier_number()));
}

void index_dossiers(Connection& database, Keys& keys) {
  for (const Org& org : organisations(database)) {
    Place place;
    while (true) {
      const auto signals = next_hashes(database, keys, org, place);
      if (signals.empty()) break;
      Alone alone(database);
      for (const Indexed& signal : signals) {
        if (signal.hash.empty()) continue;
        database.query("UPDATE signals SET dossier_hash = ? WHERE org = ? AND id = ?")
            .blob(signal.hash)
            .text(org)
            .text(signal.id)
            .run();
      }
      alone.commit();
    }
  }
}

}  // namespace semafoor::store::sql
