// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/network_access.h"

#include <algorithm>
#include <utility>

#include "plugins/runtime/certificates.h"
#include "plugins/runtime/channel_source.h"
#include "plugins/runtime/pairing_messages.h"
#include "plugins/runtime/short_call.h"

namespace semafoor::runtime {
namespace {

using std::chrono::seconds;

// How long calls may be held up by a renewal that does not succeed, and how soon it is tried again.
constexpr std::chrono::milliseconds kLongestRenewal{3'000};
constexpr seconds kFirstPause{60};
constexpr seconds kLongestPause{3'600};
// Another program may have renewed or paired meanwhile.
constexpr seconds kLookAgain{24 * 3'600};

constexpr char kPair[] = "/semafoor.v1.Pairing/Pair";
constexpr char kRenew[] = "/semafoor.v1.Pairing/Renew";

Problem own_failure(const std::string& tried) {
  return {.status = SEMAFOOR_INTERNAL,
          .message = "Tried to " + tried +
                     ": OpenSSL failed. See whether the machine is out of "
                     "memory; try again.",
          .code = "pairing.failed"};
}

Problem impersonated(const std::string& message) {
  return {.status = SEMAFOOR_PERMISSION_DENIED, .message = message, .code = "gateway.impersonated"};
}

// What the gateway said to a call of ours, or why it said nothing.
Problem refusal(const std::string& tried, const ShortAnswer& answer) {
  const bool said = !answer.details.empty();
  const auto status = answer.status.error_code();
  const bool absent = !said && status == grpc::StatusCode::UNAVAILABLE;
  return {.status = absent ? SEMAFOOR_E_GATEWAY_ABSENT : static_cast<semafoor_status>(status),
          .from_gateway = said,
          .retryable = absent || status == grpc::StatusCode::UNAVAILABLE ||
                       status == grpc::StatusCode::DEADLINE_EXCEEDED ||
                       status == grpc::StatusCode::RESOURCE_EXHAUSTED,
          .message = "Tried to " + tried + ": " + answer.status.error_message(),
          .details = answer.details};
}

bool is_answered(const ShortAnswer& answer) {
  const auto status = answer.status.error_code();
  return answer.status.ok() ||
         (!answer.details.empty() && (status == grpc::StatusCode::FAILED_PRECONDITION ||
                                      status == grpc::StatusCode::INVALID_ARGUMENT));
}

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string letters_of(const std::string& text, char first, char last) {
  std::string kept;
  for (const char c : text)
    if (is_alphanumeric(c)) kept += c >= first && c <= last ? static_cast<char>(c ^ 0x20) : c;
  return kept;
}

}  // namespace

std::string plain_code(const std::string& text) {
  return letters_of(text, 'a', 'z');
}

std::string plain_fingerprint(const std::string& text) {
  return letters_of(text, 'A', 'Z');
}

bool names_network_gateway(const std::string& address) {
  constexpr std::size_t kLongest = 259;
  const std::size_t colon = address.rfind(':');
  if (address.size() > kLongest || colon == std::string::npos || colon == 0) return false;
  const std::string host = address.substr(0, colon);
  const std::string port = address.substr(colon + 1);
  const bool six = host.size() > 2 && host.front() == '[' && host.back() == ']';
  const std::string inside = six ? host.substr(1, host.size() - 2) : host;
  if (!std::all_of(inside.begin(), inside.end(), [six](char c) {
        return is_alphanumeric(c) || c == '.' || c == '-' || c == '_' || (six && c == ':');
      }))
    return false;
  if (port.empty() || port.size() > 5 ||
      !std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return false;
  const int number = std::stoi(port);
  return number > 0 && number < 65'536;
}

NetworkAccess::NetworkAccess(NetworkPlace place, Now now_s)
    : place_(std::move(place)),
      code_digest_(place_.code.empty() ? std::string() : digest_of(plain_code(place_.code))),
      store_(place_.folder),
      now_s_(std::move(now_s)) {}

std::variant<Introduction, Problem> NetworkAccess::introduce(const Patience& patience) {
  auto found = store_.current();
  if (auto* problem = std::get_if<Problem>(&found)) return std::move(*problem);
  auto identity = std::get<std::optional<Identity>>(std::move(found));
  const bool new_code = !code_digest_.empty() && !(identity && identity->paired_with(code_digest_));
  if (!identity || new_code) {
    if (auto problem = pair(patience)) return std::move(*problem);
  } else if (!place_.fingerprint.empty() &&
             fingerprint_of(identity->authority) != plain_fingerprint(place_.fingerprint)) {
    return Problem{.status = SEMAFOOR_FAILED_PRECONDITION,
                   .message = "Compared the identity in " + place_.folder +
                              " with the configuration: it is of another authority than the "
                              "fingerprint there names. Nothing was sent. Correct the fingerprint "
                              "or the folder; for another gateway, pair with a new code "
                              "(semafoorctl pair).",
                   .code = "pairing.other_authority"};
  } else if (identity->renew_from_s <= now_s_() && now_s_() < identity->expires_s &&
             Clock::now() >= renew_again_at_) {
    // What there is stays good until its own end: a failure is told when that comes.
    if (!renew({std::min(patience.until, Clock::now() + kLongestRenewal), patience.given_up})) {
      renew_pause_ = {};
    } else {
      renew_pause_ = std::clamp(renew_pause_ * 2, kFirstPause, kLongestPause);
      const seconds left((identity->expires_s - now_s_()) / 20);
      renew_again_at_ = Clock::now() + std::min(renew_pause_, std::max(left, seconds(1)));
    }
  }
  found = store_.current();
  if (auto* problem = std::get_if<Problem>(&found)) return std::move(*problem);
  identity = std::get<std::optional<Identity>>(std::move(found));
  if (!identity) return own_failure("read the identity in " + place_.folder);
  if (identity->expires_s <= now_s_())
    return Problem{.status = SEMAFOOR_UNAUTHENTICATED,
                   .message = "Looked at the certificate in " + place_.folder +
                              ": it has expired, and only a valid one can be renewed. Pair this "
                              "machine anew: semafoorctl pair at the gateway, and its code into "
                              "the configuration (gateway.pairing_code). If it should not have "
                              "expired, check this machine's clock.",
                   .code = "session.certificate_expired"};
  if (auto problem = meet(identity->authority, patience)) return std::move(*problem);
  return introduction(*identity);
}

Introduction NetworkAccess::introduction(const Identity& identity) const {
  return {.address = std::string(kPairedPrefix) + place_.address,
          .tls_certificate = identity.authority,
          .client_certificate = identity.certificate,
          .client_key = identity.key,
          .expires_in = good_for(identity)};
}

std::chrono::seconds NetworkAccess::good_for(const Identity& identity) const {
  const std::int64_t now = now_s_();
  const seconds left = now < identity.renew_from_s
                           ? seconds(identity.renew_from_s - now)
                           : std::chrono::ceil<seconds>(renew_again_at_ - Clock::now());
  return std::clamp(left, seconds(1), kLookAgain);
}

std::optional<Problem> NetworkAccess::meet(const std::string& authority,
                                           const Patience& patience) const {
  const auto shown = look_at(place_.address, patience);
  if (const auto* problem = std::get_if<Problem>(&shown)) return *problem;
  switch (judge_gateway(std::get<std::string>(shown), authority)) {
    case Verdict::good:
      return std::nullopt;
    case Verdict::out_of_time:
      return Problem{.status = SEMAFOOR_FAILED_PRECONDITION,
                     .message = "Connected to " + place_.address +
                                ": its certificate is not valid at the time that this machine's "
                                "clock shows. Nothing was sent. Compare the clocks of both.",
                     .code = "gateway.clock"};
    case Verdict::foreign:
      break;
  }
  return impersonated("Connected to " + place_.address +
                      ": who answers there has no certificate of the authority that this machine "
                      "was paired with. Nothing was sent. Check the address; if it is right, tell "
                      "the administrator: somebody may pretend to be the gateway, or its vault was "
                      "made anew and this machine must be paired again.");
}

std::optional<Problem> NetworkAccess::pair(const Patience& patience) {
  if (code_digest_.empty())
    return Problem{.status = SEMAFOOR_FAILED_PRECONDITION,
                   .message = "Looked for this machine's identity in " + place_.folder +
                              ": there is none, and no code to be paired with. Run semafoorctl "
                              "pair at the gateway and put its code and fingerprint into the "
                              "configuration (gateway.pairing_code, "
                              "gateway.authority_fingerprint).",
                   .code = "pairing.missing"};
  if (auto problem = store_.prepare()) return problem;
  const auto lock = store_.lock(patience);
  if (const auto* problem = std::get_if<Problem>(&lock)) return *problem;
  return pair_locked(patience);
}

std::optional<Problem> NetworkAccess::pair_locked(const Patience& patience) {
  // Somebody else may have done it while we waited.
  const auto found = store_.current();
  if (const auto* problem = std::get_if<Problem>(&found)) return *problem;
  const auto& before = std::get<std::optional<Identity>>(found);
  if (before && before->paired_with(code_digest_)) return std::nullopt;
  if (refused_) return refused_;

  const auto shown = look_at(place_.address, patience);
  if (const auto* problem = std::get_if<Problem>(&shown)) return *problem;
  const std::string authority = last_certificate(std::get<std::string>(shown));
  const std::string fingerprint = fingerprint_of(authority);
  if (fingerprint.empty() || fingerprint != plain_fingerprint(place_.fingerprint))
    return impersonated("Connected to " + place_.address +
                        " to be paired: the authority that is shown there is not the one whose "
                        "fingerprint the configuration has. The code was not sent. Check address "
                        "and fingerprint (semafoorctl pair prints it); if both are right, tell the "
                        "administrator: somebody may pretend to be the gateway.");
  // Whoever can show the authority's certificate need not be of it.
  if (auto problem = meet(authority, patience)) return problem;

  auto kept = store_.next();
  if (auto* problem = std::get_if<Problem>(&kept)) return std::move(*problem);
  auto next = std::get<std::optional<Identity>>(std::move(kept));
  const bool resumed = next && !next->complete() && next->paired_with(code_digest_);
  if (!resumed) {
    next = Identity{.key = make_key()};
    if (before) next->codes = before->codes;
    next->codes.push_back(code_digest_);
    if (next->key.empty()) return own_failure("make a key for this machine");
    if (auto problem = store_.save_next(*next)) return problem;
  }
  const std::string request = make_request(next->key);
  if (request.empty()) return own_failure("make a request for a certificate");
  const std::string tried = "pair this machine with the gateway at " + place_.address;
  auto channel = open_channel(
      {.address = std::string(kPairedPrefix) + place_.address, .tls_certificate = authority});
  if (auto* problem = std::get_if<Problem>(&channel)) return std::move(*problem);
  const ShortAnswer answer = ask(std::get<std::shared_ptr<grpc::Channel>>(channel), kPair,
                                 pair_request(place_.code, request), patience);
  if (!answer.status.ok()) {
    Problem problem = refusal(tried, answer);
    if (resumed && error_code(answer.details) == "pairing.code_used") {
      problem.details.clear();
      problem.code = "pairing.interrupted";
      problem.message =
          "Tried to " + tried +
          ", which had been interrupted: the code was used then, and the certificate did not "
          "arrive. Ask for another code (semafoorctl pair); the machine that was noted meanwhile "
          "can be revoked (semafoorctl paired list). If this program was never interrupted, tell "
          "the administrator at once: somebody else has used the code.";
    }
    if (problem.from_gateway && !problem.retryable) refused_ = problem;
    return problem;
  }
  if (auto problem = take(answer.body, *next)) return problem;
  if (fingerprint_of(next->authority) != fingerprint)
    return impersonated("Was paired by " + place_.address +
                        ": the authority in its answer is not the one it showed. Nothing was kept; "
                        "tell the administrator.");
  refused_.reset();
  return store_.promote(*next);
}

std::optional<Problem> NetworkAccess::take(const std::string& response, Identity& identity) const {
  const auto answer = paired_certificate(response);
  if (!answer || !is_pair(identity.key, answer->certificate) ||
      judge_machine(answer->certificate, answer->authority) == Verdict::foreign)
    return Problem{
        .status = SEMAFOOR_INTERNAL,
        .message = "Asked " + place_.address +
                   " for a certificate: what came is none for this machine's key. Update "
                   "gateway or plugins; then ask for another code (semafoorctl pair).",
        .code = "pairing.answer_unreadable"};
  identity.certificate = answer->certificate;
  identity.authority = answer->authority;
  identity.expires_s = end_of(answer->certificate);
  identity.renew_from_s = answer->renew_from_ms / 1000;
  return std::nullopt;
}

std::optional<Problem> NetworkAccess::renew(const Patience& patience) {
  const auto lock = store_.lock(patience);
  if (const auto* problem = std::get_if<Problem>(&lock)) return *problem;
  const auto found = store_.current();
  if (const auto* problem = std::get_if<Problem>(&found)) return *problem;
  const auto& current = std::get<std::optional<Identity>>(found);
  // Somebody else may have done it while we waited.
  if (!current || now_s_() < current->renew_from_s) return std::nullopt;
  return renew_locked(*current, patience);
}

std::optional<Problem> NetworkAccess::renew_locked(const Identity& current,
                                                   const Patience& patience) {
  const std::string tried = "renew this machine's certificate at " + place_.address;
  auto kept = store_.next();
  if (auto* problem = std::get_if<Problem>(&kept)) return std::move(*problem);
  auto next = std::get<std::optional<Identity>>(std::move(kept));
  // Of another pairing, or left behind when it was put in its place.
  if (!next || next->codes != current.codes || next->certificate == current.certificate) {
    next = Identity{.key = make_key(), .codes = current.codes};
    if (next->key.empty()) return own_failure("make a new key for this machine");
    if (auto problem = store_.save_next(*next)) return problem;
  }
  const auto call = [&](const Identity& as, const std::string& request) {
    auto channel = open_channel(introduction(as));
    if (const auto* opened = std::get_if<std::shared_ptr<grpc::Channel>>(&channel))
      return ask(*opened, kRenew, renew_request(request), patience);
    return ShortAnswer{.status = {grpc::StatusCode::INTERNAL, "no channel"}};
  };
  if (!next->complete()) {
    const std::string request = make_request(next->key);
    if (request.empty()) return own_failure("make a request for a certificate");
    const ShortAnswer answer = call(current, request);
    if (!answer.status.ok()) return refusal(tried, answer);
    if (auto problem = take(answer.body, *next)) return problem;
    if (fingerprint_of(next->authority) != fingerprint_of(current.authority))
      return impersonated("Tried to " + tried + ": another authority answered. Nothing was kept.");
    if (auto problem = store_.save_next(*next)) return problem;
  }
  // A call of its own, that can only be refused as too early or as no request: it shows that the
  // gateway knows the new certificate, before the old one is let go.
  const ShortAnswer proof = call(*next, {});
  if (is_answered(proof)) return store_.promote(*next);
  // One that the gateway does not know never will be known: the next try makes another.
  if (!proof.details.empty() && proof.status.error_code() == grpc::StatusCode::UNAUTHENTICATED)
    (void)store_.drop_next();
  return refusal(tried, proof);
}

}  // namespace semafoor::runtime
