// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/directory.h"

#include <algorithm>
#include <mutex>

#include "gateway/rpc/errors.h"

namespace semafoor::rpc {

Result<std::shared_ptr<const v1::Organisation>> Directory::find(const store::Org& org) {
  std::uint64_t changes = 0;
  {
    const std::shared_lock lock(mutex_);
    const auto found = entries_.find(org);
    if (found != entries_.end() && std::chrono::steady_clock::now() - found->second.read < kFresh)
      return found->second.organisation;
    changes = changes_;
  }
  std::optional<v1::Organisation> stored;
  auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto answer = reader.organisation(org);
    if (!answer.ok()) return answer.error();
    stored = std::move(*answer);
    return {};
  });
  if (!read.ok()) return read.error();
  // Not kept: somebody could fill the memory with organisations that do not exist.
  if (!stored)
    return failure(ErrorKind::not_found, "organisation.unknown",
                   "The call names organisation " + org +
                       ", which this gateway does not serve. Add it with semafoorctl "
                       "organisations add, or correct the number.");
  auto kept = std::make_shared<const v1::Organisation>(std::move(*stored));
  const std::unique_lock lock(mutex_);
  if (changes == changes_) entries_[org] = {kept, std::chrono::steady_clock::now()};
  return std::shared_ptr<const v1::Organisation>(kept);
}

void Directory::forget(const store::Org& org) {
  const std::unique_lock lock(mutex_);
  ++changes_;
  entries_.erase(org);
}

std::string module_name(v1::Module module) {
  switch (module) {
    case v1::MODULE_UNSPECIFIED:
      return {};
    case v1::MODULE_EBOX:
      return "ebox";
    case v1::MODULE_KNIPPERLICHT:
      return "knipperlicht";
    case v1::MODULE_FEEDBACK:
      return "feedback";
    default:
      return "unknown";
  }
}

bool has_module(const v1::Organisation& organisation, v1::Module module) {
  const auto& modules = organisation.enabled_modules();
  return std::find(modules.begin(), modules.end(), module) != modules.end();
}

}  // namespace semafoor::rpc
