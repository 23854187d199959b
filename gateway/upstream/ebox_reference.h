// SPDX-License-Identifier: Apache-2.0
//
// Reference data of an e-Box provider, whatever the dialect: what its ids stand for. Source of
// every member: contract 2.1, definitions MessageType, SenderApplication, SenderOrganization and
// Image. Ids are those of one provider.
#pragma once

#include <string>
#include <vector>

#include "semafoor/v1/common.pb.h"

namespace semafoor::upstream {

struct RemoteMessageType {
  std::string id;
  v1::LocalizedText name;
  v1::LocalizedText description;
  // After this a message of the type is deleted. 0 and empty when absent; the unit is "day",
  // "month" or "year".
  int validity_number = 0;
  std::string validity_unit;
  // The NSSO leaves these two empty.
  std::vector<std::string> sender_organisation_ids;
  std::vector<std::string> sender_application_ids;
};

// Its address (contentHref) is left out: it is never followed.
struct RemoteImage {
  std::string id;
  double size_kb = 0;
  // As announced; what comes is a stranger's file, and SVG may hold scripts.
  std::string media_type;
  // nl, fr, de, or empty.
  std::string language;
};

struct RemoteSenderApplication {
  std::string id;
  v1::LocalizedText name;
  v1::LocalizedText description;
  v1::LocalizedText url;
  std::vector<RemoteImage> logos;
  std::vector<std::string> sender_organisation_ids;
  std::vector<std::string> message_type_ids;
  std::string contact_business;
  std::string contact_technical;
};

struct RemoteSenderOrganisation {
  // CBE number of ten digits.
  std::string id;
  // Short name; the long one when there is no short.
  v1::LocalizedText name;
  v1::LocalizedText long_name;
  v1::LocalizedText url;
  std::vector<RemoteImage> logos;
  std::vector<std::string> sender_application_ids;
  std::vector<std::string> message_type_ids;
  std::string contact_business;
  std::string contact_technical;
};

}  // namespace semafoor::upstream
