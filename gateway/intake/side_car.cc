// SPDX-License-Identifier: Apache-2.0
#include "gateway/intake/side_car.h"

#include "gateway/data/data_file.h"

namespace semafoor::intake {
namespace {

// A text is Dutch, unless it says its languages: {"fr": "..."}.
v1::LocalizedText words(const data::Node& parent, const char* key) {
  v1::LocalizedText text;
  const auto node = parent.find(key);
  if (!node) return text;
  if (!node->is_object()) {
    text.set_nl(node->text());
    return text;
  }
  node->only({"nl", "fr", "de", "en"});
  text.set_nl(node->text("nl").value_or(""));
  text.set_fr(node->text("fr").value_or(""));
  text.set_de(node->text("de").value_or(""));
  text.set_en(node->text("en").value_or(""));
  return text;
}

v1::MessageFamily family(const data::Node& root) {
  v1::MessageFamily value = v1::MESSAGE_FAMILY_UNSPECIFIED;
  const auto node = root.find("family");
  if (node &&
      (!v1::MessageFamily_Parse(node->text(), &value) || value == v1::MESSAGE_FAMILY_UNSPECIFIED))
    node->fail("not a family of mailbox.proto");
  return value;
}

}  // namespace

Result<void> read_side_car(std::string_view json, const std::string& name,
                           Description& description) {
  auto read = data::read(json, name, kSideCarSchema, [&](const data::Node& root) {
    root.only({"schema", "subject", "sender", "senderOrganisation", "receivedOn", "expiresOn",
               "family", "messageTypeId", "downloadedBy"});
    description.subject = words(root, "subject");
    description.sender_name = words(root, "sender");
    description.sender_organisation = root.text("senderOrganisation").value_or("");
    if (const auto node = root.find("receivedOn")) description.received_on = node->date();
    if (const auto node = root.find("expiresOn")) description.expires_on = node->date();
    description.family = family(root);
    description.message_type_id = root.text("messageTypeId").value_or("");
    description.downloaded_by = root.text("downloadedBy").value_or("");
  });
  if (read) return {};
  return Error{.kind = ErrorKind::invalid_argument,
               .code = "intake.side_car",
               .message = "Taking in a file: what lies beside it to describe it is wrong. " +
                          read.error().message};
}

}  // namespace semafoor::intake
