// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/credential_page.h"

#include <ctime>
#include <nlohmann/json.hpp>

#include "gateway/ctl/render.h"

namespace semafoor::ctl {
namespace {

std::string day_of(const v1::Instant& moment) {
  const auto seconds = static_cast<std::time_t>(moment.unix_ms() / 1000);
  const std::tm* const utc = std::gmtime(&seconds);
  char text[16];
  if (utc == nullptr || std::strftime(text, sizeof text, "%Y-%m-%d", utc) == 0) return "?";
  return text;
}

std::string ending(const v1::CertificateFacts& certificate) {
  const std::string day = day_of(certificate.not_after());
  if (certificate.days_left() < 0) return "EXPIRED on " + day;
  return std::to_string(certificate.days_left()) + " days left, until " + day;
}

std::string slot_line(const char* slot, const v1::KeyFacts& key) {
  std::string line = std::string("  ") + slot + key.algorithm() + " " + std::to_string(key.bits()) +
                     ", " + key.home();
  if (key.has_certificate())
    line += ", " + key.certificate().subject() + ", serial " + key.certificate().serial() + ", " +
            ending(key.certificate());
  else
    line += ", no certificate";
  if (key.has_added()) line += key.has_tested() ? ", tested" : ", not tested";
  return line + "\n";
}

}  // namespace

std::string credential_lines(const v1::Credential& credential) {
  std::string text = credential.name();
  for (const v1::CbeNumber& org : credential.organisations()) text += "  " + org.value();
  if (credential.organisations().empty()) text += "  (no organisation names it)";
  text += "\n";
  if (!credential.problem().empty())
    text += "  UNUSABLE (" + credential.code() + "): " + credential.problem() + "\n";
  if (credential.has_active()) text += slot_line("signs     ", credential.active());
  if (credential.has_next()) text += slot_line("prepared  ", credential.next());
  if (credential.has_previous()) text += slot_line("previous  ", credential.previous());
  return text;
}

std::string credentials_page(const v1::ListCredentialsResponse& response) {
  if (response.credentials().empty())
    return "No key yet. Bring one: semafoorctl credentials import NAME FILE --reason WHY\n";
  std::string page;
  for (const v1::Credential& one : response.credentials()) page += credential_lines(one);
  return page;
}

std::string rotation_document(const v1::Credential& credential, bool activated,
                              const std::string& walk) {
  nlohmann::json document = {{"credential", nlohmann::json::parse(to_json(credential))},
                             {"activated", activated}};
  if (!walk.empty()) document["upstream"] = nlohmann::json::parse(walk);
  return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string erasure_page(const v1::EraseOrganisationResponse& response) {
  std::string page = "Erased: its data is unreadable from now on.\n";
  for (const std::string& name : response.credentials())
    page += "  the key " + name + " is destroyed\n";
  for (const std::string& folder : response.backup_folders())
    page += "  its data key is gone from beside the backups in " + folder + "\n";
  for (const v1::LeftOver& one : response.left_over())
    page += "  NOT DONE " + one.place() + ": " + one.problem() + "\n";
  return page;
}

std::string alarm_lines(const google::protobuf::RepeatedPtrField<v1::Alarm>& alarms, bool colours) {
  std::string page;
  for (const v1::Alarm& one : alarms) {
    const char* const word = one.level() == v1::ALARM_LEVEL_RED      ? "RED "
                             : one.level() == v1::ALARM_LEVEL_YELLOW ? "YELLOW "
                                                                     : "NOTICE ";
    const bool red = colours && one.level() == v1::ALARM_LEVEL_RED;
    page += (red ? "\x1b[31m" : "") + std::string(word) + one.code() + ": " + one.message() +
            (red ? "\x1b[0m" : "") + "\n";
  }
  return page;
}

}  // namespace semafoor::ctl
