// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sql/dossier_index.h"

#include <utility>
#include <vector>

#include "gateway/domain/dossier_number.h"
#include "gateway/store/sql/meta.h"

namespace semafoor::store::sql {
namespace {

constexpr char kMeta[] = "dossiers_indexed";
constexpr int kRowsATime = 500;

struct Place {
  Org org;
  std::string id;
};

// The hashes of the next signals after `place`, which moves on; none: that were all.
std::vector<std::pair<Place, std::string>> next_hashes(Connection& database, Keys& keys,
                                                       Place& place) {
  std::vector<std::pair<Place, std::string>> found;
  auto query = database.query(
      "SELECT org, id, body FROM signals WHERE (org, id) > (?, ?) ORDER BY org, id LIMIT ?");
  const Place from = place;
  query.text(from.org).text(from.id).number(kRowsATime);
  while (query.row()) {
    place = {query.string_at(0), query.string_at(1)};
    const auto column = query.bytes_at(2);
    // One whose key is gone, or that is damaged, is told about by whoever reads it.
    try {
      const DataKey key = is_sealed(column) ? keys.data.of(database, place.org) : nullptr;
      const auto signal =
          parsed<v1::Signal>(content_of(key, context_of("signals", place.org), column));
      found.emplace_back(place, dossier_hash_of(keys.index, place.org, signal));
    } catch (const DatabaseError&) {
      found.emplace_back(place, std::string());
    }
  }
  return found;
}

}  // namespace

std::string dossier_hash_of(const BlindIndex& index, const Org& org, const v1::Signal& signal) {
  return index.hash_or_none("dossier", org, domain::normalised_dossier(signal.dossier_number()));
}

void index_dossiers(Connection& database, Keys& keys) {
  if (read_meta(database, kMeta) == 1) return;
  Place place;
  while (true) {
    const auto hashes = next_hashes(database, keys, place);
    if (hashes.empty()) break;
    Alone alone(database);
    for (const auto& [at, hash] : hashes) {
      if (hash.empty()) continue;
      database.query("UPDATE signals SET dossier_hash = ? WHERE org = ? AND id = ?")
          .blob(hash)
          .text(at.org)
          .text(at.id)
          .run();
    }
    alone.commit();
  }
  write_meta(database, kMeta, 1);
}

}  // namespace semafoor::store::sql
