// SPDX-License-Identifier: Apache-2.0
#include "gateway/codes/codes.h"

#include <algorithm>
#include <span>
#include <utility>

#include "gateway/codes/comparison.h"
#include "gateway/data/data_file.h"
#include "gateway/domain/belgian_time.h"
#include "gateway/domain/date.h"
#include "gateway/domain/uuid.h"
#include "gateway/store/sha256.h"

namespace semafoor::codes {
namespace {

constexpr std::size_t kProblemsTold = 5;

std::string sha256_of(const std::string& content) {
  store::Sha256 sum;
  sum.add(std::as_bytes(std::span(content)));
  return sum.hex();
}

Error refused(const char* code, std::string message) {
  return {.kind = ErrorKind::failed_precondition, .code = code, .message = std::move(message)};
}

Error unknown_kind() {
  return {.kind = ErrorKind::invalid_argument,
          .code = "codes.unknown_kind",
          .message =
              "Looking for a code table: the kind is not known. Name feedback-codes or "
              "signal-types.",
          .field = "kind"};
}

Error invalid_table(const std::vector<RowProblem>& problems) {
  std::string message = "Loading a code table: " + std::to_string(problems.size()) +
                        (problems.size() == 1 ? " thing is" : " things are") +
                        " wrong in it, and nothing was loaded.";
  for (std::size_t i = 0; i < std::min(kProblemsTold, problems.size()); ++i)
    message += " Row " + std::to_string(problems[i].row) + ": " + problems[i].what + ".";
  return refused("codes.invalid", message + " See all of it with semafoorctl codes check FILE.");
}

// As the rooms read it: what a check would refuse besides has worked so far.
Result<Checked> read_base(v1::CodeTableKind kind, const std::filesystem::path& file,
                          std::string_view builtin) {
  auto text = data::text_of(file, builtin);
  if (!text) return text.error();
  const std::string name = file.empty() ? "a list that is compiled in" : file.string();
  Checked base;
  base.table.set_kind(kind);
  base.table.set_sha256(sha256_of(*text));
  const auto describe = [&base](const auto& table, std::size_t rows) {
    base.table.set_version(table.version);
    base.table.set_origin(table.origin);
    base.table.set_rows(static_cast<int>(rows));
  };
  if (kind == v1::CODE_TABLE_KIND_FEEDBACK_CODES) {
    auto table = read_feedback_codes(*text, name);
    if (!table) return table.error();
    describe(*table, table->codes.size());
    base.codes = std::move(table->codes);
  } else {
    auto table = read_signal_types(*text, name);
    if (!table) return table.error();
    describe(*table, table->types.size());
    base.types = std::move(table->types);
  }
  return base;
}

std::string told(const v1::CodeTable& table) {
  return std::string(name_of(table.kind())) + " " + table.version() + ", " +
         v1::Origin_Name(table.origin()) + ", " + std::to_string(table.rows()) + " rows, sha256 " +
         table.sha256().substr(0, 16);
}

Result<void> record(store::Transaction& tx, const char* what, const domain::Act& act,
                    const v1::CodeTable& table, const std::string& when) {
  return tx.append_audit(store::kGatewayChain, {.what = what,
                                                .act = act,
                                                .subject_kind = "codes",
                                                .subject_id = table.table_id(),
                                                .persons = {},
                                                .result = {},
                                                .upstream_ticket = {},
                                                .count = 1,
                                                .detail = told(table) + when});
}

std::string from_text(std::int64_t from_ms) {
  return ", from " + domain::write_date(domain::belgian_day(from_ms));
}

// Those that begin later stay behind it.
void insert(v1::CodeTimeline& periods, const v1::CodeTablePeriod& period) {
  int at = periods.periods_size();
  *periods.add_periods() = period;
  for (; at > 0 && periods.periods(at - 1).from().unix_ms() > period.from().unix_ms(); --at)
    periods.mutable_periods()->SwapElements(at, at - 1);
}

}  // namespace

Result<BaseTables> BaseTables::load(const std::filesystem::path& feedback_codes,
                                    const std::filesystem::path& signal_types) {
  auto codes =
      read_base(v1::CODE_TABLE_KIND_FEEDBACK_CODES, feedback_codes, data::builtin_feedback_codes());
  if (!codes) return codes.error();
  auto types =
      read_base(v1::CODE_TABLE_KIND_SIGNAL_TYPES, signal_types, data::builtin_signal_types());
  if (!types) return types.error();
  return BaseTables{std::move(*codes), std::move(*types)};
}

Codes::Codes(store::Store& store, BaseTables base, std::function<std::int64_t()> now_ms)
    : store_(store), base_(std::move(base)), now_ms_(std::move(now_ms)) {}

const Checked& Codes::base(v1::CodeTableKind kind) const {
  return kind == v1::CODE_TABLE_KIND_SIGNAL_TYPES ? base_.signal_types : base_.feedback_codes;
}

Result<Checked> Codes::table_of(store::Reader& reader, v1::CodeTableKind kind,
                                const v1::CodeTablePeriod* period) const {
  if (period == nullptr || period->table().table_id().empty()) return base(kind);
  auto stored = stored_table(reader, period->table().table_id());
  if (!stored) return stored.error();
  auto table = check(stored->content(), stored->table().version(), {});
  if (!table) return table.error();
  table->table = stored->table();
  return table;
}

void Codes::show(v1::CodeTableKind kind, const v1::CodeTimeline& periods,
                 google::protobuf::RepeatedPtrField<v1::CodeTablePeriod>& shown) const {
  const std::int64_t now = now_ms_();
  auto& first = *shown.Add();
  first.mutable_from();
  *first.mutable_table() = base(kind).table;
  for (const auto& one : periods.periods()) {
    auto& period = *shown.Add();
    period = one;
    if (period.table().table_id().empty()) *period.mutable_table() = base(kind).table;
    period.set_prepared(period.from().unix_ms() > now);
  }
}

Result<v1::ListCodesResponse> Codes::list(v1::CodeTableKind kind, std::optional<int> day) {
  if (name_of(kind).empty()) return unknown_kind();
  v1::ListCodesResponse response;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto periods = timeline(reader, kind);
    if (!periods) return periods.error();
    const std::int64_t moment =
        day ? domain::belgian_midnight_ms(domain::next_day(*day)) - 1 : now_ms_();
    auto table = table_of(reader, kind, period_at(*periods, moment));
    if (!table) return table.error();
    *response.mutable_table() = table->table;
    for (auto& code : table->codes)
      if (!day || valid_on(code, *day)) *response.add_codes() = std::move(code);
    for (auto& type : table->types)
      if (!day || valid_on(type, *day)) *response.add_types() = std::move(type);
    show(kind, *periods, *response.mutable_timeline());
    return {};
  });
  if (!read) return read.error();
  return response;
}

Result<Checked> Codes::checked(store::Reader& reader, const v1::CodeTimeline& types,
                               const std::string& content) const {
  if (content.size() > kLargestFile)
    return Error{.kind = ErrorKind::invalid_argument,
                 .code = "codes.too_large",
                 .message =
                     "Loading a code table: the file has more than 1 MiB. Is it the right "
                     "one?",
                 .field = "content"};
  // Also those that are prepared: their codes come with them.
  KnownTypes known = known_types(base_.signal_types.types);
  for (const auto* period : {period_at(types, now_ms_()), period_after(types, now_ms_())}) {
    if (period == nullptr) continue;
    auto named = table_of(reader, v1::CODE_TABLE_KIND_SIGNAL_TYPES, period);
    if (!named) return named.error();
    const auto more = known_types(named->types);
    known->insert(more->begin(), more->end());
  }
  auto table = check(content, "the file", known);
  if (!table) return table.error();
  table->table.set_sha256(sha256_of(content));
  return table;
}

Result<v1::LoadCodesResponse> Codes::load(const std::string& content, std::optional<int> day,
                                          const std::string& by, const domain::Act& act) {
  v1::LoadCodesResponse response;
  const auto stored = store_.write_and_wait([&](store::Transaction& tx) -> Result<void> {
    response.Clear();
    // Held before anything is read: another gateway may be loading signal types.
    auto types = locked_timeline(tx, v1::CODE_TABLE_KIND_SIGNAL_TYPES);
    if (!types) return types.error();
    const std::int64_t now = now_ms_();
    auto table = checked(tx, *types, content);
    if (!table) return table.error();
    if (!table->problems.empty()) return invalid_table(table->problems);
    const auto kind = table->table.kind();
    auto periods = locked_timeline(tx, kind);
    if (!periods) return periods.error();
    const std::int64_t from = day ? domain::belgian_midnight_ms(*day) : now;
    if (day && from <= now)
      return refused("codes.day_past",
                     "Preparing a code table: the day it is to be in force from has begun already. "
                     "Name a day after today, or load it without one.");
    if (day && period_after(*periods, now) != nullptr)
      return refused("codes.prepared",
                     "Preparing a code table: another one is prepared already. Withdraw that first "
                     "(semafoorctl codes withdraw).");
    const auto* const current = period_at(*periods, now);
    // Also after a rollback to the settings' table, whose period names none.
    const bool of_settings = current == nullptr || current->table().table_id().empty();
    const auto& in_force = of_settings ? base(kind).table : current->table();
    if (!day && in_force.sha256() == table->table.sha256())
      return refused("codes.same",
                     "Loading a code table: this file is the one in force. Nothing was changed.");
    table->table.set_table_id(domain::uuid_v7(now));
    table->table.mutable_loaded_at()->set_unix_ms(now);
    table->table.set_loaded_by(by);
    table->table.set_reason(act.reason);
    v1::StoredCodeTable kept;
    *kept.mutable_table() = table->table;
    kept.set_content(content);
    if (auto put = put_table(tx, kept); !put) return put;
    auto& period = *response.mutable_period();
    period.mutable_from()->set_unix_ms(from);
    *period.mutable_table() = table->table;
    insert(*periods, period);
    period.set_prepared(day.has_value());
    if (auto put = put_timeline(tx, kind, *periods); !put) return put;
    show(kind, *periods, *response.mutable_timeline());
    return record(tx, day ? "codes.prepare" : "codes.load", act, table->table, from_text(from));
  });
  if (!stored) return stored.error();
  return response;
}

Result<v1::WithdrawCodesResponse> Codes::withdraw(v1::CodeTableKind kind, const domain::Act& act) {
  if (name_of(kind).empty()) return unknown_kind();
  v1::WithdrawCodesResponse response;
  const auto stored = store_.write_and_wait([&](store::Transaction& tx) -> Result<void> {
    response.Clear();
    auto periods = locked_timeline(tx, kind);
    if (!periods) return periods.error();
    const auto* const prepared = period_after(*periods, now_ms_());
    if (prepared == nullptr)
      return refused("codes.nothing_prepared",
                     "Withdrawing a prepared code table: none is prepared. Look at semafoorctl "
                     "codes list.");
    *response.mutable_withdrawn() = *prepared;
    response.mutable_withdrawn()->set_prepared(true);
    // The only one that has not begun.
    periods->mutable_periods()->RemoveLast();
    if (auto put = put_timeline(tx, kind, *periods); !put) return put;
    show(kind, *periods, *response.mutable_timeline());
    return record(tx, "codes.withdraw", act, response.withdrawn().table(),
                  from_text(response.withdrawn().from().unix_ms()));
  });
  if (!stored) return stored.error();
  return response;
}

Result<v1::RollbackCodesResponse> Codes::rollback(v1::CodeTableKind kind, const domain::Act& act) {
  if (name_of(kind).empty()) return unknown_kind();
  v1::RollbackCodesResponse response;
  const auto stored = store_.write_and_wait([&](store::Transaction& tx) -> Result<void> {
    response.Clear();
    const std::int64_t now = now_ms_();
    auto periods = locked_timeline(tx, kind);
    if (!periods) return periods.error();
    const auto* const current = period_at(*periods, now);
    if (current == nullptr)
      return refused("codes.nothing_before",
                     "Rolling a code table back: the one in force is that of the gateway's "
                     "settings, and nothing was in force before it.");
    const auto* const before = period_at(*periods, current->from().unix_ms() - 1);
    auto& period = *response.mutable_period();
    period.mutable_from()->set_unix_ms(now);
    if (before != nullptr) *period.mutable_table() = before->table();
    period.set_reason(act.reason);
    insert(*periods, period);
    if (auto put = put_timeline(tx, kind, *periods); !put) return put;
    if (period.table().table_id().empty()) *period.mutable_table() = base(kind).table;
    show(kind, *periods, *response.mutable_timeline());
    return record(tx, "codes.rollback", act, period.table(), from_text(now));
  });
  if (!stored) return stored.error();
  return response;
}

Result<v1::CompareCodesResponse> Codes::compare(v1::CodeTableKind kind,
                                                const std::string& content) {
  v1::CompareCodesResponse response;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    response.Clear();
    const std::int64_t now = now_ms_();
    std::optional<Checked> next;
    std::int64_t from = now;
    if (!content.empty()) {
      auto types = timeline(reader, v1::CODE_TABLE_KIND_SIGNAL_TYPES);
      if (!types) return types.error();
      auto table = checked(reader, *types, content);
      if (!table) return table.error();
      if (!table->problems.empty()) return invalid_table(table->problems);
      kind = table->table.kind();
      next = std::move(*table);
    }
    if (name_of(kind).empty()) return unknown_kind();
    auto periods = timeline(reader, kind);
    if (!periods) return periods.error();
    if (!next) {
      const auto* const prepared = period_after(*periods, now);
      if (prepared == nullptr)
        return refused("codes.nothing_prepared",
                       "Comparing code tables: none is prepared. Prepare one, or name a file.");
      auto table = table_of(reader, kind, prepared);
      if (!table) return table.error();
      next = std::move(*table);
      from = prepared->from().unix_ms();
      *response.mutable_from() = prepared->from();
    }
    auto current = table_of(reader, kind, period_at(*periods, now));
    if (!current) return current.error();
    *response.mutable_current() = current->table;
    *response.mutable_next() = next->table;
    compare_tables(*current, *next, domain::belgian_time(from).date(), response);
    return count_affected(reader, *current, *next, domain::belgian_time(from).date(), response);
  });
  if (!read) return read.error();
  return response;
}

}  // namespace semafoor::codes
