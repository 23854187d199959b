// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "semafoor/v1/credentials.pb.h"

namespace semafoor::ctl {

// A line for each place of a key: who signs, what follows, what was before.
std::string credential_lines(const v1::Credential& credential);
std::string credentials_page(const v1::ListCredentialsResponse& response);
// {"credential", "activated", "upstream"} on one line. `walk` is a steps_document(), or empty: then
// there is no "upstream".
std::string rotation_document(const v1::Credential& credential, bool activated,
                              const std::string& walk);
std::string erasure_page(const v1::EraseOrganisationResponse& response);
// "RED credential.expired: ..."; the grave ones in red.
std::string alarm_lines(const google::protobuf::RepeatedPtrField<v1::Alarm>& alarms, bool colours);

}  // namespace semafoor::ctl
