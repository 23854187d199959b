// SPDX-License-Identifier: Apache-2.0
//
// The part of a transaction that keeps the words by which messages are found.
#include <algorithm>
#include <iterator>

#include "gateway/domain/text.h"
#include "gateway/store/sql/transaction.h"

namespace semafoor::store::sql {
namespace {

void add_texts(const v1::LocalizedText& text, std::string& all) {
  for (const std::string* one : {&text.nl(), &text.fr(), &text.de(), &text.en()})
    all.append(*one).append(1, ' ');
}

// What a search looks at: subject, sender, business data.
std::string searchable(const v1::Message& message) {
  std::string all;
  add_texts(message.subject(), all);
  add_texts(message.sender_name(), all);
  for (const auto& datum : message.business_data()) {
    add_texts(datum.name(), all);
    for (const auto& value : datum.values()) add_texts(value, all);
  }
  return all;
}

// As the index keeps them, in order.
std::vector<std::string> hashes_of(const BlindIndex& index, const Org& org,
                                   const std::vector<std::string>& words) {
  std::vector<std::string> hashes;
  hashes.reserve(words.size());
  for (const std::string& word : words) hashes.push_back(index.word_hash(org, word));
  std::sort(hashes.begin(), hashes.end());
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
  return hashes;
}

}  // namespace

std::int64_t SqlTransaction::word_number(const Org& org, const std::string& word) {
  const std::string hash = index_.word_hash(org, word);
  {
    auto known = database_.query("SELECT number FROM words WHERE org = ? AND hash = ?");
    known.text(org).blob(hash);
    if (known.row()) return known.number_at(0);
  }
  std::int64_t number = 0;
  {
    auto added = database_.query("INSERT INTO words (org, hash) VALUES (?, ?) RETURNING number");
    added.text(org).blob(hash);
    while (added.row()) number = added.number_at(0);
  }
  for (const std::string& prefix : index_.prefix_hashes(org, word)) {
    database_.query("INSERT INTO word_prefixes (org, prefix, word) VALUES (?, ?, ?)")
        .text(org)
        .blob(prefix)
        .number(number)
        .run();
  }
  return number;
}

void SqlTransaction::index_words(const Org& org, std::int64_t message, const v1::Message& before,
                                 const v1::Message& after) {
  const std::string old_text = searchable(before);
  const std::string new_text = searchable(after);
  if (old_text == new_text) return;
  const auto words = domain::words_of(new_text);
  const auto old_hashes = hashes_of(index_, org, domain::words_of(old_text));
  const auto new_hashes = hashes_of(index_, org, words);
  std::vector<std::string> left;
  std::set_difference(old_hashes.begin(), old_hashes.end(), new_hashes.begin(), new_hashes.end(),
                      std::back_inserter(left));
  for (const std::string& hash : left) {
    database_
        .query(
            "DELETE FROM message_words WHERE org = ? AND message = ? AND word = (SELECT number "
            "FROM words WHERE org = ? AND hash = ?)")
        .text(org)
        .number(message)
        .text(org)
        .blob(hash)
        .run();
  }
  for (const std::string& word : words) {
    database_
        .query(
            "INSERT INTO message_words (org, word, message) VALUES (?, ?, ?) ON CONFLICT DO "
            "NOTHING")
        .text(org)
        .number(word_number(org, word))
        .number(message)
        .run();
  }
}

void SqlTransaction::forget_words(const Org& org, std::int64_t message, const v1::Message& gone) {
  for (const std::string& word : domain::words_of(searchable(gone))) {
    std::int64_t number = 0;
    const std::string hash = index_.word_hash(org, word);
    {
      auto known = database_.query("SELECT number FROM words WHERE org = ? AND hash = ?");
      known.text(org).blob(hash);
      // It stood twice in the message.
      if (!known.row()) continue;
      number = known.number_at(0);
    }
    database_.query("DELETE FROM message_words WHERE org = ? AND word = ? AND message = ?")
        .text(org)
        .number(number)
        .number(message)
        .run();
    {
      auto others =
          database_.query("SELECT 1 FROM message_words WHERE org = ? AND word = ? LIMIT 1");
      others.text(org).number(number);
      if (others.row()) continue;
    }
    for (const std::string& prefix : index_.prefix_hashes(org, word)) {
      database_.query("DELETE FROM word_prefixes WHERE org = ? AND prefix = ? AND word = ?")
          .text(org)
          .blob(prefix)
          .number(number)
          .run();
    }
    database_.query("DELETE FROM words WHERE org = ? AND hash = ?").text(org).blob(hash).run();
  }
}

}  // namespace semafoor::store::sql
