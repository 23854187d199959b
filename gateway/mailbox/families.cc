// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/families.h"

#include <utility>

#include "gateway/data/data_file.h"

namespace semafoor::mailbox {

Result<Families> Families::load(const std::filesystem::path& file) {
  auto text = data::text_of(file, data::builtin_message_families());
  if (!text) return text.error();
  return parse(*text, file.empty() ? "the built-in message families" : file.string());
}

Result<Families> Families::parse(std::string_view json, const std::string& name) {
  Families list;
  const auto read =
      data::read(json, name, "semafoor.message-families/1", [&](const data::Node& root) {
        root.only({"schema", "version", "origin", "families"});
        root.at("version").text();
        const auto origin = root.at("origin").origin();
        for (const auto& node : root.at("families").items()) {
          node.only({"family", "messageTypeIds", "name"});
          v1::Family family;
          v1::MessageFamily value = v1::MESSAGE_FAMILY_UNSPECIFIED;
          if (!v1::MessageFamily_Parse(node.at("family").text(), &value) ||
              value == v1::MESSAGE_FAMILY_UNSPECIFIED) {
            node.at("family").fail("not a family of mailbox.proto");
          }
          for (const auto& known : list.families_) {
            if (known.family() == value) node.at("family").fail("stands twice on the list");
          }
          family.set_family(value);
          *family.mutable_name() = node.at("name").localized();
          family.set_origin(origin);
          for (const auto& type : node.at("messageTypeIds").items()) {
            if (!list.by_type_.emplace(type.text(), value).second) {
              type.fail("belongs to another family already");
            }
            family.add_message_type_ids(type.text());
          }
          list.families_.push_back(std::move(family));
        }
      });
  if (!read) return read.error();
  return list;
}

v1::MessageFamily Families::family_of(const std::string& message_type_id) const {
  const auto found = by_type_.find(message_type_id);
  return found == by_type_.end() ? v1::MESSAGE_FAMILY_OTHER : found->second;
}

}  // namespace semafoor::mailbox
