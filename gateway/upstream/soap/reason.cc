// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/soap/reason.h"

#include <optional>

#include "gateway/upstream/http/api_error.h"
#include "gateway/upstream/http/http_failure.h"

namespace semafoor::upstream::soap {
namespace {

struct Meaning {
  std::string_view code;
  ErrorKind kind;
  const char* ours;
  bool retryable;
  const char* advice;
};

constexpr char kForbidden[] =
    "The caller is known and may not do this. Check the legal context and the authorisation of the "
    "organisation with the KSZ";
constexpr char kSsinWrong[] =
    "The national number is wrong. Correct it in the dossier; trying again does not help";

// SOA-*: socialsecurity.be, helpcentre/soa/technical_error. MSG*, RTIPC*: KSZ, as its customers
// publish them (reference knipperlichten-ksz 3.3; Digitaal Vlaanderen, "KSZ Status Codes").
constexpr Meaning kMeanings[] = {
    {"SOA-00001", ErrorKind::unavailable, "upstream.unavailable", true,
     "The upstream says no more than that it failed; it is tried again later"},
    {"SOA-01001", ErrorKind::unauthenticated, "upstream.unauthenticated", false,
     "The upstream does not accept who calls. Check that the certificate is registered and in "
     "force, or the technical account and its password, and that the clock is right to within "
     "five minutes"},
    {"SOA-01002", ErrorKind::permission_denied, "upstream.forbidden", false, kForbidden},
    {"SOA-02001", ErrorKind::unavailable, "upstream.unavailable", false,
     "The upstream failed and says that trying again does not help. Call its service desk"},
    {"SOA-02002", ErrorKind::unavailable, "upstream.unavailable", true,
     "The upstream is not available for now; it is tried again later"},
    {"MSG00002", ErrorKind::unavailable, "upstream.unavailable", true,
     "The source behind the KSZ is not available; it is tried again later"},
    {"MSG00003", ErrorKind::unavailable, "upstream.unavailable", true,
     "The KSZ has a problem of its own; it is tried again later"},
    {"MSG00005", ErrorKind::not_found, "ksz.ssin_unknown", false, kSsinWrong},
    {"MSG00006", ErrorKind::failed_precondition, "ksz.ssin_replaced", false,
     "The national number was replaced. Take the new one over into the dossier, then repeat"},
    {"MSG00008", ErrorKind::invalid_argument, "upstream.refused", false,
     "The KSZ finds the content of the request wrong; trying again does not help"},
    {"MSG00011", ErrorKind::invalid_argument, "upstream.refused", false, kSsinWrong},
    {"MSG00012", ErrorKind::failed_precondition, "ksz.not_integrated", false,
     "The organisation has no running integration of this person with the KSZ. Register it "
     "(ManageAccess, in the social software), then repeat"},
    {"MSG00013", ErrorKind::permission_denied, "upstream.forbidden", false, kForbidden},
    {"RTIPC001", ErrorKind::permission_denied, "upstream.forbidden", false, kForbidden},
};

constexpr Meaning kRequestWrong = {"", ErrorKind::invalid_argument, "upstream.refused", false,
                                   "The upstream finds the request wrong; trying again does not "
                                   "help"};
constexpr Meaning kUpstreamFailed = {"", ErrorKind::unavailable, "upstream.unavailable", true,
                                     "The upstream has a problem of its own; it is tried again "
                                     "later"};

const Meaning* meaning_of(std::string_view code) {
  for (const Meaning& one : kMeanings) {
    if (one.code == code) return &one;
  }
  // Malformed, not SOAP, not as the schema says: all are the consumer's.
  return code.starts_with("SOA-03") ? &kRequestWrong : nullptr;
}

}  // namespace

Severity severity_of(std::string_view word) {
  if (word == "INFORMATION") return Severity::information;
  if (word == "WARNING") return Severity::warning;
  return Severity::error;
}

Error error_of(const std::vector<Reason>& reasons, Blame blame, std::string_view reference) {
  const Reason* said = nullptr;
  const Meaning* meaning = nullptr;
  for (const Reason& one : reasons) {
    if (one.severity != Severity::error) continue;
    if (said == nullptr) said = &one;
    if (meaning = meaning_of(one.code); meaning != nullptr) {
      said = &one;
      break;
    }
  }
  if (said == nullptr && !reasons.empty()) said = &reasons.front();
  if (meaning == nullptr) meaning = blame == Blame::request ? &kRequestWrong : &kUpstreamFailed;
  std::string message = "it was refused";
  if (said != nullptr) {
    message += " with " + (said->code.empty() ? std::string("no code") : shown_text(said->code));
    if (!said->text.empty()) message += " \"" + shown_text(said->text) + "\"";
  }
  if (!reference.empty()) message += " (reference " + shown_trace_id(reference) + ")";
  return Error{.kind = meaning->kind,
               .code = meaning->ours,
               .message = message + ". " + meaning->advice,
               .retryable = meaning->retryable};
}

}  // namespace semafoor::upstream::soap
