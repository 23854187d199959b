// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/podmi/soap_mailbox.h"

#include <chrono>
#include <utility>

#include "gateway/upstream/http/url.h"
#include "gateway/upstream/podmi/carrier.h"
#include "gateway/upstream/podmi/xml_client.h"

namespace semafoor::upstream::podmi {
namespace {

Error incomplete(const Credentials& credentials, const std::string& what) {
  return Error{
      .kind = ErrorKind::failed_precondition,
      .code = "organisation.no_credentials",
      .message =
          "Opening the mailbox of POD MI for " + credentials.organisation + ": " + what +
          ". Set it with semafoorctl organisations add, the account with organisations account."};
}

// Dated by the clock of whoever judges: a timestamp that is five minutes off is refused, and then
// no signal comes in until somebody sets the clock (oauth/clock_skew.h).
std::int64_t judged_now_ms(const ClockSkew& skew) {
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  return now - skew.correction_seconds() * 1000;
}

SoapClients soap_clients(const UpstreamOptions& options, const Credentials& credentials,
                         Shared shared) {
  return [url = options.podmi_base_url,
          timeout = std::chrono::milliseconds(options.request_timeout_ms),
          is_signed = options.podmi_signed, with_account = options.podmi_account, credentials,
          shared = std::move(shared)]() -> Result<std::unique_ptr<soap::Client>> {
    soap::ClientOptions client;
    client.url = url;
    client.timeout = timeout;
    client.now_ms = [skew = shared.skew] { return judged_now_ms(*skew); };
    client.dated = [skew = shared.skew](std::int64_t sent_ms, std::int64_t received_ms,
                                        std::string_view date) {
      skew->observe(sent_ms, received_ms, date);
    };
    if (is_signed) {
      auto signer = shared.keys->signer(credentials.key_name);
      if (!signer) return std::move(signer).error();
      auto bytes = shared.keys->certificate(credentials.key_name);
      if (!bytes) return std::move(bytes).error();
      auto certificate = soap::Certificate::read(*bytes);
      if (!certificate) return std::move(certificate).error();
      client.identity = soap::X509Identity{std::move(*signer), std::move(*certificate)};
    }
    if (with_account) {
      auto password = shared.keys->password(credentials.account.password_name);
      if (!password) return std::move(password).error();
      client.account = soap::TechnicalAccount{credentials.account.user, std::move(*password)};
    }
    return soap::make_client(*shared.http, std::move(client));
  };
}

}  // namespace

Result<std::shared_ptr<PodmiClient>> make_soap_mailbox(const UpstreamOptions& options,
                                                       const Credentials& credentials,
                                                       Shared shared) {
  if (auto url = checked_base_url(options.podmi_base_url, "podmi_base_url"); !url) {
    return std::move(url).error();
  }
  const Credentials::TechnicalAccount& account = credentials.account;
  if (options.podmi_signed && credentials.key_name.empty()) {
    return incomplete(credentials, "the name of the key that signs is missing");
  }
  if (options.podmi_account && (account.user.empty() || account.password_name.empty())) {
    return incomplete(credentials,
                      "the technical account, or the name of its password, is missing");
  }
  const bool ssdn = options.podmi_wire == PodmiWire::ssdn;
  if (ssdn && (account.user_id.empty() || account.email.empty())) {
    return incomplete(credentials,
                      "SSDN asks for a user id of eleven digits and an address of "
                      "e-mail with the technical account, and one is missing");
  }
  CarrierSettings settings{.organisation = credentials.organisation,
                           .legal_context = options.podmi_legal_context,
                           .user = {.user_id = account.user_id,
                                    .email = account.email,
                                    .organisation = credentials.organisation},
                           .now_ms = [skew = shared.skew] { return judged_now_ms(*skew); }};
  SoapClients clients = soap_clients(options, credentials, std::move(shared));
  return make_xml_client(ssdn ? make_ssdn_carrier(std::move(clients), std::move(settings))
                              : make_soa_carrier(std::move(clients), std::move(settings)),
                         credentials.organisation, options.podmi_fetch);
}

}  // namespace semafoor::upstream::podmi
