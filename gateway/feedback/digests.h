// SPDX-License-Identifier: Apache-2.0
//
// Small pure functions on answers: digests that identify them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "semafoor/v1/feedback.pb.h"

namespace semafoor::feedback {

// Lower-case hex.
std::string sha256_hex(std::string_view bytes);

// Tells a repeated submission from a conflicting one: equal for drafts that say the same about the
// same signal, whoever sends them.
std::string content_hash(const v1::FeedbackDraft& draft);

// The stable short form of a client id: 15 characters of Crockford's base32 (75 bits of its
// SHA-256), for upstreams that allow no more (UniqueAttestID of the law-1965 pattern).
std::string client_reference(std::string_view client_id);

// Lower case, when `text` is a UUID in its usual writing; otherwise nullopt.
std::optional<std::string> normalised_client_id(std::string_view text);

// Unicode code points; bytes that are not UTF-8 count one each.
std::size_t characters(std::string_view utf8);

}  // namespace semafoor::feedback
