// SPDX-License-Identifier: Apache-2.0
#include "gateway/backup/backups.h"

#include <utility>

#include "gateway/backup/make.h"
#include "gateway/domain/uuid.h"

namespace semafoor::backup {

Backups::Backups(store::Store& store, Options options)
    : store_(store), options_(std::move(options)) {}

Backups::~Backups() {
  stop();
}

Result<v1::Operation> Backups::start(const std::filesystem::path& folder, const domain::Act& act) {
  const std::int64_t now = options_.now_ms();
  if (auto fine = check_target({.target = folder, .data_folder = options_.data_folder}); !fine)
    return std::move(fine).error();
  const std::lock_guard lock(mutex_);
  if (stopped_ || (last_ && last_->operation.state() == v1::OPERATION_STATE_RUNNING))
    return Error{.kind = ErrorKind::failed_precondition,
                 .code = "backup.running",
                 .message = "A backup was to be made; another one is being made, to " +
                            (last_ ? last_->folder : std::string("a folder")) +
                            ", or the gateway is stopping. Begin again when it has ended.",
                 .retryable = true};
  const std::string id = domain::uuid_v7(now);
  const auto recorded = store_.write_and_wait([&](store::Transaction& tx) {
    return tx.append_audit(
        store::kGatewayChain,
        {.what = "backup.start", .act = act, .subject_kind = "backup", .subject_id = id});
  });
  if (!recorded) return recorded.error();
  // The former one has ended but for its thread's last step.
  if (thread_.joinable()) thread_.join();
  last_.emplace();
  last_->folder = folder.string();
  v1::Operation& operation = last_->operation;
  operation.set_operation_id(id);
  operation.set_kind("backup");
  operation.set_state(v1::OPERATION_STATE_RUNNING);
  operation.set_phase("database");
  operation.set_version(1);
  operation.mutable_started_at()->set_unix_ms(now);
  thread_ =
      std::jthread([this, folder, now](const std::stop_token& stop) { work(folder, now, stop); });
  return operation;
}

Result<Standing> Backups::standing(const std::string& operation_id) const {
  const std::lock_guard lock(mutex_);
  if (last_ && last_->operation.operation_id() == operation_id) return *last_;
  return Error{.kind = ErrorKind::not_found,
               .code = "operation.unknown",
               .message =
                   "A backup was asked for that this gateway does not know: it was started "
                   "again since, or has made another one. Look whether the folder is there: "
                   "it has its name only when it is complete."};
}

void Backups::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Backups::work(const std::filesystem::path& folder, std::int64_t made_ms,
                   const std::stop_token& stop) {
  const auto progress = [&](const std::string& phase, std::int64_t done, std::int64_t total) {
    const std::lock_guard lock(mutex_);
    v1::Operation& operation = last_->operation;
    operation.set_phase(phase);
    operation.set_done(done);
    operation.set_total(total);
    operation.set_version(operation.version() + 1);
    return !stop.stop_requested();
  };
  const auto made = make(store_,
                         {.target = folder,
                          .data_folder = options_.data_folder,
                          .made_by = options_.program_version,
                          .made_ms = made_ms},
                         progress);
  Standing ended;
  {
    const std::lock_guard lock(mutex_);
    ended = *last_;
  }
  v1::Operation& operation = ended.operation;
  operation.set_phase("");
  operation.set_version(operation.version() + 1);
  operation.mutable_finished_at()->set_unix_ms(options_.now_ms());
  if (!made) {
    operation.set_state(v1::OPERATION_STATE_FAILED);
    operation.set_problem(made.error().message);
  } else {
    ended.bytes = made->bytes();
    ended.attachments = static_cast<std::int64_t>(made->attachments.size());
    ended.attachments_missing = static_cast<std::int64_t>(made->missing.size());
    operation.set_state(made->missing.empty() ? v1::OPERATION_STATE_SUCCEEDED
                                              : v1::OPERATION_STATE_PARTIAL);
    if (!made->missing.empty())
      operation.set_problem(
          "The backup was made without " + std::to_string(made->missing.size()) +
          " attachments that are damaged or missing in the gateway itself; everything else is in "
          "it. Have the disk checked, and look into the last older backup for them.");
  }
  if (made && options_.copy_keys) {
    if (auto copied = options_.copy_keys(folder); !copied) {
      operation.set_state(v1::OPERATION_STATE_PARTIAL);
      operation.set_problem(
          "The backup was made, but the copy of the organisations' keys beside "
          "it was not, without which it cannot be read elsewhere: " +
          copied.error().message);
    }
  }
  if (options_.ended) options_.ended(ended);
  const std::lock_guard lock(mutex_);
  last_ = std::move(ended);
}

}  // namespace semafoor::backup
