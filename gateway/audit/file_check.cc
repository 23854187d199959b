// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/file_check.h"

#include <optional>
#include <string>
#include <utility>

#include "gateway/audit/export_file.h"
#include "gateway/audit/json_text.h"
#include "gateway/domain/hex.h"

namespace semafoor::audit {
namespace {

using nlohmann::json;

// The next line with its end; nothing at the end of the file. One without its end was cut.
std::optional<std::string> next_line(std::istream& file) {
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  if (!file.eof()) line += '\n';
  return line;
}

// What a line says; nothing when it does not stand there as this program writes it.
std::optional<v1::StoredAuditRecord> record_of(const std::string& line) {
  const auto object = json::parse(line, nullptr, false);
  if (!object.is_object()) return std::nullopt;
  v1::StoredAuditRecord record;
  record.set_number(number_of(object, "number"));
  record.set_time_ms(number_of(object, "time_ms"));
  record.set_hash(domain::from_hex(text_of(object, "hash")).value_or(""));
  record.set_record(domain::from_hex(text_of(object, "record")).value_or(""));
  if (record_line(record) != line) return std::nullopt;
  return record;
}

std::optional<v1::AuditHead> end_of(const std::string& line) {
  const auto object = json::parse(line, nullptr, false);
  if (!object.is_object()) return std::nullopt;
  v1::AuditHead head;
  head.set_number(number_of(object, "end"));
  head.set_hash(domain::from_hex(text_of(object, "hash")).value_or(""));
  if (last_line(head) != line) return std::nullopt;
  return head;
}

void add_fault(v1::VerifyAuditResponse& found, std::int64_t line, v1::AuditFault fault,
               const std::string& what) {
  found.set_faults(found.faults() + 1);
  v1::AuditFinding& finding = *found.add_findings();
  finding.set_fault(fault);
  finding.set_message("Line " + std::to_string(line) + " of the file " + what +
                      " Export the chain again, and compare.");
}

}  // namespace

Result<v1::VerifyAuditResponse> check_file(std::istream& file, const AnchorsRead& anchors) {
  const auto first = next_line(file);
  const auto object = first ? json::parse(*first, nullptr, false) : json();
  const std::string org = object.is_object() ? text_of(object, "organisation") : std::string();
  if (!first || *first != first_line(org))
    return Error{.kind = ErrorKind::invalid_argument,
                 .code = "audit.not_an_export",
                 .message =
                     "An exported audit chain was to be verified; the file does not begin like "
                     "one, or its first line was changed. Name a file of: semafoorctl audit "
                     "export --file."};
  v1::VerifyAuditResponse found;
  for (const std::string& problem : anchors.problems) {
    v1::AuditFinding& finding = *found.add_findings();
    finding.set_fault(v1::AUDIT_FAULT_CHANGED);
    finding.set_message(problem);
    found.set_faults(found.faults() + 1);
  }
  const auto known = anchors.chains.find(org);
  ChainCheck check(org, known == anchors.chains.end() ? std::vector<Anchored>() : known->second);
  std::optional<v1::AuditHead> head;
  std::int64_t number = 1;
  while (const auto line = next_line(file)) {
    ++number;
    if (head) {
      add_fault(found, number, v1::AUDIT_FAULT_ORDER, "stands after the end of the chain.");
      break;
    }
    if (const auto record = record_of(*line)) {
      found.set_records(found.records() + 1);
      check.take({.number = record->number(),
                  .time_ms = record->time_ms(),
                  .hash = record->hash(),
                  .body = record->record()});
    } else if (head = end_of(*line); head) {
      check.end({.number = head->number(), .hash = head->hash()});
    } else {
      add_fault(found, number, v1::AUDIT_FAULT_CHANGED, "is not as it was written.");
      if (found.faults() > ChainCheck::kMostTold) break;
    }
  }
  if (!head) add_fault(found, number, v1::AUDIT_FAULT_CUT, "is the last, and no end of a chain.");
  check.tell(*found.mutable_findings());
  found.set_faults(found.faults() + check.faults());
  found.set_anchors(check.anchors_met());
  *found.mutable_head() = check.head();
  found.set_done(head.has_value());
  return found;
}

}  // namespace semafoor::audit
