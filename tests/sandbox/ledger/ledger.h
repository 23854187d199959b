// SPDX-License-Identifier: Apache-2.0
//
// What the sandbox saw happen: the oracle of the tests. Effects are recorded where they happen,
// never reconstructed from a log of requests. All functions [any-thread].
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/sandbox/content/signal_list.h"
#include "tests/sandbox/http/message.h"

namespace semafoor::sandbox::ledger {

class Ledger {
 public:
  // The organisation appears in the ledger, also while nothing happens.
  void open(const std::string& organisation);

  // --- e-Box. "Listed" and "delivered" count only answers that left unspoiled.
  void listed(const std::string& organisation, const std::vector<std::string>& message_ids);
  void downloading(const std::string& organisation, const std::string& message_id,
                   const std::string& attachment_id, const std::string& sha256, std::uint64_t size);
  void downloaded(const std::string& organisation, const std::string& attachment_id,
                  http::Transfer transfer);
  void marked_read(const std::string& organisation, const std::string& message_id);
  void visibility(const std::string& organisation, const std::string& message_id, bool visible);

  struct ReplySeen {
    std::string message_id;
    std::string original_id;
    std::string subject;
    std::string body;
    struct Attachment {
      std::string file_name, media_type, sha256;
      std::uint64_t size = 0;
      bool main_content = false;
    };
    std::vector<Attachment> attachments;
    // Of a half-yearly list that came back.
    std::vector<content::ReturnedAnswer> answers;
  };
  // Each arrival is an effect: contract 2.1 has nothing by which a repeat could be known.
  void replied(const std::string& organisation, const ReplySeen& reply);

  // --- lists of signals
  enum class List { monthly, half_yearly };
  // These signals go out by that attachment, once it was fetched whole.
  void list_published(const std::string& organisation, const std::string& attachment_id, List list,
                      const std::vector<std::string>& references);
  // A list that came back as a reply, or as a file that somebody uploaded (no `message_id`).
  // `taken`: for each answer whether the authority could use it.
  void returned(const std::string& organisation, const std::string& message_id,
                const std::vector<content::ReturnedAnswer>& answers,
                const std::vector<bool>& taken);

  // --- mailbox
  void signal_delivered(const std::string& organisation, const std::string& reference);
  void signal_acknowledged(const std::string& organisation, const std::string& reference);
  // Gone from the mailbox since it was asked for, whether it arrived or not.
  void signal_handed_out(const std::string& organisation, const std::string& reference);
  void result_handed_out(const std::string& organisation, const std::string& feedback_id);
  void result_emitted(const std::string& organisation, const std::string& feedback_id);
  void result_delivered(const std::string& organisation, const std::string& feedback_id);
  void result_acknowledged(const std::string& organisation, const std::string& feedback_id);

  struct FeedbackSeen {
    std::string id;
    std::string signal_reference;
    std::string code;
    std::string evaluation;
    std::string authority_reference;
  };
  // The first arrival of an id: the one effect.
  void feedback_effect(const std::string& organisation, const FeedbackSeen& feedback);
  // The id came again with the same content; or with other content, which was refused.
  void feedback_again(const std::string& organisation, const std::string& id, bool conflict);

  // Everything; `organisation` empty: of all.
  http::Json everything(const std::string& organisation) const;
  // Counts per organisation and in total.
  http::Json summary() const;
  void clear();

 private:
  struct Download {
    std::string message_id, sha256;
    std::uint64_t size = 0;
    std::uint64_t started = 0, completed = 0, interrupted = 0, corrupted = 0;
  };
  struct Seen {
    std::uint64_t delivered = 0, acknowledged = 0, handed_out = 0;
    // Unix time just before the first delivery's bytes left; 0: never.
    std::int64_t delivered_at_us = 0;
  };
  struct Answer {
    FeedbackSeen seen;
    std::uint64_t received = 0, effects = 0, conflicts = 0;
  };
  struct Result {
    std::uint64_t emitted = 0, delivered = 0, acknowledged = 0, handed_out = 0;
  };
  struct Published {
    List list = List::monthly;
    std::vector<std::string> references;
  };
  struct ReturnedRow {
    std::string message_id;
    content::ReturnedAnswer answer;
    bool taken = false;
  };
  struct Book {
    // By attachment.
    std::map<std::string, Published> lists;
    std::vector<ReturnedRow> returned;
    std::map<std::string, std::uint64_t> listed;
    std::map<std::string, Download> downloads;
    std::map<std::string, std::uint64_t> read;
    std::map<std::string, bool> visibility;
    std::vector<ReplySeen> replies;
    std::map<std::string, Seen> signals;
    std::map<std::string, Answer> feedback;
    std::map<std::string, Result> results;
  };

  // By signal: how many lists that it stood on were fetched.
  static std::map<std::string, std::uint64_t> times_listed(const Book& book, List list);
  static http::Json signals_to_json(const Book& book);
  static http::Json answers_to_json(const Book& book);
  static http::Json to_json(const Book& book);
  static http::Json counts(const Book& book);

  mutable std::mutex mutex_;
  std::map<std::string, Book> books_;
};

}  // namespace semafoor::sandbox::ledger
