// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/upstream_settings.h"

#include <filesystem>
#include <string>
#include <vector>

#include "gateway/os/utf8_path.h"
#include "gateway/upstream/environments.h"
#include "gateway/upstream/http/url.h"

namespace semafoor::app {
namespace {

using Section = SettingsReader::Section;

std::string host_of(const std::string& url) {
  const auto begin = url.find("://") + 3;
  return url.substr(begin, url.find_first_of("/?#:", begin) - begin);
}

// Tokens travel over this: in clear only within the machine.
void url(Section& section, const char* key, std::string& value) {
  section.text(key, value);
  if (value.empty()) return;
  const bool https = value.starts_with("https://");
  const bool http = value.starts_with("http://");
  if (!https && !http)
    section.complain(key, "an address that begins with https:// is.");
  else if (host_of(value).empty() || value.find('@') != std::string::npos)
    section.complain(key, "an address with a host, and without a password in it, is.");
  else if (http && !upstream::is_this_machine(value))
    section.complain(key, "http:// is for this machine only (127.0.0.1); write https://.");
}

void read_addresses(Section& section, upstream::UpstreamOptions& options) {
  options.environment = "production";
  std::vector<std::string> names;
  for (const auto& one : upstream::environments()) names.push_back(one.name);
  section.one_of("environment", options.environment, names);
  const upstream::Environment* chosen = upstream::environment_named(options.environment);
  // A name that is none is a problem already, and nothing is served.
  const upstream::Environment preset = chosen == nullptr ? upstream::Environment{} : *chosen;
  options.token_endpoint = preset.token_endpoint;
  options.ebox_base_url = preset.ebox_base_url;
  url(section, "token_endpoint", options.token_endpoint);
  url(section, "ebox_base_url", options.ebox_base_url);
  // Another authorization server has its own address for audience, unless told otherwise.
  const bool other_token = options.token_endpoint != preset.token_endpoint;
  options.audience = other_token ? options.token_endpoint : preset.audience;
  section.text("audience", options.audience);
  // Whoever names a provider or an authorization server of his own is not in this environment's
  // federation: no token of his shall go to its registry unless he says so.
  if (!other_token && options.ebox_base_url == preset.ebox_base_url)
    options.registry_url = preset.registry_url;
  url(section, "registry_url", options.registry_url);
  if (options.environment != "custom") return;
  for (const char* key : {"token_endpoint", "ebox_base_url"})
    if (!section.present(key))
      section.complain(key, "with environment = \"custom\" it is needed: give its address.");
}

// How signals and answers travel. Which of these an authority offers is agreed with it.
void read_podmi(Section& section, upstream::UpstreamOptions& options) {
  using upstream::FetchManner;
  using upstream::PodmiWire;
  std::string wire = "cloudevents";
  section.one_of("podmi_wire", wire, {"cloudevents", "soa", "ssdn"});
  if (wire == "soa") options.podmi_wire = PodmiWire::soa;
  if (wire == "ssdn") options.podmi_wire = PodmiWire::ssdn;
  std::string manner = "acknowledged";
  section.one_of("podmi_fetch", manner, {"acknowledged", "cursor", "removed"});
  if (manner == "cursor") options.podmi_fetch = FetchManner::cursor;
  if (manner == "removed") options.podmi_fetch = FetchManner::removed;

  const bool soap = options.podmi_wire != PodmiWire::cloudevents;
  std::string security = options.podmi_wire == PodmiWire::ssdn ? "account" : "certificate";
  section.one_of("podmi_security", security, {"certificate", "account", "both"});
  options.podmi_signed = soap && security != "account";
  options.podmi_account = soap && security != "certificate";
  section.text("podmi_legal_context", options.podmi_legal_context);
  if (!soap) {
    for (const char* key : {"podmi_security", "podmi_legal_context"})
      if (section.present(key))
        section.complain(key, "it goes with podmi_wire = \"soa\" or \"ssdn\" only.");
    return;
  }
  if (options.podmi_base_url.empty())
    section.complain("podmi_base_url", "with this podmi_wire the service's own address is needed.");
  if (options.podmi_wire == PodmiWire::soa && options.podmi_legal_context.empty())
    section.complain("podmi_legal_context",
                     "with podmi_wire = \"soa\" the legal context that was agreed with the KSZ is "
                     "needed.");
  if (options.podmi_legal_context.size() > 64)
    section.complain("podmi_legal_context", "at most 64 characters are.");
}

bool read_proxy(Section& section, upstream::ProxySettings& proxy) {
  section.text("proxy", proxy.address);
  section.texts("no_proxy", proxy.except);
  section.path("proxy_credentials_file", proxy.credentials_file);
  const std::string& address = proxy.address;
  const bool named = !address.empty() && address != upstream::kNoProxy;
  if (!named) {
    for (const char* key : {"no_proxy", "proxy_credentials_file"})
      if (section.present(key))
        section.complain(key, "it goes with a proxy that is named here only.");
    return true;
  }
  for (const std::string& one : proxy.except)
    if (one.empty() || one.find_first_of(", \t") != std::string::npos ||
        one.find("://") != std::string::npos)
      section.complain("no_proxy",
                       "names of hosts and domains, addresses and networks are, each a text of its "
                       "own: [\"intra.example\", \"10.0.0.0/8\"].");
  // libcurl would take more; a password in it would be seen by whoever reads the settings.
  const bool scheme = address.starts_with("http://") || address.starts_with("https://");
  const bool plain = address.find('@') == std::string::npos;
  if (scheme && plain && !host_of(address).empty()) return true;
  section.complain("proxy",
                   "\"http://host:port\" or \"https://host:port\" is, without user and password "
                   "(those go into proxy_credentials_file), or \"none\".");
  return plain;
}

}  // namespace

bool read_upstream(Section section, upstream::UpstreamOptions& options) {
  read_addresses(section, options);
  section.text("ebox_provider_id", options.ebox_provider_id);
  if (options.ebox_provider_id.empty())
    section.complain("ebox_provider_id", "a name that stays for ever is: \"nsso\".");
  section.text("registry_scope", options.registry_scope);
  section.boolean("dialect3", options.dialect3);
  url(section, "podmi_base_url", options.podmi_base_url);
  read_podmi(section, options);
  section.text("ebox_scope", options.ebox_scope);
  section.text("podmi_scope", options.podmi_scope);
  std::filesystem::path ca_file = os::path_of(options.ca_file);
  section.path("ca_file", ca_file);
  if (!ca_file.empty() && !std::filesystem::exists(ca_file))
    section.complain("ca_file", "a PEM file that exists is.");
  options.ca_file = ca_file.string();
  section.number("connect_timeout_ms", options.connect_timeout_ms, 100, 600'000);
  section.number("request_timeout_ms", options.request_timeout_ms, 100, 600'000);
  section.number("stall_timeout_ms", options.stall_timeout_ms, 100, 600'000);
  return read_proxy(section, options.proxy);
}

}  // namespace semafoor::app
