// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/ebox/render.h"

#include "tests/sandbox/ebox/logo.h"

namespace semafoor::sandbox::ebox {
namespace {

using http::Json;

Json names(const content::Names& names) {
  return {{"nl", names.nl}, {"fr", names.fr}, {"de", names.de}};
}

Json logos(const std::string& owner) {
  return Json::array({{{"imageId", kLogoId},
                       {"size", static_cast<double>(logo().size()) / 1024.0},
                       {"mediaType", "image/png"},
                       {"contentHref", owner + "/images/" + std::string(kLogoId) + "/content"}}});
}

}  // namespace

Json to_json(const content::Text& text) {
  Json result = Json::object();
  if (!text.nl.empty()) result["nl"] = text.nl;
  if (!text.fr.empty()) result["fr"] = text.fr;
  if (!text.de.empty()) result["de"] = text.de;
  return result;
}

Json to_json(const content::Attachment& attachment, const std::string& message_id,
             const std::string& registry) {
  Json result{{"attachmentId", attachment.id},
              {"attachmentTitle", to_json(attachment.title)},
              {"fileName", attachment.file_name},
              {"mainContent", attachment.main_content},
              {"mediaType", attachment.media_type},
              {"size", static_cast<double>(attachment.file->size()) / 1024.0},
              {"attachmentSigned", false},
              {"contentHref", registry + "/ebox/messages/" + message_id + "/attachments/" +
                                  attachment.id + "/content"}};
  if (attachment.has_digest) {
    auto digest =
        attachment.wrong_digest ? content::sha256("something else") : attachment.file->digest();
    result["digest"] = {{"digestMethod", "sha_256"}, {"digestValue", content::base64url(digest)}};
  }
  return result;
}

Json attachments_of(const content::Message& message, const std::string& registry) {
  Json items = Json::array();
  for (const auto& attachment : message.attachments) {
    items.push_back(to_json(attachment, message.id, registry));
  }
  auto count = items.size();
  return {{"items", std::move(items)}, {"totalItems", count}};
}

Json to_json(const Entry& entry, const std::string& registry) {
  const auto& message = *entry.message;
  Json data = Json::array();
  for (const auto& datum : message.business_data) {
    Json values = Json::array();
    for (const auto& value : datum.values) values.push_back(to_json(value));
    data.push_back({{"key", datum.key}, {"name", to_json(datum.name)}, {"values", values}});
  }
  auto data_count = data.size();
  Json result{{"messageId", message.id},
              {"subject", to_json(message.subject)},
              {"receiptDate", content::local_iso(message.received)},
              {"expirationDate", content::local_iso(message.expires)},
              {"readStatus", entry.read},
              {"visible", entry.visible},
              {"registeredMail", message.registered_mail},
              {"messageTypeId", message.type_id},
              {"senderOrganizationId", message.sender_organisation},
              {"senderApplicationId", message.sender_application},
              {"attachments", attachments_of(message, registry)},
              {"bodyMainContent", false},
              {"businessDataList", {{"items", std::move(data)}, {"totalItems", data_count}}},
              {"replyAuthorized", message.reply_authorised}};
  if (!message.attention_id.empty()) {
    result["forTheAttentionOf"] = {
        {"id", message.attention_id}, {"type", "SSIN"}, {"name", message.attention_name}};
  }
  if (auto payment = payment_of(message); !payment.is_null()) result["paymentData"] = payment;
  return result;
}

Json payment_of(const content::Message& message) {
  if (message.sender_application != "X-APP-NSSO") return nullptr;
  // The account number of the examples in every text on IBAN.
  return {{"paymentDataId", "PAY-" + message.id.substr(0, 8)},
          {"amount", 1234.5},
          {"vatAmount", 0},
          {"currency", "EUR"},
          {"dueDate", content::local_iso(message.expires)},
          {"iban", "BE68539007547034"}};
}

Json to_json(const content::Family& family, const std::string&) {
  // The id lists are empty, as the official provider has them.
  return {{"messageTypeId", family.type_id},
          {"messageTypeName", names(family.name)},
          {"messageTypeDescription", names(family.name)},
          {"validityPeriod",
           {{"validityPeriodNumber", family.validity_months}, {"validityPeriodUnit", "month"}}},
          {"senderOrganizationIds", Json::array()},
          {"senderApplicationIds", Json::array()}};
}

Json to_json(const content::SenderApplication& application, const std::string& registry) {
  return {{"applicationId", application.id},
          {"applicationName", names(application.name)},
          {"applicationDescription", names(application.name)},
          {"applicationLogos",
           logos(registry + "/referenceData/senderApplications/" + std::string(application.id))},
          {"senderOrganizationIds", Json::array()},
          {"messageTypeIds", Json::array()},
          {"contactBusiness", "sandbox@example.invalid"}};
}

Json to_json(const content::SenderOrganisation& organisation, const std::string& registry) {
  return {{"organizationId", organisation.cbe},
          {"organizationShortName", names(organisation.short_name)},
          {"organizationLongName", names(organisation.long_name)},
          {"organizationLogos",
           logos(registry + "/referenceData/senderOrganizations/" + std::string(organisation.cbe))},
          {"senderApplicationIds", Json::array()},
          {"messageTypeIds", Json::array()},
          {"contactBusiness", "sandbox@example.invalid"}};
}

}  // namespace semafoor::sandbox::ebox
