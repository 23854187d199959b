// SPDX-License-Identifier: Apache-2.0
//
// What is told about lists and other documents of the e-Box, and about organisations that merge.
#include <openssl/evp.h>

#include <algorithm>

#include "tests/sandbox/control/api.h"
#include "tests/sandbox/control/reader.h"

namespace semafoor::sandbox::control {
namespace {

using http::Call;
using http::Json;
using http::Reply;

bool read_moment(const std::string& text, std::optional<content::Moment>& moment) {
  if (text.empty()) return true;
  moment = content::parse_moment(text);
  return moment.has_value();
}

Reply bad_moment() {
  return refuse(400, "receiptDate must be yyyy-MM-dd'T'HH:mm:ss with an offset");
}

Reply answer(const std::optional<Published>& published, const std::string& why) {
  if (!published) return refuse(400, why);
  return http::json_reply(201, {{"messageId", published->message_id},
                                {"attachmentId", published->attachment_id},
                                {"signalReferences", published->references}});
}

std::optional<std::string> from_base64(const std::string& text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  // EVP_DecodeBlock counts the padding as bytes.
  bytes.resize(static_cast<std::size_t>(size));
  for (auto c = text.rbegin(); c != text.rend() && *c == '='; ++c) bytes.pop_back();
  return bytes;
}

std::string read_list(const Json& body, NewList& wish) {
  std::string list, cycle, format = "csv", received, numbers = "current";
  Reader reader(body);
  reader.text("organisation", wish.organisation);
  reader.text("list", list);
  reader.text("cycle", cycle);
  reader.text("format", format);
  reader.text("numbers", numbers);
  reader.text("receiptDate", received);
  reader.truth("reply", wish.reply_authorised);
  reader.truth("mutations", wish.mutations);
  if (!reader.wrong().empty()) return reader.wrong();
  for (const auto& reference : body.value("without", Json::array())) {
    if (!reference.is_string()) return "without must be a list of references";
    wish.without.insert(reference.get<std::string>());
  }
  if (list != "monthly" && list != "half-yearly") return "list must be monthly or half-yearly";
  wish.half_yearly = list == "half-yearly";
  const auto day = content::parse_day(cycle);
  if (!day) return "cycle must be a date yyyy-mm-dd";
  wish.cycle = content::first_of_month(*day);
  if (numbers != "current" && numbers != "former") return "numbers must be current or former";
  wish.former_numbers = numbers == "former";
  if (format != "csv" && format != "xml" && format != "zip")
    return "format must be csv, xml or zip";
  wish.format = format == "csv"   ? ListFormat::csv
                : format == "xml" ? ListFormat::xml
                                  : ListFormat::zip;
  return read_moment(received, wish.received) ? "" : "receiptDate must have an offset";
}

}  // namespace

Reply Api::lists(const Call& call, const std::vector<std::string>& path) {
  const auto body = Json::parse(call.body, nullptr, false);
  if (!body.is_object()) return refuse(400, "the body must be a JSON object");
  if (path.size() == 2 && path[1] == "returned") return returned_list(body);
  NewList wish;
  if (const auto wrong = read_list(body, wish); !wrong.empty()) return refuse(400, wrong);
  std::string why;
  const auto published = parts_.world.publish_list(wish, why);
  return answer(published, why);
}

Reply Api::returned_list(const Json& body) {
  std::string organisation, text;
  Reader reader(body);
  reader.text("organisation", organisation);
  reader.text("base64", text);
  if (!reader.wrong().empty()) return refuse(400, reader.wrong());
  if (parts_.world.find(organisation) == nullptr) {
    return refuse(400, "the organisation has no mailbox here");
  }
  const auto bytes = from_base64(text);
  if (!bytes) return refuse(400, "base64 must be the bytes of a file");
  const auto answers = content::read_returned(*bytes);
  if (!answers) return refuse(400, "the file is no list of knipperlichten as it was sent");
  const auto taken = parts_.mailbox.take_returned(organisation, *answers);
  parts_.ledger.returned(organisation, "", *answers, taken);
  return http::json_reply(
      201, {{"answers", answers->size()}, {"taken", std::count(taken.begin(), taken.end(), true)}});
}

Reply Api::documents(const Call& call) {
  const auto body = Json::parse(call.body, nullptr, false);
  if (!body.is_object()) return refuse(400, "the body must be a JSON object");
  NewDocument wish;
  std::string text, received;
  Reader reader(body);
  reader.text("organisation", wish.organisation);
  reader.text("messageTypeId", wish.type);
  reader.text("fileName", wish.file_name);
  reader.text("base64", text);
  reader.text("receiptDate", received);
  reader.truth("reply", wish.reply_authorised);
  if (!reader.wrong().empty()) return refuse(400, reader.wrong());
  if (!read_moment(received, wish.received)) return bad_moment();
  if (body.contains("base64")) {
    wish.bytes = from_base64(text);
    if (!wish.bytes) return refuse(400, "base64 must be the bytes of a file");
    if (wish.file_name.empty()) return refuse(400, "fileName is missing");
  }
  std::string why;
  const auto published = parts_.world.publish_document(wish, why);
  return answer(published, why);
}

Reply Api::merge(const Call& call) {
  const auto body = Json::parse(call.body, nullptr, false);
  if (!body.is_object()) return refuse(400, "the body must be a JSON object");
  std::string from, into, why;
  Reader reader(body);
  reader.text("from", from);
  reader.text("into", into);
  if (!reader.wrong().empty()) return refuse(400, reader.wrong());
  const auto moved = parts_.world.merge(from, into, why);
  return moved ? http::json_reply(201, {{"signalReferences", *moved}}) : refuse(400, why);
}

}  // namespace semafoor::sandbox::control
