// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/content/messages.h"

#include <algorithm>

#include "tests/sandbox/content/documents.h"
#include "tests/sandbox/content/random.h"
#include "tests/sandbox/content/signal_list.h"

namespace semafoor::sandbox::content {
namespace {

enum class Kind { pdf, doc, xml, csv, zip, statement, signal_list, zipped_signal_list };

struct Part {
  Kind kind;
  // Without extension.
  std::string_view stem;
};

struct Recipe {
  Part main;
  std::vector<Part> annexes;
};

// One per family, in the order of families().
const std::vector<Recipe>& recipes() {
  static const std::vector<Recipe> kRecipes{
      {{Kind::pdf, "kopie_aangifte"}, {{Kind::xml, "aangifte"}}},
      {{Kind::doc, "antwoord"}, {}},
      {{Kind::pdf, "verbetering"}, {{Kind::doc, "toelichting"}}},
      {{Kind::statement, "maandstaat_leefloon"}, {{Kind::csv, "maandstaat_leefloon"}}},
      {{Kind::statement, "maandstaat_equivalent"}, {{Kind::pdf, "samenvatting"}}},
      {{Kind::statement, "maandstaat_tewerkstelling"}, {}},
      {{Kind::pdf, "aperçu annuel"}, {{Kind::zip, "détails"}, {Kind::csv, "totaux"}}},
      {{Kind::csv, "formulieren_in_ontvangst"}, {}},
      {{Kind::csv, "geblokkeerd_gedeblokkeerd"}, {{Kind::pdf, "begeleidende brief"}}},
      {{Kind::pdf, "overlapping"}, {{Kind::xml, "overlapping"}}},
      {{Kind::xml, "statuutwijziging"}, {}},
      {{Kind::signal_list, "knipperlichten_maand"}, {{Kind::pdf, "leeswijzer"}}},
      {{Kind::zipped_signal_list, "knipperlichten_halfjaar"}, {{Kind::doc, "begeleidende nota"}}},
  };
  return kRecipes;
}

Text text_of(const Names& names) {
  return {std::string(names.nl), std::string(names.fr), std::string(names.de)};
}

Text with_suffix(Text text, const std::string& suffix) {
  if (!text.nl.empty()) text.nl += suffix;
  if (!text.fr.empty()) text.fr += suffix;
  if (!text.de.empty()) text.de += suffix;
  return text;
}

Rows dossier_rows(const Organisation& organisation, Random& random) {
  Rows rows;
  for (const auto& person : organisation.persons) {
    for (const auto& dossier : person.dossiers) {
      rows.push_back({dossier.number, dossier.law, person.ssin,
                      person.last_name + " " + person.first_name,
                      std::to_string(1000 + random.below(120000)),
                      random.below(4) == 0 ? "X-BLOCKED" : "X-OPEN"});
    }
  }
  return rows;
}

const std::vector<std::string>& dossier_columns() {
  static const std::vector<std::string> kColumns{"X-DOSSIER", "X-LAW",       "X-INSZ",
                                                 "X-NAME",    "X-EUROCENTS", "X-STATE"};
  return kColumns;
}

Attachment make_attachment(const Part& part, const Organisation& organisation,
                           const std::vector<Signal>& signals, const Text& subject,
                           std::string_view type_id, Day received, std::uint64_t at_least,
                           std::uint64_t key) {
  Random random(key);
  Attachment attachment;
  attachment.id = uuid_of(key);
  attachment.has_digest = random.below(8) != 0;
  auto month = add_months(first_of_month(received), -1);
  const Lines lines{subject.nl.empty() ? subject.fr : subject.nl, organisation.name,
                    "KBO " + organisation.cbe, "Periode " + compact_month(month),
                    "Verzonnen inhoud van de Semafoor-sandbox. (Contenu fictif.)"};
  auto name = [&](const char* extension) {
    return std::string(part.stem) + "_" + compact_month(month) + extension;
  };
  switch (part.kind) {
    case Kind::pdf:
      attachment.media_type = "application/pdf";
      attachment.file_name = name(".pdf");
      attachment.file = make_pdf(lines, at_least, key);
      break;
    case Kind::doc:
      attachment.media_type = "application/msword";
      attachment.file_name = name(".doc");
      attachment.file = make_doc(lines, at_least, key);
      break;
    case Kind::xml:
      attachment.media_type = "text/xml";
      attachment.file_name = name(".xml");
      attachment.file = make_xml("document",
                                 {{"organisation", organisation.cbe},
                                  {"name", organisation.name},
                                  {"subject", lines[0]},
                                  {"period", compact_month(month)},
                                  {"reference", uuid_of(key ^ 1)}},
                                 at_least, key);
      break;
    case Kind::csv:
      attachment.media_type = "text/csv";
      attachment.file_name = name(".csv");
      attachment.file =
          make_csv(dossier_columns(), dossier_rows(organisation, random), at_least, key);
      break;
    case Kind::zip: {
      attachment.media_type = "application/zip";
      attachment.file_name = name(".zip");
      auto csv = make_csv(dossier_columns(), dossier_rows(organisation, random), 0, key);
      attachment.file = make_zip(
          {{"lees mij.txt", "Verzonnen inhoud.\r\n"}, {"details/dossiers.csv", csv->bytes()}},
          at_least, key);
      break;
    }
    case Kind::statement: {
      attachment.media_type = "text/plain";
      attachment.file_name = name(".txt");
      auto kind = type_id == "X-MONTHLY-STATEMENT-LEEFLOON" ? Statement::leefloon
                  : type_id == "X-MONTHLY-STATEMENT-EQUIVALENT-LEEFLOON"
                      ? Statement::equivalent_leefloon
                      : Statement::employment;
      attachment.file = make_monthly_statement(kind, organisation, month, at_least, key);
      break;
    }
    case Kind::signal_list:
      attachment.media_type = "text/csv";
      attachment.file_name = name(".csv");
      attachment.file = make_csv(signal_columns(), signal_rows(signals), at_least, key);
      break;
    case Kind::zipped_signal_list: {
      attachment.media_type = "application/zip";
      attachment.file_name = name(".zip");
      auto csv = make_csv(signal_columns(), signal_rows(signals), 0, key);
      attachment.file = make_zip({{"knipperlichten.csv", csv->bytes()}}, at_least, key);
      break;
    }
  }
  attachment.title = subject;
  return attachment;
}

}  // namespace

Message make_message(const MessageShape& shape, const Organisation& organisation,
                     const std::vector<Signal>& signals, std::uint32_t index, Moment received) {
  const auto which = index % families().size();
  const auto& family = families()[which];
  const auto& recipe = recipes()[which];
  const auto& application = application_of(family.sender);
  const auto key = derive(shape.seed, "message/" + organisation.cbe, index);
  Random random(key);

  Message message;
  message.id = uuid_of(key);
  message.received = received;
  auto day = local_day(received);
  message.expires = received + (add_months(day, family.validity_months) - day);
  message.type_id = family.type_id;
  message.sender_organisation = application.organisation;
  message.sender_application = application.id;
  auto month = add_months(first_of_month(day), -1);
  message.subject = with_suffix(text_of(family.name), " " + iso_day(month).substr(0, 7));
  // The official sender fills in one language only; others fill in all three.
  if (random.below(3) == 0) {
    if (organisation.language == "nl") message.subject.fr = message.subject.de = "";
    if (organisation.language == "fr") message.subject.nl = message.subject.de = "";
    if (organisation.language == "de") message.subject.nl = message.subject.fr = "";
  }
  message.registered_mail = random.below(9) == 0;
  message.reply_authorised = random.below(6) == 0;
  if (!organisation.persons.empty() && random.below(5) == 0) {
    const auto& person = organisation.persons[random.below(organisation.persons.size())];
    message.attention_id = person.ssin;
    message.attention_name = person.last_name + " " + person.first_name;
  }
  auto period = iso_day(month).substr(0, 7);
  message.business_data.push_back(
      {"X-PERIOD", {"Periode", "Période", "Zeitraum"}, {{period, period, period}}});
  if (random.below(2) == 0) {
    auto reference = "REF-" + message.id.substr(0, 8);
    message.business_data.push_back(
        {"X-REFERENCE", {"Kenmerk", "Référence", "Aktenzeichen"}, {{reference, reference, ""}}});
  }
  if (random.below(4) == 0) {
    message.body = {"Beste, in bijlage vindt u het document. (verzonnen)",
                    "Bonjour, le document se trouve en annexe. (fictif)", ""};
  }

  auto add = [&](const Part& part, bool main, std::uint64_t at_least) {
    auto attachment_key = derive(key, "attachment", message.attachments.size());
    // Sizes vary; a size asked for is kept.
    if (main && shape.attachment_bytes == 0) at_least = Random(attachment_key ^ 7).below(24 * 1024);
    auto attachment = make_attachment(part, organisation, signals, message.subject, family.type_id,
                                      day, at_least, attachment_key);
    attachment.main_content = main;
    message.attachments.push_back(std::move(attachment));
  };
  add(recipe.main, true, shape.attachment_bytes);
  if (shape.annexes) {
    for (const auto& annex : recipe.annexes) add(annex, false, 0);
  }
  return message;
}

std::vector<Message> make_messages(const MessageShape& shape, const Organisation& organisation,
                                   const std::vector<Signal>& signals, int count, Day anchor) {
  std::vector<Message> result;
  auto newest = Moment(anchor) + std::chrono::hours(7) + std::chrono::minutes(30);
  auto step = std::chrono::seconds(std::max<std::int64_t>(1, 180LL * 86400 / std::max(1, count)));
  for (int i = 0; i < count; ++i) {
    // Every tenth shares its second with the one before: an order by time alone is not an order.
    auto place = i % 10 == 9 ? i - 1 : i;
    result.push_back(make_message(shape, organisation, signals, static_cast<std::uint32_t>(i),
                                  newest - step * place));
  }
  return result;
}

}  // namespace semafoor::sandbox::content
