// SPDX-License-Identifier: Apache-2.0
//
// The e-Box messages of one organisation, as the registry of contract 2.1 would know them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/sandbox/content/dates.h"
#include "tests/sandbox/content/families.h"
#include "tests/sandbox/content/file.h"
#include "tests/sandbox/content/people.h"
#include "tests/sandbox/content/signals.h"

namespace semafoor::sandbox::content {

// Absent languages are empty.
struct Text {
  std::string nl, fr, de;
  bool empty() const { return nl.empty() && fr.empty() && de.empty(); }
};

struct Attachment {
  std::string id;
  Text title;
  std::string file_name;
  std::string media_type;
  bool main_content = false;
  // Some providers send none.
  bool has_digest = true;
  // A lie on purpose: what is announced is the digest of something else.
  bool wrong_digest = false;
  FilePtr file;
};

struct BusinessDatum {
  std::string key;
  Text name;
  std::vector<Text> values;
};

struct Message {
  std::string id;
  Text subject;
  Moment received;
  Moment expires;
  bool registered_mail = false;
  bool reply_authorised = false;
  // A person's number and name; empty when the message is for nobody in particular.
  std::string attention_id, attention_name;
  std::string type_id;
  std::string sender_organisation;
  std::string sender_application;
  Text body;
  std::vector<BusinessDatum> business_data;
  std::vector<Attachment> attachments;
};

struct MessageShape {
  std::uint64_t seed = 1;
  // Every main content is at least this long.
  std::uint64_t attachment_bytes = 0;
  // False: only the main content.
  bool annexes = true;
};

// Number `index` of the organisation: the family is index modulo the number of families.
Message make_message(const MessageShape& shape, const Organisation& organisation,
                     const std::vector<Signal>& signals, std::uint32_t index, Moment received);
// `count` messages, newest first by `anchor`, spread over 180 days; some share a second.
std::vector<Message> make_messages(const MessageShape& shape, const Organisation& organisation,
                                   const std::vector<Signal>& signals, int count, Day anchor);

}  // namespace semafoor::sandbox::content
