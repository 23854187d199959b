// SPDX-License-Identifier: Apache-2.0
#include "plugins/kit/codec.h"

#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver_util.h>

#include <cctype>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "plugins/kit/text.h"

namespace semafoor::kit {
namespace {

using google::protobuf::util::TypeResolver;

constexpr char kUrlPrefix[] = "type.googleapis.com";

std::string url_of(const google::protobuf::Descriptor& type) {
  return std::string(kUrlPrefix) + "/" + type.full_name();
}

TypeResolver& resolver() {
  // Never destroyed, like the pool that it reads.
  static TypeResolver* const resolver = google::protobuf::util::NewTypeResolverForDescriptorPool(
      kUrlPrefix, google::protobuf::DescriptorPool::generated_pool());
  return *resolver;
}

// Protobuf's own parser takes more than JSON (unquoted names, a comma too many) and quotes the
// document in its errors; this one is strict and says only where it stopped.
struct Strict : nlohmann::json_sax<nlohmann::json> {
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return true; }
  bool key(string_t&) override { return true; }
  bool end_object() override { return true; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::json::exception&) override {
    stopped_at = position;
    return false;
  }

  std::optional<std::size_t> stopped_at;
};

Failure refused(std::string_view code, std::string_view type, const std::string& what) {
  return {.status = SEMAFOOR_INVALID_ARGUMENT,
          .code = "request." + std::string(code),
          .message = "Read the request as " + std::string(type) + ": " + what};
}

std::string lower_camel(std::string_view snake) {
  std::string camel;
  bool raise = false;
  for (const char c : snake) {
    if (c == '_') {
      raise = true;
      continue;
    }
    camel += raise ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    raise = false;
  }
  return camel;
}

// Protobuf says "(items[0].code): invalid value <the value> for type <type>" or
// "(items[0]) <name>: Cannot find field." The value stays here: it may be anything, a national
// number too.
std::string schema_problem(std::string_view said, const google::protobuf::Descriptor& type) {
  std::string place;
  if (!said.empty() && said.front() == '(') {
    const std::size_t end = said.find(')');
    if (end == std::string_view::npos) return "it does not fit.";
    place = lower_camel(said.substr(1, end - 1));
    said.remove_prefix(end + 1);
  }
  const std::string where = place.empty() ? "at the top" : "in '" + place + "'";
  if (const std::size_t name_end = said.find(": Cannot find field"); name_end != said.npos) {
    std::string_view name = said.substr(0, name_end);
    while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
    std::string known;
    if (place.empty()) {
      for (int i = 0; i < type.field_count(); ++i)
        known += (i == 0 ? " Known: " : ", ") + type.field(i)->json_name();
      known += type.field_count() == 0 ? " It has no fields." : ".";
    }
    return "there is no field '" + without_numbers(cut(name, 64)) + "' " + where + "." + known;
  }
  if (const std::size_t kind = said.rfind(" for type "); kind != said.npos) {
    std::string_view wanted = said.substr(kind + 10);
    if (const std::size_t slash = wanted.rfind('/'); slash != wanted.npos)
      wanted.remove_prefix(slash + 1);
    return "the value " + where + " does not fit (" + without_numbers(cut(wanted, 80)) + ").";
  }
  return "the value " + where + " does not fit.";
}

Done decode_json(std::string_view json, google::protobuf::Message& message) {
  const google::protobuf::Descriptor& type = *message.GetDescriptor();
  if (!valid_utf8(json))
    return refused("not_utf8", type.full_name(), "it is not UTF-8. Send proto3 JSON in UTF-8.");
  Strict strict;
  if (!nlohmann::json::sax_parse(json, &strict)) {
    return refused("not_json", type.full_name(),
                   "it is not JSON: it breaks off or goes wrong at byte " +
                       std::to_string(strict.stopped_at.value_or(0)) + ".");
  }
  if (json[json.find_first_not_of(" \t\r\n")] != '{') {
    return refused("schema", type.full_name(), "it is JSON, but not an object.");
  }
  std::string protobuf;
  google::protobuf::io::ArrayInputStream in(json.data(), static_cast<int>(json.size()));
  google::protobuf::io::StringOutputStream out(&protobuf);
  const auto status =
      google::protobuf::util::JsonToBinaryStream(&resolver(), url_of(type), &in, &out);
  if (!status.ok())
    return refused("schema", type.full_name(), schema_problem(status.message().ToString(), type));
  if (!message.ParseFromString(protobuf))
    return refused("schema", type.full_name(), "a text in it is not valid.");
  return Nothing{};
}

}  // namespace

Done decode(Encoding encoding, std::string_view bytes, google::protobuf::Message& message) {
  message.Clear();
  if (bytes.empty()) return Nothing{};
  if (encoding == Encoding::json) return decode_json(bytes, message);
  if (message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return Nothing{};
  return refused("schema", message.GetDescriptor()->full_name(),
                 "these bytes are no such message in protobuf (or a text in it is not UTF-8). The "
                 "instance was made with encoding protobuf.");
}

Result<std::string> encode(Encoding encoding, std::string_view protobuf,
                           const google::protobuf::Descriptor& type) {
  if (encoding == Encoding::protobuf) return std::string(protobuf);
  const Failure unreadable{
      .status = SEMAFOOR_INTERNAL,
      .code = "reply.unreadable",
      .message = "Wrote the answer (" + type.full_name() +
                 ") as JSON: the gateway's bytes are no such message. Check that gateway "
                 "and plugins are of releases that fit."};
  // The writer of JSON takes what it cannot read for the end.
  const std::unique_ptr<google::protobuf::Message> read(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type)->New());
  if (!read->ParseFromArray(protobuf.data(), static_cast<int>(protobuf.size()))) return unreadable;
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  std::string json;
  google::protobuf::io::ArrayInputStream in(protobuf.data(), static_cast<int>(protobuf.size()));
  google::protobuf::io::StringOutputStream out(&json);
  const auto status =
      google::protobuf::util::BinaryToJsonStream(&resolver(), url_of(type), &in, &out, options);
  if (status.ok()) return json;
  return unreadable;
}

}  // namespace semafoor::kit
