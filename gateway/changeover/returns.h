// SPDX-License-Identifier: Apache-2.0
//
// Use cases on half-yearly lists that go back. Safe from several threads; those that write return
// after the commit.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "gateway/changeover/return_file.h"
#include "gateway/changeover/return_fill.h"
#include "gateway/domain/act.h"
#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "gateway/upstream/podmi_client.h"
#include "semafoor/v1/channels.pb.h"

namespace semafoor::changeover {

// What the authority made of an answer, for whoever keeps answers; feedback::apply_result().
using Judge = std::function<Result<void>(store::Transaction&, const store::Org&,
                                         const upstream::MailboxContent::FeedbackResult&)>;

struct ReturnRules {
  CodeCheck valid;
  Judge judge;
  std::function<std::int64_t()> now_ms;
  // Where XLSX is put together: private, and there.
  std::filesystem::path work_folder;
};

class Returns {
 public:
  // The store outlives the object.
  Returns(store::Store& store, ReturnRules rules);

  // "channels.list_unknown", "channels.not_half_yearly".
  Result<v1::PrepareReturnResponse> prepare(const store::Org& org, const std::string& list_id,
                                            const domain::Act& act);
  Result<store::Page<v1::ListReturn>> list(const store::Org& org, const store::EntryQuery& query);
  Result<std::vector<v1::UnreturnedList>> unreturned(const store::Org& org);
  // "channels.return_unknown".
  Result<store::Page<v1::ReturnRow>> rows(const store::Org& org, const std::string& return_id,
                                          store::EntryQuery query);

  struct Fetch {
    std::string return_id;
    v1::ReturnFormat format = v1::RETURN_FORMAT_CSV;
    // Nothing is changed.
    bool preview = false;
    // Also with rows that are missing.
    bool incomplete = false;
  };
  struct Fetched {
    v1::ListReturn its;
    ReturnFile file;
    // Local ids of the signals in it.
    std::vector<std::string> signals;
  };
  Result<Fetched> fetch(const store::Org& org, const Fetch& wish, const domain::Act& act);

  // Queues it to be sent as a reply.
  Result<v1::ListReturn> send(const store::Org& org, const std::string& return_id, bool incomplete,
                              const domain::Act& act);
  // `arrived_on` may be unset: today.
  Result<v1::ListReturn> confirm(const store::Org& org, const std::string& return_id,
                                 v1::ReturnOutcome outcome, const v1::Date& arrived_on,
                                 const domain::Act& act);

  // Looks which returns a later half-yearly list has settled: what that one does not name any more
  // counts as accepted, what it names again waits for its return. A list with rows that could not
  // be read settles nothing: one of them may name any signal. Doing it again changes nothing.
  Result<void> settle(const store::Org& org);

 private:
  store::Store& store_;
  const ReturnRules rules_;
};

// For a store that was put back from a backup: what was about to be sent may have been since; a
// person finds out. Returns how many.
Result<int> doubt_returns(store::Transaction& tx, const store::Org& org);

}  // namespace semafoor::changeover
