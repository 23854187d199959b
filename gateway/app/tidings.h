// SPDX-License-Identifier: Apache-2.0
//
// What the rooms tell, as the log, the status and the audit have it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "gateway/app/json_log.h"
#include "gateway/audit/refusals.h"
#include "gateway/backup/backups.h"
#include "gateway/intake/watched_folder.h"
#include "gateway/rpc/sessions.h"
#include "gateway/upstream/oauth/clock_skew.h"

namespace semafoor::app {

// Told by whatever thread asked for the token that showed it.
std::shared_ptr<upstream::ClockSkew> make_clock_skew(JsonLog& log);
v1::ClockStatus clock_status(const upstream::ClockState& state);
// No file name: it may be about a person.
void note_intake(JsonLog& log, const intake::Outcome& one);
// Messages whose time was over.
void note_removed(JsonLog& log, const std::string& org, std::int64_t messages);
// A document was read as a list. No file name: it may be about a person.
void note_reading(JsonLog& log, const v1::ListReading& reading);
void note_plaintext(JsonLog& log);
void note_unsealed(JsonLog& log);
void note_backup(JsonLog& log, const backup::Standing& one);
// Somebody on this machine asked for a session and got none.
audit::Refusal refused_session(const rpc::PeerIdentity& peer, const Error& error);

}  // namespace semafoor::app
