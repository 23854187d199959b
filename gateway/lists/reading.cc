// SPDX-License-Identifier: Apache-2.0
#include "gateway/lists/reading.h"

#include <optional>
#include <string>
#include <utility>

#include "gateway/documents/document.h"
#include "gateway/domain/masking.h"
#include "gateway/lists/bad_rows.h"
#include "gateway/lists/entries.h"
#include "gateway/lists/forget.h"
#include "gateway/lists/list_kind.h"

namespace semafoor::lists {
namespace {

// Files of an archive that are shown.
constexpr int kPartsShown = 100;

v1::ListReading new_reading(const DocumentFacts& facts) {
  v1::ListReading reading;
  reading.set_reading_id(facts.attachment.attachment_id());
  reading.mutable_organisation()->set_value(facts.org);
  reading.set_message_id(facts.message.message_id());
  reading.set_attachment_id(facts.attachment.attachment_id());
  reading.set_family(facts.message.family());
  reading.set_file_name(facts.attachment.file_name());
  *reading.mutable_received_at() = facts.message.received_at();
  reading.mutable_read_at()->set_unix_ms(facts.now_ms);
  reading.set_sha256(facts.attachment.sha256());
  reading.set_times(1);
  return reading;
}

// Hands rows to the target and counts what becomes of them.
class ReadingSink final : public documents::Sink {
 public:
  ReadingSink(v1::ListReading& reading, Target& target, BadRows& bad_rows)
      : reading_(reading), target_(target), bad_rows_(bad_rows) {}

  const Result<void>& outcome() const { return outcome_; }
  // Also those that are not shown.
  int all_parts() const { return all_parts_; }
  int not_rows() const { return not_rows_; }
  int refused() const { return refused_; }
  // Of the first part that was refused.
  const std::string& problem_code() const { return problem_code_; }
  const std::string& problem() const { return problem_; }

  bool begins(const documents::Part& part) override {
    part_ = v1::ReadingPart();
    part_.set_name(part.name);
    part_.set_kind(std::string(documents::name_of(part.kind)));
    part_.set_encoding(std::string(documents::name_of(part.encoding)));
    part_.mutable_layout()->set_name(part.layout->name);
    part_.mutable_layout()->set_version(part.layout->version);
    part_.mutable_layout()->set_origin(part.layout->origin);
    open_ = true;
    place_.in_part = 0;
    return went(target_.begins(part, ++begun_));
  }

  bool row(const documents::Row& row, const documents::StatementLine* statement) override {
    count_row();
    auto problem = target_.row(row, statement, place_);
    if (!problem) return went(problem.error());
    if (*problem) {
      documents::BadRow bad{.line = row.line, .text = std::string(row.raw->text), .problems = {}};
      bad.problems.push_back(**std::move(problem));
      return keep_bad(bad);
    }
    part_.set_rows(part_.rows() + 1);
    return true;
  }

  bool bad(const documents::BadRow& row) override {
    count_row();
    return keep_bad(row);
  }

  bool ends() override {
    open_ = false;
    add_part();
    return went(target_.ends(part_.bad_rows()));
  }

  bool refused(const std::string& name, documents::Kind kind, const Error& error) override {
    // Of the disk and the like: the document may be fine.
    if (error.retryable) return went(error);
    if (!open_) {
      part_ = v1::ReadingPart();
      part_.set_name(name);
      part_.set_kind(std::string(documents::name_of(kind)));
    }
    part_.set_problem_code(error.code);
    part_.set_problem(domain::mask_national_numbers(error.message));
    if (error.code == "document.not_rows") {
      ++not_rows_;
    } else if (++refused_ == 1) {
      problem_code_ = part_.problem_code();
      problem_ = part_.problem();
    }
    add_part();
    const bool began = std::exchange(open_, false);
    return !began || went(target_.ends(part_.bad_rows()));
  }

 private:
  void count_row() {
    ++place_.in_part;
    ++place_.in_document;
  }

  bool went(Result<void> done) {
    outcome_ = std::move(done);
    return outcome_.ok();
  }

  bool keep_bad(const documents::BadRow& row) {
    part_.set_bad_rows(part_.bad_rows() + 1);
    return went(bad_rows_.add(part_.name(), row));
  }

  void add_part() {
    ++all_parts_;
    reading_.set_rows(reading_.rows() + part_.rows());
    reading_.set_bad_rows(reading_.bad_rows() + part_.bad_rows());
    if (reading_.parts_size() < kPartsShown) *reading_.add_parts() = part_;
  }

  v1::ListReading& reading_;
  Target& target_;
  BadRows& bad_rows_;
  Result<void> outcome_;
  v1::ReadingPart part_;
  // The part began and has not ended.
  bool open_ = false;
  // Parts that began.
  int begun_ = 0;
  int all_parts_ = 0;
  int not_rows_ = 0;
  int refused_ = 0;
  Target::Place place_;
  std::string problem_code_;
  std::string problem_;
};

void judge(const ReadingSink& sink, v1::ListReading& reading) {
  const bool trouble = sink.refused() > 0 || reading.bad_rows() > 0;
  if (!trouble) {
    const bool nothing = sink.not_rows() == sink.all_parts();
    reading.set_state(nothing ? v1::READING_STATE_NO_ROWS : v1::READING_STATE_READ);
    return;
  }
  if (reading.rows() > 0) {
    reading.set_state(v1::READING_STATE_PARTLY);
    return;
  }
  reading.set_state(v1::READING_STATE_FAILED);
  if (sink.refused() > 0) {
    reading.set_problem_code(sink.problem_code());
    reading.set_problem(sink.problem());
  } else {
    reading.set_problem_code("lists.no_row");
    reading.set_problem("Reading a list: none of its " + std::to_string(reading.bad_rows()) +
                        " rows could be used. Look at the bad rows: is its layout the right one?");
  }
}

std::unique_ptr<Target> target_for(store::Transaction& tx, const ReadingJob& job,
                                   std::int64_t number) {
  switch (kind_of(job.facts.message.family())) {
    case ListKind::statement:
      return make_statement_target(tx, job.facts, job.rules.articles, number);
    case ListKind::signals:
      return make_signal_target(tx, job.facts, job.sink);
    default:
      return make_notice_target(tx, job.facts);
  }
}

store::AuditEntry audit_entry(const ReadingJob& job, const v1::ListReading& reading) {
  return {.what = job.before == nullptr ? "list.read" : "list.read_again",
          .act = job.act,
          .subject_kind = "reading",
          .subject_id = reading.reading_id(),
          .persons = {},
          .result = reading.problem_code(),
          .upstream_ticket = {},
          .count = 1,
          .detail = v1::MessageFamily_Name(reading.family()) + ", " +
                    std::to_string(reading.rows()) + " rows, " +
                    std::to_string(reading.bad_rows()) + " bad"};
}

}  // namespace

Result<v1::ListReading> read_into(store::Transaction& tx, const ReadingJob& job) {
  const DocumentFacts& facts = job.facts;
  v1::ListReading reading = new_reading(facts);
  std::int64_t number = 0;
  if (job.before != nullptr) {
    auto forgotten = forget_rows(tx, *job.before);
    if (!forgotten) return forgotten.error();
    number = *forgotten;
    reading.set_times(job.before->times() + 1);
  }
  if (!job.act.actor_id.empty() || !job.act.actor_name.empty()) {
    reading.mutable_read_by()->set_id(job.act.actor_id);
    reading.mutable_read_by()->set_name(job.act.actor_name);
  }
  const auto target = target_for(tx, job, number);
  BadRows bad_rows(tx, facts.org, reading.reading_id());
  ReadingSink sink(reading, *target, bad_rows);
  documents::Choice choice;
  choice.layouts = &job.rules.layouts;
  choice.lists = &job.rules.codes;
  choice.family = facts.message.family();
  documents::read_document(job.source, facts.attachment.file_name(), choice, sink);
  if (!sink.outcome()) return sink.outcome().error();
  judge(sink, reading);
  if (auto done = target->finish(reading); !done) return done.error();
  if (auto put = put_reading(tx, reading); !put) return put.error();
  if (auto noted = tx.append_audit(facts.org, audit_entry(job, reading)); !noted)
    return noted.error();
  if (auto told = tell(tx, facts.org, "list.read", reading.reading_id(), reading.times()); !told)
    return told.error();
  return reading;
}

}  // namespace semafoor::lists
