// SPDX-License-Identifier: Apache-2.0
//
// What goes with a message that is removed, and what stays of it.
#include "gateway/store/sql/transaction.h"

namespace semafoor::store::sql {
namespace {

constexpr char kPurpose[] = "removed-message";

// No provider's id holds a line's end.
std::string identity(const std::string& provider, const std::string& provider_message_id) {
  return provider + "\n" + provider_message_id;
}

// Of the columns id, removed_ms, family, keep_days.
std::optional<RemovedMessage> first_removed(Query& query) {
  if (!query.row()) return std::nullopt;
  return RemovedMessage{.message_id = query.string_at(0),
                        .removed_ms = query.number_at(1),
                        .family = static_cast<v1::MessageFamily>(query.number_at(2)),
                        .keep_days = static_cast<int>(query.number_at(3))};
}

}  // namespace

template <typename Base>
Result<std::optional<RemovedMessage>> Queries<Base>::removed_message(const Org& org,
                                                                     const std::string& id) {
  return attempt("look for a removed message", [&]() -> Result<std::optional<RemovedMessage>> {
    enter(org);
    auto query = database_.query(
        "SELECT id, removed_ms, family, keep_days FROM removed_messages WHERE org = ? AND id = ?");
    query.text(org).text(id);
    return first_removed(query);
  });
}

template <typename Base>
Result<std::optional<RemovedMessage>> Queries<Base>::removed_by_upstream(
    const Org& org, const std::string& provider, const std::string& provider_message_id) {
  return attempt("look for a removed message by its provider's id",
                 [&]() -> Result<std::optional<RemovedMessage>> {
                   enter(org);
                   const std::string hash =
                       index_.hash(kPurpose, org, identity(provider, provider_message_id));
                   auto query = database_.query(
                       "SELECT id, removed_ms, family, keep_days FROM removed_messages WHERE org = "
                       "? AND upstream_hash = ? ORDER BY removed_ms DESC, id LIMIT 1");
                   query.text(org).blob(hash);
                   return first_removed(query);
                 });
}

Result<void> SqlTransaction::remove_message(const Org& org, const std::string& id, int keep_days) {
  return change("remove a message", [&]() -> Result<void> {
    enter(org);
    std::int64_t number = 0;
    v1::Message gone;
    {
      auto known = database_.query("SELECT number, body FROM messages WHERE org = ? AND id = ?");
      known.text(org).text(id);
      if (!known.row()) return {};
      number = known.number_at(0);
      gone = record<v1::Message>(org, "messages", known.bytes_at(1));
    }
    forget_words(org, number, gone);
    for (const auto& attachment : gone.attachments())
      for (const char* table : {"attachments", "attachment_sources"})
        database_.query(std::string("DELETE FROM ") + table + " WHERE org = ? AND id = ?")
            .text(org)
            .text(attachment.attachment_id())
            .run();
    database_.query("DELETE FROM messages WHERE org = ? AND id = ?").text(org).text(id).run();
    const std::string hash =
        index_.hash(kPurpose, org, identity(gone.provider_id(), gone.provider_message_id()));
    database_
        .query(
            "INSERT INTO removed_messages (org, id, upstream_hash, family, keep_days, removed_ms) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (org, id) DO UPDATE SET upstream_hash = "
            "excluded.upstream_hash, family = excluded.family, keep_days = excluded.keep_days, "
            "removed_ms = excluded.removed_ms")
        .text(org)
        .text(id)
        .blob(hash)
        .number(gone.family())
        .number(keep_days)
        .number(now_ms_)
        .run();
    append(org, v1::MODULE_EBOX, "message.removed", id, gone.version() + 1);
    return {};
  });
}

template Result<std::optional<RemovedMessage>> Queries<Reader>::removed_message(const Org&,
                                                                                const std::string&);
template Result<std::optional<RemovedMessage>> Queries<Reader>::removed_by_upstream(
    const Org&, const std::string&, const std::string&);
template Result<std::optional<RemovedMessage>> Queries<Transaction>::removed_message(
    const Org&, const std::string&);
template Result<std::optional<RemovedMessage>> Queries<Transaction>::removed_by_upstream(
    const Org&, const std::string&, const std::string&);

}  // namespace semafoor::store::sql
