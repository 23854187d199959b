// SPDX-License-Identifier: Apache-2.0
//
// Whether a chain of the audit is whole: each record is what was hashed, none is missing, and it
// goes through what anchors hold.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/store/audit.h"
#include "gateway/store/audit_chain.h"
#include "gateway/store/records.h"
#include "semafoor/v1/audit.pb.h"

namespace semafoor::audit {

// Where a chain ended on a day, by the word of somebody outside the store.
struct Anchored {
  std::int64_t number = 0;
  std::string hash;
  // "2026-11-28".
  std::string day;
};

// Is given a chain's records in their order. One thread.
class ChainCheck {
 public:
  // `anchors` in the order of their numbers.
  explicit ChainCheck(store::Org org, std::vector<Anchored> anchors = {});

  void take(const store::AuditRow& row);
  // After the last record: `head` is what the chain's counter says of its end.
  void end(const store::AuditHead& head);

  // Adds what is new since the last call; of all, the first kMostTold.
  void tell(google::protobuf::RepeatedPtrField<v1::AuditFinding>& findings);
  std::int64_t faults() const { return faults_; }
  // Whose records the chain goes through.
  std::int64_t anchors_met() const { return anchors_met_; }
  // Of the last record that was read; hash of the beginning when there was none.
  v1::AuditHead head() const;

  static constexpr std::int64_t kMostTold = 100;

 private:
  void report(std::int64_t number, v1::AuditFault fault, const std::string& message);
  void look_at_anchors(const store::AuditRow& row);

  const store::Org org_;
  const std::vector<Anchored> anchors_;
  store::AuditHasher hasher_;
  std::int64_t next_ = 1;
  store::AuditHash before_;
  // What the last record should have hashed to, when its hash is another: the next one may hold on
  // to either, and is not called changed for its neighbour's sake.
  std::optional<store::AuditHash> instead_;
  std::size_t next_anchor_ = 0;
  std::int64_t anchors_met_ = 0;
  std::int64_t faults_ = 0;
  std::vector<v1::AuditFinding> untold_;
};

}  // namespace semafoor::audit
