// SPDX-License-Identifier: Apache-2.0
#include "gateway/reports/inspection_columns.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "gateway/domain/date.h"
#include "gateway/reports/words.h"
#include "gateway/sheets/cell_text.h"

namespace semafoor::reports {
namespace {

using sheets::Cell;
using sheets::Kind;

struct Asked {
  Language language;
  const Names& names;
  const InspectionFacts& facts;
};

Cell text(std::string value) {
  return value.empty() ? Cell() : Cell(std::move(value));
}

Cell day(bool there, const v1::Date& date) {
  if (!there || !domain::is_valid_date(date)) return {};
  return Cell(std::int64_t{domain::date_number(date)});
}

Cell moment(bool there, const v1::Instant& instant) {
  return there ? Cell(std::int64_t{instant.unix_ms()}) : Cell();
}

std::string shown_moment(const v1::Instant& instant) {
  return sheets::shown_text(Kind::moment, std::int64_t{instant.unix_ms()});
}

// "An Peeters (an)": the name alone may be anybody's.
std::string person(const v1::Actor& actor) {
  if (actor.name().empty()) return actor.id();
  return actor.id().empty() ? actor.name() : actor.name() + " (" + actor.id() + ")";
}

void join(std::string& list, std::string_view entry, std::string_view with = "; ") {
  if (entry.empty()) return;
  if (!list.empty()) list += with;
  list += entry;
}

std::string former_numbers(const v1::Signal& signal) {
  std::string list;
  for (const auto& number : signal.former_persons()) join(list, number.value());
  return list;
}

std::string dossier(const v1::Signal& signal) {
  std::string number = signal.dossier_number();
  join(number, signal.suffix(), "/");
  return number;
}

// What the code meant at that moment.
std::string meaning(const Asked& asked, const TextOf& text_of, const std::string& code,
                    const v1::Instant& moment) {
  const auto found = text_of ? text_of(asked.facts.reader, code, moment.unix_ms()) : std::nullopt;
  return found ? text_in(asked.language, *found) : std::string();
}

// "mutatie 02/11/2026 13:00; maandlijst 05/11/2026 08:10 (2x)".
std::string channels(Language language, const v1::Signal& signal) {
  std::string list;
  for (const auto& arrival : signal.arrivals()) {
    std::string one(word(language, arrival.channel()));
    one += " " + shown_moment(arrival.first_at());
    if (arrival.times() > 1) one += " (" + std::to_string(arrival.times()) + "x)";
    join(list, one);
  }
  // Stored before arrivals were.
  if (signal.arrivals().empty())
    for (const int channel : signal.channels())
      join(list, word(language, static_cast<v1::SignalChannel>(channel)));
  return list;
}

std::string recalls(const v1::Signal& signal) {
  std::string list;
  for (const auto& recall : signal.recalls()) {
    // The month of the list.
    const std::string date = domain::write_date(recall.cycle());
    join(list, date.substr(5, 2) + "/" + date.substr(0, 4));
  }
  return list;
}

std::string errors(Language language, const v1::FeedbackItem& answer) {
  std::string list;
  for (const auto& error : answer.errors()) {
    std::string one = error.code();
    join(one, text_in(language, error.description()), ": ");
    join(list, one);
  }
  return list;
}

std::string own_dossiers(const v1::Signal& signal) {
  std::string list;
  for (const auto& one : signal.dossiers()) {
    std::string shown = one.reference();
    if (one.label() != one.reference()) join(shown, one.label(), " ");
    join(list, shown);
  }
  return list;
}

std::string steps(Language language, const v1::SignalHistory& history) {
  std::string list;
  for (const auto& step : history.steps()) {
    std::string one = shown_moment(step.time()) + " ";
    one += word(language, step.event());
    std::string more(word(language, step.channel()));
    join(more, person(step.actor()), ", ");
    join(more, step.detail(), ", ");
    if (!more.empty()) one += " (" + more + ")";
    join(list, one);
  }
  return list;
}

using Signal = Cell (*)(const Asked&, const v1::Signal&);
using Answer = Cell (*)(const Asked&, const v1::FeedbackItem&);

// A column is named by its heading.
struct Definition {
  Word heading;
  Kind kind;
  int width;
  // One of the two.
  Signal of_signal = nullptr;
  Answer of_answer = nullptr;
};

// In their order in CSV and XLSX.
constexpr auto kDefinitions = std::to_array<Definition>({
    {Word::beneficiary, Kind::text, 13,
     [](const Asked&, const v1::Signal& s) { return text(s.person().value()); }},
    {Word::former_numbers, Kind::text, 13,
     [](const Asked&, const v1::Signal& s) { return text(former_numbers(s)); }},
    {Word::law, Kind::text, 17,
     [](const Asked& a, const v1::Signal& s) {
       return text(std::string(word(a.language, s.law())));
     }},
    {Word::dossier, Kind::text, 15,
     [](const Asked&, const v1::Signal& s) { return text(dossier(s)); }},
    {Word::own_dossiers, Kind::text, 20,
     [](const Asked&, const v1::Signal& s) { return text(own_dossiers(s)); }},
    {Word::reference, Kind::text, 20,
     [](const Asked&, const v1::Signal& s) { return text(s.signal_reference()); }},
    {Word::type, Kind::text, 18,
     [](const Asked&, const v1::Signal& s) { return text(s.signal_type()); }},
    {Word::type_text, Kind::text, 28,
     [](const Asked& a, const v1::Signal& s) {
       return text(meaning(a, a.names.signal_type, s.signal_type(), s.received_at()));
     }},
    {Word::source_flow, Kind::text, 16,
     [](const Asked&, const v1::Signal& s) { return text(s.source_flow()); }},
    {Word::from, Kind::date, 11,
     [](const Asked&,
        const v1::Signal&
            s) { return day(s.reference_period().has_from(), s.reference_period().from()); }},
    {Word::to, Kind::date, 11,
     [](const Asked&,
        const v1::Signal&
            s) { return day(s.reference_period().has_to(), s.reference_period().to()); }},
    {Word::amount, Kind::amount, 11,
     [](const Asked&,
        const v1::Signal&
            s) { return s.has_amount() ? Cell(std::int64_t{s.amount().eurocents()}) : Cell(); }},
    {Word::detected, Kind::date, 11,
     [](const Asked&, const v1::Signal& s) { return day(s.has_detected_on(), s.detected_on()); }},
    {Word::received, Kind::moment, 19,
     [](const Asked&,
        const v1::Signal& s) { return moment(s.has_received_at(), s.received_at()); }},
    {Word::channels, Kind::text, 40,
     [](const Asked& a, const v1::Signal& s) { return text(channels(a.language, s)); }},
    {Word::recalls, Kind::text, 16,
     [](const Asked&, const v1::Signal& s) { return text(recalls(s)); }},
    {Word::state, Kind::text, 18,
     [](const Asked& a,
        const v1::Signal& s) { return text(std::string(word(a.language, s.state()))); }},
    {Word::treated_by, Kind::text, 20,
     [](const Asked&, const v1::Signal& s) { return text(person(s.investigated_by())); }},
    {Word::answer_number, Kind::number, 8, nullptr,
     [](const Asked& a,
        const v1::FeedbackItem&) { return Cell(std::int64_t{a.facts.answer_number}); }},
    {Word::code, Kind::text, 16, nullptr,
     [](const Asked&, const v1::FeedbackItem& f) { return text(f.code()); }},
    {Word::code_text, Kind::text, 32, nullptr,
     [](const Asked& a,
        const v1::FeedbackItem&
            f) { return text(meaning(a, a.names.feedback_code, f.code(), f.submitted_at())); }},
    {Word::given_by, Kind::text, 20, nullptr,
     [](const Asked&, const v1::FeedbackItem& f) { return text(person(f.submitted_by())); }},
    {Word::given_at, Kind::moment, 19, nullptr,
     [](const Asked&,
        const v1::FeedbackItem& f) { return moment(f.has_submitted_at(), f.submitted_at()); }},
    {Word::sent_at, Kind::moment, 19, nullptr,
     [](const Asked&, const v1::FeedbackItem& f) { return moment(f.has_sent_at(), f.sent_at()); }},
    {Word::outcome, Kind::text, 20, nullptr,
     [](const Asked& a,
        const v1::FeedbackItem& f) { return text(std::string(word(a.language, f.state()))); }},
    {Word::decided_at, Kind::moment, 19, nullptr,
     [](const Asked&,
        const v1::FeedbackItem& f) { return moment(f.has_decided_at(), f.decided_at()); }},
    {Word::authority_reference, Kind::text, 16, nullptr,
     [](const Asked&, const v1::FeedbackItem& f) { return text(f.authority_reference()); }},
    {Word::errors, Kind::text, 30, nullptr,
     [](const Asked& a, const v1::FeedbackItem& f) { return text(errors(a.language, f)); }},
    {Word::decision_reference, Kind::text, 20, nullptr,
     [](const Asked&, const v1::FeedbackItem& f) { return text(f.decision_reference()); }},
    {Word::decision_date, Kind::date, 11, nullptr,
     [](const Asked&,
        const v1::FeedbackItem& f) { return day(f.has_decision_date(), f.decision_date()); }},
    {Word::steps, Kind::text, 60,
     [](const Asked& a, const v1::Signal&) { return text(steps(a.language, a.facts.history)); }},
});

Cell cell(const Definition& definition, const Asked& asked) {
  if (definition.of_signal != nullptr) return definition.of_signal(asked, asked.facts.signal);
  if (asked.facts.answer == nullptr) return {};
  return definition.of_answer(asked, *asked.facts.answer);
}

struct Group {
  Word heading;
  int width;
  // Each begins a line, in the order of the definitions.
  std::vector<Word> columns;
};

const std::vector<Group>& groups() {
  static const std::vector<Group> all{
      {Word::beneficiary, 12, {Word::beneficiary, Word::former_numbers}},
      {Word::dossier, 16, {Word::law, Word::dossier, Word::own_dossiers}},
      {Word::signal, 22, {Word::reference, Word::type, Word::type_text, Word::source_flow}},
      {Word::facts, 12, {Word::from, Word::to, Word::amount}},
      {Word::arrival, 22, {Word::received, Word::channels, Word::recalls}},
      {Word::state, 16, {Word::state, Word::treated_by}},
      {Word::answer, 24, {Word::code, Word::code_text}},
      {Word::given, 18, {Word::given_by, Word::given_at}},
      {Word::result,
       20,
       {Word::sent_at, Word::outcome, Word::decided_at, Word::authority_reference, Word::errors}},
      {Word::decision_reference, 14, {Word::decision_reference, Word::decision_date}},
  };
  return all;
}

Cell joined(const Group& group, const Asked& asked) {
  std::string all;
  for (const auto& one : kDefinitions)
    if (std::find(group.columns.begin(), group.columns.end(), one.heading) != group.columns.end())
      join(all, sheets::shown_text(one.kind, cell(one, asked)), "\n");
  return text(std::move(all));
}

}  // namespace

std::vector<sheets::Column> inspection_columns(const InspectionShape& shape) {
  std::vector<sheets::Column> columns;
  if (shape.on_paper) {
    for (const auto& group : groups())
      columns.push_back({.name = std::string(word(shape.language, group.heading)),
                         .kind = Kind::text,
                         .width = group.width});
    return columns;
  }
  for (const auto& one : kDefinitions)
    columns.push_back({.name = std::string(word(shape.language, one.heading)),
                       .kind = one.kind,
                       .width = one.width});
  return columns;
}

sheets::Row inspection_row(const InspectionShape& shape, const Names& names,
                           const InspectionFacts& facts) {
  const Asked asked{.language = shape.language, .names = names, .facts = facts};
  sheets::Row row;
  if (shape.on_paper)
    for (const auto& group : groups()) row.emplace_back(joined(group, asked));
  else
    for (const auto& one : kDefinitions) row.emplace_back(cell(one, asked));
  return row;
}

}  // namespace semafoor::reports
