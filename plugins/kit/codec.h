// SPDX-License-Identifier: Apache-2.0
//
// proto3 JSON <-> protobuf for the messages of proto/semafoor/v1, strict on the way in.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

#include "plugins/kit/config.h"
#include "plugins/kit/failure.h"

namespace semafoor::kit {

// A request as it came from the host, turned into `message`. Empty bytes are an empty message.
// INVALID_ARGUMENT: not UTF-8, not JSON, another schema; the text names the place and no value.
Done decode(Encoding encoding, std::string_view bytes, google::protobuf::Message& message);

// Protobuf bytes of a message of type `type`, as the host wants them.
Result<std::string> encode(Encoding encoding, std::string_view protobuf,
                           const google::protobuf::Descriptor& type);

}  // namespace semafoor::kit
