// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/verification.h"

#include <algorithm>
#include <set>
#include <utility>

namespace semafoor::audit {

Verification::Verification(store::Store& store, AnchorsRead anchors, std::optional<store::Org> only)
    : store_(store), anchors_(std::move(anchors)), only_(std::move(only)) {}

Result<void> Verification::list_chains() {
  listed_ = true;
  if (only_) {
    chains_ = {*only_};
    return {};
  }
  return store_.read([&](store::Reader& reader) -> Result<void> {
    auto found = reader.audit_chains();
    if (!found) return found.error();
    std::set<store::Org> all(found->begin(), found->end());
    for (const auto& [org, anchors] : anchors_.chains) all.insert(org);
    chains_.assign(all.rbegin(), all.rend());
    return {};
  });
}

Result<bool> Verification::step(v1::VerifyAuditResponse& response) {
  if (!listed_) {
    if (auto listed = list_chains(); !listed) return listed.error();
    for (const std::string& problem : anchors_.problems) {
      v1::AuditFinding& finding = *response.add_findings();
      finding.set_fault(v1::AUDIT_FAULT_CHANGED);
      finding.set_message(problem);
      ++faults_;
    }
  }
  if (!chains_.empty()) {
    const store::Org& org = chains_.back();
    if (!check_) {
      const auto known = anchors_.chains.find(org);
      check_.emplace(org, known == anchors_.chains.end() ? std::vector<Anchored>() : known->second);
      after_ = 0;
    }
    const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
      auto count = reader.audit_rows(org, after_, kBlock, [&](const store::AuditRow& row) {
        check_->take(row);
        after_ = row.number;
      });
      if (!count) return count.error();
      records_ += *count;
      if (*count == kBlock) return {};
      // Of the same moment as the last record.
      auto head = reader.audit_head(org);
      if (!head) return head.error();
      check_->end(*head);
      *response.mutable_head() = check_->head();
      return {};
    });
    if (!read) return read.error();
    check_->tell(*response.mutable_findings());
  }
  response.set_faults(faults_ + (check_ ? check_->faults() : 0));
  response.set_anchors(anchors_met_ + (check_ ? check_->anchors_met() : 0));
  if (response.has_head()) {
    faults_ = response.faults();
    anchors_met_ = response.anchors();
    check_.reset();
    chains_.pop_back();
  }
  response.set_records(records_);
  response.set_done(chains_.empty());
  return !response.done();
}

}  // namespace semafoor::audit
