// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/records_of_person.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace semafoor::audit {
namespace {

// As many records as one message may have to hold at worst.
constexpr int kBlock = 100;
// Blocks that are read before progress is told.
constexpr int kBlocksUntold = 100;

}  // namespace

RecordsOfPerson::RecordsOfPerson(store::Store& store, store::Org org, std::string ssin,
                                 std::vector<Anchored> anchors)
    : store_(store),
      org_(org),
      ssin_(std::move(ssin)),
      check_(std::move(org), std::move(anchors)) {}

Result<bool> RecordsOfPerson::step(v1::WhoSawResponse& response) {
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    const std::string hash = reader.audit_person_hash(org_, ssin_);
    for (int block = 0; block < kBlocksUntold && response.records().empty(); ++block) {
      auto count = reader.audit_rows(org_, after_, kBlock, [&](const store::AuditRow& row) {
        check_.take(row);
        after_ = row.number;
        // A hash by accident elsewhere in a record is told apart below.
        if (row.body.find(hash) == std::string_view::npos) return;
        v1::AuditRecord record;
        if (!record.ParseFromArray(row.body.data(), static_cast<int>(row.body.size()))) return;
        const auto& persons = record.persons();
        if (std::find(persons.begin(), persons.end(), hash) == persons.end()) return;
        record.clear_persons();
        record.add_persons(hash);
        *response.add_records() = std::move(record);
      });
      if (!count) return count.error();
      looked_at_ += *count;
      if (*count == kBlock) continue;
      auto head = reader.audit_head(org_);
      if (!head) return head.error();
      check_.end(*head);
      response.set_done(true);
      break;
    }
    return {};
  });
  if (!read) return read.error();
  check_.tell(*response.mutable_findings());
  response.set_looked_at(looked_at_);
  return !response.done();
}

}  // namespace semafoor::audit
