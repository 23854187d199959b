// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/ebox21/read_message.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <utility>

#include "gateway/domain/date.h"
#include "gateway/upstream/http/url.h"
#include "gateway/upstream/json/encoding.h"
#include "gateway/upstream/json/slices.h"

namespace semafoor::upstream::ebox21 {
namespace {

using nlohmann::json;

// Longer identities are nobody's, and would end up in addresses and keys.
constexpr std::size_t kLongestId = 512;

const json kNothing;

const json& member(const json& object, const char* name) {
  if (!object.is_object()) return kNothing;
  const auto found = object.find(name);
  return found == object.end() ? kNothing : *found;
}

std::string text(const json& object, const char* name) {
  const json& value = member(object, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

bool flag(const json& object, const char* name) {
  const json& value = member(object, name);
  return value.is_boolean() && value.get<bool>();
}

// An identity may come as a number from a careless provider.
std::string identity(const json& object, const char* name) {
  const json& value = member(object, name);
  std::string id =
      value.is_number_unsigned() ? std::to_string(value.get<std::uint64_t>()) : text(object, name);
  const bool usable =
      id.size() <= kLongestId && id != "." && id != ".." &&
      std::none_of(id.begin(), id.end(), [](unsigned char c) { return c < ' ' || c == 127; });
  return usable ? id : std::string();
}

v1::LocalizedText localized(const json& value) {
  v1::LocalizedText result;
  result.set_nl(text(value, "nl"));
  result.set_fr(text(value, "fr"));
  result.set_de(text(value, "de"));
  result.set_en(text(value, "en"));
  return result;
}

bool is_empty(const v1::LocalizedText& value) {
  return value.nl().empty() && value.fr().empty() && value.de().empty() && value.en().empty();
}

// The contract wraps every list; a bare array is read too.
const json& items(const json& list) {
  return list.is_array() ? list : member(list, "items");
}

// Ten digits, although leading zeros get lost on the way (reference ebox-api 7).
std::string ten_digits(std::string number) {
  const bool digits = !number.empty() && std::all_of(number.begin(), number.end(),
                                                     [](char c) { return c >= '0' && c <= '9'; });
  if (digits && number.size() < 10) number.insert(0, 10 - number.size(), '0');
  return number;
}

// ".../ebox/messages/<message>/attachments/<attachment>/content", under the provider's own address.
std::string id_from_address(std::string_view base_url, std::string_view message_id,
                            std::string_view href) {
  const std::string path = path_under(base_url, href);
  const std::string before = "/ebox/messages/" + percent_encoded(message_id) + "/attachments/";
  constexpr std::string_view kAfter = "/content";
  if (!path.starts_with(before) || !path.ends_with(kAfter) ||
      path.size() <= before.size() + kAfter.size()) {
    return {};
  }
  std::string id = path.substr(before.size(), path.size() - before.size() - kAfter.size());
  // Only what would be encoded to itself: anything else would need decoding that may go wrong.
  return id.size() <= kLongestId && id == percent_encoded(id) && id != "." && id != ".."
             ? id
             : std::string();
}

RemoteAttachment read_attachment(const json& value, std::string_view message_id,
                                 std::string_view base_url) {
  RemoteAttachment attachment;
  attachment.id = identity(value, "attachmentId");
  if (attachment.id.empty()) {
    attachment.id = id_from_address(base_url, message_id, text(value, "contentHref"));
  }
  const v1::LocalizedText title = localized(member(value, "attachmentTitle"));
  for (const std::string* language : {&title.nl(), &title.fr(), &title.de(), &title.en()}) {
    if (attachment.title.empty()) attachment.title = *language;
  }
  attachment.file_name = text(value, "fileName");
  attachment.media_type = text(value, "mediaType");
  attachment.main_content = flag(value, "mainContent");
  const json& size = member(value, "size");
  if (size.is_number()) attachment.size_kb = std::max(0.0, size.get<double>());
  const json& digest = member(value, "digest");
  attachment.sha256 = digest_hex(text(digest, "digestMethod"), text(digest, "digestValue"));
  return attachment;
}

RemoteMessage::Datum read_datum(const json& value) {
  RemoteMessage::Datum datum;
  datum.key = text(value, "key");
  datum.name = localized(member(value, "name"));
  for (const json& one : items(member(value, "values"))) datum.values.push_back(localized(one));
  return datum;
}

Error reason(const std::string& what) {
  return Error{.kind = ErrorKind::data_loss, .code = "upstream.malformed", .message = what};
}

}  // namespace

std::string digest_hex(std::string_view method, std::string_view value) {
  if (method != "sha_256") return {};
  if (value.size() == 64 && std::all_of(value.begin(), value.end(),
                                        [](unsigned char c) { return std::isxdigit(c) != 0; })) {
    std::string digits(value);
    std::transform(digits.begin(), digits.end(), digits.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return digits;
  }
  const std::optional<std::string> bytes = base64_decoded(value);
  return bytes && bytes->size() == 32 ? hex(*bytes) : std::string();
}

std::optional<Page> read_page(std::string_view body) {
  const auto members = object_members(body);
  if (!members) return std::nullopt;
  const auto total = members->find("totalItems");
  const json count =
      total == members->end() ? kNothing : json::parse(total->second, nullptr, false);
  const bool counted = count.is_number_integer() && count.get<std::int64_t>() >= 0;

  Page page;
  page.total_given = counted;
  const auto list = members->find("items");
  if (list == members->end() || list->second == "null") {
    if (!counted || count.get<std::int64_t>() != 0) return std::nullopt;
    return page;
  }
  auto elements = array_elements(list->second);
  if (!elements) return std::nullopt;
  page.items = std::move(*elements);
  page.total = counted ? count.get<std::int64_t>() : static_cast<std::int64_t>(page.items.size());
  return page;
}

Result<RemoteMessage> read_message(std::string_view element, std::string_view base_url) {
  const json value = json::parse(element, nullptr, false);
  if (!value.is_object()) return reason("is not a well-formed JSON object");
  RemoteMessage message;
  message.id = identity(value, "messageId");
  if (message.id.empty()) return reason("has no usable messageId");
  message.receipt_date = text(value, "receiptDate");
  const std::optional<std::int64_t> receipt = domain::parse_moment(message.receipt_date);
  if (!receipt) return reason("has no receiptDate with date, time and offset");
  message.receipt_ms = *receipt;
  message.subject = localized(member(value, "subject"));
  const std::string expiration = text(value, "expirationDate").substr(0, 10);
  if (domain::parse_date(expiration)) message.expiration_date = expiration;
  message.read = flag(value, "readStatus");
  message.registered_mail = flag(value, "registeredMail");
  message.reply_authorised = flag(value, "replyAuthorized");
  message.message_type_id = identity(value, "messageTypeId");
  message.sender_organisation_id = ten_digits(identity(value, "senderOrganizationId"));
  for (const json& one : items(member(value, "attachments"))) {
    if (one.is_object()) {
      message.attachments.push_back(read_attachment(one, message.id, base_url));
    }
  }
  for (const json& one : items(member(value, "businessDataList"))) {
    if (one.is_object()) message.business_data.push_back(read_datum(one));
  }
  message.json = std::string(element);
  return message;
}

std::optional<RemoteName> read_message_type(std::string_view element) {
  const json value = json::parse(element, nullptr, false);
  RemoteName name{.id = identity(value, "messageTypeId"),
                  .name = localized(member(value, "messageTypeName"))};
  if (name.id.empty()) return std::nullopt;
  return name;
}

std::optional<RemoteName> read_sender_organisation(std::string_view element) {
  const json value = json::parse(element, nullptr, false);
  RemoteName name{.id = ten_digits(identity(value, "organizationId")),
                  .name = localized(member(value, "organizationShortName"))};
  if (name.id.empty()) return std::nullopt;
  if (is_empty(name.name)) name.name = localized(member(value, "organizationLongName"));
  return name;
}

}  // namespace semafoor::upstream::ebox21
