// SPDX-License-Identifier: Apache-2.0
//
// The gateway's e-Box client, led through every operation of a consumer. Between it and the sandbox
// stands a proxy that holds both to the official contract: `walk.sh` starts them.
//
// Exit: 0 everything fitted, 1 something did not, 3 the proxy reported a violation.
#include <openssl/evp.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <iostream>
#include <memory>
#include <set>
#include <string>

#include "gateway/upstream/upstreams.h"

namespace semafoor {
namespace {

// How the proxy names a violation, whichever side committed it.
constexpr char kViolation[] = "prism/errors#";

struct Walk {
  int calls = 0;
  int wrong = 0;
  int violations = 0;

  template <typename T>
  bool passed(const char* operation, const Result<T>& result) {
    ++calls;
    if (result.ok()) return true;
    report(operation, result.error());
    return false;
  }

  void report(const std::string& operation, const Error& error) {
    const bool violation = error.message.find(kViolation) != std::string::npos;
    (violation ? violations : wrong) += 1;
    std::cout << "  " << operation << ": " << error.message << "\n";
  }

  void expect(bool fact, const std::string& what) {
    if (fact) return;
    ++wrong;
    std::cout << "  " << what << "\n";
  }
};

class Sha256 {
 public:
  Sha256() { EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr); }
  void add(std::span<const std::byte> bytes) {
    EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
  }
  std::string hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_DigestFinal_ex(context_.get(), digest.data(), &size);
    std::string text;
    for (unsigned i = 0; i < size; ++i) {
      char two[3];
      std::snprintf(two, sizeof two, "%02x", digest[i]);
      text += two;
    }
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_{EVP_MD_CTX_new(),
                                                                   &EVP_MD_CTX_free};
};

struct Options {
  std::string ebox;
  std::string direct;
  std::string token_endpoint;
  std::string keys;
  std::string key_name;
  std::string client_id;
  std::string organisation;
  bool list_only = false;
};

// Through all pages; what a page misses would show as a difference with `total`.
std::vector<upstream::RemoteMessage> list_all(Walk& walk, upstream::EboxClient& ebox) {
  std::vector<upstream::RemoteMessage> all;
  std::int64_t total = 1;
  for (int page = 1; static_cast<std::int64_t>(all.size()) < total && page < 100; ++page) {
    Result<upstream::RemotePage> answer = ebox.list(page, 10, "", {});
    if (!walk.passed("list", answer) || answer->messages.empty()) break;
    walk.expect(answer->rejected.empty(), "list: an element was rejected");
    total = answer->total;
    for (upstream::RemoteMessage& one : answer->messages) all.push_back(std::move(one));
  }
  walk.expect(static_cast<std::int64_t>(all.size()) == total, "list: pages and total differ");
  return all;
}

// The answer through the proxy is held to the contract; the bytes are compared without it, because
// it reads every body as text and does not give binary ones back as they were.
void fetch_contents(Walk& walk, upstream::EboxClient& ebox, upstream::EboxClient& direct,
                    const upstream::RemoteMessage& message, int& verified) {
  for (const upstream::RemoteAttachment& attachment : message.attachments) {
    const auto ignore = [](std::span<const std::byte>) -> Result<void> { return {}; };
    walk.passed("content", ebox.content(message.id, attachment.id, ignore, {}));
    Sha256 digest;
    const Result<void> content =
        direct.content(message.id, attachment.id,
                       [&](std::span<const std::byte> bytes) -> Result<void> {
                         digest.add(bytes);
                         return {};
                       },
                       {});
    if (!content.ok()) walk.report("content, without the proxy", content.error());
    if (!content.ok() || attachment.sha256.empty()) continue;
    walk.expect(digest.hex() == attachment.sha256, "content: another digest than announced");
    ++verified;
  }
}

void walk_everything(Walk& walk, upstream::EboxClient& ebox, upstream::EboxClient& direct) {
  const std::vector<upstream::RemoteMessage> messages = list_all(walk, ebox);
  walk.expect(!messages.empty(), "list: the box is empty, nothing was validated");
  std::set<std::string> types;
  std::set<std::string> senders;
  int verified = 0;
  for (const upstream::RemoteMessage& message : messages) {
    const Result<upstream::RemoteMessage> one = ebox.get(message.id, {});
    if (walk.passed("get", one)) {
      walk.expect(one->receipt_ms == message.receipt_ms, "get: another receipt date than listed");
      walk.expect(one->attachments.size() == message.attachments.size(),
                  "get: other attachments than listed");
    }
    types.insert(message.message_type_id);
    senders.insert(message.sender_organisation_id);
    fetch_contents(walk, ebox, direct, message, verified);
  }
  walk.passed("list, received after", ebox.list(1, 100, "2026-10-01", {}));
  const Result<upstream::RemotePage> none = ebox.list(1, 100, "2999-01-01", {});
  if (walk.passed("list, nothing found", none)) {
    walk.expect(none->messages.empty(), "list: messages from the future");
  }
  const Result<upstream::RemoteMessage> absent = ebox.get("no-such-message", {});
  ++walk.calls;
  walk.expect(!absent.ok() && absent.error().code == "upstream.not_found",
              "get: an unknown message is not 'not found'");
  if (!absent.ok() && absent.error().code != "upstream.not_found") {
    walk.report("get, unknown", absent.error());
  }
  const auto known_types = ebox.message_types({});
  if (walk.passed("message types", known_types)) {
    for (const upstream::RemoteName& name : *known_types) types.erase(name.id);
    walk.expect(types.empty(), "message types: one that messages use is not there");
  }
  const auto known_senders = ebox.sender_organisations({});
  if (walk.passed("sender organisations", known_senders)) {
    for (const upstream::RemoteName& name : *known_senders) senders.erase(name.id);
    walk.expect(senders.empty(), "sender organisations: one that messages name is not there");
  }
  walk.expect(verified > 0, "content: not one has a digest");
  std::cout << messages.size() << " messages listed and read, " << verified
            << " contents with their digest, reference data complete\n";
}

Result<std::shared_ptr<upstream::EboxClient>> open(const Options& options,
                                                   const std::string& base_url) {
  return upstream::make_upstreams({.token_endpoint = options.token_endpoint,
                                   .ebox_base_url = base_url,
                                   .user_agent = "semafoor-contract-walk"},
                                  vault::make_pem_key_ring(options.keys))
      ->ebox({.organisation = options.organisation,
              .client_id = options.client_id,
              .key_name = options.key_name});
}

int run(const Options& options) {
  const auto ebox = open(options, options.ebox);
  const auto direct = open(options, options.direct);
  if (!ebox.ok() || !direct.ok()) {
    std::cout << (ebox.ok() ? direct : ebox).error().message << "\n";
    return 1;
  }
  Walk walk;
  if (options.list_only) {
    walk.passed("list", (*ebox)->list(1, 10, "", {}));
  } else {
    walk_everything(walk, **ebox, **direct);
  }
  std::cout << walk.calls << " calls, " << walk.violations << " violations of the contract, "
            << walk.wrong << " other differences\n";
  if (walk.violations > 0) return 3;
  return walk.wrong > 0 ? 1 : 0;
}

}  // namespace
}  // namespace semafoor

int main(int argc, char** argv) {
  CLI::App app("Leads the gateway's e-Box client through every operation of a consumer");
  semafoor::Options options;
  app.add_option("--ebox", options.ebox, "Base URL of the proxy, ending before /ebox")->required();
  app.add_option("--direct", options.direct, "The same without the proxy")->required();
  app.add_option("--token-endpoint", options.token_endpoint)->required();
  app.add_option("--keys", options.keys, "Folder of the keys")->required();
  app.add_option("--key", options.key_name)->required();
  app.add_option("--client", options.client_id)->required();
  app.add_option("--organisation", options.organisation)->required();
  app.add_flag("--list-only", options.list_only, "One call and no more");
  CLI11_PARSE(app, argc, argv);
  return semafoor::run(options);
}
