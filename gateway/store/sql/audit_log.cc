// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <utility>

#include "gateway/domain/masking.h"
#include "gateway/domain/text.h"
#include "gateway/store/audit_chain.h"
#include "gateway/store/sql/transaction.h"
#include "semafoor/v1/audit.pb.h"

namespace semafoor::store::sql {
namespace {

constexpr char kPersonPurpose[] = "audit-person";
constexpr std::string_view kPersons = "audit_persons";
// Of texts that come from an upstream or a caller: whoever records is not filled up by them.
constexpr std::size_t kLongest = 1024;

// As a text of a record: bounded, UTF-8 (anything else makes a record that nobody can read again),
// and without a national number, which only stands in a record as a keyed hash.
std::string text(const std::string& from) {
  return domain::mask_national_numbers(domain::as_utf8(from.substr(0, kLongest)));
}

v1::AuditCallerKind kind_of(domain::Caller::Kind kind) {
  switch (kind) {
    case domain::Caller::Kind::gateway:
      return v1::AUDIT_CALLER_KIND_GATEWAY;
    case domain::Caller::Kind::process:
      return v1::AUDIT_CALLER_KIND_PROCESS;
    case domain::Caller::Kind::certificate:
      return v1::AUDIT_CALLER_KIND_CERTIFICATE;
    case domain::Caller::Kind::unknown:
      break;
  }
  return v1::AUDIT_CALLER_KIND_UNSPECIFIED;
}

void set_caller(const domain::Caller& from, v1::AuditCaller& caller) {
  caller.set_kind(kind_of(from.kind));
  // As the system says it: a SID holds longer numbers than a person has.
  caller.set_account(domain::as_utf8(from.account.substr(0, kLongest)));
  caller.set_program(text(from.program));
  caller.set_pid(from.pid);
  caller.set_certificate(domain::as_utf8(from.certificate.substr(0, kLongest)));
  caller.set_name(text(from.name));
}

v1::AuditRecord record_of(const AuditEntry& entry) {
  v1::AuditRecord record;
  record.set_act(entry.what);
  set_caller(entry.act.caller, *record.mutable_caller());
  if (!entry.act.actor_id.empty() || !entry.act.actor_name.empty()) {
    record.mutable_actor()->set_id(text(entry.act.actor_id));
    record.mutable_actor()->set_name(text(entry.act.actor_name));
  }
  record.set_purpose(text(entry.act.purpose));
  record.set_reason(text(entry.act.reason));
  record.set_legal_context(text(entry.act.legal_context));
  record.set_subject_kind(entry.subject_kind);
  record.set_subject_id(domain::as_utf8(entry.subject_id.substr(0, kLongest)));
  record.set_result(entry.result);
  record.set_correlation_id(domain::as_utf8(entry.act.correlation_id.substr(0, kLongest)));
  record.set_upstream_ticket(text(entry.upstream_ticket));
  if (entry.count > 1) record.set_count(entry.count);
  record.set_detail(text(entry.detail));
  return record;
}

}  // namespace

template <typename Base>
Result<AuditHead> Queries<Base>::audit_head(const Org& org) {
  return attempt("read where an audit chain ends", [&]() -> Result<AuditHead> {
    auto query = database_.query("SELECT audit, audit_hash FROM sequences WHERE org = ?");
    query.text(org);
    if (!query.row()) return AuditHead{};
    return AuditHead{.number = query.number_at(0), .hash = query.string_at(1)};
  });
}

template <typename Base>
Result<std::vector<Org>> Queries<Base>::audit_chains() {
  return attempt("list the audit chains", [&]() -> Result<std::vector<Org>> {
    std::set<Org> chains;
    {
      auto ends = database_.query("SELECT org FROM sequences WHERE audit > 0");
      while (ends.row()) chains.insert(ends.string_at(0));
    }
    // Each by one look into the index: also those whose end was taken away.
    std::optional<Org> last;
    for (;;) {
      auto next =
          database_.query(last ? "SELECT org FROM audit WHERE org > ? ORDER BY org LIMIT 1"
                               : "SELECT org FROM audit WHERE org >= ? ORDER BY org LIMIT 1");
      const Org from = last.value_or("");
      next.text(from);
      if (!next.row()) break;
      last = next.string_at(0);
      chains.insert(*last);
    }
    return std::vector<Org>(chains.begin(), chains.end());
  });
}

template <typename Base>
Result<int> Queries<Base>::audit_rows(const Org& org, std::int64_t after, int max,
                                      const AuditVisitor& visit) {
  return attempt("read an audit chain", [&]() -> Result<int> {
    auto query = database_.query(
        "SELECT number, time_ms, hash, body FROM audit WHERE org = ? AND number > ? ORDER BY "
        "number LIMIT ?");
    query.text(org).number(after).number(max);
    int count = 0;
    for (; query.row(); ++count)
      visit({.number = query.number_at(0),
             .time_ms = query.number_at(1),
             .hash = query.bytes_at(2),
             .body = query.bytes_at(3)});
    return count;
  });
}

template <typename Base>
std::string Queries<Base>::audit_person_hash(const Org& org, const std::string& ssin) {
  return index_.hash(kPersonPurpose, org, ssin);
}

template <typename Base>
Result<std::optional<std::string>> Queries<Base>::audit_person(const Org& org,
                                                               const std::string& hash) {
  return attempt("look up a person of the audit", [&]() -> Result<std::optional<std::string>> {
    auto query = database_.query("SELECT body FROM audit_persons WHERE org = ? AND hash = ?");
    query.text(org).blob(hash);
    if (!query.row()) return std::optional<std::string>();
    std::string ssin = opened(org, kPersons, query.bytes_at(0));
    if (audit_person_hash(org, ssin) != hash) throw damaged_record();
    return std::optional(std::move(ssin));
  });
}

Result<AuditHead> SqlTransaction::audit_head(const Org& org) {
  return attempt("read where an audit chain ends",
                 [&]() -> Result<AuditHead> { return sequences_.last(org).audit; });
}

std::string SqlTransaction::keep_person(const Org& org, const std::string& ssin) {
  std::string hash = audit_person_hash(org, ssin);
  const std::string body = sealed(org, kPersons, ssin);
  database_
      .query("INSERT INTO audit_persons (org, hash, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
      .text(org)
      .blob(hash)
      .blob(body)
      .run();
  return hash;
}

Result<void> SqlTransaction::append_audit(const Org& org, const AuditEntry& entry) {
  return change("record an act in the audit", [&]() -> Result<void> {
    v1::AuditRecord record = record_of(entry);
    std::set<std::string_view> once;
    for (const std::string& ssin : entry.persons)
      if (!ssin.empty() && once.insert(ssin).second) record.add_persons(keep_person(org, ssin));
    AuditHead& head = sequences_.audit(org);
    record.set_number(head.number + 1);
    record.set_time_ms(now_ms_);
    const std::string body = record.SerializeAsString();
    AuditHasher hasher;
    const AuditHash hash = head.number == 0 ? hasher.next(view(audit_chain_start(org)), body)
                                            : hasher.next(head.hash, body);
    database_.query("INSERT INTO audit (org, number, time_ms, hash, body) VALUES (?, ?, ?, ?, ?)")
        .text(org)
        .number(record.number())
        .number(now_ms_)
        .blob(view(hash))
        .blob(body)
        .run();
    head = {.number = record.number(), .hash = std::string(view(hash))};
    return {};
  });
}

template Result<AuditHead> Queries<Reader>::audit_head(const Org&);
template Result<std::vector<Org>> Queries<Reader>::audit_chains();
template Result<int> Queries<Reader>::audit_rows(const Org&, std::int64_t, int,
                                                 const AuditVisitor&);
template std::string Queries<Reader>::audit_person_hash(const Org&, const std::string&);
template Result<std::optional<std::string>> Queries<Reader>::audit_person(const Org&,
                                                                          const std::string&);
template Result<AuditHead> Queries<Transaction>::audit_head(const Org&);
template Result<std::vector<Org>> Queries<Transaction>::audit_chains();
template Result<int> Queries<Transaction>::audit_rows(const Org&, std::int64_t, int,
                                                      const AuditVisitor&);
template std::string Queries<Transaction>::audit_person_hash(const Org&, const std::string&);
template Result<std::optional<std::string>> Queries<Transaction>::audit_person(const Org&,
                                                                               const std::string&);

}  // namespace semafoor::store::sql
