// SPDX-License-Identifier: Apache-2.0
//
// For the rooms that work with a code table: the one of a moment, as a snapshot that stays what it
// is.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "gateway/codes/tables.h"
#include "gateway/codes/timeline.h"
#include "gateway/domain/result.h"
#include "gateway/store/store.h"

namespace semafoor::codes {

// `List` is made of a file by List::parse(content, name). Safe from several threads; copies share
// what was parsed.
template <typename List>
class InForce {
 public:
  using Snapshot = std::shared_ptr<const List>;

  // Always this one, which outlives the object: where no table can be loaded.
  InForce(const List& list) : base_(Snapshot(), &list) {}
  InForce(List&&) = delete;
  // What the store says of `kind`, and `base` (outlives the object) where it says nothing.
  InForce(v1::CodeTableKind kind, const List& base) : kind_(kind), base_(Snapshot(), &base) {}

  // Reads the store through `reader`: what another gateway loaded is seen too. One indexed read,
  // and a second one the first time that a table is asked for.
  Result<Snapshot> at(store::Reader& reader, std::int64_t moment_ms) const {
    if (kind_ == v1::CODE_TABLE_KIND_UNSPECIFIED) return base_;
    auto periods = timeline(reader, kind_);
    if (!periods) return periods.error();
    const auto* const period = period_at(*periods, moment_ms);
    if (period == nullptr || period->table().table_id().empty()) return base_;
    return parsed(reader, period->table().table_id());
  }

 private:
  struct Parsed {
    std::mutex mutex;
    // By id: a table never changes.
    std::map<std::string, Snapshot> tables;
  };

  Result<Snapshot> parsed(store::Reader& reader, const std::string& table_id) const {
    {
      const std::lock_guard lock(parsed_->mutex);
      const auto found = parsed_->tables.find(table_id);
      if (found != parsed_->tables.end()) return found->second;
    }
    auto stored = stored_table(reader, table_id);
    if (!stored) return stored.error();
    auto list = List::parse(stored->content(), "the " + std::string(name_of(kind_)) +
                                                   " loaded as " + stored->table().version());
    if (!list) return list.error();
    const std::lock_guard lock(parsed_->mutex);
    return parsed_->tables.try_emplace(table_id, std::make_shared<List>(std::move(*list)))
        .first->second;
  }

  v1::CodeTableKind kind_ = v1::CODE_TABLE_KIND_UNSPECIFIED;
  Snapshot base_;
  std::shared_ptr<Parsed> parsed_ = std::make_shared<Parsed>();
};

}  // namespace semafoor::codes
