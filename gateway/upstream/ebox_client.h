// SPDX-License-Identifier: Apache-2.0
//
// The e-Box as the mailbox room sees it, whatever the dialect. Contract of dialect 2.1: e-Box
// Enterprise Message Registry, OpenAPI 2.1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "semafoor/v1/common.pb.h"

namespace semafoor::upstream {

struct RemoteAttachment {
  std::string id;
  std::string title;
  std::string file_name;
  std::string media_type;
  bool main_content = false;
  // The contract gives kilobytes as a double: a hint, never a check.
  double size_kb = 0;
  // Lower-case hex; empty when the provider gave no digest or one of another method.
  std::string sha256;
};

struct RemoteMessage {
  std::string id;
  v1::LocalizedText subject;
  // As written by the provider, with its offset; and as milliseconds UTC.
  std::string receipt_date;
  std::int64_t receipt_ms = 0;
  // yyyy-mm-dd; empty when absent.
  std::string expiration_date;
  bool read = false;
  bool registered_mail = false;
  bool reply_authorised = false;
  std::string message_type_id;
  std::string sender_organisation_id;
  std::vector<RemoteAttachment> attachments;
  struct Datum {
    std::string key;
    v1::LocalizedText name;
    std::vector<v1::LocalizedText> values;
  };
  std::vector<Datum> business_data;
  // The element as it came, unknown members included.
  std::string json;
};

struct RemotePage {
  std::vector<RemoteMessage> messages;
  std::int64_t total = 0;
  // Elements that could not be understood: reason without content. The rest of the page stands.
  std::vector<std::string> rejected;
};

struct RemoteName {
  std::string id;
  v1::LocalizedText name;
};

// One organisation's e-Box at one provider. Calls block; a request of `stop` ends them with
// "upstream.cancelled". Safe from several threads. Each call renews the token once on 401; 429 and
// 5xx come back as retryable errors with retry_after_ms when the upstream gave one.
class EboxClient {
 public:
  virtual ~EboxClient() = default;
  virtual const std::string& provider_id() const = 0;
  // Newest first, `page` from 1, `received_after` yyyy-mm-dd (day granularity) or empty.
  virtual Result<RemotePage> list(int page, int page_size, const std::string& received_after,
                                  std::stop_token stop) = 0;
  virtual Result<RemoteMessage> get(const std::string& message_id, std::stop_token stop) = 0;
  // Streams the content into `sink` in constant memory; a sink that returns an error ends the
  // transfer with it. Error "upstream.truncated" when fewer bytes came than announced.
  virtual Result<void> content(const std::string& message_id, const std::string& attachment_id,
                               const std::function<Result<void>(std::span<const std::byte>)>& sink,
                               std::stop_token stop) = 0;
  virtual Result<std::vector<RemoteName>> message_types(std::stop_token stop) = 0;
  virtual Result<std::vector<RemoteName>> sender_organisations(std::stop_token stop) = 0;
};

}  // namespace semafoor::upstream
