// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/audit_commands.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <utility>
#include <vector>

#include "gateway/audit/export_file.h"
#include "gateway/ctl/answers.h"
#include "gateway/ctl/audit_page.h"
#include "gateway/ctl/gateway_program.h"
#include "gateway/ctl/new_file.h"
#include "gateway/ctl/render.h"
#include "gateway/domain/hex.h"
#include "gateway/domain/ssin.h"

namespace semafoor::ctl {
namespace {

// A record that cannot be read shows as empty: the verification tells why.
v1::AuditRecord decoded(const v1::StoredAuditRecord& stored) {
  v1::AuditRecord record;
  if (!record.ParseFromString(stored.record())) record.Clear();
  record.set_number(stored.number());
  record.set_time_ms(stored.time_ms());
  return record;
}

// The records of one JSON document, as they come.
class RecordPrinter {
 public:
  explicit RecordPrinter(bool as_json) : json_(as_json) {
    if (json_) std::cout << "{\"records\":[";
  }
  void print(const v1::AuditRecord& record) {
    if (json_)
      std::cout << (count_ == 0 ? "" : ",") << audit_json(record);
    else
      std::cout << audit_line(record);
    ++count_;
  }
  void end(const std::string& members) const {
    if (json_) std::cout << "]" << members << "}\n";
  }
  std::int64_t count() const { return count_; }

 private:
  const bool json_;
  std::int64_t count_ = 0;
};

}  // namespace

AuditCommands::AuditCommands(CLI::App& app)
    : audit_(app.add_subcommand("audit", "who did what, about whom, when and why")) {
  audit_->require_subcommand(1);
  verify_ = audit_->add_subcommand("verify", "reads the chains and says whether they are whole");
  verify_->add_option("CBE", cbe_, "only this organisation's chain");
  auto* file = verify_->add_option("--file", file_, "an exported chain instead; needs no gateway");
  verify_->add_option("--anchors", anchors_, "folder of anchors that the file is held against")
      ->needs(file);
  verify_->footer(
      "Exit codes: 0 whole, 1 a fault was found or the gateway refused, 2 wrong usage, "
      "3 no gateway reachable.");
  export_ = audit_->add_subcommand("export", "shows a chain, or writes it into a file");
  export_->add_option("CBE", cbe_, "enterprise number; without: the gateway's own chain");
  export_->add_option("--file", file_, "new file that \"audit verify --file\" verifies");
  who_saw_ = audit_->add_subcommand("who-saw", "the records that name a person");
  who_saw_->add_option("CBE", cbe_, "enterprise number of the organisation")->required();
  who_saw_->add_option("PERSON", person_,
                       "national number; without: the first line of standard input, where no list "
                       "of processes shows it");
  resolve_ = audit_->add_subcommand("resolve", "the national number behind a hash of a record");
  resolve_->add_option("CBE", cbe_, "enterprise number of the organisation")->required();
  resolve_->add_option("HASH", hash_, "32 hexadecimal digits")->required();
  for (auto* command : {export_, who_saw_, resolve_})
    command->add_option("--reason", reason_, "why; recorded, no personal data")->required();
}

bool AuditCommands::parsed() const {
  return audit_->parsed();
}

int AuditCommands::run(const Common& common) const {
  if (verify_->parsed()) return verify(common);
  if (export_->parsed()) return export_chain(common);
  return who_saw_->parsed() ? who_saw(common) : resolve(common);
}

int AuditCommands::verify(const Common& common) const {
  if (!file_.empty()) {
    std::vector<std::string> words{"check-audit", file_};
    if (!anchors_.empty()) words.insert(words.end(), {"--anchors", anchors_});
    if (common.json) words.emplace_back("--json");
    return become_gateway(words);
  }
  Failure failure;
  const auto client = AdminClient::connect(common.socket, failure);
  v1::VerifyAuditRequest request;
  if (!cbe_.empty()) request.mutable_organisation()->set_value(cbe_);
  v1::VerifyAuditResponse sum;
  const auto hear = [&](const v1::VerifyAuditResponse& response) {
    const auto findings = sum.findings_size();
    sum.mutable_findings()->MergeFrom(response.findings());
    sum.set_records(response.records());
    sum.set_anchors(response.anchors());
    sum.set_faults(response.faults());
    sum.set_done(response.done());
    if (common.json) return;
    for (int i = findings; i < sum.findings_size(); ++i) std::cout << finding_line(sum.findings(i));
    if (response.has_head())
      std::cout << chain_name(response.head().organisation()) << ": " << response.head().number()
                << " records, last hash " << domain::to_hex(response.head().hash()) << "\n";
    std::cout << std::flush;
  };
  if (!client || !client->stream(&v1::Admin::Stub::VerifyAudit, request, hear, failure))
    return fail(common, failure);
  std::string text = sum.faults() == 0 ? "Whole: " : "NOT WHOLE: ";
  text += std::to_string(sum.records()) + " records, " + std::to_string(sum.anchors()) +
          " anchors met, " + std::to_string(sum.faults()) + " faults.\n";
  const int code = done(common, sum, text);
  return sum.faults() == 0 && sum.done() ? code : kRefused;
}

int AuditCommands::export_chain(const Common& common) const {
  NewFile file(file_);
  if (!file_.empty()) {
    if (file.is_there())
      return fail(common, {kUsage, "usage.file",
                           "The file " + file_ + " is there already. Name a new one."});
    if (!file.open())
      return fail(common, {kUsage, "usage.file",
                           "The file " + file_ +
                               " cannot be written. Name one in a folder that "
                               "this account may write to."});
    file.write(audit::first_line(cbe_));
  }
  Failure failure;
  const auto client = AdminClient::connect(common.socket, failure);
  v1::ExportAuditRequest request;
  if (!cbe_.empty()) request.mutable_organisation()->set_value(cbe_);
  request.set_reason(reason_);
  RecordPrinter printer(common.json && file_.empty());
  v1::AuditHead head;
  const auto hear = [&](const v1::ExportAuditResponse& response) {
    for (const auto& record : response.records()) {
      if (file_.empty())
        printer.print(decoded(record));
      else
        file.write(audit::record_line(record));
    }
    if (response.has_head()) head = response.head();
  };
  if (!client || !client->stream(&v1::Admin::Stub::ExportAudit, request, hear, failure))
    return fail(common, failure);
  if (file_.empty()) {
    printer.end("");
    return kDone;
  }
  file.write(audit::last_line(head));
  if (!file.finish())
    return fail(common, {kRefused, "usage.file",
                         "The file " + file_ +
                             " could not be written to its end. Look for free "
                             "space, and export again."});
  return done(common, head,
              "Written: " + std::to_string(head.number()) + " records, last hash " +
                  domain::to_hex(head.hash()) + "\n");
}

int AuditCommands::who_saw(const Common& common) const {
  std::string person = person_;
  if (person.empty()) std::getline(std::cin, person);
  std::erase_if(person, [](char c) { return c == '.' || c == '-' || c == ' ' || c == '\r'; });
  if (!domain::is_valid_ssin(person))
    return fail(common, {kUsage, "usage.person",
                         "That is no national number: eleven digits with their check number are. "
                         "Look for a digit that is wrong or missing."});
  Failure failure;
  const auto client = AdminClient::connect(common.socket, failure);
  v1::WhoSawRequest request;
  request.mutable_organisation()->set_value(cbe_);
  request.mutable_person()->set_value(person);
  request.set_reason(reason_);
  if (!client) return fail(common, failure);
  RecordPrinter printer(common.json);
  std::vector<v1::AuditFinding> findings;
  std::int64_t looked_at = 0;
  const auto hear = [&](const v1::WhoSawResponse& response) {
    for (const auto& record : response.records()) printer.print(record);
    findings.insert(findings.end(), response.findings().begin(), response.findings().end());
    looked_at = response.looked_at();
  };
  if (!client->stream(&v1::Admin::Stub::WhoSaw, request, hear, failure))
    return fail(common, failure);
  std::string list;
  for (const auto& one : findings) list += (list.empty() ? "" : ",") + to_json(one);
  printer.end(",\"lookedAt\":" + std::to_string(looked_at) + ",\"findings\":[" + list + "]");
  if (!common.json) {
    for (const auto& one : findings) std::cout << finding_line(one);
    std::cout << printer.count() << " of " << looked_at << " records name this person.\n";
  }
  return findings.empty() ? kDone : kRefused;
}

int AuditCommands::resolve(const Common& common) const {
  const auto hash = domain::from_hex(hash_);
  if (!hash || hash->size() != 16)
    return fail(common, {kUsage, "usage.hash",
                         "A person's hash has 32 hexadecimal digits, as a record shows it."});
  Failure failure;
  const auto client = AdminClient::connect(common.socket, failure);
  v1::ResolveAuditPersonRequest request;
  request.mutable_organisation()->set_value(cbe_);
  request.set_person_hash(*hash);
  request.set_reason(reason_);
  v1::ResolveAuditPersonResponse response;
  if (!client || !client->call(client->admin(), &v1::Admin::Stub::ResolveAuditPerson, request,
                               response, failure))
    return fail(common, failure);
  return done(common, response, response.person().value() + "\n");
}

}  // namespace semafoor::ctl
