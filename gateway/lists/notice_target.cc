// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/domain/belgian_time.h"
#include "gateway/domain/date.h"
#include "gateway/lists/entries.h"
#include "gateway/lists/row_fields.h"
#include "gateway/lists/target.h"

namespace semafoor::lists {
namespace {

// What says how the dossier stands, by the names of the layouts; the first that a row has.
constexpr std::array<std::string_view, 4> kCodes{"errorCode", "state", "statusNow", "code"};
// Members of the notice itself.
constexpr std::array<std::string_view, 4> kOwn{"dossier", "ssin", "law", "suffix"};

class NoticeTarget final : public Target {
 public:
  NoticeTarget(store::Transaction& tx, const DocumentFacts& facts) : tx_(tx), facts_(facts) {}

  Result<void> begins(const documents::Part& part, int /*number*/) override {
    fields_ = RowFields(part);
    return {};
  }

  Result<std::optional<documents::Problem>> row(const documents::Row& row,
                                                const documents::StatementLine* /*line*/,
                                                const Place& place) override {
    if (auto problem = other_nis(fields_.text(row, "nis"), facts_)) return problem;
    if (auto problem = other_cbe(fields_.text(row, "organisation"), facts_)) return problem;
    const v1::Notice notice = notice_of(row, place);
    ++notices_;
    auto put = tx_.put_entry(facts_.org, {.kind = kNoticeEntry,
                                          .id = notice.notice_id(),
                                          .sort = domain::date_number(notice.date()),
                                          .person = notice.person().value(),
                                          .subject = notice.dossier_number(),
                                          .body = notice.SerializeAsString()});
    if (!put) return put.error();
    return std::optional<documents::Problem>();
  }

  Result<void> ends(std::int64_t /*bad*/) override { return {}; }

  Result<void> finish(v1::ListReading& reading) override {
    reading.set_notices(notices_);
    if (notices_ == 0) return {};
    return tell(tx_, facts_.org, "notice.stored", reading.reading_id(), reading.times());
  }

 private:
  v1::Notice notice_of(const documents::Row& row, const Place& place) const {
    v1::Notice notice;
    notice.set_notice_id(row_id(facts_.attachment.attachment_id(), place.in_document));
    notice.mutable_organisation()->set_value(facts_.org);
    notice.set_kind(facts_.message.family());
    if (const auto& ssin = fields_.text(row, "ssin"); !ssin.empty())
      notice.mutable_person()->set_value(ssin);
    notice.set_dossier_number(fields_.text(row, "dossier"));
    notice.set_law(law_of(fields_.text(row, "law")));
    notice.set_suffix(fields_.text(row, "suffix"));
    *notice.mutable_date() = date_of(row);
    for (const std::string_view code : kCodes)
      if (notice.code().empty()) notice.set_code(fields_.text(row, code));
    add_fields(row, notice);
    notice.set_message_id(facts_.message.message_id());
    notice.set_attachment_id(facts_.attachment.attachment_id());
    notice.set_line(row.line);
    *notice.mutable_received_at() = facts_.message.received_at();
    *notice.mutable_layout() = fields_.named();
    return notice;
  }

  v1::Date date_of(const documents::Row& row) const {
    const auto& columns = fields_.layout().columns;
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (columns[i].type == documents::ColumnType::date && row.values[i].present)
        return domain::date_of_number(static_cast<int>(row.values[i].number));
    return domain::belgian_day(facts_.message.received_at().unix_ms());
  }

  void add_fields(const documents::Row& row, v1::Notice& notice) const {
    const auto& columns = fields_.layout().columns;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const bool own = std::find(kOwn.begin(), kOwn.end(), columns[i].field) != kOwn.end();
      if (own || !row.values[i].present) continue;
      auto& field = *notice.add_fields();
      field.set_name(columns[i].field);
      field.set_value(documents::shown(columns[i], row.values[i]));
    }
    for (const auto& [name, value] : row.rest) {
      auto& field = *notice.add_rest();
      field.set_name(name);
      field.set_value(value);
    }
  }

  store::Transaction& tx_;
  const DocumentFacts& facts_;
  RowFields fields_;
  std::int64_t notices_ = 0;
};

}  // namespace

std::unique_ptr<Target> make_notice_target(store::Transaction& tx, const DocumentFacts& facts) {
  return std::make_unique<NoticeTarget>(tx, facts);
}

}  // namespace semafoor::lists
