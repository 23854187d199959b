// SPDX-License-Identifier: Apache-2.0
//
// The criteria of the list operation of contract 2.1, all combined with AND.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tests/sandbox/ebox/box.h"
#include "tests/sandbox/http/message.h"

namespace semafoor::sandbox::ebox {

struct Page {
  int number = 1;
  int size = 25;
};

// Bounds of the contract: page >= 1, pageSize 1-100. A sentence when they are broken.
std::variant<Page, std::string> read_page(const http::Call& call);

struct Query {
  Page page;
  // Strictly before and strictly after this Belgian day: a message of the day itself is not
  // selected.
  std::optional<content::Day> received_before, received_after, expired_before, expired_after;
  std::optional<bool> read, visible, registered_mail;
  std::optional<std::string> message_type, sender_organisation, sender_application;
  // Folded: lower case, without accents.
  std::optional<std::string> text;
  std::string language;
};

// A sentence when the criteria are syntactically wrong, or q comes without qlang.
std::variant<Query, std::string> read_query(const http::Call& call);
bool matches(const Query& query, const Entry& entry);

// Lower case and without accents, for the letters of the Latin-1 range.
std::string fold(std::string_view utf8);

}  // namespace semafoor::sandbox::ebox
