// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/soap/client.h"

#include <utility>

#include "gateway/upstream/http/api_error.h"
#include "gateway/upstream/http/url.h"
#include "gateway/upstream/soap/encoding.h"
#include "gateway/upstream/soap/fault.h"
#include "gateway/upstream/xml/reader.h"

namespace semafoor::upstream::soap {
namespace {

std::int64_t system_now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

bool is_header_safe(std::string_view text, char also_refused) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == 127 || c == also_refused) return false;
  }
  return true;
}

// Puts what was tried, and where, before what happened.
Error placed(Error error, const HttpRequest& request, const HttpExchange& exchange) {
  error.message =
      request.purpose + " at " + shown_url(request.url) + ": " + error.message + exchange.trace();
  error.upstream_status = exchange.status;
  return error;
}

// Of an answer that is no SOAP: a 2xx and a redirect may come after the fact, and so may every 5xx
// (RFC 9110 section 15.6). A 503 too: without SOAP it is some machine's in between, which cannot
// say that the service did not begin.
bool status_leaves_outcome_open(int status) {
  return status <= 303 || status >= 500;
}

class HttpSoapClient final : public Client {
 public:
  HttpSoapClient(HttpClient& http, ClientOptions options)
      : http_(http), options_(std::move(options)) {}

  Exchange call(const Call& call, std::stop_token stop) override {
    Result<std::string> message =
        options_.identity ? signed_envelope(*options_.identity, call.payload, options_.now_ms())
                          : write_envelope({}, call.payload);
    if (!message) return failed(Effect::none, std::move(message).error());
    if (!is_header_safe(call.action, '"')) {
      return failed(Effect::none,
                    Error{.kind = ErrorKind::invalid_argument,
                          .code = "upstream.bad_url",
                          .message = call.purpose +
                                     ": the SOAPAction has a quote or a control character, which "
                                     "no header holds. Correct it in the configuration"});
    }
    const HttpRequest request = make_request(call, std::move(*message));
    const std::int64_t sent_ms = system_now_ms();
    HttpExchange exchange = http_.send(request, {}, stop);
    if (options_.dated && exchange.status != 0) {
      options_.dated(sent_ms, system_now_ms(), exchange.header("date"));
    }
    const bool sent = exchange.delivery != Delivery::never_sent;
    if (call.keep && exchange.status == 200 && !exchange.body.empty()) {
      if (auto kept = call.keep(exchange.body); !kept) {
        return failed(Effect::unknown, std::move(kept).error());
      }
    }
    Exchange result = exchange.failure
                          ? failed(sent ? Effect::unknown : Effect::none, *exchange.failure)
                          : judged(request, exchange);
    result.trace = exchange.trace();
    if (exchange.status == 200) result.body = std::move(exchange.body);
    return result;
  }

 private:
  static Exchange failed(Effect effect, Error error) {
    Exchange exchange;
    exchange.effect = effect;
    exchange.failure = std::move(error);
    return exchange;
  }

  HttpRequest make_request(const Call& call, std::string message) const {
    HttpRequest request{.method = "POST",
                        .url = options_.url,
                        .headers = {{"Content-Type", "text/xml; charset=utf-8"},
                                    {"Accept", "text/xml"},
                                    {"SOAPAction", '"' + call.action + '"'}},
                        .body = std::move(message),
                        .purpose = call.purpose,
                        .timeout = options_.timeout};
    if (options_.account) {
      const vault::SecretBytes& password = *options_.account->password;
      request.headers.emplace_back(
          "Authorization", "Basic " + base64(options_.account->user + ":" +
                                             std::string(password.data(), password.size())));
    }
    return request;
  }

  Exchange judged(const HttpRequest& request, const HttpExchange& exchange) const {
    Result<xml::Document> document = xml::read(exchange.body);
    if (!document) return not_soap(request, exchange, document.error());
    const Result<Envelope> envelope = read_envelope(*document);
    if (!envelope) return not_soap(request, exchange, envelope.error());
    if (const std::optional<Fault> fault = fault_of(*envelope)) {
      Exchange refused = failed(leaves_outcome_open(*fault) ? Effect::unknown : Effect::none,
                                placed(error_of(*fault), request, exchange));
      refused.fault = true;
      return refused;
    }
    if (exchange.status != 200) {
      return not_soap(request, exchange,
                      Error{.code = "upstream.malformed", .message = "it is no fault"});
    }
    if (options_.answers) {
      const Result<Verified> verified = verify(*envelope, *options_.answers, options_.now_ms());
      if (!verified) {
        return failed(Effect::unknown, placed(verified.error(), request, exchange));
      }
    }
    Exchange answered;
    answered.effect = Effect::answered;
    answered.answer = Answer{.document = std::move(*document), .envelope = *envelope};
    return answered;
  }

  // Some server in between, or a service that stumbled before it could speak SOAP.
  Exchange not_soap(const HttpRequest& request, const HttpExchange& exchange,
                    const Error& why) const {
    if (exchange.status == 200) {
      return failed(Effect::unknown,
                    malformed(request, exchange, "no usable SOAP message (" + why.message + ")"));
    }
    const Effect effect =
        status_leaves_outcome_open(exchange.status) ? Effect::unknown : Effect::none;
    if (exchange.status == 401) {
      return failed(
          effect,
          placed(Error{.kind = ErrorKind::unauthenticated,
                       .code = "upstream.unauthenticated",
                       .message = "the answer was 401: the technical account or its password is "
                                  "not accepted, or has expired. Ask the local manager of the "
                                  "organisation on the portal of the social security"},
                 request, exchange));
    }
    return failed(effect, api_error(request, exchange));
  }

  HttpClient& http_;
  const ClientOptions options_;
};

}  // namespace

Result<std::unique_ptr<Client>> make_client(HttpClient& http, ClientOptions options) {
  Result<std::string> url = checked_base_url(options.url, "address of the SOAP service");
  if (!url) return std::move(url).error();
  options.url = std::move(*url);
  if (options.account) {
    const TechnicalAccount& account = *options.account;
    if (account.user.empty() || !account.password || account.password->size() == 0 ||
        !is_header_safe(account.user, ':') ||
        !is_header_safe({account.password->data(), account.password->size()}, '\0')) {
      return Error{.kind = ErrorKind::failed_precondition,
                   .code = "soap.bad_account",
                   .message =
                       "Setting up a SOAP service: the technical account needs a user "
                       "without ':' and a password, both without control characters. "
                       "Correct them"};
    }
  }
  if (!options.now_ms) options.now_ms = system_now_ms;
  return std::unique_ptr<Client>(std::make_unique<HttpSoapClient>(http, std::move(options)));
}

}  // namespace semafoor::upstream::soap
