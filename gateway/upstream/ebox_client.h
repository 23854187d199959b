// SPDX-License-Identifier: Apache-2.0
//
// The e-Box as the mailbox room sees it, whatever the dialect. Contract of dialect 2.1: e-Box
// Enterprise Message Registry, OpenAPI 2.1.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/upstream/ebox_message.h"
#include "gateway/upstream/ebox_reference.h"
#include "gateway/upstream/ebox_reply.h"

namespace semafoor::upstream {

// What to list; all criteria together must hold, and an empty one is none. Dates are yyyy-mm-dd and
// of day granularity; whether the day itself is in is not said by the contract.
struct ListFilter {
  // From 1.
  int page = 1;
  // 1 to 100; outside of it the nearest.
  int page_size = 25;
  std::string received_before;
  std::string received_after;
  std::string expired_before;
  std::string expired_after;
  std::optional<bool> read;
  std::optional<bool> visible;
  std::optional<bool> registered_mail;
  std::string message_type_id;
  std::string sender_organisation_id;
  std::string sender_application_id;
  // Text in the metadata, and the names behind its ids, in one language: "nl", "fr" or "de". The
  // contract wants both or none. It travels in the address: no national number belongs in it.
  std::string text;
  std::string text_language;
};

struct VisibilityChange {
  std::string message_id;
  bool visible = true;
};

// Most changes in one call (a bound of ours: the contract has none).
inline constexpr std::size_t kMostVisibilityChanges = 100;
// Largest logo (a bound of ours). It is held in memory.
inline constexpr std::size_t kLargestImage = 1024 * 1024;

enum class ImageOwner { sender_application, sender_organisation };

// One organisation's e-Box at one provider. Calls block; a request of `stop` ends them with
// "upstream.cancelled". Safe from several threads. Each call renews the token once on 401; 429 and
// 5xx come back as retryable errors with retry_after_ms when the upstream gave one.
//
// A list that is empty and a list that "is not found" are both empty, as long as it is the API that
// says so. Anything named by its id that is not there is "upstream.not_found". What this dialect or
// provider does not have is "upstream.not_supported". Ids that no address can be made of are
// "upstream.no_address"; nothing is sent then.
class EboxClient {
 public:
  using Sink = std::function<Result<void>(std::span<const std::byte>)>;

  virtual ~EboxClient() = default;
  virtual const std::string& provider_id() const = 0;

  virtual Result<RemoteSummary> summary(std::stop_token stop) = 0;
  // Newest first. "upstream.bad_filter", and nothing sent, when the filter breaks its bounds.
  virtual Result<RemotePage> list(const ListFilter& filter, std::stop_token stop) = 0;
  virtual Result<RemoteMessage> get(const std::string& message_id, std::stop_token stop) = 0;
  // In the order of the provider. Does not mark the message as read.
  virtual Result<std::vector<RemoteAttachment>> attachments(const std::string& message_id,
                                                            std::stop_token stop) = 0;
  virtual Result<RemoteAttachment> attachment(const std::string& message_id,
                                              const std::string& attachment_id,
                                              std::stop_token stop) = 0;
  // Streams the content into `sink` in constant memory; a sink that returns an error ends the
  // transfer with it. Error "upstream.truncated" when fewer bytes came than announced. A main
  // content marks the message as read, for everybody.
  virtual Result<void> content(const std::string& message_id, const std::string& attachment_id,
                               const Sink& sink, std::stop_token stop) = 0;
  // nullopt: there is none. Marks the message as read when it is the main content. Optional for a
  // provider.
  virtual Result<std::optional<v1::LocalizedText>> body(const std::string& message_id,
                                                        std::stop_token stop) = 0;
  // nullopt: there is none. Optional for a provider; the NSSO does not have it.
  virtual Result<std::optional<RemotePayment>> payment(const std::string& message_id,
                                                       std::stop_token stop) = 0;

  // Whole lists, all pages, each id once. All reference data is kept in memory for as long as the
  // provider's cache headers allow, and asked for again with its ETag where it has one.
  virtual Result<std::vector<RemoteMessageType>> message_types(std::stop_token stop) = 0;
  virtual Result<std::vector<RemoteSenderApplication>> sender_applications(
      std::stop_token stop) = 0;
  virtual Result<std::vector<RemoteSenderOrganisation>> sender_organisations(
      std::stop_token stop) = 0;
  virtual Result<RemoteMessageType> message_type(const std::string& id, std::stop_token stop) = 0;
  virtual Result<RemoteSenderApplication> sender_application(const std::string& id,
                                                             std::stop_token stop) = 0;
  virtual Result<RemoteSenderOrganisation> sender_organisation(const std::string& id,
                                                               std::stop_token stop) = 0;
  // Bytes of a logo: a stranger's file. "upstream.too_large" beyond kLargestImage. Optional for a
  // provider.
  virtual Result<std::string> image(ImageOwner owner, const std::string& owner_id,
                                    const std::string& image_id, std::stop_token stop) = 0;

  // Shows or hides messages in the portal, for everybody. States what shall be and not a change of
  // it, so that a call whose answer was lost may simply be made again. One id that is not there is
  // "upstream.not_found"; whether the others were changed is then up to the provider. At most
  // kMostVisibilityChanges, each id once, or "upstream.bad_request".
  virtual Result<void> set_visible(std::span<const VisibilityChange> changes,
                                   std::stop_token stop) = 0;

  // Sends one reply; its contents are read twice and never held whole. An error means that it
  // certainly had no effect: it was refused by the interface, or its last bytes never left.
  // "upstream.bad_reply", and nothing sent, when it breaks the bounds of the contract.
  //
  // SendOutcome::unknown when it left and no usable answer came, and it is never sent again by
  // itself: dialect 2.1 has no idempotency key that would make a second sending harmless, and no
  // list of sent messages in which it could be looked up. What a person can do: look in the portal,
  // ask the recipient, or ask the provider's support with the trace id of `why_unknown`; then
  // decide that it arrived, or send it as a new reply. A later message of the recipient whose
  // original_message_id is unknown to us is a hint that it arrived, and no proof.
  virtual Result<ReplyOutcome> reply(const ReplyMessage& reply, std::stop_token stop) = 0;
};

}  // namespace semafoor::upstream
