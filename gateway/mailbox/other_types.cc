// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/other_types.h"

#include <google/protobuf/util/json_util.h>

namespace semafoor::mailbox {
namespace {

// A family has a name to show in every language; a provider often writes one language only.
v1::LocalizedText completed(v1::LocalizedText name) {
  std::string any;
  for (const auto& text : {name.nl(), name.fr(), name.de(), name.en()}) {
    if (any.empty()) any = text;
  }
  if (name.nl().empty()) name.set_nl(any);
  if (name.fr().empty()) name.set_fr(any);
  if (name.de().empty()) name.set_de(any);
  if (name.en().empty()) name.set_en(any);
  return name;
}

v1::LocalizedText named(const std::string& text) {
  v1::LocalizedText name;
  name.set_nl(text);
  return name;
}

}  // namespace

std::string write_other_types(const std::vector<upstream::RemoteMessageType>& types,
                              const Families& families) {
  v1::ListFamiliesResponse list;
  for (const auto& type : types) {
    if (families.family_of(type.id) != v1::MESSAGE_FAMILY_OTHER) continue;
    auto& family = *list.add_families();
    family.set_family(v1::MESSAGE_FAMILY_OTHER);
    *family.mutable_name() = completed(type.name);
    if (family.name().nl().empty()) *family.mutable_name() = completed(named(type.id));
    family.add_message_type_ids(type.id);
    // The provider publishes its own types.
    family.set_origin(v1::ORIGIN_OFFICIAL);
  }
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(list, &text).ok()) return "";
  return text;
}

std::vector<v1::Family> parse_other_types(const std::string& text) {
  if (text.empty()) return {};
  v1::ListFamiliesResponse list;
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  if (!google::protobuf::util::JsonStringToMessage(text, &list, options).ok()) return {};
  return {list.families().begin(), list.families().end()};
}

}  // namespace semafoor::mailbox
