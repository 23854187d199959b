// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/ksz/gate.h"

#include <algorithm>

#include "tests/sandbox/ksz/base64.h"
#include "tests/sandbox/ksz/security.h"

namespace semafoor::sandbox::ksz {
namespace {

struct Account {
  std::string user, password;
};

// RFC 7617.
std::optional<Account> account_in(const http::Call& call) {
  auto header = call.header("authorization");
  constexpr std::string_view kBasic = "Basic ";
  if (!header.starts_with(kBasic)) return std::nullopt;
  auto decoded = base64_decode(std::string_view(header).substr(kBasic.size()));
  auto colon = decoded ? decoded->find(':') : std::string::npos;
  if (colon == std::string::npos) return std::nullopt;
  return Account{decoded->substr(0, colon), decoded->substr(colon + 1)};
}

bool is_xml(const http::Call& call) {
  auto type = call.header("content-type");
  std::transform(type.begin(), type.end(), type.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return type == "text/xml" || type.starts_with("text/xml;") || type.starts_with("text/xml ");
}

}  // namespace

std::string Gate::action(const http::Call& call) {
  auto action = call.header("soapaction");
  if (action.size() >= 2 && action.front() == '"' && action.back() == '"') {
    action = action.substr(1, action.size() - 2);
  }
  return action;
}

bool Gate::has_account(const http::Call& call) {
  return !call.header("authorization").empty();
}

http::Reply Gate::account_refused() {
  http::Reply reply;
  reply.status = 401;
  reply.content_type = "text/html";
  reply.headers.emplace_back("WWW-Authenticate", "Basic realm=\"sandbox\"");
  reply.body = "<html><body>401 Unauthorized</body></html>";
  return reply;
}

std::optional<std::string> Gate::claimed(const http::Call& call) const {
  if (auto account = account_in(call)) return credentials_.of_user(account->user);
  SystemError error;
  auto envelope = read_envelope(call, error);
  return envelope ? claimed_organisation(*envelope, credentials_) : std::nullopt;
}

std::optional<Admitted> Gate::admit(const http::Call& call, std::int64_t now,
                                    http::Reply& refusal) const {
  if (call.method != "POST") {
    refusal = plain_fault(405, "a SOAP service is called with POST");
    refusal.headers.emplace_back("Allow", "POST");
    return std::nullopt;
  }
  std::optional<std::string> by_account;
  if (has_account(call)) {
    auto account = account_in(call);
    if (account) by_account = credentials_.of_account(account->user, account->password);
    if (!by_account) {
      refusal = account_refused();
      return std::nullopt;
    }
  }
  if (!is_xml(call)) {
    refusal = plain_fault(415, "the body must be text/xml");
    return std::nullopt;
  }
  SystemError error;
  auto envelope = read_envelope(call, error);
  if (!envelope) {
    refusal = system_fault(error);
    return std::nullopt;
  }
  std::string why = "there is neither an account nor a signature";
  auto organisation = by_account;
  if (has_security(*envelope)) {
    organisation = verified_organisation(*envelope, credentials_, now, why);
    if (organisation && by_account && organisation != by_account) {
      organisation.reset();
      why = "account and certificate are of different organisations";
    }
  }
  if (!organisation) {
    refusal = system_fault(not_authenticated());
    // The true server does not tell; who tests wants to know.
    refusal.headers.emplace_back("X-Sandbox-Reason", why);
    return std::nullopt;
  }
  return Admitted{std::move(*envelope), *organisation};
}

}  // namespace semafoor::sandbox::ksz
