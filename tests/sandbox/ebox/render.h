// SPDX-License-Identifier: Apache-2.0
//
// The schemas of contract 2.1 as JSON.
#pragma once

#include <string>

#include "tests/sandbox/content/families.h"
#include "tests/sandbox/content/messages.h"
#include "tests/sandbox/ebox/box.h"
#include "tests/sandbox/http/message.h"

namespace semafoor::sandbox::ebox {

http::Json to_json(const content::Text& text);
// `registry` is the base URL that contentHref starts with.
http::Json to_json(const content::Attachment& attachment, const std::string& message_id,
                   const std::string& registry);
http::Json attachments_of(const content::Message& message, const std::string& registry);
http::Json to_json(const Entry& entry, const std::string& registry);
// Invented, for the messages of one sender; null for the others.
http::Json payment_of(const content::Message& message);
http::Json to_json(const content::Family& family, const std::string& registry);
http::Json to_json(const content::SenderApplication& application, const std::string& registry);
http::Json to_json(const content::SenderOrganisation& organisation, const std::string& registry);

}  // namespace semafoor::sandbox::ebox
