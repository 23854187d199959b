// SPDX-License-Identifier: Apache-2.0
//
// One call of a SOAP 1.1 service over HTTP, and what is known about its effect.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/upstream/http/http_client.h"
#include "gateway/upstream/soap/envelope.h"
#include "gateway/upstream/soap/signing.h"
#include "gateway/upstream/soap/verification.h"
#include "gateway/upstream/xml/document.h"
#include "gateway/vault/key_file.h"

namespace semafoor::upstream::soap {

// The technical account that the local manager makes on the portal of the social security; HTTP
// Basic (RFC 7617) over TLS.
struct TechnicalAccount {
  std::string user;
  std::shared_ptr<const vault::SecretBytes> password;
};

struct ClientOptions {
  std::string url;
  std::chrono::milliseconds timeout{30'000};
  // Either or both, as the service asks for.
  std::optional<X509Identity> identity;
  std::optional<TechnicalAccount> account;
  // Set: an answer that is not signed like this is not used. A fault need not be: nobody signs a
  // refusal to somebody it does not know, and TLS says whose it is.
  std::optional<VerifyPolicy> answers;
  // Milliseconds since 1970 UTC, as messages are dated and judged; empty: the system's clock.
  std::function<std::int64_t()> now_ms;
  // Hears of the Date of each answer, and between which moments of the system's clock it came; may
  // be empty.
  std::function<void(std::int64_t sent_ms, std::int64_t received_ms, std::string_view date)> dated;
};

// Writes the body of an answer as it came, before anybody looks into it. Its error ends the call.
using Keep = std::function<Result<void>(const std::string& body)>;

struct Call {
  // First words of an error: "Sending an answer to POD MI".
  std::string purpose;
  // SOAPAction, without its quotes.
  std::string action;
  // XML of xml::Writer.
  std::string payload;
  // Gets the body of an answer whose status is 200, also of one that broke off. May be empty.
  Keep keep = {};
};

struct Answer {
  xml::Document document;
  // Views into it.
  Envelope envelope;
};

enum class Effect {
  // Certainly none: it was not sent, or refused before it began.
  none,
  // It was sent; it may have had its effect or not.
  unknown,
  // `answer` says.
  answered,
};

struct Exchange {
  Effect effect = Effect::none;
  // Exactly one of the two.
  std::optional<Answer> answer;
  std::optional<Error> failure;
  // The failure is a fault: it comes from the service itself.
  bool fault = false;
  // Of the HTTP exchange, for the end of an error.
  std::string trace;
  // Of the HTTP exchange, as it came, also when it broke off; empty unless its status is 200.
  std::string body;
};

// Safe from several threads. `http` outlives it.
class Client {
 public:
  virtual ~Client() = default;
  // Blocks. Errors: those of HttpClient and of signed_envelope, "upstream.unauthenticated" and
  // everything that error_of(Fault) has, those of verify, "upstream.malformed".
  virtual Exchange call(const Call& call, std::stop_token stop) = 0;
};

// "upstream.bad_url", "soap.bad_account".
Result<std::unique_ptr<Client>> make_client(HttpClient& http, ClientOptions options);

}  // namespace semafoor::upstream::soap
