// SPDX-License-Identifier: Apache-2.0
#include "tests/prism/walk_writes.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>

namespace semafoor {
namespace {

class TextReader final : public upstream::ContentReader {
 public:
  explicit TextReader(std::string text) : text_(std::move(text)) {}
  Result<std::size_t> read(std::span<std::byte> into) override {
    const std::size_t count = std::min(into.size(), text_.size() - at_);
    std::memcpy(into.data(), text_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  const std::string text_;
  std::size_t at_ = 0;
};

upstream::ReplyAttachment file(const std::string& name, const std::string& media_type, bool main,
                               const std::string& text) {
  upstream::ReplyAttachment attachment{.file_name = name,
                                       .media_type = media_type,
                                       .title = {},
                                       .main_content = main,
                                       .file_signed = false,
                                       .content = {}};
  attachment.content = [text]() -> Result<std::unique_ptr<upstream::ContentReader>> {
    return std::unique_ptr<upstream::ContentReader>(std::make_unique<TextReader>(text));
  };
  return attachment;
}

void send(WalkReport& walk, upstream::EboxClient& ebox, const std::string& operation,
          const upstream::ReplyMessage& reply) {
  const Result<upstream::ReplyOutcome> outcome = ebox.reply(reply, {});
  if (!walk.passed(operation, outcome)) return;
  if (outcome->state == upstream::SendOutcome::unknown) {
    walk.blame(operation, outcome->why_unknown.value_or(Error{}));
    return;
  }
  walk.expect(!outcome->message_id.empty() && !outcome->expiration_date.empty(),
              operation + ": the receipt lacks its identity or its date");
}

void walk_visibility(WalkReport& walk, upstream::EboxClient& ebox, const std::string& message_id) {
  for (const bool visible : {false, true}) {
    const std::array change{upstream::VisibilityChange{message_id, visible}};
    walk.passed("visibility", ebox.set_visible(change, {}));
    const Result<upstream::RemoteMessage> changed = ebox.get(message_id, {});
    if (!walk.passed("get", changed)) continue;
    walk.expect(changed->visible == visible, "visibility: it was not changed");
    const Result<upstream::RemotePage> listed =
        ebox.list({.page_size = 100, .visible = visible}, {});
    if (!walk.passed("list, visible", listed)) continue;
    const bool there = std::any_of(
        listed->messages.begin(), listed->messages.end(),
        [&](const upstream::RemoteMessage& message) { return message.id == message_id; });
    walk.expect(there, "list, visible: the changed message is not among them");
  }
  const std::array absent{upstream::VisibilityChange{"no-such-message", true}};
  walk.refused("visibility, unknown", ebox.set_visible(absent, {}), "upstream.not_found");
}

}  // namespace

upstream::ReplyMessage plain_reply(const std::string& message_id, const std::string& sender) {
  upstream::ReplyMessage reply;
  reply.original_message_id = message_id;
  reply.recipient_id = sender;
  reply.subject.set_nl("Antwoord van het OCMW");
  reply.attachments.push_back(file("antwoord.txt", "text/plain", true, "Wij zijn akkoord.\n"));
  return reply;
}

void walk_writes(WalkReport& walk, upstream::EboxClient& ebox, upstream::EboxClient& direct,
                 const std::vector<upstream::RemoteMessage>& messages) {
  const auto answerable =
      std::find_if(messages.begin(), messages.end(),
                   [](const upstream::RemoteMessage& message) { return message.reply_authorised; });
  const auto silent = std::find_if(
      messages.begin(), messages.end(),
      [](const upstream::RemoteMessage& message) { return !message.reply_authorised; });
  if (answerable == messages.end() || silent == messages.end()) {
    walk.expect(false, "reply: the box has no message to answer, or none that takes no answer");
    return;
  }
  walk_visibility(walk, ebox, answerable->id);

  const auto plain = plain_reply(answerable->id, answerable->sender_organisation_id);
  send(walk, ebox, "reply", plain);

  upstream::ReplyMessage rich = plain;
  rich.attachments[0].title.set_nl("Titel");
  rich.attachments.push_back(file("één \"bijlage\" 100%.csv", "text/csv", false, "a;b\r\n1;2\r\n"));
  rich.attachments.push_back(file("leeg.txt", "text/plain", false, ""));
  rich.body.emplace().set_nl("Beste, zie bijlage.");
  rich.business_data.push_back({.key = "X-REFERENCE", .name = {}, .values = {{}}});
  rich.business_data[0].values[0].set_nl("dossier 12");
  send(walk, ebox, "reply, with everything", rich);

  upstream::ReplyMessage six = plain;
  for (int i = 2; i <= 6; ++i) {
    six.attachments.push_back(
        file("bijlage " + std::to_string(i) + ".txt", "text/plain", false, "tekst"));
  }
  send(walk, ebox, "reply, six files", six);

  upstream::ReplyMessage bare = plain;
  bare.attachments.clear();
  bare.body.emplace().set_fr("Madame, Monsieur, nous sommes d'accord.");
  bare.body_main_content = true;
  send(walk, ebox, "reply, body only", bare);

  // Without the proxy, which reads every body as text: bytes of every kind keep their digest.
  std::string bytes;
  for (int i = 0; i < 300'000; ++i) bytes += static_cast<char>(i * 7 + i / 256);
  upstream::ReplyMessage binary = plain;
  binary.attachments = {file("foto.pdf", "application/pdf", true, bytes)};
  send(walk, direct, "reply, any bytes, without the proxy", binary);

  // Refusals have their schema too.
  upstream::ReplyMessage wrong = plain;
  wrong.original_message_id = "no-such-message";
  walk.refused("reply, unknown message", ebox.reply(wrong, {}), "upstream.refused");
  wrong = plain_reply(silent->id, silent->sender_organisation_id);
  walk.refused("reply, not authorised", ebox.reply(wrong, {}), "upstream.refused");
  wrong = plain;
  wrong.subject.set_fr("Deux langues");
  walk.refused("reply, two languages", ebox.reply(wrong, {}), "upstream.not_supported");
}

}  // namespace semafoor
