// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/audit_page.h"

#include <nlohmann/json.hpp>

#include "gateway/ctl/render.h"
#include "gateway/domain/hex.h"

namespace semafoor::ctl {
namespace {

std::string caller_words(const v1::AuditCaller& caller) {
  switch (caller.kind()) {
    case v1::AUDIT_CALLER_KIND_GATEWAY:
      return "the gateway";
    case v1::AUDIT_CALLER_KIND_PROCESS:
      return caller.account() + (caller.program().empty() ? "" : " " + caller.program());
    case v1::AUDIT_CALLER_KIND_CERTIFICATE:
      return "certificate " + caller.certificate() + " " + caller.name();
    default:
      return "nobody known";
  }
}

void add(std::string& line, const char* word, const std::string& value) {
  if (!value.empty()) line += std::string("  ") + word + "=" + value;
}

}  // namespace

std::string audit_line(const v1::AuditRecord& record) {
  v1::Instant time;
  time.set_unix_ms(record.time_ms());
  std::string line = std::to_string(record.number()) + "  " + moment(time) + "  " + record.act();
  if (!record.result().empty()) line += " REFUSED (" + record.result() + ")";
  if (record.count() > 1) line += " x" + std::to_string(record.count());
  line += "  by " + caller_words(record.caller());
  add(line, "actor", record.actor().id());
  add(line, "name", record.actor().name());
  add(line, record.subject_kind().empty() ? "subject" : record.subject_kind().c_str(),
      record.subject_id());
  add(line, "purpose", record.purpose());
  add(line, "legal", record.legal_context());
  add(line, "reason", record.reason());
  add(line, "detail", record.detail());
  add(line, "ticket", record.upstream_ticket());
  add(line, "call", record.correlation_id());
  for (const std::string& person : record.persons()) add(line, "person", domain::to_hex(person));
  return line + "\n";
}

std::string audit_json(const v1::AuditRecord& record) {
  auto document = nlohmann::json::parse(to_json(record), nullptr, false);
  if (!document.is_object()) return "{}";
  document["persons"] = nlohmann::json::array();
  for (const std::string& person : record.persons())
    document["persons"].push_back(domain::to_hex(person));
  return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string finding_line(const v1::AuditFinding& finding) {
  return "FAULT  " + chain_name(finding.organisation()) + "  record " +
         std::to_string(finding.number()) + ": " + finding.message() + "\n";
}

std::string chain_name(const v1::CbeNumber& organisation) {
  return organisation.value().empty() ? "the gateway's own chain" : organisation.value();
}

}  // namespace semafoor::ctl
