// SPDX-License-Identifier: Apache-2.0
#include "gateway/lists/rules_in_force.h"

#include <array>
#include <utility>

#include "gateway/codes/tables.h"
#include "gateway/codes/timeline.h"

namespace semafoor::lists {
namespace {

// Of each the list's name in a layout is the kind's own.
constexpr std::array kLoadable{v1::CODE_TABLE_KIND_SIGNAL_TYPES,
                               v1::CODE_TABLE_KIND_FEEDBACK_CODES};
using TableIds = std::array<std::string, kLoadable.size()>;

// Empty: that of the files.
Result<TableIds> tables_at(store::Reader& reader, std::int64_t moment_ms) {
  TableIds ids;
  for (std::size_t i = 0; i < kLoadable.size(); ++i) {
    auto timeline = codes::timeline(reader, kLoadable.at(i));
    if (!timeline) return timeline.error();
    const auto* const period = codes::period_at(*timeline, moment_ms);
    if (period != nullptr) ids.at(i) = period->table().table_id();
  }
  return ids;
}

Result<std::shared_ptr<const Rules>> rules_with(store::Reader& reader, const Rules& of_files,
                                                const TableIds& ids) {
  auto rules = std::make_shared<Rules>(of_files);
  for (std::size_t i = 0; i < kLoadable.size(); ++i) {
    if (ids.at(i).empty()) continue;
    auto table = codes::stored_table(reader, ids.at(i));
    if (!table) return table.error();
    const std::string name(codes::name_of(kLoadable.at(i)));
    if (auto replaced = rules->codes.replace(name, table->content(), "the loaded " + name);
        !replaced)
      return replaced.error();
  }
  return std::shared_ptr<const Rules>(std::move(rules));
}

}  // namespace

RulesInForce::RulesInForce(std::shared_ptr<const Rules> of_files)
    : of_files_(std::move(of_files)), in_force_(of_files_) {}

void RulesInForce::replace(std::shared_ptr<const Rules> of_files) {
  const std::scoped_lock lock(mutex_);
  of_files_ = std::move(of_files);
  in_force_ = of_files_;
  tables_.clear();
}

Result<std::shared_ptr<const Rules>> RulesInForce::at(store::Reader& reader,
                                                      std::int64_t moment_ms) {
  auto ids = tables_at(reader, moment_ms);
  if (!ids) return ids.error();
  std::string tables;
  for (const std::string& id : *ids)
    if (!id.empty()) tables += id + "\n";
  const std::scoped_lock lock(mutex_);
  if (tables == tables_) return in_force_;
  auto rules = rules_with(reader, *of_files_, *ids);
  if (!rules) return rules;
  tables_ = std::move(tables);
  in_force_ = *rules;
  return in_force_;
}

}  // namespace semafoor::lists
