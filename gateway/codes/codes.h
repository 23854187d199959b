// SPDX-License-Identifier: Apache-2.0
//
// What the administrator does with code tables. Safe from several threads; what changes something
// returns after the commit and is recorded in the gateway's own chain.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gateway/codes/tables.h"
#include "gateway/codes/timeline.h"
#include "gateway/domain/act.h"
#include "gateway/domain/result.h"
#include "gateway/store/store.h"

namespace semafoor::codes {

// Of a file, or of what is loaded.
inline constexpr std::size_t kLargestFile = 1024 * 1024;

// What is in force where nothing was loaded.
struct BaseTables {
  Checked feedback_codes;
  Checked signal_types;

  // From the files of the settings; empty paths: what is compiled in. As those are read, not as
  // loaded tables are checked.
  static Result<BaseTables> load(const std::filesystem::path& feedback_codes,
                                 const std::filesystem::path& signal_types);
};

class Codes {
 public:
  // The store outlives the object.
  Codes(store::Store& store, BaseTables base, std::function<std::int64_t()> now_ms);

  // `day` yyyymmdd. "codes.unknown_kind".
  Result<v1::ListCodesResponse> list(v1::CodeTableKind kind, std::optional<int> day);
  // In force from now, or from the beginning of `day` in Belgium. `by`: the account that does it.
  // "codes.invalid" names up to five rows; "codes.too_large"; "codes.day_past"; "codes.prepared":
  // another one is; "codes.same": it is the one in force.
  Result<v1::LoadCodesResponse> load(const std::string& content, std::optional<int> day,
                                     const std::string& by, const domain::Act& act);
  // "codes.nothing_prepared".
  Result<v1::WithdrawCodesResponse> withdraw(v1::CodeTableKind kind, const domain::Act& act);
  // "codes.nothing_before".
  Result<v1::RollbackCodesResponse> rollback(v1::CodeTableKind kind, const domain::Act& act);
  // Beside `content`, or what is prepared when that is empty.
  Result<v1::CompareCodesResponse> compare(v1::CodeTableKind kind, const std::string& content);

 private:
  const Checked& base(v1::CodeTableKind kind) const;
  // Of a period; null: of the settings.
  Result<Checked> table_of(store::Reader& reader, v1::CodeTableKind kind,
                           const v1::CodeTablePeriod* period) const;
  // Every period with its table, the settings' first.
  void show(v1::CodeTableKind kind, const v1::CodeTimeline& periods,
            google::protobuf::RepeatedPtrField<v1::CodeTablePeriod>& shown) const;
  // `types`: the timeline of the signal types that its codes may name.
  Result<Checked> checked(store::Reader& reader, const v1::CodeTimeline& types,
                          const std::string& content) const;

  store::Store& store_;
  const BaseTables base_;
  const std::function<std::int64_t()> now_ms_;
};

}  // namespace semafoor::codes
