// SPDX-License-Identifier: Apache-2.0
#include "gateway/probe/walk.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "gateway/duties/clients.h"
#include "gateway/mailbox/providers.h"
#include "gateway/probe/steps.h"
#include "gateway/upstream/http/url.h"
#include "gateway/upstream/probe/wire.h"

namespace semafoor::probe {
namespace {

namespace registry = upstream::registry;

bool has(const v1::Organisation& organisation, v1::Module module) {
  const auto& modules = organisation.enabled_modules();
  return std::find(modules.begin(), modules.end(), module) != modules.end();
}

bool needs_mutations(const v1::Organisation& organisation) {
  return has(organisation, v1::MODULE_KNIPPERLICHT) || has(organisation, v1::MODULE_FEEDBACK);
}

void append(std::vector<PlannedStep>& steps, std::vector<PlannedStep> more) {
  std::move(more.begin(), more.end(), std::back_inserter(steps));
}

// Of an address of the settings, and of the client that goes with it.
v1::UpstreamStep settings_step(const std::string& url, const std::string& setting,
                               const upstream::Credentials& credentials) {
  const auto address = upstream::checked_base_url(url, setting);
  if (!address) return step_failed(address.error());
  std::string who;
  if (!credentials.client_id.empty()) who = "client id " + credentials.client_id;
  if (credentials.representative) who += " of a service provider";
  v1::UpstreamStep step = step_ok(std::move(who));
  step.set_address(upstream::probe::authority_of(url));
  return step;
}

// Who calls a SOAP service, by which wire.
std::string soap_caller(const upstream::UpstreamOptions& options,
                        const upstream::Credentials& credentials) {
  std::string who = options.podmi_wire == upstream::PodmiWire::soa ? "SOA" : "SSDN";
  if (options.podmi_signed) who += ", signed by the key " + credentials.key_name;
  if (options.podmi_account) who += ", technical account " + credentials.account.user;
  return who;
}

PlannedStep settled(const std::string& name, const v1::UpstreamStep& step) {
  return {name, [step](const std::stop_token&) { return step; }};
}

mailbox::ProviderRules own_provider(const upstream::UpstreamOptions& settings) {
  return {settings.ebox_provider_id, settings.ebox_base_url, settings.dialect3};
}

Error nobody_listens() {
  return {.kind = ErrorKind::cancelled,
          .code = "call.cancelled",
          .message = "The caller ended the test of the upstreams before its last step."};
}

}  // namespace

// One test: what its connections share.
struct UpstreamWalk::Round {
  v1::Organisation organisation;
  Result<upstream::Credentials> ebox;
  Result<upstream::Credentials> podmi;
  std::shared_ptr<upstream::ClockSkew> skew;
  std::unique_ptr<upstream::Upstreams> upstreams;
  // When it could be read now.
  std::optional<registry::Registry> providers;
};

UpstreamWalk::UpstreamWalk(store::Store& store, std::shared_ptr<vault::KeyRing> keys,
                           WalkOptions options, std::function<std::int64_t()> now_ms)
    : store_(store),
      keys_(std::move(keys)),
      options_(std::move(options)),
      now_ms_(std::move(now_ms)) {}

Result<v1::Organisation> UpstreamWalk::organisation(const store::Org& org) const {
  std::optional<v1::Organisation> found;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto one = reader.organisation(org);
    if (!one) return one.error();
    found = std::move(*one);
    return {};
  });
  if (!read) return read.error();
  if (found) return *std::move(found);
  return Error{.kind = ErrorKind::not_found,
               .code = "organisation.unknown",
               .message = "Testing the upstreams of " + org +
                          ": this gateway does not know the organisation. Add it with semafoorctl "
                          "organisations add."};
}

std::vector<PlannedStep> UpstreamWalk::token_steps(Round& round) const {
  const std::string& endpoint = options_.upstream.token_endpoint;
  if (!round.ebox) return {settled("settings", step_failed(round.ebox.error()))};
  const upstream::HttpSettings http = upstream::http_settings(options_.upstream);
  const auto now_s = [now_ms = now_ms_] { return now_ms() / 1000; };
  std::vector<PlannedStep> steps{
      settled("settings", settings_step(endpoint, "token_endpoint", *round.ebox)),
      key_step(keys_, *round.ebox, now_s)};
  append(steps, wire_steps(endpoint, http, now_s));
  const auto tokens = std::make_shared<upstream::TokenSource>(
      upstream::make_http_client(http), keys_,
      upstream::token_settings(options_.upstream, *round.ebox, options_.upstream.ebox_scope),
      &upstream::TokenSource::Clock::now, round.skew);
  steps.push_back(token_step(tokens, round.skew, endpoint));
  return steps;
}

v1::UpstreamStep UpstreamWalk::read_registry(Round& round, const std::stop_token& stop) const {
  if (!round.ebox) return step_failed(round.ebox.error());
  const auto client = round.upstreams->registry(*round.ebox);
  if (!client) return step_failed(client.error());
  auto read = (*client)->providers(stop);
  if (!read) return step_failed(read.error());
  round.providers = std::move(*read);
  mailbox::adopt(*round.providers, own_provider(options_.upstream));
  std::string detail = std::to_string(round.providers->providers.size()) + " providers:";
  std::string missed;
  for (const registry::Provider& one : round.providers->providers) {
    const auto choice = registry::choose(one, now_ms_(), options_.upstream.dialect3);
    const bool active = choice.standing == registry::Standing::active;
    detail += " " + one.id + " (" + one.api_version + ") " + (active ? "active" : choice.why) + ";";
    if (choice.is_missed()) missed += (missed.empty() ? "" : ", ") + one.id + " " + choice.why;
  }
  detail.pop_back();
  for (const auto& one : round.providers->rejected)
    missed += (missed.empty() ? "" : ", ") + one.id + " cannot be used: " + one.reason;
  if (missed.empty()) return step_ok(std::move(detail));
  return step_warning(std::move(detail), "registry.missed",
                      "Not every provider with mail is called: " + missed + ".");
}

std::vector<PlannedStep> UpstreamWalk::registry_steps(Round& round) const {
  const std::string& url = options_.upstream.registry_url;
  if (url.empty()) {
    return {settled("registry",
                    step_skipped("no registry_url is set: the provider of ebox_base_url is the "
                                 "only one"))};
  }
  auto steps = wire_steps(url, upstream::http_settings(options_.upstream),
                          [now_ms = now_ms_] { return now_ms() / 1000; });
  steps.push_back({"registry", [this, &round, url](const std::stop_token& stop) {
                     v1::UpstreamStep step = read_registry(round, stop);
                     step.set_address(upstream::probe::authority_of(url));
                     return step;
                   }});
  return steps;
}

std::vector<upstream::EboxAddress> UpstreamWalk::active_providers(Round& round) const {
  const upstream::UpstreamOptions& settings = options_.upstream;
  std::vector<upstream::EboxAddress> own{
      {settings.ebox_provider_id, settings.ebox_base_url, upstream::Dialect::v21}};
  if (settings.registry_url.empty()) return own;
  if (!round.providers) {
    // What the gateway itself goes on with while the registry is away.
    const std::string& org = round.organisation.organisation().value();
    const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
      auto text = reader.cursor(org, mailbox::kKeptRegistry);
      if (!text) return text.error();
      if (!*text) return {};
      if (auto kept = registry::read_kept(**text)) round.providers = std::move(kept->registry);
      return {};
    });
    if (!read || !round.providers) return own;
    mailbox::adopt(*round.providers, own_provider(settings));
  }
  std::vector<upstream::EboxAddress> active;
  for (const registry::Provider& one : round.providers->providers) {
    const auto choice = registry::choose(one, now_ms_(), settings.dialect3);
    if (choice.standing == registry::Standing::active)
      active.push_back({one.id, one.url, choice.dialect});
  }
  return active;
}

std::vector<PlannedStep> UpstreamWalk::provider_steps(Round& round,
                                                      const upstream::EboxAddress& address) const {
  auto steps = wire_steps(address.base_url, upstream::http_settings(options_.upstream),
                          [now_ms = now_ms_] { return now_ms() / 1000; });
  if (!round.ebox) {
    steps.push_back(settled("list", step_failed(round.ebox.error())));
  } else {
    steps.push_back(list_step(round.upstreams->ebox_at(*round.ebox, address), address.base_url));
  }
  return steps;
}

// The only place that knows where and how the mutations are asked.
std::vector<PlannedStep> UpstreamWalk::mutation_steps(Round& round) const {
  const std::string& url = options_.upstream.podmi_base_url;
  const bool needed = needs_mutations(round.organisation);
  if (!needed && (url.empty() || !round.podmi)) {
    return {settled("settings", step_skipped("not set up, and not needed: knipperlicht and "
                                             "feedback are off for this organisation"))};
  }
  if (url.empty()) {
    return {settled("settings",
                    step_failed({.kind = ErrorKind::failed_precondition,
                                 .code = "upstream.no_address",
                                 .message = "Looking for the address of signals and answers: "
                                            "podmi_base_url is not set."}))};
  }
  if (!round.podmi) return {settled("settings", step_failed(round.podmi.error()))};
  v1::UpstreamStep settings = settings_step(url, "podmi_base_url", *round.podmi);
  if (options_.upstream.podmi_wire != upstream::PodmiWire::cloudevents) {
    settings.set_detail(soap_caller(options_.upstream, *round.podmi));
  }
  std::vector<PlannedStep> steps{settled("settings", settings)};
  append(steps, wire_steps(url, upstream::http_settings(options_.upstream),
                           [now_ms = now_ms_] { return now_ms() / 1000; }));
  steps.push_back(mailbox_step(round.upstreams->podmi(*round.podmi), url));
  return steps;
}

Result<void> UpstreamWalk::test(const store::Org& org, const Sink& tell,
                                const std::stop_token& stop) const {
  auto found = organisation(org);
  if (!found) return found.error();
  const auto skew = std::make_shared<upstream::ClockSkew>();
  Round round{.organisation = *found,
              .ebox = duties::Clients::ebox_credentials(*found),
              .podmi = duties::Clients::podmi_credentials(*found),
              .skew = skew,
              .upstreams = upstream::make_upstreams(options_.upstream, keys_, skew),
              .providers = {}};
  const auto walked = [&](const std::string& connection, const std::vector<PlannedStep>& steps) {
    return walk(connection, steps, options_.limit, tell, stop);
  };
  if (!walked("token", token_steps(round))) return nobody_listens();
  if (!walked("registry", registry_steps(round))) return nobody_listens();
  for (const upstream::EboxAddress& one : active_providers(round)) {
    if (!walked("ebox:" + one.provider_id, provider_steps(round, one))) return nobody_listens();
  }
  if (!walked("mutations", mutation_steps(round))) return nobody_listens();
  return {};
}

}  // namespace semafoor::probe
