// SPDX-License-Identifier: Apache-2.0
#include "gateway/lists/target.h"

#include <algorithm>

#include "semafoor/v1/modules.pb.h"

namespace semafoor::lists {

std::optional<documents::Problem> other_nis(const std::string& nis, const DocumentFacts& facts) {
  const auto& ours = facts.nis_codes;
  if (nis.empty() || ours.empty() || std::find(ours.begin(), ours.end(), nis) != ours.end())
    return std::nullopt;
  return documents::Problem{
      .code = "lists.other_organisation",
      .message = "The row is of the municipality " + nis +
                 ", which is none of this organisation's. If it is, add it to its NIS codes.",
      .field = "nis"};
}

std::optional<documents::Problem> other_cbe(const std::string& cbe, const DocumentFacts& facts) {
  if (cbe.empty() || cbe == facts.org) return std::nullopt;
  return documents::Problem{.code = "lists.other_organisation",
                            .message = "The row is of the organisation " + cbe + ".",
                            .field = "organisation"};
}

v1::Law law_of(const std::string& meaning) {
  if (meaning == "rmi") return v1::LAW_RMI;
  if (meaning == "law1965") return v1::LAW_1965;
  return v1::LAW_UNSPECIFIED;
}

Result<void> tell(store::Transaction& tx, const store::Org& org, const char* type,
                  const std::string& subject, std::int64_t version) {
  v1::Event event;
  event.set_type(type);
  event.set_module(v1::MODULE_EBOX);
  event.set_subject_id(subject);
  event.set_subject_version(version);
  auto told = tx.append_event(org, std::move(event));
  if (!told) return told.error();
  return {};
}

}  // namespace semafoor::lists
