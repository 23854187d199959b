// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/event_reading.h"

#include <algorithm>

#include "gateway/rpc/errors.h"
#include "gateway/rpc/event_calls.h"
#include "gateway/rpc/requests.h"

namespace semafoor::rpc {

Result<ConsumerKey> consumer_key(const std::string& org, v1::Module module,
                                 const std::string& consumer, const std::string& holder) {
  if (module == v1::MODULE_UNSPECIFIED || !v1::Module_IsValid(module))
    return invalid("module",
                   "The call names no module. Send MODULE_EBOX, MODULE_KNIPPERLICHT or "
                   "MODULE_FEEDBACK.");
  if (consumer.empty() || consumer.size() > 128)
    return invalid("consumer",
                   "The consumer's name is missing or longer than 128 bytes. Send a stable name.");
  if (auto fine = check_id(holder, "holder"); !fine.ok()) return fine.error();
  return ConsumerKey{.org = org, .module = module, .name = consumer};
}

Result<void> read_events(store::Store& store, Consumers& consumers, const ConsumerKey& key,
                         const std::string& holder, std::optional<std::int64_t> after, int max,
                         google::protobuf::RepeatedPtrField<v1::Event>& out) {
  return store.read([&](store::Reader& reader) -> Result<void> {
    std::int64_t from = after.value_or(0);
    auto consumer = reader.consumer(key.org, key.module, key.name);
    if (!consumer.ok()) return consumer.error();
    // Reading ahead never means reading back.
    if (*consumer) from = std::max(from, (*consumer)->acknowledged);
    auto events = reader.events(key.org, key.module, from, max);
    if (events.ok()) {
      for (v1::Event& event : *events) out.Add(std::move(event));
      return {};
    }
    if (events.error().code == "events.cursor_expired") {
      // Of the same snapshot: what comes after it is delivered after the rebuild.
      auto last = reader.last_sequence(key.org);
      if (!last.ok()) return last.error();
      consumers.told_expired(key, holder, *last);
    }
    return events.error();
  });
}

Error ending_error() {
  return Error{.kind = ErrorKind::unavailable,
               .code = "gateway.stopping",
               .message =
                   "The call was waiting when the gateway was told to stop. Ask again when "
                   "it is back.",
               .retryable = true,
               .retry_after_ms = 1000};
}

Error cancelled_error() {
  return failure(ErrorKind::cancelled, "call.cancelled",
                 "The caller ended the call while it was waiting.");
}

Error caller_ended_error() {
  return failure(ErrorKind::unauthenticated, "session.ended",
                 "A call waited for events; meanwhile its process ended or its certificate was "
                 "revoked. Begin anew, or have the machine paired again.");
}

}  // namespace semafoor::rpc
