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
#include <utility>
#include <vector>

#include "gateway/upstream/upstreams.h"
#include "tests/prism/walk_report.h"
#include "tests/prism/walk_writes.h"

namespace semafoor {
namespace {

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
  bool reply_only = false;
  bool mock = false;
  bool random = false;
};

// Through all pages; what a page misses would show as a difference with `total`.
std::vector<upstream::RemoteMessage> list_all(WalkReport& walk, upstream::EboxClient& ebox) {
  std::vector<upstream::RemoteMessage> all;
  std::int64_t total = 1;
  for (int page = 1; static_cast<std::int64_t>(all.size()) < total && page < 100; ++page) {
    Result<upstream::RemotePage> answer = ebox.list({.page = page, .page_size = 10}, {});
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
void fetch_contents(WalkReport& walk, upstream::EboxClient& ebox, upstream::EboxClient& direct,
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
    if (!content.ok()) walk.blame("content, without the proxy", content.error());
    if (!content.ok() || attachment.sha256.empty()) continue;
    walk.expect(digest.hex() == attachment.sha256, "content: another digest than announced");
    ++verified;
  }
}

// Each filter by itself, with a value that messages of the box have.
void walk_filters(WalkReport& walk, upstream::EboxClient& ebox,
                  const upstream::RemoteMessage& message) {
  std::vector<upstream::ListFilter> filters{
      {.received_before = "2026-10-01"},
      {.received_after = "2026-10-01"},
      {.expired_before = "2027-06-01"},
      {.expired_after = "2027-01-01"},
      {.read = false},
      {.read = true},
      {.visible = true},
      {.registered_mail = true},
      {.message_type_id = message.message_type_id},
      {.sender_organisation_id = message.sender_organisation_id},
      {.sender_application_id = message.sender_application_id},
      {.text = "maandstaat", .text_language = "nl"},
      {.text = "\u00e9tat & \u00e9t\u00e9", .text_language = "fr"},
      {.page = 99}};
  for (const upstream::ListFilter& filter : filters) {
    const Result<upstream::RemotePage> page = ebox.list(filter, {});
    if (walk.passed("list, filtered", page)) {
      walk.expect(page->rejected.empty(), "list, filtered: an element was rejected");
    }
  }
  const Result<upstream::RemotePage> none =
      ebox.list({.page_size = 100, .received_after = "2999-01-01"}, {});
  if (walk.passed("list, nothing found", none)) {
    walk.expect(none->messages.empty(), "list: messages from the future");
  }
}

// The metadata of the parts by themselves are those of the message.
void walk_parts(WalkReport& walk, upstream::EboxClient& ebox,
                const upstream::RemoteMessage& message, int& bodies, int& payments) {
  const auto attachments = ebox.attachments(message.id, {});
  if (walk.passed("attachments", attachments)) {
    walk.expect(attachments->size() == message.attachments.size(),
                "attachments: others than in the message");
  }
  for (const upstream::RemoteAttachment& attachment : message.attachments) {
    const auto one = ebox.attachment(message.id, attachment.id, {});
    if (!walk.passed("attachment", one)) continue;
    walk.expect(one->sha256 == attachment.sha256 && one->file_name == attachment.file_name,
                "attachment: another than in the message");
  }
  const auto body = ebox.body(message.id, {});
  if (walk.passed("body", body) && body->has_value()) ++bodies;
  const auto payment = ebox.payment(message.id, {});
  if (walk.passed("payment data", payment)) {
    walk.expect(payment->has_value() == message.payment.has_value(),
                "payment data: there, and not in the message, or the reverse");
    payments += payment->has_value() ? 1 : 0;
  }
}

void fetch_logos(WalkReport& walk, upstream::EboxClient& ebox, upstream::ImageOwner owner,
                 const std::string& owner_id, const std::vector<upstream::RemoteImage>& logos) {
  walk.expect(!logos.empty(), "image: a sender has no logo");
  for (const upstream::RemoteImage& logo : logos) {
    const auto image = ebox.image(owner, owner_id, logo.id, {});
    if (walk.passed("image", image)) walk.expect(!image->empty(), "image: it is empty");
  }
}

void walk_reference_data(WalkReport& walk, upstream::EboxClient& ebox, std::set<std::string> types,
                         std::set<std::string> senders) {
  const auto known_types = ebox.message_types({});
  if (walk.passed("message types", known_types)) {
    for (const auto& type : *known_types) {
      types.erase(type.id);
      const auto one = ebox.message_type(type.id, {});
      if (walk.passed("message type", one)) {
        walk.expect(one->validity_number > 0, "message type: it has no validity");
      }
    }
    walk.expect(types.empty(), "message types: one that messages use is not there");
  }
  const auto applications = ebox.sender_applications({});
  if (walk.passed("sender applications", applications)) {
    walk.expect(!applications->empty(), "sender applications: there are none");
    for (const auto& application : *applications) {
      walk.passed("sender application", ebox.sender_application(application.id, {}));
      fetch_logos(walk, ebox, upstream::ImageOwner::sender_application, application.id,
                  application.logos);
    }
  }
  const auto known_senders = ebox.sender_organisations({});
  if (walk.passed("sender organisations", known_senders)) {
    for (const auto& sender : *known_senders) {
      senders.erase(sender.id);
      walk.passed("sender organisation", ebox.sender_organisation(sender.id, {}));
      fetch_logos(walk, ebox, upstream::ImageOwner::sender_organisation, sender.id, sender.logos);
    }
    walk.expect(senders.empty(), "sender organisations: one that messages name is not there");
  }
  walk.refused("message type, unknown", ebox.message_type("no-such", {}), "upstream.not_found");
  walk.refused("sender application, unknown", ebox.sender_application("no-such", {}),
               "upstream.not_found");
}

void walk_everything(WalkReport& walk, upstream::EboxClient& ebox, upstream::EboxClient& direct) {
  const auto summary = ebox.summary({});
  const std::vector<upstream::RemoteMessage> messages = list_all(walk, ebox);
  walk.expect(!messages.empty(), "list: the box is empty, nothing was validated");
  if (messages.empty()) return;
  if (walk.passed("summary", summary)) {
    walk.expect(summary->messages == static_cast<std::int64_t>(messages.size()),
                "summary: another number of messages than listed");
  }
  walk_filters(walk, ebox, messages.front());
  std::set<std::string> types;
  std::set<std::string> senders;
  int verified = 0;
  int bodies = 0;
  int payments = 0;
  for (const upstream::RemoteMessage& message : messages) {
    const Result<upstream::RemoteMessage> one = ebox.get(message.id, {});
    if (walk.passed("get", one)) {
      walk.expect(one->receipt_ms == message.receipt_ms, "get: another receipt date than listed");
      walk.expect(one->attachments.size() == message.attachments.size(),
                  "get: other attachments than listed");
    }
    types.insert(message.message_type_id);
    senders.insert(message.sender_organisation_id);
    walk_parts(walk, ebox, message, bodies, payments);
    fetch_contents(walk, ebox, direct, message, verified);
  }
  walk.expect(bodies > 0 && payments > 0, "body, payment data: no message has one");
  walk.refused("get, unknown", ebox.get("no-such-message", {}), "upstream.not_found");
  walk.refused("attachments, unknown", ebox.attachments("no-such-message", {}),
               "upstream.not_found");
  // Without the proxy: by the letter of the contract the errors of these operations, too, would be
  // application/octet-stream; no provider has those.
  walk.refused("image, unknown",
               direct.image(upstream::ImageOwner::sender_application, "no-such", "x", {}),
               "upstream.not_found");
  const auto ignore = [](std::span<const std::byte>) -> Result<void> { return {}; };
  walk.refused("content, unknown", direct.content("no-such-message", "x", ignore, {}),
               "upstream.not_found");
  walk.refused("attachment, unknown", ebox.attachment(messages.front().id, "no-such", {}),
               "upstream.not_found");
  walk_reference_data(walk, ebox, std::move(types), std::move(senders));
  walk_writes(walk, ebox, direct, messages);
  walk.expect(verified > 0, "content: not one has a digest");
  std::cout << messages.size() << " messages listed and read, " << verified
            << " contents with their digest, reference data complete, replies sent\n";
}

void reply_once(WalkReport& walk, upstream::EboxClient& ebox) {
  const auto page = ebox.list({.page_size = 100}, {});
  if (!walk.passed("list", page)) return;
  for (const upstream::RemoteMessage& message : page->messages) {
    if (!message.reply_authorised) continue;
    walk.passed("reply", ebox.reply(plain_reply(message.id, message.sender_organisation_id), {}));
    return;
  }
  walk.expect(false, "reply: the box has no message to answer");
}

// Against a mock made from the contract alone: whatever it invents can be read. A mock of random
// values never comes to the end of a list of several pages, so that these are left out.
void walk_mock(WalkReport& walk, upstream::EboxClient& ebox, bool random) {
  const auto ignore = [](std::span<const std::byte>) -> Result<void> { return {}; };
  walk.passed("summary", ebox.summary({}));
  const auto page = ebox.list({}, {});
  if (walk.passed("list", page)) {
    walk.expect(page->rejected.empty(), "list: an element was rejected");
  }
  walk.passed("content", ebox.content("M", "A", ignore, {}));
  walk.passed("attachments", ebox.attachments("M", {}));
  walk.passed("body", ebox.body("M", {}));
  walk.passed("payment data", ebox.payment("M", {}));
  if (!random) {
    walk.passed("message types", ebox.message_types({}));
    walk.passed("sender applications", ebox.sender_applications({}));
    walk.passed("sender organisations", ebox.sender_organisations({}));
    walk.passed("message type", ebox.message_type("string", {}));
    walk.passed("sender application", ebox.sender_application("string", {}));
    walk.passed("sender organisation", ebox.sender_organisation("0406798006", {}));
    walk.passed("get", ebox.get("string", {}));
    walk.passed("attachment", ebox.attachment("string", "string", {}));
  }
  walk.passed("image", ebox.image(upstream::ImageOwner::sender_organisation, "O", "L", {}));
  const std::array change{upstream::VisibilityChange{"M", true}};
  walk.passed("visibility", ebox.set_visible(change, {}));
  const auto reply = ebox.reply(plain_reply("M", "0308357753"), {});
  if (walk.passed("reply", reply) && reply->why_unknown) walk.blame("reply", *reply->why_unknown);
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
  WalkReport walk;
  if (options.list_only) {
    walk.passed("list", (*ebox)->list({.page_size = 10}, {}));
  } else if (options.reply_only) {
    reply_once(walk, **ebox);
  } else if (options.mock) {
    walk_mock(walk, **ebox, options.random);
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
  app.add_flag("--reply-only", options.reply_only, "One list and one reply");
  app.add_flag("--mock", options.mock, "It is a mock that invents its answers");
  app.add_flag("--random", options.random, "Its values are random");
  CLI11_PARSE(app, argc, argv);
  return semafoor::run(options);
}
