// SPDX-License-Identifier: Apache-2.0
//
// For tests: a consumer that signs with xmlsec, and the services with something in their mailbox.
#pragma once

#include <gtest/gtest.h>

#include <ctime>
#include <functional>
#include <set>
#include <string>

#include "tests/sandbox/content/people.h"
#include "tests/sandbox/ksz/document.h"
#include "tests/sandbox/ksz/names.h"
#include "tests/sandbox/ksz/service.h"

namespace semafoor::sandbox::ksz {

struct Identity {
  std::string private_pem, certificate_pem;
};
Identity make_identity(const std::string& name);
// Made once a process; keys take time.
const Identity& some_identity();
const Identity& other_identity();

// How a message is signed; tests change one thing.
struct Signing {
  std::string created, expires;
  std::set<std::string> parts{"X509-1", "TS-1", "Body-1"};
  std::string signature_method = kRsaSha256;
  std::string digest_method = kSha256;
  std::string transform = kExclusive;
  // Whose certificate is in the token; unset: the signer's.
  const Identity* token = nullptr;
};
// An envelope around `payload`, signed; and one that is not.
std::string signed_message(const Identity& signer, const std::string& payload,
                           const Signing& signing);
std::string plain_message(const std::string& payload);
Signing signing_at(std::int64_t created, std::int64_t life = 300);

std::string basic(const std::string& user, const std::string& password);
// The first of `from` replaced; it must be there.
std::string changed(std::string text, const std::string& from, const std::string& to);

class KszTest : public testing::Test {
 protected:
  KszTest();

  static http::Call call(std::string_view path, const std::string& action, std::string body);
  // What was answered counts as delivered. Where SEMAFOOR_KSZ_SAMPLES names a folder, what an
  // answer carries is kept there for xmllint (prove.sh).
  http::Reply send(http::Call call);
  // As the account of the organisation.
  http::Reply as_account(http::Call call);
  http::Reply fault(const http::Call& call, const http::Fault& fault);

  // A SOA request of the operation with these members, and its call without proof of who asks.
  std::string soa_request(const std::string& operation, const std::string& members) const;
  http::Call soa_call(const std::string& operation, const std::string& body) const;
  http::Reply soa(const std::string& operation, const std::string& members);
  // The same over SSDN; `inner`: the SSDNReply, of what ssdn() answers.
  std::string ssdn_request(const std::string& operation, const std::string& members) const;
  static http::Call ssdn_call(const std::string& inner);
  http::Reply ssdn(const std::string& operation, const std::string& members);
  static std::string inner(const http::Reply& reply);

  std::string feedback(const std::string& unique_id, const std::string& code = "X-COUNTED",
                       const std::string& more = "") const;

  // Text of the first element with this local name anywhere; "(none)" when there is none.
  static std::string first(const std::string& xml, const std::string& name);
  static std::vector<std::string> all(const std::string& xml, const std::string& name);

  // Now: the certificates are of today.
  std::int64_t now_ = std::time(nullptr);
  content::Organisation organisation_, other_;
  ledger::Ledger ledger_;
  podmi::Mailbox mailbox_;
  Credentials credentials_;
  Service service_;
  // Of the first signal.
  std::string reference_;
  std::string ssin_;
};

}  // namespace semafoor::sandbox::ksz
