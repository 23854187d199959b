// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/ebox21/read_reference.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "gateway/upstream/ebox21/members.h"

namespace semafoor::upstream::ebox21 {
namespace {

using nlohmann::json;

std::vector<RemoteImage> images(const json& list) {
  std::vector<RemoteImage> logos;
  for (const json& one : items(list)) {
    RemoteImage image{.id = identity(one, "imageId"),
                      .size_kb = kilobytes(one, "size").value_or(0),
                      .media_type = text(one, "mediaType"),
                      .language = text(one, "language")};
    if (!image.id.empty()) logos.push_back(std::move(image));
  }
  return logos;
}

std::vector<std::string> organisations(const json& value, const char* name) {
  std::vector<std::string> ids = identities(value, name);
  for (std::string& id : ids) id = ten_digits(std::move(id));
  return ids;
}

}  // namespace

std::optional<RemoteMessageType> read_message_type(std::string_view element) {
  const json value = json::parse(element, nullptr, false);
  RemoteMessageType type;
  type.id = identity(value, "messageTypeId");
  if (type.id.empty()) return std::nullopt;
  type.name = localized(member(value, "messageTypeName"));
  type.description = localized(member(value, "messageTypeDescription"));
  const json& validity = member(value, "validityPeriod");
  type.validity_number = static_cast<int>(std::min<std::int64_t>(
      count(validity, "validityPeriodNumber").value_or(0), std::numeric_limits<int>::max()));
  type.validity_unit = text(validity, "validityPeriodUnit");
  type.sender_organisation_ids = organisations(value, "senderOrganizationIds");
  type.sender_application_ids = identities(value, "senderApplicationIds");
  return type;
}

std::optional<RemoteSenderApplication> read_sender_application(std::string_view element) {
  const json value = json::parse(element, nullptr, false);
  RemoteSenderApplication application;
  application.id = identity(value, "applicationId");
  if (application.id.empty()) return std::nullopt;
  application.name = localized(member(value, "applicationName"));
  application.description = localized(member(value, "applicationDescription"));
  application.url = localized(member(value, "applicationUrl"));
  application.logos = images(member(value, "applicationLogos"));
  application.sender_organisation_ids = organisations(value, "senderOrganizationIds");
  application.message_type_ids = identities(value, "messageTypeIds");
  application.contact_business = text(value, "contactBusiness");
  application.contact_technical = text(value, "contactTechnical");
  return application;
}

std::optional<RemoteSenderOrganisation> read_sender_organisation(std::string_view element) {
  const json value = json::parse(element, nullptr, false);
  RemoteSenderOrganisation organisation;
  organisation.id = ten_digits(identity(value, "organizationId"));
  if (organisation.id.empty()) return std::nullopt;
  organisation.name = localized(member(value, "organizationShortName"));
  organisation.long_name = localized(member(value, "organizationLongName"));
  if (is_empty(organisation.name)) organisation.name = organisation.long_name;
  organisation.url = localized(member(value, "organizationUrl"));
  organisation.logos = images(member(value, "organizationLogos"));
  organisation.sender_application_ids = identities(value, "senderApplicationIds");
  organisation.message_type_ids = identities(value, "messageTypeIds");
  organisation.contact_business = text(value, "contactBusiness");
  organisation.contact_technical = text(value, "contactTechnical");
  return organisation;
}

}  // namespace semafoor::upstream::ebox21
