// SPDX-License-Identifier: Apache-2.0
#include "gateway/probe/advice.h"

#include <array>

namespace semafoor::probe {
namespace {

struct Row {
  // Beginning of the connection's name; empty: any.
  std::string_view connection;
  // Whole, or the beginning when it ends in a dot.
  std::string_view code;
  const char* advice;
};

// The first row that fits. ChaMan is the portal in which an organisation makes its REST accounts,
// Mahis the one in which it gives mandates (docs/onboarding.md says where, with the sources).
constexpr std::array kRows{
    Row{"", "organisation.no_credentials",
        "Give both: semafoorctl organisations add CBE --client-id ID --key NAME (with "
        "--representative when they are a service provider's)."},
    Row{"mutations", "upstream.no_address",
        "Signals and answers need podmi_base_url under [upstream] of gateway.toml. No public "
        "source gives the address: ask POD MI and the KSZ (docs/onboarding.md)."},
    Row{"", "upstream.bad_url",
        "Correct the address under [upstream] of gateway.toml, try it with semafoor-gateway check, "
        "and restart the gateway."},
    Row{"", "vault.key_missing",
        "Bring the private key: semafoorctl credentials import NAME FILE (where keys in clear are "
        "allowed, lay it into the key folder as NAME.pem). Or correct the name: semafoorctl "
        "organisations add CBE --client-id ID --key NAME."},
    Row{"", "vault.plaintext_off",
        "Import the file: semafoorctl credentials import NAME FILE, and remove it. Or, with an "
        "alarm that stays, allow keys in clear: plaintext = true under [keys] of gateway.toml."},
    Row{"", "vault.key_unreadable",
        "The file must be readable by the gateway's own account and by nobody else (chown it to "
        "that account, chmod 600, the folder 700), and without a passphrase."},
    Row{"", "vault.key_unsuitable",
        "The key must be an unencrypted PEM private key: RSA of 2048 bits or more, or EC P-256. "
        "Make one with openssl genpkey and register its certificate in ChaMan."},
    Row{"", "vault.certificate",
        "Ask for a new certificate in time, register it in ChaMan beside the old one, and then "
        "rotate: semafoorctl credentials rotate NAME FILE (or replace the file, where keys are "
        "files). The gateway uses it with the next token."},
    Row{"", "vault.certificate_missing",
        "A signed message needs the certificate over the key: bring the key again with it "
        "(semafoorctl credentials rotate NAME FILE --certificate FILE), or, where keys are files, "
        "lay it into the key folder as NAME.crt (PEM), beside NAME.pem."},
    Row{"", "vault.password_missing",
        "Write the password of the technical account into the gateway's key folder as "
        "NAME.password (mode 600), and name it: semafoorctl organisations account CBE --user USER "
        "--password NAME."},
    Row{"", "vault.", "Run semafoor-gateway check, which looks at every key."},
    Row{"", "clock.wrong",
        "Set this machine's clock and keep it right (timedatectl set-ntp true; on Windows "
        "w32tm /resync). Requests are dated by the server's clock meanwhile, within a day."},
    Row{"", "upstream.dns",
        "Look at the spelling of the address under [upstream] of gateway.toml, and whether this "
        "machine resolves names of the internet (getent hosts HOST). Where only the proxy does, "
        "set proxy there."},
    Row{"", "upstream.proxy",
        "Look at proxy, no_proxy and proxy_credentials_file under [upstream] of gateway.toml, and "
        "have the host and its port allowed on the proxy."},
    Row{"", "upstream.unreachable",
        "Have outgoing TCP to the host and port above allowed in the firewall, or set proxy under "
        "[upstream] of gateway.toml when the way out is a proxy. If others reach it, look whether "
        "the upstream announced maintenance."},
    Row{"", "upstream.tls_expired",
        "First look at this machine's date. When it is right, the certificate of the server (or of "
        "a filter that opens TLS on the way) has ended: tell whoever runs it. Nothing can be set "
        "here to go on with it."},
    Row{"", "upstream.tls_not_yet_valid",
        "This machine's date is most likely in the past: set the clock (timedatectl set-ntp "
        "true)."},
    Row{"", "upstream.tls_unknown_ca",
        "Look at the issuer. When it is your own organisation's (a filter that opens TLS), have "
        "the host exempted from it, or name a PEM bundle with its authority as ca_file under "
        "[upstream] of gateway.toml. When it is a public one, update the system's certificates "
        "(package ca-certificates). Never trust one that nobody can explain."},
    Row{"", "upstream.tls_wrong_name",
        "The certificate is for another name. Correct the address under [upstream] of "
        "gateway.toml, "
        "or find out which machine answers in the upstream's place."},
    Row{"", "upstream.tls_ca_file",
        "ca_file under [upstream] of gateway.toml must name a PEM bundle that the gateway's "
        "account "
        "may read."},
    Row{"", "upstream.tls_ends",
        "Nothing to do here as long as the upstream renews it. When ca_file names this very "
        "certificate, ask for its successor now."},
    Row{"", "upstream.tls",
        "Both sides found no TLS of 1.2 or newer. Look for a filter on the way; try openssl "
        "s_client -connect HOST:PORT."},
    Row{"", "upstream.no_client_id",
        "Give the client id that ChaMan shows: semafoorctl organisations add CBE --client-id ID "
        "--key NAME."},
    Row{"", "upstream.token_refused",
        "Compare in ChaMan, of the same environment (acceptance and production have accounts of "
        "their own): the client id; that the account is a REST account and active; that the "
        "registered certificate belongs to this key (compare the output of openssl pkey -in "
        "NAME.pem -pubout with that of openssl x509 -in CERTIFICATE -pubkey -noout)."},
    Row{"mutations", "upstream.missing_scope",
        "The client id lacks the scope of the mutations. Ask POD MI or the KSZ which one it is and "
        "have it added; look at podmi_scope under [upstream] of gateway.toml."},
    Row{"", "upstream.missing_scope",
        "Add the scope for consulting the e-Box (Document Consumer) to the REST account in ChaMan; "
        "look whether ebox_scope or registry_scope under [upstream] of gateway.toml asks for fewer "
        "or others."},
    Row{"mutations", "upstream.missing_permission",
        "The organisation's own client id must be admitted to the mutations: ask POD MI or the "
        "KSZ."},
    Row{"", "upstream.missing_permission",
        "Have the organisation accept the terms for Document Consumers in the portal of the e-Box. "
        "When a service provider acts for it: give the mandate in Mahis, and validate it there "
        "with the organisation's own access."},
    Row{"mutations", "upstream.forbidden",
        "Ask POD MI or the KSZ whether this client id is admitted to the mutations, and give them "
        "the ids in the message."},
    Row{"", "upstream.forbidden",
        "A scope (REST account in ChaMan), the accepted terms for Document Consumers (portal of "
        "the "
        "e-Box) or the mandate of a service provider (Mahis) is missing; the answer does not say "
        "which."},
    Row{"mutations", "upstream.unauthenticated",
        "Over SOA and SSDN: the certificate must be registered with the KSZ and in force; the "
        "technical account and its password must be those of the portal, and not expired (ask the "
        "organisation's local manager). Over CloudEvents: token_endpoint and podmi_base_url must "
        "be of one environment."},
    Row{"", "upstream.unauthenticated",
        "The token is good at the authorization server and not here: look that token_endpoint and "
        "the other addresses under [upstream] of gateway.toml are of one environment."},
    Row{"registry", "upstream.no_providers",
        "Look at registry_url under [upstream] of gateway.toml; when it is right, tell the support "
        "of the e-Box."},
    Row{"registry", "registry.missed",
        "Announced by the provider, or a dialect that is off: its mail comes when it is back (or "
        "once dialect3 is enabled). Nothing else to do here."},
    Row{"", "upstream.not_found",
        "The server answers, and not under this path: correct the address under [upstream] of "
        "gateway.toml (it ends where the documentation of the interface says)."},
    Row{"", "upstream.redirect",
        "Correct the address under [upstream] of gateway.toml; a portal of your network that asks "
        "for a login also answers so."},
    Row{"", "upstream.malformed",
        "Something else than the upstream may answer there: a portal of your network, or another "
        "address. Compare it with the documentation."},
    Row{"", "upstream.rate_limited", "Wait the pause that the message names, and test again."},
    Row{"", "upstream.unavailable",
        "The upstream has a problem of its own: test again later; when it lasts, give its support "
        "the ids in the message."},
    Row{"", "upstream.timeout",
        "The upstream is slow or a filter holds the traffic: test again; when it lasts, give its "
        "support the time and the address."},
    Row{"", "upstream.stalled", "The connection is too slow: test again, look at the network."},
    Row{"", "upstream.no_answer", "The connection broke off: test again, look at the network."},
    Row{"", "upstream.truncated", "The connection broke off: test again, look at the network."},
    Row{"", "upstream.refused",
        "The upstream finds the request wrong: report it with the ids in the message."},
};

bool fits(const Row& row, std::string_view connection, std::string_view code) {
  const bool same = row.code.ends_with('.') ? code.starts_with(row.code) : code == row.code;
  return same && connection.starts_with(row.connection);
}

}  // namespace

std::string advice_for(std::string_view connection, std::string_view code) {
  for (const Row& row : kRows) {
    if (fits(row, connection, code)) return row.advice;
  }
  return "See docs/administrator.md (When something is wrong); report it when it says nothing "
         "of " +
         std::string(code) + ".";
}

}  // namespace semafoor::probe
