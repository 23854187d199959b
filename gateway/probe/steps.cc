// SPDX-License-Identifier: Apache-2.0
#include "gateway/probe/steps.h"

#include <memory>
#include <utility>

#include "gateway/domain/uuid.h"
#include "gateway/probe/advice.h"
#include "gateway/upstream/probe/wire.h"
#include "gateway/upstream/registry/choice.h"

namespace semafoor::probe {
namespace {

using upstream::probe::Certificate;
using upstream::probe::Reached;
using upstream::probe::WireFindings;

// Whoever renews it needs some days.
constexpr std::int64_t kEndsSoonSeconds = 14 * 24 * 60 * 60;
// A certificate that must be registered by hand takes weeks.
constexpr std::int64_t kKeyEndsSoonSeconds = 30LL * 24 * 60 * 60;

std::string written(const Certificate& certificate) {
  const std::string until = upstream::registry::written_moment(certificate.not_after_s * 1000);
  return "certificate of " + certificate.subject + " until " + until.substr(0, 10) +
         ", issued by " + certificate.issuer;
}

v1::UpstreamStep name_step(const WireFindings& found, const std::string& url) {
  v1::UpstreamStep step;
  if (found.reached == Reached::nothing) {
    step = step_failed(*found.failure);
  } else if (found.by_proxy) {
    step = step_ok("left to the proxy" + (found.peer.empty() ? "" : " at " + found.peer));
  } else {
    step = step_ok(found.peer.empty() ? "found" : found.peer);
  }
  step.set_address(upstream::probe::authority_of(url));
  step.set_duration_ms(found.lookup.count());
  return step;
}

v1::UpstreamStep described(const WireFindings& found, std::int64_t now_s) {
  const std::string way = found.by_proxy ? ", through the proxy" : "";
  if (found.failure) {
    v1::UpstreamStep step = step_failed(*found.failure);
    if (found.certificate) step.set_detail(written(*found.certificate) + way);
    return step;
  }
  if (found.clear) return step_ok("no TLS: clear http, within this machine");
  std::string detail = found.protocol + " " + found.cipher;
  if (!found.certificate) return step_ok(detail + way);
  detail += ", " + written(*found.certificate) + way;
  if (found.certificate->not_after_s - now_s > kEndsSoonSeconds) return step_ok(detail);
  return step_warning(detail, "upstream.tls_ends",
                      "The server's certificate ends within two weeks.");
}

v1::UpstreamStep secured_step(const WireFindings& found, const std::string& url,
                              std::int64_t now_s) {
  v1::UpstreamStep step = described(found, now_s);
  step.set_address(upstream::probe::authority_of(url));
  step.set_duration_ms(found.connecting.count());
  return step;
}

v1::UpstreamStep at(v1::UpstreamStep step, const std::string& url) {
  step.set_address(upstream::probe::authority_of(url));
  return step;
}

// What the certificate over a key asks for; empty when nothing.
std::string complaint_of(const vault::CertificateFacts& certificate, std::int64_t now_s) {
  const std::string day =
      upstream::registry::written_moment(certificate.not_after_s * 1000).substr(0, 10);
  // Of an expired one the authorization server has the last word.
  if (certificate.not_after_s < now_s)
    return "Looked at the certificate of the key: it expired on " + day +
           ". Have a new one made, register it, and import it.";
  if (certificate.not_after_s - now_s < kKeyEndsSoonSeconds)
    return "Looked at the certificate of the key: it expires on " + day +
           ". Have a new one made in time.";
  return {};
}

v1::UpstreamStep try_key(vault::KeyRing& keys, const std::string& name, std::int64_t now_s) {
  auto signer = keys.signer(name);
  if (!signer) return step_failed(signer.error());
  if (auto works = (*signer)->test(); !works) return step_failed(works.error());
  const auto facts = (*signer)->describe();
  if (!facts) return step_failed(facts.error());
  const std::string detail = "key " + name + " signs " + facts->algorithm +
                             (facts->home.empty() ? "" : ", " + facts->home);
  const std::string complaint =
      facts->certificate ? complaint_of(*facts->certificate, now_s) : std::string();
  if (complaint.empty()) return step_ok(detail);
  return step_warning(detail, "vault.certificate", complaint);
}

}  // namespace

std::vector<PlannedStep> wire_steps(const std::string& url, const upstream::HttpSettings& settings,
                                    const NowSeconds& now_s) {
  // libcurl does both in one go.
  const auto found = std::make_shared<WireFindings>();
  return {{"dns",
           [=](const std::stop_token& stop) {
             *found = upstream::probe::look(url, settings, stop);
             return name_step(*found, url);
           }},
          {"tls", [=](const std::stop_token&) { return secured_step(*found, url, now_s()); }}};
}

PlannedStep key_step(const std::shared_ptr<vault::KeyRing>& keys,
                     const upstream::Credentials& credentials, const NowSeconds& now_s) {
  return {"credentials",
          [=](const std::stop_token&) { return try_key(*keys, credentials.key_name, now_s()); }};
}

PlannedStep token_step(const std::shared_ptr<upstream::TokenSource>& tokens,
                       const std::shared_ptr<upstream::ClockSkew>& skew,
                       const std::string& endpoint) {
  return {"token", [=](const std::stop_token& stop) {
            const auto token = tokens->token(stop);
            const upstream::ClockState clock = skew->state();
            if (!token) {
              v1::UpstreamStep step = at(step_failed(token.error()), endpoint);
              if (clock.wrong && token.error().code == "upstream.token_refused") {
                step.set_advice(advice_for("token", "clock.wrong") +
                                " Then: " + advice_for("token", token.error().code));
              }
              return step;
            }
            const auto grant = tokens->grant().value_or(upstream::TokenGrant{});
            std::string detail =
                "a token for " + std::to_string(grant.life.count()) + " s, scopes ";
            detail += grant.scopes.empty() ? "not told" : grant.scopes;
            if (clock.measured) {
              detail += clock.skew_seconds == 0
                            ? "; the clocks agree"
                            : "; this clock is " + upstream::skew_text(clock.skew_seconds) +
                                  " the server's";
            }
            if (!clock.wrong) return at(step_ok(std::move(detail)), endpoint);
            return at(step_warning(std::move(detail), "clock.wrong",
                                   upstream::clock_advice(clock.skew_seconds)),
                      endpoint);
          }};
}

PlannedStep list_step(const Result<std::shared_ptr<upstream::EboxClient>>& client,
                      const std::string& url) {
  return {"list", [=](const std::stop_token& stop) {
            if (!client) return at(step_failed(client.error()), url);
            upstream::ListFilter filter;
            filter.page_size = 1;
            const auto page = (*client)->list(filter, stop);
            if (!page) return at(step_failed(page.error()), url);
            return at(step_ok(std::to_string(page->total) + " messages in the e-Box"), url);
          }};
}

PlannedStep mailbox_step(const Result<std::shared_ptr<upstream::PodmiClient>>& client,
                         const std::string& url) {
  return {"mailbox", [=](const std::stop_token& stop) {
            if (!client) return at(step_failed(client.error()), url);
            // Asked by either name, as the wire wants it.
            v1::FeedbackItem nobodys;
            nobodys.set_client_id(domain::uuid_v4());
            nobodys.set_client_reference("X-" + nobodys.client_id().substr(23, 13));
            const auto answer = (*client)->lookup(nobodys, stop);
            if (!answer) return at(step_failed(answer.error()), url);
            return at(step_ok(answer->has_value() ? "it answers"
                                                  : "it answers, and knows no answer of that name"),
                      url);
          }};
}

}  // namespace semafoor::probe
