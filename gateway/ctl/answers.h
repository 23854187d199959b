// SPDX-License-Identifier: Apache-2.0
//
// How a command ends: its result or its failure, as text or as one JSON document.
#pragma once

#include <google/protobuf/message.h>

#include <string>

#include "gateway/ctl/commands.h"

namespace semafoor::ctl {

// Both give the exit code.
int fail(const Common& common, const Failure& failure);
int done(const Common& common, const google::protobuf::Message& response, const std::string& text);

}  // namespace semafoor::ctl
