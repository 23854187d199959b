// SPDX-License-Identifier: Apache-2.0
//
// Everything the sandbox pretends, and how it comes to be. All functions [any-thread].
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/sandbox/content/people.h"
#include "tests/sandbox/ebox/box.h"
#include "tests/sandbox/podmi/mailbox.h"

namespace semafoor::sandbox::control {

struct WorldOptions {
  std::uint64_t seed = 1;
  int organisations = 2;
  // Each of these per organisation.
  int messages = 26;
  int signals = 12;
  int persons = 12;
  std::uint64_t attachment_bytes = 0;
  bool annexes = true;
  // MiB of one extra attachment of the first organisation; 0: none.
  std::uint64_t big_attachment = 0;
  // The newest seeded message is of this day.
  content::Day anchor = content::Day(std::chrono::year(2026) / 11 / 20);
};

// What a message added at run time shall be like.
struct NewMessage {
  std::string organisation;
  // A message type; empty: the next one in turn.
  std::string type;
  int count = 1;
  std::uint64_t attachment_bytes = 0;
  bool annexes = true;
  std::string file_name;
  bool wrong_digest = false;
  // Whether a digest is announced; unset: mostly.
  std::optional<bool> digest;
  std::optional<content::Moment> received;
};

// By what the authority makes a signal known.
enum class Channels { both, mutation, list };

struct NewSignal {
  std::string organisation;
  int count = 1;
  // Of whom; a person of the organisation brings the dossier along.
  std::string ssin;
  std::string type;
  Channels channels = Channels::both;
  // What else shall be other than it comes out.
  std::optional<content::Day> month;
  std::optional<std::int64_t> eurocents;
  std::string dossier_number, suffix;
  // Value of its one field, such as the employer's number.
  std::string observed;
  podmi::Repeat repeat = podmi::Repeat::none;
  // A number is left out before the first of them.
  bool hole = false;
  // Every second one comes before the one before it.
  bool disorder = false;
};

enum class ListFormat { csv, xml, zip };

// A list of knipperlichten in the e-Box.
struct NewList {
  std::string organisation;
  bool half_yearly = false;
  // A day of the month that the list is of.
  content::Day cycle;
  ListFormat format = ListFormat::csv;
  bool reply_authorised = true;
  // Persons under the number they had before, where they have another one now.
  bool former_numbers = false;
  // Half-yearly: mutations recall the same signals.
  bool mutations = false;
  // References that are left out.
  std::set<std::string> without;
  std::optional<content::Moment> received;
};

// A document with bytes of the caller's; without bytes the list that belongs to the message type.
struct NewDocument {
  std::string organisation;
  std::string type;
  std::string file_name;
  std::optional<std::string> bytes;
  bool reply_authorised = false;
  std::optional<content::Moment> received;
};

struct Published {
  std::string message_id;
  std::string attachment_id;
  // What stands on a list of signals, in its order.
  std::vector<std::string> references;
};

class World {
 public:
  // `ledger`: where published lists are noted.
  World(const WorldOptions& options, ebox::Boxes& boxes, podmi::Mailbox& mailbox,
        ledger::Ledger& ledger);

  const WorldOptions& options() const { return options_; }
  const std::vector<content::Organisation>& organisations() const { return organisations_; }
  const content::Organisation* find(const std::string& cbe) const;

  // Ids of what was added; nullopt with a sentence in `why`.
  std::optional<std::vector<std::string>> add_messages(const NewMessage& wish, std::string& why);
  std::optional<std::vector<std::string>> add_signals(const NewSignal& wish, std::string& why);
  // The person with this number gets another one, which is returned; nullopt with a sentence in
  // `why`. What is known of persons otherwise keeps the old one, as a vendor's database would.
  std::optional<std::string> replace_person(const std::string& organisation,
                                            const std::string& ssin, std::string& why);

  // A monthly list has what was detected in its month; a half-yearly one (March, October) what was
  // detected in the six months before and waits for an answer. nullopt with a sentence in `why`.
  std::optional<Published> publish_list(const NewList& wish, std::string& why);
  std::optional<Published> publish_document(const NewDocument& wish, std::string& why);
  // `from` becomes part of `into`: what comes for its persons from now on comes to `into`, and
  // `into` answers what is open. Returns the references of that; nullopt with a sentence in `why`.
  std::optional<std::vector<std::string>> merge(const std::string& from, const std::string& into,
                                                std::string& why);
  // The day of what is added from now on, instead of the seeded one and of the clock.
  void set_today(content::Day day);
  std::optional<content::Day> today() const;

  // What a complete synchronisation must yield now.
  http::Json expected(const std::string& organisation) const;

 private:
  content::Moment next_receipt(const std::string& organisation) const;
  std::uint32_t take_message_index(const std::string& organisation, const std::string& type);
  content::Signal next_signal(const content::Organisation& organisation, const NewSignal& wish);
  // The organisation that stands for this one now.
  std::string heir(const std::string& organisation) const;
  std::vector<content::Signal> on_list(const NewList& wish) const;
  Published publish(const content::Organisation& organisation, const std::string& type,
                    content::Attachment file, bool reply_authorised,
                    std::optional<content::Moment> received);

  const WorldOptions options_;
  ebox::Boxes& boxes_;
  podmi::Mailbox& mailbox_;
  ledger::Ledger& ledger_;
  // Never changes after the constructor.
  std::vector<content::Organisation> organisations_;
  mutable std::mutex mutex_;
  std::optional<content::Day> today_;
  std::map<std::string, std::string> merged_;
  // References that no list has; and "organisation/reference" of those that no mutation brings, and
  // of those that stood on a list.
  std::set<std::string> unlisted_, unsent_, listed_;
  // Next index per organisation.
  std::map<std::string, std::uint32_t> next_message_, next_signal_, next_wanted_;
  // Numbers that persons got since.
  std::set<std::string> new_ssins_;
};

// The file that fills N MiB.
content::Message with_big_attachment(content::Message message, std::uint64_t bytes,
                                     std::uint64_t key);

}  // namespace semafoor::sandbox::control
