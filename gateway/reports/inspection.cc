// SPDX-License-Identifier: Apache-2.0
#include "gateway/reports/inspection.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "gateway/domain/date.h"
#include "gateway/history/history.h"
#include "gateway/reports/sample.h"
#include "gateway/reports/words.h"
#include "gateway/sheets/cell_text.h"

namespace semafoor::reports {
namespace {

// In one snapshot of the store.
constexpr std::size_t kSignalsAtOnce = 50;
constexpr int kMostAnswers = 500;

Error wrong(const char* code, const char* field, const std::string& message) {
  return {.kind = ErrorKind::invalid_argument,
          .code = code,
          .message = "An inspection file was asked for " + message,
          .field = field};
}

std::optional<sheets::Format> format_of(v1::ReportFormat format) {
  switch (format) {
    case v1::REPORT_FORMAT_CSV:
      return sheets::Format::csv;
    case v1::REPORT_FORMAT_XLSX:
      return sheets::Format::xlsx;
    case v1::REPORT_FORMAT_PDF:
      return sheets::Format::pdf;
    default:
      return std::nullopt;
  }
}

std::string shown_date(int day) {
  return sheets::shown_text(sheets::Kind::date, std::int64_t{day});
}

}  // namespace

Result<Inspection::Wished> Inspection::read(const v1::InspectionWish& wish) {
  Wished wished;
  auto days = days_of(wish.period());
  if (!days) return days.error();
  wished.days = *days;
  const auto format = format_of(wish.format());
  if (!format)
    return wrong("reports.format", "format", "in no format that there is. Name CSV, XLSX or PDF.");
  wished.format = *format;
  wished.shape.on_paper = *format == sheets::Format::pdf;
  const auto language = language_of(wish.language());
  if (!language)
    return wrong("reports.language", "language",
                 "in a language there are no words for. Name nl, fr, de or en.");
  wished.shape.language = *language;
  if (!wish.has_sample()) return wished;
  if (wish.sample().beneficiaries() < 1 || wish.sample().beneficiaries() > kMostSampled)
    return wrong("reports.sample", "sample.beneficiaries",
                 "of a sample that is too small or too large. Ask for 1 to 10,000 beneficiaries, "
                 "or leave the sample out for all of them.");
  wished.sample = wish.sample();
  return wished;
}

Result<std::unique_ptr<Inspection>> Inspection::begin(const InspectionSources& sources,
                                                      const store::Org& org,
                                                      const v1::InspectionWish& wish,
                                                      const MadeFor& made_for) {
  auto wished = read(wish);
  if (!wished) return wished.error();
  std::unique_ptr<Inspection> inspection(new Inspection(sources, org, std::move(*wished)));
  if (auto chosen = inspection->choose(); !chosen) return chosen.error();
  if (auto described = inspection->describe(made_for); !described) return described.error();
  Inspection* const self = inspection.get();
  self->writer_ = sheets::make_writer(self->wished_.format, self->table_,
                                      [self](std::string_view bytes) -> Result<void> {
                                        self->made_ += bytes;
                                        return {};
                                      },
                                      {.work_folder = sources.work_folder});
  if (auto begun = self->writer_->begin(); !begun) return begun.error();
  return inspection;
}

// Which signals, in the order of the file.
Result<void> Inspection::choose() {
  auto listed = each_signal(
      sources_.store, org_, wished_.days,
      [&](store::Reader&, const v1::Signal& signal) -> Result<void> {
        if (keys_.size() == kMostSignals)
          return Error{.kind = ErrorKind::failed_precondition,
                       .code = "reports.too_many_signals",
                       .message = "An inspection file was asked for over a period with more than " +
                                  std::to_string(kMostSignals) +
                                  " signals. Ask for a shorter period."};
        keys_.push_back({.person = signal.person().value(),
                         .received_ms = signal.received_at().unix_ms(),
                         .signal_id = signal.signal_id()});
        return {};
      });
  if (!listed) return listed;
  std::sort(keys_.begin(), keys_.end(), [](const Key& a, const Key& b) {
    return std::tie(a.person, a.received_ms, a.signal_id) <
           std::tie(b.person, b.received_ms, b.signal_id);
  });
  for (const Key& key : keys_)
    if (persons_.empty() || persons_.back() != key.person) persons_.push_back(key.person);
  head_.set_beneficiaries(static_cast<std::int64_t>(persons_.size()));
  head_.set_signals(static_cast<std::int64_t>(keys_.size()));
  if (wished_.sample) draw_sample();
  head_.set_beneficiaries_shown(static_cast<std::int64_t>(persons_.size()));
  head_.set_signals_shown(static_cast<std::int64_t>(keys_.size()));
  if (wished_.shape.on_paper && head_.signals_shown() > sheets::kMostPdfRows)
    return Error{.kind = ErrorKind::failed_precondition,
                 .code = "reports.too_long_for_pdf",
                 .message = "An inspection file was asked for as PDF with " +
                            std::to_string(head_.signals_shown()) + " signals; it may have " +
                            std::to_string(sheets::kMostPdfRows) +
                            ". Ask for a sample, a shorter period, XLSX or CSV."};
  return {};
}

void Inspection::draw_sample() {
  persons_ = drawn(std::move(persons_), static_cast<std::size_t>(wished_.sample->beneficiaries()),
                   wished_.sample->seed());
  std::erase_if(keys_, [&](const Key& key) {
    return !std::binary_search(persons_.begin(), persons_.end(), key.person);
  });
}

Result<std::string> Inspection::organisation_name() {
  std::string name = org_;
  auto read = sources_.store.read([&](store::Reader& reader) -> Result<void> {
    auto organisation = reader.organisation(org_);
    if (!organisation) return organisation.error();
    if (!*organisation) return {};
    const std::string said = text_in(wished_.shape.language, (**organisation).name());
    name = said.empty() ? org_ : said + " (" + org_ + ")";
    return {};
  });
  if (!read) return read.error();
  return name;
}

// The head, the cover and the columns.
Result<void> Inspection::describe(const MadeFor& made_for) {
  const auto language = wished_.shape.language;
  const auto& days = wished_.days;
  head_.set_file_name("inspection-" + org_ + "-" + std::to_string(days.from) + "-" +
                      std::to_string(days.to) + "." + std::string(name_of(wished_.format)));
  head_.set_media_type(std::string(sheets::media_type_of(wished_.format)));
  head_.mutable_generated_at()->set_unix_ms(sources_.now_ms);
  auto organisation = organisation_name();
  if (!organisation) return organisation.error();

  const auto say = [language](Word which) { return std::string(word(language, which)); };
  const std::string sample =
      wished_.sample
          ? filled(word(language, Word::sample_drawn),
                   {std::to_string(head_.beneficiaries_shown()),
                    std::to_string(head_.beneficiaries()), std::to_string(wished_.sample->seed())})
          : say(Word::sample_all);
  table_.title = say(Word::title);
  table_.cover_name = say(Word::cover);
  table_.cover = {
      {say(Word::organisation), std::move(*organisation)},
      {say(Word::matter), say(Word::matter_text)},
      {say(Word::period), shown_date(days.from) + " - " + shown_date(days.to)},
      {say(Word::sample), sample},
      {say(Word::counts),
       filled(
           word(language, Word::counts_text),
           {std::to_string(head_.beneficiaries()), std::to_string(head_.signals()),
            std::to_string(head_.beneficiaries_shown()), std::to_string(head_.signals_shown())})},
      {say(Word::proof), say(Word::proof_text)},
      {say(Word::columns), say(Word::columns_text)},
      {say(Word::generated), sheets::shown_text(sheets::Kind::moment, sources_.now_ms)},
      {say(Word::generated_by), made_for.who},
      {say(Word::purpose), made_for.what_for},
  };
  table_.columns = inspection_columns(wished_.shape);
  table_.footer = say(Word::footer);
  table_.unshown_note = say(Word::unshown);
  table_.made_ms = sources_.now_ms;
  return {};
}

Result<bool> Inspection::next(std::string& chunk, std::size_t most) {
  if (taken_ > 0) made_.erase(0, std::exchange(taken_, 0));
  while (made_.size() < most && !finished_) {
    if (next_key_ < keys_.size()) {
      if (auto added = add_some(); !added) return added.error();
      continue;
    }
    auto written = writer_->finish();
    if (!written) return written.error();
    finished_ = true;
  }
  taken_ = std::min(most, made_.size());
  chunk.assign(made_, 0, taken_);
  return !finished_ || taken_ < made_.size();
}

Result<void> Inspection::add_some() {
  const std::size_t end = std::min(keys_.size(), next_key_ + kSignalsAtOnce);
  return sources_.store.read([&](store::Reader& reader) -> Result<void> {
    for (; next_key_ < end; ++next_key_)
      if (auto added = add_signal(reader, keys_[next_key_]); !added) return added;
    return {};
  });
}

Result<void> Inspection::add_signal(store::Reader& reader, const Key& key) {
  auto signal = reader.signal(org_, key.signal_id);
  if (!signal) return signal.error();
  // Gone since: with its organisation's key.
  if (!*signal) return {};
  auto history = history::of(reader, org_, key.signal_id);
  if (!history) return history.error();
  store::FeedbackQuery query;
  query.limit = kMostAnswers;
  query.signal_id = key.signal_id;
  auto answers = reader.feedback_items(org_, query);
  if (!answers) return answers.error();
  InspectionFacts facts{.reader = reader, .signal = **signal, .history = *history};
  const auto add = [&] {
    return writer_->add(inspection_row(wished_.shape, sources_.names, facts));
  };
  if (answers->items.empty()) return add();
  // Listed newest first.
  for (auto item = answers->items.rbegin(); item != answers->items.rend(); ++item) {
    facts.answer = &*item;
    ++facts.answer_number;
    if (auto added = add(); !added) return added;
  }
  return {};
}

}  // namespace semafoor::reports
