// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/chain_check.h"

#include <google/protobuf/io/coded_stream.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace semafoor::audit {
namespace {

constexpr char kAdvice[] =
    " Stop using this database, keep a copy of it as it is, and compare it with a backup from "
    "before.";

// Number and time, with which the bytes of a record begin; -1 for what is not there.
struct Beginning {
  std::int64_t number = -1;
  std::int64_t time_ms = -1;
};

Beginning beginning_of(std::string_view record) {
  constexpr std::uint32_t kNumberTag = v1::AuditRecord::kNumberFieldNumber << 3;
  constexpr std::uint32_t kTimeTag = v1::AuditRecord::kTimeMsFieldNumber << 3;
  google::protobuf::io::CodedInputStream stream(
      reinterpret_cast<const std::uint8_t*>(record.data()), static_cast<int>(record.size()));
  Beginning found;
  std::uint64_t value = 0;
  if (stream.ReadTag() != kNumberTag || !stream.ReadVarint64(&value)) return found;
  found.number = static_cast<std::int64_t>(value);
  if (stream.ReadTag() == kTimeTag && stream.ReadVarint64(&value))
    found.time_ms = static_cast<std::int64_t>(value);
  return found;
}

std::string record_name(std::int64_t number) {
  return "Record " + std::to_string(number);
}

}  // namespace

ChainCheck::ChainCheck(store::Org org, std::vector<Anchored> anchors)
    : org_(std::move(org)), anchors_(std::move(anchors)), before_(store::audit_chain_start(org_)) {}

void ChainCheck::take(const store::AuditRow& row) {
  if (row.number < next_) {
    report(row.number, v1::AUDIT_FAULT_ORDER,
           record_name(row.number) + " comes again, or too late." + kAdvice);
    return;
  }
  const bool gap = row.number > next_;
  if (gap)
    report(next_, v1::AUDIT_FAULT_MISSING,
           "Records " + std::to_string(next_) + " to " + std::to_string(row.number - 1) +
               " are missing." + kAdvice);
  const Beginning said = beginning_of(row.body);
  const store::AuditHash hash = hasher_.next(store::view(before_), row.body);
  bool follows = store::view(hash) == row.hash;
  if (!follows && instead_)
    follows = store::view(hasher_.next(store::view(*instead_), row.body)) == row.hash;
  instead_.reset();
  if (said.number != row.number) {
    report(row.number, v1::AUDIT_FAULT_ORDER,
           record_name(row.number) +
               " is another record by its own words: swapped, inserted or "
               "from elsewhere." +
               kAdvice);
  } else if (said.time_ms != row.time_ms || (!follows && !gap)) {
    // After a gap nobody knows what it should hold on to; its successor tells.
    report(
        row.number, v1::AUDIT_FAULT_CHANGED,
        record_name(row.number) + " is not what was recorded, or its hash was changed." + kAdvice);
  }
  if (!follows && !gap) instead_ = hash;
  if (row.hash.size() == before_.size())
    std::copy(row.hash.begin(), row.hash.end(), before_.begin());
  else
    before_ = hash;
  next_ = row.number + 1;
  look_at_anchors(row);
}

void ChainCheck::look_at_anchors(const store::AuditRow& row) {
  for (; next_anchor_ < anchors_.size() && anchors_[next_anchor_].number <= row.number;
       ++next_anchor_) {
    const Anchored& anchor = anchors_[next_anchor_];
    // Whose record is missing, which was said.
    if (anchor.number != row.number) continue;
    if (anchor.hash == row.hash)
      ++anchors_met_;
    else
      report(row.number, v1::AUDIT_FAULT_REWRITTEN,
             record_name(row.number) + " is not the one that the anchor of " + anchor.day +
                 " holds: the chain was written anew, or the store was put back from a backup and "
                 "went on from there." +
                 kAdvice);
  }
}

void ChainCheck::end(const store::AuditHead& head) {
  const std::int64_t last = next_ - 1;
  if (head.number > last)
    report(next_, v1::AUDIT_FAULT_CUT,
           "The chain ends after record " + std::to_string(last) + "; by its counter it has " +
               std::to_string(head.number) + "." + kAdvice);
  else if (head.number < last)
    report(head.number + 1, v1::AUDIT_FAULT_ORDER,
           "The chain goes on to record " + std::to_string(last) + "; by its counter it has " +
               std::to_string(head.number) + "." + kAdvice);
  else if (last > 0 && head.hash != store::view(before_))
    report(last, v1::AUDIT_FAULT_CHANGED,
           "The chain's end is not what its counter holds." + std::string(kAdvice));
  for (; next_anchor_ < anchors_.size(); ++next_anchor_)
    report(next_, v1::AUDIT_FAULT_CUT,
           "The anchor of " + anchors_[next_anchor_].day + " holds record " +
               std::to_string(anchors_[next_anchor_].number) + "; the chain ends after " +
               std::to_string(last) + ", as it does when the store was put back from a backup." +
               kAdvice);
}

void ChainCheck::report(std::int64_t number, v1::AuditFault fault, const std::string& message) {
  if (++faults_ > kMostTold) return;
  v1::AuditFinding& finding = untold_.emplace_back();
  if (!org_.empty()) finding.mutable_organisation()->set_value(org_);
  finding.set_number(number);
  finding.set_fault(fault);
  finding.set_message(message);
}

void ChainCheck::tell(google::protobuf::RepeatedPtrField<v1::AuditFinding>& findings) {
  for (v1::AuditFinding& one : untold_) *findings.Add() = std::move(one);
  untold_.clear();
}

v1::AuditHead ChainCheck::head() const {
  v1::AuditHead head;
  if (!org_.empty()) head.mutable_organisation()->set_value(org_);
  head.set_number(next_ - 1);
  head.set_hash(before_.data(), before_.size());
  return head;
}

}  // namespace semafoor::audit
