// SPDX-License-Identifier: Apache-2.0
//
// Bounds of requests, and the opaque texts that listings hand out.
#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <optional>
#include <string>

#include "gateway/domain/belgian_time.h"
#include "gateway/domain/result.h"
#include "semafoor/v1/common.pb.h"

namespace semafoor::rpc {

// `field` is always the proto3 JSON name. Errors are "request.invalid".

// 0 means `normal`.
Result<int> page_size(std::int32_t wanted, int normal, int most);
// 1 to 64 bytes.
Result<void> check_id(const std::string& id, const std::string& field);
Result<void> check_length(const std::string& text, std::size_t most, const std::string& field);
// A text for the audit that is, as a whole, a valid national number, however it is punctuated. Only
// the whole: a part of a UUID may look like one by accident.
Result<void> check_no_national_number(const std::string& text, const std::string& field);

// A person of the social software: id and name of at most 128 bytes, no national numbers. Both may
// be empty.
Result<void> check_actor(const v1::Actor& actor, const std::string& field);

// The error does not repeat the number.
Result<void> check_ssin(const v1::Ssin& number, const std::string& field);
// A person to search for; empty when none is named. Errors as check_ssin.
Result<std::string> person_of(bool present, const v1::Ssin& person, const std::string& field);
// "dossierNumber" to search for, as POD MI compares it; empty when none is named. One of which
// nothing is left is an error: it would find everything.
Result<std::string> dossier_of(const std::string& number);

// yyyymmdd; nothing when the date is absent or all zero.
Result<std::optional<int>> day_of(bool present, const v1::Date& date, const std::string& field);
using domain::belgian_midnight_ms;
using domain::next_day;

// Position of a listing: where it goes on, and the change counter of its first page, so that every
// page hands out the same cursor. Bound to the filters it was made with.
struct PageToken {
  std::int64_t changed = 0;
  std::string position;
};

// `request` with page size and page token cleared, or anything else that is the same on each page.
std::uint64_t filter_hash(const google::protobuf::Message& request);
std::string write_page_token(const PageToken& token, std::uint64_t filters);
// Nothing for an empty text.
Result<std::optional<PageToken>> read_page_token(const std::string& text, std::uint64_t filters);

// A decimal number in `text`; nothing for an empty one.
Result<std::optional<std::int64_t>> read_cursor(const std::string& text, const std::string& field);

}  // namespace semafoor::rpc
